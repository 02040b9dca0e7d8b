"""Writes dequantize.gguf: random blocks of every type and what the `gguf` package makes of them.

    python3 make_dequantize.py            (gguf 0.19.0, numpy 2.4.6; seed 20261124)

For each type two tensors, `<type>` and `<type>.f32`. Scales are random half-precision numbers of every exponent, with
zeros, subnormals and both signs; quants are random bytes.
"""

import pathlib

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import GGUFWriter
from gguf.quants import dequantize

SEED = 20261124
# Type: blocks, bytes a block, numbers a block, offsets of half-precision scales.
LAYOUT = {
    Type.Q4_0: (24, 18, 32, [0]),
    Type.Q4_1: (24, 20, 32, [0, 2]),
    Type.Q5_0: (24, 22, 32, [0]),
    Type.Q5_1: (24, 24, 32, [0, 2]),
    Type.Q8_0: (24, 34, 32, [0]),
    Type.Q4_K: (6, 144, 256, [0, 2]),
    Type.Q5_K: (6, 176, 256, [0, 2]),
    Type.Q6_K: (6, 210, 256, [208]),
}


def halves(rng, count):
    """Finite half-precision numbers, every exponent alike; the first two are zero and the least subnormal."""
    bits = rng.integers(0, 0x7C00, count, dtype=np.uint16) | (rng.integers(0, 2, count, dtype=np.uint16) << 15)
    bits[:2] = [0, 1]
    return bits


def main():
    rng = np.random.default_rng(SEED)
    writer = GGUFWriter(pathlib.Path(__file__).with_name("dequantize.gguf"), "qwen2")
    for kind, (count, size, numbers, scales) in LAYOUT.items():
        blocks = rng.integers(0, 256, (count, size), dtype=np.uint8)
        for offset in scales:
            blocks[:, offset : offset + 2] = halves(rng, count).view(np.uint8).reshape(count, 2)
        rows = blocks.reshape(2, -1)  # two rows of half the blocks each
        expected = dequantize(rows, kind)
        name = kind.name.lower()
        writer.add_tensor(name, rows, raw_dtype=kind)
        writer.add_tensor(name + ".f32", expected.astype(np.float32))
    half = halves(rng, 512)
    writer.add_tensor("f16", half.view(np.float16))
    writer.add_tensor("f16.f32", half.view(np.float16).astype(np.float32))
    brain = (rng.integers(0, 0x7F80, 512, dtype=np.uint16) | (rng.integers(0, 2, 512, dtype=np.uint16) << 15)).astype(np.uint16)
    writer.add_tensor("bf16", brain.view(np.uint8), raw_dtype=Type.BF16)
    writer.add_tensor("bf16.f32", (brain.astype(np.uint32) << 16).view(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main()
