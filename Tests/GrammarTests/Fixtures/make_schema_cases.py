#!/usr/bin/env python3
"""Schemas with values, and what Python's jsonschema says of each value.

    python make_schema_cases.py > schema-cases.jsonl

Made with jsonschema 4.26.0, hypothesis 6.170.15, seed 20261124. A line: {"schema", "values": [[value, is valid], ...]}. Schemas come from a
seeded generator of the keywords that SchemaValidator knows; values from hypothesis-jsonschema (valid by construction),
from mutations of those, and at random.
"""

import json
import random


import hypothesis
import hypothesis_jsonschema
import jsonschema
from hypothesis import HealthCheck, given, settings

SEED, SCHEMAS = 20261124, 320
random_source = random.Random(SEED)
LETTERS = ["", "a", "ab", "Ab1", "déjà", "新年", "a b", "2024-01-01", "x" * 12, "é" * 3, "\U0001F600"]
PATTERNS = ["^a", "b$", "^[A-Za-z]+$", "^\\d{2,4}$", "a|b", "^(ab)*$", "[^a-c]", "x{3,}", "^.{2}$", "\\s", "^a?b+c*$"]


def value(depth=2):
    kind = random_source.randrange(8 if depth else 6)
    if kind == 0:
        return None
    if kind == 1:
        return random_source.choice([True, False])
    if kind == 2:
        return random_source.randrange(-6, 12)
    if kind == 3:
        return random_source.choice([0.5, 1.0, -2.5, 3.25, 7.0, 1e3])
    if kind in (4, 5):
        return random_source.choice(LETTERS)
    if kind == 6:
        return [value(depth - 1) for _ in range(random_source.randrange(4))]
    return {name: value(depth - 1) for name in random_source.sample("abcd/~", random_source.randrange(4))}


def schema(depth=2):
    source = random_source
    kind = source.choice(["string", "integer", "number", "boolean", "null", "enum", "const", "any", "types"]
                         + (["array", "object", "object", "combined", "reference"] if depth else []))
    if kind == "string":
        made = {"type": "string"}
        if source.random() < 0.4:
            made["minLength"] = source.randrange(3)
        if source.random() < 0.4:
            made["maxLength"] = made.get("minLength", 0) + source.randrange(5)
        if source.random() < 0.3:
            made["pattern"] = source.choice(PATTERNS)
        return made
    if kind in ("integer", "number"):
        made = {"type": kind}
        if source.random() < 0.5:
            made[source.choice(["minimum", "exclusiveMinimum"])] = source.randrange(-3, 3)
        if source.random() < 0.5:
            made[source.choice(["maximum", "exclusiveMaximum"])] = source.randrange(4, 9)
        if source.random() < 0.3:
            made["multipleOf"] = source.choice([1, 2, 3, 0.5, 0.25])
        return made
    if kind == "enum":
        return {"enum": [value(1) for _ in range(source.randrange(1, 4))]}
    if kind == "const":
        return {"const": value(1)}
    if kind == "any":
        return source.choice([{}, True, {"description": "anything"}])
    if kind == "types":
        return {"type": source.sample(["string", "integer", "null", "boolean", "array"], 2)}
    if kind == "array":
        made = {"type": "array"}
        if source.random() < 0.8:
            made["items"] = schema(depth - 1)
        if source.random() < 0.2:
            made["prefixItems"] = [schema(0), schema(0)]
        if source.random() < 0.4:
            made["minItems"] = source.randrange(3)
        if source.random() < 0.4:
            made["maxItems"] = made.get("minItems", 0) + source.randrange(3)
        if source.random() < 0.3:
            made["uniqueItems"] = True
        return made
    if kind == "object":
        names = source.sample(["a", "b", "c", "d", "/", "~"], source.randrange(1, 4))
        made = {"type": "object", "properties": {name: schema(depth - 1) for name in names}}
        made["required"] = [name for name in names if source.random() < 0.5]
        if source.random() < 0.4:
            made["additionalProperties"] = source.choice([False, schema(0)])
        if source.random() < 0.2:
            made["maxProperties"] = source.randrange(1, 4)
        if source.random() < 0.1:
            made["minProperties"] = 1
        return made
    if kind == "combined":
        keyword = source.choice(["anyOf", "oneOf", "allOf"])
        made = {keyword: [schema(depth - 1) for _ in range(source.randrange(1, 4))]}
        if source.random() < 0.2:
            made["not"] = schema(0)
        return made
    if kind in ("boolean", "null"):
        return {"type": kind}
    return {"$ref": "#/$defs/" + source.choice(["x", "y~1z"])}


def generated(made):
    """Up to five values that hypothesis makes for the schema; none where it cannot."""
    values = []

    @settings(max_examples=5, derandomize=True, database=None, deadline=None,
              suppress_health_check=list(HealthCheck))
    @given(hypothesis_jsonschema.from_schema(made))
    def collect(example):
        values.append(example)

    try:
        collect()
    except Exception:
        pass
    return values


def mutated(example):
    if isinstance(example, dict) and example and random_source.random() < 0.7:
        copy = dict(example)
        name = random_source.choice(sorted(copy))
        if random_source.random() < 0.5:
            del copy[name]
        else:
            copy[name] = mutated(copy[name])
        return copy
    if isinstance(example, list) and random_source.random() < 0.7:
        return example + [random_source.choice(example)] if example else [value(1)]
    if isinstance(example, (int, float)) and not isinstance(example, bool):
        return example + random_source.choice([-3, 0.5, 10])
    return value(1)


def plain(example):
    """Within what JSON and 64 bits hold, and small."""
    text = json.dumps(example, ensure_ascii=False)
    if len(text) > 300 or "\\u" in json.dumps(example) and any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        return False

    def numbers(part):
        if isinstance(part, dict):
            return [n for each in part.values() for n in numbers(each)]
        if isinstance(part, list):
            return [n for each in part for n in numbers(each)]
        return [part] if isinstance(part, (int, float)) else []

    return all(abs(number) < 2**53 for number in numbers(example))


def main():
    written = 0
    while written < SCHEMAS:
        made = schema()
        if "$ref" in json.dumps(made):
            if not isinstance(made, dict):
                continue
            made = {**made, "$defs": {"x": schema(0), "y/z": schema(0)}}
            if "$ref" in json.dumps(made["$defs"]):
                continue
        validator = jsonschema.Draft202012Validator(made)
        valid = generated(made)
        values = valid + [mutated(example) for example in valid] + [value() for _ in range(3)]
        rows, seen = [], set()
        for example in values:
            key = json.dumps(example)
            if key not in seen and plain(example):
                seen.add(key)
                rows.append([example, validator.is_valid(example)])
        if rows:
            print(json.dumps({"schema": made, "values": rows}, ensure_ascii=False))
            written += 1



main()
