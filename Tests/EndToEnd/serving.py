"""A server for the scripts beside this file: one that they start and stop, or one that runs already.

    --kinglet .build/release/kinglet --model NAME    start one on a free port
    --url http://127.0.0.1:8080                      use one
"""
import argparse
import contextlib
import importlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request


class Failure(Exception):
    pass


def needs(module, package):
    """A module of PyPI; without it the script says so and ends well."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        print(f"SKIPPED: {package} of PyPI is not installed here ({error})")
        sys.exit(0)


def check(condition, message):
    if not condition:
        raise Failure(message)


def parser(description):
    arguments = argparse.ArgumentParser(description=description)
    arguments.add_argument("--kinglet")
    arguments.add_argument("--model", default="qwen2.5-coder-0.5b-instruct")
    arguments.add_argument("--url")
    return arguments


@contextlib.contextmanager
def server(arguments, *flags, environment=None):
    """Yields the address."""
    if arguments.url:
        yield arguments.url.rstrip("/")
        return
    with tempfile.TemporaryDirectory() as state:
        process = subprocess.Popen(
            [os.path.abspath(arguments.kinglet), "serve", "--model", arguments.model, "--port", "0", "--state", state, "--set",
             "log.level=warning", *flags], stdout=subprocess.PIPE, text=True,
            env={**os.environ, **(environment or {})}, cwd=pathlib.Path(__file__).parents[2])
        try:
            found = None
            for line in process.stdout:
                found = re.search(r"http://127\.0\.0\.1:\d+", line)
                if found:
                    break
            check(found, "the server ended before it printed its address")
            for _ in range(600):
                if request(found.group(0) + "/readyz")[0] == 200:
                    break
                time.sleep(0.1)
            yield found.group(0)
            check(process.poll() is None, "the server died")
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    process.kill()


def request(url, body=None, method=None, headers=None, timeout=300):
    """(status, headers, body as text); nothing is thrown for 4xx and 5xx."""
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data=data, method=method, headers={
        **({"content-type": "application/json"} if data else {}), **(headers or {})})
    try:
        with urllib.request.urlopen(asked, timeout=timeout) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()


def run(main):
    """Runs a script's `main`; a failed check is one line and exit code 1."""
    try:
        main()
    except Failure as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        sys.exit(1)
