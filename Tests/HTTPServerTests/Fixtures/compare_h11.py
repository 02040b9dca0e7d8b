#!/usr/bin/env python3
"""Writes h11_verdicts.json: what h11 (PyPI, 0.16.0) makes of hostile and odd requests, next to what our parser should.

    python3 compare_h11.py > h11_verdicts.json      # in this folder; needs: pip install h11==0.16.0

A verdict is "refuse", or the list of requests that were read whole: [[method, target, body], ...], with "refuse" last
if what follows them is refused. Where ours differs, "ours" says how and "reason" why; elsewhere they must agree.
"""

import json
import sys

import h11

HOST = "Host: a\r\n"
POST = "POST /x HTTP/1.1\r\n" + HOST
CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n"
NEXT = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n"

CASES = {
    "plain": "GET / HTTP/1.1\r\n" + HOST + "\r\n",
    "two pipelined": "GET / HTTP/1.1\r\n" + HOST + "\r\n" + NEXT,
    "empty line before": "\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n",
    "two empty lines before": "\r\n\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n",
    "bare LF lines": "GET / HTTP/1.1\nHost: a\n\n",
    "bare LF at the end": "GET / HTTP/1.1\r\nHost: a\r\n\n",
    "bare CR in value": "GET / HTTP/1.1\r\n" + HOST + "X: a\rb\r\n\r\n",
    "obs-fold": "GET / HTTP/1.1\r\n" + HOST + "X: a\r\n b\r\n\r\n",
    "obs-fold first": "GET / HTTP/1.1\r\n Host: a\r\n\r\n",
    "space before colon": "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    "tab before colon": "GET / HTTP/1.1\r\nHost\t: a\r\n\r\n",
    "no colon": "GET / HTTP/1.1\r\n" + HOST + "X\r\n\r\n",
    "empty name": "GET / HTTP/1.1\r\n" + HOST + ": a\r\n\r\n",
    "NUL in value": "GET / HTTP/1.1\r\n" + HOST + "X: a\0b\r\n\r\n",
    "NUL in name": "GET / HTTP/1.1\r\n" + HOST + "X\0: a\r\n\r\n",
    "VT in value": "GET / HTTP/1.1\r\n" + HOST + "X: a\x0bb\r\n\r\n",
    "DEL in value": "GET / HTTP/1.1\r\n" + HOST + "X: a\x7f\r\n\r\n",
    "high bytes in value": "GET / HTTP/1.1\r\n" + HOST + "X: \xe9\xff\r\n\r\n",
    "high bytes in name": "GET / HTTP/1.1\r\n" + HOST + "X\xe9: a\r\n\r\n",
    "tab in value": "GET / HTTP/1.1\r\n" + HOST + "X: a\tb\r\n\r\n",
    "empty value": "GET / HTTP/1.1\r\n" + HOST + "X:\r\n\r\n",
    "no host": "GET / HTTP/1.1\r\n\r\n",
    "two hosts": "GET / HTTP/1.1\r\n" + HOST + HOST + "\r\n",
    "empty host": "GET / HTTP/1.1\r\nHost:\r\n\r\n",
    "host with slash": "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "host with user": "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
    "http/1.0 without host": "GET / HTTP/1.0\r\n\r\n",
    "http/1.0 with chunked": "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "http/0.9": "GET /\r\n\r\n",
    "http/1.2": "GET / HTTP/1.2\r\n" + HOST + "\r\n",
    "http/2.0": "GET / HTTP/2.0\r\n" + HOST + "\r\n",
    "lower-case version": "GET / http/1.1\r\n" + HOST + "\r\n",
    "two spaces": "GET  / HTTP/1.1\r\n" + HOST + "\r\n",
    "space behind version": "GET / HTTP/1.1 \r\n" + HOST + "\r\n",
    "tab in request line": "GET\t/ HTTP/1.1\r\n" + HOST + "\r\n",
    "odd method": "B@D / HTTP/1.1\r\n" + HOST + "\r\n",
    "unknown method": "BREW / HTTP/1.1\r\n" + HOST + "\r\n",
    "target with space": "GET /a b HTTP/1.1\r\n" + HOST + "\r\n",
    "target with fragment": "GET /a#b HTTP/1.1\r\n" + HOST + "\r\n",
    "target with high bytes": "GET /\xe9 HTTP/1.1\r\n" + HOST + "\r\n",
    "target without slash": "GET a HTTP/1.1\r\n" + HOST + "\r\n",
    "absolute target": "GET http://b/c HTTP/1.1\r\n" + HOST + "\r\n",
    "connect": "CONNECT a:1 HTTP/1.1\r\n" + HOST + "\r\n",
    "tls hello": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "length": POST + "Content-Length: 3\r\n\r\nabc" + NEXT,
    "length with leading zero": POST + "Content-Length: 03\r\n\r\nabc",
    "length twice, equal": POST + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
    "length list, equal": POST + "Content-Length: 3, 3\r\n\r\nabc",
    "length twice, different": POST + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "length with plus": POST + "Content-Length: +3\r\n\r\nabc",
    "length negative": POST + "Content-Length: -1\r\n\r\n",
    "length hexadecimal": POST + "Content-Length: 0x3\r\n\r\nabc",
    "length with space": POST + "Content-Length: 1 1\r\n\r\nabc",
    "length empty": POST + "Content-Length:\r\n\r\n",
    "length of 21 digits": POST + "Content-Length: 100000000000000000000\r\n\r\n",
    "length and chunked": POST + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + NEXT,
    "chunked and length": POST + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n" + NEXT,
    "chunked twice": POST + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunked in two lines": POST + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "gzip, chunked": POST + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "identity": POST + "Transfer-Encoding: identity\r\n\r\n",
    "xchunked": POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "Chunked in capitals": POST + "Transfer-Encoding: CHUNKED\r\n\r\n0\r\n\r\n",
    "chunks": CHUNKED + "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n" + NEXT,
    "chunk extension": CHUNKED + '3;a="b"\r\nabc\r\n0\r\n\r\n',
    "chunk size with space": CHUNKED + "3 \r\nabc\r\n0\r\n\r\n",
    "chunk size with space before": CHUNKED + " 3\r\nabc\r\n0\r\n\r\n",
    "chunk size 0x3": CHUNKED + "0x3\r\nabc\r\n0\r\n\r\n",
    "chunk size +3": CHUNKED + "+3\r\nabc\r\n0\r\n\r\n",
    "chunk size negative": CHUNKED + "-3\r\nabc\r\n0\r\n\r\n",
    "chunk size empty": CHUNKED + "\r\nabc\r\n0\r\n\r\n",
    "chunk size of 21 digits": CHUNKED + "F" * 21 + "\r\nabc\r\n0\r\n\r\n",
    "chunk size with zeros": CHUNKED + "000003\r\nabc\r\n0\r\n\r\n",
    "chunk line with bare LF": CHUNKED + "3\nabc\r\n0\r\n\r\n",
    "chunk end is not CRLF": CHUNKED + "3\r\nabcXX0\r\n\r\n",
    "chunk end is bare LF": CHUNKED + "3\r\nabc\n0\r\n\r\n",
    "chunk too short": CHUNKED + "2\r\nabc\r\n0\r\n\r\n",
    "LF in chunk extension": CHUNKED + "3;a\nb\r\nabc\r\n0\r\n\r\n",
    "trailer": CHUNKED + "0\r\nT: u\r\n\r\n" + NEXT,
    "trailer with length": CHUNKED + "0\r\nContent-Length: 3\r\n\r\n" + NEXT,
    "trailer without colon": CHUNKED + "0\r\nT\r\n\r\n" + NEXT,
    "trailer with bare LF": CHUNKED + "0\r\nT: u\n\r\n" + NEXT,
}

# Ours differs from h11 on purpose.
DIFFERENCES = {
    "empty line before": ([["GET", "/", ""]], "RFC 9112, 2.2: a server should ignore one empty line before the request"),
    "bare LF lines": ("refuse", "lenient line ends let requests be smuggled; 2.2 merely allows them"),
    "bare LF at the end": ("refuse", "as above"),
    "obs-fold": ("refuse", "5.2: a server must refuse or replace it; we refuse"),
    "DEL in value": ("refuse", "RFC 9110, 5.5: a control character has no business there"),
    "absolute target": ([["GET", "/c", ""]], "3.2.2: the same request, taken apart into authority and path"),
    "empty host": ("refuse", "RFC 9110, 4.2.1: an http URI has a host that is not empty"),
    "host with slash": ("refuse", "3.2: an invalid Host is 400"),
    "host with user": ("refuse", "3.2: an invalid Host is 400"),
    "http/1.0 with chunked": ("refuse", "6.1: a server must treat it as faulty framing"),
    "http/1.2": ("refuse", "505: no such version exists"),
    "http/2.0": ("refuse", "505: HTTP/2 does not begin so"),
    "target with fragment": ("refuse", "3.2.1: no fragment in a target"),
    "target without slash": ("refuse", "3.2: none of the four forms"),
    "connect": ("refuse", "501: no tunnels"),
    "length twice, equal": ("refuse", "6.3: may be refused; different readers pick different ones"),
    "length list, equal": ("refuse", "as above"),
    "length and chunked": ("refuse", "6.1: may be refused, and is how requests are smuggled"),
    "chunked and length": ("refuse", "as above"),
    "chunk size with space": ("refuse", "7.1: no space there; a known way of smuggling"),
    "trailer with length": ("refuse", "RFC 9110, 6.5.1: no framing fields in trailers"),
    "trailer with bare LF": ("refuse", "as lines of the head"),
}


def verdict(data: bytes):
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(data)
    connection.receive_data(b"")
    found = []
    while True:
        try:
            event = connection.next_event()
        except h11.RemoteProtocolError as error:
            # The end of the stream in the middle of a message is not a refusal of what came before it.
            if "peer unexpectedly closed" in str(error) or "without sending complete message" in str(error):
                return found
            return found + ["refuse"] if found else "refuse"
        if isinstance(event, h11.Request):
            current = [event.method.decode(), event.target.decode("latin-1"), ""]
        elif isinstance(event, h11.Data):
            current[2] += bytes(event.data).decode("latin-1")
        elif isinstance(event, h11.EndOfMessage):
            found.append(current)
            if current[0] == "CONNECT":
                return found
            connection.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
            connection.send(h11.EndOfMessage())
            if connection.our_state is h11.MUST_CLOSE:
                return found
            connection.start_next_cycle()
        else:
            return found


def main():
    out = []
    for name, text in CASES.items():
        data = text.encode("latin-1")
        case = {"name": name, "request": text, "h11": verdict(data)}
        if name in DIFFERENCES:
            case["ours"], case["reason"] = DIFFERENCES[name]
            if case["ours"] == case["h11"]:
                print(f"no difference left: {name}", file=sys.stderr)
        out.append(case)
    json.dump({"h11": h11.__version__, "cases": out}, sys.stdout, indent=1)
    print()


main()
