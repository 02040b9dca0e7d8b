"""Writes bert-tokens.txt: python3 make_bert_fixture.py TOKENIZER_JSON

TOKENIZER_JSON is the tokenizer.json of all-MiniLM-L6-v2 (bert-base-uncased's vocabulary). Made with tokenizers 0.22.2.

Line n has the token ids, in base 36 and without [CLS] and [SEP], of the n-th text of qwen2-tokens.txt; then, behind a
line "# more", texts of its own as JSON, a tab and their ids.
"""

import json
import os
import random
import sys

from tokenizers import Tokenizer
from tokenizer_texts import SCALARS

here = os.path.dirname(os.path.abspath(__file__))
tokenizer = Tokenizer.from_file(sys.argv[1])
tokenizer.no_truncation()
tokenizer.no_padding()


def base36(number):
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (base36(number // 36) if number >= 36 else "") + digits[number % 36]


def ids(text):
    return tokenizer.encode(text, add_special_tokens=False).ids


SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "[unused1]", "[cls]", "[SEP", "SEP]", "##ing", "#", "[[SEP]]"]
WORDS = "un##aff able Über Straße İstanbul ΑΣ ﬁre ǅ Ǆ Å K ẞ a\u0301\u0345\u0344 ǆ".split()
random.seed(3)
more = ["", " ", "a" * 99, "a" * 100, "a" * 101, "é" * 100, "é" * 101, "中" * 120, "\u0301", "\u00ad", "x\u00ady", "\u302f\u16ff0\U0001d165\u302e"]
more += ["".join(random.choice(SPECIAL + WORDS + [" ", "", "x", "ä", "世"]) for _ in range(random.randint(1, 6))) for _ in range(250)]
more += ["".join(chr(c) for c in SCALARS[start : start + 512]) for start in range(0, 0x3200, 512)]
more += ["".join(random.choice("ab\u0301") + chr(c) for c in random.sample(SCALARS, 60)) for _ in range(60)]
with open(os.path.join(here, "qwen2-tokens.txt"), encoding="utf-8") as texts, open(os.path.join(here, "bert-tokens.txt"), "w", encoding="utf-8") as out:
    for text in texts:
        if not text.startswith("# ") and text.strip():
            out.write(" ".join(map(base36, ids(json.loads(text.split("\t")[0])))) + "\n")
    out.write("# more\n")
    out.writelines(json.dumps(text) + "\t" + " ".join(map(base36, ids(text))) + "\n" for text in more)
