#!/usr/bin/env python3
"""Every verb of `kinglet`: what it does when all is well, and what it says of bad input, on fixtures of its own.

    commands.py --kinglet .build/release/kinglet
    commands.py --kinglet .build/release/kinglet --only prune

A model of random numbers (small_model.py) stands for a real one. All is well: the exit status and what is printed. Bad input: the
exit status is not 0, the first line on standard error says "Error:" and what is wrong, no other line says more than how the command
is written, nothing crashes and nothing is written. Verbs that the program has and this table lacks are an error.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import command_cases
import command_fixtures
import judge_cases
from serving import Failure, check, run, server
from small_model import write_model

CASES = command_cases.CASES + judge_cases.CASES
# What ArgumentParser adds to an error, and what commands say of their progress before.
NOISE = re.compile(r"(Usage:|  See '|       |Help: |  - [\w-]+$)")  # the last: the values that an option may have


class Workshop:
    """A folder with the fixtures in it, where commands run."""

    def __init__(self, kinglet, folder):
        self.kinglet, self.folder = os.path.abspath(kinglet), pathlib.Path(folder)
        # Nothing of the user's: neither settings nor models.
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("KINGLET_")},
            "XDG_CACHE_HOME": str(self.folder / "cache"),
        }
        command_fixtures.write_fixtures(self.folder)
        command_fixtures.write_files(self.folder, judge_cases.FILES)
        write_model(self.folder / "small")

    def run(self, words, stdin=None):
        return subprocess.run(
            [self.kinglet, *words], cwd=self.folder, env=self.environment, input=stdin, capture_output=True, text=True,
            timeout=120)

    def files(self):
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()}


def verbs(kinglet):
    """All verbs that do something, as `dataset build`."""
    dump = subprocess.run([kinglet, "--experimental-dump-help"], capture_output=True, text=True, check=True).stdout
    found = set()

    def walk(command, path):
        parts = [part for part in command.get("subcommands") or [] if part["commandName"] != "help"]
        if not parts:
            found.add(" ".join(path))
        for part in parts:
            walk(part, path + [part["commandName"]])

    walk(json.loads(dump)["command"], [])
    return found


def check_well(shop, case, words):
    done = shop.run(words, case.stdin)
    said = f"kinglet {' '.join(words)}: status {done.returncode}: {done.stderr.strip()[-400:]} {done.stdout.strip()[-400:]}"
    check(done.returncode == case.status, said)
    for pattern in case.prints:
        check(re.search(pattern, done.stdout, re.M), f"{said} lacks {pattern}")
    for pattern in case.tells:
        check(re.search(pattern, done.stderr, re.M), f"{said} does not tell {pattern}")
    for path in case.writes:
        check((shop.folder / path).is_file(), f"{said} wrote no {path}")
    check(not [path for path in shop.files() if path.endswith(".part")], f"{said} leaves parts")
    if case.also:
        case.also(shop.folder, done.stdout)


def check_bad(shop, case, words):
    before = shop.files()
    done = shop.run(words, case.stdin)
    said = f"kinglet {' '.join(words)}: status {done.returncode}: {done.stderr.strip()[-600:]}"
    check(done.returncode != 0, f"{said} {done.stdout[-300:]}")
    check(done.returncode > 0 and "Fatal error" not in done.stderr and "Backtrace" not in done.stderr, f"{said}: crashed")
    lines = [line for line in done.stderr.splitlines() if line.strip() and not NOISE.match(line)]
    check(len(lines) == 1, f"{said}: {len(lines)} lines")
    check(re.match(r"(Error|kinglet load): ", lines[0]), f"{said}: no line of an error")
    check(re.search(case.says, lines[0]), f"{said}: lacks {case.says}")
    check(len(lines[0]) < 600, f"{said}: {len(lines[0])} characters")
    new = shop.files() - before
    check(not [path for path in new if not path.startswith(("state", "cache"))], f"{said}: wrote {new}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kinglet", required=True)
    parser.add_argument("--only", default="", help="cases of verbs that begin so")
    arguments = parser.parse_args()
    failures, counts = [], {"well": 0, "bad": 0}
    with tempfile.TemporaryDirectory() as folder:
        shop = Workshop(arguments.kinglet, folder)
        if not arguments.only:
            known = verbs(shop.kinglet)
            for kind in (command_cases.Well, command_cases.Bad):
                # The server that all of this asks is `serve` when all is well.
                covered = {"serve"} | {case.verb for case in CASES if isinstance(case, kind)}
                check(covered == known, f"{kind.__name__}: the table and the program differ in {sorted(covered ^ known)}")
        serve = argparse.Namespace(kinglet=arguments.kinglet, model=str(shop.folder / "small"), url=None)
        with server(serve, "--config", str(shop.folder / "Config/kinglet.yaml"), environment=shop.environment) as url:
            for case in CASES:
                if not case.verb.startswith(arguments.only):
                    continue
                words = case.verb.split() + [word.replace("{url}", url) for word in case.words]
                try:
                    is_well = isinstance(case, command_cases.Well)
                    (check_well if is_well else check_bad)(shop, case, words)
                    counts["well" if is_well else "bad"] += 1
                except (Failure, ValueError, subprocess.TimeoutExpired) as failure:
                    failures.append(f"{case.verb}: {failure}")
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    check(not failures, f"{len(failures)} of {sum(counts.values()) + len(failures)} commands")
    print(f"commands: {counts['well']} that are well, {counts['bad']} with bad input")


run(main)
