#!/usr/bin/env python3
"""What Hugging Face transformers computes from the same dequantised weights, in f32.

    make_parity_fixture.py MODEL.gguf > parity.json

Twenty prompts; for each its token ids, the logits of the token after it at 256 places of the vocabulary (the 32
largest and 224 spread evenly), and the greedy continuation of 64 tokens. transformers 4.57.6, torch 2.13, one run,
no randomness.
"""
import json
import os
import sys

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

PROMPTS = [
    "The capital of France is",
    "def quicksort(items):\n",
    "Water boils at",
    "今天天气怎么样？",
    "Once upon a time, in a small house by the sea,",
    "SELECT name, price FROM products WHERE",
    "{\"name\": \"turn_on\", \"arguments\": {\"room\": ",
    "Translate to German: Where is the station?",
    "1, 1, 2, 3, 5, 8,",
    "Dear Ms. Lindqvist,\n\nThank you for",
    "#include <stdio.h>\n\nint main(void) {",
    "The three laws of thermodynamics are",
    "Set an alarm for seven tomorrow morning",
    "<html>\n<head>\n",
    "Пишет письмо брату:",
    "A recipe for onion soup, for four people:\n1.",
    "<|im_start|>user\nturn off the kitchen lights<|im_end|>\n<|im_start|>assistant\n",
    "<|im_start|>user\nWhat is 17 times 23?<|im_end|>\n<|im_start|>assistant\n",
    "x",
    "In 1969, " * 40,
]


def main(path):
    folder, name = os.path.split(os.path.abspath(path))
    tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=name, dtype=torch.float32).eval()
    cases = []
    for prompt in PROMPTS:
        ids = tokenizer(prompt)["input_ids"]
        with torch.no_grad():
            logits = model(torch.tensor([ids])).logits[0, -1]
            answer = model.generate(
                torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), do_sample=False,
                max_new_tokens=64, min_new_tokens=64, repetition_penalty=1.0, eos_token_id=None)[0, len(ids):]
        places = sorted(set(logits.topk(32).indices.tolist()) | set(range(0, logits.numel(), logits.numel() // 224)))
        cases.append({
            "prompt": ids, "places": places, "logits": [round(logits[p].item(), 5) for p in places],
            "scale": round(logits.abs().max().item(), 4), "greedy": answer.tolist(),
        })
    json.dump(cases, sys.stdout, separators=(",", ":"))


main(sys.argv[1])
