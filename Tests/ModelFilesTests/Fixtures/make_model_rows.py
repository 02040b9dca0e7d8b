"""Writes model-rows.json: hashes of dequantised rows of a real GGUF file.

    python3 make_model_rows.py qwen2.5-coder-0.5b-instruct-q4_k_m.gguf       (gguf 0.19.0)

Of each tensor type the first three tensors in the file's order: first, middle and last row, sha256 of its
little-endian f32 bytes.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
from gguf import GGUFReader
from gguf.quants import dequantize


def main():
    taken, rows = {}, []
    for tensor in GGUFReader(sys.argv[1]).tensors:
        kind = tensor.tensor_type
        taken[kind] = taken.get(kind, 0) + 1
        if taken[kind] > 3:
            continue
        data = tensor.data.reshape(-1, tensor.data.shape[-1])
        for row in sorted({0, len(data) // 2, len(data) - 1}):
            numbers = dequantize(data[row : row + 1], kind).astype("<f4")
            digest = hashlib.sha256(np.ascontiguousarray(numbers).tobytes()).hexdigest()
            rows.append({"tensor": tensor.name, "type": kind.name, "row": row, "sha256": digest})
    text = json.dumps(rows, indent=0)
    pathlib.Path(__file__).with_name("model-rows.json").write_text(text + "\n")


main()
