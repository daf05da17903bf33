"""Which of a product's attributes a text states: word for word, in other units, in the catalogue's other language, or as a yes or no."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.describe.wordings import LANGUAGES, kind_key, load_phrases, names_of
from knowledge_base.families import plain, tables
from knowledge_base.measures import amounts_in
from knowledge_base.types import Product
from retrieval.text import content_words, normalise, stem

Synonyms = Mapping[tuple[str, str], frozenset[str]]
"""(attribute's name, part of its value), both in plain form -> the same in the catalogue's other words."""

_PARTS = re.compile(r"\s+/\s+|\s*\|\s*|[;；,，、()（）:：]|(?<=[\u3400-\u9fff])/(?=[\u3400-\u9fff])|\s(?:and|or)\s")
_TOKEN = re.compile(r"[a-z]+|\d+(?:\.\d+)?|[\u3400-\u9fff]+|[^\s\w]")
_CLAUSE_END = re.compile(r"[.,;:!?。，；：！？、\n]")
_NOT = re.compile(
    r"\b(?:no|not|isn't|isn’t|aren't|aren’t|never|without|non)\b|\bnon-|不(?!锈|同|仅|只|但|断|少|妨|错)|没|无(?!线|论|花果)|非(?!常|洲)|否|勿|未"
)
_NO_SUFFIX = re.compile(r"\s*[:：]\s*(?:no\b|none\b|否|无|不)")
_HAND_WASH = ("hand wash only", "wash by hand", "手洗")


@dataclass(frozen=True, slots=True)
class Read:
    """A text as it is searched."""

    plain: str
    amounts: frozenset[tuple[str, float, float]]
    stems: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Read:
        said = plain(normalise(text))
        amounts = frozenset((a.kind, a.low, a.high) for a in amounts_in(text))
        return cls(said, amounts, frozenset(stem(word) for word in content_words(said)))


@dataclass(frozen=True, slots=True)
class Coverage:
    """`stated` is the share (0 to 1) of each attribute's value that the text states."""

    stated: Mapping[str, float]

    @property
    def share(self) -> float:
        return sum(self.stated.values()) / len(self.stated) if self.stated else 1.0

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of attributes that aren't stated, or not wholly."""
        return tuple(name for name, share in self.stated.items() if share < 1)


def coverage(product: Product, text: str, synonyms: Synonyms | None = None) -> Coverage:
    """How much of each attribute the text states."""
    read = Read.of(text)
    return Coverage(
        {name: _share(name, value, read, synonyms or {}) for name, value in product.attributes.items() if value.strip()}
    )


def _share(name: str, value: str, read: Read, synonyms: Synonyms) -> float:
    answer = bare_answer(value)
    if answer is not None:
        return float(_answered(name, answer, read.plain))
    if _found(value, read.plain):
        return 1.0
    parts = [part.strip(" .。") for part in _PARTS.split(value)]
    wanted = [part for part in parts if re.search(r"\w", part)]
    if not wanted:
        return 1.0
    return sum(_stated(name, part, read, synonyms) for part in wanted) / len(wanted)


def _stated(name: str, part: str, read: Read, synonyms: Synonyms) -> bool:
    if _found(part, read.plain) or any(_found(word, read.plain) for word in _codes(name, part)):
        return True
    others = synonyms.get((plain(name).strip(), plain(part).strip()), frozenset())
    if any(_found(word, read.plain) for word in others):
        return True
    amounts = {(a.kind, a.low, a.high) for a in amounts_in(part)}
    if amounts and not amounts <= read.amounts:
        return False
    words = {stem(word) for word in content_words(plain(normalise(part)))}
    bare = {
        word for word in words if not (amounts and re.match(r"\d|[a-z°]{1,3}$|升|毫升|克|千克|厘米|毫米|米|瓦", word))
    }
    return bool(amounts or bare) and bare <= read.stems and (bool(amounts) or not re.search(r"\d", part))


def bare_answer(value: str) -> bool | None:
    """True or False for a bare yes or no."""
    said, claims = plain(value).strip(), tables()["claims"]
    return True if said in claims["yes"] else False if said in claims["no"] else None


def _answered(name: str, answer: bool, text: str) -> bool:
    """Whether the text says of the thing itself that it is so (or that it isn't)."""
    names = {plain(name).strip(), *names_of(kind_key(name))} if kind_key(name) else {plain(name).strip()}
    for called in names:
        for match in _pattern(called).finditer(text):
            if denied(text, match.start(), match.end()) != answer:
                return True
    return not answer and kind_key(name) == "dishwasher" and any(word in text for word in _HAND_WASH)


def denied(text: str, start: int, end: int) -> bool:
    """Whether what stands at a place is said not to be so: a negation before it in its clause, or `: no` behind it."""
    before = _CLAUSE_END.split(text[max(0, start - 30) : start])[-1]
    if _NOT.search(before) or _NO_SUFFIX.match(text[end : end + 12]):
        return True
    after = _CLAUSE_END.split(text[end : end + 10])[0]
    return bool(re.match(r"(?:不可|不能|不行|没有)", after))


@lru_cache(maxsize=4096)
def _codes(name: str, part: str) -> tuple[str, ...]:
    """The words for a value that is a code: women for F."""
    key, said = kind_key(name), plain(part).strip()
    kinds = [load_phrases(locale).kinds.get(key) for locale in LANGUAGES]
    return tuple(kind.map[said] for kind in kinds if kind and kind.map and said in kind.map)


def _found(value: str, text: str) -> bool:
    tokens = _TOKEN.findall(plain(normalise(value)))
    return bool(tokens) and bool(_pattern(" ".join(tokens)).search(text))


@lru_cache(maxsize=20_000)
def _pattern(value: str) -> re.Pattern[str]:
    """The value with any spacing between its parts; a number or a Latin word never within a longer one."""
    tokens = _TOKEN.findall(value)
    body = r"[\s\-]*".join(re.escape(token) for token in tokens)
    first, last = tokens[0], tokens[-1]
    before = r"(?<![\d.])" if first[0].isdigit() else r"(?<![a-z])" if first[0].isascii() and first[0].isalpha() else ""
    after = r"(?!\.?\d)" if last[-1].isdigit() else r"(?![a-z])" if last[-1].isascii() and last[-1].isalpha() else ""
    return re.compile(before + body + after)


def synonyms_of(products: Sequence[Product]) -> Synonyms:
    """What a catalogue calls the same value in its languages: attributes of one product stand in the same order in each."""
    by_id: dict[str, list[Product]] = {}
    for product in products:
        by_id.setdefault(product.id, []).append(product)
    found: dict[tuple[str, str], set[str]] = {}
    for forms in by_id.values():
        for one in forms:
            for other in forms:
                if one is not other and len(one.attributes) == len(other.attributes):
                    for (name, value), (_, said) in zip(one.attributes.items(), other.attributes.items(), strict=True):
                        for part, word in _aligned(value, said):
                            found.setdefault((plain(name).strip(), part), set()).add(word)
    return {key: frozenset(words) for key, words in found.items()}


def _aligned(value: str, other: str) -> list[tuple[str, str]]:
    ones = [part.strip() for part in _PARTS.split(value) if part.strip()]
    others = [part.strip() for part in _PARTS.split(other) if part.strip()]
    if len(ones) != len(others):
        return []
    return [(plain(one), word) for one, word in zip(ones, others, strict=True)]
