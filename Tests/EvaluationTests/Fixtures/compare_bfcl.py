#!/usr/bin/env python3
"""Scores a results.jsonl of `kinglet evaluate calls` with the leaderboard's own checker and lists the differences.

    pip install --no-deps bfcl-eval==2026.3.23
    python compare_bfcl.py results/results.jsonl
"""
import glob
import importlib
import json
import os
import sys
import types

table = types.ModuleType("bfcl_eval.constants.model_config")
table.MODEL_CONFIG_MAPPING = {"own": types.SimpleNamespace(underscore_to_dot=False)}
sys.modules[table.__name__] = table
checker = importlib.import_module("bfcl_eval.eval_checker.ast_eval.ast_checker")
Language = importlib.import_module("bfcl_eval.constants.enums").Language

folder = os.path.join(os.path.dirname(importlib.import_module("bfcl_eval").__file__), "data")


def read(pattern):
    rows = {}
    for path in (p for p in glob.glob(os.path.join(folder, pattern)) if "format_sensitivity" not in p):
        with open(path) as file:
            for line in file:
                if line.strip():
                    row = json.loads(line)
                    rows[row["id"]] = row
    return rows


questions, answers = read("BFCL_v4_*.json"), read("possible_answer/BFCL_v4_*.json")
counted = differences = 0
for line in open(sys.argv[1]):
    record = json.loads(line)
    if "id" not in record or "right_by_ast" not in record or record.get("error"):
        continue
    calls = [{call["function"]: call["parameters"]} for call in record["calls"]]
    category = record["set"].split("/")[1]
    if "irrelevance" in category:
        right = not calls
    elif "relevance" in category:
        right = bool(calls)
    else:
        truth, functions = answers[record["id"]]["ground_truth"], questions[record["id"]]["function"]
        try:
            right = checker.ast_checker(functions, calls, truth, Language.PYTHON, category, "own")["valid"]
        except Exception as error:  # The package fails on some answers: they are wrong.
            right = False
    counted += 1
    if right != record["right_by_ast"]:
        differences += 1
        print(record["id"], "package", right, "kinglet", record["right_by_ast"], json.dumps(calls), record.get("detail"))
print(f"{counted} answers, {differences} differences")
