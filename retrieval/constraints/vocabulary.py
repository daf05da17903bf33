"""The words of one shop and of general use that stand for a limit: colours, materials, sizes, brands, categories, attribute values."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal

from knowledge_base.attributes import Attributes
from knowledge_base.catalogue import Catalogue
from knowledge_base.families import family_words, is_han, plain
from knowledge_base.kept import load_words, save_words
from knowledge_base.types import Product
from retrieval import text as words_of
from retrieval.constraints.tables import table
from retrieval.constraints.values import (
    LONGEST_LATIN,
    TOKEN,
    countries,
    cues_of,
    describes,
    is_vocabulary,
    is_word,
    key_of,
    kinds_of_things,
    own_value,
    share,
    weak_words,
)

Kind = Literal["colour", "material", "size", "brand", "value", "category", "idiom"]
_LONGEST_HAN = 10
_READ = 3000
"""Products whose titles are read to tell kinds of things from values."""
_SIDE = re.compile(r"\s?(?:&|/|,|、|\band\b|与|和|及)\s?")


@dataclass(frozen=True, slots=True)
class Term:
    """What a word stands for; of a value, `cues` are the words that ask for its attribute, and `needs_cue` whether one of them
    must stand beside it, because it says little by itself."""

    kind: Kind
    name: str = ""
    value: str = ""
    cues: frozenset[str] = frozenset()
    needs_cue: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A word of the vocabulary at text[start:end], and all that it may stand for, likeliest first."""

    start: int
    end: int
    terms: tuple[Term, ...]


class Vocabulary:
    """Every phrase in its plain form -> what it stands for."""

    def __init__(self, terms: Mapping[str, Sequence[Term]], around: Mapping[str, Mapping[str, int]]) -> None:
        self._terms = terms
        self.around = around
        """Attribute that shares values with another -> how many of its products speak of a word."""

    @classmethod
    def of(cls, catalogue: Catalogue) -> Vocabulary:
        draft = _Draft(catalogue)
        return cls(draft.terms, draft.around)

    @classmethod
    def load(cls, folder: Path) -> Vocabulary:
        words = load_words(folder)
        terms = [Term(kind, name, value, frozenset(cues), needs) for kind, name, value, cues, needs in words["terms"]]
        return cls({said: [terms[n] for n in numbers] for said, numbers in words["said"].items()}, words["around"])

    def save(self, folder: Path) -> None:
        numbers: dict[Term, int] = {}
        said = {one: [numbers.setdefault(term, len(numbers)) for term in terms] for one, terms in self._terms.items()}
        terms = [[t.kind, t.name, t.value, sorted(t.cues), t.needs_cue] for t in numbers]
        save_words(folder, {"terms": terms, "said": said, "around": self.around})

    def likeliest(self, terms: Sequence[Term], text: str) -> Term:
        """Of values of several attributes, that of the attribute whose products a text speaks of."""
        if len({term.name for term in terms}) == 1:
            return terms[0]
        said = set(words_of.words(text))
        return max(terms, key=lambda term: sum(self.around.get(term.name, {}).get(word, 0) for word in said))

    def find(self, text: str) -> list[Found]:
        """The longest phrases of a normalised text, in order, none overlapping."""
        found = [*self._latin(text), *self._han(text)]
        return sorted(found, key=lambda one: one.start)

    def _latin(self, text: str) -> Iterator[Found]:
        tokens = [(m.group(), m.start(), m.end()) for m in TOKEN.finditer(text)]
        place = 0
        while place < len(tokens):
            for size in range(min(LONGEST_LATIN, len(tokens) - place), 0, -1):
                chosen = tokens[place : place + size]
                if not _is_joined(text, chosen):
                    continue
                terms = self._look_up([word for word, _, _ in chosen])
                if terms:
                    yield Found(chosen[0][1], chosen[-1][2], tuple(terms))
                    place += size - 1
                    break
            place += 1

    def _look_up(self, said: Sequence[str]) -> Sequence[Term]:
        phrase = " ".join(said)
        if phrase in self._terms:
            return self._terms[phrase]
        if len(said[-1]) > 4 and said[-1][-2:] in ("'s", "’s"):
            return self._look_up([*said[:-1], said[-1][:-2]])
        if len(said[-1]) < 4 or not said[-1].endswith("s"):
            return []
        singular = " ".join([*said[:-1], words_of.stem(said[-1])])
        found = self._terms.get(singular, [])
        return [term for term in found if term.kind not in ("material", "size") or said[-1] != "glasses"]

    def _han(self, text: str) -> Iterator[Found]:
        place = 0
        while place < len(text):
            if not "\u3400" <= text[place] <= "\u9fff":
                place += 1
                continue
            for size in range(min(_LONGEST_HAN, len(text) - place), 0, -1):
                if terms := self._terms.get(text[place : place + size]):
                    yield Found(place, place + size, tuple(terms))
                    place += size - 1
                    break
            place += 1


class _Draft:
    """A vocabulary that is being collected."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.around: dict[str, Counter[str]] = {}
        self.terms: dict[str, list[Term]] = defaultdict(list)
        forms = [catalogue.forms(i) for i in catalogue.order]
        self._families()
        self._brands(forms)
        self._categories(catalogue)
        self._values(catalogue.attributes, forms)
        self._near(catalogue.attributes, forms)
        for idiom in table("idioms")["words"]:
            self._add(idiom, Term("idiom"))

    def _near(self, attributes: Attributes, forms: Sequence[Sequence[Product]]) -> None:
        """The words of the products that have an attribute which shares values with another: coffee has a flavour, soap a scent."""
        shared = [
            t for terms in self.terms.values() if len({t.name for t in terms if t.kind == "value"}) > 1 for t in terms
        ]
        names = {term.name for term in shared if term.kind == "value"}
        self.around = {name: Counter() for name in names}
        for products in forms[:_READ]:
            held = {attributes.name(said) for said in products[0].attributes} & names
            if held:
                said = {w for p in products for w in words_of.words(f"{p.title} {p.category} {p.keywords}")}
                for name in held:
                    self.around[name].update(said)

    def _add(self, phrase: str, term: Term) -> None:
        key = key_of(phrase)
        if key and term not in self.terms[key]:
            self.terms[key].append(term)

    def _families(self) -> None:
        for kind in ("material", "colour", "size"):
            for said, family in family_words(kind).items():
                self._add(said, Term(kind, kind, family))

    def _brands(self, forms: Iterable[Sequence[Product]]) -> None:
        starts: dict[str, Counter[str]] = defaultdict(Counter)
        counts: Counter[str] = Counter()
        for products in forms:
            brand = products[0].brand
            if not brand:
                continue
            counts[brand] += 1
            for title in {product.title for product in products}:
                first = re.split(r"[\s（(·•|]", title.strip(), maxsplit=1)[0]
                if is_han(first) and 2 <= len(first) <= 6 and key_of(first) != key_of(brand):
                    starts[first][brand] += 1
        for brand in counts:
            for alias in _aliases(brand):
                self._add(alias, Term("brand", "brand", brand))
        for first, brands in starts.items():
            brand, count = brands.most_common(1)[0]
            if len(brands) == 1 and count >= 2 and count * 2 >= counts[brand] and not is_han(brand):
                self._add(first, Term("brand", "brand", brand))

    def _categories(self, catalogue: Catalogue) -> None:
        sides: dict[str, set[str]] = defaultdict(set)
        for name, canonical in catalogue.category_names.items():
            for side in _sides(name):
                sides[side].add(canonical)
        for side, names in sides.items():
            if len(names) == 1:
                self._add(side, Term("category", "", next(iter(names))))

    def _values(self, attributes: Attributes, forms: Sequence[Sequence[Product]]) -> None:
        self._same(attributes)
        candidates: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for name, values in attributes.values.items():
            if not is_vocabulary(name, values) or attributes.is_claim(name):
                continue
            for said, value in values.items():
                if is_word(said):
                    candidates[key_of(said)].append((name, value))
        share(candidates, attributes)
        kinds = kinds_of_things(candidates, attributes, forms[:_READ])
        for said, meanings in candidates.items():
            for name, value in meanings:
                needs_cue = said in weak_words() or (said, name) in kinds or describes(name, attributes)
                self._add(said, Term("value", name, value, cues_of(name, attributes), needs_cue))
        for said, name in attributes.names.items():
            if any(term.name == name for term in self.terms.get(key_of(said), ())):
                continue
            if attributes.is_claim(name) and name not in ("caffeine", "咖啡因") and len(said) > 1:
                self._add(said, Term("value", name, attributes.claim(name, holds=True)))

    def _same(self, attributes: Attributes) -> None:
        """General words for the shop's own values, and the countries that its things come from."""
        for group in [*table("same"), *countries()]:
            for name in dict.fromkeys(attributes.names.get(plain(said), "") for said in group["names"]):
                value = own_value(name, group, attributes) if name else None
                if value is None:
                    continue
                for said in group["words"]:
                    weak = said in group.get("needs", ()) or said in weak_words()
                    self._add(said, Term("value", name, value, cues_of(name, attributes), weak))


def _is_joined(text: str, chosen: Sequence[tuple[str, int, int]]) -> bool:
    return all(
        text[one[2] : other[1]] in (" ", "-", "", " & ", "&", "/") and (one[2] != other[1])
        for one, other in pairwise(chosen)
    )


def _aliases(brand: str) -> list[str]:
    """`Osk & Co` is Osk, `美的（Midea）` 美的 and Midea."""
    parts = re.findall(r"[^()（）/]+", plain(brand))
    bare = re.sub(r"\s?(?:&|and)?\s?\b(?:co|inc|ltd|llc|gmbh|bros)\b\.?$", "", plain(brand)).strip(" &")
    spelled = plain(brand).replace("&", " and ")
    return [alias for alias in dict.fromkeys([brand, *parts, bare, spelled]) if len(key_of(alias)) > 1]


def _sides(name: str) -> set[str]:
    """A category's name and, of one made of two, both: `Bags & Travel`, 茶与茶具, 箱包出行."""
    parts = {name, *_SIDE.split(name)}
    if is_han(name) and len(name) == 4 and len(parts) == 1:
        parts |= {name[:2], name[2:]}
    return {
        key
        for part in parts
        if (key := key_of(part)) and not (key.isascii() and len(key) < 3) and key not in table("values")["persons"]
    }
