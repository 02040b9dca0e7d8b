#!/usr/bin/env python3
"""The pages of load tests and evaluations in headless Chromium: axe's rules, nothing loaded, nothing on the browser's console.

    reports.py --kinglet .build/release/kinglet [--screenshots PREFIX]

Makes them first: a load test of several points and runs, one by rates with goals and a mix, a comparison of two; answers to a set of requests, and verdicts
on labelled answers. Each is looked at with 1280 and 390 px, light and dark; `--screenshots PREFIX` keeps what is seen. Files that are named
are looked at instead.
"""
import os
import pathlib
import subprocess
import tempfile

from accessibility import faults
from devtools import chromium
from serving import check, parser, run, server

ROOT = pathlib.Path(__file__).parents[2]
# A section without a name is no landmark; that the console names each of its own is a rule of ours.
NOT_OF_REPORTS = "landmark-unique: without a name"
LABELLED = "Tests/Requests/smart-home.jsonl"


def make(kinglet, *words):
    done = subprocess.run([kinglet, *map(str, words)], cwd=ROOT, capture_output=True, text=True, timeout=600)
    check(done.returncode == 0, f"kinglet {' '.join(map(str, words))}: {(done.stdout + done.stderr)[-500:]}")


def load_pages(kinglet, arguments, folder):
    """Three pages of load tests."""
    with server(arguments) as url:
        load = ["load", "--url", url, "--seconds", 0.5, "--min-rounds", 1]
        for name, tool in (("one", []), ("two", ["--stream"])):
            make(kinglet, *load, "--cc", "1,2", "--runs", 2, "--label", name, *tool, "--json", folder / f"{name}.json",
                 "--html", folder / f"load-{name}.html")
        make(kinglet, *load[:3], "--seconds", 2, "--workload", "functioncall=3,chat=1", "--rate", "4,12", "--goal", "p99<400ms", "--goal", "mean<200ms",
             "--html", folder / "load-rates.html")
    make(kinglet, "load", "--compare", folder / "one.json", folder / "two.json", "--html", folder / "load-compared.html")


def evaluation_pages(kinglet, arguments, folder):
    """Answers to the shipped requests, and verdicts on answers made from them."""
    model = ["--model", arguments.model, "--set", "log.level=warning"]
    make(kinglet, "evaluate", "calls", "--data", LABELLED, "--limit", 8, *model, "--output", folder / "calls")
    os.rename(folder / "calls/report.html", folder / "evaluation.html")
    make(kinglet, "dataset", "build", "judge", "--data", LABELLED, "--count", 40, "--output", folder / "answers.jsonl")
    make(kinglet, "evaluate", "judge", "--data", folder / "answers.jsonl", "--judge", "rules", "--output", folder / "judge")
    os.rename(folder / "judge/report.html", folder / "judge.html")


def look(page, path, screenshots):
    page.open(path.absolute().as_uri())
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            page.form(width, scheme)
            wrong = [fault for fault in faults(page) if fault != NOT_OF_REPORTS]
            check(not wrong, f"{path.name} at {width} px, {scheme}: {wrong}")
            if screenshots:
                page.picture(f"{screenshots}-{path.stem}-{width}-{scheme}.png")
    loaded = page.evaluate("return performance.getEntriesByType('resource').map(entry => entry.name);")
    check(not loaded, f"{path.name} loads {loaded}")
    check(not page.complaints, f"{path.name}: the browser complains: {page.complaints}")


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--screenshots")
    arguments.add_argument("pages", nargs="*", type=pathlib.Path)
    arguments = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        pages = arguments.pages
        if not pages:
            check(arguments.kinglet, "the pages are made by the program: give --kinglet")
            kinglet, folder = os.path.abspath(arguments.kinglet), pathlib.Path(name)
            load_pages(kinglet, arguments, folder)
            evaluation_pages(kinglet, arguments, folder)
            pages = sorted(folder.glob("*.html"))
        with chromium() as page:
            for path in pages:
                look(page, path, arguments.screenshots)
    print(f"{', '.join(path.stem for path in pages)}: right at 1280 and 390 px, light and dark")


run(main)
