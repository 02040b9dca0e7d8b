#!/usr/bin/env python3
"""instructor on the server: structured output in each of its ways, several tools at once, lists, streams of partial objects, a validator that asks again."""
from typing import Iterable, Literal

from pydantic import BaseModel, Field, field_validator

from serving import check, needs, parser, run, server

instructor = needs("instructor", "instructor")
import openai

MODEL = "qwen2.5-coder-0.5b-instruct"
TEXT = [{"role": "user", "content": "Anna is a friend of mine. She is 30 years old."}]


class Person(BaseModel):
    """A person that somebody speaks of."""
    name: str = Field(max_length=40)
    age: int = Field(ge=0, le=150)
    kind: Literal["friend", "colleague", "family"]


class Shouting(BaseModel):
    """A name in capital letters."""
    name: str = Field(max_length=40)
    tries: int = 0

    @field_validator("name")
    @classmethod
    def is_checked(cls, name):
        Counter.count += 1
        if Counter.count == 1:
            raise ValueError("write the name again")
        return name


class Weather(BaseModel):
    """Get the current weather in a city."""
    city: str = Field(max_length=40)


class Alarm(BaseModel):
    """Set an alarm."""
    time: str = Field(max_length=20)


class Counter:
    count = 0


def modes(url):
    """Each mode's client, over chats and over responses."""
    plain = openai.OpenAI(base_url=url, api_key="none", max_retries=0)
    for mode in (instructor.Mode.TOOLS, instructor.Mode.JSON_SCHEMA, instructor.Mode.JSON, instructor.Mode.TOOLS_STRICT,
                 instructor.Mode.RESPONSES_TOOLS):
        yield mode.name, instructor.from_openai(plain, mode=mode)


def main():
    arguments = parser(__doc__).parse_args()
    with server(arguments) as address:
        url = address + "/v1"
        for name, client in modes(url):
            done = client.create(model=MODEL, messages=TEXT, response_model=Person, temperature=0, max_retries=1)
            check(isinstance(done, Person), f"{name}: {done}")
            check(name == "JSON" or done.kind == "friend" and done.age == 30, f"{name}: {done}")
            print(f"instructor, {name}: right")
        both = instructor.from_openai(openai.OpenAI(base_url=url, api_key="none", max_retries=0), mode=instructor.Mode.PARALLEL_TOOLS)
        calls = list(both.create(model=MODEL, messages=[{"role": "user", "content": "What's the weather in Paris?"}], temperature=0,
                                 response_model=Iterable[Weather | Alarm]))
        check([type(c) for c in calls] == [Weather] and "Paris" in calls[0].city, f"one of two tools: {calls}")
        print("instructor, PARALLEL_TOOLS: right")
        client = dict(modes(url))["TOOLS"]
        parts = list(client.create_partial(model=MODEL, messages=TEXT, response_model=Person, temperature=0))
        check(parts and parts[-1].name and parts[-1].age == 30, f"partial {parts[-1:]}")
        people = list(client.create_iterable(
            model=MODEL, messages=[{"role": "user", "content": "Anna, a friend, is 30, and Ben, my colleague, is 40."}],
            response_model=Person, temperature=0))
        check(people and all(isinstance(p, Person) for p in people), f"iterable {people}")
        again = client.create(model=MODEL, messages=TEXT, response_model=Shouting, temperature=0, max_retries=2)
        check(isinstance(again, Shouting) and Counter.count == 2, f"asked again: {again}, {Counter.count}")
    print("instructor, partial objects, lists and second attempts: right")


run(main)
