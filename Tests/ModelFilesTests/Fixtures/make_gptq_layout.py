"""Writes gptq-layout.safetensors: small matrices as GPTQ's files keep them, and the weights they stand for.

    python3 make_gptq_layout.py   (auto-round 0.16.1, torch 2.15 CPU; seed 4)

NAME.qweight, .qzeros, .scales, .g_idx as auto-round's exporter of that format packs them; NAME.expected: f32, from the
integers before they were packed. In NAME.turned the groups' columns do not adjoin, as with activation order.
"""

import pathlib

import torch
from auto_round_extension.torch.qlinear_torch_zp import QuantLinear
from safetensors.torch import save_file

INPUTS, OUTPUTS = 64, 32


def case(bits, group, symmetric):
    top = 2**bits - 1
    scale = (torch.rand(OUTPUTS, INPUTS // group) * 0.1 + 0.01).half().float()
    zero = torch.full_like(scale, 2 ** (bits - 1)) if symmetric else torch.randint(1, top, scale.shape).float()
    integers = torch.randint(0, top + 1, (OUTPUTS, INPUTS)).float()
    weight = (integers - zero.repeat_interleave(group, 1)) * scale.repeat_interleave(group, 1)
    linear = torch.nn.Linear(INPUTS, OUTPUTS, bias=False)
    linear.weight.data = weight
    packed = QuantLinear(bits, group, INPUTS, OUTPUTS, bias=False)
    packed.pack(linear, scale, zero)
    return {
        "qweight": packed.qweight, "qzeros": packed.qzeros, "scales": packed.scales,
        "g_idx": torch.arange(INPUTS, dtype=torch.int32) // group, "expected": weight,
    }


def turned(parts, group):
    """The same integers, each input with the scale of another group."""
    order = torch.arange(INPUTS, dtype=torch.int32) % (INPUTS // group)
    zero = 8.0
    scale = parts["scales"].float().t()
    levels = torch.stack([parts["qweight"] >> (4 * i) & 15 for i in range(8)], 1).reshape(INPUTS, OUTPUTS).t().float()
    return {**parts, "g_idx": order, "expected": (levels - zero) * scale[:, order.long()]}


def main():
    torch.manual_seed(4)
    cases = {"w4": case(4, 16, True), "w4.asymmetric": case(4, 32, False), "w8": case(8, 32, True)}
    cases["turned"] = turned(cases["w4"], 16)
    tensors = {f"{name}.{key}": value.contiguous().clone() for name, parts in cases.items() for key, value in parts.items()}
    save_file(tensors, pathlib.Path(__file__).with_name("gptq-layout.safetensors"))


main()
