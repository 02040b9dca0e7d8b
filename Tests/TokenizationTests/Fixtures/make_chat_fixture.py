"""Writes chats.jsonl: python3 make_chat_fixture.py MODEL_GGUF TOKENIZER_JSON > chats.jsonl

MODEL_GGUF is a Qwen2.5 model, whose chat template renders the conversations; TOKENIZER_JSON its tokenizer.json.
Made with gguf 0.19.0, transformers 4.57.6, tokenizers 0.22.2; seed 1. A line holds messages, tools, whether a generation
prompt was asked for, the rendered text and its token ids in base 36. Where a message holds the text of a special token
there are no ids: to Hugging Face it is one, to kinglet it is text.
"""

import json
import random
import sys

from gguf import GGUFReader
from tokenizer_texts import SPECIAL, Texts
from tokenizers import AddedToken, Tokenizer
from transformers import PreTrainedTokenizerFast

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
template = GGUFReader(sys.argv[1]).fields["tokenizer.chat_template"].contents()
tokenizer = Tokenizer.from_file(sys.argv[2])
tokenizer.add_tokens([AddedToken(text, special=True, normalized=False) for text in SPECIAL])
chat = PreTrainedTokenizerFast(tokenizer_object=tokenizer, chat_template=template)
r, texts = random.Random(1), Texts(1)
KINDS = ["english", "english", "chinese", "mixed", "code", "spaces", "marks", "emoji", "digits", "punctuation"]


def base36(number):
    return (base36(number // 36) if number >= 36 else "") + DIGITS[number % 36]


def text(most=3):
    if r.random() < 0.08:
        return texts.markers()
    return "".join(getattr(texts, r.choice(KINDS))() for _ in range(r.randint(0 if r.random() < 0.1 else 1, most)))


def value(depth=2):
    kind = r.randint(0, 8 if depth else 6)
    if kind < 3:
        return text(1)
    if kind < 7:
        return [r.randint(-10**12, 10**12), r.random() * 10 ** r.randint(-9, 9), r.choice([True, False, None]), 5.0][kind - 3]
    if kind == 7:
        return [value(depth - 1) for _ in range(r.randint(0, 3))]
    return {f"{text(1)[:6]}{n}": value(depth - 1) for n in range(r.randint(0, 3))}


def arguments():
    return {name: value() for name in r.sample(["room", "level", "on", "时间", "été", "items", "a/b"], r.randint(0, 3))}


def call():
    return {"type": "function", "function": {"name": r.choice(["set_light", "weather.get", "播放", "x" * 8]), "arguments": arguments()}}


def tool(number):
    properties = {f"p{n}": {"type": r.choice(["string", "integer", "number", "boolean"]), "description": text(1)} for n in range(r.randint(0, 2))}
    return {"type": "function", "function": {"name": f"f{number}", "description": text(1),
                                             "parameters": {"type": "object", "properties": properties, "required": list(properties)[:1]}}}


def message(role):
    made = {"role": role, "content": text()}
    if role == "assistant" and r.random() < 0.5:
        made["tool_calls"] = [call() for _ in range(r.randint(1, 2))]
        if r.random() < 0.5:
            made["content"] = ""
    return made


for number in range(260):
    roles = (["system"] if r.random() < 0.4 else []) + r.choices(["user", "assistant", "tool", "system"], [4, 3, 3, 0.3], k=r.randint(1, 5))
    messages = [message(role) for role in roles]
    tools = [tool(n) for n in range(r.randint(1, 2))] if r.random() < 0.4 else []
    prompt = r.random() < 0.7
    rendered = chat.apply_chat_template(messages, tools=tools or None, add_generation_prompt=prompt, tokenize=False)
    line = {"messages": messages, "tools": tools, "prompt": prompt, "text": rendered}
    if not any(name in json.dumps([messages, tools]) for name in SPECIAL):
        line["ids"] = " ".join(map(base36, tokenizer.encode(rendered, add_special_tokens=False).ids))
    print(json.dumps(line, ensure_ascii=False))
