"""Writes qwen2-tokens.txt and pieces.txt: python3 make_tokenizer_fixture.py TOKENIZER_JSON [COUNT [SEED [FOLDER]]]

TOKENIZER_JSON is the tokenizer.json of a Qwen2 or Qwen2.5 model. Made with tokenizers 0.22.2, COUNT 5400, SEED 1.

qwen2-tokens.txt: under a line "# kind" one text a line, as JSON, a tab and its token ids in base 36. In the kind
"special" special texts become tokens, in all others they stay text; in the kind "decode" the text is what the ids give.
pieces.txt: a JSON text, a tab, the lengths in UTF-8 bytes of its pieces by GPT-2's and, after another tab, by SmolLM's
pre-tokeniser.
"""

import json
import os
import random
import sys
import tokenizers
from tokenizers import AddedToken, Tokenizer, pre_tokenizers
from tokenizer_texts import SPECIAL, Texts

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def base36(number):
    return (base36(number // 36) if number >= 36 else "") + DIGITS[number % 36]


def line(text, ids):
    return json.dumps(text, ensure_ascii=False) + "\t" + " ".join(map(base36, ids)) + "\n"


def pieces(pre_tokenizer, text):
    """Lengths in bytes: the byte-level alphabet has one character a byte."""
    return " ".join(str(len(piece)) for piece, _ in pre_tokenizer.pre_tokenize_str(text))


source, count, seed = sys.argv[1], int((sys.argv[2:] or [5400])[0]), int((sys.argv[3:] or [1])[0])
folder = (sys.argv[4:] or [os.path.dirname(os.path.abspath(__file__))])[0]
tokenizer = Tokenizer.from_file(source)
tokenizer.encode_special_tokens = True  # "<|im_end|>" is text
texts = Texts(seed).all(count)
with open(os.path.join(folder, "qwen2-tokens.txt"), "w", encoding="utf-8", newline="\n") as file:
    for kind, group in texts.items():
        file.write(f"# {kind}\n")
        for text in group:
            file.write(line(text, tokenizer.encode(text, add_special_tokens=False).ids))
    chat = Tokenizer.from_file(source)
    chat.add_tokens([AddedToken(text, special=True, normalized=False) for text in SPECIAL])
    assert [chat.token_to_id(text) for text in SPECIAL] == list(range(151643, 151643 + len(SPECIAL)))
    file.write("# special\n")
    for text in texts["markers"] + Texts(seed + 1).all(count // 20)["markers"]:
        file.write(line(text, chat.encode(text, add_special_tokens=False).ids))
    file.write("# decode\n")
    r = random.Random(seed)
    known = [r.randrange(151643) for _ in range(200)] + list(range(256)) * 4
    for _ in range(count // 18):
        ids = [r.choice(known) for _ in range(r.randint(1, 12))]
        file.write(line(chat.decode(ids, skip_special_tokens=False), ids))

gpt2 = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
smollm = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), gpt2])
with open(os.path.join(folder, "pieces.txt"), "w", encoding="utf-8", newline="\n") as file:
    for kind, group in Texts(seed + 2).all(count // 4).items():
        for text in group:
            file.write(f"{json.dumps(text, ensure_ascii=False)}\t{pieces(gpt2, text)}\t{pieces(smollm, text)}\n")
print(tokenizers.__version__, {kind: len(group) for kind, group in texts.items()})
