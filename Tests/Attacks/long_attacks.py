"""What takes minutes: `make attacks`."""

import differential
from body_attacks import unique_schemas
from kinglet_process import check


def many_unique_schemas(server):
    """1,000 schemas, then as many again: what the second half adds is no cache that grows (class 7)."""
    unique_schemas(server, 1000)
    half = server.resident_mib()
    unique_schemas(server, 1000)
    check(server.resident_mib() - half < 60, f"{server.resident_mib() - half:.0f} MiB more after as many again")


def long_differential(server):
    for seed in range(100, 110):
        differential.differential(server, seed, 3000)


ATTACKS = [
    ("2,000 unique schemas", many_unique_schemas, 7, 600, 400),
    ("differential against h11, 30,000 requests", long_differential, 11, 300, 60),
]
