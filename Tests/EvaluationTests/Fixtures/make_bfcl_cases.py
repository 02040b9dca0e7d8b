#!/usr/bin/env python3
"""Writes bfcl-cases.json: own functions and answers, with the verdict of bfcl-eval 2026.3.23 on each.

    pip install --no-deps bfcl-eval==2026.3.23     # ast_checker.py alone is used
    python make_bfcl_cases.py > bfcl-cases.json    # seed 7
"""
import importlib
import json
import random
import sys
import types

# The checker's module imports the leaderboard's table of models, which needs every vendor's client; names stay as they are here.
table = types.ModuleType("bfcl_eval.constants.model_config")


class Plain:
    underscore_to_dot = False


table.MODEL_CONFIG_MAPPING = {"own": Plain()}
sys.modules[table.__name__] = table
checker = importlib.import_module("bfcl_eval.eval_checker.ast_eval.ast_checker")
Language = importlib.import_module("bfcl_eval.constants.enums").Language

JSON_TYPE = {"dict": "object", "float": "number", "tuple": "array", "any": None}


def function(name, required, **parameters):
    return {"name": name, "description": name, "parameters": {"type": "dict", "properties": parameters, "required": required}}


def p(kind, items=None):
    return {"type": kind, "description": "", **({"items": {"type": items}} if items else {})}


FUNCTIONS = [
    function("tea.brew", ["leaf", "minutes"], leaf=p("string"), minutes=p("integer"), sugar=p("float"), iced=p("boolean")),
    function("route", ["stops"], stops=p("array", "string"), weights=p("array", "float"), pair=p("tuple", "integer"), note=p("any")),
    function("order", ["item"], item=p("dict"), extras=p("array", "dict"), codes=p("array", "integer")),
]
ANSWERS = [
    ("tea.brew", {"leaf": ["Earl Grey", "Earl-Grey tea"], "minutes": [4], "sugar": ["", 1.5, 2], "iced": ["", False]}),
    ("tea.brew", {"leaf": ["mint"], "minutes": ["steep_time", 5]}),
    ("route", {"stops": [["Bern, CH", "Basel"], ["Bern", "Basel"]], "weights": ["", [1.0, 2.5]], "pair": ["", [1, 2]], "note": ["", "by 'train'"]}),
    ("order", {"item": [{"name": ["Soup", "soup of the day"], "count": [2, ""]}], "extras": ["", [{"name": ["bread"], "warm": [True, ""]}]], "codes": ["", [7, 8]]}),
    ("order", {"item": ["", {"name": ["pie"], "count": [1]}], "codes": [[1]]}),
]
VALUES = ["", "earl grey", "EARL^GREY", "mint", "steep_time", 4, 4.0, 5, 1, 1.5, 2, 2.0, True, False, None, [], [1, 2], [1.0, 2.5], [1, 2.5], ["bern", "basel"],
          ["Bern CH", "Basel"], ["Basel", "Bern"], [7, 8], [7, "8"], "by \"train\"", {"name": "soup"}, {"name": "SOUP", "count": 2},
          {"name": "soup", "count": 3}, {"count": 2}, {"name": "pie", "count": 1}, [{"name": "bread"}], [{"name": "bread", "warm": False}], [{}], [1]]


def plain(value):
    """An accepted value as an answer would give it."""
    if isinstance(value, dict):
        return {key: next(v for v in values if v != "") for key, values in value.items() if any(v != "" for v in values)}
    if isinstance(value, list):
        return [plain(v) if isinstance(v, dict) else v for v in value]
    return value


def answer(random_, name, accepted):
    call = {}
    for key, values in accepted.items():
        if "" in values and random_.random() < 0.4:
            continue
        call[key] = plain(random_.choice([v for v in values if v != ""] or [""]))
    if random_.random() < 0.7:
        keys = list(next(f for f in FUNCTIONS if f["name"] == name)["parameters"]["properties"])
        key = random_.choice(keys)
        if random_.random() < 0.15:
            call.pop(key, None)
        else:
            call[key] = random_.choice(VALUES)
    if random_.random() < 0.03:
        call["unknown"] = 1
    return {name if random_.random() < 0.97 else "tea_brew": call}


def schema(f):
    properties, names = {}, {}
    for key, value in f["parameters"]["properties"].items():
        kind = JSON_TYPE.get(value["type"], value["type"])
        properties[key] = {"type": kind} if kind else {}
        if value["type"] in ("any", "tuple"):
            names[key] = value["type"] + (f"<{value['items']['type']}>" if "items" in value else "")
        if "items" in value:
            inner = JSON_TYPE.get(value["items"]["type"], value["items"]["type"])
            properties[key]["items"] = {"type": inner}
            if value["type"] == "array" and value["items"]["type"] == "float":
                names[key] = "array<float>"
    return {"type": "object", "properties": properties, "required": f["parameters"]["required"]}, names


def main():
    random_, cases = random.Random(7), []
    while len(cases) < 400:
        count = random_.choice([1, 1, 1, 2])
        expected = [random_.choice(ANSWERS) for _ in range(count)]
        calls = [answer(random_, *e) for e in expected]
        random_.shuffle(calls)
        if random_.random() < 0.04:
            calls.append(calls[0])
        category = "parallel_multiple" if count > 1 else "multiple"
        try:
            verdict = checker.ast_checker(FUNCTIONS, calls, [dict([e]) for e in expected], Language.PYTHON, category, "own")["valid"]
        except (TypeError, AttributeError):
            continue  # The package fails on some pairs of types; what it does not decide is no case.
        cases.append({"expected": [{"function": n, "parameters": a} for n, a in expected],
                      "calls": [{"function": n, "parameters": a} for c in calls for n, a in c.items()], "right": verdict})
    functions, notes = [], {}
    for f in FUNCTIONS:
        parameters, names = schema(f)
        functions.append({"name": f["name"], "description": f["description"], "parameters": parameters})
        if names:
            notes[f["name"]] = names
    print("{" + f'"functions": {json.dumps(functions)},\n"types": {json.dumps(notes)},\n"cases": [')
    print(",\n".join(json.dumps(case) for case in cases) + "]}")


main()
