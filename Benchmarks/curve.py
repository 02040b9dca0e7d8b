#!/usr/bin/env python3
"""What a training reaches by how many samples: an activated adapter is taught a set's train part, and its checkpoints answer the
valid part through the whole pipeline (retrieval, grammar, rules), compared as legacy frames.

    Benchmarks/curve.py --kinglet .build/release/kinglet --data ../shared/data/snips --output .build/curve/snips

--data has train.jsonl.gz, pool.json, valid.jsonl, valid.frames.jsonl and adapter.json. Where a point is due the training is killed at
its checkpoint, the checkpoint is answered with, and the same command goes on, as after any kill. Started again, the script itself
goes on the same way. OUTPUT gets points.jsonl, the answers of each point in at-N/results, and the adapter. Needs nothing but Python.
"""

import argparse
import json
import pathlib
import struct
import subprocess
import time


def safetensors(path):
    """Header without, and metadata; where the data begin."""
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
    return header, header.pop("__metadata__", {}), 8 + size


def step_of(checkpoint):
    """Steps that a checkpoint has behind it; 0: there is none. It is renamed into place, so what is there is whole."""
    try:
        return int(safetensors(checkpoint)[1]["step"])
    except FileNotFoundError:
        return 0


def write_adapter(checkpoint, plan, functions, folder):
    """PEFT's layout from a checkpoint's parameters, and the card that says how prompts are laid out."""
    header, _, start = safetensors(checkpoint)
    data, tensors, body = pathlib.Path(checkpoint).read_bytes(), {}, bytearray()
    for name, about in header.items():
        if name.startswith("parameter/"):
            begin, end = about["data_offsets"]
            at = len(body)
            body += data[start + begin : start + end]
            tensors[name.removeprefix("parameter/")] = {**about, "data_offsets": [at, len(body)]}
    text = json.dumps(tensors).encode()
    text += b" " * (-len(text) % 8)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "adapter_model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)
    config = dict(
        peft_type="LORA", task_type="CAUSAL_LM", base_model_name_or_path="", r=plan["rank"], lora_alpha=plan["alpha"],
        target_modules=plan["matrices"], layers_to_transform=plan["layers"], layers_pattern="layers", bias="none",
        alora_invocation_tokens=plan["invocation"])
    (folder / "adapter_config.json").write_text(json.dumps(config) + "\n")
    (folder / "card.json").write_text(json.dumps(dict(layout="names", functions=functions)) + "\n")


class Curve:
    def __init__(self, arguments):
        self.kinglet, self.data = str(pathlib.Path(arguments.kinglet).resolve()), pathlib.Path(arguments.data)
        self.output, self.arguments = pathlib.Path(arguments.output), arguments
        self.output.mkdir(parents=True, exist_ok=True)
        self.adapter = self.output / "adapter"
        self.points = self.output / "points.jsonl"
        pool = json.loads((self.data / "pool.json").read_text())
        self.functions = [function["name"] for function in pool["functions"]]

    def done(self):
        return {point["steps"] for point in self.all_points()}

    def all_points(self):
        return [json.loads(line) for line in self.points.read_text().splitlines()] if self.points.exists() else []

    def train(self, until=None):
        """To a checkpoint at that step or behind it, or to the end: whether it has ended."""
        if (self.adapter / "adapter_config.json").exists():
            return True
        known, checkpoint = self.arguments, self.adapter / "checkpoint.safetensors"
        limit = ["--limit", str(known.limit)] if known.limit else []
        with open(self.output / "training.log", "a") as log:
            process = subprocess.Popen(
                [self.kinglet, "train", "sft", "--data", str(self.data / "train.jsonl.gz"), "--pool", str(self.data / "pool.json"),
                 "--model", known.model, "--layout", "names", "--activated", "--rank", str(known.rank), "--alpha",
                 str(2 * known.rank), "--lr", str(known.lr), "--batch", str(known.batch), "--epochs", str(known.epochs), "--seed",
                 str(known.seed), "--checkpoint-every", str(known.every), "--short", "--output", str(self.adapter), *limit],
                stdout=log, stderr=log)
            while process.poll() is None:
                if until and step_of(checkpoint) >= until:
                    process.kill()
                    process.wait()
                    return False
                time.sleep(0.2)
        if process.returncode:
            raise SystemExit(f"the training ended with {process.returncode}: {self.output}/training.log")
        return True

    def log(self):
        lines = [json.loads(line) for line in (self.adapter / "log.jsonl").read_text().splitlines()]
        return lines[0], [line for line in lines if "loss" in line]

    def measure(self, folder, steps):
        """Answers with what the folder holds, and a line of points.jsonl."""
        known, results = self.arguments, self.output / f"at-{steps}" / "results"
        limit = ["--limit", str(known.evaluate)] if known.evaluate else []
        subprocess.run(
            [self.kinglet, "evaluate", "calls", "--model", known.model, "--data", str(self.data / "valid.jsonl"), "--adapter",
             str(self.data / "adapter.json"), "--tuned", str(folder), "--output", str(results), *limit],
            check=True, stdout=subprocess.DEVNULL)
        report = json.loads((results / "report.json").read_text())
        of_set = next(iter(report["sets"].values()))
        steps_done = [line for line in self.log()[1] if line["step"] <= steps]
        point = dict(
            steps=steps, samples=sum(line["samples"] for line in steps_done),
            minutes=round(sum(line["seconds"] for line in steps_done) / 60, 1), frames=of_set["frame_right"],
            functions=of_set["function_right"], invalid_calls=report["invalid_calls"])
        with open(self.points, "a") as file:
            file.write(json.dumps(point) + "\n")

    def run(self):
        plan = None
        for samples in self.arguments.samples:
            # A checkpoint stands at every such step, and only there.
            steps = max(1, round(samples / self.arguments.batch / self.arguments.every)) * self.arguments.every
            if steps in self.done():
                continue
            if self.train(until=steps):
                break
            reached, plan = step_of(self.adapter / "checkpoint.safetensors"), self.log()[0]
            if reached in self.done():
                continue
            folder = self.output / f"at-{reached}"
            write_adapter(self.adapter / "checkpoint.safetensors", plan, self.functions, folder)
            self.measure(folder, reached)
            self.tell()
        self.train()
        last = self.log()[1][-1]["step"]
        if last not in self.done():
            self.measure(self.adapter, last)
        self.tell()

    def tell(self):
        share = lambda s: f"{100 * s['rate']:.1f} % ({100 * s['low']:.1f}-{100 * s['high']:.1f})"
        print("| samples | minutes of training | frames | functions | invalid calls |\n|---|---|---|---|---|")
        for point in sorted(self.all_points(), key=lambda p: p["steps"]):
            print(f"| {point['samples']} | {point['minutes']} | {share(point['frames'])} | {share(point['functions'])} | "
                  f"{point['invalid_calls']} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kinglet", required=True)
    parser.add_argument("--model", default="qwen2.5-coder-0.5b-instruct")
    parser.add_argument("--data", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--samples", type=lambda text: [int(part) for part in text.split(",")], default=[1600, 3200, 6400],
                        help="where points lie, as 1600,3200; the end is always one")
    parser.add_argument("--evaluate", type=int, help="so many of the valid part; default: all")
    parser.add_argument("--limit", type=int, help="so many of the train part; default: all")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--lr", type=float, default=5e-4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=20, help="steps between checkpoints")
    Curve(parser.parse_args()).run()


if __name__ == "__main__":
    main()
