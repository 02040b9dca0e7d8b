#!/usr/bin/env python3
"""The official `anthropic` client on /v1/messages: texts, tools, formats, streams, counts, keys and what is refused."""
import json

from serving import check, needs, parser, request, run, server

anthropic = needs("anthropic", "anthropic")
from anthropic.types import Message, RawMessageStreamEvent
from pydantic import BaseModel, Field, TypeAdapter

MODEL, KEY = "qwen2.5-coder-0.5b-instruct", "a-key-for-anthropics-client"
# The client has no argument of this name any more; the API takes it.
COLD = {"temperature": 0}
# Long enough to fill blocks of the prefix cache.
SYSTEM = "You are a friendly assistant. " + "Answer briefly, in one short sentence. " * 12
WEATHER = {"name": "get_weather", "description": "Get the current weather in a city", "input_schema": {
    "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}
CALLS = {"max_tokens": 64, "tools": [WEATHER]}


class Person(BaseModel):
    name: str = Field(max_length=40)
    age: int = Field(ge=0, le=150)


def user(content):
    return {"role": "user", "content": content}


QUESTION = user("What's the weather in Paris?")


def texts(client):
    done = client.messages.create(model=MODEL, max_tokens=32, system=SYSTEM, messages=[user("Say hello.")], extra_body=COLD)
    check(done.content[0].type == "text" and done.content[0].text and done.stop_reason == "end_turn", f"{done}")
    again = client.messages.create(model=MODEL, max_tokens=32, extra_body=COLD, system=[
        {"type": "text", "text": SYSTEM, "cache_control": {"type": "ephemeral"}}],
        messages=[user([{"type": "text", "text": "Say hello."}])])
    check(again.content[0].text == done.content[0].text, f"blocks: {again.content}")
    check(again.usage.cache_read_input_tokens > 0, f"cached: {again.usage}")
    check(again.usage.input_tokens + again.usage.cache_read_input_tokens
          == done.usage.input_tokens + done.usage.cache_read_input_tokens, f"{again.usage} {done.usage}")
    short = client.messages.create(model=MODEL, max_tokens=4, messages=[user("Count from one to twenty.")])
    check(short.stop_reason == "max_tokens" and short.usage.output_tokens == 4, f"{short}")
    cut = client.messages.create(
        model=MODEL, max_tokens=64, extra_body=COLD, stop_sequences=["4"], messages=[user("Write the digits from 1 to 9.")])
    check(cut.stop_reason == "stop_sequence" and cut.stop_sequence == "4" and "3" in cut.content[0].text, f"{cut}")
    check("4" not in cut.content[0].text, f"{cut}")


def text_stream(client):
    options = dict(model=MODEL, max_tokens=48, extra_body=COLD, messages=[user("Count from one to five.")])
    whole = client.messages.create(**options)
    with client.messages.stream(**options) as stream:
        pieces = list(stream.text_stream)
        final = stream.get_final_message()
    check("".join(pieces) == whole.content[0].text == final.content[0].text and len(pieces) > 3, f"{pieces}")
    check(final.stop_reason == whole.stop_reason and final.usage.output_tokens == whole.usage.output_tokens, f"{final}")
    names = [event.type for event in client.messages.create(stream=True, **options)]
    check(names[:2] == ["message_start", "content_block_start"] or "ping" in names[:2], f"{names}")
    check(names[-3:] == ["content_block_stop", "message_delta", "message_stop"], f"{names}")


def tools(client):
    done = client.messages.create(model=MODEL, messages=[QUESTION], **CALLS)
    call = done.content[0]
    check(done.stop_reason == "tool_use" and call.type == "tool_use" and call.name == "get_weather", f"{done}")
    check("Paris" in call.input["city"], f"{call}")
    result = {"type": "tool_result", "tool_use_id": call.id, "content": [{"type": "text", "text": "12 degrees and rain"}]}
    history = [QUESTION, {"role": "assistant", "content": done.content}, user([result])]
    last = client.messages.create(model=MODEL, messages=history, **CALLS)
    check(last.content[0].type == "text" and last.content[0].text, f"after the tool's answer: {last}")
    forced = client.messages.create(model=MODEL, messages=[user("Hello")], tool_choice={"type": "any"}, **CALLS)
    check(forced.stop_reason == "tool_use", f"any: {forced}")
    named = client.messages.create(
        model=MODEL, messages=[user("Hello")], tool_choice={"type": "tool", "name": "get_weather"}, **CALLS)
    check([b.name for b in named.content] == ["get_weather"], f"tool: {named}")
    none = client.messages.create(model=MODEL, messages=[QUESTION], tool_choice={"type": "none"}, **CALLS)
    check(none.content[0].type == "text", f"none: {none}")
    cities = [user("Weather in Tokyo and in Berlin please")]
    both = client.messages.create(model=MODEL, messages=cities, **CALLS)
    one = client.messages.create(
        model=MODEL, messages=cities, tool_choice={"type": "auto", "disable_parallel_tool_use": True}, **CALLS)
    check(len(both.content) == 2 and len(one.content) == 1, f"parallel: {both.content} {one.content}")
    with client.messages.stream(model=MODEL, messages=cities, **CALLS) as stream:
        final = stream.get_final_message()
    check([b.input for b in final.content] == [b.input for b in both.content], f"streamed: {final}")
    check(len({b.id for b in final.content}) == 2 and final.stop_reason == "tool_use", f"streamed: {final}")


def formats(client):
    done = client.messages.parse(
        model=MODEL, max_tokens=64, messages=[user("Anna is 30 years old.")], output_format=Person)
    check(isinstance(done.parsed_output, Person), f"parse: {done}")
    choice = {"type": "json_schema", "schema": {"type": "object", "properties": {"colour": {"enum": ["red", "blue"]}},
                                                "required": ["colour"], "additionalProperties": False}}
    chosen = client.messages.create(
        model=MODEL, max_tokens=64, messages=[user("Name a colour.")], output_config={"format": choice})
    check(json.loads(chosen.content[0].text)["colour"] in ("red", "blue"), f"output_config: {chosen}")


def counts(client):
    plain = client.messages.count_tokens(model=MODEL, messages=[QUESTION]).input_tokens
    done = client.messages.create(model=MODEL, max_tokens=1, messages=[QUESTION])
    check(plain == done.usage.input_tokens + done.usage.cache_read_input_tokens, f"{plain} {done.usage}")
    check(client.messages.count_tokens(model=MODEL, messages=[QUESTION], tools=[WEATHER]).input_tokens > plain, "with tools")


def shapes(client):
    """Answers and events have every field of the client's types: by itself the client would not look."""
    url, events = str(client.base_url).rstrip("/") + "/v1/messages", TypeAdapter(RawMessageStreamEvent)
    headers = {"x-api-key": KEY, "anthropic-version": "2023-06-01"}
    for more in ({"max_tokens": 8}, CALLS):
        body = {"messages": [QUESTION], **more}
        status, _, text = request(url, body, headers=headers)
        check(status == 200, text)
        Message.model_validate(json.loads(text))
        status, _, text = request(url, {**body, "stream": True}, headers=headers)
        lines = text.splitlines()
        names = [line[7:] for line in lines if line.startswith("event: ")]
        data = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
        check(status == 200 and [d["type"] for d in data] == names, text)
        for event in data:
            check(event == {"type": "ping"} or events.validate_python(event).type == event["type"], f"{event}")


def errors(client):
    def fails(kind, word, client=client, **body):
        try:
            client.messages.create(**{"model": MODEL, "max_tokens": 4, "messages": [user("x")], **body})
        except kind as error:
            check(word in error.message and error.body["type"] == "error" and error.request_id, f"{error.body}")
            return error
        check(False, f"nothing was refused: {body}")

    bad = anthropic.BadRequestError
    check(fails(anthropic.NotFoundError, "claude", model="claude-sonnet-4-5").type == "not_found_error", "model")
    check(fails(bad, "temperature", extra_body={"temperature": 11}).type == "invalid_request_error", "temperature")
    fails(bad, "mcp_servers", extra_body={"mcp_servers": [{"type": "url", "url": "https://example.org", "name": "x"}]})
    fails(bad, "functions", extra_body={"functions": []})
    fails(bad, "tools[0].type", tools=[{"type": "web_search_20250305", "name": "web_search"}])
    fails(bad, "messages[0].content[0].type", messages=[user([{"type": "image", "source": {
        "type": "base64", "media_type": "image/png", "data": "eA=="}}])])
    fails(bad, "messages[1].role", messages=[user("x"), {"role": "assistant", "content": "The answer is"}])
    fails(bad, "prompt is too long", messages=[user("word " * 6_000)] * 7)
    stranger = client.with_options(api_key="a-key-of-nobody")
    check(fails(anthropic.AuthenticationError, "key", stranger).type == "authentication_error", "a key of nobody")
    bearer = anthropic.Anthropic(base_url=client.base_url, api_key=None, auth_token=KEY, max_retries=0)
    check(bearer.messages.create(model=MODEL, max_tokens=2, messages=[user("x")]).content, "a bearer's token")


def main():
    arguments = parser(__doc__).parse_args()
    with server(arguments, environment={"KINGLET_API_KEY": KEY}) as url:
        client = anthropic.Anthropic(base_url=url, api_key=KEY, max_retries=0)
        for step in (texts, text_stream, tools, formats, counts, shapes, errors):
            step(client)
            print(f"anthropic, {step.__name__.replace('_', ' ')}: right")


run(main)
