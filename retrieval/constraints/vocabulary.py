"""The words of one shop and of general use that stand for a limit: colours, materials, sizes, brands, categories, attribute values."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Literal

from knowledge_base.attributes import Attributes
from knowledge_base.catalogue import Catalogue
from knowledge_base.families import family_words, is_han, plain, tables
from knowledge_base.types import Product
from retrieval import text as words_of
from retrieval.constraints.tables import table

Kind = Literal["colour", "material", "size", "brand", "value", "category", "idiom"]
_LONGEST_HAN = 10
_LONGEST_LATIN = 4
_READ = 3000
"""Products whose titles are read to tell kinds of things from values."""
_TOKEN = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")
_SIDE = re.compile(r"\s?(?:&|/|,|、|\band\b|与|和|及)\s?")


@dataclass(frozen=True, slots=True)
class Term:
    """What a word stands for; `cues` are words of which one must stand beside it, where it says little by itself."""

    kind: Kind
    name: str = ""
    value: str = ""
    cues: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A word of the vocabulary at text[start:end], and all that it may stand for, likeliest first."""

    start: int
    end: int
    terms: tuple[Term, ...]


class Vocabulary:
    """Every phrase in its plain form -> what it stands for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._terms: dict[str, list[Term]] = defaultdict(list)
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
            t for terms in self._terms.values() if len({t.name for t in terms if t.kind == "value"}) > 1 for t in terms
        ]
        names = {term.name for term in shared if term.kind == "value"}
        self.around: dict[str, Counter[str]] = {name: Counter() for name in names}
        """Attribute -> how many of its products speak of a word."""
        for products in forms[:_READ]:
            held = {attributes.name(said) for said in products[0].attributes} & names
            if held:
                said = {w for p in products for w in words_of.words(f"{p.title} {p.category} {p.keywords}")}
                for name in held:
                    self.around[name].update(said)

    def likeliest(self, terms: Sequence[Term], text: str) -> Term:
        """Of values of several attributes, that of the attribute whose products a text speaks of."""
        if len({term.name for term in terms}) == 1:
            return terms[0]
        said = set(words_of.words(text))
        return max(terms, key=lambda term: sum(self.around.get(term.name, Counter())[word] for word in said))

    def find(self, text: str) -> list[Found]:
        """The longest phrases of a normalised text, in order, none overlapping."""
        found = [*self._latin(text), *self._han(text)]
        return sorted(found, key=lambda one: one.start)

    def _latin(self, text: str) -> Iterator[Found]:
        tokens = [(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]
        place = 0
        while place < len(tokens):
            for size in range(min(_LONGEST_LATIN, len(tokens) - place), 0, -1):
                chosen = tokens[place : place + size]
                if not _is_joined(text, chosen):
                    continue
                terms = self._look_up([word for word, _, _ in chosen])
                if terms:
                    yield Found(chosen[0][1], chosen[-1][2], tuple(terms))
                    place += size - 1
                    break
            place += 1

    def _look_up(self, said: Sequence[str]) -> list[Term]:
        phrase = " ".join(said)
        if phrase in self._terms:
            return self._terms[phrase]
        if len(said[-1]) < 4:
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

    def _add(self, phrase: str, term: Term) -> None:
        key = key_of(phrase)
        if key and term not in self._terms[key]:
            self._terms[key].append(term)

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
            if not _is_vocabulary(name, values):
                continue
            for said, value in values.items():
                if _is_word(said):
                    candidates[key_of(said)].append((name, value))
        _share(candidates, attributes)
        kinds = _kinds(candidates, attributes, forms[:_READ])
        for said, meanings in candidates.items():
            for name, value in meanings:
                needs_cue = said in _weak() or (said, name) in kinds or _describes(name, attributes)
                self._add(said, Term("value", name, value, _cues(name, attributes) if needs_cue else frozenset()))
        for said, name in attributes.names.items():
            if attributes.is_claim(name) and name not in ("caffeine", "咖啡因") and len(said) > 1:
                self._add(said, Term("value", name, attributes.claim(name, holds=True)))

    def _same(self, attributes: Attributes) -> None:
        """General words for the shop's own values, and the countries that its things come from."""
        for group in [*table("same"), *_countries()]:
            for name in dict.fromkeys(attributes.names.get(plain(said), "") for said in group["names"]):
                value = _own_value(name, group, attributes) if name else None
                if value is None:
                    continue
                for said in group["words"]:
                    weak = said in group.get("needs", ()) or said in _weak()
                    self._add(said, Term("value", name, value, _cues(name, attributes) if weak else frozenset()))


def key_of(phrase: str) -> str:
    """How a phrase is looked up: Latin words parted by single spaces, Chinese as it is."""
    said = plain(phrase).strip()
    return (
        said.replace(" ", "")
        if is_han(said) and not _TOKEN.search(said)
        else " ".join(_TOKEN.findall(said))
        if not is_han(said)
        else said
    )


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
    return {key for part in parts if (key := key_of(part)) and not (key.isascii() and len(key) < 3)}


def _share(candidates: dict[str, list[tuple[str, str]]], attributes: Attributes) -> None:
    """A word for a value of one attribute says the same of another that has the value, too: 橙子, a flavour, is a scent."""
    having: dict[str, list[str]] = defaultdict(list)
    for name in {name for meanings in candidates.values() for name, _ in meanings}:
        for value in set(attributes.values[name].values()):
            having[value].append(name)
    for meanings in candidates.values():
        for _, value in list(meanings):
            meanings += [(name, value) for name in having[value] if (name, value) not in meanings]


def _is_vocabulary(name: str, values: dict[str, str]) -> bool:
    if name in ("colour", "material", "size", "brand", "age", "contents") or plain(name) in map(
        plain, table("values")["free"]
    ):
        return False
    words = [said for said in values if not re.search(r"\d", said)]
    long = sum(len(said.split()) > 3 or (is_han(said) and len(said) > 8) for said in words)
    return len(words) * 2 >= len(values) and long * 3 <= len(words)


def _is_word(said: str) -> bool:
    claims = tables()["claims"]
    if re.search(r"\d", said) or said in claims["yes"] or said in claims["no"] or said in claims["none"]:
        return False
    return len(said) <= 8 and len(said) > 1 if is_han(said) else len(said) > 1 and len(said.split()) <= _LONGEST_LATIN


def _describes(name: str, attributes: Attributes) -> bool:
    """Whether an attribute describes in many words of its own (flavours), of which none is chosen by."""
    return name not in attributes.options and len(set(attributes.values[name].values())) > 30


def _kinds(
    candidates: dict[str, list[tuple[str, str]]], attributes: Attributes, forms: Iterable[Sequence[Product]]
) -> set[tuple[str, str]]:
    """(word, attribute) where a product that hasn't the value is called by the word: there it names a kind of thing."""
    found = set()
    for products in forms:
        for product in products:
            for said in _phrases(f"{product.title}\n{product.category}", candidates):
                for name, value in candidates[said]:
                    if not _has(products, name, value, attributes):
                        found.add((said, name))
    return found


def _phrases(text: str, candidates: dict[str, list[tuple[str, str]]]) -> set[str]:
    said = plain(text)
    tokens = _TOKEN.findall(said)
    found = {
        phrase
        for size in range(1, _LONGEST_LATIN + 1)
        for place in range(len(tokens) - size + 1)
        if (phrase := " ".join(tokens[place : place + size])) in candidates
    }
    runs = re.findall("[\u3400-\u9fff]{2,}", said)
    return found | {
        part
        for run in runs
        for size in range(2, 8)
        for place in range(len(run) - size + 1)
        if (part := run[place : place + size]) in candidates
    }


def _has(products: Sequence[Product], name: str, value: str, attributes: Attributes) -> bool:
    wanted = plain(value)
    for product in products:
        held = [v for said, v in product.attributes.items() if attributes.name(said) == name]
        held += [v for one in product.variants for said, v in one.attributes.items() if attributes.name(said) == name]
        if any(wanted in plain(text) for text in held):
            return True
    return False


@cache
def _weak() -> frozenset[str]:
    return frozenset(key_of(word) for word in table("values")["weak"])


def _cues(name: str, attributes: Attributes) -> frozenset[str]:
    """The words that ask for an attribute: those of the table, else those of its names."""
    for row in table("about"):
        if plain(name) in map(plain, row["names"]):
            return frozenset(row["cues"])
    names = [said for said, canonical in attributes.names.items() if canonical == name]
    return frozenset(part for said in names for part in [said, *said.split()] if part not in ("type", "of", "level"))


def _countries() -> list[Mapping[str, Any]]:
    names = tables()["names"]["origin"]
    return [{"names": names, "words": [key, *more]} for key, more in tables()["countries"].items()]


def _own_value(name: str, group: Mapping[str, Any], attributes: Attributes) -> str | None:
    values = attributes.values.get(name, {})
    claim = group.get("claim")
    if claim == "yes":
        return attributes.claim(name, holds=True)
    if claim == "none":
        none = tables()["claims"]["none"]
        return next((value for said, value in values.items() if said in none), None)
    return next((values[plain(said)] for said in group["words"] if plain(said) in values), None)
