#!/usr/bin/env python3
"""Which function the shipped pool's requests get: smart-home.jsonl through POST /v1/functioncall.

    Benchmarks/choosing.py --kinglet .build/release/kinglet
    Benchmarks/choosing.py --kinglet .build/release/kinglet --set calling.retrieval_weight=0      # another setting

A line has a query, perhaps a history, and the function that is right; without one, none of the pool is. Prints how many
are right and how many are refused, by kind, what is wrong, and the share of prompt tokens from the prefix cache. Needs
nothing but Python.
"""

import argparse
import collections
import concurrent.futures
import json
import pathlib
import re
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent


def start(args, state):
    command = [args.kinglet, "serve", "--model", args.model, "--port", "0", "--state", state]
    for setting in args.set:
        command += ["--set", setting]
    log = open(pathlib.Path(state) / "log", "w")
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        if found:
            return process, found.group(0)
    raise SystemExit(pathlib.Path(log.name).read_text()[-2000:])


def ask(address, sample):
    body = {"query": sample["query"], "history": sample.get("history", [])}
    request = urllib.request.Request(
        f"{address}/v1/functioncall", json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as answer:
        return json.load(answer)


def kind(sample):
    if "function" not in sample:
        return "of no function"
    return "within a dialogue" if "history" in sample else "alone"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinglet", required=True)
    parser.add_argument("--model", default="qwen2.5-coder-0.5b-instruct")
    parser.add_argument("--samples", default=ROOT / "Benchmarks" / "smart-home.jsonl")
    parser.add_argument("--at-once", type=int, default=16)
    parser.add_argument("--set", action="append", default=[])
    args = parser.parse_args()
    args.kinglet = str(pathlib.Path(args.kinglet).resolve())
    with open(args.samples) as lines:
        samples = [json.loads(line) for line in lines]
    with tempfile.TemporaryDirectory() as state:
        process, address = start(args, state)
        begin = time.time()
        try:
            with concurrent.futures.ThreadPoolExecutor(args.at_once) as workers:
                answers = list(workers.map(lambda sample: ask(address, sample), samples))
        finally:
            process.terminate()
            process.wait(30)
    counts = collections.defaultdict(collections.Counter)
    for sample, answer in zip(samples, answers):
        given = answer["calls"][0]["function"] if answer["calls"] else answer["outcome"]
        wanted = sample.get("function", "no_appropriate_function")
        count = counts[kind(sample)]
        count["asked"] += 1
        count["right"] += given == wanted
        count["refused"] += answer["outcome"] != "call"
        if given != wanted:
            print(f"{sample['query']}: {given} instead of {wanted}")
    for name, count in counts.items():
        print(f"{name}: {count['right']} of {count['asked']} right, {count['refused']} refused")
    prompt, cached = (sum(answer["usage"][key] for answer in answers) for key in ("prompt_tokens", "cached_tokens"))
    print(f"{prompt} prompt tokens, {100 * cached / prompt:.0f} % cached; {time.time() - begin:.0f} s")


main()
