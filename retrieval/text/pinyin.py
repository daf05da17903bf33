"""How Chinese words sound, without tones: for what is typed in Latin letters, and for what is typed by ear."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from retrieval.text.tables import CHARACTERS

_TONED = re.compile(r"(?:[a-zü]+[1-5])+")
_TONE_MARKS = re.compile("[\u0300\u0301\u0304\u030c]")
"""Grave, acute, macron, caron: as combining marks; the two dots of ü aren't among them."""


@dataclass(frozen=True, slots=True)
class Sounds:
    """The syllable of each character, and of words that are read otherwise than their characters."""

    characters: dict[str, str]
    words: dict[str, str]
    syllables: frozenset[str]


@cache
def sounds() -> Sounds:
    """Made from CC-CEDICT by `shopclerk build-gloss`."""
    common, odd = (CHARACTERS / "pinyin.txt").read_text(encoding="utf-8").split("\n\n")
    rows = [line.split(" ") for line in common.splitlines()]
    characters = {character: syllable for syllable, of in rows for character in of}
    words = {word: said.replace(" ", "") for word, said in (line.split(" ", 1) for line in odd.splitlines())}
    return Sounds(characters, words, frozenset(syllable for syllable, _ in rows))


def keys_of(word: str) -> set[str]:
    """A Chinese word's sound as it is read, and as its characters would be; empty where one of them is unknown."""
    known = sounds()
    parts = [known.characters.get(character) for character in word]
    by_characters = {"".join(part for part in parts if part)} if all(parts) else set()
    return by_characters | ({known.words[word]} if word in known.words else set())


def toneless(typed: str) -> str:
    """`bǎowēnbēi` and `bao3wen1bei1` as `baowenbei`, `ü` as `v`; what has no tones comes back in lower case."""
    plain = unicodedata.normalize("NFC", _TONE_MARKS.sub("", unicodedata.normalize("NFD", typed.casefold())))
    bare = re.sub(r"[1-5]", "", plain) if _TONED.fullmatch(plain) else plain
    return bare.replace("ü", "v")


def has_tones(typed: str) -> bool:
    return toneless(typed) != typed.casefold().replace("ü", "v")


def is_syllable(typed: str) -> bool:
    return typed in sounds().syllables
