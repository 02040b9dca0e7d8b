#!/usr/bin/env python3
"""Two servers behind a real nginx or Envoy with the configuration of Deploy: pools stay warm, and one may die.

    routing.py --kinglet .build/release/kinglet --model qwen2.5-coder-0.5b-instruct [--proxy nginx|envoy]

32 pools are asked in three rounds, each pool once a round, in an order drawn anew for each; the cache of a server holds a
little more than half of them. The share of prompt tokens that is cached is compared with that of servers taken in turn, of
each pool's first two requests and of its third: the first must be twice as large. Then one server is killed under load: no
request fails but those that it had at that moment. It is started again and gets its pools back. Exit code 1 if anything
does not hold; without nginx or Envoy it says so and ends with 0.
"""
import contextlib
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

import serving
from serving import check

ROOT = pathlib.Path(__file__).parents[2]
# Where a pool goes is told by the servers' addresses. With these nginx sends 16 pools to each; of many pools each gets about
# its share anyway.
SERVERS = ["127.77.0.1:18767", "127.77.0.2:18767"]
POOLS, ROUNDS, CLIENTS = 32, 3, 4
THINGS = ["order", "invoice", "parcel", "ticket", "contract", "meter", "vehicle", "locker"]


def pool(number):
    """A small pool. Its functions take nothing: what is measured is the prompt, so answers are short."""
    return {"prompt": {"role": f"Desk {number}."}, "functions": [{
        "name": f"{verb}_{THINGS[number % 8]}_{number}",
        "description": f"{verb} the {THINGS[number % 8]} that the customer of desk {number} spoke of last, "
                       f"and say at desk {number} that it was done",
    } for verb in ("cancel", "repeat", "confirm", "return", "track")]}


class Server:
    """A Kinglet with little room for prefixes."""

    def __init__(self, arguments, address, folder, name):
        host, port = address.split(":")
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            check(False, f"{address} is taken: a server of an earlier run answers there")
        self.address = address
        self.process = subprocess.Popen(
            [os.path.abspath(arguments.kinglet), "serve", "--model", arguments.model, "--host", host, "--port", port,
             "--state", str(folder / name), "--set", "log.level=error", "--set", f"calling.pools={folder / 'pools'}",
             "--set", "calling.tuned=none", "--set", "knowledge.enabled=false", "--set", "calling.retriever=lexical",
             "--set", "embedding.model=none", "--set", f"engine.kv_cache_mib={arguments.cache}", "--set", "engine.kv_cache_format=bf16",
             "--set", "engine.prefix_folder=none", "--set", "engine.max_batch_tokens=256", "--set", "model.threads=1"],
            stdout=subprocess.DEVNULL, cwd=ROOT)

    def ready(self):
        for _ in range(1200):
            check(self.process.poll() is None, f"the server on {self.address} ended")
            with contextlib.suppress(OSError):
                if serving.request(f"http://{self.address}/readyz")[0] == 200:
                    return
            time.sleep(0.1)
        check(False, f"the server on {self.address} is not ready after two minutes")

    def take_pools(self):
        """Over HTTP, at each server: pools that are there at the start are computed ahead, a quarter of the cache for good, and
        on both servers the same, which would be measured with the rest."""
        for number in range(POOLS):
            status, _, text = serving.request(f"http://{self.address}/v1/pools/desk-{number}", pool(number), "PUT")
            check(status == 201, f"a pool for {self.address}: {status} {text}")

    def end(self, signal="terminate"):
        if self.process.poll() is None:
            getattr(self.process, signal)()
            self.process.wait(timeout=60)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def nginx(folder, by_pool):
    """Deploy/nginx/kinglet.conf with our addresses; in turn, not by pool, without its hash."""
    port, text = free_port(), (ROOT / "Deploy/nginx/kinglet.conf").read_text()
    text = re.sub(r"server 10\.0\.0\.1(\d):8080", lambda m: f"server {SERVERS[int(m[1]) - 1]}", text)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{port};")
    text = text.replace("/var/log/nginx/kinglet.log", str(folder / "access.log"))
    text = text if by_pool else text.replace("hash $kinglet_key consistent;", "")
    main = folder / f"nginx-{by_pool}.conf"
    main.write_text(f"""
        daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
        events {{ worker_connections 1024; }}
        http {{ client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
                uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
                {text}
        }}""")
    with proxy(["nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(main)], port):
        yield port


@contextlib.contextmanager
def envoy(folder, by_pool):
    """Deploy/envoy/envoy.yaml with our addresses; in turn, not by pool, as ROUND_ROBIN."""
    port, admin, text = free_port(), free_port(), (ROOT / "Deploy/envoy/envoy.yaml").read_text()
    text = text.replace("port_value: 8000", f"port_value: {port}").replace("port_value: 9901", f"port_value: {admin}")
    text = text.replace("address: 0.0.0.0", "address: 127.0.0.1").replace("type: STRICT_DNS", "type: STATIC")
    for line in re.findall(r".*kinglet-pods, port_value: 8080.*\n", text):
        text = text.replace(line, "".join(
            line.replace("kinglet-pods", host).replace("8080", port_) for host, port_ in (s.split(":") for s in SERVERS)))
    text = text if by_pool else text.replace("lb_policy: RING_HASH", "lb_policy: ROUND_ROBIN")
    main = folder / f"envoy-{by_pool}.yaml"
    main.write_text(text)
    with proxy(["envoy", "-c", str(main), "--base-id", str(os.getpid()), "--concurrency", "1", "-l", "error"], port):
        yield port


@contextlib.contextmanager
def proxy(command, port):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            check(process.poll() is None, f"{command[0]} ended")
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


def call(port, number, said, connection=None):
    """(status, answer) of one call of a pool; status 0: the connection broke."""
    body = json.dumps({"query": said, "pool": f"desk-{number}"})
    connection = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.request("POST", "/v1/functioncall", body,
                           {"content-type": "application/json", "x-kinglet-pool": f"desk-{number}"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or "{}") if answer.status == 200 else {}
    except (OSError, http.client.HTTPException, ValueError):
        return 0, {}
    finally:
        connection.close()


def cached_share(port, label):
    """Cached prompt tokens of all: of each pool's first two requests, and of the third."""
    # One after the other, and of a seed by which half of the pools come to the same server twice when servers are taken in
    # turn, as is to be expected: so the shares do not depend on chance or on the machine.
    rng, shares = random.Random(3), []
    for round_ in range(ROUNDS):
        order = list(range(POOLS))
        rng.shuffle(order)
        asked = [(number, f"please cancel the {THINGS[number % 8]} {1000 + 37 * round_ + number}") for number in order]
        answers = [call(port, *one) for one in asked]
        statuses = {status for status, _ in answers}
        check(statuses == {200}, f"{label}: answers {sorted(statuses)}")
        shares.append([sum(answer["usage"][key] for _, answer in answers) for key in ("cached_tokens", "prompt_tokens")])
    first, later = (sum(c for c, _ in part) / sum(n for _, n in part) for part in (shares[:2], shares[2:]))
    said = ", ".join(f"{100 * cached / total:.1f} %" for cached, total in shares)
    print(f"{label}: {POOLS} requests a round, one of each pool; cached of {shares[0][1]} prompt tokens: {said}", flush=True)
    return first, later


def survives(port, servers, restart):
    """Kills one server while clients ask; counts what failed and when it had begun."""
    stop, seen, killed = threading.Event(), [], [float("inf")]

    def client(seed):
        rng = random.Random(seed)
        while not stop.is_set():
            number = rng.randrange(POOLS)
            begun = time.time()
            status, _ = call(port, number, f"cancel the {THINGS[number % 8]} {rng.randrange(10_000)}")
            seen.append((begun, time.time(), status))

    def until(enough):
        limit = time.time() + 120
        while not enough() and time.time() < limit:
            time.sleep(0.02)

    threads = [threading.Thread(target=client, args=(seed,)) for seed in range(CLIENTS)]
    for thread in threads:
        thread.start()
    until(lambda: len(seen) >= 2 * CLIENTS)
    killed[0] = time.time()
    servers[0].end("kill")
    until(lambda: sum(begun > killed[0] for begun, _, _ in list(seen)) >= 6 * CLIENTS)
    stop.set()
    for thread in threads:
        thread.join()
    failed = [(begun, status) for begun, _, status in seen if status != 200]
    late = [status for begun, status in failed if begun > killed[0]]
    flying = sum(begun <= killed[0] <= end for begun, end, _ in seen)
    after = sum(begun > killed[0] for begun, _, _ in seen)
    print(f"one server killed: {len(seen)} requests, {flying} in flight, {after} begun afterwards, {len(failed)} failed, "
          f"{len(late)} of them begun afterwards", flush=True)
    check(after >= 6 * CLIENTS, "too few requests after the kill to tell")
    check(not late, f"requests that began after the kill failed: {late}")
    check(len(failed) <= flying, f"{len(failed)} failed, {flying} were in flight")
    servers[0] = restart()
    servers[0].ready()
    time.sleep(6)  # fail_timeout, and the health check's interval
    before = requests_of(servers[0])
    for number in range(POOLS):
        check(call(port, number, "confirm number 5")[0] == 200, f"after the restart: desk-{number}")
    got = requests_of(servers[0]) - before
    print(f"started again: it answered {got} of {POOLS} pools", flush=True)
    check(0 < got < POOLS, "the server that came back has no pools, or all")


def requests_of(server):
    text = serving.request(f"http://{server.address}/metrics")[2]
    return sum(float(n) for n in re.findall(r'kinglet_requests_total\{route="/v1/functioncall"[^}]*\} ([\d.e+]+)', text))


def guarded(port):
    """What the proxy keeps to itself: edits that would reach one server only, and one server's figures."""
    base = f"http://127.0.0.1:{port}"
    check(serving.request(f"{base}/v1/pools/desk-1")[0] == 200, "GET of a pool through the proxy")
    for method, path in (("PUT", "/v1/pools/desk-1"), ("DELETE", "/v1/knowledge/x"), ("PUT", "/v1/pools/desk-1/functions/f")):
        check(serving.request(base + path, {} if method == "PUT" else None, method)[0] == 403, f"{method} {path} is let through")
    for method, path in (("POST", "/v1/evaluations"), ("GET", "/v1/evaluations"), ("GET", "/v1/evaluations/x/report")):
        check(serving.request(base + path, {} if method == "POST" else None, method)[0] == 403, f"{method} {path} is let through")
    check(serving.request(base + "/metrics")[0] == 404, "/metrics through the proxy")


def measure(make, by_pool, arguments):
    """The cached shares of a proxy; by pool what it guards and survives, too."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "pools").mkdir()
        return measured(make, by_pool, arguments, folder)


def measured(make, by_pool, arguments, folder):
    servers = []

    def start(index):
        return Server(arguments, SERVERS[index], folder, f"state-{index}")

    try:
        servers = [start(0), start(1)]
        for server in servers:
            server.ready()
            server.take_pools()
        with make(folder, by_pool) as port:
            shares = cached_share(port, f"{make.__name__}, {'by pool' if by_pool else 'in turn'}")
            if by_pool:
                guarded(port)
                survives(port, servers, lambda: start(0))
        return shares
    finally:
        for server in servers:
            server.end("kill")


def main():
    parser = serving.parser(__doc__.splitlines()[0])
    parser.add_argument("--proxy", choices=["nginx", "envoy"], action="append", help="default: both, where they are")
    parser.add_argument("--cache", type=int, default=56, help="MiB of each server for keys and values: in bf16 of 17 pools")
    arguments = parser.parse_args()
    os.environ["PATH"] += f":/usr/sbin:{pathlib.Path(sys.executable).parent}"
    in_turn = None
    for make in (nginx, envoy):
        if make.__name__ not in (arguments.proxy or ["nginx", "envoy"]):
            continue
        if not shutil.which(make.__name__):
            print(f"SKIPPED: no {make.__name__} here")
            continue
        in_turn = in_turn or measure(make, False, arguments)
        by_pool = measure(make, True, arguments)
        first, later = (mine / theirs for mine, theirs in zip(by_pool, in_turn))
        print(f"{make.__name__}: {first:.2f} times the cached share of servers in turn for two requests of each pool, "
              f"{later:.2f} times for the third", flush=True)
        # Envoy's ring is another, and it sends what is more than a server's share to the next.
        check(first >= (2 if make is nginx else 1.2), "too little for two requests of each pool")
        check(later >= (1.5 if make is nginx else 1), "too little for the third")


if __name__ == "__main__":
    serving.run(main)
