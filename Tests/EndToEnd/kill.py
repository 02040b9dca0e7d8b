#!/usr/bin/env python3
"""Kills the server with SIGKILL at random moments and looks whether a change that was answered is still there.

    kill.py --kinglet .build/release/kinglet --model qwen2.5-coder-0.5b-instruct --kills 100

Several clients put, change and delete functions and terms, each its own names, and note what was answered with 2xx.
A change whose answer never came may be there or not; every other must be. Exit code 1 if one is lost or torn.
"""
import argparse
import http.client
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time


class Server:
    def __init__(self, kinglet, model, state, port, *flags):
        self.port = port
        self.process = subprocess.Popen(
            [kinglet, "serve", "--model", model, "--port", str(port), "--state", state, "--set", "log.level=error",
             "--set", "engine.kv_cache_mib=64", *flags], stdout=subprocess.DEVNULL)
        begin = time.time()
        while True:
            try:
                if request(port, "GET", "/readyz")[0] == 200:
                    return
            except OSError:
                pass
            if self.process.poll() is not None or time.time() - begin > 600:
                sys.exit("the server did not start")
            time.sleep(0.02)

    def kill(self):
        self.process.kill()
        self.process.wait()


def request(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, None if body is None else json.dumps(body),
                           {"content-type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class Client(threading.Thread):
    """Changes its own functions and terms until the server is gone."""

    def __init__(self, number, port, known, seed):
        super().__init__()
        self.number, self.port, self.random = number, port, random.Random(seed)
        self.known = known      # path -> body that is there, None: not there
        self.open = {}          # path -> body on its way when the server went
        self.answered = 0
        self.failure = None

    def run(self):
        while True:
            kind = self.random.choice(["pools/kill/functions/f", "knowledge/t"])
            path = f"/v1/{kind}{self.number}_{self.random.randrange(40)}"
            text = f"{self.random.random()}"
            body = {"description": text} if "functions" in path else {"explanation": text}
            if self.known.get(path) is not None and self.random.random() < 0.3:
                body = None
            try:
                status, answer = request(self.port, "DELETE" if body is None else "PUT", path, body)
            except (OSError, http.client.HTTPException):
                self.open[path] = body
                return
            if status not in (200, 201, 204):
                self.failure = f"{path}: {status} {answer}"
                return
            self.known[path] = body
            self.answered += 1


def there(port):
    """What the server has, by path."""
    found = {}
    for function in json.loads(request(port, "GET", "/v1/pools/kill")[1])["functions"]:
        found["/v1/pools/kill/functions/" + function["name"]] = {"description": function["description"]}
    for term in json.loads(request(port, "GET", "/v1/knowledge")[1])["terms"]:
        found["/v1/knowledge/" + term["term"]] = {"explanation": term["explanation"]}
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinglet", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--port", type=int, default=8169)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng, state = random.Random(options.seed), tempfile.mkdtemp()
    known, answered, begin = [{} for _ in range(options.clients)], 0, time.time()
    try:
        server = Server(options.kinglet, options.model, state, options.port)
        if request(options.port, "PUT", "/v1/pools/kill", {"functions": []})[0] != 201:
            sys.exit("the pool could not be made")
        shipped = there(options.port)
        for number in range(options.kills):
            clients = [Client(i, options.port, known[i], rng.random()) for i in range(options.clients)]
            for client in clients:
                client.start()
            time.sleep(rng.uniform(0.01, 1.0))
            server.kill()
            for client in clients:
                client.join()
            server = Server(options.kinglet, options.model, state, options.port)
            found, expected = there(options.port), {}
            for client in clients:
                if client.failure:
                    sys.exit(f"kill {number}: {client.failure}")
                for path, body in client.open.items():
                    now = found.get(path)
                    if now not in (body, client.known.get(path)):
                        sys.exit(f"kill {number}: {path} is {now}: neither the old {client.known.get(path)} nor {body}")
                    client.known[path] = now
                expected.update({path: body for path, body in client.known.items() if body is not None})
                answered += client.answered
            # Terms of the shipped files are there from the start.
            found = {path: body for path, body in found.items() if path in expected or path not in shipped}
            if found != expected:
                lost = {path: body for path, body in expected.items() if found.get(path) != body}
                extra = {path: body for path, body in found.items() if path not in expected}
                sys.exit(f"kill {number}: lost or old: {lost}; not deleted: {extra}")
        server.kill()
        print(f"{options.kills} kills, {answered} changes answered, none lost, {time.time() - begin:.0f} s")
    finally:
        shutil.rmtree(state, ignore_errors=True)


if __name__ == "__main__":
    main()
