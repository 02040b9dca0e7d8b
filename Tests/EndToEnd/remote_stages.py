#!/usr/bin/env python3
"""Stages on another server: one Kinglet judges, chooses and describes for another, and dies in mid-answer.

    remote_stages.py --kinglet .build/release/kinglet
"""
import json
import socket
import subprocess
import tempfile
import threading
import time

import serving
from serving import check, request


class Relay:
    """Stands between both: passes bytes on, or cuts the answer after so many of them."""

    def __init__(self, target):
        host, port = target.removeprefix("http://").split(":")
        self.target, self.cut_after, self.connections = (host, int(port)), None, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/v1"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection(self.target)
            threading.Thread(target=self.pump, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self.pump, args=(server, client, True), daemon=True).start()

    def pump(self, source, sink, is_answer):
        try:
            while data := source.recv(65536):
                if is_answer and self.cut_after is not None:
                    sink.sendall(data[:self.cut_after])
                    break
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


JUDGED = {"query": "lights off in the kitchen", "outcome": "call", "votes": 1,
          "calls": [{"function": "device_turn_off", "parameters": {"device": "light", "room": "kitchen"}}]}
ASKED = {"query": "turn off the kitchen lights", "adapter": "dis"}


def post(url, body):
    status, headers, text = request(url, body)
    return status, json.loads(text)


def over_tls(arguments, folder):
    """By name and by certificate: one that the system does not know is refused, before anything is sent."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", f"{folder}/key.pem", "-out",
         f"{folder}/cert.pem"], check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    secure = [f"tls.listen=[\"127.0.0.1:{port}\"]", f"tls.certificates=[{{chain: {folder}/cert.pem, key: {folder}/key.pem}}]"]
    with serving.server(arguments, *sets(secure)):
        for host, known, expected in [("localhost", True, 200), ("localhost", False, 502), ("127.0.0.1", True, 502)]:
            flags = [f"remote.url=https://{host}:{port}/v1", f"remote.model={arguments.model}", "remote.stages=[judge]",
                     "remote.attempts=1", "engine.kv_cache_mib=64"]
            trusted = {"SSL_CERT_FILE": f"{folder}/cert.pem"} if known else {}
            with serving.server(arguments, *sets(flags), environment=trusted) as near:
                status, answer = post(near + "/v1/judge", JUDGED)
                check(status == expected, answer)
                check(status == 200 or "certificate is not accepted" in answer["error"]["message"], answer)


def sets(flags):
    return [part for flag in flags for part in ("--set", flag)]


def main():
    arguments = serving.parser(__doc__).parse_args()
    with serving.server(arguments) as far:
        relay = Relay(far)
        flags = [f"remote.url={relay.url}", f"remote.model={arguments.model}", "remote.stages=[judge, select, describe]",
                 "remote.attempts=2", "engine.kv_cache_mib=64"]
        with serving.server(arguments, *sets(flags)) as near:
            status, judgement = post(near + "/v1/judge", JUDGED)
            check(status == 200 and judgement["votes"] in ([0], [1]) and judgement["rationale"], judgement)
            before = relay.connections
            check(before > 0, "the judge did not ask the other server")
            status, call = post(near + "/v1/functioncall", ASKED)
            check(status == 200 and call["outcome"] in ("call", "no_appropriate_function", "request_unclear"), call)
            status, found = post(near + "/v1/retrieve", {"query": "wake me at seven", "retriever": "description"})
            check(status == 200 and found["description"] or status == 400, found)

            relay.cut_after = 60
            began = time.monotonic()
            status, answer = post(near + "/v1/functioncall", ASKED)
            check(status == 502 and answer["error"]["code"] == "remote_failed", answer)
            check(time.monotonic() - began < 60, "the failure took too long")
            relay.cut_after = None
            status, call = post(near + "/v1/functioncall", ASKED)
            check(status == 200, call)
        relay.listener.close()
    with tempfile.TemporaryDirectory() as folder:
        over_tls(arguments, folder)
    print("remote stages hold: judged, chosen and described elsewhere; a death in mid-answer is 502 and passes; TLS by name")


if __name__ == "__main__":
    serving.run(main)
