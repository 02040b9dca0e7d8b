"""Writes Sources/Tokenization/BertScalars.swift: what Hugging Face `tokenizers` does to single scalars.

    python make_bert_scalars.py        (tokenizers 0.22.2)

Asked of the library itself, scalar by scalar, since its crates have tables of several Unicode versions.
"""

import os

import tokenizers
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

OFF = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
clean, chinese, strip, lower = (
    BertNormalizer(**{**OFF, name: True}) for name in ("clean_text", "handle_chinese_chars", "strip_accents", "lowercase")
)
cutter = BertPreTokenizer()
SCALARS = [value for value in range(0x110000) if not 0xD800 <= value < 0xE000]


def ranges(values):
    runs = []
    for value in values:
        if runs and runs[-1][1] == value - 1:
            runs[-1][1] = value
        else:
            runs.append([value, value])
    return " ".join(f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in runs)


def wrapped(text):
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) > 112:
            lines.append(line)
            line = ""
        line += (" " if line else "") + word
    return "\n".join(f"        {line}" for line in lines + [line])


def lowered():
    """Runs `first-last/step+distance` of scalars that become one other; U+0130 alone becomes two."""
    runs = []
    for value in SCALARS:
        text = lower.normalize_str(chr(value))
        if text == chr(value) or value == 0x130:
            continue
        assert len(text) == 1, hex(value)
        distance = ord(text) - value
        if runs and runs[-1][3] == distance:
            run = runs[-1]
            step = value - run[1]
            if (run[2] is None and step <= 2) or step == run[2]:
                run[1], run[2] = value, step
                continue
        runs.append([value, value, None, distance])
    return " ".join(f"{a:X}-{b:X}/{step or 1}{'+' if d > 0 else '-'}{abs(d):X}" for a, b, step, d in runs)


assert lower.normalize_str("\u0130") == "i\u0307"
tables = {
    "removed": ("Control characters and others that cleaning takes out.", ranges(v for v in SCALARS if clean.normalize_str(chr(v)) == "")),
    "blank": ("What cleaning turns into a space.", ranges(v for v in SCALARS if v != 32 and clean.normalize_str(chr(v)) == " ")),
    "chinese": ("Ideographs, which stand alone.", ranges(v for v in SCALARS if chinese.normalize_str(chr(v)) == f" {chr(v)} ")),
    "marks": ("Marks that stripping accents takes out.", ranges(v for v in SCALARS if strip.normalize_str(chr(v)) == "")),
    "punctuation": ("What is a word of its own.", ranges(v for v in SCALARS if len(cutter.pre_tokenize_str(f"a{chr(v)}b")) == 3)),
    "space": ("What ends a word and is dropped.", ranges(v for v in SCALARS if len(cutter.pre_tokenize_str(f"a{chr(v)}b")) == 2)),
    "lowered": ("Lower case: `first-last/step` and the distance to add or subtract. U+0130 is not here: it becomes two.", lowered()),
}
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "../../../Sources/Tokenization/BertScalars.swift"), "w") as out:
    out.write(
        "/// What BERT's normaliser and pre-tokeniser do to single scalars, written by\n"
        "/// Tests/TokenizationTests/Fixtures/make_bert_scalars.py from `tokenizers` "
        f"{tokenizers.__version__}. Ranges of hexadecimal scalars.\n"
        "enum BertScalars {\n"
    )
    for name, (comment, text) in tables.items():
        out.write(f'    /// {comment}\n    static let {name} = """\n{wrapped(text)}\n        """\n')
        out.write("" if name == "lowered" else "\n")
    out.write("}\n")
