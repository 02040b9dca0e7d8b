"""Writes encoded.gguf: numbers, and the blocks that others make of them.

    python3 make_encoded.py GGML    (gguf 0.19.0, numpy 2.4.6; GGML a library with ggml: xllamacpp.abi3.so of xllamacpp
                                      2026.10.11549; seed 20261130)

"numbers" has rows of 256 in f32. f16, bf16, q4_0, q5_0 and q8_0 are by the gguf package, q4_k and q6_k by ggml itself, which
searches for the best scales: its error, not its bits, is what ours is held against.
"""

import ctypes
import pathlib
import sys

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import GGUFWriter
from gguf.quants import dequantize, quantize

SEED = 20261130


def numbers(rng):
    rows = [rng.normal(0, scale, 256) for scale in (1, 0.02, 1e-4, 300)]
    rows += [rng.standard_t(3, 256) * 0.05, rng.uniform(0, 1, 256), rng.uniform(-2, -1, 256), rng.normal(0.5, 0.1, 256)]
    rows += [np.zeros(256), np.full(256, -0.75), np.arange(256) / 256 - 0.5, np.where(rng.random(256) < 0.02, 4.0, 1e-3)]
    rows[3][:32], rows[4][32:64], rows[5][:16] = 0, 1e-9, 7
    return np.array(rows, np.float32)


def by_ggml(library, kind, rows, bytes_per_row):
    out = np.zeros((rows.shape[0], bytes_per_row), np.uint8)
    chunk = library.ggml_quantize_chunk
    chunk.restype, chunk.argtypes = ctypes.c_size_t, [
        ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p]
    size = chunk(kind, rows.ctypes.data, out.ctypes.data, 0, rows.shape[0], rows.shape[1], None)
    assert size == out.size
    return out


def main():
    rows = numbers(np.random.default_rng(SEED))
    writer = GGUFWriter(pathlib.Path(__file__).with_name("encoded.gguf"), "qwen2")
    writer.add_tensor("numbers", rows)
    for kind in (Type.F16, Type.BF16, Type.Q4_0, Type.Q5_0, Type.Q8_0):
        data = quantize(rows, kind)
        writer.add_tensor(kind.name.lower(), data, raw_dtype=None if kind == Type.F16 else kind)
    library = ctypes.CDLL(sys.argv[1])
    for kind, size in ((Type.Q4_K, 144), (Type.Q6_K, 210)):
        data = by_ggml(library, kind.value, rows, size)
        print(kind.name, "rms", np.sqrt(((dequantize(data, kind) - rows) ** 2).mean(1)))
        writer.add_tensor(kind.name.lower(), data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
