"""Writes encoders.json and tiny-bert/: python3 make_encoder_fixtures.py MINILM_FOLDER QWEN2_FOLDER

MINILM_FOLDER holds all-MiniLM-L6-v2, QWEN2_FOLDER the dequantised weights of the GGUF model as make_parity_fixture.py
makes them. Made with torch 2.13, transformers 4.57.6, tokenizers 0.22.2, seed 7. Vectors are f32 in base64.

tiny-bert: random weights in f16, names with the prefix bert., vocab.txt instead of tokenizer.json, the first token's
state as the vector.
"""

import base64
import json
import os
import sys

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import AutoModel, AutoModelForCausalLM, AutoTokenizer, BertConfig, BertModel, BertTokenizerFast

here = os.path.dirname(os.path.abspath(__file__))
TEXTS = [
    "turn off the kitchen lights", "打开厨房的灯", "Überraschung: naïve café, déjà vu!", "a", "What's 3.14 × 2?",
    "The quick brown fox jumps over the lazy dog, " * 12,
]


def packed(vector):
    return base64.b64encode(np.asarray(vector, dtype="<f4").tobytes()).decode()


def unit(state):
    return packed(state / state.norm())


def minilm(folder):
    tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(512)
    model = AutoModel.from_pretrained(folder).eval()
    return [{"text": text, "vector": unit(model(torch.tensor([tokenizer.encode(text).ids])).last_hidden_state[0].mean(0))} for text in TEXTS]


def tiny_bert():
    folder = os.path.join(here, "tiny-bert")
    os.makedirs(os.path.join(folder, "1_Pooling"), exist_ok=True)
    pieces = ["##" + c for c in "abcdefghijklmnopqrstuvwxyz0123456789"] + list("abcdefghijklmnopqrstuvwxyz0123456789.,!?")
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *pieces, "the", "light", "##s", "##ing", "厨", "灯"]
    tokens = list(dict.fromkeys(tokens))
    open(os.path.join(folder, "vocab.txt"), "w").write("\n".join(tokens) + "\n")
    config = BertConfig(
        vocab_size=len(tokens), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=50,
        max_position_embeddings=40)
    torch.manual_seed(7)
    model = BertModel(config, add_pooling_layer=False).eval()
    weights = {"bert." + name: (torch.randn_like(value) * 0.3).half() for name, value in model.state_dict().items() if "position_ids" not in name}
    model.load_state_dict({name[5:]: value.float() for name, value in weights.items()})
    save_file(weights, os.path.join(folder, "model.safetensors"))
    json.dump(config.to_dict(), open(os.path.join(folder, "config.json"), "w"), indent=1)
    json.dump({"do_lower_case": True}, open(os.path.join(folder, "tokenizer_config.json"), "w"))
    json.dump({"max_seq_length": 24, "do_lower_case": False}, open(os.path.join(folder, "sentence_bert_config.json"), "w"))
    json.dump({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, open(os.path.join(folder, "1_Pooling/config.json"), "w"))
    tokenizer = BertTokenizerFast(os.path.join(folder, "vocab.txt"), do_lower_case=True)
    result = []
    for text in TEXTS:
        ids = tokenizer(text, truncation=True, max_length=24)["input_ids"]
        result.append({"text": text, "tokens": ids, "vector": unit(model(torch.tensor([ids])).last_hidden_state[0, 0])})
    return result


def qwen2(folder, texts, bidirectional):
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    result = []
    for text in texts:
        ids = tokenizer(text)["input_ids"] + [tokenizer.convert_tokens_to_ids("<|endoftext|>")]
        mask = torch.zeros(1, 1, len(ids), len(ids)) if bidirectional else None
        state = model.model(input_ids=torch.tensor([ids]), attention_mask=mask).last_hidden_state[0, -1]
        result.append({"text": text, "tokens": ids, "vector": unit(state)})
    return result


with torch.no_grad():
    fixtures = {
        "minilm": minilm(sys.argv[1]), "tiny-bert": tiny_bert(), "causal": qwen2(sys.argv[2], TEXTS[:3], False),
        "bidirectional": qwen2(sys.argv[2], TEXTS[:2], True)}
json.dump(fixtures, open(os.path.join(here, "encoders.json"), "w"), ensure_ascii=False, indent=1)
