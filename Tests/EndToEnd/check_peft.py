#!/usr/bin/env python3
"""Adapters that Kinglet trained, in PEFT: the same log-probabilities of every token as from `kinglet serve`, plain, activated and
in 8 bits.

    python3 check_peft.py --kinglet .build/release/kinglet     (torch, transformers, peft >= 0.18, safetensors; some seconds)

The model is tiny and random (tiny_model.py), in f32 on both sides. What is compared: log-probabilities of all tokens behind each
token of random texts with a user turn.
"""
import argparse
import json
import pathlib
import random
import subprocess
import tempfile
import urllib.request

import peft
import torch
import transformers

import serving
import tiny_model

TOLERANCE = 1e-3


def ask(url, body):
    request = urllib.request.Request(
        url, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def of_kinglet(url, name, tokens):
    answer = ask(url + "/v1/completions", dict(model=name, prompt=[tokens], max_tokens=1, temperature=1.0, prompt_logprobs=1000))
    rows = answer["choices"][0]["prompt_logprobs"][1:]
    return torch.tensor([[row[str(token)]["logprob"] for token in range(256 + len(tiny_model.SPECIAL))] for row in rows])


def of_peft(model, tokens):
    with torch.no_grad():
        return torch.log_softmax(model(input_ids=torch.tensor([tokens])).logits[0, :-1].float(), -1)


def texts(seed):
    draw = random.Random(seed)
    words = lambda count: [draw.randrange(256) for _ in range(count)]
    user, assistant = ([257, *text.encode()] for text in ("user\n", "assistant\n"))
    return [words(20) + user + words(n) + [258, 10] + assistant + words(9) for n in (3, 17, 40)]


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kinglet", required=True)
    arguments = arguments.parse_args()
    kinglet, url = str(pathlib.Path(arguments.kinglet).resolve()), None
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tiny_model.write(folder)
        for name, flags in [("plain", []), ("activated", ["--activated"])]:
            subprocess.run(
                [kinglet, "train", "sft", "--data", "train.jsonl", "--pool", "pool.json", "--model", "model", "--output",
                 f"tuned/{name}", "--batch", "4", "--rank", "4", "--lr", "5e-3", "--precision", "f32", *flags],
                cwd=folder, check=True, stdout=subprocess.DEVNULL)
        for name in ("plain", "activated"):
            subprocess.run(
                [kinglet, "average", "model", f"tuned/{name}", "--numbers", "f8", "--output", f"tuned/{name}8"],
                cwd=folder, check=True, stdout=subprocess.DEVNULL)
        serve = argparse.Namespace(kinglet=kinglet, model=str(folder / "model"), url=None)
        with serving.server(
            serve, "--set", "model.format=f32", "--set", "engine.kv_cache_format=f32", "--set", f"calling.tuned={folder}/tuned",
            "--set", "engine.prefix_folder=none",
        ) as url:
            base = transformers.Qwen2ForCausalLM.from_pretrained(folder / "model", dtype=torch.float32)
            for name in ("model", "plain", "activated", "plain8", "activated8"):
                model = base if name == "model" else peft.PeftModel.from_pretrained(
                    transformers.Qwen2ForCausalLM.from_pretrained(folder / "model", dtype=torch.float32), folder / "tuned" / name)
                worst, moved = 0.0, 0.0
                for tokens in texts(3):
                    expected, made = of_peft(model, tokens), of_kinglet(url, name, tokens)
                    worst = max(worst, (expected - made).abs().max().item())
                    moved = max(moved, (expected - of_peft(base, tokens)).abs().max().item())
                print(f"{name}: largest difference {worst:.5f}; the adapter itself changes up to {moved:.2f}")
                assert worst < TOLERANCE, name
                assert name == "model" or moved > 1, f"{name} learnt too little to tell"
    print("passed")


if __name__ == "__main__":
    torch.set_num_threads(2)
    main()
