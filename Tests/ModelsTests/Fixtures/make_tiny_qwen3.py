"""Writes tiny-qwen3/, a Hugging Face folder in BF16, and tiny-qwen3.gguf, the same numbers in Q8_0: a random Qwen3, and
what transformers computes of it in f32.

    python3 make_tiny_qwen3.py   (transformers 5.24.0, torch 2.15 CPU, gguf 0.19.0; seed 9)

Matrices are whole numbers in -127...127 times a power of two, with 127 or -127 in each block of 32, so that BF16 and Q8_0 hold
them exactly; norms are BF16 and f32. The head is the embedding; a head's width is not hidden / heads. expected.json in the
folder: token ids, the logits behind the last, and the greedy tokens that follow.
"""

import json
import pathlib
import shutil

import gguf
import numpy as np
import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
ADDED = ["<think>", "</think>"]
NAMES = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm", "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}


def tokenizer():
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = [("t", "h"), ("th", "e"), ("Ġ", "the")]
    tokens = alphabet + ["".join(pair) for pair in merges]
    tokenizer = Tokenizer(models.BPE(vocab={token: number for number, token in enumerate(tokens)}, merges=merges))
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(PATTERN), "isolated"), pre_tokenizers.ByteLevel(False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.add_tokens([AddedToken(text, normalized=False) for text in ADDED])
    return tokens, merges, PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|im_end|>")


def quantised(tensor, exponent):
    """Whole numbers of one scale, an extreme in every block."""
    numbers = (tensor / tensor.std() * 40).round().clamp(-127, 127)
    blocks = numbers.view(-1, 32)
    places = torch.randint(0, 32, (len(blocks),))
    blocks[torch.arange(len(blocks)), places] = 127.0 * (torch.randint(0, 2, (len(blocks),)) * 2 - 1)
    return numbers * 2.0**exponent


def main():
    torch.manual_seed(9)
    here = pathlib.Path(__file__).parent
    folder = here / "tiny-qwen3"
    shutil.rmtree(folder, ignore_errors=True)
    tokens, merges, wrapped = tokenizer()
    config = Qwen3Config(
        vocab_size=264, hidden_size=64, intermediate_size=32, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=32, max_position_embeddings=256, tie_word_embeddings=True, rope_theta=30000.0,
        attention_bias=False, bos_token_id=None, eos_token_id=wrapped.eos_token_id, attn_implementation="eager",
    )
    model = Qwen3ForCausalLM(config).float().eval()
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            # Sharp attention, and an embedding that keeps tokens apart: else all answers would be one token again and again.
            if "norm" in name:
                middle = 2 if "q_norm" in name or "k_norm" in name else 1
                tensor.copy_((middle + 0.4 * torch.randn_like(tensor)).bfloat16())
            else:
                tensor.copy_(quantised(torch.randn_like(tensor), -7 if "embed" in name else -8))
    model.to(torch.bfloat16).save_pretrained(folder)
    model = Qwen3ForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    wrapped.save_pretrained(folder)
    write_gguf(here / "tiny-qwen3.gguf", model, tokens, merges)
    cases = []
    for length in (1, 7, 40):
        prompt = torch.randint(0, 259, (1, length))
        with torch.no_grad():
            logits = model(prompt).logits[0, -1]
            greedy = model.generate(
                prompt, attention_mask=torch.ones_like(prompt), do_sample=False, max_new_tokens=24, min_new_tokens=24,
                eos_token_id=None)[0, length:]
        cases.append(dict(prompt=prompt[0].tolist(), logits=[round(x, 5) for x in logits.tolist()], greedy=greedy.tolist()))
    (folder / "expected.json").write_text(json.dumps(cases) + "\n")


def write_gguf(path, model, tokens, merges):
    config, writer = model.config, gguf.GGUFWriter(path, "qwen3")
    writer.add_name("tiny")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(config.head_dim)
    writer.add_value_length(config.head_dim)
    writer.add_rope_freq_base(30000.0)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    all_tokens = tokens + SPECIAL + ADDED
    writer.add_token_list(all_tokens)
    writer.add_token_types([1] * len(tokens) + [3] * len(SPECIAL) + [4] * len(ADDED))
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_eos_token_id(all_tokens.index("<|im_end|>"))
    for name, tensor in model.state_dict().items():
        if name == "lm_head.weight":
            continue
        numbers = tensor.float().numpy()
        if name.startswith("model.layers."):
            _, _, layer, rest = name.split(".", 3)
            name = f"blk.{layer}.{NAMES[rest.removesuffix('.weight')]}.weight"
        else:
            name = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}[name]
        if numbers.ndim == 1:
            writer.add_tensor(name, numbers)
        else:
            blocks = gguf.quants.quantize(numbers, gguf.GGMLQuantizationType.Q8_0)
            assert (gguf.quants.dequantize(blocks, gguf.GGMLQuantizationType.Q8_0) == numbers).all(), name
            writer.add_tensor(name, blocks, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    main()
