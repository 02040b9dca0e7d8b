"""Models that were made smaller, here and elsewhere: the same greedy tokens in f32 on a small random model.

    python3 compressed_folders.py --kinglet .build/release/kinglet    (transformers, compressed-tensors 0.20.1, torch CPU; seed 7)
    --model FOLDER    a Hugging Face folder of a real model instead

What `kinglet quantize` and `kinglet prune vocabulary` write is loaded by transformers, and what LLM Compressor writes
(llmcompressor 0.14; skipped where it is not installed) by `kinglet serve`. 20 prompts of token ids, 16 tokens each. W8A8:
weights alone, since each side rounds inputs in its own way; FP8 both ways, since both round inputs alike: in model.format fp8
against transformers in f32. There the first token is compared: an input half way between two floats may fall to either side, and
what a random model says behind it is then another text. Runs that are ended with kill -9 end in the same bytes.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import serving

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "ModelFilesTests/Fixtures"))
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
OURS = [
    ["--scheme", "w4a16", "--method", "round"], ["--scheme", "w4a16", "--method", "gptq", "--group", "32"],
    ["--scheme", "w4a16", "--method", "gptq", "--order", "columns"], ["--scheme", "w8a16", "--method", "gptq"],
    ["--scheme", "w8a16", "--group", "0"], ["--scheme", "w8a8", "--method", "gptq"],
    ["--scheme", "fp8"],
]
# Not W4A16_ASYM: transformers 5.24 cannot load it unless weights become bf16; CompressedTensorsTests compares its numbers.
THEIRS = ["W4A16", "W8A16", "W8A8", "W4A8", "FP8_DYNAMIC"]
TOKENS = 16
CHAT = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def small_model(folder, kind="qwen2"):
    import torch
    import transformers
    from make_tiny_qwen2 import tokenizer

    torch.manual_seed(7)
    wrapped = tokenizer()
    wrapped.chat_template = CHAT
    make, config = {
        "qwen2": (transformers.Qwen2ForCausalLM, transformers.Qwen2Config),
        "qwen3": (transformers.Qwen3ForCausalLM, transformers.Qwen3Config),
    }[kind]
    more = dict(head_dim=64) if kind == "qwen3" else {}
    config = config(
        vocab_size=len(wrapped), hidden_size=128, intermediate_size=256, num_hidden_layers=3, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=512, tie_word_embeddings=False, rope_theta=50000.0,
        bos_token_id=None, eos_token_id=wrapped.eos_token_id, initializer_range=0.1, **more,
    )
    make(config).to(torch.bfloat16).save_pretrained(folder)
    wrapped.save_pretrained(folder)


def prompts(vocabulary):
    random.seed(5)
    return [[random.randrange(vocabulary) for _ in range(random.randint(4, 40))] for _ in range(20)]


def in_transformers(folder, questions, rounds_inputs=False, tokens=TOKENS):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    # As it loads by default: weights are unpacked in f32 (dequantize=True would round them to bf16).
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    for module in model.modules():
        if getattr(module, "quantization_scheme", None) and not rounds_inputs:
            module.quantization_scheme.input_activations = None
    tokenizer = AutoTokenizer.from_pretrained(folder)
    # Kinglet ends at either, and prints no added token.
    ends = tokenizer.convert_tokens_to_ids(["<|im_end|>", "<|endoftext|>"])
    answers = []
    for question in questions:
        ids = model.generate(
            torch.tensor([question]), max_new_tokens=tokens, do_sample=False, eos_token_id=ends)[0, len(question):]
        answers.append(tokenizer.decode([i for i in ids.tolist() if i not in tokenizer.added_tokens_decoder]))
    return answers


def here(kinglet, folder, questions, form="f32", tokens=TOKENS):
    arguments = argparse.Namespace(kinglet=kinglet, model=folder, url=None)
    with serving.server(arguments, "--set", f"model.format={form}", "--set", "engine.kv_cache_format=f32") as url:
        answers = []
        for question in questions:
            status, _, body = serving.request(url + "/v1/completions", {
                "model": pathlib.Path(folder).name.removesuffix(".gguf"), "prompt": question, "max_tokens": tokens, "temperature": 0})
            serving.check(status == 200, f"{folder}: {status} {body}")
            answers.append(json.loads(body)["choices"][0]["text"])
        return answers


def compare(name, kinglet, folder, questions):
    told(name, questions, here(kinglet, folder, questions), in_transformers(folder, questions))
    if "float-quantized" in pathlib.Path(folder, "config.json").read_text():
        ours, theirs = here(kinglet, folder, questions, "fp8", tokens=1), in_transformers(folder, questions, True, tokens=1)
        told(f"{name}, inputs in E4M3", questions, ours, theirs, len(questions) - 2)


def told(name, questions, ours, theirs, least=None):
    same = sum(a == b for a, b in zip(ours, theirs))
    print(f"{name}: {same} of {len(questions)} answers alike", flush=True)
    serving.check(
        same >= (least or len(questions)), "\n".join(f"{a!r} {b!r}" for a, b in zip(ours, theirs) if a != b))


def shortened(kinglet, source, folder, text):
    """Fewer tokens: texts that need those which went come back all the same."""
    from transformers import AutoTokenizer

    subprocess.run(
        [os.path.abspath(kinglet), "prune", "vocabulary", str(source), folder, "--calibration", str(text), "--minimum", "2"],
        check=True, stdout=subprocess.DEVNULL)
    compare("kinglet prune vocabulary", kinglet, folder, prompts(vocabulary(folder)))
    serving.check(vocabulary(folder) < vocabulary(source), "no token went")
    tokenizer = AutoTokenizer.from_pretrained(folder)
    for sample in [text.read_text()[:500], "Straße, 水 und 🙂\n\n  x", "kitchen\tlights"]:
        serving.check(tokenizer.decode(tokenizer(sample).input_ids) == sample, f"{sample!r} does not come back")


def of_qwen3(kinglet, work, text):
    """Another architecture: as it is, and as whole numbers."""
    source = pathlib.Path(work, "qwen3")
    small_model(source, "qwen3")
    questions = prompts(vocabulary(source))
    compare("Qwen3", kinglet, source, questions)
    for number, options in enumerate([OURS[1], OURS[5], OURS[6]]):
        folder = f"{work}/qwen3-{number}"
        subprocess.run([*base(kinglet, source, folder, text), *options], check=True, stdout=subprocess.DEVNULL)
        compare(f"Qwen3, kinglet {' '.join(options)}", kinglet, folder, questions)


def vocabulary(folder):
    return json.loads(pathlib.Path(folder, "config.json").read_text())["vocab_size"]


def compressed(source, folder, scheme):
    """By LLM Compressor, without data."""
    from compressed_tensors.quantization import preset_name_to_scheme
    from llmcompressor import oneshot
    from llmcompressor.modifiers.quantization import QuantizationModifier

    group = preset_name_to_scheme(scheme, ["Linear"])
    if scheme == "W4A16":
        group.weights.group_size = 32
    oneshot(
        model=str(source), recipe=QuantizationModifier(config_groups={"group_0": group}, ignore=["lm_head"]),
        output_dir=str(folder))


def base(kinglet, source, folder, text):
    return [
        os.path.abspath(kinglet), "quantize", str(source), folder, "--calibration", str(text), "--samples", "16", "--length", "64"]


def killed(command, folder, seed):
    """Ended with kill -9 at random moments, and begun again, until it is whole; what it wrote."""
    draw, ends = random.Random(seed), 0
    for _ in range(200):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            process.wait(timeout=draw.uniform(0.01, 0.6) * (1 + ends / 10))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            ends += 1
        if not pathlib.Path(folder).exists():
            serving.check(process.returncode < 0, f"ended with {process.returncode}")
            continue
        return ends, pathlib.Path(folder, "model.safetensors").read_bytes()
    raise serving.Failure("never whole")


def options(document, *packages):
    """What was said on the command line; None where a package is missing."""
    parser = argparse.ArgumentParser(description=document.splitlines()[0])
    parser.add_argument("--kinglet", required=True)
    parser.add_argument("--model")
    arguments = parser.parse_args()
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        print(f"SKIPPED: there is no {', '.join(missing)}")
    return None if missing else arguments


def main():
    arguments = options(__doc__, "compressed_tensors", "transformers")
    if not arguments:
        return
    with tempfile.TemporaryDirectory() as work:
        source = pathlib.Path(arguments.model or f"{work}/small")
        if not arguments.model:
            small_model(source)
        questions = prompts(vocabulary(source))
        text = pathlib.Path(work, "text.txt")
        text.write_text("turn off the kitchen lights, then turn the heating on. " * 400)
        few = pathlib.Path(work, "few.txt")
        few.write_text("turn the lights on " * 4)
        shortened(arguments.kinglet, source, f"{work}/short", few)
        for number, options in enumerate(OURS):
            folder = f"{work}/ours{number}"
            subprocess.run(
                [*base(arguments.kinglet, source, folder, text), *options], check=True, stdout=subprocess.DEVNULL)
            compare(f"kinglet {' '.join(options)}", arguments.kinglet, folder, questions)
        if not arguments.model:
            of_qwen3(arguments.kinglet, work, text)
        whole = pathlib.Path(work, "ours1/model.safetensors").read_bytes()
        for seed in range(3):
            folder = f"{work}/killed{seed}"
            ends, found = killed([*base(arguments.kinglet, source, folder, text), *OURS[1]], folder, seed)
            print(f"killed {ends} times: {'the same bytes' if found == whole else 'OTHER BYTES'}", flush=True)
            serving.check(found == whole, "a run that was killed ends in other bytes")
        try:
            import llmcompressor  # noqa: F401
        except ImportError as missing:
            print(f"SKIPPED: LLM Compressor: {missing}")
            return
        for scheme in THEIRS:
            compressed(source, f"{work}/{scheme}", scheme)
            compare(f"LLM Compressor {scheme}", arguments.kinglet, f"{work}/{scheme}", questions)


if __name__ == "__main__":
    serving.run(main)
