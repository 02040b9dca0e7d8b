#!/usr/bin/env python3
"""Attacks a running Kinglet and asserts the answer, the time and the memory of each. Exit code 1 if anything does not hold.

    attacks.py --kinglet .build/release/kinglet --model qwen2.5-coder-0.5b-instruct     # under a minute: make test
    attacks.py … --long                                                               # make attacks
    attacks.py … --slow                                                               # make slowhttp
    attacks.py … --only smuggling

The numbers in brackets are the classes of attacks: 4 texts and token ids, 5 nesting, 6 grammars, 7 caches, 8 numbers, 9 sizes
and slowness, 10 HTTP/2 frames, 11 smuggling, 14 control tokens. Classes 1 to 3 (GGUF) are ModelFilesTests' GGUFTests and
DamagedFileFuzzTests, the grammar compiler alone InferenceTests' GrammarLimitTests, the prefix cache (13)
BlockManagerPropertyTests.
"""

import argparse
import sys
import time

import body_attacks
import differential
import http1_attacks
import http2_attacks
import http2_conformance
import long_attacks
import slow_attacks
from kinglet_process import Failure, Kinglet


def run(server, attack):
    """What the attack did, as a line; raises if it did too much."""
    name, function, kind, seconds, growth = attack
    before = server.resident_mib()
    server.forget_peak()
    begin = time.monotonic()
    function(server)
    took = time.monotonic() - begin
    if server.process.poll() is not None:
        raise Failure(f"the server ended with status {server.process.returncode}")
    health = server.expect_healthy()
    grown = server.peak_mib() - before
    if took > seconds:
        raise Failure(f"{took:.1f} s; at most {seconds}")
    if grown > growth:
        raise Failure(f"{grown:.0f} MiB more at the peak; at most {growth}")
    return f"{took:5.1f} s  +{max(0, grown):3.0f} MiB  healthz {health * 1e3:4.1f} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinglet", required=True)
    parser.add_argument("--model", default="qwen2.5-coder-0.5b-instruct")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--long", action="store_true", help="also what takes minutes")
    parser.add_argument("--slow", action="store_true", help="only slow clients; needs wrk and slowhttptest")
    parser.add_argument("--only", action="append", help="attacks whose names contain this; may stand several times")
    options = parser.parse_args()
    attacks = [attack for module in (http1_attacks, differential, http2_attacks, http2_conformance, body_attacks)
               for attack in module.ATTACKS]
    if options.long:
        attacks += long_attacks.ATTACKS
    if options.slow:
        attacks = slow_attacks.ATTACKS
    if options.only:
        every = {attack[0]: attack for attack in attacks + long_attacks.ATTACKS + slow_attacks.ATTACKS}
        attacks = [attack for name, attack in every.items() if any(word in name for word in options.only)]
    server = Kinglet(options.kinglet, options.model, options.port)
    failed, begin = 0, time.monotonic()
    try:
        for attack in attacks:
            try:
                print(f"[{attack[2]:2}] {attack[0]:45} {run(server, attack)}", flush=True)
            except (Failure, OSError, ValueError, KeyError) as error:
                failed += 1
                print(f"[{attack[2]:2}] {attack[0]:45} FAILED: {type(error).__name__}: {error}", flush=True)
                if server.process.poll() is not None:
                    raise
        print(f"{len(attacks)} attacks, {failed} failed, {time.monotonic() - begin:.0f} s, "
              f"resident {server.resident_mib():.0f} MiB")
    finally:
        server.stop()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
