#!/usr/bin/env python3
"""Kills trainings with SIGKILL at random moments, starts them again, and compares what they wrote with that of a run that was
left alone, byte by byte.

    training.py --kinglet .build/release/kinglet [--kills 5] [--seed 1]

The model is tiny and random (tiny_model.py). Exit code 1 if a file differs, a step is missing, or a half-written file is taken.
"""
import argparse
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

import tiny_model


class Failure(Exception):
    pass


def check(condition, message):
    if not condition:
        raise Failure(message)


class Trainer:
    """Runs a verb of kinglet to its end, by one process or by many that are killed."""

    def __init__(self, kinglet, folder, draw):
        self.kinglet, self.folder, self.draw = str(pathlib.Path(kinglet).resolve()), folder, draw

    def start(self, arguments):
        return subprocess.Popen(
            [self.kinglet, *arguments], cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def whole(self, *arguments):
        """Seconds that it took."""
        begin = time.time()
        process = self.start(arguments)
        output = process.communicate()[0]
        check(process.returncode == 0, f"kinglet {' '.join(arguments)}: {output}")
        return time.time() - begin

    def cut(self, seconds, kills, *arguments):
        """Kills that met a process at work, of which one at least met more than its start: the next one went on behind what was
        done. What a process finished before it was met is taken away, and begun anew."""
        output, met, went_on = self.folder / arguments[arguments.index("--output") + 1], 0, False
        for _ in range(12 * kills):
            if met >= kills and went_on:
                break
            process = self.start(arguments)
            if self.draw.random() < 0.5:
                # Where a process starts slowly and trains fast, moments of the clock alone hardly meet what was done.
                self.wait_until_kept(process, output)
                time.sleep(self.draw.uniform(0, 0.1) * seconds)
            else:
                time.sleep(seconds * self.draw.uniform(0.05, 1.1))
            process.kill()
            text = process.communicate()[0]
            went_on = went_on or "going on after" in text
            # Killed between its last word and its end, the one before had finished.
            is_over = process.returncode == 0 or "holds a finished training" in text or "is there already" in text
            check(is_over or process.returncode == -9, f"it ended by itself: {text}")
            if is_over:
                seconds *= 0.8
                (shutil.rmtree if output.is_dir() else pathlib.Path.unlink)(output)
            else:
                met += 1
        process = self.start(arguments)
        text = process.communicate()[0]
        check(went_on or "going on after" in text, f"none of {met} kills met anything that was done: {' '.join(arguments)}")
        check(process.returncode == 0 or "finished training" in text or "already" in text, f"after {met} kills: {text}")
        return met

    def wait_until_kept(self, process, output):
        """Until this process has kept something of its work that it did not find, or has ended."""

        def kept():
            folder = output if output.is_dir() else output.parent
            names = ["checkpoint.safetensors"] if output.is_dir() else [output.name + ".part"]
            return [(path.stat().st_mtime_ns, path.stat().st_size) for path in (folder / name for name in names) if path.exists()]

        found = kept()
        while process.poll() is None and kept() in ([], found):
            time.sleep(0.0005)


def same(folder, first, second, names):
    for name in names:
        one, two = (folder / first / name).read_bytes(), (folder / second / name).read_bytes()
        check(one == two, f"{second}/{name} is not what the run that was left alone wrote")
    left = [p.name for p in (folder / second).iterdir() if p.name.endswith(".part") or p.name in ("checkpoint.safetensors", "best")]
    check(not left, f"{second}: left behind: {left}")


def steps(path):
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [line["step"] for line in lines if "step" in line and "loss" in line]


def train(trainer, verb, kills, *arguments):
    """A training left alone and one that is killed; the same log but for times, the same adapter."""
    shared = ["train", verb, "--data", "train.jsonl", "--pool", "pool.json", "--model", "model", "--rank", "4", "--threads", "2",
              "--checkpoint-every", "1", *arguments]
    name = "-".join([verb, *(a.strip("-") for a in arguments if a.startswith("--") and a != "--batch")])
    seconds = trainer.whole(*shared, "--output", f"{name}-whole")
    met = trainer.cut(seconds, kills, *shared, "--output", f"{name}-cut")
    same(trainer.folder, f"{name}-whole", f"{name}-cut", ["adapter_model.safetensors", "adapter_config.json"])
    done, again = (steps(trainer.folder / f"{name}-{kind}" / "log.jsonl") for kind in ("whole", "cut"))
    check(done == again == list(range(1, len(done) + 1)), f"{name}: steps {again}, left alone {done}")
    print(f"{name}: {len(done)} steps in {seconds:.1f} s, killed {met} times: the same bytes")


def logits(trainer, kills):
    """Of so many samples that the start of the model is the smaller part; and of those that trainings take."""
    arguments = ["logits", "--pool", "pool.json", "--model", "model", "--at-once", "2", "--threads", "2", "--top", "50"]
    trainer.whole(*arguments, "--data", "train.jsonl", "--output", "train.logits")
    many = [*arguments, "--data", "many/train.jsonl"]
    seconds = trainer.whole(*many, "--output", "whole.logits")
    met = trainer.cut(seconds, kills, *many, "--output", "cut.logits")
    one, two = ((trainer.folder / f"{name}.logits").read_bytes() for name in ("whole", "cut"))
    check(one == two, "cut.logits is not what the run that was left alone wrote")
    print(f"logits: {len(one)} bytes in {seconds:.1f} s, killed {met} times: the same bytes")


def damage(trainer):
    """A flipped bit is one line, and nothing is trained."""
    path = trainer.folder / "damaged.logits"
    data = bytearray((trainer.folder / "whole.logits").read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)
    process = trainer.start(
        ["train", "distill", "--logits", "damaged.logits", "--data", "train.jsonl", "--pool", "pool.json", "--model", "model",
         "--output", "none"])
    output = process.communicate()[0].strip()
    check(process.returncode == 1 and "\n" not in output, f"a damaged store: {process.returncode}, {output}")
    check("damaged.logits: record" in output and "damaged" in output, output)
    check(not (trainer.folder / "none").exists(), "a damaged store was trained on")
    print(f"one line: {output}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kinglet", required=True)
    arguments.add_argument("--kills", type=int, default=3)
    arguments.add_argument("--seed", type=int, default=1)
    arguments = arguments.parse_args()
    begin = time.time()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tiny_model.write(folder)
        tiny_model.write_data(folder / "many", 400)
        # The first process reads the program from the disk: the times of the others are compared.
        subprocess.run([arguments.kinglet, "--version"], check=True, stdout=subprocess.DEVNULL)
        trainer = Trainer(arguments.kinglet, folder, random.Random(arguments.seed))
        logits(trainer, arguments.kills)
        damage(trainer)
        train(trainer, "sft", arguments.kills, "--batch", "4", "--epochs", "2")
        train(trainer, "sft", arguments.kills, "--batch", "4", "--activated")
        train(trainer, "sft", arguments.kills, "--batch", "4", "--valid", "train.jsonl", "--valid-every", "2", "--valid-calls", "3")
        train(trainer, "distill", arguments.kills, "--batch", "4", "--logits", "train.logits")
        train(trainer, "reinforce", arguments.kills, "--batch", "4", "--answers", "4", "--max-tokens", "12", "--limit", "12",
              "--epochs", "8", "--reward", "exact", "--from", "sft-epochs-whole", "--kl", "1")
    print(f"passed in {time.time() - begin:.0f} s")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
