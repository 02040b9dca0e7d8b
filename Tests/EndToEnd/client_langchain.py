#!/usr/bin/env python3
"""langchain-openai on the server: tools, structured output, streams, embeddings; chats and responses."""
from typing import Literal

from pydantic import BaseModel, Field

from serving import check, needs, parser, run, server

needs("langchain_openai", "langchain-openai")
from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings

MODEL, ENCODER = "qwen2.5-coder-0.5b-instruct", "qwen2.5-coder-0.5b-instruct:finder"


@tool
def get_weather(city: str) -> str:
    """Get the current weather in a city."""
    return f"12 degrees and rain in {city}"


class Person(BaseModel):
    """A person that somebody speaks of."""
    name: str = Field(max_length=40)
    kind: Literal["friend", "colleague", "family"]


def tools(chat):
    bound = chat.bind_tools([get_weather])
    history = [HumanMessage("What's the weather in Paris?")]
    first = bound.invoke(history)
    check([c["name"] for c in first.tool_calls] == ["get_weather"], f"calls {first.tool_calls}")
    check("Paris" in first.tool_calls[0]["args"]["city"], f"arguments {first.tool_calls}")
    history += [first, get_weather.invoke(first.tool_calls[0])]
    check(isinstance(history[-1], ToolMessage), "the tool's answer")
    last = bound.invoke(history)
    check(last.text and not last.tool_calls, f"after the tool's answer: {last}")
    check(last.usage_metadata["input_tokens"] > 0, f"usage {last.usage_metadata}")
    forced = chat.bind_tools([get_weather], tool_choice="get_weather").invoke("Hello")
    check(len(forced.tool_calls) == 1, "tool_choice")
    merged = None
    for chunk in bound.stream("What's the weather in Paris?"):
        merged = chunk if merged is None else merged + chunk
    check([c["name"] for c in merged.tool_calls] == ["get_weather"], f"streamed calls {merged.tool_calls}")


def structured(chat, methods):
    for method in methods:
        done = chat.with_structured_output(Person, method=method).invoke("Anna is a friend of mine.")
        check(isinstance(done, Person) and done.kind == "friend", f"{method}: {done}")


def streaming(chat):
    whole = chat.invoke("Count from one to five.").text
    pieces = [chunk.text for chunk in chat.stream("Count from one to five.")]
    check("".join(pieces) == whole and len(pieces) > 3, f"streamed {pieces}")


def embeddings(url):
    encoder = OpenAIEmbeddings(base_url=url, api_key="none", model=ENCODER, check_embedding_ctx_length=False)
    vectors = encoder.embed_documents(["turn off the lights", "play some jazz"])
    query = encoder.embed_query("lights off")
    def likeness(one, two): return sum(a * b for a, b in zip(one, two))
    check(likeness(query, vectors[0]) > likeness(query, vectors[1]), "the wrong text is nearest")
    tokens = OpenAIEmbeddings(base_url=url, api_key="none", model=ENCODER, dimensions=16, tiktoken_enabled=False,
                              check_embedding_ctx_length=False)
    check(len(tokens.embed_query("lights off")) == 16, "dimensions")


def main():
    arguments = parser(__doc__).parse_args()
    with server(arguments) as address:
        url = address + "/v1"
        options = dict(base_url=url, api_key="none", model=MODEL, temperature=0, max_tokens=64, max_retries=0)
        for name, chat, methods in (
                ("chats", ChatOpenAI(**options), ["json_schema", "function_calling"]),
                ("responses", ChatOpenAI(**options, use_responses_api=True), ["json_schema", "function_calling"])):
            tools(chat)
            structured(chat, methods)
            streaming(chat)
            print(f"langchain, {name}: right")
        embeddings(url)
    print("langchain, embeddings: right")


run(main)
