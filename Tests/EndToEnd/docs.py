#!/usr/bin/env python3
"""What the pages say of the program, against the program.

- Docs/cli.md and the manual page list every verb and option (`--write` makes them anew).
- Commands of `sh` blocks have verbs and options that exist.
- Routes named in the pages are in /openapi.json; metrics and their labels in Docs/metrics.md are those of /metrics.
- README's first request has the answer that stands behind it, and the stream in Docs/API.md.
"""
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

import manual
from serving import Failure, check, parser, request, run, server
from tutorial import FENCE, compare

ROOT = pathlib.Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "Docs").glob("*.md"))]
BEGIN, END = "<!-- made by Tests/EndToEnd/docs.py -->\n", "<!-- end -->\n"
# Of other servers, which remote stages ask; and of tests that say what is not there.
FOREIGN = {"/chat/completions", "/model/parse", "/v1", "/v1/traces", "/v1/metrics"}


def verbs(kinglet):
    """Every command: its path, as in ("evaluate", "calls"), to its description."""
    shown = subprocess.run([kinglet, "--experimental-dump-help"], check=True, capture_output=True, text=True)

    def walk(command, path):
        yield path, command
        for inner in command.get("subcommands", []):
            if inner["commandName"] != "help":
                yield from walk(inner, (*path, inner["commandName"]))

    return dict(walk(json.loads(shown.stdout)["command"], ()))


def options(command):
    """(how it is written, what it is, default)."""
    for argument in command.get("arguments", []):
        if not argument.get("shouldDisplay", True):
            continue
        names = [("-" if n["kind"] == "short" else "--") + n["name"] for n in argument.get("names") or []]
        value = f" <{argument['valueName']}>" if argument["kind"] == "option" else ""
        written = ", ".join(sorted(names, key=len)) + value if names else f"<{argument['valueName']}>"
        yield written, names, argument.get("abstract", ""), argument.get("defaultValue", "")


def is_common(row):
    return row[1] in (["-h", "--help"], ["--help"], ["--version"]) or "--help" in row[1]


def page(commands):
    lines = []
    for path, command in commands.items():
        rows = [row for row in options(command) if not is_common(row)]
        if not path or (command.get("subcommands") and not rows):
            continue
        lines += [f"## kinglet {' '.join(path)}", "", command.get("abstract", ""), ""]
        if rows:
            lines += ["| option | | default |", "|---|---|---|"]
            lines += [f"| `{written}` | {about} | {f'`{default}`' if default else ''} |".replace("||", "| |") for written, _, about, default in rows]
            lines += [""]
        if examples := re.search(r"EXAMPLES\n((?:  .*(?:\n|$))+)", command.get("discussion", "")):
            lines += ["```sh", *(line.strip() for line in examples[1].rstrip().splitlines()), "```", ""]
    return "\n".join(lines)


def wrong_commands(commands, text, name):
    """Lines of `sh` blocks with a verb or option that the program does not have."""
    for kind, block in FENCE.findall(text):
        if kind != "sh":
            continue
        block = re.sub(r"<<'(\w+)'\n.*?^\1$", "", block, flags=re.M | re.S).replace("\\\n", " ")
        for line in block.splitlines():
            found = re.search(r"(?:^|[;&|(]\s*)(?:[A-Z_]+=\S+\s+)*(?:\S*/)?kinglet ([^|;&>]*)", line.split(" #")[0])
            if not found:
                continue
            try:
                words = shlex.split(found[1].replace("$(", "").replace(")", ""))
            except ValueError:
                words = found[1].split()
            path = ()
            while words and (*path, words[0]) in commands:
                path = (*path, words.pop(0))
            known = {n for row in options(commands[path]) for n in row[1]} | {"--help", "-h", "--version"}
            if not path and words and not words[0].startswith("-"):
                yield f"{name}: `{line.strip()}`: no verb {words[0]}"
            for word in words:
                if word.startswith("--") and word.split("=")[0] not in known:
                    if not path and word == "--generate-completion-script":
                        continue
                    yield f"{name}: `{line.strip()}`: no option {word}"


def wrong_routes(document, text, name):
    known = [re.sub(r"\{\w+\}", "[^/]+", path) for path in document["paths"]]
    text = re.sub(r"https?://[^\s/`'\"]*", "", text)
    for route in set(re.findall(r"(?<![\w./}])(/(?:v1|get_reward|metrics|healthz|readyz|tokenize|detokenize|openapi\.json)[\w/{}.%-]*)", text)):
        route = route.rstrip(".")
        pattern = re.sub(r"\{\w+\}", "x", route.split("…")[0].rstrip("/"))
        if pattern in FOREIGN or any(re.fullmatch(k, pattern) or re.match(pattern + "(/|$)", p) for k, p in zip(known, document["paths"])):
            continue
        yield f"{name}: {route} is no route"


def wrong_metrics(text, page):
    """Families that the page has not, or has too many; labels that it does not name."""
    listed = {name: set(re.findall(r"`(\w+)`", labels))
              for name, labels in re.findall(r"^\| `(\w+)` \| [^|]* \| ([^|]*) \|", page, re.M)}
    # Registered where traces are sent.
    listed = {name: labels for name, labels in listed.items() if "_otlp_" not in name}
    served = set(re.findall(r"^# TYPE (\w+) ", text, re.M))
    for name in sorted(served ^ listed.keys()):
        yield f"metrics.md: {name} is {'not listed' if name in served else 'not served'}"
    for sample, labels in set(re.findall(r'^(\w+)\{([^}]*)\} ', text, re.M)):
        family = next((f for f in (sample, re.sub(r"_(bucket|sum|count)$", "", sample)) if f in listed), None)
        more = set(re.findall(r'(\w+)="', labels)) - listed.get(family, set()) - {"le"}
        if family and more:
            yield f"metrics.md: {family} has a label {', '.join(sorted(more))}"


def readme(url):
    """The first request and its answer."""
    text = (ROOT / "README.md").read_text()
    found = re.search(r"```sh\n(curl .*?)```\s*```json\n(.*?)```", text, re.S)
    check(found, "README.md has no request with an answer behind it")
    body = re.search(r"-d '(.*?)'", found[1], re.S)[1]
    status, _, answer = request(url + "/v1/functioncall", json.loads(body))
    check(status == 200, f"README's first request: {status} {answer}")
    shown = json.loads(found[2])
    got = json.loads(answer)
    for counted in ("prompt_tokens", "completion_tokens"):
        check(got["usage"][counted] == shown["usage"][counted], f"README's first request: {counted} is {got['usage'][counted]}")
    for made in ("id", "created", "usage", "timings"):
        shown.pop(made, None)
    for part, now in [*zip(shown["calls"], got["calls"]), (shown["legacy"], got["legacy"])]:
        # CPUs of several kinds round otherwise.
        told, found = part.pop("confidence"), now["confidence"]
        check(abs(told - found) < 0.01, f"README's first request: confidence is {found}, printed is {told}")
    compare("json", json.dumps(shown), answer, "README's first request")
    return json.loads(body)


def stream(url, body):
    """The events of README's request in Docs/API.md; … stands for anything."""
    page = (ROOT / "Docs/API.md").read_text()
    shown = re.search(r"```\n(event: candidates\n.*?)```", page, re.S)[1].strip()
    _, _, answer = request(url + "/v1/functioncall", {**body, "stream": True})
    pattern = ".*".join(re.escape(part) for part in shown.split("…"))
    check(re.fullmatch(pattern, answer.strip(), re.S), f"the stream in Docs/API.md is another one: {answer[:600]}")


def main():
    arguments = parser(__doc__)
    arguments.add_argument("--write", action="store_true")
    arguments = arguments.parse_args()
    kinglet = os.path.abspath(arguments.kinglet or ROOT / ".build/release/kinglet")
    commands, cli = verbs(kinglet), ROOT / "Docs/cli.md"
    head, _, rest = cli.read_text().partition(BEGIN)
    pages = {cli: head + BEGIN + page(commands) + END + rest.partition(END)[2],
             ROOT / "Deploy/kinglet.1": manual.page(commands, options, is_common)}
    wrong = []
    for path, made in pages.items():
        if arguments.write:
            path.write_text(made)
        elif not path.exists() or made != path.read_text():
            wrong.append(f"{path.relative_to(ROOT)}: not as the program is; Tests/EndToEnd/docs.py --write")
    if arguments.write:
        return
    for path in PAGES:
        wrong += wrong_commands(commands, path.read_text(), path.name)
    with server(arguments) as url:
        document = json.loads(request(url + "/openapi.json")[2])
        for path in PAGES:
            wrong += wrong_routes(document, path.read_text(), path.name)
        request(url + "/v1/functioncall", {"query": "turn off the kitchen lights"})
        wrong += sorted(set(wrong_metrics(request(url + "/metrics")[2], (ROOT / "Docs/metrics.md").read_text())))
        check(not wrong, "\n  ".join(["pages and program differ:", *wrong]))
        stream(url, readme(url))
    print(f"{len(PAGES)} pages: commands, routes and README's first answer hold; {len(commands)} verbs")


if __name__ == "__main__":
    run(main)
