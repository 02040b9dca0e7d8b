"""Pages that are made from the project, and what every page must hold. Run by `make lint`; `--write` makes them anew.

- Docs/architecture.md shows the graph of the targets as Package.swift declares it; it has no cycle.
- Docs/settings.md lists Config/kinglet.yaml.
- Docs/metrics.md lists what the sources register under /metrics.
- Each folder of Sources has a README.md; each link between pages leads to a page and a heading that are there.
"""
import json
import pathlib
import re
import subprocess
import sys

BEGIN, END = "<!-- made by Tests/Lint/docs.py -->\n", "<!-- end -->\n"


def declared():
    """Targets of Sources: name to the targets it depends on."""
    described = subprocess.run(["swift", "package", "describe", "--type", "json"], check=True, capture_output=True)
    targets = {t["name"]: t for t in json.loads(described.stdout)["targets"] if t["path"].startswith("Sources/")}
    return {name: sorted(set(t.get("target_dependencies", [])) & targets.keys()) for name, t in sorted(targets.items())}


def ranks(graph):
    """The longest way from each target down to one that depends on none; a cycle is an error."""
    known, open_ = {}, []

    def rank(name):
        if name in open_:
            raise SystemExit("Package.swift: a cycle: " + " -> ".join(open_[open_.index(name):] + [name]))
        if name not in known:
            open_.append(name)
            known[name] = 1 + max((rank(d) for d in graph[name]), default=-1)
            open_.pop()
        return known[name]

    for name in graph:
        rank(name)
    return known


def needed(graph):
    """The graph without edges that a longer way implies."""
    def reached(name):
        return {d for direct in graph[name] for d in {direct} | reached(direct)}

    return {name: [d for d in direct if not any(d in reached(o) for o in direct if o != d)] for name, direct in graph.items()}


def architecture():
    graph = declared()
    rank, edges = ranks(graph), needed(graph)
    lines = ["```mermaid", "graph TD"]
    lines += [f"  {name} --> {d}" for name in sorted(edges, key=lambda n: (-rank[n], n)) for d in edges[name]]
    lines += ["```", "", "| level | target | depends on |", "|---|---|---|"]
    for name in sorted(graph, key=lambda n: (-rank[n], n)):
        lines.append(f"| {rank[name]} | [{name}](../Sources/{name}/README.md) | {', '.join(graph[name]) or 'nothing of ours'} |")
    return "\n".join(lines) + "\n"


def settings():
    """A table a section: key, default, what it means."""
    lines, rows = [], []
    section, section_note = None, ""

    def flush():
        if rows:
            lines.extend([f"## {section}", ""] + ([section_note + ".", ""] if section_note else []))
            lines.extend(["| key | default | |", "|---|---|---|"] + [f"| `{k}` | `{v}` | {n} |" for k, v, n in rows] + [""])
            rows.clear()

    def cell(text):
        return re.sub(r"Docs/([\w-]+\.md)", r"[\1](\1)", text.strip().replace("|", "\\|"))

    before = []
    for line in pathlib.Path("Config/kinglet.yaml").read_text().splitlines():
        if found := re.match(r"(\w+):\s*(?:#\s*(.*))?$", line):
            flush()
            section, section_note, before = found[1], cell(found[2] or ""), []
        elif found := re.match(r"(\w+):\s*(.*?)\s+#\s*(.*)$", line):
            flush()
            section, section_note = "state", ""
            rows.append(("state", found[2], cell(found[3])))
        elif found := re.match(r"    (\w+):\s*(.*?)(?:\s+#\s*(.*))?$", line):
            rows.append((f"{section}.{within}.{found[1]}", found[2], cell(found[3] or "")))
        elif found := re.match(r"  (\w+):\s+#\s*(.*)$", line):
            within, section_note = found[1], cell(found[2])
        elif found := re.match(r"  (\w+):\s*(.*?)(?:\s+#\s*(.*))?$", line):
            rows.append((f"{section}.{found[1]}", found[2].replace("|", "\\|"), cell(" ".join(before + [found[3] or ""]))))
            before = []
        elif found := re.match(r"\s{2,}#\s?(.*)$", line):
            if line.startswith("   ") and rows:
                rows[-1] = (*rows[-1][:2], cell(rows[-1][2] + " " + found[1]))
            else:
                before.append(found[1])
                if rows and before[-1].startswith(("- {", "burst:", "chain,")):
                    rows[-1] = (*rows[-1][:2], rows[-1][2] + f"; {cell(before.pop())}")
    flush()
    return "\n".join(lines)


METRIC = re.compile(r'''
    \b(counter|gauge|histogram|info)\(\s*"((?:kinglet|process)_\w+)",\s*(?:help:\s*)?"([^"]*)"
    (?:,\s*labels?:\s*(\[[^\]]*\]|"\w+"|\w+\.\w+))?''', re.X)


def metrics():
    """Each family with its labels, what it counts and the name that vLLM's dashboards know it by."""
    sources = [path.read_text() for path in sorted(pathlib.Path("Sources").rglob("*.swift"))]
    others, rows, of_model = {}, [], set()
    for text in sources:
        if found := re.search(r"func label\(model: String\) \{(.*?)\]\n", text, re.S):
            of_model = {f"kinglet_{name}" for name in re.findall(r'"(\w+)"', found[1])}
        for name, original in re.findall(r'\("(\w+)", "(kinglet_\w+)"\)', text) + re.findall(r'"vllm:(\w+)", of: "(\w+)"', text):
            others.setdefault(original, []).append(f"`vllm:{name}`")
    for text in sources:
        for kind, name, about, labels in METRIC.findall(text):
            named = re.findall(r"\w+", labels) if labels[:1] in ("[", '"') else []
            named += ["model"] if name in of_model else []
            if labels == "KingletVersion.build":
                body = re.search(r"var build: .*?\{(.*?)\}", "".join(sources), re.S)[1]
                named = re.findall(r'\("(\w+)",', body)
            kind = "gauge, always 1" if kind == "info" else kind
            rows.append((name, f"| `{name}` | {kind} | {', '.join(f'`{n}`' for n in named)} | {about} | {', '.join(others.get(name, []))} |"))
    # The server's own first, each file's in its order: "those" speaks of the line above.
    rows.sort(key=lambda row: (row[0].startswith("process_"), "otlp" in row[0]))
    return "\n".join(["| name | kind | labels | | for vLLM's dashboards |", "|---|---|---|---|---|", *(row for _, row in rows), ""])


def anchors(text):
    heads = re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def broken_links():
    pages = [p for p in pathlib.Path(".").glob("*.md")] + list(pathlib.Path("Docs").rglob("*.md"))
    pages += list(pathlib.Path("Sources").glob("*/README.md"))
    for page in pages:
        text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.M | re.S)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if re.match(r"\w+:", target):
                continue
            path, _, anchor = target.partition("#")
            there = (page.parent / path) if path else page
            if not there.exists():
                yield f"{page}: {target} leads nowhere"
            elif anchor and there.suffix == ".md" and anchor not in anchors(there.read_text()):
                yield f"{page}: {target}: {there} has no such heading"


def main():
    wrong = []
    for path, make in (("Docs/architecture.md", architecture), ("Docs/settings.md", settings), ("Docs/metrics.md", metrics)):
        page = pathlib.Path(path)
        head, _, rest = page.read_text().partition(BEGIN)
        _, _, tail = rest.partition(END)
        text = head + BEGIN + make() + END + tail
        if "--write" in sys.argv:
            page.write_text(text)
        elif text != page.read_text():
            wrong.append(f"{path}: not as the project is; python3 Tests/Lint/docs.py --write")
    wrong += [f"{folder}: no README.md" for folder in sorted(pathlib.Path("Sources").iterdir())
              if folder.is_dir() and not (folder / "README.md").exists()]
    wrong += list(broken_links())
    print("\n".join(wrong), end="\n" if wrong else "")
    sys.exit(1 if wrong else 0)


main()
