#!/usr/bin/env python3
"""GET /healthz on Kinglet, a minimal Hummingbird 2 server and nginx, in turns, with the same number of workers.

    swift build -c release --product kinglet
    swift build -c release --package-path Benchmarks/HummingbirdServer
    apt-get install wrk nghttp2-client nginx-light
    Benchmarks/compare.py

Prints two tables: HTTP/1.1 keep-alive by wrk, HTTP/2 without TLS by h2load. CPU is what the server's process used, so it
tells more than requests a second where client and server share the cores.
"""

import argparse
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
NGINX = """
daemon off; worker_processes {workers}; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; default_type application/json;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port} reuseport; location = /healthz {{ return 200 '{{"status":"ok"}}'; }} }}
  server {{
    listen 127.0.0.1:{h2} http2 reuseport;
    location = /healthz {{ return 200 '{{"status":"ok"}}'; }}
  }}
}}
"""


def cpu_seconds(pid):
    """User and system time of a process and its children that run."""
    total = 0.0
    pids = [pid] + [int(p) for p in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    for each in pids:
        fields = pathlib.Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def wait_for(port, process, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            sys.exit(f"{process.args[0]} ended with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"nothing listens on port {port}")


def wrk(port, options):
    out = subprocess.run(
        ["wrk", "-t2", f"-c{options.connections}", f"-d{options.seconds}s", "--latency",
         f"http://127.0.0.1:{port}/healthz"], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        sys.exit(f"port {port}: {out}")
    requests = int(re.search(r"(\d+) requests in", out)[1])
    return requests, float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), re.search(r"99%\s+(\S+)", out)[1]


def h2load(port, options):
    out = subprocess.run(
        ["h2load", "-t2", f"-c{options.connections}", "-m10", f"-D{options.seconds}",
         f"http://127.0.0.1:{port}/healthz"], capture_output=True, text=True, check=True).stdout
    requests, failed = int(re.search(r"(\d+) succeeded", out)[1]), int(re.search(r"(\d+) failed", out)[1])
    if failed or not requests:
        sys.exit(f"port {port}: {out}")
    return requests, requests / options.seconds, "-"


def measure(name, tool, servers, options):
    """A round is every server once; the median of the rounds counts."""
    rates, cpu, slowest = ({label: [] for label in servers} for _ in range(3))
    for _ in range(options.rounds):
        for label, (process, port) in servers.items():
            before = cpu_seconds(process.pid)
            requests, rate, p99 = tool(port, options)
            cpu[label].append((cpu_seconds(process.pid) - before) / requests * 1e6)
            rates[label].append(rate)
            slowest[label].append(p99)
    ours = statistics.median(rates["Kinglet"])
    print(f"\n| {name} | requests/s | Kinglet to it | CPU µs a request | p99 |\n|---|---|---|---|---|")
    for label in servers:
        rate = statistics.median(rates[label])
        print(f"| {label} | {rate:,.0f} | {ours / rate:.2f} | {statistics.median(cpu[label]):.1f} "
              f"| {slowest[label][-1]} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinglet", default=str(ROOT / ".build/release/kinglet"))
    parser.add_argument("--hummingbird", default=str(ROOT / "Benchmarks/HummingbirdServer/.build/release/MinimalServer"))
    parser.add_argument("--port", type=int, default=8110, help="the first of four")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="of nginx and Hummingbird; Kinglet: one a core")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    port = options.port
    with tempfile.TemporaryDirectory() as folder:
        configuration = pathlib.Path(folder, "nginx.conf")
        configuration.write_text(NGINX.format(workers=options.workers, folder=folder, port=port + 2, h2=port + 3))
        commands = {
            "Kinglet": [options.kinglet, "serve", "--port", str(port), "--set", "log.level=warning",
                        "--set", f"state={folder}/state"],
            "Hummingbird": [options.hummingbird, str(port + 1), str(options.workers)],
            "nginx": ["nginx", "-c", str(configuration)],
        }
        processes = {}
        try:
            for index, (label, command) in enumerate(commands.items()):
                processes[label] = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=ROOT)
                wait_for(port + index, processes[label])
            servers = {label: (process, port + index) for index, (label, process) in enumerate(processes.items())}
            measure("HTTP/1.1, wrk", wrk, servers, options)
            h2 = {"Kinglet": servers["Kinglet"], "nginx": (processes["nginx"], port + 3)}
            measure("HTTP/2, h2load", h2load, h2, options)
        finally:
            for process in processes.values():
                process.send_signal(signal.SIGTERM)
            for process in processes.values():
                process.wait(20)


main()
