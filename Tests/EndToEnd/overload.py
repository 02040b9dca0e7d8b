#!/usr/bin/env python3
"""Four times the load that the server sustains, for a minute; or, with --rush, many clients at once.

    overload.py --kinglet .build/release/kinglet --model qwen2.5-coder-0.5b-instruct --seconds 60
    overload.py --kinglet .build/release/kinglet --model qwen2.5-coder-0.5b-instruct --rush 600

A rush: so many clients ask at the same moment, each with 800 tokens that no other has. Exit code 1 unless every accepted
one is answered within `engine.max_wait_seconds` and its own work (its prompt, and an answer whose steps are full of the
others' prompts), the rest has its 429 with `retry-after` within 100 ms (the 99th percentile), and meanwhile `/healthz`
answers within 50 ms (the 99th percentile, asked 20 times a second).

Asks two dozen sentences alone and keeps the answers; measures how many a second the server sustains; then sends four times
as many at even intervals, whatever happens to those before. Exit code 1 unless every accepted request has the
answer it had alone, every other one is a 429 with `retry-after` that comes within 50 ms (the 99th percentile; the
client shares the machine's cores with the server), nothing fails and memory stays where it was.
"""
import argparse
import asyncio
import collections
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

QUERIES = [f"{what} in the {room}" for room in ("kitchen", "bedroom", "living room", "office", "hall", "garage")
           for what in ("turn off the lights", "make it two degrees warmer", "play some jazz", "close the blinds")]


class Connections:
    """Kept-alive HTTP/1.1 connections, as many as are needed at once."""

    def __init__(self, port):
        self.port, self.idle = port, []

    async def post(self, path, body):
        """Status, retry-after, body and seconds from the request's last byte to the answer's."""
        reader, writer = self.idle.pop() if self.idle else await asyncio.open_connection("127.0.0.1", self.port)
        text = json.dumps(body).encode()
        writer.write(f"POST {path} HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\n"
                     f"content-length: {len(text)}\r\n\r\n".encode() + text)
        begin = time.perf_counter()
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(re.search(r"content-length: (\d+)", head).group(1))
        answer = await reader.readexactly(length)
        seconds = time.perf_counter() - begin
        if "connection: close" in head:
            writer.close()
        else:
            self.idle.append((reader, writer))
        retry = re.search(r"retry-after: (\d+)", head)
        return int(head.split()[1]), retry and int(retry.group(1)), json.loads(answer), seconds


def resident_mib(pid):
    with open(f"/proc/{pid}/status") as lines:
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def start(arguments, state):
    process = subprocess.Popen(
        [arguments.kinglet, "serve", "--model", arguments.model, "--port", "0", "--state", state,
         "--set", "log.level=warning", "--set", f"engine.max_wait_seconds={arguments.max_wait}",
         # A rush meets the defaults.
         *([] if arguments.rush else ["--set", f"engine.max_running={arguments.running}",
                                      "--set", f"engine.max_waiting={arguments.waiting}"])], stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if found:
            return process, int(found.group(1))
    sys.exit("the server ended before it printed its address")


async def sustained(server, seconds, clients):
    """Answers a second in a closed loop."""
    end, count = time.time() + seconds, 0

    async def client(number):
        nonlocal count
        while time.time() < end:
            status, *_ = await server.post("/v1/functioncall", {"query": QUERIES[number % len(QUERIES)]})
            count += status == 200
            number += clients

    begin = time.time()
    await asyncio.gather(*(client(n) for n in range(clients)))
    return count / (time.time() - begin)


async def run(arguments, process, port):
    server = Connections(port)
    alone = {}
    for query in QUERIES:
        status, _, answer, _ = await server.post("/v1/functioncall", {"query": query})
        assert status == 200, answer
        alone[query] = [(c["function"], c["parameters"]) for c in answer["calls"]]
    rate = await sustained(server, arguments.calibration, arguments.running)
    before = resident_mib(process.pid)
    offered = 4 * rate
    print(f"sustained {rate:.2f}/s with {arguments.running} clients; offering {offered:.2f}/s for {arguments.seconds} s")

    results, failures = [], collections.Counter()

    async def one(query):
        try:
            results.append((query, *await server.post("/v1/functioncall", {"query": query})))
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            failures[type(error).__name__] += 1

    tasks, begin, count, peak = [], time.perf_counter(), int(offered * arguments.seconds), before
    for number in range(count):
        delay = begin + number / offered - time.perf_counter()
        if delay > 0:
            await asyncio.sleep(delay)
        tasks.append(asyncio.create_task(one(QUERIES[number % len(QUERIES)])))
        if number % 50 == 0:
            peak = max(peak, resident_mib(process.pid))
    await asyncio.gather(*tasks)
    after = resident_mib(process.pid)

    statuses = collections.Counter(status for _, status, *_ in results)
    wrong = sum(status == 200 and [(c["function"], c["parameters"]) for c in answer["calls"]] != alone[query]
                for query, status, _, answer, _ in results)
    accepted = sorted(s for _, status, _, _, s in results if status == 200)
    refused = sorted(s * 1000 for _, status, _, _, s in results if status == 429)
    retries = [r for _, status, r, _, _ in results if status == 429]
    quantile = lambda values, share: values[min(len(values) - 1, int(share * len(values)))]  # noqa: E731
    print(f"{count} sent: {dict(statuses)}, failed {sum(failures.values())} {dict(failures)}")
    print(f"accepted {len(accepted) / arguments.seconds:.2f}/s, RT p50 {statistics.median(accepted):.2f} s, "
          f"p99 {quantile(accepted, 0.99):.2f} s, {wrong} differ from the answer alone")
    print(f"429 after p50 {statistics.median(refused):.1f} ms, p99 {quantile(refused, 0.99):.1f} ms, "
          f"max {refused[-1]:.1f} ms; retry-after {min(retries)} to {max(retries)} s")
    print(f"memory {before:.0f} MiB before, {peak:.0f} MiB peak, {after:.0f} MiB after")
    problems = [text for bad, text in [
        (process.poll() is not None, "the server ended"), (failures, "requests failed"),
        (set(statuses) - {200, 429}, "a status other than 200 and 429"), (wrong, "answers differ"),
        (len(accepted) < 0.7 * rate * arguments.seconds, "accepted requests suffer: fewer than 70 % of the sustained rate"),
        (quantile(refused, 0.99) > arguments.within, f"429 takes more than {arguments.within} ms"),
        (any(r is None or not 1 <= r <= 60 for r in retries), "429 without a sane retry-after"),
        (peak > before * 1.1 + 32, "memory grew"),
    ] if bad]
    return problems


def prompt_of(number, tokens):
    """Token ids that no other client has: not even the first."""
    return [1000 + (number * 7919 + place * 104729 + place * place * number) % 90000 for place in range(tokens)]


async def health(server, times, is_over):
    while not is_over.is_set():
        begin = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET /healthz HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n")
        await reader.read()
        writer.close()
        times.append((time.perf_counter() - begin) * 1000)
        await asyncio.sleep(0.05)


async def rush(arguments, process, port):
    """All clients connect first, then all send at once: what is measured is the server, not the client's sockets."""
    server, tokens = Connections(port), arguments.tokens
    body = lambda number: {"prompt": prompt_of(number, tokens), "max_tokens": 16, "temperature": 0}  # noqa: E731
    alone = []
    for number in range(3):
        status, _, answer, seconds = await server.post("/v1/completions", body(10_000 + number))
        assert status == 200, answer
        alone.append(seconds)
    step = statistics.median(alone) * 512 / tokens
    own = statistics.median(alone) + 16 * step
    print(f"alone {statistics.median(alone):.2f} s; its own work at most {own:.1f} s in company")
    server.idle += [await asyncio.open_connection("127.0.0.1", port) for _ in range(arguments.rush)]
    bodies = [body(number) for number in range(arguments.rush)]
    is_over, checks = asyncio.Event(), []
    watch = asyncio.create_task(health(server, checks, is_over))
    results = await asyncio.gather(*(server.post("/v1/completions", body) for body in bodies), return_exceptions=True)
    is_over.set()
    await watch
    failed = [r for r in results if isinstance(r, BaseException)]
    results = [r for r in results if not isinstance(r, BaseException)]
    statuses = collections.Counter(status for status, *_ in results)
    accepted = sorted(s for status, _, _, s in results if status == 200)
    refused = sorted(s * 1000 for status, _, _, s in results if status == 429)
    retries = [r for status, r, _, _ in results if status == 429]
    quantile = lambda values, share: values[min(len(values) - 1, int(share * len(values)))]  # noqa: E731
    print(f"{arguments.rush} at once, {tokens} tokens each: {dict(statuses)}, failed {len(failed)} {failed[:1]}")
    print(f"accepted: p50 {statistics.median(accepted):.1f} s, last {accepted[-1]:.1f} s "
          f"of {arguments.max_wait} + {own:.1f} allowed")
    if refused:
        print(f"429 after p50 {statistics.median(refused):.1f} ms, p99 {quantile(refused, 0.99):.1f} ms, "
              f"max {refused[-1]:.1f} ms; retry-after {min(retries)} to {max(retries)} s")
    checks.sort()
    print(f"/healthz {len(checks)} times: p50 {statistics.median(checks):.1f} ms, p99 {quantile(checks, 0.99):.1f} ms")
    return [text for bad, text in [
        (process.poll() is not None, "the server ended"), (failed, "requests failed"),
        (set(statuses) - {200, 429}, "a status other than 200 and 429"),
        (accepted[-1] > arguments.max_wait + own, "an accepted request waited too long"),
        (accepted[-1] < arguments.max_wait / 4 and refused, "refused with room to spare"),
        (refused and quantile(refused, 0.99) > 100, "429 takes more than 100 ms"),
        (any(r is None or not 1 <= r <= 60 for r in retries), "429 without a sane retry-after"),
        (quantile(checks, 0.99) > 50, "/healthz takes more than 50 ms"),
    ] if bad]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinglet", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--calibration", type=float, default=15)
    parser.add_argument("--running", type=int, default=8)
    parser.add_argument("--waiting", type=int, default=16)
    parser.add_argument("--rush", type=int, default=0, help="clients at once; 0: the load of a minute instead")
    parser.add_argument("--tokens", type=int, default=800, help="of each client of a rush")
    parser.add_argument("--max-wait", type=int, default=30, help="engine.max_wait_seconds")
    parser.add_argument("--within", type=float, default=50, help="milliseconds until a 429, 99th percentile")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as state:
        process, port = start(arguments, state)
        try:
            problems = asyncio.run((rush if arguments.rush else run)(arguments, process, port))
        finally:
            if process.poll() is None:
                os.kill(process.pid, signal.SIGTERM)
                process.wait(30)
    print("; ".join(problems) or "all holds")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
