#!/usr/bin/env python3
"""llama-index on the server: chats with tools, structured output, streams, embeddings, a search over vectors."""
from typing import Literal

from pydantic import BaseModel, Field

from serving import check, needs, parser, run, server

needs("llama_index.llms.openai_like", "llama-index-llms-openai-like")
needs("llama_index.embeddings.openai_like", "llama-index-embeddings-openai-like")
from llama_index.core import Document, VectorStoreIndex
from llama_index.core.llms import ChatMessage
from llama_index.core.tools import FunctionTool
from llama_index.embeddings.openai_like import OpenAILikeEmbedding
from llama_index.llms.openai_like import OpenAILike

MODEL, ENCODER = "qwen2.5-coder-0.5b-instruct", "qwen2.5-coder-0.5b-instruct:finder"


class Person(BaseModel):
    """A person that somebody speaks of."""
    name: str = Field(max_length=40)
    kind: Literal["friend", "colleague", "family"]


def get_weather(city: str) -> str:
    """Get the current weather in a city."""
    return f"12 degrees and rain in {city}"


def tools(llm):
    tool = FunctionTool.from_defaults(get_weather)
    done = llm.chat_with_tools([tool], user_msg="What's the weather in Paris?")
    calls = llm.get_tool_calls_from_response(done)
    check([c.tool_name for c in calls] == ["get_weather"] and "Paris" in calls[0].tool_kwargs["city"], f"calls {calls}")
    answer = llm.predict_and_call([tool], "What's the weather in Paris?")
    check("rain in Paris" in str(answer), f"called: {answer}")
    last = None
    for last in llm.stream_chat_with_tools([tool], user_msg="What's the weather in Paris?"):
        pass
    calls = llm.get_tool_calls_from_response(last)
    check([c.tool_name for c in calls] == ["get_weather"], f"streamed calls {calls}")


def structured(llm):
    done = llm.as_structured_llm(Person).complete("Anna is a friend of mine.").raw
    check(isinstance(done, Person) and done.kind == "friend", f"structured: {done}")


def streaming(llm):
    messages = [ChatMessage(role="user", content="Count from one to five.")]
    whole = llm.chat(messages).message.content
    pieces = [piece.delta for piece in llm.stream_chat(messages)]
    check("".join(p or "" for p in pieces) == whole and len(pieces) > 3, f"streamed {pieces}")
    check(llm.complete("Say hello.").text, "a completion")


def embeddings(url, llm):
    encoder = OpenAILikeEmbedding(model_name=ENCODER, api_base=url, api_key="none", embed_batch_size=8)
    texts = ["The lights are in the kitchen.", "Jazz is a kind of music."]
    index = VectorStoreIndex.from_documents([Document(text=t) for t in texts], embed_model=encoder)
    found = index.as_retriever(similarity_top_k=1).retrieve("What is jazz?")
    check("Jazz" in found[0].text, f"found {found}")
    said = index.as_query_engine(llm=llm, similarity_top_k=1).query("What is jazz?")
    check(str(said), "an answer from what was found")


def main():
    arguments = parser(__doc__).parse_args()
    with server(arguments) as address:
        url = address + "/v1"
        llm = OpenAILike(
            model=MODEL, api_base=url, api_key="none", is_chat_model=True, is_function_calling_model=True,
            temperature=0, max_tokens=64, context_window=8192, max_retries=0)
        for step in (tools, structured, streaming):
            step(llm)
            print(f"llama-index, {step.__name__}: right")
        embeddings(url, llm)
    print("llama-index, embeddings: right")


run(main)
