"""Writes compressed-tensors.safetensors: small matrices as the compressed-tensors library keeps them, and what it makes of them.

    python3 make_compressed_tensors.py   (compressed-tensors 0.20.1, torch 2.15 CPU; seed 3)

NAME.weight_packed or .weight, _scale, _shape and _zero_point as in a model; NAME.expected: its own weights, f32.
"""

import pathlib

import torch
from compressed_tensors.compressors import BaseCompressor
from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme
from compressed_tensors.quantization.utils import calculate_qparams
from safetensors.torch import save_file

PACKED, PLAIN, FLOAT = "pack-quantized", "int-quantized", "float-quantized"
CASES = {
    "w4.group16": (PACKED, dict(num_bits=4, symmetric=True, strategy="group", group_size=16), torch.bfloat16),
    "w4.channel": (PACKED, dict(num_bits=4, symmetric=True, strategy="channel"), torch.float32),
    "w8.channel": (PACKED, dict(num_bits=8, symmetric=True, strategy="channel"), torch.bfloat16),
    "w8.group32": (PACKED, dict(num_bits=8, symmetric=True, strategy="group", group_size=32), torch.float16),
    "w4.asymmetric": (PACKED, dict(num_bits=4, symmetric=False, strategy="group", group_size=32), torch.bfloat16),
    "w8.asymmetric": (PACKED, dict(num_bits=8, symmetric=False, strategy="channel"), torch.float32),
    "w8.plain": (PLAIN, dict(num_bits=8, symmetric=True, strategy="channel"), torch.bfloat16),
    "w4.plain": (PLAIN, dict(num_bits=4, symmetric=True, strategy="group", group_size=16), torch.bfloat16),
    "w8.tensor": (PLAIN, dict(num_bits=8, symmetric=True, strategy="tensor"), torch.float32),
    "w8.plain.asymmetric": (PLAIN, dict(num_bits=8, symmetric=False, strategy="channel"), torch.float32),
    "f8.channel": (FLOAT, dict(num_bits=8, type="float", symmetric=True, strategy="channel"), torch.bfloat16),
    "f8.tensor": (FLOAT, dict(num_bits=8, type="float", symmetric=True, strategy="tensor"), torch.float32),
}


def main():
    torch.manual_seed(3)
    tensors = {}
    for name, (layout, keys, dtype) in CASES.items():
        args = QuantizationArgs(**keys)
        weight = (torch.randn(13, 64) + 0.3).to(dtype)
        size = args.group_size or 64
        groups = weight.float().reshape(13, 64 // size, size)
        least, most = groups.amin(-1), groups.amax(-1)
        if args.strategy == "tensor":
            least, most = least.min().reshape(1), most.max().reshape(1)
        scale, zero = calculate_qparams(least, most, args)
        scheme = QuantizationScheme(targets=["Linear"], weights=args)
        kind = BaseCompressor.get_value_from_registry(layout)
        state = {"weight": weight, "weight_scale": scale.to(dtype), "weight_zero_point": zero.to(torch.int8)}
        packed = kind.compress(state, scheme)
        restored = kind.decompress({**packed, "weight_scale": packed["weight_scale"].float()}, scheme)
        for key, tensor in packed.items():
            if isinstance(tensor, torch.Tensor):
                tensors[f"{name}.{key}"] = tensor.contiguous()
        tensors[f"{name}.expected"] = restored["weight"].float().contiguous()
    save_file(tensors, pathlib.Path(__file__).with_name("compressed-tensors.safetensors"))


main()
