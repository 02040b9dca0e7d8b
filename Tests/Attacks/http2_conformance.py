"""The cases of h2spec that concern a server, by section of RFC 9113 and RFC 7541: what is sent, and what may come of it.

`goaway` and `reset` name the codes that the RFC allows, `end` a connection closed without a word, which it allows too.
"""

from http2_peer import (COMPRESSION_ERROR, FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, GET, POST, PREFACE, PROTOCOL_ERROR,
                        REFUSED_STREAM, STREAM_CLOSED, Peer, block, headers, raw)
from kinglet_process import Failure, check, read_to_end

OK = {("answer", 200)}


def goaway(*codes):
    return {("goaway", code) for code in codes} | {("end", None)}


def either(*codes):
    """A connection error where a stream error is asked for is allowed (5.4.2)."""
    return goaway(*codes) | {("reset", code) for code in codes}


def refused(*codes):
    """Malformed requests may also be answered 400 (8.1.1)."""
    return either(PROTOCOL_ERROR, *codes) | {("answer", status) for status in (400, 413, 431, 501)}


def get(*more, path="/healthz", drop=()):
    fields = [(":method", "GET"), (":scheme", "http"), (":authority", "a"), (":path", path)]
    return [field for field in fields if field[0] not in drop] + list(more)


def settings(identifier, value):
    return raw(4, payload=identifier.to_bytes(2, "big") + value.to_bytes(4, "big"))


PADDED = raw(1, 13, 1, b"\x08" + block(GET) + bytes(8))
LONG = [(f"x{index}", "v" * 4000) for index in range(6)]

# (section, name, bytes after the preface, outcomes of stream 1)
CASES = [
    ("4.1", "an unknown frame is ignored", raw(0xEE, 0xFF, 0, b"abcdefgh") + headers(), OK),
    ("4.1", "undefined flags are ignored", raw(6, 0xFE, 0, bytes(8)) + headers(), OK),
    ("4.1", "the reserved bit is ignored", raw(6, 0, 1 << 31, bytes(8)) + headers(), OK),
    ("4.2", "a frame of 16,384 bytes is taken", headers(POST, ends=False) + raw(0, 1, 1, b"x" * 16384),
     {("answer", 400)}),
    ("4.2", "DATA above the frame size", headers(POST, ends=False) + raw(0, 1, 1, b"x" * 16385),
     either(FRAME_SIZE_ERROR)),
    ("4.2", "HEADERS above the frame size", raw(1, 5, 1, block(GET + LONG)), goaway(FRAME_SIZE_ERROR)),
    ("4.3", "an undecodable block", raw(1, 5, 1, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
     goaway(COMPRESSION_ERROR)),
    ("4.3", "another frame inside a block", raw(1, 1, 1, block(GET)) + raw(2, 0, 1, b"\0\0\0\0\x10"),
     goaway(PROTOCOL_ERROR)),
    ("4.3", "another stream inside a block", raw(1, 1, 1, block(GET)) + headers(stream=3), goaway(PROTOCOL_ERROR)),
    ("5.1", "idle: DATA", raw(0, 1, 1, b"x"), goaway(PROTOCOL_ERROR, STREAM_CLOSED)),
    ("5.1", "idle: RST_STREAM", raw(3, 0, 1, bytes(4)), goaway(PROTOCOL_ERROR)),
    ("5.1", "idle: WINDOW_UPDATE", raw(8, 0, 1, b"\0\0\0\x64"), goaway(PROTOCOL_ERROR)),
    ("5.1", "idle: CONTINUATION", raw(9, 4, 1, block(GET)), goaway(PROTOCOL_ERROR)),
    ("5.1", "half-closed: DATA", headers(POST) + raw(0, 1, 1, b"x"), either(STREAM_CLOSED) | {("answer", 400)}),
    ("5.1", "half-closed: HEADERS", headers(POST) + headers(), either(STREAM_CLOSED, PROTOCOL_ERROR) | {("answer", 400)}),
    ("5.1", "half-closed: CONTINUATION", headers(POST) + raw(9, 4, 1, block(GET)),
     goaway(PROTOCOL_ERROR, STREAM_CLOSED) | {("answer", 400)}),
    ("5.1", "closed: DATA", headers(POST, ends=False) + raw(3, 0, 1, b"\0\0\0\x08") + raw(0, 1, 1, b"x") + headers(stream=3),
     either(STREAM_CLOSED) | {("other", 200)}),
    ("5.1", "closed: HEADERS", headers(POST, ends=False) + raw(3, 0, 1, b"\0\0\0\x08") + headers(),
     either(STREAM_CLOSED, PROTOCOL_ERROR)),
    ("5.1.1", "an even stream", headers(stream=2), goaway(PROTOCOL_ERROR)),
    # nghttp2 drops such a head, as it might be a trailer that crossed our reset.
    ("5.1.1", "a lower stream than before", headers(stream=5) + headers(stream=3) + headers(stream=7),
     goaway(PROTOCOL_ERROR, STREAM_CLOSED) | {("other", 200)}),
    ("5.3", "HEADERS that depend on themselves", raw(1, 37, 1, b"\0\0\0\1\xff" + block(GET)),
     either(PROTOCOL_ERROR) | OK),
    ("5.3", "PRIORITY that depends on itself", raw(2, 0, 1, b"\0\0\0\1\xff"), either(PROTOCOL_ERROR)),
    ("6.1", "DATA on stream 0", raw(0, 1, 0, b"x"), goaway(PROTOCOL_ERROR)),
    ("6.1", "padding longer than DATA", headers(POST, ends=False) + raw(0, 9, 1, b"\x06hello"), goaway(PROTOCOL_ERROR)),
    ("6.2", "padded HEADERS", PADDED, OK),
    ("6.2", "HEADERS with a priority", raw(1, 37, 1, b"\0\0\0\0\xff" + block(GET)), OK),
    ("6.2", "HEADERS on stream 0", headers(stream=0), goaway(PROTOCOL_ERROR)),
    ("6.2", "padding longer than HEADERS", raw(1, 13, 1, b"\xff" + block(GET)), goaway(PROTOCOL_ERROR)),
    ("6.3", "PRIORITY on stream 0", raw(2, 0, 0, b"\0\0\0\0\x10"), goaway(PROTOCOL_ERROR)),
    ("6.3", "PRIORITY of 4 bytes", raw(2, 0, 1, bytes(4)), either(FRAME_SIZE_ERROR)),
    ("6.4", "RST_STREAM on stream 0", raw(3, 0, 0, bytes(4)), goaway(PROTOCOL_ERROR)),
    ("6.4", "RST_STREAM of 3 bytes", headers(POST, ends=False) + raw(3, 0, 1, bytes(3)), goaway(FRAME_SIZE_ERROR)),
    ("6.5", "SETTINGS answer with a payload", raw(4, 1, 0, bytes(6)), goaway(FRAME_SIZE_ERROR)),
    ("6.5", "SETTINGS on a stream", raw(4, 0, 1), goaway(PROTOCOL_ERROR)),
    ("6.5", "SETTINGS of 3 bytes", raw(4, 0, 0, bytes(3)), goaway(FRAME_SIZE_ERROR)),
    ("6.5.2", "ENABLE_PUSH of 2", settings(2, 2), goaway(PROTOCOL_ERROR)),
    ("6.5.2", "INITIAL_WINDOW_SIZE of 2^31", settings(4, 1 << 31), goaway(FLOW_CONTROL_ERROR)),
    ("6.5.2", "MAX_FRAME_SIZE of 16,383", settings(5, 16383), goaway(PROTOCOL_ERROR)),
    ("6.5.2", "MAX_FRAME_SIZE of 2^24", settings(5, 1 << 24), goaway(PROTOCOL_ERROR)),
    ("6.5.2", "an unknown setting", settings(0xFF, 1) + headers(), OK),
    ("6.5.3", "the last value of a setting counts", settings(4, 100) + settings(4, 1) + settings(4, 65535) + headers(), OK),
    ("6.7", "PING on a stream", raw(6, 0, 1, bytes(8)), goaway(PROTOCOL_ERROR)),
    ("6.7", "PING of 6 bytes", raw(6, 0, 0, bytes(6)), goaway(FRAME_SIZE_ERROR)),
    ("6.7", "a PING answer nobody asked for", raw(6, 1, 0, bytes(8)) + headers(), OK),
    ("6.8", "GOAWAY on a stream", raw(7, 0, 1, bytes(8)), goaway(PROTOCOL_ERROR)),
    ("6.9", "WINDOW_UPDATE of 0", raw(8, 0, 0, bytes(4)), goaway(PROTOCOL_ERROR)),
    ("6.9", "WINDOW_UPDATE of 0 on a stream", headers(POST, ends=False) + raw(8, 0, 1, bytes(4)), either(PROTOCOL_ERROR)),
    ("6.9", "WINDOW_UPDATE of 3 bytes", raw(8, 0, 0, bytes(3)), goaway(FRAME_SIZE_ERROR)),
    ("6.9.1", "a window above 2^31 - 1", raw(8, 0, 0, b"\x7f\xff\xff\xff") * 2, goaway(FLOW_CONTROL_ERROR)),
    ("6.9.1", "a stream's window above 2^31 - 1",
     headers(POST, ends=False) + raw(8, 0, 1, b"\x7f\xff\xff\xff") * 2, either(FLOW_CONTROL_ERROR)),
    ("6.10", "CONTINUATION", raw(1, 1, 1, block(GET)) + raw(9, 0, 1, block([("x", "y")])) + raw(9, 4, 1, block([("z", "y")])),
     OK),
    ("6.10", "CONTINUATION behind the end of a block", headers(POST, ends=False) + raw(9, 4, 1, block([("x", "y")])),
     goaway(PROTOCOL_ERROR)),
    ("6.10", "CONTINUATION on stream 0", raw(1, 1, 1, block(GET)) + raw(9, 4, 0, block([("x", "y")])), goaway(PROTOCOL_ERROR)),
    ("6.10", "CONTINUATION behind DATA", headers(POST, ends=False) + raw(0, 0, 1, b"x") + raw(9, 4, 1, b""),
     goaway(PROTOCOL_ERROR)),
    ("7", "GOAWAY with an unknown code", raw(7, 0, 0, bytes(4) + b"\0\0\0\xff") + headers(), OK | {("end", None)}),
    ("8.1", "a second HEADERS without END_STREAM", headers(POST, ends=False) + headers([("x", "y")], ends=False),
     refused()),
    ("8.2.1", "an upper-case name", headers(get(("X-Test", "y"))), refused()),
    ("8.2.1", "a name with a space", headers(get(("x y", "z"))), refused()),
    ("8.2.1", "a value with a line end", headers(get(("x", "a\r\nb: c"))), refused()),
    ("8.2.1", "a value with NUL", headers(get(("x", "a\0b"))), refused()),
    ("8.2.2", "connection", headers(get(("connection", "keep-alive"))), refused()),
    ("8.2.2", "transfer-encoding", headers(get(("transfer-encoding", "chunked"))), refused()),
    ("8.2.2", "te: trailers, deflate", headers(get(("te", "trailers, deflate"))), refused()),
    ("8.2.2", "te: trailers", headers(get(("te", "trailers"))), OK),
    ("8.3", "an unknown pseudo-field", headers(get((":test", "x"))), refused()),
    ("8.3", "a response's pseudo-field", headers(get((":status", "200"))), refused()),
    ("8.3", "a pseudo-field in a trailer",
     headers(POST, ends=False) + raw(0, 0, 1, b"x") + headers([(":method", "GET")]), refused()),
    ("8.3", "a pseudo-field behind a field", headers([("x", "y")] + GET), refused()),
    ("8.3.1", "an empty :path", headers(get(path="")), refused()),
    ("8.3.1", "no :method", headers(get(drop=(":method",))), refused()),
    ("8.3.1", "no :scheme", headers(get(drop=(":scheme",))), refused()),
    ("8.3.1", "no :path", headers(get(drop=(":path",))), refused()),
    ("8.3.1", ":method twice", headers(get((":method", "GET"))), refused()),
    ("8.3.1", ":path twice", headers(get((":path", "/"))), refused()),
    ("8.3.1", ":path without a slash", headers(get(path="healthz")), refused()),
    ("8.3.1", "a host unlike :authority", headers(get(("host", "b"))), refused()),
    ("8.1.1", "content-length above the body", headers(POST + [("content-length", "2")], ends=False) + raw(0, 1, 1, b"x"),
     refused()),
    ("8.1.1", "content-length below the body", headers(POST + [("content-length", "1")], ends=False) + raw(0, 1, 1, b"xy"),
     refused()),
    ("8.1.1", "content-length twice", headers(POST + [("content-length", "1"), ("content-length", "2")], ends=False)
     + raw(0, 1, 1, b"x"), refused()),
    ("8.4", "PUSH_PROMISE", raw(5, 4, 1, b"\0\0\0\2" + block(GET)), goaway(PROTOCOL_ERROR)),
    ("HPACK 2.3.3", "an index beyond the tables", raw(1, 5, 1, block(GET) + b"\xc6"), goaway(COMPRESSION_ERROR)),
    ("HPACK 4.2", "a size update at the end of a block", raw(1, 5, 1, block(GET) + b"\x20"), goaway(COMPRESSION_ERROR)),
    ("HPACK 5.2", "Huffman padding of more than 7 bits", raw(1, 5, 1, block(GET) + b"\0\x01x\x82\xff\xff"),
     goaway(COMPRESSION_ERROR)),
    ("HPACK 5.2", "Huffman padding with zeros", raw(1, 5, 1, block(GET) + b"\0\x01x\x81\x18"), goaway(COMPRESSION_ERROR)),
    ("HPACK 5.2", "Huffman end of string", raw(1, 5, 1, block(GET) + b"\0\x01x\x84\xff\xff\xff\xff"), goaway(COMPRESSION_ERROR)),
    ("HPACK 6.1", "index 0", raw(1, 5, 1, b"\x80"), goaway(COMPRESSION_ERROR)),
    ("HPACK 6.3", "a table larger than allowed", raw(1, 5, 1, b"\x3f\xe2\x1f" + block(GET)), goaway(COMPRESSION_ERROR)),
]


def conformance(server):
    failures = []
    for section, name, data, allowed in CASES:
        # Where nothing needs to come of stream 1, what is asked behind it must be answered.
        stream = (7 if section == "5.1.1" else 3) if ("other", 200) in allowed else 1
        peer = Peer(server, timeout=2)
        try:
            peer.send(data)
        except OSError:
            pass
        try:
            found = peer.outcome(stream)
        except Failure as failure:
            found = str(failure)
        if stream != 1 and found == ("answer", 200):
            found = ("other", 200)
        peer.close()
        if found not in allowed:
            failures.append(f"{section}, {name}: {found}")
    check(not failures, "; ".join(failures))


def prefaces(server):
    """3.4: what is no preface ends the connection; what is one may come byte by byte."""
    for bad in (b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", PREFACE + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n",
                PREFACE + raw(6, payload=bytes(8)), PREFACE + headers()):
        with server.connect(5) as connection:
            connection.sendall(bad)
            received = read_to_end(connection)
            check(b" 200 " not in received and b"\0\x08\x06\1" not in received, f"{bad[:40]}: {received[:80]}")
    peer = Peer(server, preface=False)
    for byte in PREFACE + raw(4) + headers():
        peer.send(bytes([byte]))
    check(peer.outcome() == ("answer", 200), "a preface in single bytes")
    peer.close()


ATTACKS = [
    (f"RFC 9113 and 7541, {len(CASES)} cases of h2spec", conformance, 10, 20, 40),
    ("prefaces", prefaces, 10, 5, 40),
]
