"""Many connections that send a little now and then, in one process of their own: `slow_clients.py PORT COUNT`.

Each sends a header line a second and is replaced when the server ends it. Prints `ready` when all are connected."""

import random
import selectors
import socket
import sys
import time


def main():
    port, count = int(sys.argv[1]), int(sys.argv[2])
    chooser, due = selectors.DefaultSelector(), []

    def connect():
        connection = socket.create_connection(("127.0.0.1", port), 5)
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n")
        connection.setblocking(False)
        chooser.register(connection, selectors.EVENT_READ)
        due.append((time.monotonic() + random.random(), connection))

    for _ in range(count):
        connect()
    print("ready", flush=True)
    while True:
        now = time.monotonic()
        due.sort(key=lambda item: item[0])
        while due and due[0][0] <= now:
            _, connection = due.pop(0)
            try:
                connection.send(b"X-a: b\r\n")
                due.append((now + 1, connection))
            except OSError:
                pass
        for key, _ in chooser.select(0.05):
            try:
                if key.fileobj.recv(4096):
                    continue
            except OSError:
                pass
            chooser.unregister(key.fileobj)
            due[:] = [item for item in due if item[1] is not key.fileobj]
            key.fileobj.close()
            connect()


main()
