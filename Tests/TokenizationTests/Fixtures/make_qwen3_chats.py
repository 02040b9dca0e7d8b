"""Writes qwen3-chats.jsonl: python3 make_qwen3_chats.py TEMPLATE... > qwen3-chats.jsonl

Each TEMPLATE is the chat template of a Qwen3 model (of Qwen3-0.6B's first release and of its last); all must render the
same. transformers 5.24, enable_thinking false; seed 3. A line holds messages, tools, whether a generation prompt was asked
for, and the rendered text. Conversations are short, and some of the assistant's texts have thoughts.
"""

import json
import pathlib
import random
import sys

from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast

r = random.Random(3)
TEXTS = [
    "turn on the lights", "", "今天天气怎么样？", "\n", "a\n\n", "\n x", "it's <done>", "<tool_response>\n21\n</tool_response>",
    "<tool_response>no", "<|im_end|>", "e\u0301", "\r\n",
]
THOUGHTS = [
    "<think>\nthe hall?\n</think>\n\nDone.", "<think>\n\n</think>\n\nDone.", "no start</think>Done.", "<think>never ends",
    "<think>a</think>b</think>\n\u0301c", "<think>\n<think>twice\n\n</think>\n", "</think>", "x<think>\n\ny\n</think>\r\nz",
]


def call():
    return {"type": "function", "function": {"name": r.choice(["set_light", "播放"]), "arguments": r.choice([{}, {"room": "été", "on": True}])}}


def message(role):
    made = {"role": role, "content": r.choice(TEXTS + (THOUGHTS if role == "assistant" else []))}
    if role == "assistant" and r.random() < 0.4:
        made["tool_calls"] = [call() for _ in range(r.randint(1, 2))]
    return made


chats = [
    PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE()), chat_template=pathlib.Path(path).read_text())
    for path in sys.argv[1:]
]
for number in range(90):
    roles = (["system"] if r.random() < 0.4 else []) + r.choices(["user", "assistant", "tool", "system"], [4, 5, 3, 0.3], k=r.randint(1, 6))
    messages = [message(role) for role in roles]
    tools = [{"type": "function", "function": {"name": "f", "description": r.choice(TEXTS)}}] * (r.random() < 0.4)
    prompt = r.random() < 0.6
    texts = {
        chat.apply_chat_template(
            messages, tools=tools or None, add_generation_prompt=prompt, tokenize=False, enable_thinking=False)
        for chat in chats
    }
    assert len(texts) == 1, texts
    print(json.dumps({"messages": messages, "tools": tools, "prompt": prompt, "text": texts.pop()}, ensure_ascii=False))
