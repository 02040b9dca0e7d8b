"""Writes Sources/Tokenization/CanonicalDecompositions.swift: python3 make_canonical_decompositions.py > FILE

The decompositions are those that Hugging Face tokenizers knows (its Unicode version is older than Python's), asked
scalar by scalar. Made with tokenizers 0.22.2 and Python 3.11 (unicodedata 14.0.0).
"""

import textwrap
import unicodedata

from tokenizers import normalizers

decomposed, composed = normalizers.NFD().normalize_str, normalizers.NFC().normalize_str
entries = []
for value in range(0x110000):
    if 0xD800 <= value < 0xE000 or 0xAC00 <= value < 0xD7A4:  # surrogates; Hangul is arithmetic
        continue
    scalar = chr(value)
    if decomposed(scalar) == scalar:
        continue
    parts = [int(part, 16) for part in unicodedata.decomposition(scalar).split()]
    text = "".join(map(chr, parts))
    assert decomposed(text) == decomposed(scalar) and len(parts) in (1, 2), hex(value)
    composes = len(parts) == 2 and composed(text) == scalar
    entries.append(f"{value:X}{'=' if composes else '>'}{'+'.join(f'{part:X}' for part in parts)}")

print(
    '''/// Canonical decompositions of one step (Unicode 9, without Hangul syllables), written by
/// Tests/TokenizationTests/Fixtures/make_canonical_decompositions.py.
///
/// `C0=41+300`: U+00C0 decomposes to U+0041 U+0300, and NFC composes these again; `>`: NFC leaves it decomposed.
let canonicalDecompositions = """'''
)
print(textwrap.indent(textwrap.fill(" ".join(entries), 114, break_on_hyphens=False), "    "))
print('    """')
