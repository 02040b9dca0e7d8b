#!/usr/bin/env python3
"""POST /v1/functioncall with the smart-home pool and 10 candidates, beside llama-server with the same weights file, the same
prompts and its own grammar from the same schemas.

    Benchmarks/functioncall.py --kinglet .build/release/kinglet --llama-server llama.cpp/build/bin/llama-server \\
        --gguf ~/.cache/kinglet/models/qwen2.5-coder-0.5b-instruct/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf

Closed loops of 1 and 32 clients, one server after the other. Prints QPS, response times and how many answers name the same
function. Needs nothing but Python.
"""

import argparse
import concurrent.futures
import json
import pathlib
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROOMS = ["kitchen", "bedroom", "living room"]
PHRASES = [
    "turn on the light in the {}", "please switch off everything in the {}", "it is too dark in the {}",
    "set the {} to 21 degrees", "close the blinds in the {}", "how warm is it in the {}",
    "dim the {} lamp to 30 percent", "remind me at seven to air the {}", "play some jazz in the {}",
    "start the robot cleaner in the {}", "wake me at half past six in the {}", "is a window open in the {}",
]
QUERIES = [phrase.format(room) for phrase in PHRASES for room in ROOMS]


def ask(url, body=None, timeout=600):
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data=data, headers={"content-type": "application/json"})
    with urllib.request.urlopen(asked, timeout=timeout) as answer:
        return json.load(answer)


class Server:
    def __init__(self, command, ready):
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, cwd=ROOT)
        for _ in range(600):
            try:
                ask(ready)
                return
            except (OSError, ValueError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise SystemExit(f"{command[0]} did not start; it said:\n{pathlib.Path(self.log.name).read_text()[-2000:]}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)


def loop(clients, seconds, call):
    """Each client asks the next query when its last is answered: (QPS, sorted seconds, {query: name})."""
    times, names, lock = [], {}, threading.Lock()
    numbers = iter(range(10**9))
    begin = time.perf_counter()

    def client():
        while True:
            with lock:
                number = next(numbers)
            start = time.perf_counter()
            if start - begin > seconds:
                return
            place = number % len(QUERIES)
            name = call(place)
            with lock:
                times.append(time.perf_counter() - start)
                names[place] = name

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / (time.perf_counter() - begin), sorted(times), names


def measure(label, call, seconds):
    # As a server that has run for a while: prefixes and grammars are known.
    with concurrent.futures.ThreadPoolExecutor(16) as clients:
        list(clients.map(call, range(len(QUERIES))))
    rows = {}
    for clients in (1, 32):
        qps, times, names = loop(clients, seconds, call)
        rows[clients] = (qps, names)
        print(f"| {label} | {clients} | {len(times)} | {qps:.2f} | {statistics.mean(times) * 1e3:.0f} | "
              f"{times[len(times) // 2] * 1e3:.0f} | {times[int(len(times) * 0.95)] * 1e3:.0f} |", flush=True)
    return rows


def kinglet(arguments):
    url = "http://127.0.0.1:8171"
    with tempfile.TemporaryDirectory() as state:
        command = [arguments.kinglet, "serve", "--model", arguments.model, "--port", "8171", "--state", state, "--set",
                   "log.level=error", *(part for flag in arguments.set for part in ("--set", flag))]
        with Server(command, url + "/readyz"):
            functions = {f["name"]: f for f in ask(url + "/v1/pools/smart-home")["functions"]}
            prompts = []
            for query in QUERIES:
                explained = ask(url + "/v1/functioncall", {"query": query, "top_k": 10, "explain": True})["explain"]
                names = [candidate["function"] for candidate in explained["candidates"]][:10]
                prompts.append((explained["prompt"], [functions[name] for name in names]))

            def call(place):
                answer = ask(url + "/v1/functioncall", {"query": QUERIES[place], "top_k": 10})
                return answer["calls"][0]["function"] if answer["calls"] else answer["outcome"]

            return prompts, measure("Kinglet", call, arguments.seconds)


def closed(properties):
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def llama(arguments, prompts):
    url = "http://127.0.0.1:8172"
    command = [arguments.llama_server, "-m", str(pathlib.Path(arguments.gguf).expanduser()), "--host", "127.0.0.1", "--port",
               "8172", "-t", "2", "-tb", "2", "-np", "32", "-c", "65536", "-fa", "on", "--no-kv-unified", "-b", "2048", "-ub",
               "512", "--cache-prompt", "-cram", "0", "-sps", "0.1", "--no-webui"]
    others = [closed({"name": {"const": name}}) for name in ("no_appropriate_function", "request_unclear")]
    bodies = [{
        "prompt": prompt, "temperature": 0, "n_predict": 256, "cache_prompt": True,
        "json_schema": {"anyOf": [closed({"name": {"const": f["name"]}, "arguments": f["parameters"]})
                                  for f in functions] + others}} for prompt, functions in prompts]
    with Server(command, url + "/health"):
        def call(place):
            try:
                return json.loads(ask(url + "/completion", bodies[place])["content"]).get("name")
            except (ValueError, urllib.error.HTTPError) as error:
                return f"failed: {error}"

        return measure("llama-server", call, arguments.seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinglet", required=True)
    parser.add_argument("--model", default="qwen2.5-coder-0.5b-instruct")
    parser.add_argument("--llama-server", required=True)
    parser.add_argument("--gguf", required=True)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--set", action="append", default=[], help="a setting of Kinglet, as key=value")
    arguments = parser.parse_args()
    arguments.kinglet = str(pathlib.Path(arguments.kinglet).resolve())
    print("| server | clients | answers | QPS | RT mean, ms | p50 | p95 |\n|---|---|---|---|---|---|---|")
    prompts, ours = kinglet(arguments)
    theirs = llama(arguments, prompts)
    same = sum(ours[32][1][place] == name for place, name in theirs[32][1].items() if place in ours[32][1])
    failed = sum(str(name).startswith("failed") for name in theirs[32][1].values())
    print(f"\nQPS at 32 clients: {ours[32][0] / theirs[32][0]:.2f} times llama-server's; {same} of {len(theirs[32][1])} "
          f"queries get the same function or outcome; {failed} failed there")


if __name__ == "__main__":
    main()
