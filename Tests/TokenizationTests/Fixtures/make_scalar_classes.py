"""Writes scalar-classes.txt: python3 make_scalar_classes.py > scalar-classes.txt

Each line is a run of scalars, first and last in hexadecimal, and its classes: L for \\p{L}, N for \\p{N}, S for \\s of
the regular expressions of Hugging Face tokenizers, D for the numbers of its Digits pre-tokeniser. Scalars that are in
no line have no class. Made with tokenizers 0.22.2.
"""

from itertools import groupby

from tokenizers import Regex, pre_tokenizers

matches = [(name, pre_tokenizers.Split(Regex(pattern), "removed")) for name, pattern in (("L", r"\p{L}"), ("N", r"\p{N}"), ("S", r"\s"))]
digits = pre_tokenizers.Digits(individual_digits=True)


def classes(value):
    if 0xD800 <= value < 0xE000:
        return ""
    found = "".join(name for name, split in matches if not split.pre_tokenize_str(chr(value)))
    return found + ("D" if len(digits.pre_tokenize_str(f"a{chr(value)}a")) > 1 else "")


for found, run in groupby(range(0x110000), classes):
    run = list(run)
    if found:
        print(f"{run[0]:X} {run[-1]:X} {found}")
