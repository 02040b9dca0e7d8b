#!/usr/bin/env python3
"""Another package imports Kinglet's products: Tests/Library is built, and its answer follows its schema."""
import json
import pathlib
import subprocess
import tempfile

from serving import check, run

ROOT = pathlib.Path(__file__).parents[2]


def main():
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(["swift", "run", "--package-path", ROOT / "Tests/Library", "--scratch-path", scratch, "grammar-example"],
                              capture_output=True, text=True)
    check(done.returncode == 0, f"Tests/Library: {(done.stdout + done.stderr)[-2000:]}")
    said = json.loads(done.stdout)
    check(list(said) == ["on"] and isinstance(said["on"], bool), f"the answer breaks its schema: {said}")
    print("another package compiles a schema and follows it")


if __name__ == "__main__":
    run(main)
