"""Encoding speed beside onnxruntime: python bench_onnxruntime.py KINGLET MODEL_FOLDER [SECONDS]

Exports the folder's model to ONNX (needs torch, transformers, onnx, onnxruntime, tokenizers), then measures short queries
in batches of 1, 8 and 32 on the same cores in one run: kinglet and onnxruntime in turns, three times each, medians.
onnxruntime gets token ids that are made beforehand, padded to the longest of the batch; kinglet gets texts.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

QUERIES = [
    "turn off the lights in the kitchen and the hall please", "what is the weather like in Berlin tomorrow afternoon",
    "wake me at half past seven every weekday morning", "play some quiet jazz in the living room for an hour",
    "how long does it take to drive to the airport", "add milk, eggs and two loaves of bread to my list",
    "set the thermostat upstairs to twenty one degrees", "call my sister on her mobile phone right now",
    "is there a pharmacy open near me at this hour", "remind me to water the plants on Saturday",
    "transfer fifty euros to my savings account today", "book a table for four at the Italian place",
]
THREADS = os.cpu_count()
SIZES = (1, 8, 32)


def export(folder, path):
    import torch
    from transformers import AutoModel

    class Pooled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()

        def forward(self, input_ids, attention_mask):
            states = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * mask).sum(1) / mask.sum(1)
            return mean / mean.norm(dim=1, keepdim=True)

    ids = torch.ones(2, 8, dtype=torch.int64)
    axes = {0: "batch", 1: "tokens"}
    torch.onnx.export(
        Pooled(), (ids, ids), path, input_names=["input_ids", "attention_mask"], output_names=["vectors"],
        dynamic_axes={"input_ids": axes, "attention_mask": axes, "vectors": {0: "batch"}}, dynamo=False)


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def inputs(tokenizer, size):
    batches = []
    for start in range(len(QUERIES)):
        encoded = [tokenizer.encode(QUERIES[(start * size + i) % len(QUERIES)]).ids for i in range(size)]
        width = max(map(len, encoded))
        batches.append({
            "input_ids": np.array([ids + [0] * (width - len(ids)) for ids in encoded]),
            "attention_mask": np.array([[1] * len(ids) + [0] * (width - len(ids)) for ids in encoded])})
    return batches


def onnx_times(run, batches, seconds):
    times, start = [], time.perf_counter()
    while len(times) < 5 or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        run.run(None, batches[len(times) % len(batches)])
        times.append((time.perf_counter() - before) * 1000)
    return statistics.median(times)


def kinglet_times(program, folder, form, seconds):
    done = subprocess.run(
        [program, "embed", folder, "--format", form, "--bench", ",".join(map(str, SIZES)), "--seconds", str(seconds)],
        input="\n".join(QUERIES), capture_output=True, text=True, check=True)
    return {line["batch"]: line for line in map(json.loads, done.stdout.splitlines())}


def main():
    program, folder = sys.argv[1:3]
    seconds = float((sys.argv[3:] or ["1.5"])[0])
    work = os.path.join(tempfile.gettempdir(), "kinglet-onnx")
    os.makedirs(work, exist_ok=True)
    plain, quantised = os.path.join(work, "f32.onnx"), os.path.join(work, "int8.onnx")
    if not os.path.exists(quantised):
        export(folder, plain)
        quantize_dynamic(plain, quantised, weight_type=QuantType.QInt8)
    if sys.argv[4:] == ["--export"]:
        return
    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    tokenizer.no_padding()
    sessions = {"f32": session(plain), "int8": session(quantised)}
    ours, theirs = {}, {}
    for _ in range(3):
        for form in ("f32", "int8"):
            for size, line in kinglet_times(program, folder, form, seconds).items():
                ours.setdefault((form, size), []).append(line["median_ms"])
            for size in SIZES:
                theirs.setdefault((form, size), []).append(onnx_times(sessions[form], inputs(tokenizer, size), seconds))
    print(f"onnxruntime {onnxruntime.__version__}, {THREADS} threads, ms a batch, medians of 3 turns")
    print("| format | batch | kinglet | onnxruntime | kinglet / onnxruntime | kinglet int8 / onnxruntime f32 |\n|---|---|---|---|---|---|")
    for form, size in ours:
        a, b = statistics.median(ours[form, size]), statistics.median(theirs[form, size])
        other = statistics.median(ours["int8", size]) / statistics.median(theirs["f32", size])
        print(f"| {form} | {size} | {a:.2f} | {b:.2f} | {a / b:.2f} | {other:.2f} |")


main()
