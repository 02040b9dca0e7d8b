#!/usr/bin/env python3
"""Clients that others wrote, against a running server: curl, nghttp, h2load and wrk over HTTP/1.1, h2c and TLS.

Each gets /healthz, a function call and, where it can read one, a stream of events; statuses, bodies and numbers of
requests are asserted. Clients: the Debian packages curl, nghttp2-client and wrk. Certificate: made here by openssl.
"""
import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile

from serving import check, parser, run, server

CALL = {"query": "turn off the kitchen lights", "pool": "smart-home", "top_k": 2}
STREAM = {"prompt": "1, 2, 3,", "max_tokens": 8, "temperature": 0, "stream": True, "stream_options": {"include_usage": True}}
LOAD = 2000


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def output(*command, stdin=None):
    """Standard output of a client that must succeed."""
    done = subprocess.run([str(word) for word in command], input=stdin, capture_output=True, timeout=60)
    shown = " ".join(map(str, command))
    check(done.returncode == 0, f"{shown}: exit code {done.returncode}: {done.stderr.decode(errors='replace')[-300:]}")
    return done.stdout.decode()


def check_call(text, client):
    answer = json.loads(text)
    check(answer["outcome"] == "call" and answer["calls"][0]["function"], f"{client}: {text[:200]}")


def check_events(text, client):
    """Every line of data is JSON, the last one [DONE]; the answer has the tokens that usage names."""
    data = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data: ")]
    check(len(data) > 2 and data[-1] == "[DONE]", f"{client}: events {text[:200]}")
    chunks = [json.loads(line) for line in data[:-1]]
    check(chunks[-1]["usage"]["completion_tokens"] == STREAM["max_tokens"], f"{client}: {data[-2]}")
    check("".join(choice["text"] for chunk in chunks for choice in chunk["choices"]).strip(), f"{client}: no text")


def curl(url, tls, certificate):
    """The same three requests in every version that curl speaks."""
    ways = [("--http1.1", url, "1.1"), ("--http2-prior-knowledge", url, "2"), ("--http1.1", tls, "1.1"), ("--http2", tls, "2"),
            # Without TLS --http2 asks for an upgrade, which the server may ignore (RFC 9113, 3.1).
            ("--http2", url, "1.1")]
    for flag, base, version in ways:
        name = f"curl {flag} {base.split(':')[0]}"
        def ask(path, body=None):
            extra = [] if body is None else ["-H", "content-type: application/json", "--data-binary", json.dumps(body)]
            text = output("curl", "-sS", "-N", "--max-time", 60, flag, "--cacert", certificate, *extra, "-w",
                          "\n%{http_code} %{http_version}", base + path)
            body, _, tail = text.rpartition("\n")
            check(tail == f"200 {version}", f"{name} {path}: {tail}")
            return body
        check(ask("/healthz").strip(), f"{name}: /healthz is empty")
        check_call(ask("/v1/functioncall", CALL), name)
        check_events(ask("/v1/completions", STREAM), name)
    # One connection, several requests: all over the first.
    text = output("curl", "-sS", "--http2", "--cacert", certificate, "-w", "%{num_connects}\n", "-o", "/dev/null", "-o", "/dev/null",
                  tls + "/healthz", tls + "/readyz")
    check(text.split() == ["1", "0"], f"curl opened {text.split()} connections")


def nghttp(url, tls, folder):
    call, stream = folder / "call.json", folder / "stream.json"
    call.write_text(json.dumps(CALL))
    stream.write_text(json.dumps(STREAM))
    for base in (url, tls):
        name = f"nghttp {base.split(':')[0]}"
        check(output("nghttp", base + "/healthz").strip(), f"{name}: /healthz is empty")
        post = ["nghttp", "-H", "content-type: application/json", "-d"]
        check_call(output(*post, call, base + "/v1/functioncall"), name)
        check_events(output(*post, stream, base + "/v1/completions"), name)
        frames = output("nghttp", "-v", "-n", "-m", 5, base + "/healthz")
        check(len(re.findall(r":status: 200", frames)) == 5, f"{name} -m 5: not five times 200")


def h2load(url, tls, folder):
    for base, more in ((url, []), (tls, []), (url, ["--h1"])):
        name = " ".join(["h2load", *more, base.split(":")[0]])
        command = ["h2load", *more, "-n", LOAD, "-c", 8, "-m", 1 if more else 16, "-t", 1, base + "/healthz"]
        check_load(output(*command), name, LOAD)
    text = output("h2load", "-n", 16, "-c", 2, "-m", 4, "-d", folder / "call.json", "-H", "content-type: application/json",
                  url + "/v1/functioncall")
    check_load(text, "h2load /v1/functioncall", 16)
    text = output("h2load", "-n", 8, "-c", 2, "-m", 4, "-d", folder / "stream.json", "-H", "content-type: application/json",
                  tls + "/v1/completions")
    check_load(text, "h2load of streams", 8)


def check_load(text, name, count):
    requests = re.search(r"^requests: (\d+) total, \d+ started, (\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout",
                         text, re.M)
    check(requests, f"{name}: {text[-300:]}")
    numbers = [int(number) for number in requests.groups()]
    check(numbers == [count, count, count, 0, 0, 0], f"{name}: {requests[0]}")
    check(re.search(rf"^status codes: {count} 2xx, 0 3xx, 0 4xx, 0 5xx", text, re.M), f"{name}: {text[-300:]}")


def wrk(url, tls):
    for base in (url, tls):
        name = f"wrk {base.split(':')[0]}"
        text = output("wrk", "-t", 1, "-c", 16, "-d", "1s", base + "/healthz")
        count = re.search(r"(\d+) requests in", text)
        check(count and int(count[1]) > 1000, f"{name}: {text}")
        check("Socket errors" not in text and "Non-2xx" not in text, f"{name}: {text}")


def main():
    arguments = parser(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        chain, key = folder / "chain.pem", folder / "key.pem"
        output("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", 2,
               "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", chain)
        port = free_port()
        flags = ["--set", f"tls.listen=127.0.0.1:{port}", "--set", f"tls.chain={chain}", "--set", f"tls.key={key}"]
        with server(arguments, *flags) as url:
            tls = f"https://localhost:{port}"
            os.environ["SSL_CERT_FILE"] = str(chain)
            curl(url, tls, chain)
            nghttp(url, tls, folder)
            h2load(url, tls, folder)
            wrk(url, tls)
    print("curl, nghttp, h2load and wrk: all answers right")


run(main)
