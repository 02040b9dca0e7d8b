#!/usr/bin/env python3
"""The official `openai` client against the server, unchanged: completions, chats, tools, formats, streams and errors."""
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import jsonschema
import openai
from pydantic import BaseModel, Field

from serving import check, parser, run, server

MODEL, ENCODER = "qwen2.5-coder-0.5b-instruct", "qwen2.5-coder-0.5b-instruct:finder"


def tool(name, description, **properties):
    return {"type": "function", "function": {"name": name, "description": description, "parameters": {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}}}


TEXT = {"type": "string", "minLength": 1}
WEATHER = tool("get_weather", "Get the current weather in a city", city=TEXT)
TOOLS = [WEATHER, tool("set_alarm", "Set an alarm", time=TEXT),
         tool("send_message", "Send a text message to a person", recipient=TEXT, text=TEXT),
         tool("get_stock_price", "Get the current price of a stock", symbol=TEXT)]
SCHEMAS = {t["function"]["name"]: t["function"]["parameters"] for t in TOOLS}


def user(text):
    return [{"role": "user", "content": text}]


def valid(calls):
    """Names of calls, each of which follows its schema."""
    for call in calls:
        check(call.type == "function" and call.id.startswith("call_"), f"call {call}")
        jsonschema.validate(json.loads(call.function.arguments), SCHEMAS[call.function.name])
    check(len({c.id for c in calls}) == len(calls), "ids of calls repeat")
    return [c.function.name for c in calls]


def models(client):
    names = [m.id for m in client.models.list()]
    check(names == [MODEL, ENCODER, MODEL + ":general", MODEL + ":smart-home"], f"models {names}")
    check(client.models.retrieve(MODEL).id == MODEL, "models.retrieve")


def completions(client):
    done = client.completions.create(model=MODEL, prompt="1, 2, 3, 4,", max_tokens=6, temperature=0, logprobs=2)
    check(done.choices[0].text.startswith(" 5, 6"), f"completion {done.choices[0].text!r}")
    check(done.usage.completion_tokens == 6 and len(done.choices[0].logprobs.tokens) == 6, f"usage {done.usage}")
    check(done.choices[0].finish_reason == "length", "finish_reason")
    two = client.completions.create(model=MODEL, prompt=["a", "b"], n=2, max_tokens=2, seed=1)
    check([c.index for c in two.choices] == [0, 1, 2, 3], "two prompts with two answers each")
    stop = client.completions.create(model=MODEL, prompt="1, 2, 3,", max_tokens=20, temperature=0, stop=[" 7"])
    check(stop.choices[0].finish_reason == "stop" and "7" not in stop.choices[0].text, f"stop {stop.choices[0]}")
    texts, usage = {0: "", 1: ""}, None
    for chunk in client.completions.create(
            model=MODEL, prompt="1, 2, 3, 4,", max_tokens=6, temperature=0, n=2, stream=True,
            stream_options={"include_usage": True}):
        for choice in chunk.choices:
            texts[choice.index] += choice.text
        usage = chunk.usage or usage
    check(set(texts.values()) == {done.choices[0].text}, f"streamed {texts}")
    check(usage.completion_tokens == 12, f"usage of the stream {usage}")


def chat(client):
    raw = client.chat.completions.with_raw_response.create(
        model=MODEL, messages=user("Say hello."), max_tokens=8, temperature=0, logprobs=True, top_logprobs=3)
    check(raw.headers["x-request-id"] and "total" in raw.headers["server-timing"], "headers of the raw response")
    done = raw.parse()
    choice = done.choices[0]
    check(choice.message.role == "assistant" and choice.message.content, f"message {choice.message}")
    check(choice.message.tool_calls is None, "calls without tools")
    logprobs = choice.logprobs.content
    check("".join(t.token for t in logprobs) == choice.message.content, "tokens are not the text")
    check(all(len(t.top_logprobs) == 3 and t.top_logprobs[0].logprob <= 0 for t in logprobs), "top_logprobs")
    again = client.chat.completions.create(model=MODEL, messages=user("Say hello."), max_tokens=8, temperature=0)
    check(again.choices[0].message.content == choice.message.content, "greedy answers differ")
    long = [{"role": "system", "content": "You are a very patient teacher. " * 20}, *user("Hello.")]
    for _ in range(2):
        cached = client.chat.completions.create(model=MODEL, messages=long, max_tokens=2)
    check(cached.usage.prompt_tokens_details.cached_tokens > 0, f"nothing cached: {cached.usage}")
    parts = client.chat.completions.create(
        model=MODEL, temperature=0, max_completion_tokens=8,
        messages=[{"role": "user", "content": [{"type": "text", "text": "Say "}, {"type": "text", "text": "hello."}]}])
    check(parts.choices[0].message.content == choice.message.content, "text parts are another text")
    many = client.chat.completions.create(model=MODEL, messages=user("Name a colour."), n=3, max_tokens=4, seed=5)
    seeds = client.chat.completions.create(model=MODEL, messages=user("Name a colour."), n=3, max_tokens=4, seed=5)
    check([c.message.content for c in many.choices] == [c.message.content for c in seeds.choices], "seed")
    biased = client.chat.completions.create(
        model=MODEL, messages=user("Say hello."), max_tokens=1, temperature=0, logit_bias={"9707": -100})
    check(not biased.choices[0].message.content.startswith("Hello"), "logit_bias")


def chat_stream(client):
    whole = client.chat.completions.create(
        model=MODEL, messages=user("Count from one to five."), max_tokens=24, temperature=0, stop=["four"])
    text, finish, usage, roles = "", None, None, []
    for chunk in client.chat.completions.create(
            model=MODEL, messages=user("Count from one to five."), max_tokens=24, temperature=0, stop=["four"],
            stream=True, stream_options={"include_usage": True}):
        for choice in chunk.choices:
            text += choice.delta.content or ""
            roles += [choice.delta.role] if choice.delta.role else []
            finish = choice.finish_reason or finish
        usage = chunk.usage or usage
    check(text == whole.choices[0].message.content, f"{text!r} instead of {whole.choices[0].message.content!r}")
    check(roles == ["assistant"] and finish == whole.choices[0].finish_reason, f"{roles} {finish}")
    check(usage.total_tokens == whole.usage.total_tokens, f"usage {usage}")


def tools(client):
    def ask(text, **options):
        done = client.chat.completions.create(model=MODEL, messages=user(text), tools=TOOLS, max_tokens=200, **options)
        message, calls = done.choices[0].message, done.choices[0].message.tool_calls or []
        check((done.choices[0].finish_reason == "tool_calls") == bool(calls), "finish_reason does not fit")
        check(bool(message.content) != bool(calls), "a text and calls, or neither")
        return valid(calls)

    for text, names in [("What's the weather in Paris?", ["get_weather"]),
                        ("set an alarm for 6:30 pm", ["set_alarm"]),
                        ("please send a message to mom: happy birthday", ["send_message"]),
                        ("Weather in Tokyo and in Berlin please", ["get_weather"] * 2),
                        ("Who are you?", []), ("Tell me a joke", []), ("Explain what a hash map is", [])]:
        got = ask(text, temperature=1, seed=3) if not names else ask(text)
        check(got == names, f"{text!r}: {got} instead of {names}")
    check(ask("Weather in Tokyo and in Berlin please", parallel_tool_calls=False) == ["get_weather"], "not parallel")
    check(ask("What's the weather in Paris?", tool_choice="none") == [], "tool_choice none")
    check(len(ask("Hello", tool_choice="required")) >= 1, "tool_choice required")
    named = {"type": "function", "function": {"name": "send_message"}}
    check(ask("Hello", tool_choice=named, temperature=2, seed=1) == ["send_message"], "tool_choice by name")
    allowed = {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [
        {"type": "function", "function": {"name": "set_alarm"}}]}}
    check(set(ask("What's the weather in Paris?", tool_choice=allowed)) == {"set_alarm"}, "allowed_tools")


def tool_stream(client):
    """Deltas as OpenAI sends them: id, type and name once, then the arguments in pieces."""
    options = dict(model=MODEL, messages=user("Weather in Tokyo and in Berlin please"), tools=TOOLS)
    whole = client.chat.completions.create(**options).choices[0].message.tool_calls
    calls, finish = {}, None
    for chunk in client.chat.completions.create(**options, stream=True):
        choice = chunk.choices[0]
        for delta in choice.delta.tool_calls or []:
            if delta.id:
                check(delta.index not in calls and delta.function.arguments == "", f"a call begins twice: {delta}")
                calls[delta.index] = [delta.function.name, ""]
            else:
                check(delta.function.name is None and delta.type is None, f"the name stands again: {delta}")
                calls[delta.index][1] += delta.function.arguments
        finish = choice.finish_reason or finish
    check(finish == "tool_calls", f"finish_reason {finish}")
    check([tuple(calls[i]) for i in sorted(calls)] == [(c.function.name, c.function.arguments) for c in whole],
          f"streamed {calls}")
    with client.chat.completions.stream(**options) as stream:
        final = stream.get_final_completion()
    check(len(final.choices[0].message.tool_calls) == 2, "the client's own accumulator")


def tool_answer(client):
    history = user("What's the weather in Paris?")
    first = client.chat.completions.create(model=MODEL, messages=history, tools=TOOLS).choices[0].message
    history += [first, {"role": "tool", "tool_call_id": first.tool_calls[0].id,
                        "content": '{"celsius": 12, "sky": "rain"}'}]
    last = client.chat.completions.create(model=MODEL, messages=history, tools=TOOLS, max_tokens=48, temperature=0)
    check(last.choices[0].message.tool_calls is None, "called again after the tool's answer")
    check(last.choices[0].message.content, "no text after the tool's answer")
    history += user("How many degrees Celsius is it? Answer with the number only.")
    number = client.chat.completions.create(model=MODEL, messages=history, max_tokens=16, temperature=0)
    check("12" in (number.choices[0].message.content or ""), f"answer {number.choices[0].message}")


class Address(BaseModel):
    street: str = Field(max_length=40)
    number: int = Field(ge=1, le=999)


class Person(BaseModel):
    name: str = Field(max_length=40)
    kind: Literal["friend", "colleague", "family"]
    address: Address
    languages: list[Literal["en", "de", "zh"]] = Field(max_length=3)


def formats(client):
    done = client.chat.completions.parse(
        model=MODEL, messages=user("Anna, a friend, lives at 12 Main Street and speaks English and German."),
        response_format=Person, max_tokens=160)
    check(isinstance(done.choices[0].message.parsed, Person), f"parsed {done.choices[0].message}")
    for temperature in (0, 2):
        free = client.chat.completions.create(
            model=MODEL, messages=user("Describe a cat as JSON."), response_format={"type": "json_object"},
            max_tokens=60, temperature=temperature, seed=2)
        check(isinstance(json.loads(free.choices[0].message.content), dict), "json_object")
    both = client.chat.completions.create(
        model=MODEL, messages=user("What's the weather in Paris?"), tools=TOOLS, response_format={"type": "json_object"})
    valid(both.choices[0].message.tool_calls)
    parsed = client.chat.completions.parse(
        model=MODEL, messages=user("What's the weather in Paris?"),
        tools=[openai.pydantic_function_tool(Address, name="move"), {**WEATHER, "function": {
            **WEATHER["function"], "strict": True}}])
    check(parsed.choices[0].message.tool_calls[0].function.parsed_arguments, "parsed_arguments")


def errors(client):
    def fails(kind, param, code=None, **body):
        options = {"model": MODEL, "messages": user("x"), "max_tokens": 4, **body}
        try:
            client.chat.completions.create(**options)
        except kind as error:
            what = str(body)[:200]
            check(error.param == param, f"{what}: param {error.param} instead of {param}")
            check(code is None or error.code == code, f"{what}: code {error.code} instead of {code}")
            check(error.request_id, "no request id")
            return
        raise AssertionError(f"{body} was accepted")

    bad = openai.BadRequestError
    fails(openai.NotFoundError, "model", "model_not_found", model="gpt-4o")
    fails(bad, "messages", messages=[])
    fails(bad, "messages[0].role", messages=[{"role": "robot", "content": "x"}])
    fails(bad, "messages[0].content", messages=[{"role": "user", "content": 5}])
    fails(bad, "messages[0].content[0].type", messages=[{"role": "user", "content": [
        {"type": "image_url", "image_url": {"url": "x"}}]}])
    fails(bad, "temperature", temperature="hot")
    fails(bad, "n", n=99)
    fails(bad, "top_logprobs", top_logprobs=21, logprobs=True)
    fails(bad, "tools", tools=[{**WEATHER, "function": {"name": "f", "parameters": {
        "type": "object", "properties": {"a": {"not": {}}}}}}])
    fails(bad, "tools[0].function.name", tools=[{"type": "function", "function": {"name": "a b"}}])
    fails(bad, "tool_choice", tool_choice="required")
    fails(bad, "tool_choice.function.name", tools=TOOLS, tool_choice={"type": "function", "function": {"name": "g"}})
    fails(bad, "response_format.type", response_format={"type": "yaml"})
    fails(bad, "response_format.json_schema.schema", response_format={"type": "json_schema", "json_schema": {
        "name": "x", "schema": {"type": "object", "properties": {"a": {"type": "string", "pattern": "("}}}}})
    fails(bad, "messages", "context_length_exceeded", messages=user("word " * 6_000) * 7)
    # A stream that cannot begin is a status, not an event.
    fails(bad, "messages", "context_length_exceeded", messages=user("word " * 6_000) * 7, stream=True)
    fails(bad, "functions", extra_body={"functions": [{"name": "f"}]})
    # What the API does not know is ignored.
    client.chat.completions.create(
        model=MODEL, messages=user("x"), max_tokens=1, user="me", metadata={"a": "b"}, store=False,
        extra_body={"no_such_field": 1})


def cancelling(client):
    """A client that goes away in mid-stream gives its place back."""
    stream = client.chat.completions.create(
        model=MODEL, messages=user("Write a very long story."), max_tokens=900, stream=True)
    next(iter(stream))
    stream.close()
    for _ in range(100):
        running = client.get("/stats", cast_to=object)["engine"]["running"]
        if running == 0:
            return
    check(False, f"{running} sequences still run")


def embeddings(client):
    done = client.embeddings.create(model=ENCODER, input=["turn off the lights", "play some jazz", "lights off"])
    first, second, query = (item.embedding for item in done.data)
    def likeness(one, two): return sum(a * b for a, b in zip(one, two))
    check([item.index for item in done.data] == [0, 1, 2] and done.usage.prompt_tokens > 6, f"{done.usage}")
    check(likeness(query, first) > likeness(query, second), "the wrong text is nearest")
    # The client asks for base64 unless told otherwise; both ways say the same.
    coded, plain = (client.embeddings.create(model=ENCODER, input="lights off", **way).data[0].embedding
                    for way in ({}, {"encoding_format": "float"}))
    check(len(plain) == len(query) == len(coded) and max(abs(a - b) for a, b in zip(plain, coded)) < 1e-5, "encoding_format")
    check(len(client.embeddings.create(model=ENCODER, input="lights off", dimensions=16).data[0].embedding) == 16, "dimensions")


def main():
    arguments = parser(__doc__).parse_args()
    with server(arguments) as url:
        client = openai.OpenAI(base_url=url + "/v1", api_key="none", max_retries=0, timeout=300)
        tests = [models, completions, chat, chat_stream, tools, tool_stream, tool_answer, formats, errors, embeddings]
        with ThreadPoolExecutor(3) as workers:
            list(workers.map(lambda test: test(client), tests))
        cancelling(client)
    print(f"openai {openai.__version__}: {len(tests) + 1} groups hold")


run(main)
