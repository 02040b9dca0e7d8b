#!/usr/bin/env python3
"""Deploy/ray on a cluster of two workers before two servers, one worker killed in the middle: one verdict a sample.

    ray_pipeline.py --kinglet .build/release/kinglet --samples 400

Needs Ray of PyPI (Deploy/ray/requirements.txt); without it the script says so and ends well. The model is made up: what counts is that every
sample is answered and judged once, by a run that loses a worker as by one that does not, and that the pages are made of it.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from serving import check, needs, parser, run, server
from small_model import write_model

PIPELINE = pathlib.Path(__file__).parents[2] / "Deploy" / "ray" / "kinglet_ray.py"
# The made-up model needs no encoder, and has no adapter of the shipped pool: it is told so.
FLAGS = ["--set", "embedding.model=none", "--set", "log.level=error"]
LAMP = {"name": "lamp_on", "description": "Turn a lamp on.", "parameters": {
    "type": "object", "properties": {"room": {"type": "string", "enum": ["kitchen", "hall"]}}, "required": ["room"]}}


def set_of(count):
    rooms = ["kitchen", "hall"]
    return "".join(json.dumps({
        "id": f"s{number}", "query": f"lamp {number} on in the {rooms[number % 2]}", "functions": [LAMP], "outcome": "call",
        "expected": [{"function": "lamp_on", "parameters": {"room": rooms[number % 2]}}]}) + "\n" for number in range(count))


def command(what, data, output, servers, *more):
    named = [word for url in servers for word in ("--server", url)]
    return [sys.executable, str(PIPELINE), what, "--data", str(data), "--judge", "rules", "--batch", "8", "--output", str(output), *named, *more]


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()][1:] if path.exists() else []


def finished(process, what):
    out, _ = process.communicate(timeout=900)
    check(process.returncode == 0, f"{what} ended with {process.returncode}: {out[-2000:]}")
    return out


def verdicts(found):
    return {one["id"]: (one["outcome"], json.dumps(one["calls"]), one["right"]) for one in found}


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--samples", type=int, default=200)
    arguments = arguments.parse_args()
    needs("ray", "ray")
    cluster_utils = needs("ray.cluster_utils", "ray")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_model(folder / "small")
        arguments.model = str(folder / "small")
        data, total = folder / "set.jsonl", arguments.samples
        data.write_text(set_of(total))
        cluster = cluster_utils.Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
        try:
            workers = [cluster.add_node(num_cpus=1) for _ in range(2)]
            environment = {**os.environ, "RAY_ADDRESS": cluster.address}

            def start(*words):
                return subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

            with server(arguments, *FLAGS) as one, server(arguments, *FLAGS) as two:
                results = folder / "killed" / "results.jsonl"
                process = start(*command("evaluate", data, folder / "killed", [one, two]))
                while process.poll() is None and len(lines(results)) < total / 4:
                    time.sleep(0.1)
                before = len(lines(results))
                cluster.remove_node(workers[0], allow_graceful=False)
                print(f"a worker of two was killed after {before} verdicts", flush=True)
                told = finished(process, "the run that lost a worker")
                found = lines(results)
                check(before < total, "the run was over before a worker could be killed; ask for more --samples")
                check(len(found) == total and len({line["id"] for line in found}) == total, f"{len(found)} verdicts of {total} samples")
                check(not [line for line in found if "error" in line], "a sample has no answer")
                check(f"{total} verdicts of {total} samples" in told, told)
                cluster.add_node(num_cpus=1)
                finished(start(*command("evaluate", data, folder / "whole", [two])), "the run that lost none")
                check(verdicts(found) == verdicts(lines(folder / "whole" / "results.jsonl")), "the killed run and the whole one differ")
                # Cut in the middle of a line: it goes on, and nothing is asked twice.
                text = results.read_text()
                results.write_text(text[:len(text) // 2])
                finished(start(*command("evaluate", data, folder / "killed", [one])), "the run that goes on")
                check(verdicts(lines(results)) == verdicts(found), "the run that went on and the whole one differ")
                finished(start(*command("build", data, folder / "rft.jsonl", [one, two])), "the build")
                made = [json.loads(line) for line in (folder / "rft.jsonl").read_text().splitlines()]
                right = {line["id"] for line in found if line["right"]}
                check(right and {sample["id"] for sample in made} == right, f"{len(made)} samples of {len(right)} right answers")
                check(all(sample["expected"] and sample["judge_confidence"] for sample in made), "a sample has no call")
                refused = start(*command("evaluate", data, folder / "killed", [one], "--n", "3"))
                check("other settings" in refused.communicate(timeout=300)[0] and refused.returncode == 1, "another run is not refused")
            subprocess.run([arguments.kinglet, "evaluate", "report", str(folder / "killed")], check=True, stdout=subprocess.DEVNULL)
            check("</html>" in (folder / "killed" / "report.html").read_text(), "no page")
            print(f"{total} verdicts of {total} samples, the same without a kill; {len(made)} samples built; the page is made")
        finally:
            cluster.shutdown()


if __name__ == "__main__":
    run(main)
