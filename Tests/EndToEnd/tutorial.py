#!/usr/bin/env python3
"""Runs every `sh` block of a page in an empty folder, one shell for all, and compares with the answers that it shows.

    --kinglet .build/release/kinglet    the program that the page calls kinglet
    --page Docs/tutorial.md

A `json` block behind an `sh` block is part of the JSON that it prints, upper and lower case alike; each line of a `text` block is part of a line that it
prints, with … for anything. The page's port becomes a free one.
"""
import argparse
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile

from serving import Failure, check, run

ROOT = pathlib.Path(__file__).parents[2]
PORT = "8099"
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)


def blocks(page):
    """(commands, [(kind, what is shown behind them)]) in the order of the page."""
    found = []
    for kind, text in FENCE.findall(page):
        if kind == "sh":
            found.append((text, []))
        elif kind in ("json", "text") and found:
            found[-1][1].append((kind, text))
    return found


def differs(shown, got, place="answer"):
    """Where `shown` is no part of `got`; None if it is one."""
    if isinstance(shown, dict) and isinstance(got, dict):
        for name, value in shown.items():
            if name not in got:
                return f"{place}.{name} is missing"
            if found := differs(value, got[name], f"{place}.{name}"):
                return found
        return None
    if isinstance(shown, list) and isinstance(got, list) and len(shown) == len(got):
        return next((found for i, pair in enumerate(zip(shown, got)) if (found := differs(*pair, f"{place}[{i}]"))), None)
    if isinstance(shown, str) and isinstance(got, str) and shown.lower() == got.lower():
        return None
    return None if shown == got else f"{place} is {json.dumps(got)}, the page says {json.dumps(shown)}"


def compare(kind, shown, printed, commands):
    first = commands.strip().splitlines()[-1]
    if kind == "json":
        # At the start of a line: the server's greeting has JSON within its example.
        start = re.search(r"^\{", printed, re.M)
        check(start, f"{first}: printed no JSON but {printed[-300:]!r}")
        try:
            got, _ = json.JSONDecoder().raw_decode(printed[start.start():])
        except ValueError as error:
            raise Failure(f"{first}: {error}: {printed[:300]!r}")
        found = differs(json.loads(shown), got)
        check(not found, f"{first}: {found}")
        return
    for line in shown.splitlines():
        pattern = ".*".join(re.escape(part) for part in line.split("…"))
        check(re.search(pattern, printed), f"{first}: {line!r} is not in {printed[-400:]!r}")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def play(page, kinglet, seconds):
    """What each block printed."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        bin = pathlib.Path(folder, "bin")
        work = pathlib.Path(folder, "work")
        bin.mkdir(), work.mkdir()
        (bin / "kinglet").symlink_to(os.path.abspath(kinglet))
        script = ["set -euo pipefail", "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT", "set -m"]
        for number, (commands, _) in enumerate(page):
            script += [f"echo '@@block {number}'", commands.replace(PORT, port)]
        try:
            done = subprocess.run(
                ["bash", "-c", "\n".join(script)], cwd=work, capture_output=True, text=True, timeout=seconds,
                env={**os.environ, "PATH": f"{bin}:{os.environ['PATH']}"})
        except subprocess.TimeoutExpired as late:
            raise Failure(f"not done after {seconds} s: {(late.stdout or b'')[-400:]}")
    printed = re.split(r"^@@block \d+\n", done.stdout, flags=re.M)[1:]
    reached = page[len(printed) - 1][0].strip().splitlines()[0] if printed else "the first block"
    check(done.returncode == 0, f"status {done.returncode} in the block of {reached!r}: {done.stderr[-800:]}")
    return printed


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kinglet", default=str(ROOT / ".build/release/kinglet"))
    arguments.add_argument("--page", default=str(ROOT / "Docs/tutorial.md"))
    arguments.add_argument("--model", help="of no account here; as the scripts beside this one")
    arguments.add_argument("--seconds", type=float, default=900)
    arguments.add_argument("--verbose", action="store_true")
    arguments = arguments.parse_args()
    page = blocks(pathlib.Path(arguments.page).read_text())
    printed = play(page, arguments.kinglet, arguments.seconds)
    if arguments.verbose:
        print("\n".join(printed), file=sys.stderr)
    answers = 0
    for (commands, shown), text in zip(page, printed):
        for kind, expected in shown:
            compare(kind, expected, text, commands)
            answers += 1
    print(f"{pathlib.Path(arguments.page).name}: {len(page)} blocks run, {answers} answers as shown")


if __name__ == "__main__":
    run(main)
