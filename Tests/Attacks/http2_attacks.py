"""Class 10: frames that cost a server more than their sender."""

import hpack

from http2_peer import (COMPRESSION_ERROR, ENHANCE_YOUR_CALM, GET, INTERNAL_ERROR, POST, PREFACE, PROTOCOL_ERROR, STREAM_CLOSED,
                         Peer, block, headers, raw)
from kinglet_process import check

CALLS = [(":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/v1/functioncall")]


def expect_end(result, *codes):
    """How many pieces were taken says little: behind the GOAWAY they are read and dropped for a moment, so that it arrives.

    "end": it was lost to a reset all the same, as we went on sending."""
    check(result[1] in codes + ("end",), f"ended with {result[1]}")


def rapid_reset(server):
    """CVE-2023-44487"""
    before = server.statistics()["all"]["requests"]
    expect_end(Peer(server).flood(
        lambda n: headers(CALLS, n * 2 + 1, ends=False) + raw(3, 0, n * 2 + 1, b"\0\0\0\x08"), 5000), ENHANCE_YOUR_CALM)
    begun = server.statistics()["all"]["requests"] - before
    check(begun < 1000, f"{begun} requests were begun")


def made_you_reset(server):
    """CVE-2025-8671: errors that make the server reset its own streams."""
    for wrong in (lambda s: raw(8, 0, s, bytes(4)),                       # a window of nothing more
                  lambda s: raw(8, 0, s, b"\x7f\xff\xff\xff") * 2,         # above 2^31 - 1
                  lambda s: raw(2, 0, s, s.to_bytes(4, "big") + b"\0"),    # depends on itself
                  lambda s: raw(0, 1, s) + raw(0, 1, s)):                  # data behind the end
        expect_end(Peer(server).flood(
            lambda n, wrong=wrong: headers(CALLS, n * 2 + 1, ends=False) + wrong(n * 2 + 1), 5000),
            ENHANCE_YOUR_CALM, PROTOCOL_ERROR, STREAM_CLOSED)


def continuation_flood(server):
    """CVE-2024-28182: a head that never ends."""
    for piece in (raw(9, 0, 1, block([("x", "y" * 4000)])), raw(9, 0, 1)):
        peer = Peer(server)
        peer.send(raw(1, 1, 1, block(GET)))
        expect_end(peer.flood(piece, 5000), ENHANCE_YOUR_CALM, PROTOCOL_ERROR, INTERNAL_ERROR)


def header_bomb(server):
    """A small block that unfolds to megabytes: one refusal, and the connection goes on."""
    encoder = hpack.Encoder()
    encoder.huffman_coding = False
    bomb = block(GET) + bytes(encoder.encode([("x", "v" * 3900)]))
    peer = Peer(server)
    for stream in range(1, 81, 2):
        peer.send(raw(1, 5, stream, (bomb if stream == 1 else block(GET)) + bytes([0x80 | 62]) * 12_000))
        kind, status = peer.outcome(stream)
        check((kind, status) == ("answer", 431), f"stream {stream}: {kind} {status}")
    peer.send(headers(stream=81))
    check(peer.outcome(81) == ("answer", 200), "the connection is spoilt")


def huge_integers(server):
    """HPACK lengths, indexes and table sizes beyond anything."""
    for bad in (b"\x00\x7f" + b"\xff" * 8 + b"\x7f", b"\xff" + b"\xff" * 9 + b"\x01", b"\x3f" + b"\xff" * 4 + b"\x0f",
                b"\x00\x7f\xff\xff\xff\xff\x07abc", b"\x80", b"\xbf\xff\xff\xff\x0f"):
        peer = Peer(server)
        peer.send(raw(1, 5, 1, bad))
        kind, code = peer.outcome()
        check(kind == "end" or (kind, code) == ("goaway", COMPRESSION_ERROR), f"{bad[:6].hex()}: {kind} {code}")


def table_size_updates(server):
    peer = Peer(server)
    peer.send(raw(1, 5, 1, b"\x20\x3f\xe1\x1f" * 3000 + block(GET)))
    kind, value = peer.outcome()
    check(kind in ("goaway", "answer", "end"), f"{kind} {value}")


def control_floods(server):
    """CVE-2019-9512, -9515, -9518, and their kin."""
    settings = raw(4, payload=b"\0\x03\0\0\0\x64")
    for name, piece in {
        "ping": raw(6, payload=bytes(8)), "ping answers": raw(6, 1, payload=bytes(8)), "settings": settings,
        "empty settings": raw(4), "settings answers": raw(4, 1), "priority": raw(2, 0, 1, b"\0\0\0\0\x10"),
        "window updates": raw(8, payload=b"\0\0\0\1"),
        "resets of idle streams": raw(3, 0, 1, bytes(4)),
    }.items():
        sent, code = Peer(server).flood(piece * 100, 1000)
        check(code in (ENHANCE_YOUR_CALM, PROTOCOL_ERROR, "end"), f"{name}: {sent} taken, {code}")


def empty_data(server):
    """CVE-2019-9518: frames without a byte, padded or not, on an open stream."""
    for piece in (raw(0, 0, 1), raw(0, 8, 1, b"\xff" + bytes(255)), raw(9, 0, 1)):
        peer = Peer(server)
        peer.send(headers(POST, ends=False))
        expect_end(peer.flood(piece * 100, 1000), ENHANCE_YOUR_CALM, PROTOCOL_ERROR)


def unread_answers(server):
    """CVE-2019-9517: answers asked for and never taken, in windows of nothing and in a socket nobody reads."""
    peers = []
    for number in range(20):
        peer = Peer(server, settings=b"\0\x04\0\0\0\0" if number % 2 else b"\0\x04\x7f\xff\xff\xff")
        metrics = GET[:3] + [(":path", "/metrics")]
        try:
            peer.send(b"".join(headers(metrics, stream) for stream in range(1, 199, 2)))
        except OSError:
            pass
        peers.append(peer)
    server.expect_healthy()
    for peer in peers:
        peer.close()


def many_streams(server):
    """Above the limit: refused, not queued."""
    peer = Peer(server, timeout=10)
    count = 400
    peer.send(b"".join(headers(POST, stream, ends=False) for stream in range(1, count * 2, 2)))
    resets = 0
    while resets < count - 128:
        frame = peer.next()
        if frame is None or frame.type == 7:
            break
        resets += frame.type == 3
    check(resets > 150, f"{resets} of {count} streams were refused")
    peer.close()


def half_open(server):
    """Prefaces, heads and bodies that stop: places only, and others are served."""
    peers = []
    for number in range(150):
        peer = Peer(server, preface=False)
        peer.send([PREFACE[:10], PREFACE, PREFACE + raw(4) + raw(1, 1, 1, block(GET)),
                   PREFACE + raw(4) + headers(POST, ends=False), PREFACE + raw(4) + raw(0, 0, 0, b"", 16384)][number % 5])
        peers.append(peer)
    server.expect_healthy()
    for peer in peers:
        peer.close()


ATTACKS = [
    ("rapid reset", rapid_reset, 10, 5, 60),
    ("made you reset", made_you_reset, 10, 10, 60),
    ("continuation flood", continuation_flood, 10, 12, 40),
    ("HPACK bomb", header_bomb, 10, 5, 40),
    ("HPACK integers", huge_integers, 10, 5, 40),
    ("HPACK table size updates", table_size_updates, 10, 5, 40),
    ("control frame floods", control_floods, 10, 20, 60),
    ("empty data", empty_data, 10, 12, 40),
    ("answers that nobody reads", unread_answers, 10, 8, 150),
    ("400 streams at once", many_streams, 10, 10, 60),
    ("half-open HTTP/2", half_open, 10, 8, 60),
]
