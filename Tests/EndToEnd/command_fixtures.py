"""What commands.py lays where the verbs of `kinglet` run: pools, adapters, samples, settings, files that are torn."""
import gzip
import json
import pathlib
import shutil

POOL = """\
functions:
  - name: lamp_on
    description: turn the lamp on
    parameters:
      type: object
      properties: {room: {type: string, enum: [kitchen, bath]}, minutes: {type: integer, minimum: 1, maximum: 60}}
  - name: lamp_off
    description: turn the lamp off
  - name: song_play
    description: play a song
    parameters: {type: object, properties: {title: {type: string}}, required: [title]}
"""

ADAPTER = """\
output: dis
functions:
  lamp_on: {domain: home, intent: "on", parameters: {room: place, minutes: minutes}}
  lamp_off: {domain: home, intent: "off"}
  song_play: {domain: media, intent: play, parameters: {title: title}}
"""

# Found as Config/kinglet.yaml where the commands run. Folders that are not there hold nothing.
SETTINGS = """\
state: ../state
model: {path: small}
embedding: {model: none}
calling: {pools: ../pools, pool: desk, adapters: ../served}
"""

RASA = """\
version: "3.1"
nlu:
  - intent: book_table
    examples: |
      - a table for [two](people)
      - book a table for [four](people) please
"""

TEMPLATES = """\
values: {room: {en: [kitchen, bath]}, title: {any: [Blue Moon, Halo, Yesterday, Imagine]}}
functions:
  lamp_on: {en: ["turn (on|up) the lamp[ in the {room}]", "lamp on[ in the {room}]", "light up the {room}"]}
  lamp_off: {en: ["lamp off[ please]", "turn (off|down) the lamp", "no more light"]}
  song_play: {en: ["play {title}[ for me]", "I want to hear {title}", "put on {title}"]}
none: {en: ["sing me something", "who are you"]}
"""

OPENAI = {
    "messages": [
        {"role": "user", "content": "lamp on"},
        {"role": "assistant", "tool_calls": [
            {"id": "1", "type": "function", "function": {"name": "lamp_on", "arguments": "{\"room\": \"bath\"}"}}]}],
    "tools": [{"type": "function", "function": {
        "name": "lamp_on", "description": "turn the lamp on",
        "parameters": {"type": "object", "properties": {"room": {"type": "string"}}}}}],
}


def sample(number, query, call=None, outcome="call", **parameters):
    expected = [{"function": call, "parameters": parameters}] if call else []
    return {"id": f"s{number}", "query": query, "pool": "pools/desk.yaml", "outcome": outcome, "expected": expected}


SAMPLES = [
    sample(1, "turn the lamp on in the kitchen", "lamp_on", room="kitchen"), sample(2, "lamp off", "lamp_off"),
    sample(3, "play Halo", "song_play", title="Halo"), sample(4, "lamp on for ten minutes", "lamp_on", minutes=10),
    sample(5, "who are you", outcome="no_appropriate_function"), sample(6, "the other one", outcome="request_unclear"),
    sample(7, "turn the lamp off please", "lamp_off"), sample(8, "play Blue Moon", "song_play", title="Blue Moon"),
]
MANY = [dict(one, id=f"m{number}") for number, one in enumerate(SAMPLES * 10)]


def lines(values):
    return "".join(json.dumps(value) + "\n" for value in values)


def write_files(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def write_fixtures(folder):
    files = {
        "Config/kinglet.yaml": SETTINGS, "served/desk.yaml": ADAPTER, "pools/desk.yaml": POOL, "rasa/nlu.yml": RASA,
        "adapters/desk.yaml": ADAPTER, "adapters/torn.yaml": "output: [",
        "adapters/partial.yaml": "output: dis\nfunctions:\n  lamp_on: {domain: home, intent: on}\n",
        "adapters/unknown.yaml": ADAPTER + "  door_open: {domain: home, intent: open}\n",
        "templates/desk.yaml": TEMPLATES, "templates/values.yaml": "values: {}\n",
        "faulty/desk.yaml": TEMPLATES.replace("{title}[ for me]", "{titel}"), "faulty/values.yaml": "values: {}\n",
        "data.jsonl": lines(SAMPLES), "twice.jsonl": lines(SAMPLES[:1] * 2), "torn.jsonl": '{"id": "s1", "query"\n',
        "stranger.jsonl": lines([sample(1, "open the door", "door_open")]), "empty.jsonl": "", "many.jsonl": lines(MANY),
        "openai.jsonl": lines([OPENAI]),
        "tools.json": json.dumps(OPENAI["tools"]), "torn.json": "{",
        "unsupported.json": json.dumps([{"name": "", "parameters": {
            "type": "object", "properties": {"a": {"type": "string", "not": {}}}}}]),
        "text.txt": "the quick brown fox jumps over the lazy dog\n" * 60, "short.txt": "fox\n", "latin.txt": b"caf\xe9\n",
        "queries.txt": "lamp on\nlamp off\nplay Halo\n", "not-a-model.gguf": "GGUF?", "wrong.yaml": "server: {prot: 1}\n",
        "access.log": '2026-11-24T09:30:00.123Z info access: request method=POST path=/v1/functioncall route="POST '
        '/v1/functioncall" status=200 query="lamp on" outcome=call\n',
        "manifest.yaml": "default: none\nmodels: [\n",
    }
    write_files(folder, files)
    (folder / "link.json").symlink_to("aim.json")
    shutil.copy(pathlib.Path(__file__).parents[2] / "Config" / "models.yaml", folder / "Config")
    (folder / "text.txt.gz").write_bytes(gzip.compress((folder / "text.txt").read_bytes()))
