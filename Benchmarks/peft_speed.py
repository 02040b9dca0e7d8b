#!/usr/bin/env python3
"""LoRA of rank 16 on all matrices: Kinglet beside PEFT (PyTorch, CPU), samples a second and peak memory, one after the other on the
same cores.

    Benchmarks/peft_speed.py --kinglet .build/release/kinglet --python .build/venv-peft/bin/python \\
        --gguf ~/.cache/kinglet/models/qwen2.5-coder-0.5b-instruct/qwen2.5-coder-0.5b-instruct-q4_k_m.gguf

Prompts have some 600 tokens in common and 50 of their own, then an answer. Kinglet trains them as `train sft` does: an activated
adapter, a plain one that computes the common tokens once a step, and with --unshared, as if there were none. PEFT gets samples of
exactly as many tokens (which ones does not matter to its speed), in bf16 and in f32, `labels` as its users give them, and once more
with the output matrix on the answer's tokens alone, which transformers offers as `logits_to_keep`. The first step of each is not
counted. --python has torch, transformers, peft and gguf.
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

RANK = 16
FUNCTIONS = 13
WORDS = ("house time water light music garden window morning paper river table summer letter number story street winter "
         "family evening school kitchen market station bread coffee green small early quiet open bring leave find close").split()


def write_data(folder, samples, seed=3):
    """A pool whose functions take some 600 tokens in a prompt, and requests of some 40 words."""
    draw = random.Random(seed)
    text = lambda count: " ".join(draw.choice(WORDS) for _ in range(count))
    parameters = dict(type="object", properties=dict(item=dict(type="string", description=text(5))), required=["item"])
    functions = [
        dict(name=f"{WORDS[number]}_{WORDS[number + 13]}", description=text(12).capitalize() + ".", parameters=parameters)
        for number in range(FUNCTIONS)]
    (folder / "pool.json").write_text(json.dumps(dict(functions=functions)))
    lines = [json.dumps(dict(query=text(38), expected=[dict(function=draw.choice(functions)["name"],
                                                             parameters=dict(item=text(4)))])) for _ in range(samples)]
    (folder / "train.jsonl").write_text("\n".join(lines) + "\n")


def run(command, folder):
    """Its output, and the most memory it had, in GB. PyTorch and OpenBLAS get the same surroundings."""
    environment = dict(os.environ, MALLOC_MMAP_THRESHOLD_="2147483647", MALLOC_TRIM_THRESHOLD_="17179869184")
    if "avx512f" in pathlib.Path("/proc/cpuinfo").read_text():
        environment["OPENBLAS_CORETYPE"] = "SKYLAKEX"
    with open(folder / "out", "w+") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment, cwd=folder)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{text[-2000:]}")
    return text, usage.ru_maxrss / 2**20


def kinglet(arguments, folder, name, batch, *flags):
    """Of the steps behind the first: samples, seconds, rows; GB; rows and answer's tokens a sample."""
    steps = arguments.steps + 1
    _, memory = run(
        [arguments.kinglet, "train", "sft", "--data", "train.jsonl", "--pool", "pool.json", "--model", arguments.model, "--top-k",
         str(FUNCTIONS), "--rank", str(RANK), "--limit", str(batch * steps), "--batch", str(batch), "--checkpoint-every", "0",
         "--output", name, *flags], folder)
    lines = [json.loads(line) for line in (folder / name / "log.jsonl").read_text().splitlines()]
    lines = [line for line in lines if "loss" in line][1:]
    total = {key: sum(line[key] for line in lines) for key in ("samples", "seconds", "rows", "completion_tokens")}
    tell(f"Kinglet, {name}", total["samples"], total["seconds"], memory, f"{total['rows'] / total['samples']:.0f} rows a sample")
    return total


def tell(name, samples, seconds, memory, note):
    print(f"| {name} | {samples} | {seconds:.1f} | {samples / seconds:.3f} | {memory:.1f} | {note} |", flush=True)


def peft(arguments, folder, kind, keep, lengths):
    command = [arguments.python, str(pathlib.Path(__file__).resolve()), "--peft", kind, "--gguf", arguments.gguf, "--micro",
               str(arguments.micro), "--steps", str(arguments.steps), "--peft-batch", str(arguments.peft_batch), "--lengths",
               *map(str, lengths)]
    text, memory = run([*command, *(["--keep"] if keep else [])], folder)
    result = json.loads(text.strip().splitlines()[-1])
    what = "output matrix on answers alone" if keep else "labels"
    tell(f"PEFT, {kind}, {what}", result["samples"], result["seconds"], memory, f"{sum(lengths)} tokens a sample")
    return result["samples"] / result["seconds"]


def train_with_peft(arguments):
    """In the Python that has torch: steps of AdamW over random tokens."""
    import peft as library
    import torch
    import transformers

    torch.set_num_threads(len(os.sched_getaffinity(0)))
    torch.manual_seed(3)
    prompt, answer = arguments.lengths
    path = pathlib.Path(arguments.gguf)
    model = transformers.AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=dict(bf16=torch.bfloat16, f32=torch.float32)[arguments.peft])
    model = library.get_peft_model(model, library.LoraConfig(
        r=RANK, lora_alpha=2 * RANK, task_type="CAUSAL_LM",
        target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]))
    model.train()
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=2e-4)
    seconds, counted = 0.0, 0
    # One micro batch to warm up, then whole steps.
    sizes = [arguments.micro, *[arguments.peft_batch] * arguments.steps]
    for number, size in enumerate(sizes):
        begin = time.perf_counter()
        for _ in range(0, size, arguments.micro):
            ids = torch.randint(0, model.config.vocab_size, (arguments.micro, prompt + answer))
            if arguments.keep:
                logits = model(input_ids=ids, logits_to_keep=answer + 1).logits[:, :-1].float()
                loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), ids[:, prompt:].flatten())
            else:
                labels = ids.clone()
                labels[:, :prompt] = -100
                loss = model(input_ids=ids, labels=labels).loss
            (loss * arguments.micro / size).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        if number:
            seconds += time.perf_counter() - begin
            counted += size
    print(json.dumps(dict(samples=counted, seconds=seconds)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinglet")
    parser.add_argument("--model", default="qwen2.5-coder-0.5b-instruct")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--gguf", required=True)
    parser.add_argument("--batch", type=int, default=16, help="samples of a step where prompts share")
    parser.add_argument("--unshared-batch", type=int, default=8, help="and where they do not")
    parser.add_argument("--peft-batch", type=int, default=8, help="samples of a step of PEFT")
    parser.add_argument("--micro", type=int, default=2, help="of them at a time")
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--peft", choices=["bf16", "f32"], help=argparse.SUPPRESS)
    parser.add_argument("--keep", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--lengths", type=int, nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.gguf = str(pathlib.Path(arguments.gguf).expanduser().resolve())
    if arguments.peft:
        return train_with_peft(arguments)
    arguments.kinglet = str(pathlib.Path(arguments.kinglet).resolve())
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        write_data(folder, 32 * (arguments.steps + 1))
        print("| | samples | seconds | samples/s | peak GB | |\n|---|---|---|---|---|---|")
        activated = kinglet(arguments, folder, "activated", arguments.batch, "--activated")
        shared = kinglet(arguments, folder, "shared", arguments.batch)
        unshared = kinglet(arguments, folder, "unshared", arguments.unshared_batch, "--unshared")
        answer = round(unshared["completion_tokens"] / unshared["samples"])
        lengths = (round(unshared["rows"] / unshared["samples"]) + 1 - answer, answer)
        theirs = {(kind, keep): peft(arguments, folder, kind, keep, lengths)
                  for kind, keep in [("bf16", False), ("f32", False), ("bf16", True)]}
    usual, best = max(theirs["bf16", False], theirs["f32", False]), max(theirs.values())
    # Rows of a step with sharing: the common ones once, and each sample's own.
    whole, own = sum(lengths) - 1, shared["rows"] / shared["samples"]
    own = (arguments.batch * own - whole) / (arguments.batch - 1)
    print(f"\nPrompts of {lengths[0]} tokens, {whole - own:.0f} of them in common; answers of {answer}.")
    for name, ours in [("activated", activated), ("shared", shared), ("unshared", unshared)]:
        rate = ours["samples"] / ours["seconds"]
        print(f"{name}: {rate / usual:.2f} times PEFT's faster one, {rate / best:.2f} times with logits_to_keep beside")


if __name__ == "__main__":
    main()
