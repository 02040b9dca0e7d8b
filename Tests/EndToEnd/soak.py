#!/usr/bin/env python3
"""Memory under a long mixed load: function calls with ever new schemas, random completions, clients that hang up.

    soak.py --kinglet .build/release/kinglet --model qwen2.5-coder-0.5b-instruct --requests 10000

Starts a server, warms it with 1,000 requests (the grammar cache holds 256 schemas, and a third of the requests has one),
sends as many more as asked, and prints the resident memory on the way. Exit code 1 if it has grown by 2 % or more since
the warm-up, if idle memory is above weights + KV cache + 216 MiB, if a block that is not pinned is still held at the end, or
if an answer had an unexpected status.
"""
import argparse
import collections
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

WORDS = ("alpha bridge candle delta ember forest garden harbour island jungle kettle lantern meadow needle orchard "
         "pepper quarry river saddle timber umbrella valley window yonder zephyr").split()


def schema(source):
    """A schema that no other request has."""
    properties = {}
    for _ in range(source.randint(1, 4)):
        name = f"{source.choice(WORDS)}_{source.randrange(10**6)}"
        properties[name] = source.choice([
            {"type": "integer", "minimum": source.randrange(10), "maximum": source.randint(10, 10**4)},
            {"type": "string", "maxLength": source.randint(3, 12)},
            {"type": "boolean"},
            {"enum": source.sample(WORDS, 4)},
            {"type": "array", "items": {"enum": source.sample(WORDS, 3)}, "maxItems": 3},
            {"type": "string", "pattern": "^[a-z]{2,%d}$" % source.randint(3, 9)},
        ])
    return {"type": "object", "properties": properties, "required": list(properties)[:1]}


def request(source):
    """Path, body, and after how many seconds the client hangs up, if it does."""
    kind = source.random()
    text = " ".join(source.choices(WORDS, k=source.randint(2, 40)))
    hangs_up = source.uniform(0, 0.5) if source.random() < 0.15 else None
    if kind < 0.35:
        name = f"do_{source.choice(WORDS)}"
        return "/v1/functioncall", {"query": text[:120], "functions": [
            {"name": name, "description": f"{name}: {text[:60]}", "parameters": schema(source)}]}, hangs_up
    if kind < 0.45:
        return "/v1/functioncall", {"query": f"turn on the {source.choice(WORDS)} lamp"}, hangs_up
    body = {"prompt": text, "max_tokens": source.randint(1, 16), "temperature": source.choice([0, 0.8])}
    if source.random() < 0.3:
        body["logprobs"] = 3
    if source.random() < 0.2:
        body["stop"] = [source.choice(WORDS)]
    if source.random() < 0.3:
        body["stream"] = True
    return "/v1/completions", body, hangs_up


def send(port, seed):
    path, body, hangs_up = request(random.Random(seed))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
        if hangs_up is not None:
            time.sleep(hangs_up)
            return "hung up"
        response = connection.getresponse()
        text = response.read()
        if response.status >= 400:
            print(f"{response.status} {path} {json.dumps(body)[:300]}: {text[:300]}", file=sys.stderr)
        return response.status
    except OSError as error:
        return f"error: {error}"
    finally:
        connection.close()


def memory(process):
    """MiB by kind, from /proc/PID/smaps_rollup; of the process alone, so that file pages shared with others count too."""
    with open(f"/proc/{process.pid}/smaps_rollup") as lines:
        fields = dict(re.findall(r"^(\w+):\s+(\d+) kB", lines.read(), re.M))
    return {"resident": int(fields["Rss"]) / 1024, "private": int(fields["Private_Dirty"]) / 1024}


def stats(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", "/v1/stats")
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer["engine"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinglet", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--requests", type=int, default=10000)
    parser.add_argument("--warm-up", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kv-mib", type=int, default=256)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as state:
        log = os.path.join(state, "log")
        process = subprocess.Popen(
            [args.kinglet, "serve", "--model", args.model, "--port", "0", "--state", state],
            env=os.environ | {"KINGLET_ENGINE_KV_CACHE_MIB": str(args.kv_mib)},
            stdout=subprocess.PIPE, stderr=open(log, "w"), text=True)
        try:
            sys.exit(run(args, process, log))
        finally:
            if process.poll() is None:
                process.kill()


def run(args, process, log):
    port = None
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if found:
            port = int(found.group(1))
            break
    if port is None:
        print("the server did not start", file=sys.stderr)
        return 1
    time.sleep(2)
    with open(log) as lines:
        weights = int(re.search(r"weights_mib[\"=: ]+(\d+)", lines.read()).group(1))
    idle = memory(process)
    # Of 200 MiB for everything else; an adapter is read in 32 bits before it is packed, and its heap is kept for the next.
    allowed = weights + args.kv_mib + 216
    print(f"idle {idle['resident']:.0f} MiB resident ({idle['private']:.0f} private dirty); "
          f"weights {weights} + KV cache {args.kv_mib} + 216 = {allowed}")
    failures = []
    if idle["resident"] > allowed:
        failures.append(f"idle memory {idle['resident']:.0f} MiB is above {allowed} MiB")

    outcomes = collections.Counter()
    warm = max(args.warm_up, args.requests // 10)
    first = None
    begin = time.time()
    with ThreadPoolExecutor(args.at_once) as workers:
        for start in range(0, args.requests + warm, warm):
            count = min(warm, args.requests + warm - start)
            seeds = range(args.seed * 10**9 + start, args.seed * 10**9 + start + count)
            outcomes.update(workers.map(lambda seed: send(port, seed), seeds))
            time.sleep(1)
            now = memory(process)
            if first is None:
                first = now
            print(f"{start + count:6d} requests, {time.time() - begin:5.0f} s: {now['resident']:7.1f} MiB "
                  f"({100 * (now['resident'] / first['resident'] - 1):+.2f} %)", flush=True)
    growth = now["resident"] / first["resident"] - 1
    print(f"outcomes: {dict(outcomes)}")
    print(f"growth after {args.requests} requests: {100 * growth:+.2f} %")
    if growth >= 0.02:
        failures.append(f"resident memory grew by {100 * growth:.2f} %")
    unexpected = {key: value for key, value in outcomes.items() if key not in (200, "hung up")}
    if unexpected:
        failures.append(f"unexpected outcomes: {unexpected}")
    engine = stats(port)
    print(f"engine: {engine}")
    if engine["running"] or engine["waiting"] or engine["kv_cache"]["in_use"] != engine["kv_cache"]["pinned"]:
        failures.append("requests or their blocks are still in the engine")
    process.send_signal(signal.SIGTERM)
    if process.wait(timeout=30) != 0:
        failures.append(f"exit code {process.returncode}")
    for failure in failures:
        print(f"FAILED: {failure}", file=sys.stderr)
    return 1 if failures else 0


main()
