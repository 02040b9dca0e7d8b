#!/usr/bin/env python3
"""guidellm of PyPI, unchanged: its concurrent profile and its turns with tool calls; no request may fail.

    python -m venv .build/venv-guidellm && .build/venv-guidellm/bin/pip install -r Tests/guidellm-requirements.txt
    .build/venv-guidellm/bin/python Tests/EndToEnd/load_guidellm.py --kinglet .build/release/kinglet

Version 0.8 has no profile of the name "tool calling": turns with tools are a property of its data (`tool_call_turns`), under any
profile. Here it is the concurrent one. Such a turn asks with `tool_choice: required`, fails where no call comes back, hands in a made
result, and goes on. It needs a tokenizer of Hugging Face's form to measure the length of its prompts: MiniLM's, which `make model` fetched.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from serving import check, needs, parser, request, run, server

guidellm = needs("guidellm", "guidellm")

TOOLS = [{"type": "function", "function": {"name": name, "description": about, "parameters": {
    "type": "object", "properties": {field: {"type": "string", "maxLength": 40}}, "required": [field],
    "additionalProperties": False}}} for name, about, field in (
        ("get_weather", "Get the current weather in a city", "city"), ("find_books", "Find books about a subject", "subject"))]

# (what, route, whether answers come as streams, data, turns of a conversation, turns with tools)
CASES = [
    ("concurrent", "/v1/chat/completions", True, {}, 1, 0),
    ("concurrent", "/v1/completions", True, {}, 1, 0),
    ("concurrent", "/v1/responses", False, {}, 1, 0),
    ("tool calls", "/v1/chat/completions", True, {}, 2, 1),
    ("tool calls", "/v1/chat/completions", False, {"tools": TOOLS, "tool_response_tokens": 20}, 2, 2),
    ("tool calls", "/v1/responses", True, {"tools": TOOLS}, 2, 1),
]
STREAMS = [1, 4]


def tokenizer():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    folder = cache / "kinglet/models/all-minilm-l6-v2"
    check((folder / "tokenizer.json").exists(), f"{folder}: no tokenizer; fetch it: kinglet pull all-minilm-l6-v2")
    return folder


def benchmark(url, folder, case, count):
    """What guidellm reports of one case: a benchmark for each number of streams."""
    _, route, streams, extra, turns, tooled = case
    data = {"kind": "synthetic_text", "prompt_tokens": 48, "output_tokens": 12, "turns": turns, "tool_call_turns": tooled, **extra}
    backend = {"kind": "openai_http", "target": url, "request_format": route, "stream": streams}
    report = folder / "report.json"
    command = [pathlib.Path(sys.executable).parent / "guidellm", "run", "--backend", json.dumps(backend), "--data", json.dumps(data),
               "--profile", json.dumps({"kind": "concurrent", "streams": STREAMS}),
               "--constraint", f"kind=max_requests,count={count}", "--tokenizer", f"kind=hf_auto,model={tokenizer()}",
               "--output", f"kind=json,path={report}", "--disable-console"]
    done = subprocess.run(list(map(str, command)), cwd=folder, capture_output=True, text=True, timeout=900, env={
        **os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"})
    check(done.returncode == 0 and report.exists(), f"guidellm: {(done.stdout + done.stderr).strip()[-1500:]}")
    return json.loads(report.read_text())["benchmarks"]


def counted(url):
    """Answers by route and status, as the server counts them."""
    text = request(url + "/metrics")[2]
    found = re.findall(r'^kinglet_requests_total\{route="(/v1/[^"]+)".*status="(\d+)"\} (\S+)', text, re.M)
    return {(route, status): float(number) for route, status, number in found}


def main():
    arguments = parser(__doc__.splitlines()[0])
    arguments.add_argument("--requests", type=int, default=24, help="of each number of streams")
    arguments = arguments.parse_args()
    with server(arguments) as url, tempfile.TemporaryDirectory() as name:
        for case in CASES:
            what, route, streams, _, turns, tooled = case
            # A conversation is not broken off: a turn with tools is two requests.
            each = turns + tooled
            count = arguments.requests // each * each
            before, answered = counted(url), 0
            for result in benchmark(url, pathlib.Path(name), case, count):
                made, clients = result["metrics"]["request_totals"], result["config"]["strategy"]["streams"]
                label = f"guidellm, {what} on {route}, {'streamed' if streams else 'whole'}, {clients} streams"
                failed = [r.get("info", {}).get("error") for r in result["requests"]["errored"]]
                check(made["errored"] == 0 and made["incomplete"] == 0, f"{label}: {made}: {failed[:3]}")
                # What is in flight when the number is reached guidellm now and then takes back before it is sent.
                check(count - clients < made["successful"] <= count, f"{label}: {made}")
                answered += made["successful"]
                # guidellm itself fails a turn with tools that brings no call; how many such turns there were depends on the order.
                calls = sum(bool(r["tool_calls"]) for r in result["requests"]["successful"])
                check(bool(calls) == bool(tooled), f"{label}: {calls} answers with calls")
                rate = result["metrics"]["requests_per_second"]["successful"]["mean"]
                print(f"{label}: {made['successful']} answered, none failed, {calls} with calls, {rate:.1f} a second", flush=True)
            grown = {key: value - before.get(key, 0) for key, value in counted(url).items() if value > before.get(key, 0)}
            check(set(grown) <= {(route, "200"), ("/v1/models", "200")} and grown[(route, "200")] == answered,
                  f"{what} on {route}: {answered} answers, the server counted {grown}")
    print(f"guidellm {guidellm.__version__ if hasattr(guidellm, '__version__') else ''}: no request failed")


run(main)
