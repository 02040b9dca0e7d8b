"""Class 11: our HTTP/1.1 parser beside h11's on hostile requests, drawn at random and cut into pieces at random.

A request is put together from pieces that are right or wrong in one of many ways. Both sides read the same bytes. Ours must be
stricter or equal: it may refuse what h11 reads, for a reason listed in STRICTER, and must never read what h11 refuses, nor read
it otherwise, but for the two entries of LENIENT. An unexplained disagreement fails.
"""

import random
import re
import time

import h11

from kinglet_process import check, read_to_end, statuses

CASES = 1500
HOST = b"Host: a\r\n"

METHODS = [b"GET", b"POST", b"get", b"BREW", b"G@T", b"", b"GET\t", b"\x00GET", b"POST\xff", b"M" * 40]
TARGETS = [b"/healthz", b"/healthz?a=b", b"*", b"/a b", b"/a#b", b"/\xe9", b"/\x00", b"//x", b"http://b/healthz", b"healthz", b"",
           b"/%zz", b"/" + b"a" * 9000, b"/..%2f..", b"/a\x7fb"]
VERSIONS = [b"HTTP/1.1", b"HTTP/1.0", b"HTTP/1.2", b"HTTP/2.0", b"http/1.1", b"HTTP/1.1 ", b"HTTP/11", b"HTTP/1.", b"", b"HTTP/1.1\t"]
LINES = [
    b"Host: a\r\n", b"Host: a:80\r\n", b"Host: b\r\n", b"Host:\r\n", b"Host: a/b\r\n", b"Host : a\r\n", b"host: a\r\n",
    b"X: y\r\n", b"X:y\r\n", b"X:\r\n", b"X: \xe9\xff\r\n", b"X: a\x00b\r\n", b"X: a\rb\r\n", b"X: a\nb\r\n", b"X: a\x0bb\r\n",
    b"X: a\x7fb\r\n", b"X\x00: a\r\n", b"X\xe9: a\r\n", b"X y: a\r\n", b": a\r\n", b"X\r\n", b" X: a\r\n", b"X: a\r\n b\r\n",
    b"X: a\r\n\tb\r\n", b"X: a\n", b"X: " + b"a" * 5000 + b"\r\n", b"X: " + b"a" * 40_000 + b"\r\n", b"\tX: y\r\n", b"X\t: y\r\n",
    b"Content-Length: 0\r\n", b"Content-Length: 3\r\n", b"Content-Length: 03\r\n", b"Content-Length: +3\r\n",
    b"Content-Length: -3\r\n", b"Content-Length: 3, 3\r\n", b"Content-Length: 3 3\r\n", b"Content-Length: 0x3\r\n",
    b"Content-Length:\r\n", b"Content-Length: 99999999999999999999\r\n", b"Content-Length: 3\r\nContent-Length: 3\r\n",
    b"Content-Length: 3\r\nContent-Length: 4\r\n", b"Transfer-Encoding: chunked\r\n", b"Transfer-Encoding: CHUNKED\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n", b"Transfer-Encoding: chunked, chunked\r\n", b"Transfer-Encoding: identity\r\n",
    b"Transfer-Encoding: xchunked\r\n", b"Transfer-Encoding:\x0bchunked\r\n", b"Transfer-Encoding: chunked;q=1\r\n",
    b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", b"Connection: close\r\n", b"Connection: keep-alive\r\n",
    b"Expect: 100-continue\r\n", b"Expect: tea\r\n", b"Upgrade: h2c\r\n",
]
BODIES = [b"", b"abc", b"3\r\nabc\r\n0\r\n\r\n", b"3;x=y\r\nabc\r\n0\r\n\r\n", b"3 \r\nabc\r\n0\r\n\r\n", b" 3\r\nabc\r\n0\r\n\r\n",
          b"0x3\r\nabc\r\n0\r\n\r\n", b"+3\r\nabc\r\n0\r\n\r\n", b"-3\r\nabc\r\n0\r\n\r\n", b"3\nabc\r\n0\r\n\r\n",
          b"3\r\nabc\n0\r\n\r\n", b"3\r\nabcd\r\n0\r\n\r\n", b"3;a\nb\r\nabc\r\n0\r\n\r\n", b"3\r\nabc\r\n0\r\nT: u\r\n\r\n",
          b"3\r\nabc\r\n0\r\nT\r\n\r\n", b"3\r\nabc\r\n0\r\nContent-Length: 3\r\n\r\n", b"FFFFFFFFFFFFFFFFF\r\nabc\r\n",
          b"3;" + b"x" * 6000 + b"\r\nabc\r\n0\r\n\r\n", b"\r\nabc\r\n0\r\n\r\n", b"0\r\n\r\n", b"00000003\r\nabc\r\n0\r\n\r\n"]

# Ours refuses, h11 reads: why that is right. A pattern stands anywhere in the bytes.
STRICTER = [
    (rb"[^\r]\n", "a bare LF ends a line or stands in it: lenient line ends let requests be smuggled (RFC 9112, 2.2)"),
    (rb"\r\n[ \t]", "obs-fold: a server must refuse or replace it (5.2)"),
    (rb"\x7f", "DEL is a control character (RFC 9110, 5.5)"),
    (rb"(?i)\r\nhost *: *(\r|a/)", "an empty or malformed Host (3.2; RFC 9110, 4.2.1)"),
    (rb"(?i)\r\nhost:[ \t]*[^\r\n]*[^A-Za-z0-9\-._~%!$&'()*+,;=:\[\] \r\n][^\r\n]*\r\n|\r\nhost:[ \t]*[^ \t\r\n]+[ \t]+[^ \t\r\n]",
     "a Host with bytes that no host has (3.2; RFC 3986, 3.2.2)"),
    (rb"[\x01-\x08\x0b\x0c\x0e-\x1f]", "a control character (RFC 9110, 5.5)"),
    (rb"(?i)host: [^\r]*\r\n(.*\r\n)*?host: ", "two Hosts (3.2)"),
    (rb" HTTP/(1\.[2-9]|[02-9]\.[0-9])", "a version that does not exist is 505 (RFC 9110, 15.6.6)"),
    (rb"^(\r\n)*[^ ]+ [^ ]*#", "a fragment in the target (3.2.1)"),
    (rb"(?i)^(\r\n)*[^ ]+ (?!/|\*|https?://)", "a target in none of the four forms (3.2)"),
    (rb"(?i)^(\r\n)*[^ ]+ https?://[^/ ]*[^/ a-z0-9\-._~%!$&'()*+,;=:\[\]]", "an authority that is none (3.2.2)"),
    (rb"^(\r\n)*(?!OPTIONS)[^ ]+ \* ", "the target * belongs to OPTIONS (3.2.4)"),
    (rb"^(\r\n)*[^ ]{33,} ", "a method of more than 32 characters"),
    (rb"(?i)content-length: 3, 3|content-length: 3\r\n(.*\r\n)*?content-length: [0-9]",
     "more than one length, even if equal: readers differ in which they take (6.3)"),
    (rb"(?is)(content-length.*transfer-encoding|transfer-encoding.*content-length)", "length and encoding together (6.1)"),
    (rb"(?is)HTTP/1\.0\r\n.*transfer-encoding", "an encoding in HTTP/1.0 is faulty framing (6.1)"),
    (rb"(?i)transfer-encoding: chunked\r\n(.*\r\n)*?transfer-encoding", "chunked twice (7.1)"),
    (rb"(?i)expect: tea", "an expectation that cannot be met is 417 (RFC 9110, 10.1.1)"),
    (rb"[0-9A-Fa-f] \r\n", "a space behind the chunk size (7.1)"),
    (rb"0\r\nContent-Length", "framing fields in a trailer (RFC 9110, 6.5.1)"),
    (rb"[^\r\n]{8200}", "a line above the limit: 414 or 431"),
    (rb";[^\r\n]{4100}", "chunk extensions above the limit"),
    (rb"FFFFFFFFFFFFFFFFF", "a chunk size of 17 digits"),
    (rb"9{20}", "a length of 20 digits"),
]
# Ours reads, h11 refuses.
LENIENT = [
    (rb"^\r\n", "one empty line before a request is ignored (2.2)"),
    (rb"(?is)content-length: 3\r\n(.*\r\n)?\r\n.{3}\r\nGET ", "as above, between two requests"),
    (rb"(?i)expect: 100-continue", "a refusal that needs no body comes before it, and ends the connection (RFC 9110, 10.1.1)"),
]


def draw(choose):
    """One request, mostly right, with one to three things wrong; now and then an empty line before it or another behind."""
    wrong = choose.choice([0, 1, 1, 1, 2, 3])
    parts = [METHODS[choose.randrange(2)], TARGETS[0], VERSIONS[0]]
    lines = [HOST]
    body = b""
    if parts[0] == b"POST" or choose.random() < 0.2:
        framing = choose.choice([b"Content-Length: 3\r\n", b"Transfer-Encoding: chunked\r\n"])
        lines.append(framing)
        body = b"abc" if framing.startswith(b"C") else BODIES[2]
    for _ in range(wrong):
        what = choose.randrange(8)
        if what < 3:
            parts[what] = choose.choice([METHODS, TARGETS, VERSIONS][what])
        elif what < 6:
            lines.insert(choose.randrange(len(lines) + 1), choose.choice(LINES))
        elif what == 6 and len(lines) > 1:
            lines.pop(choose.randrange(len(lines)))
        else:
            body = choose.choice(BODIES)
    head = choose.choice([b"", b"", b"", b"", b"\r\n", b"\r\n\r\n"]) if choose.random() < 0.2 else b""
    data = head + b" ".join(parts) + b"\r\n" + b"".join(lines) + b"\r\n" + body
    if choose.random() < 0.3:
        data += b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
    if choose.random() < 0.1:
        place = choose.randrange(len(data))
        data = data[:place] + bytes([choose.randrange(256)]) + data[place + choose.randrange(2):]
    return data


def h11_verdict(data):
    """How many requests h11 reads whole, and whether it then refuses something."""
    connection = h11.Connection(h11.SERVER, max_incomplete_event_size=32 * 1024)
    connection.receive_data(data)
    connection.receive_data(b"")
    count = 0
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            ended = "peer unexpectedly closed" in str(error) or "without sending complete message" in str(error)
            return count, not ended
        if isinstance(event, h11.EndOfMessage):
            count += 1
            connection.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
            connection.send(h11.EndOfMessage())
            if connection.our_state is h11.MUST_CLOSE:
                return count, False
            connection.start_next_cycle()
        elif isinstance(event, (h11.NEED_DATA, h11.ConnectionClosed)) or event in (h11.NEED_DATA, h11.PAUSED):
            return count, False


def our_verdict(server, data, choose):
    """The same of ours, from the answers: what is answered 200, 404 or 405 was read."""
    with server.connect(10) as connection:
        try:
            if choose.random() < 0.3:  # in pieces
                start = 0
                while start < len(data):
                    end = min(len(data), start + choose.randrange(1, 400))
                    connection.sendall(data[start:end])
                    start = end
            else:
                connection.sendall(data)
            connection.shutdown(1)
        except OSError:
            pass
        found = [status for status in statuses(strip_continue(read_to_end(connection)))]
    read = sum(status in (200, 204, 404, 405) for status in found)
    return read, read < len(found)


def strip_continue(received):
    return received.replace(b"HTTP/1.1 100 Continue\r\n\r\n", b"")


def explains(table, data):
    return next((reason for pattern, reason in table if re.search(pattern, data)), None)


def differential(server, seed=11, cases=CASES):
    choose = random.Random(seed)
    equal, stricter, unexplained = 0, {}, []
    begin = time.monotonic()
    for _ in range(cases):
        data = draw(choose)
        theirs, ours = h11_verdict(data), our_verdict(server, data, choose)
        if ours[0] == theirs[0] or (b"HEAD" in data[:8]):
            equal += 1
        elif ours[0] < theirs[0]:
            reason = explains(STRICTER, data) or (explains([(rb"%zz", "undecodable path: 400")], data))
            if reason:
                stricter[reason] = stricter.get(reason, 0) + 1
            else:
                unexplained.append((data[:160], ours, theirs))
        elif not explains(LENIENT, data):
            unexplained.append((data[:160], ours, theirs))
    check(not unexplained, f"{len(unexplained)} of {cases} disagree; the first ones: " + "; ".join(
        f"{data!r} ours {ours} h11 {theirs}" for data, ours, theirs in unexplained[:5]))
    check(equal > cases / 3, f"only {equal} of {cases} agree")
    return equal, stricter, time.monotonic() - begin


ATTACKS = [(f"differential against h11, {CASES} requests", differential, 11, 25, 40)]
