"""A shop's attributes in one vocabulary: names and values in any of its languages -> those of its first language.

A product's attributes stand in the same order in every language that it is written in; that aligns them. Nothing is translated.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge_base.families import attribute_name, plain, tables
from knowledge_base.kept import load_words, save_words
from knowledge_base.types import Product

_AREA = re.compile(r"/\s?(?:m²|m2|㎡|平方米|s\b)")
_ALTERNATIVE = re.compile(r"\s/\s|(?<=[\u3400-\u9fff])/(?=[\u3400-\u9fff])|\s?\|\s?")
_PART = re.compile(r"[,，、;；()（）:：]|\s(?:and|or|to|with|&)\s|[和或至及](?=[\u3400-\u9fff])")
_COUNT = re.compile(r"^(?:\d+(?:\.\d+)?\s?%|\d+\s?[×x])\s?|\s?[×x]\s?\d+$")
_VERSION = re.compile(r"\s?(?<=[a-z\u3400-\u9fff\s])v?\d+(?:\.\d+)*$")
_LONGEST = 24
"""Characters of a part that is still a word for something; longer ones are sentences."""

Alternative = tuple[str, ...]
_Pair = tuple[str, str]
_Aligned = tuple[str, str, str, str]


@lru_cache(maxsize=50_000)
def alternatives(value: str) -> tuple[Alternative, ...]:
    """`matte black / white` is one thing or the other, `steel, oak lid` both: the parts of each alternative, as written."""
    whole = _AREA.sub(" per ", value)
    found = (tuple(part for piece in _PART.split(one) if (part := word(piece))) for one in _ALTERNATIVE.split(whole))
    return tuple(parts for parts in found if parts)


def word(part: str) -> str:
    """A part without its count and version: `2 × USB-C` is USB-C, `Bluetooth 5.3` Bluetooth; empty where nothing is left."""
    bare = _VERSION.sub("", _COUNT.sub("", part.strip())).strip(" .。")
    return bare if re.search(r"[^\W\d_]", bare) else ""


class Attributes:
    """The vocabulary of one catalogue."""

    def __init__(self, words: Mapping[str, Any]) -> None:
        """`words` as `of` counted or `load` read them."""
        self._words = words
        self.options = frozenset(words["options"])
        """Attributes in which variants differ."""
        self.names: dict[str, str] = words["names"]
        """Name in its plain form, any language -> canonical name."""
        self.values: dict[str, dict[str, str]] = words["values"]
        """Canonical name -> value in its plain form, any language -> canonical value."""
        self._claims = frozenset(words["claims"])
        self._yes, self._no = words["yes"], words["no"]

    @classmethod
    def of(cls, forms: Iterable[Sequence[Product]], first: str) -> Attributes:
        """`forms` are the products, each in all the languages it is written in; `first` is the shop's first language."""
        return cls(_Votes(first).counted(forms))

    @classmethod
    def load(cls, folder: Path) -> Attributes:
        return cls(load_words(folder))

    def save(self, folder: Path) -> None:
        save_words(folder, self._words)

    def name(self, said: str) -> str:
        """The canonical name of an attribute that a product has; its own where no product of the first language has it."""
        return attribute_name(said) or self.names.get(plain(said).strip(), said)

    def value(self, name: str, part: str) -> str:
        """The canonical value of a part under a canonical name."""
        return self.values.get(name, {}).get(plain(part), part)

    def parts(self, name: str, value: str) -> tuple[Alternative, ...]:
        """The canonical values of each alternative; a place in a known country is that country's, too."""
        known = self.values.get(name, {})
        return tuple(
            tuple(known.get(plain(piece), piece) for part in parts for piece in _places(name, part))
            for parts in alternatives(value)
        )

    def is_claim(self, name: str) -> bool:
        """Whether an attribute is a yes or a no of most products that have it."""
        return name in self._claims

    def claim(self, name: str, *, holds: bool) -> str:
        """The catalogue's own word for yes (or no) under an attribute: yes, 是, 有."""
        own = (self._yes if holds else self._no).get(name)
        if own:
            return str(own)
        said = tables()["claims"]["yes"]
        return str(said[3 if self._words["first"].startswith("zh") else 0]) if holds else "no"


class _Votes:
    """What a catalogue's products call their attributes and values, counted."""

    def __init__(self, first: str) -> None:
        self._first = first
        self._names: dict[str, Counter[str]] = defaultdict(Counter)
        self._values: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        self._claims: dict[str, Counter[bool]] = defaultdict(Counter)
        self._options: set[str] = set()

    def counted(self, forms: Iterable[Sequence[Product]]) -> dict[str, Any]:
        counts: Counter[_Pair] = Counter()
        aligned: set[_Aligned] = set()
        for products in forms:
            self._read(products, counts, aligned)
        for (said, value), count in counts.items():
            self._own(said, value, count)
        for pair in sorted(aligned):
            self._align(*pair)
        return {
            "first": self._first,
            "options": sorted(self._options),
            "names": {said: votes.most_common(1)[0][0] for said, votes in self._names.items()},
            "values": {
                name: {said: votes.most_common(1)[0][0] for said, votes in words.items()}
                for name, words in self._values.items()
            },
            "claims": [name for name, votes in self._claims.items() if _is_claim(votes)],
            "yes": self._words_for("yes"),
            "no": self._words_for("no"),
        }

    def _words_for(self, claim: str) -> dict[str, str]:
        """Attribute -> the word that it says yes (or no) with most often."""
        said = tables()["claims"][claim]
        found: dict[str, str] = {}
        for name, votes in self._values.items():
            words = {c.most_common(1)[0][0]: c.total() for plain_, c in votes.items() if plain_ in said}
            if words:
                found[name] = max(words, key=lambda word: words[word])
        return found

    def _read(self, products: Sequence[Product], counts: Counter[_Pair], aligned: set[_Aligned]) -> None:
        """Count what is stated; a pair of equal values in two languages is aligned once, however many products have it."""
        ordered = sorted(products, key=lambda one: one.locale != self._first)
        first, others = ordered[0], ordered[1:]
        counts.update(first.attributes.items())
        for other in others:
            aligned |= _aligned(first.attributes, other.attributes)
        for place, variant in enumerate(first.variants):
            self._options |= {attribute_name(said) or said for said in variant.attributes}
            counts.update(variant.attributes.items())
            for other in others:
                if place < len(other.variants):
                    aligned |= _aligned(variant.attributes, other.variants[place].attributes)

    def _own(self, said: str, value: str, count: int) -> None:
        name = attribute_name(said) or said
        self._names[plain(said).strip()][name] += 10 * count
        self._claims[name][claim_of(value) is not None] += count
        for parts in alternatives(value):
            for part in (piece for one in parts for piece in _places(name, one)):
                self._values[name][plain(part)][_bare(name, part)] += 10

    def _align(self, name: str, value: str, said: str, other: str) -> None:
        canonical = attribute_name(name) or name
        self._names[plain(said).strip()][canonical] += 1
        one, two = alternatives(value), alternatives(other)
        if len(one) != len(two):
            return
        for parts, others in zip(one, two, strict=True):
            if len(parts) == len(others):
                for part, translated in zip(parts, others, strict=True):
                    self._values[canonical][plain(translated)][_bare(canonical, part)] += 1


def _is_claim(votes: Counter[bool]) -> bool:
    return votes[True] * 2 > votes.total() or (votes[True] >= 3 and votes[True] * 3 > votes.total())


def _aligned(ours: Mapping[str, str], theirs: Mapping[str, str]) -> set[_Aligned]:
    """Attributes of one thing in two languages, paired by their order."""
    if len(ours) != len(theirs):
        return set()
    return {(*one, *other) for one, other in zip(ours.items(), theirs.items(), strict=True)}


def _places(name: str, part: str) -> Alternative:
    """埃塞俄比亚古吉, an origin, is 埃塞俄比亚 as well."""
    if part.isascii() or name not in tables()["names"]["origin"]:
        return (part,)
    countries = (word for words in tables()["countries"].values() for word in words if not word.isascii())
    return (part, *(word for word in countries if part.startswith(word) and part != word))


def _bare(name: str, part: str) -> str:
    """A value without the thing that its attribute is about: `oily hair` of a hair type is oily, 油性发质 of 发质 油性."""
    about = name.removesuffix(" type")
    shorter = part.removesuffix(about if not about.isascii() else f" {about}").strip()
    return shorter if shorter and (about != name or not name.isascii()) else part


def claim_of(value: str) -> bool | None:
    """Whether a value says yes (True), no (False) or neither: `yes, top rack` says yes, `lid yes, flask no` both, so yes."""
    parts = [plain(part) for one in alternatives(value) for part in one]
    claims = tables()["claims"]
    if not parts:
        return None
    if parts[0] in claims["yes"]:
        return True
    if parts[0] in claims["no"]:
        return False
    if re.fullmatch(r"ip[x\d]\d", parts[0].replace(" ", "")) or re.match(r"ip[x\d]\d", plain(value).strip()):
        return True
    return None
