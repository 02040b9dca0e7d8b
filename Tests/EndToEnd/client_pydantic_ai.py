#!/usr/bin/env python3
"""pydantic-ai on the server: an agent with tools, structured output in its ways, streams, embeddings; chats and responses."""
import asyncio
from typing import Literal

from pydantic import BaseModel, Field

from serving import check, needs, parser, run, server

needs("pydantic_ai", "pydantic-ai-slim[openai]")
from pydantic_ai import Agent, NativeOutput, ToolOutput
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

MODEL, ENCODER = "qwen2.5-coder-0.5b-instruct", "qwen2.5-coder-0.5b-instruct:finder"


class Person(BaseModel):
    """A person that somebody speaks of."""
    name: str = Field(max_length=40)
    kind: Literal["friend", "colleague", "family"]


def tools(model):
    asked = []
    agent = Agent(model, model_settings={"temperature": 0, "max_tokens": 64})

    @agent.tool_plain
    def get_weather(city: str) -> str:
        """Get the current weather in a city."""
        asked.append(city)
        return "12 degrees and rain"

    done = agent.run_sync("What's the weather in Paris?")
    check(asked == ["Paris"] and done.output, f"asked {asked}, said {done.output!r}")
    check(done.usage.input_tokens > 0 and done.usage.requests == 2, f"usage {done.usage}")
    more = agent.run_sync("Say hello.", message_history=done.all_messages())
    check(more.output, "a history of calls")


def structured(model):
    for way in (ToolOutput(Person), NativeOutput(Person)):
        agent = Agent(model, output_type=way, model_settings={"temperature": 0, "max_tokens": 64})
        done = agent.run_sync("Anna is a friend of mine.").output
        check(isinstance(done, Person) and done.kind == "friend", f"{type(way).__name__}: {done}")


async def streaming(model):
    agent = Agent(model, model_settings={"temperature": 0, "max_tokens": 64})
    whole = (await agent.run("Count from one to five.")).output
    async with agent.run_stream("Count from one to five.") as stream:
        pieces = [piece async for piece in stream.stream_text(delta=True)]
    check("".join(pieces) == whole and pieces, f"streamed {pieces} instead of {whole!r}")


def embeddings(url):
    from pydantic_ai.embeddings import Embedder
    from pydantic_ai.embeddings.openai import OpenAIEmbeddingModel
    encoder = Embedder(OpenAIEmbeddingModel(ENCODER, provider=OpenAIProvider(base_url=url, api_key="none")))
    done = encoder.embed_documents_sync(["turn off the lights", "play some jazz"])
    check(len(done.embeddings) == 2 and len(done.embeddings[0]) == 384, "embeddings")


def main():
    arguments = parser(__doc__).parse_args()
    with server(arguments) as address:
        provider = OpenAIProvider(base_url=address + "/v1", api_key="none")
        for name, kind in (("chats", OpenAIChatModel), ("responses", OpenAIResponsesModel)):
            model = kind(MODEL, provider=provider)
            tools(model)
            structured(model)
            asyncio.run(streaming(kind(MODEL, provider=OpenAIProvider(base_url=address + "/v1", api_key="none"))))
            print(f"pydantic-ai, {name}: right")
        embeddings(address + "/v1")
    print("pydantic-ai, embeddings: right")


run(main)
