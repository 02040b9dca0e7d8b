#!/usr/bin/env python3
"""Adds functions to a running server while clients ask it for calls: no request may be lost, each must be found.

    growth.py --kinglet .build/release/kinglet --model qwen2.5-coder-0.5b-instruct --functions 10000

One function a request over several kept-alive connections; beside them clients ask the growing pool for function calls.
Prints times by size of the pool; exit code 1 if a request fails or a function is not searchable when its answer is here.
"""
import argparse
import http.client
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from kill import Server, request

WORDS = ["lamp", "door", "window", "heating", "music", "alarm", "kitchen", "garden", "garage", "coffee", "curtain",
         "camera", "fan", "oven", "fridge", "tv", "vacuum", "sprinkler", "lock", "bell"]


def function(number):
    words = [WORDS[number % 20], WORDS[number // 20 % 20], WORDS[number // 400 % 20]]
    return f"{'_'.join(words)}_{number}", {
        "description": f"Sets device number {number}: the {words[0]} of the {words[1]} near the {words[2]}.",
        "parameters": {"type": "object", "required": ["level"], "properties": {
            "level": {"type": "integer", "minimum": 0, "maximum": 100, "description": "in percent"},
            "room": {"type": "string", "enum": words}}}}


class Worker(threading.Thread):
    def __init__(self, port, next_body, done):
        super().__init__(daemon=True)
        self.port, self.next_body, self.done = port, next_body, done
        self.failure = None

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        while (step := self.next_body()) is not None:
            method, path, body = step
            begin = time.time()
            try:
                connection.request(method, path, json.dumps(body), {"content-type": "application/json"})
                answer = connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.failure = f"{path}: {error!r}"
                return
            if answer.status not in (200, 201):
                self.failure = f"{path}: {answer.status} {text[:300]}"
                return
            self.done(step, time.time() - begin, text)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinglet", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--functions", type=int, default=10000)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--askers", type=int, default=2)
    parser.add_argument("--port", type=int, default=8168)
    options = parser.parse_args()
    state, lock = tempfile.mkdtemp(), threading.Lock()
    numbers, put_times, call_times, stop = iter(range(options.functions)), [], [], threading.Event()

    def next_put():
        with lock:
            number = next(numbers, None)
        if number is None:
            return None
        name, body = function(number)
        return "PUT", f"/v1/pools/growth/functions/{name}", body

    def next_call():
        if stop.is_set():
            return None
        with lock:
            number = max(0, len(put_times) - 1)
        return "POST", "/v1/functioncall", {
            "query": f"set device number {number} to 40", "pool": "growth", "top_k": 3, "timeout_ms": 600000}

    def did_put(step, seconds, text):
        with lock:
            put_times.append(seconds)

    def did_call(step, seconds, text):
        with lock:
            call_times.append(seconds)
        if json.loads(text)["outcome"] not in ("call", "no_appropriate_function", "request_unclear"):
            raise AssertionError(text)

    server = Server(options.kinglet, options.model, state, options.port)
    try:
        name, body = function(options.functions)
        request(options.port, "PUT", "/v1/pools/growth", {"functions": [{"name": name, **body}]})
        begin = time.time()
        writers = [Worker(options.port, next_put, did_put) for _ in range(options.writers)]
        askers = [Worker(options.port, next_call, did_call) for _ in range(options.askers)]
        for worker in writers + askers:
            worker.start()
        for worker in writers:
            worker.join()
        seconds = time.time() - begin
        stop.set()
        for worker in askers:
            worker.join()
        failures = [worker.failure for worker in writers + askers if worker.failure]
        if failures:
            sys.exit(f"lost requests: {failures}")
        pool = json.loads(request(options.port, "GET", "/v1/pools/growth")[1])["functions"]
        if len(pool) != options.functions + 1:
            sys.exit(f"{len(pool)} functions of {options.functions + 1}")
        for number in range(0, options.functions, max(1, options.functions // 20)):
            answer = json.loads(request(options.port, "POST", "/v1/functioncall", {
                "query": f"set device number {number} to 40", "pool": "growth", "top_k": 3, "explain": True})[1])
            found = [candidate["function"] for candidate in answer["explain"]["candidates"]]
            if function(number)[0] not in found:
                sys.exit(f"{function(number)[0]} is not among {found}")
        tenth = max(1, len(put_times) // 10)

        def median(times):
            return sorted(times)[len(times) // 2] * 1000
        print(f"{options.functions} functions put in {seconds:.1f} s while {len(call_times)} calls were answered, none lost; "
              f"median put {median(put_times[:tenth]):.1f} ms in the first tenth, {median(put_times[-tenth:]):.1f} ms in "
              f"the last; median call {median(call_times or [0]):.0f} ms")
    finally:
        server.kill()
        shutil.rmtree(state, ignore_errors=True)


if __name__ == "__main__":
    main()
