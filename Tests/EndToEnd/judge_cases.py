"""What commands.py runs of judges, of runs in parts, and of sets of intents and slots."""
import json

from command_cases import bad, same_bytes, well
from command_fixtures import lines
from serving import check

LUIS = {
    "luis_schema_version": "7.0.0", "intents": [{"name": "None"}, {"name": "Paint"}], "entities": [{"name": "thing"}],
    "utterances": [
        {"text": "paint walls", "intent": "Paint", "entities": [{"entity": "thing", "startPos": 6, "endPos": 10}]},
        {"text": "how are you", "intent": "None", "entities": []}],
}

FILES = {
    "Config/judges/quick.yaml": "answers: token\nchecks: [schema]\n", "Config/judges/strict.yaml": "answers: rules\n",
    "Config/judges/absent.yaml": "answers: token\nadapter: absent\n", "untidy/judge.yaml": "answers: loudly\n",
    "bio/seq.in": "play so what\nhello there\n", "bio/seq.out": "O B-track I-track\nO O\n", "bio/label": "PlayMusic\nNone\n",
    "torn.conll": "play O\nHalo B-track\n", "luis.json": json.dumps(LUIS),
    "unlike/seq.in": "a\n", "unlike/seq.out": "O\nO\n", "unlike/label": "f\n",
    "other-run/results.jsonl": lines([{"run": {"shard": "0/3"}}]),
}


# A model that writes descriptions and makes their vectors, too.
ENCODED = "--model small --state state --set embedding.model=small"


def described(folder, _):
    """Each answer has the description that it was found by; each line is the chat that a model would be asked."""
    answers = [json.loads(line) for line in (folder / "described.jsonl.answers.jsonl").read_text().splitlines()][1:]
    check(len(answers) == 16 and all("description" in one["described"] for one in answers), f"described: {answers}")
    for line in (folder / "described.jsonl").read_text().splitlines():
        made = json.loads(line)
        check([turn["role"] for turn in made["messages"]] == ["system", "user", "assistant"], f"described: {made}")
        check(json.loads(made["messages"][2]["content"]) == {"description": made["description"]}, f"described: {made}")


def whole(folder, _):
    """All samples, once each."""
    found = [json.loads(line) for line in (folder / "both/results.jsonl").read_text().splitlines()]
    check([one["id"] for one in found[1:]] == [f"s{number}" for number in range(1, 9)], f"both: {found}")
    check("shard" not in found[0]["run"], f"both: {found[0]}")


def judged(folder, _):
    """A verdict beside each answer."""
    report = json.loads((folder / "judged/report.json").read_text())
    check(report["judged"]["right"]["samples"] == 8, f"judged: {report['judged']}")


CASES = [
    well("dataset build judge", "--data data.jsonl --count 12 --seed 1 --output answers.jsonl", r"^answers.jsonl: 12 answers",
         r"^  1 exact \d", r"^  0 [a-z_]+ \d", writes=["answers.jsonl"]),
    well("dataset build judge", "--data data.jsonl --count 12 --seed 1 --output alike.jsonl", r"alike", writes=["alike.jsonl"],
         also=same_bytes("answers.jsonl", "alike.jsonl")),
    well("dataset build judge", "--data many.jsonl --count 60 --output learnt.jsonl --valid held.jsonl", r"learnt.jsonl: \d+ answers",
         r"held.jsonl: \d+ answers", writes=["learnt.jsonl", "held.jsonl"]),
    bad("dataset build judge", "--data missing.jsonl --output x.jsonl", "missing.jsonl"),
    bad("dataset build judge", "--data torn.jsonl --output x.jsonl", "torn.jsonl"),
    bad("dataset build judge", "--data empty.jsonl --output x.jsonl", "empty.jsonl"),
    bad("dataset build judge", "--data data.jsonl --count 1 --output x.jsonl", "--count"),
    bad("dataset build judge", "--data data.jsonl --per-sample 0 --output x.jsonl", "--per-sample"),
    bad("dataset build judge", "--data data.jsonl --output no/such.jsonl", "no is not there"),
    well("evaluate judge", "--data answers.jsonl --model small --judge local --limit 4 --output verdicts", r"^Agreement .* of 4",
         writes=["verdicts/results.jsonl", "verdicts/report.json", "verdicts/report.md", "verdicts/report.html"]),
    well("evaluate judge", "--data answers.jsonl --judge strict --model nowhere", r"^Agreement 100.0 % .* of 12"),
    well("evaluate judge", "--data answers.jsonl --model small --judge quick --without-reference --without-rules --split train",
         r"^The model was asked for 100.0 %"),
    bad("evaluate judge", "--data missing.jsonl --model small", "missing.jsonl"),
    bad("evaluate judge", "--data data.jsonl --model small", "data.jsonl"),
    bad("evaluate judge", "--data answers.jsonl --model small --judge nobody", "nobody.*known judges: absent, local, quick, strict"),
    bad("evaluate judge", "--data answers.jsonl --model small --judge absent", "absent.*kinglet train judge"),
    bad("evaluate judge", "--data answers.jsonl --model small --set judging.folder=../untidy", "judge.yaml.*loudly"),
    bad("evaluate judge", "--data answers.jsonl --judge strict --without-rules", "--without-rules"),
    bad("evaluate judge", "--data answers.jsonl --model nowhere", "nowhere"),
    bad("evaluate judge", "--data answers.jsonl --model small --in-flight 0", "--in-flight"),
    bad("evaluate judge", "--data answers.jsonl --judge quick --model small --output verdicts", "verdicts"),
    well("call", "lamp --model small --best-of 3 --judge quick", r'"best_of": \{"n": 3', r'"judge": "quick"'),
    bad("call", "lamp --model small --best-of 2 --judge nobody", "nobody"), bad("call", "lamp --model small --judge local", "judge"),
    bad("call", "lamp --model small --best-of 17", "n must"),
    well("evaluate calls", "--data data.jsonl --model small --best-of 2 --best-by strict --output best", r"data",
         also=lambda folder, _: check("best_of" in (folder / "best/results.jsonl").read_text(), "best_of is not told")),
    bad("evaluate calls", "--data data.jsonl --model small --best-of 2", "--best-by"),
    bad("evaluate calls", "--data data.jsonl --model small --best-of 17 --best-by strict", "--best-of"),
    bad("evaluate calls", "--data data.jsonl --model small --best-of 2 --best-by nobody", "nobody"),
    well("dataset build rft", "--data data.jsonl --model small --judge quick --rounds 2 --output kept.jsonl --state state",
         r"^kept.jsonl: \d+ samples of \d+ requests; \d+ have none", r"of 16 answers were judged right by quick", writes=["kept.jsonl"]),
    well("dataset build rft", "--data data.jsonl --model small --judge strict --rounds 1 --shard 0/2 --output part0.jsonl --state state",
         r"^part0.jsonl: \d+ samples", writes=["part0.jsonl"]),
    bad("dataset build rft", "--data missing.jsonl --model small --judge local --output x.jsonl", "missing.jsonl"),
    bad("dataset build rft", "--data data.jsonl --model small --judge nobody --output x.jsonl --state state", "nobody"),
    bad("dataset build rft", "--data data.jsonl --model small --judge local --rounds 0 --output x.jsonl", "--rounds"),
    bad("dataset build rft", "--data data.jsonl --model small --judge local --temperature 3 --output x.jsonl", "--temperature"),
    bad("dataset build rft", "--data data.jsonl --data many.jsonl --model small --judge local --output x.jsonl", "--data"),
    bad("dataset build rft", "--data data.jsonl --model small --judge strict --seed 9 --output kept.jsonl --state state", "kept.jsonl.answers.jsonl"),
    well("dataset build descriptions", f"--data data.jsonl {ENCODED} --judge strict --rounds 2 --output described.jsonl",
         r"^described.jsonl: \d+ descriptions of \d+ requests; \d+ have none", r"16 were written; strict took the calls of \d+ to be right",
         writes=["described.jsonl"], also=described),
    well("dataset build descriptions", f"--data data.jsonl {ENCODED} --judge strict --rounds 2 --output described.jsonl",
         r"16 were written"),
    bad("dataset build descriptions", f"--data data.jsonl {ENCODED} --judge strict --rounds 2 --seed 9 --output described.jsonl",
        "described.jsonl.answers.jsonl"),
    bad("dataset build descriptions", "--data data.jsonl --model small --judge strict --output x.jsonl --state state", "encoder|embedding"),
    bad("dataset build descriptions", f"--data data.jsonl {ENCODED} --judge nobody --output x.jsonl", "nobody"),
    bad("dataset build descriptions", f"--data data.jsonl {ENCODED} --judge strict --within 0 --output x.jsonl", "--within"),
    bad("dataset build descriptions", f"--data data.jsonl {ENCODED} --judge strict --retriever lexical --output x.jsonl", "--retriever"),
    bad("dataset build descriptions", f"--data missing.jsonl {ENCODED} --judge strict --output x.jsonl", "missing.jsonl"),
    well("evaluate calls", "--data data.jsonl --model small --judge quick --without-reference --output judged --state state",
         r"By the judge: .* right of 8", writes=["judged/results.jsonl", "state/verdicts.sqlite"], also=judged),
    bad("evaluate calls", "--data data.jsonl --model small --judge nobody", "nobody"),
    bad("evaluate calls", "--data data.jsonl --model small --without-reference", "--judge"),
    *[well("evaluate calls", f"--data data.jsonl --model small --shard {part}/2 --output half{part}", r"all|data",
           writes=[f"half{part}/results.jsonl"]) for part in (0, 1)],
    bad("evaluate calls", "--data data.jsonl --model small --shard 2/2", "2/2|shard"),
    bad("evaluate calls", "--data data.jsonl --model small --shard 1/2 --output half0", "half0"),
    well("evaluate merge", "half0 half1 --output both", r"data \| 8 \|", writes=["both/report.json", "both/report.html"], also=whole),
    well("evaluate merge", "half0 --partial --output some", r"data", writes=["some/results.jsonl"]),
    bad("evaluate merge", "half0 --output x", "1/2"), bad("evaluate merge", "half0 nowhere --output x", "nowhere"),
    bad("evaluate merge", "half0 half0 --output x", "0/2"), bad("evaluate merge", "run --output x", "--shard"),
    bad("evaluate merge", "half0 other-run --output x", "other-run"), bad("evaluate merge", "half0 half1 --output data.jsonl", "data.jsonl"),
    well("train judge", "--data learnt.jsonl --valid held.jsonl --model small --rank 2 --batch 4 --activated --longest 4096 --output umpire",
         r"learnt.jsonl: \d+ answers of \d+ tokens in the mean", writes=["umpire/adapter_config.json", "umpire/card.json"]),
    bad("train judge", "--data missing.jsonl --model small --output x", "missing.jsonl"),
    bad("train judge", "--data data.jsonl --model small --output x", "data.jsonl"),
    bad("train judge", "--data learnt.jsonl --valid missing.jsonl --model small --longest 4096 --output x", "missing.jsonl"),
    bad("train judge", "--data learnt.jsonl --model small --longest 32 --output x", "samples"),
    bad("train judge", "--model small --output x", "--data"), bad("train judge", "--data learnt.jsonl --model nowhere --output x", "nowhere"),
    bad("train judge", "--data learnt.jsonl --model small --longest 3 --output x", "--longest"),
    bad("train judge", "--data learnt.jsonl --model small --longest 4096 --output umpire", "umpire holds a finished training"),
    well("dataset convert", "bio --from bio --output bio.jsonl", r"bio.pool.json: 1 functions", r"bio.jsonl: 2 samples",
         writes=["bio.jsonl", "bio.pool.json"]),
    well("dataset convert", "rasa --from rasa --output bot.jsonl", r"bot.jsonl: 2 samples", writes=["bot.pool.json"]),
    well("dataset convert", "luis.json --from luis --output luis.jsonl", r"luis.jsonl: 2 samples", writes=["luis.pool.json"]),
    well("dataset validate", "bio.jsonl bot.jsonl luis.jsonl", r"bio.jsonl: 2 samples, 0 errors", r"luis.jsonl: 2 samples, 0 errors"),
    bad("dataset convert", "unlike --from bio --output x.jsonl", "unlike: .*1, 2, 1 lines"),
    bad("dataset convert", "torn.conll --from bio --output x.jsonl", "torn.conll: line 3"),
    bad("dataset convert", "templates --from rasa --output x.jsonl", "templates|desk.yaml|values.yaml"),
    bad("dataset convert", "torn.json --from luis --output x.jsonl", "torn.json"),
    bad("dataset convert", "luis.json luis.json --from luis --output x.jsonl", "one file"),
]
