"""Colours, materials and sizes by family, and the plain form in which their words are compared. Word tables stand in families.toml."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

_HAN = re.compile("[\u3400-\u9fff]")
_CHINESE_SHADE_ENDS = ("色",)


@cache
def tables() -> Mapping[str, Any]:
    """families.toml as it is written."""
    read: Mapping[str, Any] = tomllib.loads(
        files("knowledge_base").joinpath("families.toml").read_text(encoding="utf-8")
    )
    return read


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """Half width, small letters, the commonest traditional characters simplified."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_simplified())


@cache
def _simplified() -> dict[int, str]:
    chars = tables()["simplified"]["chars"]
    return {ord(old): new for old, new in zip(chars[::2], chars[1::2], strict=True) if old != new}


@cache
def family_words(kind: str) -> Mapping[str, str]:
    """Word in its plain form -> family, of `colour`, `material` or `size`; single Han characters included."""
    found: dict[str, str] = {}
    for family, words in tables()[kind].items():
        for word in words:
            found.setdefault(plain(word), family)
            if kind == "colour" and is_han(word) and not word.endswith("色"):
                found.setdefault(plain(word) + "色", family)
    return found


def is_han(text: str) -> bool:
    return bool(_HAN.search(text))


@lru_cache(maxsize=10_000)
def attribute_name(name: str) -> str:
    """`colour`, `material`, `size`, `brand`, `age` or `contents` where an attribute is called so in any language, else empty."""
    return _names().get(plain(name).strip(), "")


@cache
def _names() -> dict[str, str]:
    return {plain(word): name for name, words in tables()["names"].items() if name != "origin" for word in words}


@lru_cache(maxsize=20_000)
def families_in(kind: str, text: str) -> frozenset[str]:
    """The families that a value or a title names, longest words first: `slate blue, oak lid` -> {blue}; {wood}."""
    return frozenset(family for _, family in _found(kind, plain(text)))


def _found(kind: str, text: str) -> list[tuple[int, str]]:
    pattern, words = _pattern(kind)
    return [(match.start(), words[match.group().replace("-", " ")]) for match in pattern.finditer(text)]


@cache
def _pattern(kind: str) -> tuple[re.Pattern[str], Mapping[str, str]]:
    words = {word.replace("-", " "): family for word, family in family_words(kind).items()}
    for family, more in tables().get(f"{kind}_in_lists", {}).items():
        words |= {plain(word): family for word in more if plain(word) not in words}
    ordered = sorted(words, key=len, reverse=True)
    latin = "|".join(re.escape(word).replace("\\ ", "[ -]") for word in ordered if not is_han(word))
    han = "|".join(re.escape(word) for word in ordered if is_han(word))
    return re.compile(rf"(?<![a-z])(?:{latin})(?![a-z])|{han}"), words
