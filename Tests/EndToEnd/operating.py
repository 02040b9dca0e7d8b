#!/usr/bin/env python3
"""What Docs/Operating.md promises, on the real server: keys, TLS, Unix sockets, logs, SIGHUP, systemd.

    operating.py --kinglet .build/release/kinglet --model qwen2.5-coder-0.5b-instruct

Needs curl and openssl. Exit code 1 if anything does not hold.
"""
import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time


class Failure(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failure(message)


def curl(*arguments):
    done = subprocess.run(["curl", "-sS", "--max-time", "60", "-w", "\n%{http_code}", *arguments],
                          capture_output=True, text=True)
    check(done.returncode == 0, f"curl failed: {done.stderr.strip()} {arguments}")
    text, _, status = done.stdout.rpartition("\n")
    return int(status), text


def certificate(folder, name, host):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-keyout", f"{folder}/{name}.key",
         "-out", f"{folder}/{name}.pem"], check=True, capture_output=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, arguments, folder, *flags, environment=None, **process):
        self.log = f"{folder}/log"
        self.notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        path = f"{folder}/notify-{time.time_ns()}"
        self.notify.bind(path)
        self.notify.settimeout(60)
        command = [arguments.kinglet, "serve", "--model", os.path.abspath(arguments.model)
                   if os.path.exists(arguments.model) else arguments.model, "--state", f"{folder}/state", *flags]
        self.errors = open(self.log, "a")
        self.process = subprocess.Popen(
            process.pop("wrap", []) + command, stderr=self.errors, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "NOTIFY_SOCKET": path, **(environment or {})}, **process)
        self.expect("READY=1")

    def expect(self, word):
        """Waits for a message to the service manager."""
        while True:
            message = self.notify.recv(4096).decode()
            if word in message.split("\n"):
                return message

    def hang_up(self):
        """SIGHUP, until the log says what came of it."""
        with open(self.log) as log:
            log.seek(0, os.SEEK_END)
            self.process.send_signal(signal.SIGHUP)
            check("MONOTONIC_USEC=" in self.expect("RELOADING=1"), "RELOADING without its time")
            self.expect("READY=1")
            return log.read()

    def lines(self):
        with open(self.log) as log:
            return log.read()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.expect("STOPPING=1")
        check(self.process.wait(30) == 0, "exit code is not 0")


def new_key(arguments, name, *flags):
    text = subprocess.run([arguments.kinglet, "key", "new", name, *flags], capture_output=True, text=True, check=True).stdout
    key, line = re.search(r"(kl_\S+)\n", text).group(1), re.search(r"(- \{.*\})", text).group(1)
    check(key not in line, "the settings would hold the key itself")
    return key, line


def served_by(port, host):
    """The certificate that a client gets who asks for a host."""
    text = subprocess.run(["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", host],
                          input="", capture_output=True, text=True).stdout
    return re.search(r"-----BEGIN.*?-----END CERTIFICATE-----", text, re.S).group(0)


def main_run(arguments, folder):
    caller, caller_line = new_key(arguments, "front-end")
    operator, operator_line = new_key(arguments, "operations", "--scopes", "admin,metrics")
    certificate(folder, "one", "one.test")
    certificate(folder, "two", "two.test")
    plain, secure = free_port(), free_port()
    pools = os.path.abspath("Config/pools")
    settings = {
        "server": {"listen": [f"127.0.0.1:{plain}", f"unix:{folder}/kinglet.sock"], "unix_mode": "0600"},
        "tls": {"listen": [f"127.0.0.1:{secure}"], "certificates": [
            {"chain": "one.pem", "key": "one.key"}, {"chain": "two.pem", "key": "two.key"}]},
        "calling": {"pools": pools, "adapters": os.path.abspath("Config/adapters")},
        "log": {"format": "json"}, "metrics": {"vllm_names": True},
    }

    def write(keys, **changes):
        text = json.dumps({**settings, **changes})[1:-1]  # JSON is YAML, but for the keys' lines
        with open(f"{folder}/kinglet.yaml", "w") as out:
            out.write(text and "\n".join(f"{k}: {json.dumps(v)}" for k, v in {**settings, **changes}.items()))
            out.write("\naccess:\n  keys:\n" + "".join(f"  {line}\n" for line in keys))

    write([caller_line, operator_line])
    server = Server(arguments, folder, "--config", f"{folder}/kinglet.yaml")
    try:
        url, bearer = f"http://127.0.0.1:{plain}", lambda key: ["-H", f"authorization: Bearer {key}"]
        check(curl(url + "/healthz")[0] == 200, "/healthz is not open")
        status, text = curl(url + "/v1/models")
        check(status == 401 and json.loads(text)["error"]["code"] == "invalid_api_key", f"without key: {status} {text}")
        check(curl(url + "/v1/models", *bearer(caller))[0] == 200, "with key")
        check(curl(url + "/metrics", *bearer(caller))[0] == 403, "scope metrics is not asked for")
        status, metrics = curl(url + "/metrics", *bearer(operator))
        check(status == 200 and "vllm:num_requests_running{model_name=" in metrics, "vLLM's names are missing")
        check('kinglet_rejected_total{reason="forbidden"} 1' in metrics, "rejections are not counted")
        check(curl("--unix-socket", f"{folder}/kinglet.sock", "http://x/healthz")[0] == 200, "Unix socket")
        check(os.stat(f"{folder}/kinglet.sock").st_mode & 0o777 == 0o600, "mode of the Unix socket")
        for name, version in [("one", "--http1.1"), ("two", "--http2")]:
            status, _ = curl(version, "--cacert", f"{folder}/{name}.pem", "--connect-to", f"::127.0.0.1:{secure}",
                             f"https://{name}.test:{secure}/healthz")
            check(status == 200, f"TLS for {name}.test")

        ask = [url + "/v1/functioncall", *bearer(caller), "-H", "content-type: application/json", "-H",
               "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "-H", "x-request-id: e2e-1",
               "-d", json.dumps({"query": "turn off the kitchen lights"})]
        check(curl(*ask)[0] == 200, "function call")
        line = next(json.loads(l) for l in server.lines().split("\n") if '"e2e-1"' in l)
        for field, value in {"method": "POST", "route": "/v1/functioncall", "status": 200, "key": "front-end",
                             "outcome": "call", "trace": "0af7651916cd43dd8448eb211c80319c"}.items():
            check(line.get(field) == value, f"access line: {field} is {line.get(field)}")
        check(line["prompt_tokens"] > 100 and line["completion_tokens"] > 5 and "ms" in line, "access line: tokens")
        check("kitchen" not in server.lines(), "query text in the log")

        # SIGHUP with a connection in use: key gone, level, query text, certificate; max_running needs a restart.
        kept = socket.create_connection(("127.0.0.1", plain))
        kept.sendall(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
        check(b"200 OK" in kept.recv(4096), "connection")
        old = served_by(secure, "one.test")
        certificate(folder, "one", "one.test")
        write([operator_line.replace("admin", "call, admin")], log={"format": "json", "queries": True},
              engine={"max_running": 9})
        said = server.hang_up()
        reloaded = next(json.loads(l) for l in said.split("\n") if '"reloaded"' in l)
        check(reloaded["keys"] == 1 and "access.keys" in reloaded["settings"], f"reload: {reloaded}")
        check(reloaded["needs_restart"] == "engine.max_running", f"reload: {reloaded}")
        check(curl(*ask)[0] == 401, "a key that is gone still opens")
        check(curl(url + "/v1/models", *bearer(operator))[0] == 200, "a key's new scope")
        check(served_by(secure, "one.test") != old, "the certificate was not read again")
        kept.sendall(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
        check(b"200 OK" in kept.recv(4096), "the open connection was dropped")
        curl(*[a.replace(caller, operator).replace("e2e-1", "e2e-2") for a in ask])
        check("turn off the kitchen lights" in server.lines(), "log.queries does nothing")

        # A broken file, then a key that cannot be: the settings before stay.
        for text in ["access: [", "access: {keys: [{name: a, hash: nonsense}]}"]:
            with open(f"{folder}/kinglet.yaml", "w") as out:
                out.write(text)
            check("nothing was reloaded" in server.hang_up(), "a broken file is not refused")
            check(curl(url + "/v1/models", *bearer(operator))[0] == 200, "a broken file changed the keys")

        # SIGTERM with a request in flight: it is answered; one that comes later on an open connection is a 503.
        body = json.dumps({"prompt": "Once", "max_tokens": 200, "ignore_eos": True})
        late = (f"POST /v1/completions HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {operator}\r\n"
                f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n{body}").encode()
        flying = socket.create_connection(("127.0.0.1", plain))
        flying.sendall(late)
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        server.expect("STOPPING=1")
        kept.sendall(late)
        refused = kept.recv(4096).decode().lower()
        check(" 503 " in refused and "retry-after: 1" in refused, f"late request: {refused[:200]}")
        check(b" 200 OK" in flying.recv(65536), "the request in flight was not answered")
        check(server.process.wait(30) == 0, "exit code is not 0")
        check(not os.path.exists(f"{folder}/kinglet.sock"), "the Unix socket's file is left")
    finally:
        server.process.kill()


def exposed_run(arguments, folder):
    """Socket activation on every address, and the warning that this needs."""
    with socket.create_server(("0.0.0.0", 0)) as listening:
        port = listening.getsockname()[1]
        server = Server(
            arguments, folder, environment={"LISTEN_FDS": "1"}, pass_fds=[listening.fileno()],
            wrap=["bash", "-c", f'exec 3<&{listening.fileno()}; LISTEN_PID=$$ exec "$@"', "bash"])
        try:
            check(curl(f"http://127.0.0.1:{port}/healthz")[0] == 200, "the handed down socket is not served")
            warning = server.lines()
            check("!! WARNING" in warning and "NO KEY" in warning and f"0.0.0.0:{port}" in warning, "no warning")
            server.stop()
        finally:
            server.process.kill()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinglet", required=True)
    parser.add_argument("--model", required=True)
    arguments = parser.parse_args()
    arguments.kinglet = os.path.abspath(arguments.kinglet)
    for run in (main_run, exposed_run):
        with tempfile.TemporaryDirectory() as folder:
            begin = time.time()
            try:
                run(arguments, folder)
            except (Failure, OSError, AttributeError, StopIteration) as failure:
                print(f"{run.__name__}: {failure!r}")
                with open(f"{folder}/log") as log:
                    sys.exit(log.read()[-3000:])
            print(f"{run.__name__}: holds ({time.time() - begin:.1f} s)")


if __name__ == "__main__":
    main()
