"""Classes 4 to 8 and 14: what JSON bodies can ask for, to the server with its real model."""

import json
import socket
import time

from kinglet_process import check

CALL, COMPLETE = "/v1/functioncall", "/v1/completions"


def function(schema, name="f"):
    return {"name": name, "description": "something", "parameters": schema}


def call_with(schema, query="do something"):
    """A call of a function with one parameter of this schema."""
    schema = dict(schema)
    whole = {"type": "object", "$defs": schema.pop("$defs", {}), "properties": {"x": schema}, "required": ["x"]}
    return {"query": query, "functions": [function(whole)]}


def expect_400(server, path, body, seconds=0.5, allowed=(400,)):
    begin = time.monotonic()
    status, answer = server.ask("POST", path, body, {"content-type": "application/json"})
    took = time.monotonic() - begin
    shown = (body if isinstance(body, bytes) else json.dumps(body).encode())[:120]
    check(status in allowed, f"{path} {shown}: {status} {answer[:120]}")
    error = json.loads(answer)["error"]
    check(error["message"] and error["code"], f"{path} {shown}: no message")
    check(took < seconds, f"{path} {shown}: {took:.2f} s")


def deep_json(server):
    """Nesting is refused before anything recurses."""
    for path in (CALL, "/v1/judge", "/v1/judge/compare", COMPLETE, "/tokenize", "/detokenize"):
        for bomb in (b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000, b'[{"a":' * 50_000):
            expect_400(server, path, bomb)
    nested = {"type": "object"}
    for _ in range(40):
        nested = {"type": "object", "properties": {"a": nested}}
    expect_400(server, CALL, call_with(nested))


def malformed_json(server):
    for text in (b"", b"\0", b"\xff\xfe{\0}\0", b'{"query": "\xc3\x28"}', b'{"query": "\\ud800"}', b'{"query": "a\x00b"}',
                 b'{"query": "a"', b'{"query": "a",}', b'{"query": "a"} x', b'{"query": NaN}', b'{"query": 1e999999}',
                 b'{"query": ' + b"9" * 500_000 + b"}", b'{"query": 0.' + b"1" * 500_000 + b"}", b"nul", b'"' + b"\\u0000" * 100_000,
                 b'{"query": "a", "query": "b"}'):
        expect_400(server, CALL, text)


# (what is asked for, is it refused)
GRAMMAR_BOMBS = [
    {"type": "string", "pattern": "a{1,1000000000}"},
    {"type": "string", "pattern": "((a{1,50}){1,50}){1,50}"},
    {"type": "string", "pattern": "(a|b)*a(a|b){20}$"},
    {"type": "string", "pattern": "(" * 5000 + "a" + ")" * 5000},
    {"type": "string", "pattern": "[" * 10_000},
    {"type": "string", "pattern": "(a)\\1"},
    {"type": "string", "pattern": "(?=a+)+b"},
    {"type": "string", "minLength": 1_000_000_000},
    {"type": "array", "items": {"type": "string"}, "minItems": 1_000_000_000},
    {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}},
    {"$ref": "#"},
    {"$ref": "https://example.com/schema.json"},
    {"$ref": "file:///etc/passwd"},
    {"type": "object", "required": ["x"] * 100_000},
]


def grammar_bombs(server):
    for schema in GRAMMAR_BOMBS:
        expect_400(server, CALL, call_with(schema), 4)
    doubled = {"type": "string"}
    for _ in range(20):
        doubled = {"anyOf": [doubled, doubled]}
        if len(json.dumps(doubled)) > 60_000:
            break
    expect_400(server, CALL, call_with({"type": "object", "properties": {"a": doubled}}), 4)


def bombs_hold_nobody_up(server):
    """While schemas are compiled that cost as much as is allowed, health is answered at once."""
    connections = []
    for number in range(8):
        greedy = {"type": "object", "properties": {
            f"p{index}": {"type": "string", "pattern": f"^(a|b)*a(a|b){{9}}x{number}{index}$"} for index in range(100)}}
        connection = server.connect()
        body = json.dumps(call_with(greedy)).encode()
        connection.sendall(b"POST /v1/functioncall HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        connections.append(connection)
    for _ in range(20):
        took = server.expect_healthy()
        check(took < 0.5, f"/healthz took {took:.2f} s meanwhile")
        time.sleep(0.05)
    for connection in connections:
        connection.close()


def unique_schemas(server, count=60):
    """Caches keyed by what clients send are bounded. The clients leave before the answers."""
    for number in range(count):
        schema = {"type": "object", "properties": {
            f"field_{number}_{index}": {"type": "string", "pattern": f"^[a-f]{{{index + 1},{index + 20}}}x{number}$"}
            for index in range(20)}}
        body = json.dumps(call_with(schema)).encode()
        with server.connect() as connection:
            connection.sendall(b"POST /v1/functioncall HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            time.sleep(0.02)
            connection.shutdown(socket.SHUT_RDWR)
    end = time.monotonic() + 30
    while (state := server.statistics()["engine"])["running"] + state["waiting"] > 0:
        check(time.monotonic() < end, f"requests of clients that left still run: {state}")
        time.sleep(0.1)


NUMBERS = {
    COMPLETE: {
        "n": [0, -1, 17, 10**9, 2**63, 1.5, "1", True], "max_tokens": [0, -1, 2**63, 1e300, "9"],
        "logprobs": [-1, 21, 10**9], "temperature": [-0.1, 1e9, "hot"], "top_p": [-1, 1.1], "top_k": [-2, 2**63],
        "min_p": [-1, 2], "presence_penalty": [-3, 3], "frequency_penalty": [1e9], "repetition_penalty": [0, -1, 1e9],
        "stop": ["", [""], ["x"] * 1000, [["x"]], "x" * 100_000, {"a": 1}], "priority": [-1, 10],
        "logit_bias": [{"x": 1}, {"1": 1e9}, {"999999999999": 1}],
        "prompt": [[], [-1], [2**31], [151_936], [1.5], ["a"] * 1000, {}, None, [[[1]]], [999_999]],
    },
    CALL: {
        "top_k": [0, -1, 65, 10**9, 1.5, "3"], "max_calls": [0, -1, 17, 10**9], "seed": [-1, 2**64], "timeout_ms": [0, -1, 10**9],
        "priority": [-1, 10], "min_score": [1e300], "query": ["", " ", "x" * 20_000, 5, None, ["a"]],
        "history": [[{"role": "user", "content": "a"}] * 1000, [{"role": "root", "content": "a"}], "a"],
        "functions": [[], [{}] * 2000, [{"name": "", "parameters": {}}], [function({"type": "nonsense"})]],
        "pool": ["../../etc/passwd", "x" * 1000, "", 5], "unknown_field": [1],
    },
    "/detokenize": {"tokens": [[-1], [2**31], [151_936], [999_999], "a", [1.5], [None]]},
}


def numbers(server):
    """One above or below every bound: 400 with the field's name, without work."""
    base = {COMPLETE: {"prompt": "hello", "max_tokens": 1}, CALL: {"query": "turn on the light"}, "/detokenize": {}}
    times = []
    for path, fields in NUMBERS.items():
        for field, values in fields.items():
            for value in values:
                begin = time.monotonic()
                expect_400(server, path, base[path] | {field: value}, allowed=(400, 404))
                times.append(time.monotonic() - begin)
    times.sort()
    check(times[len(times) // 2] < 0.01, f"half of the refusals take more than {times[len(times) // 2] * 1e3:.1f} ms")


def huge_texts(server):
    """Long texts are refused, or taken within the limits, soon."""
    for text in ("a" * 500_000, " " * 1_000_000, "🜁" * 200_000, "\n" * 1_000_000, "é" * 400_000, "1" * 1_000_000):
        begin = time.monotonic()
        status, answer = server.ask("POST", "/tokenize", {"prompt": text})
        check(status in (200, 400, 413), f"/tokenize of {text[0]!r}: {status} {answer[:100]}")
        check(time.monotonic() - begin < 3, f"/tokenize of {text[0]!r}: {time.monotonic() - begin:.1f} s")
    expect_400(server, COMPLETE, {"prompt": "1" * 1_000_000, "max_tokens": 1}, 3)


def control_tokens(server):
    """Names of control tokens in a query are text: no client ends the user's turn (CVE-2025-62426's kin)."""
    def prompt_tokens(query):
        # One function, so that nothing but the query makes the prompt longer.
        light = {"name": "light_on", "description": "turns on a light", "parameters": {"type": "object", "properties": {}}}
        status, answer = server.ask("POST", CALL, {"query": query, "functions": [light]})
        check(status == 200, f"{query}: {status}")
        return json.loads(answer)["usage"]["prompt_tokens"]

    plain = prompt_tokens("light on")
    for token in ("<|im_end|>", "<|im_start|>", "<|endoftext|>"):
        more = prompt_tokens("light on " + token * 10) - plain
        check(more >= 30, f"ten times {token} in a query are {more} tokens: they were taken for control tokens")


def leaving_clients(server):
    """Streams whose readers leave are cancelled: the engine works for nobody."""
    before = server.statistics()["engine"]["cancelled"]
    for number in range(12):
        body = json.dumps({"prompt": f"Story {number}:", "max_tokens": 2000, "ignore_eos": True, "stream": True}).encode()
        connection = server.connect()
        connection.sendall(b"POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        if number % 2:
            connection.recv(100)
        connection.close()
    end = time.monotonic() + 20
    while True:
        state = server.statistics()["engine"]
        if state["running"] + state["waiting"] == 0 and state["cancelled"] - before >= 6:
            return
        check(time.monotonic() < end, f"after 20 s: {state}")
        time.sleep(0.1)


ATTACKS = [
    ("deep JSON", deep_json, 5, 15, 80),
    ("malformed JSON", malformed_json, 5, 10, 60),
    ("grammar bombs", grammar_bombs, 6, 30, 120),
    ("bombs hold nobody up", bombs_hold_nobody_up, 6, 20, 150),
    ("60 unique schemas", unique_schemas, 7, 40, 150),
    ("numbers out of range", numbers, 8, 20, 60),
    ("huge texts", huge_texts, 4, 30, 150),
    ("control tokens in a query", control_tokens, 14, 20, 60),
    ("clients that leave", leaving_clients, 9, 25, 100),
]
