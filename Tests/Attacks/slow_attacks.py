"""Class 9, slowness: clients that hold connections and do nothing with them."""

import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

from kinglet_process import Failure, check

SLOW_CLIENTS = pathlib.Path(__file__).parent / "slow_clients.py"


def wrk(server, seconds):
    """64 clients on /healthz: mean latency in ms, requests a second. Raises for any error."""
    check(shutil.which("wrk"), "wrk is missing: apt-get install wrk")
    out = subprocess.run(
        ["wrk", "-t1", "-c64", f"-d{seconds}s", f"http://127.0.0.1:{server.port}/healthz"], capture_output=True, text=True,
        check=True).stdout
    check("Non-2xx" not in out and "Socket errors" not in out, f"normal clients saw errors: {out}")
    number, unit = re.search(r"Latency\s+([\d.]+)(us|ms|s)", out).groups()
    return float(number) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit], float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])


def slow_headers(server, count=1000, rounds=3, seconds=4):
    """1,000 slow-header connections beside 64 normal clients: no error, at most 20 % more latency. In turns: without, with."""
    alone, beside = [], []
    for _ in range(rounds):
        alone.append(wrk(server, seconds))
        slow = subprocess.Popen([sys.executable, str(SLOW_CLIENTS), str(server.port), str(count)], stdout=subprocess.PIPE, text=True)
        try:
            check(slow.stdout.readline() == "ready\n", "the slow clients did not connect")
            beside.append(wrk(server, seconds))
            check(slow.poll() is None, "the slow clients gave up")
        finally:
            slow.kill()
            slow.wait()
    before, after = (statistics.median(latency for latency, _ in side) for side in (alone, beside))
    rates = [statistics.median(rate for _, rate in side) for side in (alone, beside)]
    print(f"     {count} slow headers: 64 clients' mean latency {before:.2f} -> {after:.2f} ms ({after / before:.2f}), "
          f"{rates[0]:,.0f} -> {rates[1]:,.0f} requests/s")
    check(after <= 1.2 * before, f"{after / before:.2f} times the latency beside {count} slow connections")


class Probe(threading.Thread):
    """Asks /healthz ten times a second, a new connection each, and keeps the times."""

    def __init__(self, server):
        super().__init__()
        self.server, self.times, self.failures, self.ends = server, [], [], threading.Event()

    def run(self):
        while not self.ends.wait(0.1):
            try:
                self.times.append(self.server.expect_healthy(2))
            except (OSError, Failure) as error:
                self.failures.append(f"{type(error).__name__}: {error}")


def slowhttptest(server, mode, *options, connections=1000, rate=400, seconds=25):
    check(shutil.which("slowhttptest"), "slowhttptest is missing: apt-get install slowhttptest")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    probe = Probe(server)
    probe.start()
    with tempfile.TemporaryDirectory() as folder:
        out = subprocess.run(
            ["slowhttptest", mode, "-c", str(connections), "-r", str(rate), "-l", str(seconds), "-p", "3", *options],
            capture_output=True, text=True, timeout=seconds + 60, cwd=folder)
    probe.ends.set()
    probe.join()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    times = sorted(probe.times)
    check(times and not probe.failures, f"slowhttptest {mode}: {len(probe.failures)} probes failed: {probe.failures[:3]}")
    found = re.findall(r"service available:(?:\x1b\[[\d;]*m|\s)*(YES|NO)", out.stdout)
    check(found and "NO" not in found, f"slowhttptest {mode} says that the service was unavailable")
    print(f"     slowhttptest {mode} -c {connections}: {len(times)} probes, median {times[len(times) // 2] * 1e3:.1f} ms, "
          f"longest {times[-1] * 1e3:.0f} ms, slowhttptest saw {len(found)} states, all YES")


def slow_loris(server):
    slowhttptest(server, "-H", "-i", "5", "-t", "GET", "-x", "24", "-u", f"http://127.0.0.1:{server.port}/healthz")


def slow_bodies(server):
    slowhttptest(server, "-B", "-i", "5", "-s", "8192", "-t", "POST", "-x", "10", "-u", f"http://127.0.0.1:{server.port}/tokenize")


def ranges(server):
    slowhttptest(server, "-R", "-t", "HEAD", "-a", "10", "-b", "3000", "-u", f"http://127.0.0.1:{server.port}/healthz",
                 seconds=10)


def slow_readers(server):
    slowhttptest(server, "-X", "-w", "512", "-y", "1024", "-n", "5", "-z", "32", "-k", "3", "-u",
                 f"http://127.0.0.1:{server.port}/v1/pools/smart-home")


def above_the_cap(server):
    """More slow connections than the server takes at all (server.max_connections, 4,096): newcomers are still served."""
    slowhttptest(server, "-H", "-i", "5", "-t", "GET", "-x", "24", "-u", f"http://127.0.0.1:{server.port}/healthz",
                 connections=6000, rate=2000)


ATTACKS = [
    ("1,000 slow headers beside 64 clients", slow_headers, 9, 90, 150),
    ("slowhttptest: slow headers", slow_loris, 9, 60, 150),
    ("slowhttptest: slow bodies", slow_bodies, 9, 60, 150),
    ("slowhttptest: ranges", ranges, 9, 60, 150),
    ("slowhttptest: slow readers", slow_readers, 9, 60, 400),
    ("slowhttptest: 6,000 slow headers", above_the_cap, 9, 90, 300),
]
