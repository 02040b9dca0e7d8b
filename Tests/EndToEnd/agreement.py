#!/usr/bin/env python3
"""kinglet load, wrk and h2load on the same endpoints: QPS and the median response time of the three must agree within 5 %.

    agreement.py --kinglet .build/release/kinglet [--rounds 5] [--seconds 4] [--cc 16]

All three over HTTP/1.1 with the same number of connections, a closed loop each, in turns, every round in another order; the medians of
the rounds count. Beside a GET of a small page a function call, the same query again and again. Clients: Debian's wrk and nghttp2-client;
without them the script says so and ends well. Figures mean something on a quiet machine only; elsewhere a wider --within may do.

For the page the server has all processors but the last, the generators that one: where they share processors, QPS is as much the
generator's as the server's. The function call has them all; the generator does next to nothing there.
"""
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

from serving import check, parser, run, server

CALL = {"query": "turn off the kitchen lights", "pool": "smart-home", "top_k": 3}
UNITS = {"us": 1e-3, "ms": 1, "s": 1000}


def output(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300)
    check(done.returncode == 0, f"{' '.join(map(str, command))}: {(done.stdout + done.stderr)[-500:]}")
    return done.stdout


class Endpoint:
    """What is asked, in each tool's form."""

    def __init__(self, folder, path, body=None):
        self.path, self.folder = path, folder
        self.name = path.strip("/").replace("/", "-")
        if body is None:
            self.kinglet, self.wrk, self.h2load = ["--workload", "get", "--path", path], [], []
            return
        query, pool, top = body["query"], body["pool"], body["top_k"]
        (folder / "queries.txt").write_text(query + "\n")
        # Byte for byte what kinglet load sends.
        text = json.dumps({"query": query, "pool": pool, "top_k": top}, separators=(",", ":"))
        (folder / "body.json").write_text(text)
        (folder / "post.lua").write_text(
            f'wrk.method = "POST"\nwrk.body = [[{text}]]\nwrk.headers["Content-Type"] = "application/json"\n')
        self.kinglet = ["--queries", folder / "queries.txt", "--pool", pool, "--extra", json.dumps({"top_k": top})]
        self.wrk = ["-s", folder / "post.lua"]
        self.h2load = ["-d", folder / "body.json", "-H", "content-type: application/json"]


def kinglet_load(options, url, endpoint):
    report = endpoint.folder / "load.json"
    output(options.kinglet, "load", "--url", url, "--cc", options.cc, "--seconds", options.seconds, "--min-rounds", 0, "--json", report,
           *endpoint.kinglet)
    point = json.loads(report.read_text())["points"][0]
    check(point["failed"] == 0, f"kinglet load: {point['errors_by_kind']}")
    figures = point["steady_state"] or point
    return figures["request_throughput"], figures["median_e2el_ms"]


def wrk(options, url, endpoint):
    text = output("wrk", "-t1", f"-c{options.cc}", f"-d{options.seconds}s", "--timeout", "60s", "--latency", *endpoint.wrk,
                  url + endpoint.path)
    check("Socket errors" not in text and "Non-2xx" not in text, f"wrk: {text}")
    median = re.search(r"50%\s+([\d.]+)(us|ms|s)\b", text)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), float(median[1]) * UNITS[median[2]]


def h2load(options, url, endpoint):
    log = endpoint.folder / "h2load.log"
    log.unlink(missing_ok=True)
    text = output("h2load", "--h1", "-t1", f"-c{options.cc}", f"-D{options.seconds}", f"--log-file={log}", *endpoint.h2load,
                  url + endpoint.path)
    failed = re.search(r"(\d+) failed, (\d+) errored, (\d+) timeout", text)
    check(failed and failed.groups() == ("0", "0", "0") and re.search(r"0 3xx, 0 4xx, 0 5xx", text), f"h2load: {text}")
    lines = [line.split("\t") for line in log.read_text().splitlines()]
    return float(re.search(r"([\d.]+) req/s", text)[1]), statistics.median(int(line[2]) for line in lines) / 1000


TOOLS = {"kinglet load": kinglet_load, "wrk": wrk, "h2load": h2load}


def compare(options, url, endpoint):
    """Measures in turns; returns by how much the furthest two are apart, of QPS and of the median."""
    seen = {name: [] for name in TOOLS}
    wrk(argparse_like(options, seconds=1), url, endpoint)  # the server's first second is nobody's
    for turn in range(options.rounds):
        names = list(TOOLS)
        for name in names[turn % 3:] + names[:turn % 3]:
            seen[name].append(TOOLS[name](options, url, endpoint))
    print(f"\n{endpoint.path}, {options.cc} connections, {options.rounds} rounds of {options.seconds} s", flush=True)
    print(f"  {'':14}{'QPS':>10}{'p50 ms':>10}   QPS of the rounds")
    medians = {}
    for name, pairs in seen.items():
        medians[name] = tuple(statistics.median(pair[i] for pair in pairs) for i in (0, 1))
        print(f"  {name:14}{medians[name][0]:>10.2f}{medians[name][1]:>10.3f}   " + " ".join(f"{qps:.1f}" for qps, _ in pairs), flush=True)
    apart = [max(values) / min(values) - 1 for values in zip(*medians.values())]
    print(f"  furthest apart: QPS {100 * apart[0]:.1f} %, p50 {100 * apart[1]:.1f} %", flush=True)
    return apart


def argparse_like(options, **changed):
    return type(options)(**{**vars(options), **changed})


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=4, help="of each tool in each round; three times as many for the call")
    arguments.add_argument("--cc", type=int, default=16)
    arguments.add_argument("--path", default="/healthz")
    arguments.add_argument("--within", type=float, default=5, help="percent")
    options = arguments.parse_args()
    missing = [name for name in ("wrk", "h2load") if not shutil.which(name)]
    if missing:
        print(f"SKIPPED: no {', '.join(missing)} here (Debian: wrk, nghttp2-client)")
        return
    options.kinglet = os.path.abspath(options.kinglet or shutil.which("kinglet") or sys.exit("name the program: --kinglet"))
    everywhere, apart = os.sched_getaffinity(0), {}
    memory = "/dev/shm" if os.path.isdir("/dev/shm") else None
    with tempfile.TemporaryDirectory(dir=memory) as name:
        folder, last = pathlib.Path(name), max(everywhere)
        os.sched_setaffinity(0, everywhere - {last} or everywhere)
        with server(options) as url:
            os.sched_setaffinity(0, {last})
            apart[options.path] = compare(options, url, Endpoint(folder, options.path))
            os.sched_setaffinity(0, everywhere)
        with server(options) as url:
            model = argparse_like(options, seconds=3 * options.seconds, cc=min(options.cc, 4))
            apart["/v1/functioncall"] = compare(model, url, Endpoint(folder, "/v1/functioncall", CALL))
    wide = [f"{path}: {what} {100 * by:.1f} %" for path, pair in apart.items() for what, by in zip(("QPS", "p50"), pair)
            if 100 * by > options.within]
    check(not wide, f"further than {options.within} % apart: {wide}")
    print(f"\nkinglet load, wrk and h2load agree within {options.within} %")


run(main)
