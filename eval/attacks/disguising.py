"""The ways in which an attack is written so that a person, or a filter, doesn't see it and a model does."""

from __future__ import annotations

import base64
import codecs
import random
import re
from collections.abc import Callable, Mapping

_HOMOGLYPHS = str.maketrans("aeopcyxijsAEOPCTXBHKM", "аеорсухіјѕАЕОРСТХВНКМ")
_LEET = str.maketrans("aeiost", "431057")


def _halves(text: str, how: Callable[[str], str]) -> str:
    """The second half disguised, cut at a space."""
    middle = text.find(" ", len(text) // 2)
    return text[:middle] + how(text[middle:]) if middle > 0 else how(text)


def _mixed(text: str) -> str:
    """Every word by another of three ways."""
    ways = (lambda w: w.translate(_HOMOGLYPHS), _zero_width, _full_width)
    return " ".join(ways[n % 3](word) for n, word in enumerate(text.split(" ")))


def _zero_width(text: str) -> str:
    return "\u200b".join(text)


def _full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _tags(text: str) -> str:
    return "".join(chr(0xE0000 + ord(c)) if " " <= c <= "~" else c for c in text)


ENCODINGS: Mapping[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "comment": lambda text: f"<!-- {text} -->",
    "hidden": lambda text: f'<span style="display:none;font-size:0">{text}</span>',
    "markdown": lambda text: f'[more](https://juniperlane.example/more "{text}")',
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "homoglyph": lambda text: text.translate(_HOMOGLYPHS),
    "zero_width": _zero_width,
    "full_width": _full_width,
    "leet": lambda text: re.sub(r"\b(?![\w.]*[.@/:])\w+", lambda m: m.group().translate(_LEET), text),
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "tags": _tags,
    "mixed": _mixed,
    "half_wide": lambda text: _halves(text, _full_width),
}
"""Of Chinese, ROT13 and leetspeak change the Latin letters alone."""
HARD_IN_CHINESE = ("leet", "rot13", "homoglyph", "tags")
"""Not tried on Chinese texts: they would stay as they are."""


def encodings_of(locale: str, seed: random.Random, most: int) -> list[str]:
    """`plain`, and so many others in an order by the seed."""
    there = [name for name in ENCODINGS if name != "plain" and not (locale == "zh" and name in HARD_IN_CHINESE)]
    return ["plain", *seed.sample(there, min(most, len(there)))]
