#!/usr/bin/env python3
"""The official `openai` client on /v1/responses: create, stream, parse, tools, and what is refused."""
import json
from typing import Literal

import jsonschema
import openai
from openai.types.responses import Response, ResponseStreamEvent
from pydantic import BaseModel, Field, TypeAdapter

from serving import check, parser, request, run, server

MODEL = "qwen2.5-coder-0.5b-instruct"


def tool(name, description, **properties):
    return {"type": "function", "name": name, "description": description, "strict": True, "parameters": {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}}


TEXT = {"type": "string", "minLength": 1}
TOOLS = [tool("get_weather", "Get the current weather in a city", city=TEXT), tool("set_alarm", "Set an alarm", time=TEXT),
         tool("send_message", "Send a text message to a person", recipient=TEXT, text=TEXT)]
SCHEMAS = {t["name"]: t["parameters"] for t in TOOLS}
# A stream's events without the deltas, of which there are any number.
TEXT_EVENTS = ["created", "in_progress", "output_item.added", "content_part.added", "output_text.done", "content_part.done",
               "output_item.done", "completed"]
CALL_EVENTS = ["output_item.added", "function_call_arguments.done", "output_item.done"]


def calls(response):
    """Names of a response's calls, each of which follows its schema."""
    items = [i for i in response.output if i.type == "function_call"]
    for item in items:
        check(item.call_id.startswith("call_") and item.status == "completed", f"call {item}")
        jsonschema.validate(json.loads(item.arguments), SCHEMAS[item.name])
    check(len({i.call_id for i in items}) == len(items), "ids of calls repeat")
    check(bool(items) != bool(response.output_text), "a text and calls, or neither")
    return [i.name for i in items]


def texts(client):
    done = client.responses.create(model=MODEL, input="Say hello.", max_output_tokens=8, temperature=0)
    check(done.output_text and done.object == "response" and done.id.startswith("resp_"), f"response {done}")
    check(done.status in ("completed", "incomplete") and done.error is None, f"status {done.status}")
    check(done.usage.total_tokens == done.usage.input_tokens + done.usage.output_tokens, f"usage {done.usage}")
    chat = client.chat.completions.create(
        model=MODEL, messages=[{"role": "user", "content": "Say hello."}], max_tokens=8, temperature=0)
    check(done.output_text == chat.choices[0].message.content, "a response and a chat say different things")
    short = client.responses.create(model=MODEL, input="Write a long story.", max_output_tokens=4)
    check(short.status == "incomplete" and short.incomplete_details.reason == "max_output_tokens", f"{short.status}")
    check(short.usage.output_tokens == 4, f"usage {short.usage}")
    pirate = client.responses.create(
        model=MODEL, instructions="Answer with the single word: yes", input=[
            {"role": "user", "content": [{"type": "input_text", "text": "Is water wet?"}]}],
        max_output_tokens=8, temperature=0, metadata={"topic": "water"})
    check("yes" in pirate.output_text.lower() and pirate.metadata == {"topic": "water"}, f"instructions {pirate.output_text!r}")
    scored = client.responses.create(
        model=MODEL, input="Say hello.", max_output_tokens=8, temperature=0, top_logprobs=2,
        include=["message.output_text.logprobs"])
    logprobs = scored.output[0].content[0].logprobs
    check("".join(t.token for t in logprobs) == scored.output_text, "tokens are not the text")
    check(all(len(t.top_logprobs) == 2 for t in logprobs), "top_logprobs")


def text_stream(client):
    options = dict(model=MODEL, input="Count from one to five.", max_output_tokens=64, temperature=0)
    whole = client.responses.create(**options)
    events = list(client.responses.create(**options, stream=True))
    check([e.sequence_number for e in events] == list(range(len(events))), "sequence numbers")
    names = [e.type.removeprefix("response.") for e in events if not e.type.endswith(".delta")]
    check(names == TEXT_EVENTS, f"events {names}")
    deltas = [e for e in events if e.type == "response.output_text.delta"]
    check("".join(e.delta for e in deltas) == whole.output_text, "deltas are not the text")
    item = next(e.item for e in events if e.type == "response.output_item.added")
    check(item.id and {e.item_id for e in deltas} == {item.id}, "ids of the item")
    check(events[-1].response.output_text == whole.output_text, "the last event has another text")
    check(events[-1].response.usage.total_tokens == whole.usage.total_tokens, "usage of the stream")
    with client.responses.stream(**options) as stream:
        text = "".join(e.delta for e in stream if e.type == "response.output_text.delta")
        check(text == stream.get_final_response().output_text == whole.output_text, "the client's own accumulator")


def tools(client):
    def ask(text, **options):
        return calls(client.responses.create(model=MODEL, input=text, tools=TOOLS, max_output_tokens=200, **options))

    for text, names in [("What's the weather in Paris?", ["get_weather"]), ("set an alarm for 6:30 pm", ["set_alarm"]),
                        ("Weather in Tokyo and in Berlin please", ["get_weather"] * 2), ("Tell me a joke", [])]:
        check((got := ask(text)) == names, f"{text!r}: {got} instead of {names}")
    check(ask("Weather in Tokyo and in Berlin please", parallel_tool_calls=False) == ["get_weather"], "not parallel")
    check(ask("What's the weather in Paris?", tool_choice="none") == [], "tool_choice none")
    check(len(ask("Hello", tool_choice="required")) >= 1, "tool_choice required")
    named = {"type": "function", "name": "send_message"}
    check(ask("Hello", tool_choice=named, temperature=2) == ["send_message"], "tool_choice by name")
    allowed = {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "set_alarm"}]}
    check(set(ask("What's the weather in Paris?", tool_choice=allowed)) == {"set_alarm"}, "allowed_tools")


def tool_stream(client):
    options = dict(model=MODEL, input="Weather in Tokyo and in Berlin please", tools=TOOLS)
    whole = client.responses.create(**options)
    events = list(client.responses.create(**options, stream=True))
    names = [e.type.removeprefix("response.") for e in events if not e.type.endswith(".delta")]
    check(names == ["created", "in_progress", *CALL_EVENTS, *CALL_EVENTS, "completed"], f"events {names}")
    written = {}
    for event in events:
        if event.type == "response.function_call_arguments.delta":
            written[event.output_index] = written.get(event.output_index, "") + event.delta
    check([written[i] for i in sorted(written)] == [i.arguments for i in whole.output], f"streamed {written}")
    with client.responses.stream(**options) as stream:
        stream.until_done()
        check(len(stream.get_final_response().output) == 2, "the client's own accumulator")


def tool_answer(client):
    """A conversation of several rounds, sent whole each time."""
    items = [{"role": "user", "content": "What's the weather in Paris?"}]
    first = client.responses.create(model=MODEL, input=items, tools=TOOLS)
    check(calls(first) == ["get_weather"], "no call in the first round")
    items += first.output
    items.append({"type": "function_call_output", "call_id": first.output[0].call_id,
                  "output": '{"celsius": 12, "sky": "rain"}'})
    last = client.responses.create(model=MODEL, input=items, tools=TOOLS, max_output_tokens=48, temperature=0)
    check(calls(last) == [], "called again after the tool's answer")
    items += last.output
    items.append({"role": "user", "content": "How many degrees Celsius is it? Answer with the number only."})
    number = client.responses.create(model=MODEL, input=items, max_output_tokens=16, temperature=0)
    check("12" in number.output_text, f"answer {number.output_text!r}")


class Person(BaseModel):
    name: str = Field(max_length=40)
    kind: Literal["friend", "colleague", "family"]
    languages: list[Literal["en", "de", "zh"]] = Field(max_length=3)


def formats(client):
    text = "Anna, a friend, speaks English and German."
    done = client.responses.parse(model=MODEL, input=text, text_format=Person, max_output_tokens=160)
    check(isinstance(done.output_parsed, Person), f"parsed {done.output_text!r}")
    with client.responses.stream(model=MODEL, input=text, text_format=Person, max_output_tokens=160) as stream:
        stream.until_done()
        check(isinstance(stream.get_final_response().output_parsed, Person), "parsed of a stream")
    free = client.responses.create(
        model=MODEL, input="Describe a cat as JSON.", text={"format": {"type": "json_object"}}, max_output_tokens=60,
        temperature=2)
    check(isinstance(json.loads(free.output_text), dict), "json_object")
    tool = openai.pydantic_function_tool(Person, name="add_person")["function"]
    parsed = client.responses.parse(model=MODEL, input=text, tools=[{"type": "function", **tool}], tool_choice="required")
    check(Person.model_validate(parsed.output[0].parsed_arguments), f"parsed_arguments {parsed.output}")


def shapes(client):
    """Answers and events have every field of the client's types: by itself the client would not look."""
    url, event_type = str(client.base_url), TypeAdapter(ResponseStreamEvent)
    scored = {"top_logprobs": 2, "max_output_tokens": 8}
    for options in ({"input": "Say hello.", **scored}, {"input": "What's the weather in Paris?", "tools": TOOLS}):
        status, _, text = request(url + "responses", {"model": MODEL, **options})
        check(status == 200, text)
        Response.model_validate(json.loads(text))
        status, _, text = request(url + "responses", {"model": MODEL, "stream": True, **options})
        events = [json.loads(line[6:]) for line in text.splitlines() if line.startswith("data: {")]
        check(status == 200 and events, text)
        for event in events:
            check(event_type.validate_python(event).type == event["type"], f"{event}")


def errors(client):
    def fails(kind, param, code=None, **body):
        options = {"model": MODEL, "input": "x", "max_output_tokens": 4, **body}
        try:
            client.responses.create(**options)
        except kind as error:
            what = str(body)[:200]
            check(error.param == param, f"{what}: param {error.param} instead of {param}")
            check(code is None or error.code == code, f"{what}: code {error.code} instead of {code}")
            return
        raise AssertionError(f"{body} was accepted")

    bad = openai.BadRequestError
    fails(openai.NotFoundError, "model", "model_not_found", model="gpt-5")
    fails(bad, "previous_response_id", previous_response_id="resp_1")
    fails(bad, "conversation", conversation="conv_1")
    fails(bad, "store", store=True)
    fails(bad, "background", background=True)
    fails(bad, "tools[0].type", tools=[{"type": "web_search"}])
    fails(bad, "tools[0].type", tools=[{"type": "mcp", "server_label": "x", "server_url": "http://x"}])
    fails(bad, "tools", tools=[tool("f", "", a={"not": {}})])
    fails(bad, "input[0].content[0].type", input=[{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}])
    fails(bad, "input", "context_length_exceeded", input="word " * 9_000)
    fails(bad, "input", "context_length_exceeded", input="word " * 9_000, stream=True)
    fails(bad, "text.format.schema", text={"format": {"type": "json_schema", "name": "x", "schema": {
        "type": "object", "properties": {"a": {"type": "string", "pattern": "("}}}}})
    client.responses.create(
        model=MODEL, input="x", max_output_tokens=1, store=False, user="me", reasoning={"effort": "low"},
        truncation="disabled", include=["reasoning.encrypted_content"], service_tier="auto")


def main():
    arguments = parser(__doc__).parse_args()
    with server(arguments) as url:
        client = openai.OpenAI(base_url=url + "/v1", api_key="none", max_retries=0)
        for step in (texts, text_stream, tools, tool_stream, tool_answer, formats, shapes, errors):
            step(client)
            print(f"{step.__name__.replace('_', ' ')}: right")


run(main)
