"""Classes 9 and 11: sizes and smuggling over HTTP/1.1, to the server as it is deployed."""

import socket
import time

from kinglet_process import check, read_to_end, statuses

NEXT = b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-Id: smuggled\r\n\r\n"
MIB = b"a" * (1 << 20)


def endless(begin, piece, total=1 << 30):
    """`begin`, then a piece again and again: a gigabyte, if nobody stops it."""
    yield begin
    for _ in range(total // len(piece)):
        yield piece


def huge_header(server):
    received, _ = server.send(endless(b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: ", MIB))
    check(statuses(received) == [431], f"answered {received[:80]}")


def huge_request_line(server):
    received, _ = server.send(endless(b"GET /", MIB))
    check(statuses(received) == [414], f"answered {received[:80]}")


def million_headers(server):
    received, _ = server.send(endless(b"GET /healthz HTTP/1.1\r\nHost: a\r\n", b"a: b\r\n" * 10_000, 1 << 26))
    check(statuses(received) == [431], f"answered {received[:80]}")


def huge_lengths(server):
    for length in ("1048577", "1073741824", str(2**63 - 1), str(2**64), "1" * 40, "-1", "0x10", "1e3", ""):
        begin = time.monotonic()
        received, _ = server.send(
            [b"POST /v1/functioncall HTTP/1.1\r\nHost: a\r\nContent-Length: " + length.encode() + b"\r\n\r\n{"])
        check(statuses(received) in ([413], [400]), f"length {length!r}: answered {received[:80]}")
        check(time.monotonic() - begin < 1, f"length {length!r}: slow")


def endless_chunks(server):
    head = b"POST /v1/functioncall HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    received, _ = server.send(endless(head, b"100000\r\n" + MIB + b"\r\n"))
    check(statuses(received) == [413], f"answered {received[:80]}")


def tiny_chunks(server):
    """A byte in each chunk costs six on the wire, not an allocation each that stays."""
    head = b"POST /tokenize HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    received, _ = server.send(endless(head, b"1\r\na\r\n" * 20_000, 8 << 20))
    check(statuses(received) == [413], f"answered {received[:80]}")


def chunk_extensions(server):
    head = b"POST /tokenize HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    for piece in (b"1;" + b"x" * 8000 + b"\r\na\r\n", b"1;x=y\r\na\r\n" * 2000, b"1;" + MIB):
        received, _ = server.send(endless(head, piece, 1 << 24))
        check(statuses(received) == [400], f"answered {received[:80]}")


def endless_trailers(server):
    head = b"POST /tokenize HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    received, _ = server.send(endless(head, b"t: u\r\n" * 10_000, 1 << 26))
    check(statuses(received) == [431], f"answered {received[:80]}")


def pipelining_without_reading(server):
    """Answers wait within a bound; then the requests do."""
    with server.connect(2) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        taken = 0
        try:
            while taken < 64 << 20:
                taken += connection.send(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n" * 500)
        except OSError:
            pass
        check(taken < 32 << 20, f"{taken} bytes of requests taken without an answer read")
        server.expect_healthy()


def expectations_without_bodies(server):
    connections = [server.connect() for _ in range(200)]
    for connection in connections:
        connection.sendall(b"POST /tokenize HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1000000\r\n\r\n")
    server.expect_healthy()
    for connection in connections:
        check(connection.recv(100).startswith(b"HTTP/1.1 100 "), "no 100")
        connection.close()


# What each request smuggles behind itself must not be answered: the connection ends with one refusal.
SMUGGLING = {
    "CL.TE": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "TE.CL": b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    "CL.CL": b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
    "CL list": b"Content-Length: 0, 44\r\n\r\n",
    "TE.TE": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "TE xchunked": b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "TE with VT": b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n",
    "TE with NUL": b"Transfer-Encoding: chunked\0\r\n\r\n0\r\n\r\n",
    "TE quoted": b'Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n',
    "TE folded": b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "TE space before colon": b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "TE behind LF": b"X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "TE behind CR": b"X: a\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "CL with plus": b"Content-Length: +0\r\n\r\n",
    "CL with underscore": b"Content-Length: 0_0\r\n\r\n",
    "CL of other digits": "Content-Length: ٠\r\n\r\n".encode(),
    "CL space before colon": b"Content-Length : 0\r\n\r\n",
    "high byte in a name": b"Content-L\xe9ngth: 0\r\n\r\n",
    "chunk with LF": b"Transfer-Encoding: chunked\r\n\r\n0\n\n",
    "chunk of minus": b"Transfer-Encoding: chunked\r\n\r\n-0\r\n\r\n",
    "chunk 0x": b"Transfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
    "chunk that wraps": b"Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n\r\n",
    "LF in a chunk extension": b"Transfer-Encoding: chunked\r\n\r\n0;a\nb\r\n\r\n",
    "length in a trailer": b"Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 5\r\n\r\n",
    "spilled chunk": b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
}


def smuggling(server):
    for name, rest in SMUGGLING.items():
        received, _ = server.send([b"POST /tokenize HTTP/1.1\r\nHost: a\r\n" + rest + NEXT])
        found = statuses(received)
        check(len(found) == 1 and 400 <= found[0] <= 501, f"{name}: answered {found}")
        check(b"smuggled" not in received, f"{name}: the second request was answered")
        check(b"connection: close" in received.lower(), f"{name}: the connection stays open")


def garbage(server):
    """Every byte as the first of a request, and binary protocols: an answer or an end, at once."""
    for byte in range(256):
        with server.connect(5) as connection:
            connection.sendall(bytes([byte]) * 3 + b" / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            found = statuses(read_to_end(connection))
            check(len(found) <= 1 and all(status in (400, 404, 405, 501) for status in found), f"{byte}: {found}")


ATTACKS = [
    # name, function, class of field.md, seconds, MiB of growth allowed
    ("a header of a gigabyte", huge_header, 9, 6, 40),
    ("a request line of a gigabyte", huge_request_line, 9, 6, 40),
    ("a million header lines", million_headers, 9, 6, 40),
    ("lengths that lie", huge_lengths, 9, 8, 40),
    ("a gigabyte in chunks", endless_chunks, 9, 6, 40),
    ("chunks of a byte", tiny_chunks, 9, 6, 60),
    ("chunk extensions", chunk_extensions, 9, 8, 40),
    ("trailers without end", endless_trailers, 9, 6, 40),
    ("pipelining without reading", pipelining_without_reading, 9, 10, 60),
    ("200 expectations without a body", expectations_without_bodies, 9, 5, 60),
    ("smuggling", smuggling, 11, 10, 40),
    ("garbage", garbage, 11, 10, 40),
]
