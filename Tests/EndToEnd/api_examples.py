#!/usr/bin/env python3
"""Every example of /openapi.json is sent, every GET is asked, and every answer must follow its schema."""
import email
import json
import pathlib
import re
import subprocess

import jsonschema

from serving import check, parser, request, run, server

# What stands in paths, made by the examples of PUT before it is asked for and deleted after.
NAMES = {"pool": "example-pool", "function": "a_switch", "term": "the cube", "model": "qwen2.5-coder-0.5b-instruct",
         "name": "example-adapter", "adapter": "smart-home"}
TUNED = pathlib.Path(__file__).parents[2] / "Config/tuned/smart-home"
ORDER = ["put", "post", "get", "delete"]


class Contract:
    def __init__(self, url):
        self.url = url
        self.document = json.loads(request(url + "/openapi.json")[2])
        self.sent = 0

    def schema(self, schema):
        return jsonschema.Draft202012Validator({**schema, "components": self.document["components"]})

    def send(self, method, path, operation, name=None, body=None):
        form = operation.get("requestBody", {}).get("content", {}).get("multipart/form-data")
        if body is not None:
            media = operation["requestBody"]["content"]["application/json"]
            self.schema(media["schema"]).validate(body)
        url = self.url + re.sub(r"\{(\w+)\}", lambda m: NAMES[m.group(1)].replace(" ", "%20"), path)
        if form:
            status, headers, text = self.put_adapter(url)
        else:
            status, headers, text = request(url, body, method=method.upper())
        what = f"{method.upper()} {path} {name or ''}: {status}"
        if path == "/v1/embeddings" and status == 503:
            return  # no encoder is set up
        check(status < 300, f"{what} {text[:300]}")
        check(headers["x-request-id"] and headers["server-timing"], f"{what} without its headers")
        answer = operation["responses"].get(str(status))
        check(answer, f"{what} is not documented")
        kind = (headers["content-type"] or "").split(";")[0]
        content = {t.split(";")[0]: m for t, m in answer.get("content", {}).items()}
        # A job without results has no lines yet.
        check((kind in content) if text or kind.endswith("ndjson") else not content, f"{what} with {kind}, documented: {list(content)}")
        if kind == "application/json":
            self.schema(content[kind]["schema"]).validate(json.loads(text))
        if kind == "text/event-stream" and path == "/v1/functioncall":
            self.call_events(text, what)
        elif kind == "text/event-stream" and path == "/v1/responses":
            self.response_events(text, what)
        elif kind == "text/event-stream" and path == "/v1/messages":
            data = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: ")]
            check([f"event: {d['type']}" for d in data] == text.splitlines()[::3], f"{what}: names")
            check(data[0]["type"] == "message_start" and data[-1]["type"] == "message_stop", f"{what}: {text[:200]}")
        elif kind == "text/event-stream" and path != "/v1/evaluations/{id}/events":
            check(text.endswith("data: [DONE]\n\n"), f"{what} ends with {text[-60:]}")
            check(all(e.startswith("data: ") for e in text.strip().split("\n\n")), f"{what}: {text[:200]}")
        if path == "/v1/evaluations" and method == "post":
            NAMES["id"] = json.loads(text)["id"]
        self.sent += 1

    def response_events(self, text, what):
        """Numbered, named as their data says, the whole response last."""
        events = [dict(line.split(": ", 1) for line in event.split("\n")) for event in text.strip().split("\n\n")]
        data = [json.loads(event["data"]) for event in events]
        check([d["sequence_number"] for d in data] == list(range(len(data))), f"{what}: numbers")
        check([d["type"] for d in data] == [e["event"] for e in events], f"{what}: names")
        check(data[-1]["type"] in ("response.completed", "response.incomplete"), f"{what} ends with {data[-1]['type']}")
        self.schema({"$ref": "#/components/schemas/Response"}).validate(data[-1]["response"])

    @staticmethod
    def put_adapter(url):
        """The shipped adapter by another name, as `curl -F` sends files."""
        done = subprocess.run(
            ["curl", "-s", "-i", "-H", "expect:", "-X", "PUT", "-F", f"config=@{TUNED}/adapter_config.json", "-F",
             f"weights=@{TUNED}/adapter_model.safetensors", "-F", f"card=@{TUNED}/card.json", url],
            capture_output=True, text=True, check=True)
        head, _, text = done.stdout.partition("\n\n")
        status, *fields = head.splitlines()
        headers = email.message_from_string("\n".join(fields))
        return int(status.split()[1]), headers, text

    def call_events(self, text, what):
        """Candidates first, then what the calls are made of, then the answer as without a stream."""
        events = [dict(line.split(": ", 1) for line in event.split("\n")) for event in text.strip().split("\n\n")]
        names = [event["event"] for event in events]
        check(names[0] == "candidates" and names[-1] == "done" and set(names[1:-1]) <= {"delta"}, f"{what}: {names}")
        schemas = {"candidates": "CallCandidates", "delta": "CallDelta", "done": "FunctionCall"}
        data = [json.loads(event["data"]) for event in events]
        for name, value in zip(names, data):
            self.schema({"$ref": f"#/components/schemas/{schemas[name]}"}).validate(value)
        calls = []
        for delta in data[1:-1]:
            if "function" in delta:
                check(delta["index"] == len(calls), f"{what}: {delta}")
                calls.append([delta["function"], ""])
            calls[delta["index"]][1] += delta.get("parameters", "")
        written = [(function, json.loads(parameters)) for function, parameters in calls]
        answer = data[-1]
        check(answer["id"] == data[0]["id"], f"{what}: two ids")
        if answer["outcome"] == "call":
            # Optional values that nobody spoke of are left out at the end.
            check([c["function"] for c in answer["calls"]] == [function for function, _ in written], f"{what}: {written}")
            for call, (_, parameters) in zip(answer["calls"], written):
                check(call["parameters"].items() <= parameters.items(), f"{what}: {call} {written}")

    def versions(self):
        """ETag, 304, 412 and 404 of a pool."""
        path = self.url + "/v1/pools/example-pool"
        status, headers, _ = request(path)
        tag = headers["etag"]
        check(request(path, headers={"if-none-match": tag})[0] == 304, "the version is not recognised")
        check(request(path, method="DELETE", headers={"if-match": '"other"'})[0] == 412, "another version was deleted")
        check(request(self.url + "/v1/pools/nothing")[0] == 404, "a pool that is not there")
        document = request(self.url + "/openapi.json")[1]["etag"]
        check(request(self.url + "/openapi.json", headers={"if-none-match": document})[0] == 304, "the document's version")


def main():
    arguments = parser(__doc__).parse_args()
    with server(arguments, "--set", f"evaluation.folder={pathlib.Path(__file__).parents[1] / 'Requests'}") as url:
        contract = Contract(url)
        operations = [(method, path, operation) for path, methods in contract.document["paths"].items()
                      for method, operation in methods.items()]
        # A function is put into its pool after the pool, and deleted before it.
        operations.sort(key=lambda o: (ORDER.index(o[0]), -len(o[1]) if o[0] == "delete" else len(o[1])))
        for method, path, operation in operations:
            if method == "delete" and path == "/v1/pools/{pool}":
                contract.versions()
            examples = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("examples")
            if examples is None:
                contract.send(method, path, operation)
            for name, example in (examples or {}).items():
                contract.send(method, path, operation, name, example["value"])
    print(f"{contract.sent} examples and routes answered as documented")


run(main)
