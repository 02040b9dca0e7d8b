#!/usr/bin/env python3
"""Evaluations and data sets by many machines: Ray Data hands samples out, any number of Kinglet servers answer and judge them.

    kinglet_ray.py evaluate --data set.jsonl --server http://a:8080 --server http://b:8080 --judge rules --output results/set
    kinglet_ray.py build --data to-label.jsonl --server http://a:8080 --judge taught --without-reference --n 4 --output rft.jsonl

Runs on the cluster that RAY_ADDRESS names, else on this machine. `evaluate` writes results.jsonl, of which `kinglet evaluate report` makes
the pages; `build` writes the samples whose answer the judge takes to be right (rejection sampling). A sample that a worker was at when it
died is put again by another; the same command goes on where it was cut. Exit code 1 where a sample has no verdict. Docs/Deploy.md.
"""
import argparse
import concurrent.futures
import functools
import hashlib
import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.request

# What another server, or the same one later, may well answer.
PASSING = {429, 500, 502, 503, 504}


def ask(plan, key, path, body):
    """The answer of the first server that gives one, from one on that the sample's id chooses; RuntimeError for a refusal."""
    first = int(hashlib.sha256(key.encode()).hexdigest(), 16)
    end, attempt = time.monotonic() + plan["patience"], 0
    while True:
        server = plan["servers"][(first + attempt) % len(plan["servers"])]
        headers = {"content-type": "application/json", **({"authorization": f"Bearer {plan['key']}"} if plan["key"] else {})}
        request = urllib.request.Request(server + path, data=json.dumps(body).encode(), headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=plan["patience"]) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            if error.code not in PASSING or time.monotonic() > end:
                raise RuntimeError(f"{server}{path}: {error.code} {text[:300]}") from None
        except OSError as error:
            if time.monotonic() > end:
                raise RuntimeError(f"{server}{path}: {error}") from None
        attempt += 1
        # Each server once, then a pause.
        if attempt % len(plan["servers"]) == 0:
            time.sleep(min(10, 0.2 * 2 ** (attempt // len(plan["servers"]))))


def record(sample, plan):
    """A line of the results: what was answered, and what the judge says of it."""
    reference = {"outcome": sample.get("outcome", "call"), "expected": sample.get("expected", []), "answers": sample.get("answers", "exact")}
    calls = reference["expected"]
    line = {"id": sample["id"], "set": plan["set"], "expected_outcome": reference["outcome"], "expected": calls, "query": sample["query"]}
    line.update({name: sample[name] for name in ("language", "category") if sample.get(name)})
    if calls:
        line["expected_function"] = calls[0]["function"]
    asked = {name: sample[name] for name in ("query", "history", "context") if sample.get(name)}
    request = {**asked, **sample["offer"], "priority": 9, "max_calls": 8 if "parallel" in (sample.get("category") or "") else 1}
    if plan["n"] > 1:
        request.update(n=plan["n"], judge=plan["judge"], temperature=plan["temperature"])
    start = time.monotonic()
    try:
        answer = ask(plan, sample["id"], "/v1/functioncall", request)
        line["ms"] = round((time.monotonic() - start) * 1000, 1)
        given = [{"function": call["function"], "parameters": call["parameters"]} for call in answer["calls"]]
        confidence = min([call["confidence"] for call in answer["calls"]], default=0)
        usage = {name: answer["usage"][name] for name in ("prompt_tokens", "cached_tokens", "completion_tokens")}
        line.update(usage, outcome=answer["outcome"], calls=given, confidence=confidence)
        judged = {**asked, **{name: sample["offer"][name] for name in ("pool", "functions") if name in sample["offer"]},
                  "outcome": answer["outcome"], "calls": given, "judge": plan["judge"]}
        if plan["reference"]:
            judged["reference"] = reference
        verdict = ask(plan, sample["id"], "/v1/judge", judged)
        line["judged"] = {"verdict": verdict["verdict"], "confidence": verdict["confidence"], "reason": verdict["rationale"]}
        line["right"] = verdict["verdict"] == 1
        names = [sorted(call["function"] for call in some) for some in (given, calls)]
        line["function_right"] = answer["outcome"] == reference["outcome"] and (reference["answers"] == "any" or names[0] == names[1])
    except (RuntimeError, KeyError, ValueError) as error:
        line.update(outcome=line.get("outcome", "call"), calls=line.get("calls", []), right=False, function_right=False, error=str(error))
        line["judged"] = {"verdict": 0, "confidence": 1, "reason": "no answer"}
    return line


def answered(batch, plan):
    """Of a batch, some at a time: the server puts them into one step."""
    with concurrent.futures.ThreadPoolExecutor(plan["in_flight"]) as threads:
        lines = threads.map(lambda text: json.dumps(record(json.loads(text), plan)), batch["sample"])
        return {"line": list(lines)}


@functools.lru_cache(maxsize=None)
def pool_functions(path):
    import yaml

    return yaml.safe_load(pathlib.Path(path).read_text())["functions"]


def offer(sample, data, pool):
    """What a server is told of the functions: a pool that it has, or the sample's own."""
    if sample.get("functions"):
        return {"functions": sample["functions"], "retriever": "all", "top_k": min(64, len(sample["functions"]))}
    if sample.get("candidates") is not None:
        known = {one["name"]: one for one in pool_functions(str(data.parent / sample["pool"]))}
        chosen = [known[name] for name in sample["candidates"]]
        return {"functions": chosen, "retriever": "all", "top_k": min(64, len(chosen))}
    if not pool:
        sys.exit(f"{data}: the sample {sample['id']} is offered a whole pool; put it on the servers and name it: --pool NAME")
    return {"pool": pool}


def samples(arguments):
    """Lines of the set with what is offered to them, each id once."""
    data, found = pathlib.Path(arguments.data), {}
    for number, line in enumerate(data.read_text().splitlines(), 1):
        if not line.strip():
            continue
        sample = json.loads(line)
        if found.setdefault(sample["id"], sample) is not sample:
            sys.exit(f"{data}:{number}: the id {sample['id']} stands twice")
        sample["offer"] = offer(sample, data, arguments.pool)
    return found


def kept(path, header):
    """Ids that have a line already; a line that was cut goes, and a file of another run is refused."""
    if not path.exists():
        path.write_text(json.dumps(header) + "\n")
        return set()
    text = path.read_text()
    whole = text[:text.rfind("\n") + 1]
    lines = [json.loads(line) for line in whole.splitlines()]
    if not lines or lines[0] != header:
        sys.exit(f"{path} was made with other settings; name another --output, or remove it")
    if whole != text:
        path.write_text(whole)
    return {line["id"] for line in lines[1:]}


def run(arguments, path):
    """Has everything answered and judged that has no line yet; all lines."""
    import ray

    wanted = samples(arguments)
    plan = {"servers": [server.rstrip("/") for server in arguments.server], "judge": arguments.judge, "reference": not arguments.without_reference,
            "n": arguments.n, "temperature": arguments.temperature, "in_flight": arguments.in_flight, "patience": arguments.patience,
            "key": os.environ.get("KINGLET_KEY"), "set": pathlib.Path(arguments.data).name.split(".")[0]}
    settings = {name: plan[name] for name in ("judge", "reference", "n", "temperature")}
    known = kept(path, {"run": {"data": arguments.data, "pool": arguments.pool, **settings}})
    left = [json.dumps(sample) for name, sample in wanted.items() if name not in known]
    if left:
        ray.init(log_to_driver=False, ignore_reinit_error=True)
        blocks = -(-len(left) // arguments.batch)
        answers = ray.data.from_items([{"sample": text} for text in left], override_num_blocks=blocks)
        # Tasks, not actors: whoever is there takes up what a lost worker was at, as often as it takes.
        answers = answers.map_batches(answered, batch_size=None, fn_kwargs={"plan": plan}, num_cpus=1, max_retries=-1)
        with path.open("a") as file:
            for row in answers.iter_rows():
                line = json.loads(row["line"])
                if line["id"] in known:
                    continue
                known.add(line["id"])
                file.write(row["line"] + "\n")
                file.flush()
    lines = [json.loads(line) for line in path.read_text().splitlines()[1:]]
    if sorted(line["id"] for line in lines) != sorted(wanted):
        sys.exit(f"{path}: {len(lines)} verdicts of {len(wanted)} samples")
    return wanted, lines


def evaluate(arguments):
    folder = pathlib.Path(arguments.output)
    folder.mkdir(parents=True, exist_ok=True)
    wanted, lines = run(arguments, folder / "results.jsonl")
    right, failed = sum(line["right"] for line in lines), sum("error" in line for line in lines)
    print(f"{len(lines)} verdicts of {len(wanted)} samples: {right} right by {arguments.judge} ({100 * right / max(1, len(lines)):.1f} %), {failed} without answer")
    print(f"pages: kinglet evaluate report {folder}")


def build(arguments):
    output = pathlib.Path(arguments.output)
    wanted, lines = run(arguments, pathlib.Path(f"{output}.answers.jsonl"))
    good = {line["id"]: line for line in lines if line["right"] and "error" not in line}
    with output.open("w") as file:
        for name, sample in wanted.items():
            if name not in good:
                continue
            made = {key: value for key, value in sample.items() if key not in ("offer", "expected", "answers", "outcome", "unclear", "to_label")}
            if made.get("pool"):
                made["pool"] = os.path.relpath(pathlib.Path(arguments.data).parent / made["pool"], output.resolve().parent)
            made.update(outcome=good[name]["outcome"], expected=good[name]["calls"], answers="exact",
                        judge_confidence=good[name]["judged"]["confidence"])
            file.write(json.dumps(made) + "\n")
    print(f"{output}: {len(good)} samples of {len(wanted)} requests, right by {arguments.judge}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", choices=["evaluate", "build"])
    arguments.add_argument("--data", required=True, help="a set in the canonical form, .jsonl")
    arguments.add_argument("--server", action="append", required=True, help="of Kinglet; may be given several times. KINGLET_KEY has the key")
    arguments.add_argument("--pool", help="a pool of the servers, for samples that are offered a whole pool")
    arguments.add_argument("--judge", default="local", help="of the servers")
    arguments.add_argument("--without-reference", action="store_true", help="the judge does not see what is right")
    arguments.add_argument("--n", type=int, default=1, help="answers to each sample, of which the judge chooses one")
    arguments.add_argument("--temperature", type=float, default=0.8, help="of the answers behind the first, with --n")
    arguments.add_argument("--batch", type=int, default=16, help="samples that a worker takes at a time, and puts again if it is lost")
    arguments.add_argument("--in-flight", type=int, default=8, help="samples of a batch at the same time")
    arguments.add_argument("--patience", type=float, default=600, help="seconds that servers may be full or away")
    arguments.add_argument("--output", required=True, help="a folder; with build a file, .jsonl")
    arguments = arguments.parse_args()
    {"evaluate": evaluate, "build": build}[arguments.what](arguments)


if __name__ == "__main__":
    main()
