"""Vectors beside those of transformers: python compare_encoder.py KINGLET MODEL_FOLDER [--url http://127.0.0.1:8080]

Needs torch, transformers, tokenizers, numpy; with --url also openai, whose client then asks a running server.
Fails below a cosine of 0.9999 for f32 and 0.99 for int8, over some 280 texts of many kinds.
"""

import json
import os
import random
import subprocess
import sys

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import AutoModel

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../TokenizationTests/Fixtures"))
from tokenizer_texts import Texts


def expected(folder, texts):
    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(512)
    model = AutoModel.from_pretrained(folder).eval()
    with torch.no_grad():
        for text in texts:
            mean = model(torch.tensor([tokenizer.encode(text).ids])).last_hidden_state[0].mean(0)
            yield (mean / mean.norm()).numpy()


def embedded(program, folder, form, texts):
    done = subprocess.run(
        [program, "embed", folder, "--format", form, "--json"], input="\n".join(map(json.dumps, texts)),
        capture_output=True, text=True, check=True)
    return np.array([json.loads(line) for line in done.stdout.splitlines()])


def asked(url, texts):
    from openai import OpenAI

    client = OpenAI(base_url=url + "/v1", api_key="none")
    answer = client.embeddings.create(model="all-minilm-l6-v2", input=texts)
    assert [item.index for item in answer.data] == list(range(len(texts))) and answer.usage.total_tokens > len(texts)
    short = client.embeddings.create(model="all-minilm-l6-v2", input=texts[:2], dimensions=64, encoding_format="float")
    assert all(len(item.embedding) == 64 and abs(np.linalg.norm(item.embedding) - 1) < 1e-5 for item in short.data)
    return np.array([item.embedding for item in answer.data])


program, folder = sys.argv[1:3]
texts = [text for group in Texts(9).all(240).values() for text in group]
chosen = random.Random(1)
texts += [" ".join(chosen.choice(texts) for _ in range(count)) for count in (10, 20, 40, 80, 200)]
vectors = np.array(list(expected(folder, texts)))
ways = {"f32": (0.9999, lambda: embedded(program, folder, "f32", texts)), "int8": (0.99, lambda: embedded(program, folder, "int8", texts))}
if sys.argv[3:4] == ["--url"]:
    ways["openai client"] = (0.99, lambda: asked(sys.argv[4], texts))
for name, (least, make) in ways.items():
    cosines = (make() * vectors).sum(1)
    print(f"{name}: {len(texts)} texts, cosine at least {cosines.min():.7f}, mean {cosines.mean():.7f}")
    assert cosines.min() >= least, texts[int(cosines.argmin())]
