"""Checks what the grammar wrote for random schemas with the package jsonschema.

    python3 check_instances.py FILE…

Each line of a file is {"schema": …, "text": …}; the Swift test `GrammarInstancesTests` writes them to the folder in
KINGLET_INSTANCES_DIR.
"""
import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator


def check(paths):
    count, wrong = 0, 0
    checker = Draft202012Validator.FORMAT_CHECKER
    for path in paths:
        for line in Path(path).read_text(encoding="utf-8").split("\n"):
            if not line:
                continue
            record = json.loads(line)
            count += 1
            try:
                instance = json.loads(record["text"])
                errors = list(Draft202012Validator(record["schema"], format_checker=checker).iter_errors(instance))
                # One line, in the form of json.dumps but for how a number is written.
                problem = errors[0].message if errors else "two lines" if "\n" in record["text"] else None
            except ValueError as error:
                problem = str(error)
            if problem:
                wrong += 1
                print(f"{json.dumps(record['schema'])}\n  {record['text']}\n  {problem}")
    print(f"{count - wrong} of {count} instances are valid")
    return 0 if count and not wrong else 1


if __name__ == "__main__":
    sys.exit(check(sys.argv[1:]))
