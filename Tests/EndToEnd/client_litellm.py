#!/usr/bin/env python3
"""litellm on the server, as `openai/MODEL` with its address: tools, structured output, streams, embeddings, responses, errors."""
import json
import os

from serving import check, needs, parser, run, server

os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"  # else it asks the web for prices
litellm = needs("litellm", "litellm")
from pydantic import BaseModel, Field

MODEL, ENCODER = "openai/qwen2.5-coder-0.5b-instruct", "openai/qwen2.5-coder-0.5b-instruct:finder"
WEATHER = {"type": "function", "function": {
    "name": "get_weather", "description": "Get the current weather in a city", "parameters": {
        "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}


class Person(BaseModel):
    name: str = Field(max_length=40)
    age: int = Field(ge=0, le=150)


def user(text):
    return [{"role": "user", "content": text}]


def tools(options):
    done = litellm.completion(messages=user("What's the weather in Paris?"), tools=[WEATHER], **options)
    calls = done.choices[0].message.tool_calls
    check([c.function.name for c in calls] == ["get_weather"], f"calls {calls}")
    check("Paris" in json.loads(calls[0].function.arguments)["city"], f"arguments {calls}")
    check(done.choices[0].finish_reason == "tool_calls" and done.usage.total_tokens > 0, f"{done}")
    forced = litellm.completion(messages=user("Hello"), tools=[WEATHER], tool_choice="required", **options)
    check(forced.choices[0].message.tool_calls, "tool_choice")
    history = user("What's the weather in Paris?") + [done.choices[0].message.model_dump(), {
        "role": "tool", "tool_call_id": calls[0].id, "content": "12 degrees and rain"}]
    last = litellm.completion(messages=history, tools=[WEATHER], **options)
    check(last.choices[0].message.content, f"after the tool's answer: {last}")
    chunks = list(litellm.completion(
        messages=user("What's the weather in Paris?"), tools=[WEATHER], stream=True, **options))
    whole = litellm.stream_chunk_builder(chunks)
    check([c.function.name for c in whole.choices[0].message.tool_calls] == ["get_weather"], f"streamed {whole}")


def structured(options):
    done = litellm.completion(messages=user("Anna is 30 years old."), response_format=Person, **options)
    check(Person.model_validate_json(done.choices[0].message.content), f"{done}")
    free = litellm.completion(
        messages=user("Describe a cat as JSON."), response_format={"type": "json_object"}, **options)
    check(isinstance(json.loads(free.choices[0].message.content), dict), f"{free}")


def streaming(options):
    whole = litellm.completion(messages=user("Count from one to five."), **options).choices[0].message.content
    chunks = list(litellm.completion(
        messages=user("Count from one to five."), stream=True, stream_options={"include_usage": True}, **options))
    text = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    check(text == whole and len(chunks) > 3, f"streamed {text!r} instead of {whole!r}")
    check(any(getattr(c, "usage", None) for c in chunks), "no usage at the end of the stream")


def responses(options):
    done = litellm.responses(
        model=options["model"], api_base=options["api_base"], api_key="none", input="Say hello.", max_output_tokens=16)
    check(done.output[0].content[0].text, f"{done}")
    events = [str(getattr(e.type, "value", e.type)) for e in litellm.responses(
        model=options["model"], api_base=options["api_base"], api_key="none", input="Say hello.", max_output_tokens=16,
        stream=True)]
    check(events[0] == "response.created" and events[-1] in ("response.completed", "response.incomplete"), f"{events}")


def embeddings(options):
    done = litellm.embedding(model=ENCODER, api_base=options["api_base"], api_key="none", input=["a", "b"])
    check(len(done.data) == 2 and len(done.data[0]["embedding"]) == 384, "embeddings")


def errors(options):
    try:
        litellm.completion(messages=user("x"), **{**options, "model": "openai/gpt-4o"})
    except litellm.NotFoundError as error:
        check("gpt-4o" in str(error), f"{error}")
    else:
        check(False, "an unknown model was taken")
    try:
        litellm.completion(messages=user("word " * 6_000) * 7, **options)
    except litellm.ContextWindowExceededError:
        pass
    else:
        check(False, "a prompt that is too long was taken")


def main():
    arguments = parser(__doc__).parse_args()
    with server(arguments) as url:
        options = dict(model=MODEL, api_base=url + "/v1", api_key="none", temperature=0, max_tokens=64, num_retries=0)
        for step in (tools, structured, streaming, responses, embeddings, errors):
            step(options)
            print(f"litellm, {step.__name__}: right")


run(main)
