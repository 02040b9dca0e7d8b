#!/usr/bin/env python3
"""A real Prometheus scrapes a server under load for five minutes; what it says against what the load generator saw.

    scrape.py --kinglet .build/release/kinglet [--seconds 300] [--rate 2]

Prometheus has the configuration of Deploy as it is (every 5 s). QPS must agree within 2 %, response times within 5 % or 1 ms, the number
of answers exactly; then every expression of the dashboard has data and no alert fires. Without Debian's prometheus the script says
so and ends well. `--rate` is an open loop of so many calls a second, which any machine can keep; `--cc` is a closed loop instead.
"""
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import deploy
from serving import check, parser, request, run, server

CALLS = 'route="/v1/functioncall"'
# Seconds of the load's both ends that no figure is of: scrapes come every five.
EDGE = 15


def value(found):
    check(len(found) == 1, f"one value, not {found}")
    return float(found[0]["value"][1])


def total(ask, counter):
    found = ask(f"sum({counter})")
    return value(found) if found else 0


def ready(ask):
    """Waits for the second scrape."""
    for _ in range(60):
        with contextlib.suppress(OSError):
            if ask("count_over_time(kinglet_build_info[1m]) > 1"):
                return
        time.sleep(1)
    check(False, "Prometheus has not scraped twice within a minute")


def load(options, url, folder):
    """(when it began and ended, the generator's report of the one point)"""
    report = folder / "load.json"
    loop = ["--cc", options.cc] if options.cc else ["--rate", options.rate, "--arrivals", "constant"]
    command = [os.path.abspath(options.kinglet), "load", "--url", url, *loop, "--seconds", options.seconds, "--warmup", 0, "--json", report]
    begin = time.time()
    done = subprocess.run(list(map(str, command)), cwd=deploy.ROOT, capture_output=True, text=True, timeout=options.seconds + 120)
    check(done.returncode == 0, f"kinglet load: {done.stdout[-300:]} {done.stderr[-300:]}")
    return begin, time.time(), json.loads(report.read_text())["points"][0]


def agree(what, theirs, ours, share, plus=0.0):
    print(f"{what}: server {theirs:.4g}, load generator {ours:.4g}, {100 * (theirs / ours - 1):+.2f} %", flush=True)
    check(abs(theirs - ours) <= max(share * ours, plus), f"{what}: {theirs} and {ours}")


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--seconds", type=int, default=300)
    arguments.add_argument("--rate", type=float, default=2)
    arguments.add_argument("--cc", type=int)
    options = arguments.parse_args()
    if not shutil.which("prometheus"):
        print("SKIPPED: no prometheus here (Debian: prometheus)")
        return
    check(options.kinglet, "the load generator is the program: give --kinglet")
    with server(options) as url, deploy.prometheus(url, quick=False) as ask, tempfile.TemporaryDirectory() as name:
        ready(ask)
        counters = [f'kinglet_requests_total{{{CALLS},status="200"}}', *(f"kinglet_response_time_seconds_{of}{{{CALLS}}}" for of in ("sum", "count"))]
        before = [total(ask, counter) for counter in counters]
        begin, end, point = load(options, url, pathlib.Path(name))
        time.sleep(2 * 5 + 1)
        check(point["failed"] == 0, f"requests failed: {point['errors_by_kind']}")
        ours, window = point["steady_state"], int(end - begin) - 2 * EDGE
        at = {"time": end - EDGE}
        scrapes = value(ask(f"count_over_time(kinglet_build_info[{int(end - begin)}s])", time=end))
        print(f"{scrapes:.0f} scrapes while {point['completed']} calls were answered in {end - begin:.0f} s", flush=True)
        agree("QPS", value(ask(f'sum(rate(kinglet_requests_total{{{CALLS},status="200"}}[{window}s]))', **at)), ours["request_throughput"], 0.02)
        answers, seconds, count = (total(ask, counter) - was for counter, was in zip(counters, before))
        check(answers == count == point["completed"], f"Prometheus counts {answers:.0f} answers, the load generator {point['completed']}")
        agree("mean response time, ms", 1000 * seconds / count, point["mean_e2el_ms"], 0.05, plus=1)
        routes = json.loads(request(url + "/v1/stats")[2])["routes"]
        seen = next(route for route in routes if route["route"] == "/v1/functioncall")["total"]
        for name, key in (("p50", "median_e2el_ms"), ("p90", "p90_e2el_ms"), ("p95", "p95_e2el_ms"), ("p99", "p99_e2el_ms")):
            quantile = f"histogram_quantile(0.{name[1:]}, sum by (le) (rate(kinglet_response_time_seconds_bucket{{{CALLS}}}[{window}s])))"
            print(f"{name} of Prometheus' buckets: {1000 * value(ask(quantile, **at)):.4g} ms", flush=True)
            agree(f"{name}, ms, of /v1/stats", 1000 * seen[name], point[key], 0.05, plus=1)
        # What calls alone do not bring about: a refusal, a client that leaves.
        deploy.busy(url)
        time.sleep(5 * 5)
        count = deploy.all_expressions_answered(ask, step="20s")
        print(f"{count} expressions of dashboard, rules and autoscalers have data; no alert fires")


run(main)
