#!/usr/bin/env python3
"""Long runs with a judge, killed with SIGKILL at random moments, end with what an uninterrupted run has.

    judges.py --kinglet .build/release/kinglet --model qwen2.5-coder-0.5b-instruct --kills 3

Makes answers of the kept requests of the shipped pool (kinglet dataset build judge), puts some of them to a judge that asks the model (kinglet
evaluate judge), and has the model answer some requests several times with a judge as filter (kinglet dataset build rft). Exit code 1
where a killed run ends with other verdicts or samples, or has one twice.
"""
import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def lines(path):
    return [line for line in path.read_text().splitlines() if line] if path.exists() else []


def run(command, results=None, kills=0, least=3):
    """Runs a command to its end; before that kills it so often, each time when there are more results than before."""
    for _ in range(kills):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wanted = len(lines(results)) + random.randint(least, 3 * least)
        while process.poll() is None and len(lines(results)) < wanted:
            time.sleep(0.01)
        process.kill()
        process.wait()
    begin = time.time()
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
    return done.stdout, time.time() - begin


def verdicts(path):
    found = [json.loads(line) for line in lines(path)[1:]]
    assert len({one["id"] for one in found}) == len(found), "an answer was judged twice"
    return {one["id"]: (one["verdict"], round(one["confidence"], 3)) for one in found}


def answers(path):
    found = [json.loads(line) for line in lines(path)[1:]]
    keys = [(one["set"], one["id"]) for one in found]
    assert len(set(keys)) == len(keys), "a request was answered twice in one round"
    return len(found)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--kinglet", required=True)
    arguments.add_argument("--model", default="qwen2.5-coder-0.5b-instruct")
    arguments.add_argument("--kills", type=int, default=2)
    arguments.add_argument("--limit", type=int, default=24)
    chosen = arguments.parse_args()
    kinglet, model = str(pathlib.Path(chosen.kinglet).resolve()), ["--model", chosen.model]
    requests = ROOT / "Tests/Requests/smart-home.jsonl"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "judges").mkdir()
        (folder / "judges" / "quick.yaml").write_text("answers: token\nchecks: [schema]\n")
        settings = model + ["--set", f"judging.folder={folder}/judges", "--set", "engine.kv_cache_mib=64", "--state", f"{folder}/state"]

        data = folder / "answers.jsonl"
        out, _ = run([kinglet, "dataset", "build", "judge", "--data", str(requests), "--count", "400", "--output", str(data)])
        assert len(lines(data)) == 400 and sum(json.loads(line)["label"] for line in lines(data)) == 200, out
        assert run([kinglet, "dataset", "build", "judge", "--data", str(requests), "--count", "400", "--output", f"{folder}/b.jsonl"])
        assert (folder / "b.jsonl").read_text() == data.read_text(), "the same seed made other answers"

        judged = {}
        for kills in (0, chosen.kills):
            at = folder / f"judged-{kills}"
            command = [kinglet, "evaluate", "judge", "--data", str(data), "--judge", "quick", "--without-reference",
                       "--limit", str(4 * chosen.limit), "--output", str(at), "--in-flight", "4", *settings]
            out, seconds = run(command, at / "results.jsonl", kills, least=8)
            judged[kills] = verdicts(at / "results.jsonl")
            for report in ("report.json", "report.md", "report.html"):
                assert (at / report).exists(), report
        assert len(judged[0]) == 4 * chosen.limit
        differing = [key for key in judged[0] if judged[0][key] != judged[chosen.kills].get(key)]
        assert not differing, f"{len(differing)} verdicts differ after kills: {differing[:3]}"
        print(f"evaluate judge: {len(judged[0])} verdicts, the same after {chosen.kills} kills")

        made = {}
        for kills in (0, chosen.kills):
            at = folder / f"rft-{kills}.jsonl"
            command = [kinglet, "dataset", "build", "rft", "--data", str(requests), "--judge", "quick", "--rounds", "3", "--limit",
                       str(chosen.limit), "--output", str(at), "--in-flight", "1", *settings]
            out, seconds = run(command, folder / f"rft-{kills}.jsonl.answers.jsonl", kills)
            assert answers(folder / f"rft-{kills}.jsonl.answers.jsonl") == 3 * chosen.limit, "answers are missing"
            made[kills] = lines(at)
        assert made[0] == made[chosen.kills], "other samples after kills"
        print(f"build rft: {3 * chosen.limit} answers, {len(made[0])} samples, the same after {chosen.kills} kills")
        print(out.strip().splitlines()[-1])


if __name__ == "__main__":
    sys.exit(main())
