"""Compares the imports of every target with what Package.swift declares for it, both ways. Run by `make lint`."""

import json
import pathlib
import re
import subprocess
import sys

SYSTEM = {"Foundation", "FoundationNetworking", "Dispatch", "Glibc", "Synchronization", "Testing"}
PRODUCTS = {"swift-argument-parser": "ArgumentParser"}

package = json.loads(subprocess.run(["swift", "package", "describe", "--type", "json"], check=True, capture_output=True).stdout)
wrong = []
for target in package["targets"]:
    if target["type"] == "system-target" or target.get("module_type") == "ClangTarget":
        continue
    declared = set(target.get("target_dependencies", []))
    declared |= {PRODUCTS.get(name, name) for name in target.get("product_dependencies", [])}
    used = {}
    for path in sorted(pathlib.Path(target["path"]).rglob("*.swift")):
        for module in re.findall(r"^(?:@\w+ |package |public )?import (?:struct |class |func )?(\w+)", path.read_text(), re.M):
            used.setdefault(module, path)
    for module, path in used.items():
        if module not in declared | SYSTEM and module != target["name"]:
            wrong.append(f"{path}: imports {module}, which Package.swift does not declare for {target['name']}")
    for module in declared - used.keys():
        wrong.append(f"Package.swift: {target['name']} declares {module}, which none of its files imports")
print("\n".join(wrong), end="\n" if wrong else "")
sys.exit(1 if wrong else 0)
