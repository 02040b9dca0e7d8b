#!/usr/bin/env python3
"""What low-rank adapters cost while they serve: W-paper (1,664 shared prompt tokens, 128 fresh, 9 generated) of the base model, under
one adapter, and under four at once, in turns on one server.

    Benchmarks/adapters.py --kinglet .build/release/kinglet [--seconds 15] [--rounds 3]

Four `kinglet load` of 8 clients each, with a shared prompt of their own, so that the prefix cache holds as much in every case. The
adapters have rank 16 on all matrices of all layers, act on every token and hold random numbers: what is said is of no account, and
answers have the length that is asked for. Prints requests a second, and their share of the untuned ones. Needs nothing but Python.
"""

import argparse
import json
import pathlib
import random
import statistics
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))

import serving  # noqa: E402

NAMES = ["first", "second", "third", "fourth"]
RANK = 16
CASES = {"untuned": [None] * 4, "one adapter": NAMES[:1] * 4, "four adapters": NAMES}


def shapes(path):
    """Of an adapter's tensors, with RANK for its rank."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    for name, about in header.items():
        if name != "__metadata__":
            shape = about["shape"]
            yield name, [RANK, shape[1]] if ".lora_A." in name else [shape[0], RANK]


def write_adapter(folder, pattern, seed):
    """Numbers of bf16 between 2^-8 and 2^-6 of either sign."""
    draw, header, body = random.Random(seed), {}, bytearray()
    signs = bytes(0x3C if byte < 128 else 0xBC for byte in range(256))
    for name, shape in shapes(pattern / "adapter_model.safetensors"):
        count, start = shape[0] * shape[1], len(body)
        numbers = bytearray(2 * count)
        numbers[0::2], numbers[1::2] = draw.randbytes(count), draw.randbytes(count).translate(signs)
        body += numbers
        header[name] = dict(dtype="BF16", shape=shape, data_offsets=[start, len(body)])
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    folder.mkdir(parents=True)
    (folder / "adapter_model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)
    config = json.loads((pattern / "adapter_config.json").read_text())
    config |= dict(r=RANK, lora_alpha=2 * RANK, alora_invocation_tokens=None)
    (folder / "adapter_config.json").write_text(json.dumps(config))


def load(arguments, url, names, folder, seconds):
    """Requests a second of all clients together."""
    processes = []
    for number, name in enumerate(names):
        model = ["--model", name] if name else []
        processes.append(subprocess.Popen(
            [arguments.kinglet, "load", "--url", url, "--workload", "paper", "--cc", str(arguments.clients), "--seconds",
             str(seconds), "--json", str(folder / f"{number}.json"), *model], stdout=subprocess.DEVNULL))
    for process in processes:
        process.wait()
    points = [json.loads((folder / f"{number}.json").read_text())["points"][0] for number in range(len(names))]
    for name, point in zip(names, points):
        serving.check(not point["failed"], f"requests under {name or 'no adapter'} failed: {point['first_error']}")
    return sum(point["request_throughput"] for point in points)


def main():
    parser = serving.parser(__doc__)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--clients", type=int, default=8, help="of each of the four load tests")
    parser.add_argument("--pattern", default=str(ROOT / "Config/tuned/smart-home"), help="an adapter whose tensors have the shapes")
    parser.add_argument("--set", action="append", default=[], help="a setting of Kinglet, as key=value")
    arguments = parser.parse_args()
    arguments.kinglet = str(pathlib.Path(arguments.kinglet).resolve())
    rates = {case: [] for case in CASES}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for seed, name in enumerate(NAMES):
            write_adapter(folder / "tuned" / name, pathlib.Path(arguments.pattern), seed)
        # However slow the machine is, who waits is not refused.
        settings = [f"calling.tuned={folder}/tuned", "engine.max_wait_seconds=0", *arguments.set]
        flags = [part for setting in settings for part in ("--set", setting)]
        with serving.server(arguments, *flags) as url:
            load(arguments, url, [None], folder, 2)
            for _ in range(arguments.rounds):
                for case, names in CASES.items():
                    rates[case].append(load(arguments, url, names, folder, arguments.seconds))
                    print(f"{case}: {rates[case][-1]:.2f} requests a second", flush=True)
    print("\n| | requests a second, each round | of the untuned |\n|---|---|---|")
    base = statistics.mean(rates["untuned"])
    for case, values in rates.items():
        print(f"| {case} | {', '.join(f'{value:.2f}' for value in values)} | {100 * statistics.mean(values) / base:.1f} % |")


if __name__ == "__main__":
    serving.run(main)
