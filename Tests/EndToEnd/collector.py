#!/usr/bin/env python3
"""Traces and metrics through a collector that others wrote: Rotel of PyPI takes them by OTLP/HTTP and hands them on.

    collector.py --kinglet .build/release/kinglet

What telemetry.py checks of what the server sends is checked here of what comes out behind the collector, which decodes every span and
every metric, puts them into batches of its own and encodes them anew. Without the package `rotel` the script says so and ends well.
"""
import contextlib
import json
import pathlib
import re
import socket
import subprocess
import tempfile
import time

from serving import check, needs, parser, request, run, server
from telemetry import Receiver, metrics, traces

rotel = needs("rotel", "rotel")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextlib.contextmanager
def collector(target, folder):
    """Rotel, which sends on to `target`; yields the address that it listens on and what it is."""
    program = pathlib.Path(rotel.__file__).parent / "rotel-agent"
    http, grpc, log = free_port(), free_port(), folder / "rotel.log"
    version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.strip()
    with log.open("w") as output:
        process = subprocess.Popen(
            [program, "start", "--otlp-http-endpoint", f"127.0.0.1:{http}", "--otlp-grpc-endpoint", f"127.0.0.1:{grpc}",
             "--exporter", "otlp", "--otlp-exporter-endpoint", target, "--otlp-exporter-protocol", "http",
             "--debug-log", "traces", "--debug-log", "metrics",
             "--pid-file", folder / "rotel.pid"], stdout=output, stderr=subprocess.STDOUT)
        try:
            for _ in range(100):
                check(process.poll() is None, f"the collector ended: {log.read_text()[-500:]}")
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", http), timeout=1):
                    break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{http}", version, log
        finally:
            process.terminate()
            process.wait(timeout=20)


def main():
    arguments = parser(__doc__.splitlines()[0]).parse_args()
    check(not arguments.url, "this needs a server of its own: give --kinglet")
    receiver = Receiver(refuses=False)
    with tempfile.TemporaryDirectory() as name, collector(receiver.url, pathlib.Path(name)) as (address, version, log):
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_SERVICE_NAME": "kinglet-test"}
        with server(arguments, "--set", "telemetry.otlp.interval_seconds=1", environment=environment) as url:
            traces(url, receiver)
            print(f"traces through {version}: right")
            metrics(url, receiver)
            print(f"metrics through {version}: right")
            counted = [line for line in request(url + "/metrics")[2].splitlines() if line.startswith("kinglet_otlp_")]
            lost = [line for line in counted if re.search('result="(dropped|failed)"', line) and not line.endswith(" 0")]
            check('kinglet_otlp_traces_total{result="exported"} 3' in counted and not lost, f"{counted}")
            before = len(receiver.spans)
            request(url + "/v1/functioncall", {"query": "turn on the bedroom lights"})
        receiver.wait(lambda: len(receiver.spans) > before)
        said = log.read_text()
        check("ERROR" not in said, f"the collector complains: {said[-800:]}")
    print(json.dumps({"spans": len(receiver.spans), "metrics": len(receiver.metrics)}))


run(main)
