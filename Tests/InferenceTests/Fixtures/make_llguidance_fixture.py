"""Writes llguidance_masks.json: the token masks of llguidance along walks through own schemas.

    python3 make_llguidance_fixture.py TOKENIZER_JSON [SCHEMAS OUT]

SCHEMAS is a pool ({"functions": [{"parameters": schema}]}) or a list of schemas, OUT where their walks go; the test reads
them with KINGLET_LLGUIDANCE_MASKS=OUT. What is known to differ and can be said in a schema is said (`comparable`).
TOKENIZER_JSON is Qwen2.5's (151,936 tokens). Made with llguidance 1.9.1, seed 7. Each step of a walk holds the number of
allowed tokens below 151,643 (the control tokens are left out), an FNV-1a hash of their ids, and whether the value may end.
A walk ends where a number reaches the length that kinglet allows and llguidance does not limit.
Walks follow the tokeniser's own tokens of a valid instance ("text"), or draw among the allowed tokens at random.
"""
import json
import random
import re
import sys
from pathlib import Path

import llguidance.numpy
import numpy as np
from llguidance import LLMatcher, LLTokenizer

ORDINARY = 151_643
LONGEST_NUMBER = re.compile(rb"[0-9]{17}$|[eE][+-]?[0-9]{2}$")
WIRE = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
HERE = Path(__file__).parent


def closed(properties, required=(), **more):
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False, **more}


STRING, INTEGER, NUMBER, BOOLEAN = ({"type": t} for t in ("string", "integer", "number", "boolean"))


def call(name, arguments):
    return closed({"name": {"const": name}, "arguments": arguments}, ["name", "arguments"])


# Each with instances whose tokens are walked.
SCHEMAS = [
    (BOOLEAN, [True, False]),
    ({"type": "null"}, [None]),
    (STRING, ["", "hello world", "été 中文 😀", "a\"b\\c\n\t\u0001", "{\"x\": 1}", "    indented", "naïve — “quoted”"]),
    (INTEGER, [0, -17, 1234567]),
    (NUMBER, [0, -0.5, 12.25, 3, 1e-7, 2.5e10]),
    ({"type": "integer", "minimum": 0, "maximum": 100}, [0, 7, 99, 100]),
    ({"type": "integer", "minimum": -20, "maximum": -3}, [-20, -3, -15]),
    ({"type": "integer", "minimum": 8, "maximum": 1350}, [8, 99, 135, 1350]),
    ({"type": "integer", "minimum": 18}, [18, 19, 200]),
    ({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 24}, [1, 12, 23]),
    ({"type": "number", "minimum": 0, "maximum": 1}, [0, 0.25, 1]),
    ({"type": "number", "minimum": -5.5, "maximum": 30.5}, [-5.5, -0.1, 0.5, 30.5, 22]),
    ({"type": "number", "exclusiveMaximum": 10}, [9.99, -4]),
    ({"type": ["string", "null"]}, ["x", None]),
    ({"type": ["integer", "boolean", "string"]}, [5, True, "s"]),
    ({"enum": ["red", "green", "greenish", "blue"]}, ["red", "green", "greenish"]),
    ({"enum": ["é", "中文", "a b", "tab", 1, 2.5, None, True]}, ["中文", "tab", 1, 2.5]),
    ({"enum": [10, 100, 1000]}, [10, 100, 1000]),
    ({"const": "exactly this sentence"}, ["exactly this sentence"]),
    ({"const": {"a": [1, 2, {"b": "c"}]}}, [{"a": [1, 2, {"b": "c"}]}]),
    ({"type": "string", "maxLength": 5}, ["", "abc", "中文字符号"]),
    ({"type": "string", "minLength": 3}, ["abc", "longer text"]),
    ({"type": "string", "minLength": 2, "maxLength": 40}, ["ab", "a sentence of some words"]),
    ({"type": "string", "pattern": "^[a-z]+$"}, ["abc", "lowercase"]),
    ({"type": "string", "pattern": "^[A-Z]{2}-\\d{3,5}$"}, ["AB-123", "XY-98765"]),
    ({"type": "string", "pattern": "^(north|south|east|west)(_wing)?$"}, ["north", "east_wing"]),
    ({"type": "string", "pattern": "^\\w+@\\w+\\.(com|org)$"}, ["me@home.org"]),
    ({"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"}, ["#00ffAA"]),
    ({"type": "string", "pattern": "^[^a-f]*$", "maxLength": 12}, ["string"]),
    ({"type": "string", "format": "uuid"}, ["123e4567-e89b-12d3-a456-426614174000"]),
    ({"type": "string", "format": "ipv4"}, ["10.0.255.1"]),
    ({"type": "array", "items": INTEGER}, [[], [1], [1, 22, 333]]),
    ({"type": "array", "items": STRING, "minItems": 1}, [["a"], ["some", "words"]]),
    ({"type": "array", "items": BOOLEAN, "minItems": 2, "maxItems": 3}, [[True, False], [True, True, True]]),
    ({"type": "array", "items": {"enum": ["mon", "tue", "wed"]}, "maxItems": 2}, [[], ["mon"], ["tue", "wed"]]),
    ({"type": "array", "prefixItems": [STRING, INTEGER], "items": False}, [["a", 1]]),
    ({"type": "array", "items": {"type": "array", "items": NUMBER}}, [[[1.5], [2, 3]]]),
    (closed({}), [{}]),
    (closed({"a": INTEGER}), [{}, {"a": 1}]),
    (closed({"a": INTEGER, "b": STRING}, ["a", "b"]), [{"a": 1, "b": "x"}]),
    (closed({"a": INTEGER, "b": STRING, "c": BOOLEAN}, ["b"]), [{"b": "x"}, {"a": 1, "b": "x", "c": True}]),
    (closed({"first name": STRING, "last\"name": STRING, "été": INTEGER}, ["été"]), [{"first name": "A", "été": 3}]),
    (closed({f"option_{i}": BOOLEAN for i in range(30)}), [{}, {"option_3": True, "option_29": False}]),
    (closed({"point": closed({"x": NUMBER, "y": NUMBER}, ["x", "y"])}, ["point"]), [{"point": {"x": 1.5, "y": -2}}]),
    (closed({"tags": {"type": "array", "items": STRING}, "n": INTEGER}, ["n"]), [{"tags": ["a", "b"], "n": 4}, {"n": 4}]),
    ({}, [1, "x", [True, None], {}]),
    ({"anyOf": [INTEGER, {"type": "array", "items": INTEGER}]}, [3, [3, 4]]),
    ({"anyOf": [closed({"kind": {"const": "a"}, "x": INTEGER}, ["kind", "x"]), closed({"kind": {"const": "b"}}, ["kind"])]},
     [{"kind": "a", "x": 1}, {"kind": "b"}]),
    ({"anyOf": [{"type": "string", "maxLength": 3}, {"enum": ["a longer constant", 7]}]}, ["ab", "a longer constant", 7]),
    ({"$ref": "#/$defs/tree", "$defs": {"tree": closed({"value": INTEGER, "children": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}, ["value"])}},
     [{"value": 1, "children": [{"value": 2}, {"value": 3, "children": []}]}]),
    ({"anyOf": [call("lights_on", closed({"room": {"enum": ["kitchen", "bedroom", "living_room"]}, "brightness": {"type": "integer", "minimum": 0, "maximum": 100}}, ["room"])),
                call("lights_off", closed({"room": {"enum": ["kitchen", "bedroom", "living_room"]}}, ["room"])),
                call("set_timer", closed({"minutes": {"type": "number", "minimum": 0, "maximum": 600}, "label": STRING}, ["minutes"])),
                call("no_appropriate_function", closed({}))]},
     [{"name": "lights_on", "arguments": {"room": "living_room", "brightness": 40}}, {"name": "lights_off", "arguments": {"room": "kitchen"}},
      {"name": "set_timer", "arguments": {"minutes": 12.5, "label": "eggs \"soft\""}}, {"name": "no_appropriate_function", "arguments": {}}]),
    ({"anyOf": [call(f"device.{verb}_{thing}", closed({"id": STRING, "level": INTEGER}, ["id"])) for verb in ("get", "set", "reset") for thing in ("state", "status", "mode")]},
     [{"name": "device.get_status", "arguments": {"id": "a1"}}, {"name": "device.reset_mode", "arguments": {"id": "b", "level": 2}}]),
    ({"type": "array", "items": {"anyOf": [call("play", closed({"song": STRING})), call("pause", closed({}))]}, "minItems": 1, "maxItems": 3},
     [[{"name": "play", "arguments": {"song": "La vie"}}, {"name": "pause", "arguments": {}}]]),
    (closed({"date": {"type": "string", "pattern": "^\\d{4}-\\d{2}-\\d{2}$"}, "guests": {"type": "integer", "minimum": 1}, "note": {"type": ["string", "null"]}}, ["date", "guests"]),
     [{"date": "2026-11-24", "guests": 4, "note": None}]),
    (closed({"query": {"type": "string", "minLength": 1}, "language": {"enum": ["en", "de", "zh", "ja"]}, "limit": {"type": "integer", "minimum": 1, "maximum": 50}}, ["query"]),
     [{"query": "天气怎么样", "language": "zh", "limit": 10}]),
    ({"allOf": [{"type": "integer", "minimum": 3}, {"maximum": 30}]}, [3, 17, 30]),
]


class Walker:
    def __init__(self, path):
        self.tokenizer = LLTokenizer(path)
        self.bitmask = llguidance.numpy.allocate_token_bitmask(1, self.tokenizer.vocab_size)

    def matcher(self, schema):
        grammar = LLMatcher.grammar_from_json_schema(json.dumps({**schema, "x-guidance": WIRE}))
        matcher = LLMatcher(self.tokenizer, grammar)
        return None if matcher.is_error() else matcher

    def allowed(self, matcher):
        llguidance.numpy.fill_next_token_bitmask(matcher, self.bitmask, 0)
        bits = np.unpackbits(self.bitmask[0].view(np.uint8), bitorder="little")
        return np.nonzero(bits[:ORDINARY])[0]

    def walk(self, schema, choose, limit):
        matcher, tokens, steps = self.matcher(schema), [], []
        while len(tokens) < limit and not matcher.is_stopped():
            if LONGEST_NUMBER.search(self.tokenizer.decode_bytes(tokens)):
                break
            allowed = self.allowed(matcher)
            steps.append([len(allowed), fnv(allowed), int(matcher.is_accepting())])
            token = choose(len(tokens), allowed)
            if token is None:
                break
            assert matcher.try_consume_tokens([token]) == 1, (schema, tokens, token)
            tokens.append(token)
        return {"tokens": tokens, "steps": steps}


def fnv(ids):
    value = 2166136261
    for number in ids.tolist():
        value = ((value ^ number) * 16777619) & 0xFFFFFFFF
    return value


def comparable(schema):
    """The schema with what the test's list of differences names made explicit or left out."""
    if isinstance(schema, list):
        return [comparable(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {}
    for key, value in schema.items():
        if key == "properties":
            kept[key] = {name: comparable(inner) for name, inner in value.items()}
        elif key in ("items", "prefixItems", "anyOf", "allOf", "additionalProperties"):
            kept[key] = comparable(value)
        elif key not in ("description", "title", "default", "format", "uniqueItems", "examples"):
            kept[key] = value
    if "properties" in kept:
        kept.setdefault("type", "object")
        kept.setdefault("additionalProperties", False)
    elif kept.get("type") == "object" and "additionalProperties" not in kept:
        kept.update(properties={}, additionalProperties=False)  # open: names of members differ
    return kept


def random_walks(walker, schema, random_, count, limit):
    """Half of the steps prefer a token with punctuation, so that walks come past the first free text."""
    def choose(_, allowed):
        if len(allowed) == 0:
            return None
        some = [int(allowed[random_.randrange(len(allowed))]) for _ in range(min(64, len(allowed)))]
        marks = [i for i in some if any(mark in walker.tokenizer.decode_bytes([i]) for mark in (b'"', b"}", b"]", b","))]
        return random_.choice(marks if marks and random_.random() < 0.5 else some)

    return [walker.walk(schema, choose, limit) for _ in range(count)]


def write(records, path):
    text = ",\n".join(json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in records)
    path.write_text("[\n" + text + "\n]\n", encoding="utf-8")
    return sum(len(w["steps"]) for r in records for w in r["walks"])


def own_fixture(walker, random_):
    records, skipped = [], 0
    for schema, instances in SCHEMAS:
        if walker.matcher(schema) is None:
            skipped += 1
            continue
        walks = []
        for instance in instances:
            tokens = walker.tokenizer.tokenize_str(json.dumps(instance, ensure_ascii=False))
            walks.append(walker.walk(schema, lambda n, allowed: tokens[n] if n < len(tokens) and tokens[n] in allowed else None, 60))
        for _ in range(3):
            walks.append(walker.walk(schema, lambda n, allowed: int(random_.choice(allowed)) if len(allowed) else None, 20))
        records.append({"schema": schema, "walks": walks})
    return records, skipped


def from_file(walker, random_, path):
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    schemas = [f["parameters"] for f in content["functions"]] if isinstance(content, dict) else content
    records, skipped, seen = [], 0, set()
    for schema in map(comparable, schemas):
        text = json.dumps(schema)
        if text in seen:
            continue
        seen.add(text)
        if walker.matcher(schema) is None:
            skipped += 1
        else:
            records.append({"schema": schema, "walks": random_walks(walker, schema, random_, 2, 30)})
    return records, skipped


def main():
    walker, random_ = Walker(sys.argv[1]), random.Random(7)
    if len(sys.argv) > 2:
        (records, skipped), path = from_file(walker, random_, sys.argv[2]), Path(sys.argv[3])
    else:
        (records, skipped), path = own_fixture(walker, random_), HERE / "llguidance_masks.json"
    steps = write(records, path)
    print(f"{len(records)} schemas ({skipped} refused by llguidance), {steps} masks")


if __name__ == "__main__":
    main()
