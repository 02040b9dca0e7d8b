"""A Kinglet that is attacked: started, asked, measured, stopped."""

import http.client
import json
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time


ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Failure(Exception):
    """Something that must hold does not."""


def check(condition, message):
    if not condition:
        raise Failure(message)


class Kinglet:
    def __init__(self, binary, model, port=0, *flags):
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [str(pathlib.Path(binary).resolve()), "serve", "--model", model, "--port", str(port), "--state", self.folder.name, "--set",
             "log.level=error", *flags], stdout=subprocess.PIPE, text=True, cwd=ROOT)
        self.port = None
        for line in self.process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                break
        check(self.port, "the server ended before it printed its address")
        end = time.monotonic() + 60
        while self.ask("GET", "/readyz")[0] != 200:
            check(time.monotonic() < end, "not ready after 60 s")
            time.sleep(0.05)
        # The first call warms the model up in the background; its memory is no attack's.
        self.ask("POST", "/v1/functioncall", {"query": "turn on the light"})

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        self.folder.cleanup()
        check(status == 0, f"the server ended with status {status}")

    def ask(self, method, path, body=None, headers=None, timeout=120):
        """One request on a connection of its own: status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        headers = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body, headers["content-type"] = json.dumps(body).encode(), "application/json"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def connect(self, timeout=20):
        connection = socket.create_connection(("127.0.0.1", self.port), timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def send(self, pieces, timeout=20):
        """Sends pieces as long as they are taken, then reads to the end of the stream.

        Returns what came back and how many bytes were taken."""
        sent = 0
        with self.connect(timeout) as connection:
            try:
                for piece in pieces:
                    connection.sendall(piece)
                    sent += len(piece)
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            return read_to_end(connection), sent

    def statistics(self):
        return json.loads(self.ask("GET", "/v1/stats")[1])

    def expect_healthy(self, seconds=2.0):
        begin = time.monotonic()
        status, _ = self.ask("GET", "/healthz", timeout=seconds)
        check(status == 200, f"/healthz says {status}")
        return time.monotonic() - begin

    # Memory

    def _status(self, name):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"{name}:\s+(\d+) kB", text)[1]) / 1024

    def resident_mib(self):
        return self._status("VmRSS")

    def peak_mib(self):
        return self._status("VmHWM")

    def forget_peak(self):
        """The peak begins anew at what is resident now."""
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")


def read_to_end(connection):
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except OSError:
        pass
    return received


def statuses(received):
    """The status of each answer of a stream of HTTP/1.1 answers with known lengths."""
    found = []
    while received.startswith(b"HTTP/1.1 "):
        head, _, rest = received.partition(b"\r\n\r\n")
        found.append(int(head[9:12]))
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        received = rest[int(length[1]) if length else 0:]
    return found
