"""Writes tiny-qwen2/: a Hugging Face folder as the reference libraries write it, in shards, BF16.

    python3 make_tiny_qwen2.py   (transformers 4.57.6, safetensors 0.8.0, tokenizers 0.22.2, torch CPU; seed 7)

expected.json in it: of each tensor the shape and the sum of its numbers' f32 bit patterns, modulo 2^64.
"""

import json
import pathlib
import shutil

import numpy as np
import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(PATTERN), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=300, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    tokenizer.train_from_iterator(["turn off the kitchen lights, then turn the heating on"] * 4, trainer)
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tokenizer.add_tokens([AddedToken("<tool_call>", normalized=False)])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>", chat_template="{{ messages }}")


def main():
    torch.manual_seed(7)
    folder = pathlib.Path(__file__).with_name("tiny-qwen2")
    shutil.rmtree(folder, ignore_errors=True)
    wrapped = tokenizer()
    config = Qwen2Config(
        vocab_size=320, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=128, tie_word_embeddings=False, rope_theta=50000.0,
        bos_token_id=None, eos_token_id=wrapped.eos_token_id,
    )
    model = Qwen2ForCausalLM(config).to(torch.bfloat16)
    for name, tensor in model.state_dict().items():
        if name.endswith("bias") or "norm" in name:
            tensor.normal_()
    model.save_pretrained(folder, max_shard_size="40KB")
    wrapped.save_pretrained(folder)
    expected = {}
    for name, tensor in model.state_dict().items():
        bits = tensor.float().numpy().view(np.uint32).astype(np.uint64)
        expected[name] = {"shape": list(tensor.shape), "sum": int(bits.sum(dtype=np.uint64)) % 2**64}
    (folder / "expected.json").write_text(json.dumps(expected, indent=0) + "\n")


if __name__ == "__main__":
    main()
