"""GGUF files that `kinglet quantize` writes: llama.cpp loads them and answers alike, and the gguf package reads their numbers.

    python3 gguf_files.py --kinglet .build/release/kinglet   (transformers, torch CPU, gguf 0.19, xllamacpp 2026.10; seed 7)
    --model FOLDER    a Hugging Face folder of a real model instead of small random ones

Small random models, a Qwen2 and a Qwen3, in every scheme: metadata and numbers by gguf's own reader, greedy answers to 20
prompts of token ids by llama.cpp (skipped where xllamacpp is not installed). llama.cpp rounds what weights are multiplied with,
to 16 bits or to 8, and kinglet runs in f32 here: random models are often near a tie, so answers must begin alike, and how many
are alike to the end is counted. A run that is ended with kill -9 leaves no FILE.
"""
import importlib.util
import json
import os
import pathlib
import subprocess
import tempfile
import time

import compressed_folders
import serving

# Scheme, and how far numbers may be off, as a share of all numbers' size.
SCHEMES = {"bf16": 0.0, "f16": 0.001, "q8_0": 0.01, "q4_0": 0.12, "q4_k_m": 0.1}

# Of 20, how many must begin alike.
BEGUN = {"bf16": 18, "f16": 18, "q8_0": 17, "q4_0": 10, "q4_k_m": 10}


def made(kinglet, source, path, scheme):
    subprocess.run(
        [os.path.abspath(kinglet), "quantize", str(source), str(path), "--scheme", scheme], check=True,
        stdout=subprocess.DEVNULL)


def numbers(source, path, bound):
    """By the gguf package, against the folder's own."""
    import numpy as np
    from gguf import GGUFReader
    from gguf.quants import dequantize
    from safetensors.torch import load_file
    from transformers import AutoTokenizer

    reader, tokenizer = GGUFReader(path), AutoTokenizer.from_pretrained(source)
    config = json.loads(pathlib.Path(source, "config.json").read_text())
    said = {name: field.contents() for name, field in reader.fields.items()}
    serving.check(said["general.architecture"] == config["model_type"], said["general.architecture"])
    serving.check(said["tokenizer.chat_template"] == tokenizer.chat_template, "another chat template")
    words = tokenizer.get_vocab()
    serving.check(all(words.get(t, i) == i for i, t in enumerate(said["tokenizer.ggml.tokens"])), "other tokens")
    weights = {}
    for file in pathlib.Path(source).glob("*.safetensors"):
        weights |= {name: tensor.float().numpy() for name, tensor in load_file(file).items()}
    found = {t.name: dequantize(t.data, t.tensor_type).reshape(t.shape[::-1]) for t in reader.tensors}
    pairs = [("model.embed_tokens.weight", "token_embd.weight"), ("model.norm.weight", "output_norm.weight")]
    for layer in range(config["num_hidden_layers"]):
        for ours, theirs in [
            ("self_attn.q_proj", "attn_q"), ("self_attn.v_proj", "attn_v"), ("self_attn.o_proj", "attn_output"),
            ("mlp.gate_proj", "ffn_gate"), ("mlp.down_proj", "ffn_down"), ("input_layernorm", "attn_norm"),
        ]:
            pairs.append((f"model.layers.{layer}.{ours}.weight", f"blk.{layer}.{theirs}.weight"))
    for ours, theirs in pairs:
        off = np.linalg.norm(found[theirs] - weights[ours]) / np.linalg.norm(weights[ours])
        serving.check(off <= bound, f"{path}: {theirs} is off by {off:.4f}")


def in_llama_cpp(path, questions, tokenizer):
    import xllamacpp

    parameters = xllamacpp.CommonParams()
    parameters.model.path, parameters.n_ctx, parameters.n_parallel = str(path), 512, 1
    server, answers = xllamacpp.Server(parameters), []
    for question in questions:
        answer = server.handle_completions({
            "prompt": question, "n_predict": compressed_folders.TOKENS, "temperature": 0, "logprobs": 1, "cache_prompt": False})
        answer = json.loads(answer) if isinstance(answer, str) else answer
        serving.check("choices" in answer, str(answer))
        parts = (answer["choices"][0]["logprobs"] or {}).get("content", [])
        text = b"".join(bytes(part["bytes"]) for part in parts).decode("utf-8", "replace")
        for marker in tokenizer.get_added_vocab():  # Kinglet prints none.
            text = text.replace(marker, "")
        answers.append(text)
    return answers


def answers(kinglet, source, path, scheme):
    from transformers import AutoTokenizer

    questions = compressed_folders.prompts(compressed_folders.vocabulary(source))
    ours = compressed_folders.here(kinglet, path, questions)
    theirs = in_llama_cpp(path, questions, AutoTokenizer.from_pretrained(source))
    # llama.cpp holds back bytes at the end that are no whole character.
    ours, theirs = [a.rstrip("\ufffd") for a in ours], [b.rstrip("\ufffd") for b in theirs]
    same = sum(a == b for a, b in zip(ours, theirs))
    begun = sum(a[:3] == b[:3] for a, b in zip(ours, theirs))
    name = f"{pathlib.Path(source).name} {scheme}"
    print(f"{name}: of {len(questions)} answers {same} as llama.cpp's, {begun} begin alike", flush=True)
    serving.check(begun >= BEGUN[scheme], "\n".join(f"{a!r} {b!r}" for a, b in zip(ours, theirs) if a[:3] != b[:3]))


def killed(kinglet, source, path):
    """Ended at once: nothing has the file's name; the same command makes it afterwards."""
    command = [os.path.abspath(kinglet), "quantize", str(source), str(path), "--scheme", "q4_k_m"]
    for wait in (0.01, 0.03, 0.05, 0.1):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        time.sleep(wait)
        process.kill()
        if process.wait() == 0:
            break
        serving.check(not path.exists() or path.with_name(path.name + ".json").exists() or whole(path), f"{path} is half a file")
        for left in path.parent.glob(path.name + "*"):
            left.unlink()
    if not path.exists():
        made(kinglet, source, path, "q4_k_m")
    serving.check(whole(path), f"{path} cannot be read")


def whole(path):
    from gguf import GGUFReader

    return len(GGUFReader(path).tensors) > 0


def main():
    arguments = compressed_folders.options(__doc__, "gguf", "transformers")
    if not arguments:
        return
    has_llama_cpp = importlib.util.find_spec("xllamacpp") is not None
    if not has_llama_cpp:
        print("SKIPPED: llama.cpp: there is no xllamacpp")
    with tempfile.TemporaryDirectory() as work:
        sources = [pathlib.Path(arguments.model)] if arguments.model else []
        for kind in [] if arguments.model else ["qwen2", "qwen3"]:
            sources.append(pathlib.Path(work, kind))
            compressed_folders.small_model(sources[-1], kind)
        for source in sources:
            for scheme, bound in SCHEMES.items():
                path = pathlib.Path(work, f"{source.name}-{scheme}.gguf")
                made(arguments.kinglet, source, path, scheme)
                numbers(source, path, bound)
                if has_llama_cpp:
                    answers(arguments.kinglet, source, path, scheme)
        killed(arguments.kinglet, sources[0], pathlib.Path(work, "killed.gguf"))
        print("killed: no half file")


if __name__ == "__main__":
    serving.run(main)
