#!/usr/bin/env python3
"""The whole server from outside: starts it, asks 60 things by curl, 8 at a time, and stops it.

    end_to_end.py --kinglet .build/release/kinglet --model qwen2.5-coder-0.5b-instruct

Every call is validated against its function's schema with the `jsonschema` package. Then a load test whose QPS the
server's own statistics must match, memory, and SIGTERM with a request in flight. Prints what it measured; exit code 1
if anything does not hold.
"""
import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import jsonschema

QUERIES = [
    "turn off the kitchen lights", "a bit warmer in here please", "set an alarm for seven tomorrow morning",
    "what's the weather in Oslo on friday", "play some jazz in the living room", "add milk and eggs to my shopping list",
    "navigate to the central station", "call my mother", "text Ben that I am late", "read me the news about science",
    "how do you say good night in Japanese", "set a timer for twelve minutes", "close the blinds in the bedroom",
    "is the front door locked", "dim the lamp in the hall to 30 percent", "pause the music", "next song please",
    "what's on my calendar on monday", "book a meeting with Anna at 3 pm tomorrow", "remind me to water the plants at six",
    "start the vacuum in the living room", "make it 21 degrees in the office", "what is the meaning of life",
    "translate where is the train station to German", "volume down a little", "turn on do not disturb",
    "把客厅的灯打开", "明天早上七点叫我起床", "Wie wird das Wetter morgen in Berlin?", "mets la lumière du salon en rouge",
]

INLINE = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "minLength": 2, "maxLength": 40},
        "days": {"type": "integer", "minimum": 1, "maximum": 14},
        "units": {"enum": ["metric", "imperial"]},
        "hours": {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 23}, "maxItems": 4},
        "options": {"type": "object", "properties": {"wind": {"type": "boolean"}}, "required": ["wind"]},
    },
    "required": ["city", "days"],
}


class Failure(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failure(message)


def curl(*arguments, body=None, timeout=120):
    command = ["curl", "-sS", "--max-time", str(timeout), "-w", "\n%{http_code}", *arguments]
    if body is not None:
        command += ["-H", "content-type: application/json", "--data-binary", "@-"]
    text = None if body is None else json.dumps(body)
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    check(done.returncode == 0, f"curl failed: {done.stderr.strip()} {arguments}")
    text, _, status = done.stdout.rpartition("\n")
    return int(status), text


def curl_in_turn(url, bodies, timeout=120):
    """Posts the bodies one after the other over one kept-alive connection of one curl."""
    mark = "\n--answer-ends--"
    with tempfile.TemporaryDirectory() as folder:
        command = ["curl"]
        for number, body in enumerate(bodies):
            path = os.path.join(folder, str(number))
            with open(path, "w") as out:
                json.dump(body, out)
            command += (["--next"] if number else []) + [
                "-sS", "--max-time", str(timeout), "-w", mark + "%{http_code} %{num_connects}\n", "-H",
                "content-type: application/json", "--data-binary", "@" + path, url]
        done = subprocess.run(command, capture_output=True, text=True)
    check(done.returncode == 0, f"curl failed: {done.stderr.strip()}")
    answers, connections = [], 0
    texts = done.stdout.split(mark)
    for before, after in zip(texts, texts[1:]):
        status, connects = after.split("\n")[0].split()
        connections += int(connects)
        answers.append((int(status), before.split("\n", 1)[1] if answers else before))
    check(len(answers) == len(bodies), f"{len(answers)} answers to {len(bodies)} requests")
    check(connections == 1, f"{connections} connections where one was to be kept alive")
    return answers


class Server:
    def __init__(self, kinglet, model, state, *flags):
        begin = time.time()
        self.process = subprocess.Popen(
            [kinglet, "serve", "--model", model, "--port", "0", "--state", state, *flags], stdout=subprocess.PIPE,
            text=True)
        self.url = None
        for line in self.process.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            if found:
                self.url = found.group(0)
                break
        check(self.url, "the server ended before it printed its address")
        while True:
            status, _ = curl(self.url + "/readyz")
            if status == 200:
                break
            check(time.time() - begin < 60, "not ready after 60 s")
            time.sleep(0.02)
        self.seconds_to_ready = time.time() - begin

    def resident_mib(self):
        with open(f"/proc/{self.process.pid}/status") as lines:
            return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def validate(answer, schemas):
    outcome = answer["outcome"]
    check(outcome in ("call", "no_appropriate_function", "request_unclear"), f"outcome {outcome}")
    check((outcome == "call") == bool(answer["calls"]), f"calls do not fit the outcome {outcome}")
    for call in answer["calls"]:
        check(call["function"] in schemas, f"unknown function {call['function']}")
        jsonschema.validate(
            call["parameters"], schemas[call["function"]], format_checker=jsonschema.FormatChecker())
        check(0 <= call["confidence"] <= 1, "confidence out of range")


def function_calls(server):
    status, text = curl(server.url + "/v1/pools/smart-home")
    check(status == 200, f"GET pool: {status}")
    schemas = {f["name"]: f["parameters"] for f in json.loads(text)["functions"]}
    check(len(schemas) >= 74, "fewer than 74 functions")
    inline = [{"name": "forecast", "description": "weather forecast", "parameters": INLINE}]
    bodies = [({"query": q, "adapter": "smart-home"}, schemas) for q in QUERIES]
    bodies += [({"query": q, "functions": inline, "explain": True}, {"forecast": INLINE}) for q in QUERIES[:15]]
    bodies += [({
        "query": q, "context": {"time": "2026-11-24T07:30:00+08:00", "timezone": "Asia/Shanghai"},
        "history": [{"role": "user", "content": "turn on the heating in the bedroom"},
                    {"role": "assistant", "content": "Done. <|im_end|>"}],
    }, schemas) for q in QUERIES[15:]]

    def ask(items):
        answers = curl_in_turn(server.url + "/v1/functioncall", [body for body, _ in items])
        for (body, known), (status, text) in zip(items, answers):
            check(status == 200, f"{status} for {body['query']}: {text[:300]}")
            answer = json.loads(text)
            validate(answer, known)
            if answer["outcome"] == "call" and "adapter" in body:
                check(answer["legacy"]["intent"], "no legacy frame")
            yield answer["outcome"]

    with ThreadPoolExecutor(8) as workers:
        shares = [bodies[start::8] for start in range(8)]
        outcomes = [o for share in workers.map(lambda items: list(ask(items)), shares) for o in share]
    check(len(outcomes) == 60, f"{len(outcomes)} answers instead of 60")
    print(f"{len(outcomes)} requests, 8 at a time: " + ", ".join(
        f"{outcomes.count(o)} {o}" for o in sorted(set(outcomes))))


def judge(server):
    for parameters, expected in (({"city": "Oslo", "days": 3}, 1), ({"city": "Oslo", "days": 99}, 0)):
        status, text = curl(server.url + "/v1/judge", body={
            "query": "the weather in Oslo for three days",
            "functions": [{"name": "forecast", "description": "weather forecast", "parameters": INLINE}],
            "outcome": "call", "calls": [{"function": "forecast", "parameters": parameters}],
            "reference": {"outcome": "call", "answers": "exact", "expected": [
                {"function": "forecast", "parameters": {"city": "Oslo", "days": 3}}]},
        })
        check(status == 200, f"judge: {status} {text[:300]}")
        check(json.loads(text)["verdict"] == expected, f"verdict for {parameters}: {text[:300]}")
    status, text = curl(server.url + "/v1/judge", body={
        "query": "the weather in Oslo for three days",
        "functions": [{"name": "forecast", "description": "weather forecast", "parameters": INLINE}],
        "outcome": "call", "calls": [{"function": "forecast", "parameters": {"city": "Oslo", "days": 3}}]})
    answer = json.loads(text)
    check(status == 200 and answer["verdict"] in (0, 1) and answer["rationale"], f"judge by model: {text[:300]}")


def errors(server):
    for path, body, status, param in [
        ("/v1/functioncall", {"query": "x", "pool": "kitchen"}, 400, "pool"),
        ("/v1/functioncall", {"query": "x", "histroy": []}, 400, "histroy"),
        ("/v1/functioncall", {}, 400, "query"),
        ("/v1/functioncall", {"query": "x", "top_k": 0}, 400, "top_k"),
        ("/v1/functioncall", {"query": "x", "functions": [
            {"name": "f", "parameters": {"type": "object", "properties": {"a": {"not": {}}}}}]}, 400, None),
        ("/v1/nothing", {}, 404, None),
    ]:
        got, text = curl(server.url + path, body=body)
        check(got == status, f"{path} {body}: {got} instead of {status}: {text[:200]}")
        error = json.loads(text)["error"]
        check(error["message"] and (param is None or error["param"] == param), f"error of {body}: {text[:300]}")
    got, _ = curl("-X", "DELETE", server.url + "/healthz")
    check(got == 405, f"DELETE /healthz: {got}")


def completions(server):
    status, text = curl(server.url + "/tokenize", body={"prompt": "def fibonacci(n):"})
    tokens = json.loads(text)["tokens"]
    status, text = curl(server.url + "/detokenize", body={"tokens": tokens})
    check(json.loads(text)["prompt"] == "def fibonacci(n):", f"detokenize: {text}")
    answers = []
    for prompt in ("def fibonacci(n):", tokens):
        status, text = curl(server.url + "/v1/completions", body={
            "prompt": prompt, "max_tokens": 16, "min_tokens": 16, "ignore_eos": True, "temperature": 0})
        check(status == 200, f"completions: {text[:300]}")
        answer = json.loads(text)
        check(answer["usage"]["completion_tokens"] == 16, f"usage {answer['usage']}")
        answers.append(answer["choices"][0]["text"])
    check(answers[0] == answers[1], "text and token ids answer differently")


def load(server, kinglet):
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        done = subprocess.run(
            [kinglet, "load", "--url", server.url, "--cc", "1,8,16,32,64,128", "--seconds", "5", "--json", out.name],
            capture_output=True, text=True)
        print(done.stdout)
        check(done.returncode == 0, f"load failed: {done.stderr}")
        points = json.load(open(out.name))["points"]
    check(all(p["failed"] == 0 for p in points), "the load test had errors")
    for point in points:
        ours, theirs = point["request_throughput"], point["server"]["qps"]
        check(abs(ours - theirs) <= 0.05 * ours, f"cc {point['cc']}: load says {ours:.2f} QPS, the server {theirs:.2f}")


def terminate(server):
    body = {"prompt": "Once upon a time", "max_tokens": 200, "min_tokens": 200, "ignore_eos": True}
    with ThreadPoolExecutor(1) as worker:
        running = worker.submit(curl, server.url + "/v1/completions", body=body)
        time.sleep(0.5)
        begin = time.time()
        server.process.send_signal(signal.SIGTERM)
        status, text = running.result()
        check(status == 200 and json.loads(text)["usage"]["completion_tokens"] == 200, "the request in flight was lost")
    code = server.process.wait(timeout=15)
    seconds = time.time() - begin
    print(f"SIGTERM: request in flight answered, exit code {code} after {seconds:.1f} s")
    check(code == 0 and seconds < 10, "not a clean end")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinglet", required=True)
    parser.add_argument("--model", required=True)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as state:
        # 128 clients wait longer than the 30 s that a user would be kept waiting for.
        server = Server(args.kinglet, args.model, state, "--set", "engine.max_wait_seconds=600")
        try:
            print(f"ready after {server.seconds_to_ready:.2f} s")
            begin = time.time()
            status, _ = curl(server.url + "/v1/functioncall", body={"query": QUERIES[0]})
            print(f"first answer after {time.time() - begin:.2f} s")
            for test in (function_calls, judge, errors, completions):
                test(server)
            load(server, args.kinglet)
            print(f"resident memory {server.resident_mib():.0f} MiB")
            # Some 2 s on an idle machine; the bound allows for a busy one.
            check(server.seconds_to_ready < 15, "more than 15 s to ready")
            check(server.resident_mib() < 1.6 * 1024, "more than 1.6 GiB resident")
            begin = time.time()
            curl(server.url + "/v1/functioncall", body={"query": QUERIES[0]})
            print(f"warm answer after {time.time() - begin:.2f} s")
            check(time.time() - begin < 10, "a warm answer takes more than 10 s")
            terminate(server)
        finally:
            if server.process.poll() is None:
                server.process.kill()
    print("end to end: all holds")


try:
    main()
except Failure as failure:
    print(f"FAILED: {failure}", file=sys.stderr)
    sys.exit(1)
