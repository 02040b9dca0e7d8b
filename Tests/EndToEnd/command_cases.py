"""What commands.py runs: a line for each use of each verb of `kinglet`."""
import dataclasses
import json
import re
import typing

from command_fixtures import POOL
from serving import check


@dataclasses.dataclass
class Well:
    verb: str
    words: list
    prints: list = dataclasses.field(default_factory=list)
    writes: list = dataclasses.field(default_factory=list)
    tells: list = dataclasses.field(default_factory=list)
    status: int = 0
    stdin: typing.Optional[str] = None
    also: typing.Optional[typing.Callable] = None


@dataclasses.dataclass
class Bad:
    verb: str
    words: list
    says: str
    stdin: typing.Optional[str] = None


def well(verb, words, *prints, **more):
    return Well(verb, words.split(), list(prints), **more)


def bad(verb, words, says, stdin=None):
    return Bad(verb, words.split(), says, stdin)


# What a training is made from.
LESSON = "--data data.jsonl --pool pools/desk.yaml --model small"


def bad_lessons(verb, more, refused):
    """What every verb that trains refuses, and what this one does: options, and what is said of them."""
    everywhere = {"--data missing.jsonl": "missing.jsonl", "--pool missing.yaml": "missing.yaml", "--model nowhere": "nowhere"}
    return [bad(verb, f"{without(LESSON + ' ' + more, words)} {words}", says) for words, says in {**everywhere, **refused}.items()]


def without(words, given):
    """Without the option that is given anew."""
    return re.sub(rf"{given.split()[0]} \S+", "", words)


def same_bytes(first, second):
    def compare(folder, _):
        check((folder / first).read_bytes() == (folder / second).read_bytes(), f"{first} and {second} differ")

    return compare


CASES = [
    well("key new", "front-end", r"^[A-Za-z0-9_-]{20,}$|Bearer|key", r"front-end", r"sha256:"),
    well("key new", "ops --scopes admin,metrics --cache-salt", r"admin", r"metrics", r"cache_salt"),
    bad("key new", "", "name"), bad("key new", "a --scopes fly", "fly"), bad("key new", "a --scopes=", "scope"),
    well("call", "lamp --model small", r'"object": "functioncall"', r'"outcome": "'),
    bad("call", "lamp --model nowhere", "nowhere"), bad("call", "lamp --model small --pool x", "x"),
    bad("call", "lamp --model small --adapter x", "x"), bad("call", "", "query"),
    bad("call", "lamp --config missing.yaml", "missing.yaml"), bad("call", "lamp --config wrong.yaml", "server.prot"),
    bad("call", "lamp --set server.prot=1", "server.prot"),
    well("pull", "--list", r"qwen2\.5-coder-0\.5b-instruct"), bad("pull", "no-such-model", "no-such-model"),
    bad("pull", "--manifest missing.yaml", "missing.yaml"), bad("pull", "--manifest manifest.yaml", "manifest.yaml"),
    well("inspect", "small", r"architecture +qwen2", r"layers +3, hidden 64"),
    well("inspect", "small --json --tensors", r'"tensors"', also=lambda _, text: json.loads(text)),
    bad("inspect", "nowhere", "nowhere"), bad("inspect", "not-a-model.gguf", "not-a-model.gguf"),
    bad("inspect", "templates", "templates"),
    well("import", "tools.json --pool tools --state state", r"made pool tools: 1 function$"),
    well("import", "- --pool tools --state state", r"replaced pool tools", stdin=POOL),
    well("import", "pools/desk.yaml --pool remote --url {url}", r"made pool remote: 3 functions"),
    bad("import", "missing.json --pool x --state state", "missing.json"),
    bad("import", "torn.json --pool x --state state", "torn.json"),
    bad("import", "tools.json --pool a/b --state state", "a/b|name"),
    bad("import", "tools.json --pool x --url http://127.0.0.1:1", "127.0.0.1:1"),
    bad("import", "tools.json --pool x --url nowhere", "nowhere"),
    well("export", "tools --state state", r"lamp_on", r"song_play"),
    well("export", "remote --url {url} --format json", r'"lamp_off"', also=lambda _, text: json.loads(text)),
    bad("export", "nowhere --state state", "nowhere"), bad("export", "nowhere --url {url}", "nowhere"),
    bad("export", "tools --format xml --state state", "xml"),
    well(
        "load", "--url {url} --queries queries.txt --pool desk --cc 1,2 --seconds 0.5 --warmup 1 --json load.json --csv load.csv",
        r"functioncall at", writes=["load.json", "load.csv"]),
    well("load", "--url {url} --workload get --path /healthz --rate 20 --seconds 0.5 --html load.html --json other.json", r"20",
         writes=["load.html", "other.json"]),
    well("load", "--compare load.json load.json --html both.html", r"QPS +[0-9.]+ -> ", writes=["both.html"]),
    bad("load", "--url http://127.0.0.1:1 --cc 1 --seconds 0.2 --queries queries.txt", "127.0.0.1:1|answer|refused"),
    bad("load", "--url {url} --cc 0 --queries queries.txt", "cc"), bad("load", "--url {url} --cc 1 --seconds 0 --queries queries.txt", "seconds"),
    bad("load", "--url {url} --cc 1 --queries queries.txt --json no/such.json", "no is not there"),
    bad("load", "--url {url} --cc 1 --queries queries.txt --html pools", "pools: is a folder"),
    bad("load", "--url nowhere --cc 1", "nowhere"), bad("load", "--url {url} --workload fly --cc 1 --queries queries.txt", "fly"),
    bad("load", "--url {url} --cc 1 --queries missing.txt", "missing.txt"),
    bad("load", "--url {url} --cc 1 --goal p99 --queries queries.txt", "goal"), bad("load", "--compare load.json", "compare"),
    bad("load", "--compare load.json torn.json", "torn.json"), bad("load", "--url {url} --rate 0 --queries queries.txt", "rate"),
    well("bench", "--index 2000 --threads 1", r'"'), well("bench", "small --only kernels --seconds 0.1 --json bench.json",
                                                         r"head +320 x 64", writes=["bench.json"]),
    bad("bench", "--only fly", "fly"), bad("bench", "small --shape qwen2.5-0.5b", "--shape"), bad("bench", "--shape x", "x"),
    bad("bench", "--seconds 0", "--seconds"), bad("bench", "--format w3", "w3"), bad("bench", "--index 0", "--index"),
    bad("bench", "small --only load --json no/such.json", "no is not there"), bad("bench", "nowhere --only load", "nowhere"),
    well("flops", "", r"0\.5B|0\.5b"), well("flops", "small --json", r'"small"', also=lambda _, text: json.loads(text)),
    well("flops", "--shape 896x3328 --uncached 64", r"896"), bad("flops", "nowhere", "nowhere"),
    bad("flops", "--shape 7", "7"), bad("flops", "--prompt 0", "prompt"), bad("flops", "--layers 0", "layers"),
    bad("flops", "--prompt 10 --uncached 11", "uncached"),
    well("perplexity", "small --text text.txt --windows 2 --length 32", r"^f32: \d+\.\d", r"^w8a8: \d+\.\d+ +[+-]\d"),
    well("perplexity", "small --text text.txt.gz --windows 1 --length 32 --format bf16", r"^bf16: "),
    bad("perplexity", "small --text missing.txt", "missing.txt"), bad("perplexity", "small --text short.txt", "short.txt|length|tokens"),
    bad("perplexity", "small --text text.txt --format w3", "w3"), bad("perplexity", "small --text text.txt --windows 0", "windows"),
    bad("perplexity", "nowhere --text text.txt", "nowhere"), bad("perplexity", "small --text text.txt --length 1", "length"),
    well("embed", "small", r"^\[-?\d", stdin="lamp on\nlamp off\n"), well("embed", "small --json", r"^\[-?\d", stdin='"lamp on"\n'),
    well("embed", "small --bench 1,2 --seconds 0.1", r"\d", stdin="lamp on\n"), bad("embed", "nowhere", "nowhere", stdin="a\n"),
    bad("embed", "small --json", "line 1|JSON", stdin="lamp\n"), bad("embed", "small --bench 0", "bench", stdin="a\n"), bad("embed", "small", "no lines", stdin=""),
    bad("embed", "small --format w8a8", "--format", stdin="a\n"), bad("embed", "small --threads -1", "threads", stdin="a\n"),
    well("adapter check", "adapters/desk.yaml --pool pools/desk.yaml", r"not mapped: no_appropriate_function"),
    well("adapter check", "adapters/partial.yaml --pool pools/desk.yaml", r"song_play"),
    well("adapter check", "adapters/partial.yaml --pool pools/desk.yaml --strict", r"song_play", status=1),
    well("adapter check", "adapters/unknown.yaml --pool pools/desk.yaml", r"door_open", status=1),
    bad("adapter check", "missing.yaml --pool pools/desk.yaml", "missing.yaml"),
    bad("adapter check", "adapters/torn.yaml --pool pools/desk.yaml", "torn.yaml"),
    bad("adapter check", "adapters/desk.yaml --pool missing.yaml", "missing.yaml"),
    well("adapter import", "rasa/nlu.yml --name bank --out drafts", r"wrote drafts/pools/bank.yaml",
         writes=["drafts/pools/bank.yaml", "drafts/adapters/bank.yaml"]),
    bad("adapter import", "rasa/nlu.yml --name bank --out drafts", "bank.yaml"),
    bad("adapter import", "missing.yml --name bank --out elsewhere", "missing.yml"),
    bad("adapter import", "torn.json --name bank --out elsewhere", "torn.json"),
    bad("adapter import", "rasa/nlu.yml --name a/b --out elsewhere", "a/b|name"),
    well("evaluate retrieval", "--data data.jsonl --retrievers lexical --k 1,3 --json recall.json --svg recall.svg --state state",
         r"lexical", writes=["recall.json", "recall.svg"]),
    well("evaluate retrieval", "--data data.jsonl --retrievers lexical --json link.json --state state", r"lexical",
         also=lambda folder, _: check((folder / "link.json").is_symlink() and (folder / "aim.json").is_file(), "a link was replaced")),
    bad("evaluate retrieval", "--data data.jsonl --retrievers lexical --json no/such.json", "no is not there"),
    bad("evaluate retrieval", "--data missing.jsonl --retrievers lexical", "missing.jsonl"),
    bad("evaluate retrieval", "--data data.jsonl --retrievers guess", "guess"),
    bad("evaluate retrieval", "--data data.jsonl --retrievers lexical --languages ,", "--languages"),
    bad("evaluate retrieval", "--data data.jsonl --k 0", "--k"), bad("evaluate retrieval", "--data data.jsonl --split half", "--split"),
    bad("evaluate retrieval", "--data torn.jsonl --retrievers lexical", "torn.jsonl"),
    well("evaluate calls", "--data data.jsonl --model small --retriever lexical --output run", r"data",
         writes=["run/results.jsonl", "run/report.json", "run/report.html", "run/samples.csv", "run/junit.xml"]),
    bad("evaluate calls", "--data missing.jsonl --model small", "missing.jsonl"),
    bad("evaluate calls", "--data torn.jsonl --model small", "torn.jsonl"),
    bad("evaluate calls", "--data data.jsonl --model small --without fly", "fly"),
    bad("evaluate calls", "--data data.jsonl --model small --retriever fly", "fly"),
    bad("evaluate calls", "--data data.jsonl --model nowhere", "nowhere"),
    well("evaluate report", "run --title Nightly --output public", r"public/report.html", writes=["public/report.md"]),
    bad("evaluate report", "nowhere", "nowhere"), bad("evaluate report", "torn.jsonl", "torn.jsonl"),
    well("evaluate diff", "run run --json diff.json", writes=["diff.json"]),
    bad("evaluate diff", "run nowhere", "nowhere"), bad("evaluate diff", "run run --level 2", "--level"),
    bad("evaluate diff", "run run --list -1", "--list"),
    well("train-classifier",
         "--data many.jsonl --pool pools/desk.yaml --out head.json --state state --set embedding.model=small", writes=["head.json"]),
    bad("train-classifier", "--data data.jsonl --pool pools/desk.yaml --out head.json --state state", "encoder|embedding"),
    bad("train-classifier", "--data missing.jsonl --pool pools/desk.yaml --out head.json --state state", "missing.jsonl|encoder"),
    well("dataset build templates", "--templates templates --pool pools/desk.yaml --check", r"lamp_on"),
    well("dataset build templates", "--templates templates --pool pools/desk.yaml --count 40 --seed 7 --output built.jsonl",
         r"built.jsonl: \d+ samples", writes=["built.jsonl"]),
    well("dataset build templates", "--templates templates --pool pools/desk.yaml --count 40 --seed 7 --output again.jsonl",
         r"again", writes=["again.jsonl"], also=same_bytes("built.jsonl", "again.jsonl")),
    bad("dataset build templates", "--templates templates --pool pools/desk.yaml", "--output"),
    bad("dataset build templates", "--templates nowhere --pool pools/desk.yaml --check", "nowhere"),
    bad("dataset build templates", "--templates templates --pool missing.yaml --check", "missing.yaml"),
    bad("dataset build templates", "--templates templates --pool pools/desk.yaml --count 0 --output x.jsonl", "--count"),
    bad("dataset build templates", "--templates templates --pool pools/desk.yaml --valid-share 0.1 --output x.jsonl", "--valid"),
    well("dataset build templates", "--templates faulty --pool pools/desk.yaml --check", r"titel", status=1),
    well("dataset validate", "data.jsonl", r"data.jsonl: 8 samples, 0 errors"),
    well("dataset validate", "twice.jsonl", r"s1", r"1 errors", status=1),
    well("dataset validate", "stranger.jsonl", r"door_open", status=1),
    well("dataset validate", "torn.jsonl", r"torn.jsonl:1|line 1", status=1), bad("dataset validate", "missing.jsonl", "missing.jsonl"),
    bad("dataset validate", "data.jsonl --limit -1", "--limit"), bad("dataset validate", "", "files"),
    well("dataset stats", "data.jsonl --paper", r"8"), well("dataset stats", "data.jsonl --json", also=lambda _, text: json.loads(text)),
    bad("dataset stats", "missing.jsonl", "missing.jsonl"), bad("dataset stats", "torn.jsonl", "torn.jsonl"),
    well("dataset sample", "data.jsonl --count 4 --seed 1 --output part.jsonl --rest rest.jsonl", r"part.jsonl: 4", r"rest.jsonl: 4"),
    bad("dataset sample", "data.jsonl --count 0 --output x.jsonl", "--count"),
    bad("dataset sample", "data.jsonl --count 2 --by colour --output x.jsonl", "colour"),
    bad("dataset sample", "missing.jsonl --count 2 --output x.jsonl", "missing.jsonl"),
    *[well("dataset export", f"data.jsonl --for {name} --output {name}.jsonl", rf"{name}.jsonl: \d samples", writes=[f"{name}.jsonl"])
      for name in ("trl", "openrlhf", "verl", "llamafactory")],
    bad("dataset export", "data.jsonl --for trl --output no/such.jsonl", "no is not there"),
    bad("dataset export", "data.jsonl --for axolotl --output x.jsonl", "axolotl"),
    bad("dataset export", "missing.jsonl --for trl --output x.jsonl", "missing.jsonl"),
    bad("dataset export", "data.jsonl --for trl --reward best --output x.jsonl", "best"),
    well("dataset convert", "openai.jsonl --from openai --output converted.jsonl", r"converted.jsonl: 1 samples"),
    bad("dataset convert", "openai.jsonl --from csv --output x.jsonl", "csv"),
    bad("dataset convert", "missing.jsonl --from openai --output x.jsonl", "missing.jsonl"),
    bad("dataset convert", "openai.jsonl --from openai --answers data.jsonl --output x.jsonl", "--answers"),
    bad("dataset convert", "empty.jsonl --from openai --output x.jsonl", "empty.jsonl"),
    well("dataset import-logs", "access.log --pool pools/desk.yaml --output to-label.jsonl", r"to-label.jsonl: \d samples"),
    bad("dataset import-logs", "missing.log --pool pools/desk.yaml --output x.jsonl", "missing.log"),
    bad("dataset import-logs", "access.log --pool pools/desk.yaml --least 0 --output x.jsonl", "--least"),
    well("train sft", f"{LESSON} --output taught --rank 2 --batch 4 --rows 256", r"",
         writes=["taught/adapter_config.json", "taught/adapter_model.safetensors"]),
    *bad_lessons("train sft", "--output x", {
        "--rank 0": "rank", "--layers 5-9": "layer", "--matrices q,z": "z", "--schedule up": "up"}),
    bad("train sft", f"{LESSON.replace('data.jsonl', 'empty.jsonl')} --output x", "empty.jsonl|sample"),
    well("dataset build mix", "--data data.jsonl --data data.jsonl:3 --masked 0.5 --output mix.jsonl", r"mix.jsonl: \d+ samples",
         writes=["mix.jsonl"]),
    well("dataset build mix", "--data data.jsonl --data data.jsonl:3 --masked 0.5 --output mixed.jsonl", r"mixed", writes=["mixed.jsonl"],
         also=same_bytes("mix.jsonl", "mixed.jsonl")),
    well("train sft", "--data mix.jsonl --longest 4000 --activated --model small --output general --rank 2 --batch 4 --rows 256",
         r"general: written", writes=["general/adapter_model.safetensors"]),
    bad("dataset build mix", "--data missing.jsonl --output x.jsonl", "missing.jsonl"),
    bad("dataset build mix", "--output x.jsonl", "--data"),
    bad("dataset build mix", "--data data.jsonl --masked 2 --output x.jsonl", "--masked"),
    bad("dataset build mix", "--data data.jsonl --valid v.jsonl --valid-share 0.9 --output x.jsonl", "--valid-share"),
    bad("train sft", "--data data.jsonl --model small --output x", "--pool"),
    bad("train sft", "--data mix.jsonl --layout pool --model small --output x", "--pool"),
    bad("train sft", "--data mix.jsonl --longest 8 --model small --output x", "--longest"),
    well("average", "small taught taught --output mean", r"mean: the mean of 2 adapters", writes=["mean/adapter_config.json", "mean/card.json"]),
    well("average", "small taught --numbers f8 --output bytes", r"bytes: taught in f8", writes=["bytes/adapter_config.json", "bytes/card.json"]),
    well("average", "small bytes bytes --numbers f32 --output wide", r"wide: the mean of 2 adapters in f32", writes=["wide/adapter_model.safetensors"]),
    bad("average", "small taught --numbers f4 --output x", "f4"), bad("average", "small nowhere --numbers f8 --output x", "nowhere"),
    bad("average", "small taught --output x", "two adapters"), bad("average", "small taught nowhere --output x", "nowhere"),
    bad("average", "small taught taught --shares 1 --output x", "--shares"), bad("average", "small taught taught --output taught", "taught"),
    bad("average", "small taught taught --shares 1,-1 --output x", "-1"),
    well("logits", f"{LESSON} --output data.logits", r"data.logits", writes=["data.logits"]),
    *bad_lessons("logits", "--output x.logits", {"--top 0": "--top"}),
    well("train distill", f"{LESSON} --logits data.logits --output student --rank 2 --batch 4", r"",
         writes=["student/adapter_config.json", "student/adapter_model.safetensors"]),
    *bad_lessons("train distill", "--logits data.logits --output x", {
        "--logits nowhere.logits": "nowhere.logits", "--logits torn.jsonl": "torn.jsonl", "--mu 2": "--mu"}),
    well("train reinforce",
         f"{LESSON} --from taught --reward exact --answers 2 --batch 2 --limit 2 --max-tokens 8 --output braver", r"",
         writes=["braver/adapter_config.json"]),
    *bad_lessons("train reinforce", "--from taught --output x", {
        "--from nowhere": "nowhere", "--reward best": "best", "--answers 1": "--answers"}),
    well("train retriever", "--data many.jsonl --pool pools/desk.yaml --model small --layers 2 --batch 8 --output seeker", r"",
         writes=["seeker/adapter_config.json"]),
    *bad_lessons("train retriever", "--layers 2 --output x", {
        "--layers 9": "layer", "--schedule up": "up", "--temperature 0": "temperature"}),
    well("quantize", "small four --scheme w4a16 --group 32", r"", writes=["four/config.json"]),
    well("quantize", "small eight --scheme w8a16 --group 32 --method gptq --calibration text.txt --samples 2 --length 32 --windows 2", r"",
         writes=["eight/config.json"]),
    well("perplexity", "four --text text.txt --windows 2 --length 32 --format f32", r"f32: [0-9.]+"),
    well("quantize", "small eight.gguf --scheme q8_0 --text text.txt --windows 2 --length 32", r"perplexity",
         writes=["eight.gguf", "eight.gguf.json", "eight.gguf.md"]),
    well("perplexity", "eight.gguf --text text.txt --windows 2 --length 32 --format f32", r"f32: [0-9.]+"),
    well("quantize", "small floats --scheme fp8 --text text.txt --windows 2 --length 32", r"perplexity", writes=["floats/config.json"]),
    well("perplexity", "floats --text text.txt --windows 2 --length 32 --format fp8", r"fp8: [0-9.]+"),
    bad("quantize", "small x --scheme fp8 --group 32", "--group"),
    bad("quantize", "small x --scheme fp8 --method gptq --calibration text.txt", "--method"),
    *(well("compress report", "tables base=small@bf16 floats@fp8 --text text.txt --windows 2 --length 32 --data data.jsonl --retriever lexical "
           "--limit 2 --cc 1,2 --workload decode --seconds 0.2", shown, writes=["tables/report.md", "tables/report.json", "tables/report.html"])
      # Once more: all is known.
      for shown in [r"serving \.\.\.", r"^base:\nfloats fp8:\ntables/report"]),
    bad("compress report", "x small nowhere", "nowhere"), bad("compress report", "x small --text missing.txt", "missing.txt"),
    bad("compress report", "x small small", "two variants"), bad("compress report", "x small --only speed", "speed"),
    bad("compress report", "small small", "small"), bad("compress report", "x small --cc 0", "cc"),
    bad("compress report", "x small --data missing.jsonl", "missing.jsonl"),
    well("compress measure", "served.json --model small --cc 1 --workload decode --seconds 0.2", r"cc 1: [0-9.]+ QPS",
         writes=["served.json"], also=lambda folder, _: check(
             json.loads((folder / "served.json").read_text())["points"][0]["errors"] == 0, "errors")),
    bad("compress measure", "x.json --model nowhere", "nowhere"), bad("compress measure", "x.json --model small --workload fly", "workload"),
    bad("quantize", "small x --scheme q8_0", ".gguf"), bad("quantize", "small x.gguf --scheme q8_0 --group 32", "--group"),
    bad("quantize", "nowhere x", "nowhere"), bad("quantize", "small x --group 32 --method gptq", "--calibration"),
    bad("quantize", "small x --group 32 --method gptq --calibration missing.txt", "missing.txt"),
    bad("quantize", "small x --scheme w2a2", "w2a2"), bad("quantize", "small x --group 7", "7"),
    well("prune vocabulary", "small fewer --calibration text.txt", r"", writes=["fewer/config.json", "fewer/tokenizer.json"]),
    bad("prune vocabulary", "small x --calibration missing.txt", "missing.txt"),
    bad("prune vocabulary", "nowhere x --calibration text.txt", "nowhere"), bad("prune vocabulary", "small x", "--calibration"),
    well("merge", "small taught merged", writes=["merged/config.json"]), bad("merge", "nowhere taught x", "nowhere"),
    bad("merge", "small nowhere x", "nowhere"), bad("merge", "small templates x", "templates|adapter_config"),
    well("prune depth", "small less --calibration text.txt --samples 2 --length 32 --windows 2 --layers 1", r"",
         writes=["less/config.json"]),
    bad("prune depth", "small x --calibration missing.txt --layers 1", "missing.txt"),
    bad("prune depth", "small x --calibration text.txt --length 32 --layers 7", "7|layer"),
    bad("prune depth", "small x --calibration text.txt --ratio 2", "ratio"),
    bad("prune depth", "nowhere x --calibration text.txt --layers 1", "nowhere"),
    bad("prune depth", "small x --calibration text.txt", "ratio|layers"),
    well("prune width", "small narrow --calibration text.txt --samples 2 --length 32 --windows 2 --hidden 64 --intermediate 64",
         r"", writes=["narrow/config.json"]),
    bad("prune width", "small x --calibration text.txt --hidden 65 --intermediate 64", "hidden|65"),
    bad("prune width", "small x --calibration missing.txt --ratio 0.2", "missing.txt"),
    bad("prune width", "small x --calibration text.txt", "ratio|hidden"),
    well("calibrate", "--data many.jsonl --model small --retriever lexical --output desk.json", r"recall",
         writes=["desk.json"]),
    bad("calibrate", "--data data.jsonl --model small --output choice.json", "8|samples"),
    bad("calibrate", "--data many.jsonl --model small --output no/such.json", "no/such.json|/no is not there"),
    bad("calibrate", "--data many.jsonl --model small --output pools", "pools: is a folder"),
    bad("calibrate", "--data missing.jsonl --model small --output choice.json", "missing.jsonl"),
    bad("calibrate", "--output choice.json", "--data|--results"),
    bad("calibrate", "--results nowhere.jsonl --output choice.json", "nowhere.jsonl"),
    bad("serve", "--model nowhere --port 0", "nowhere"), bad("serve", "--port 70000", "port"),
    bad("serve", "--model small --host not-an-address --port 0", "not-an-address"),
    bad("serve", "--set server.max_body_kib=0", "max_body_kib"), bad("serve", "--config missing.yaml", "missing.yaml"),
    bad("serve", "--set calling.rules=[fly]", "fly"), bad("serve", "--set", "--set"),
]
