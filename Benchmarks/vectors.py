"""Kinglet's vector index beside faiss IndexFlatIP, one after the other, several rounds, on one core.

    python Benchmarks/vectors.py --kinglet .build/release/kinglet --sizes 1000,16000,100000,1000000

Needs numpy and faiss-cpu (1.15.1 was measured). Prints a table in Markdown; ratio = Kinglet / faiss, medians of rounds.
"""

import argparse
import json
import os
import statistics
import subprocess
import time

os.environ["OMP_NUM_THREADS"] = "1"
import faiss  # noqa: E402
import numpy as np  # noqa: E402


def by_faiss(rows, batches, seconds=0.3):
    faiss.omp_set_num_threads(1)
    random = np.random.default_rng(1)
    vectors = random.standard_normal((rows, 384), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = faiss.IndexFlatIP(384)
    index.add(vectors)
    result = {}
    for batch in batches:
        queries = [random.standard_normal((batch, 384), dtype=np.float32) for _ in range(8)]
        times, start = [], time.perf_counter()
        while len(times) < 16 or time.perf_counter() - start < seconds:
            before = time.perf_counter()
            index.search(queries[len(times) % 8], 10)
            times.append(1e6 * (time.perf_counter() - before))
            if len(times) >= 3 and time.perf_counter() - start > 20 * seconds:
                break
        result[batch] = statistics.median(times)
    return result


def by_kinglet(program, rows, batches):
    out = subprocess.run(
        [program, "bench", "--index", str(rows), "--batch", ",".join(map(str, batches)), "--threads", "1"],
        check=True, capture_output=True, text=True).stdout
    points = [json.loads(line) for line in out.splitlines()]
    return {(point["precision"], point["batch"]): point["median_us"] for point in points}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kinglet", default=".build/release/kinglet")
    parser.add_argument("--sizes", default="1000,16000,100000")
    parser.add_argument("--batches", default="1,64")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    batches = [int(batch) for batch in options.batches.split(",")]
    print("| vectors | queries | faiss, µs | Kinglet f32, µs | ratio | Kinglet int8 + f32, µs | ratio |")
    print("|---|---|---|---|---|---|---|")
    for rows in map(int, options.sizes.split(",")):
        faiss_rounds, kinglet_rounds = [], []
        for _ in range(options.rounds):
            faiss_rounds.append(by_faiss(rows, batches))
            kinglet_rounds.append(by_kinglet(options.kinglet, rows, batches))
        for batch in batches:
            peer = statistics.median(times[batch] for times in faiss_rounds)
            ours = {
                precision: statistics.median(times[precision, batch] for times in kinglet_rounds)
                for precision in ("floats", "bytes")
            }
            print(
                f"| {rows:,} | {batch} | {peer:.0f} | {ours['floats']:.0f} | {ours['floats'] / peer:.2f} "
                f"| {ours['bytes']:.0f} | {ours['bytes'] / peer:.2f} |", flush=True)


if __name__ == "__main__":
    main()
