"""Writes gptq.safetensors: GPTQ as it was published (arXiv 2210.17323, algorithm 1; groups and activation order as its
authors' code has them), in NumPy and f64, on one random layer.

    python3 make_gptq_reference.py   (numpy 2.4, safetensors; seed 11)

inputs [tokens, columns], weights [rows, columns]; for each case CASE.integers, CASE.scales and CASE.error, the mean square
of what the layer's outputs are off by. Scales come of the weights before they are rounded (max |w| / 7.5, in bf16), but in
`dynamic`, where each group's come of what its columns are when it is their turn, as in the authors' code.
"""

import pathlib

import numpy as np
from safetensors.numpy import save_file

ROWS, COLUMNS, TOKENS, GROUP, DAMPING = 24, 160, 240, 32, 0.01


def bf16(values):
    bits = values.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000).view(np.float32)


def scale_of(weights):
    return bf16(np.abs(weights).max(-1).astype(np.float32) / np.float32(7.5)).astype(np.float64)


def gptq(weights, hessian, by_activation=False, dynamic=False):
    weights, hessian = weights.astype(np.float64).copy(), hessian.copy()
    order = np.argsort(-np.diag(hessian), kind="stable") if by_activation else np.arange(COLUMNS)
    scales = scale_of(weights.reshape(ROWS, -1, GROUP))
    weights, hessian = weights[:, order], hessian[np.ix_(order, order)]
    hessian[np.diag_indices(COLUMNS)] += DAMPING * np.diag(hessian).mean()
    upper = np.linalg.cholesky(np.linalg.inv(hessian)).T  # upperᵀ upper = the inverse
    integers = np.zeros((ROWS, COLUMNS), np.int8)
    for place, column in enumerate(order):
        group = column // GROUP
        if dynamic and column % GROUP == 0:
            scales[:, group] = scale_of(weights[:, place : place + GROUP])
        integers[:, column] = np.clip(np.round(weights[:, place] / scales[:, group]), -8, 7)
        error = (weights[:, place] - integers[:, column] * scales[:, group]) / upper[place, place]
        weights[:, place + 1 :] -= np.outer(error, upper[place, place + 1 :])
    return integers, scales


def main():
    random = np.random.default_rng(11)
    mixing = random.normal(size=(COLUMNS, COLUMNS)) * 0.3 + np.diag(random.uniform(0.1, 3, COLUMNS))
    inputs = (random.normal(size=(TOKENS, COLUMNS)) @ mixing).astype(np.float16)
    weights = random.normal(size=(ROWS, COLUMNS)).astype(np.float32) * np.float32(0.05)
    hessian = inputs.astype(np.float64).T @ inputs.astype(np.float64) / TOKENS
    tensors = {"inputs": inputs, "weights": weights}
    cases = {"columns": {}, "activation": dict(by_activation=True), "dynamic": dict(dynamic=True)}
    for name, settings in cases.items():
        integers, scales = gptq(weights, hessian, **settings)
        off = weights - integers * np.repeat(scales, GROUP, 1)
        error = np.einsum("ij,jk,ik->", off, hessian, off)
        print(name, error)
        tensors |= {
            f"{name}.integers": integers, f"{name}.scales": scales.astype(np.float32),
            f"{name}.error": np.array([error], np.float32),
        }
    save_file(tensors, pathlib.Path(__file__).with_name("gptq.safetensors"))


main()
