#!/usr/bin/env python3
"""Evaluations as jobs: killed at random moments they end with one result a sample, and live requests do not feel them.

    evaluations.py --kinglet .build/release/kinglet --data Tests/Requests/smart-home.jsonl --limit 500 --kills 3

Kills the server with SIGKILL while it answers, starts it on the same state and waits for the end; then answers the same samples without
a kill and compares. With --live it also sends function calls one after the other, without and beside a job, and compares the p95 of their
times. Exit code 1 where a sample has no result, two results or another one, or the p95 is more than 1.5 times as long.
"""
import argparse
import json
import pathlib
import random
import shutil
import sys
import tempfile
import time

from kill import Server, request


def submit(port, limit):
    status, body = request(port, "POST", "/v1/evaluations",
                           {"dataset": "samples", "pool": "smart-home", "limit": limit, "seed": 1, "concurrency": 4})
    assert status == 202, (status, body)
    return json.loads(body)["id"]


def job(port, name):
    jobs = json.loads(request(port, "GET", "/v1/evaluations")[1])["evaluations"]
    return next(job for job in jobs if job["id"] == name)


def wait(port, name, answered=None):
    while True:
        now = job(port, name)
        if now["state"] not in ("queued", "running") or answered is not None and now["answered"] >= answered:
            return now
        time.sleep(0.05)


def results(port, name):
    lines = request(port, "GET", f"/v1/evaluations/{name}/results")[1].splitlines()
    found = [json.loads(line) for line in lines]
    return [(one["id"], one["outcome"], json.dumps(one["calls"], sort_keys=True), one["right"]) for one in found]


def p95(port, queries):
    times = []
    for query in queries:
        begin = time.monotonic()
        status, body = request(port, "POST", "/v1/functioncall", {"query": query, "pool": "smart-home"})
        assert status == 200, (status, body)
        times.append(time.monotonic() - begin)
        time.sleep(0.05)
    return sorted(times)[int(0.95 * len(times))], sorted(times)[len(times) // 2]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--kinglet", required=True)
    arguments.add_argument("--model", default="qwen2.5-coder-0.5b-instruct")
    arguments.add_argument("--data", default="Tests/Requests/smart-home.jsonl")
    arguments.add_argument("--limit", type=int, default=200)
    arguments.add_argument("--kills", type=int, default=3)
    arguments.add_argument("--live", type=int, default=0, help="function calls to send")
    arguments.add_argument("--port", type=int, default=18_473)
    arguments.add_argument("--seed", type=int, default=1)
    arguments = arguments.parse_args()
    chance, state = random.Random(arguments.seed), tempfile.mkdtemp()
    folder = pathlib.Path(state) / "data"
    folder.mkdir()
    # The request names the pool; the set's own path of it holds where the set lies.
    samples = [{name: value for name, value in json.loads(line).items() if name != "pool"} for line in open(arguments.data)]
    (folder / "samples.jsonl").write_text("".join(json.dumps(sample) + "\n" for sample in samples))
    flags = ["--set", f"evaluation.folder={folder}"]

    def start():
        return Server(arguments.kinglet, arguments.model, state, arguments.port, *flags)

    server = start()
    try:
        name = submit(arguments.port, arguments.limit)
        for kill in range(arguments.kills):
            done = job(arguments.port, name)["answered"]
            goal = done + (arguments.limit - done) * chance.uniform(0.1, 0.5)
            wait(arguments.port, name, goal)
            time.sleep(chance.uniform(0, 0.2))
            server.kill()
            server = start()
            print(f"killed at {goal:.0f}; {job(arguments.port, name)['answered']} results were kept", flush=True)
        killed = wait(arguments.port, name)
        first = results(arguments.port, name)
        whole = wait(arguments.port, submit(arguments.port, arguments.limit))
        second = results(arguments.port, whole["id"])
        print(f"killed {arguments.kills} times: {killed['state']}, {len(first)} results, {killed['right']['right']} right; "
              f"without: {len(second)} results, {whole['right']['right']} right")
        if len({one[0] for one in first}) != arguments.limit or len(first) != arguments.limit:
            sys.exit("a sample has no result, or two")
        if first != second:
            differing = [pair for pair in zip(first, second) if pair[0] != pair[1]]
            sys.exit(f"{len(differing)} results differ: {differing[:3]}")
        if arguments.live:
            queries = [json.loads(line)["query"] for line in open(arguments.data)][:arguments.live]
            p95(arguments.port, queries)
            alone, middle = p95(arguments.port, queries)
            name = submit(arguments.port, None)
            beside, other = p95(arguments.port, queries)
            still = job(arguments.port, name)
            print(f"live calls: p50 {middle * 1000:.0f} ms alone, {other * 1000:.0f} ms beside a job; p95 {alone * 1000:.0f} ms alone, "
                  f"{beside * 1000:.0f} ms beside ({beside / alone:.2f}); the job answered {still['answered']} meanwhile ({still['state']})")
            if beside > 1.5 * alone:
                sys.exit("live requests feel the job")
    finally:
        server.kill()
        shutil.rmtree(state)


if __name__ == "__main__":
    main()
