#!/usr/bin/env python3
"""schemathesis with all checks on every route of a running server, against its own /openapi.json.

`--seconds` bounds the run. The server's caps are low, so that what is generated is answered soon; pools and terms that
requests make live in a folder of their own, which goes with the server.
"""
import os
import pathlib
import subprocess
import sys

from serving import check, parser, run, server

CAPS = ["limits.max_tokens=16", "limits.n=2", "limits.prompts=2", "limits.votes=1", "limits.calls=2",
        "limits.functions=4", "limits.top_k=4", "engine.kv_cache_mib=48"]  # a cache of 4,096 tokens bounds prompts


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--seconds", type=int, default=60)
    arguments.add_argument("--seed", type=int, default=1)
    arguments = arguments.parse_args()
    flags = [word for cap in CAPS for word in ("--set", cap)]
    with server(arguments, *flags) as url:
        command = [
            os.path.join(os.path.dirname(sys.executable), "schemathesis"), "--config-file",
            str(pathlib.Path(__file__).with_name("schemathesis.toml")), "run", url + "/openapi.json", "--checks", "all",
            "--workers", "1", "--max-time", str(arguments.seconds), "--seed", str(arguments.seed),
            "--continue-on-failure", "--max-response-time", "300", "--suppress-health-check", "all"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=arguments.seconds + 600)
        print(done.stdout if done.returncode else done.stdout[done.stdout.rfind("SUMMARY"):])
        check(done.returncode == 0, f"schemathesis found something: seed {arguments.seed}")


run(main)
