"""What forms of a product differ in, read once a product: the values in their order, with the figures and words that belong to each alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from bot.writing.facts.amounts import Amount
from bot.writing.facts.phrases import plain_words
from bot.writing.facts.reading import Sentence, stated
from knowledge_base.passages import sentences
from knowledge_base.types import Product

_PARTS = re.compile(r"\s?/\s|\s/\s?")


@dataclass(frozen=True, slots=True)
class Form:
    """A value that forms of a product differ in, with the figures that belong to it alone."""

    ids: frozenset[str]
    value: str
    amounts: tuple[Amount, ...]
    words: frozenset[str] = frozenset()
    """What a text says of this value and not of the others that it sets it against."""
    alias: frozenset[str] = frozenset()
    """Words that the texts have right before this value: the bath of `bath towel 70 × 140 cm`."""
    alone: frozenset[str] = frozenset()
    """Ids of colours and stuffs that only this value has: the green of `moss green ceramic`."""


@dataclass(frozen=True, slots=True)
class Axis:
    """What forms of a product differ in: its values in their order."""

    forms: tuple[Form, ...]
    numeric: bool


@dataclass(frozen=True, slots=True)
class Variant:
    values: frozenset[str]
    price: float
    stock: int | None


Pairs = tuple[tuple[str, str], ...]


def axes_of(product: Product) -> tuple[tuple[Axis, ...], tuple[Variant, ...]]:
    return _read_axes(
        tuple(product.attributes.items()),
        tuple((tuple(one.attributes.items()), float(one.price), one.stock) for one in product.variants),
        product.description,
    )


@lru_cache(maxsize=4096)
def _read_axes(
    attributes: Pairs, variants: tuple[tuple[Pairs, float, int | None], ...], description: str
) -> tuple[tuple[Axis, ...], tuple[Variant, ...]]:
    named: dict[str, list[str]] = {}
    for pairs, _, _ in variants:
        for name, value in pairs:
            if value not in named.setdefault(name, []):
                named[name].append(value)
    many = {name: values for name, values in named.items() if len(values) > 1}
    lists = {name: text for name, text in attributes if name not in many}
    axes = tuple(
        _axis(lists | {name: dict(attributes).get(name, "")}, name, values, _leads(name, many), description)
        for name, values in many.items()
    )
    kept = {form.value for axis in axes for form in axis.forms}
    made = (Variant(frozenset(dict(pairs).values()) & kept, price, stock) for pairs, price, stock in variants)
    return axes, tuple(made)


def _leads(name: str, many: Mapping[str, list[str]]) -> bool:
    """Whether lists of as many parts go by this axis: the only one so long, or the one that is told in figures."""
    rivals = [other for other, values in many.items() if len(values) == len(many[name])]
    return len(rivals) == 1 or ([one for one in rivals if _is_numeric(many[one])] == [name])


def _is_numeric(values: list[str]) -> bool:
    return all(_read(value).amounts for value in values)


def _axis(attributes: Mapping[str, str], name: str, values: list[str], leads: bool, description: str) -> Axis:
    """The values with what stands for each in the product's lists: in the same place, or beside its name."""
    reads = [_read(value) for value in values]
    own = [read.ids for read in reads]
    shared = frozenset(own[0]).intersection(*own)
    marks = [ids - shared or ids for ids in own]
    found: list[list[Amount]] = [[] for _ in values]
    for other, text in attributes.items():
        if other == name:
            parts = _PARTS.split(text)
            if len(parts) == len(values):
                for place, part in enumerate(parts):
                    found[place] += [
                        one for one in _read(part).amounts if f"n:{one.family}:{one.low:g}" not in own[place]
                    ]
            continue
        parts = _PARTS.split(text)
        if len(parts) == len(values) and (leads or any(map(_tells, parts, marks))):
            for place, part in enumerate(parts):
                found[place] += _read(part).amounts
            continue
        for part in re.split(r"[,，、;；]", text):
            read = _read(part)
            holders = [place for place, ids in enumerate(marks) if ids <= read.ids]
            if len(holders) == 1:
                found[holders[0]] += read.amounts
    words: list[set[str]] = [set() for _ in values]
    aliases = _aliases(description, marks)
    for text in sentences(description):
        for place, amounts, ids in _contrasted(text, marks):
            found[place] += amounts
            words[place] |= ids
    alone = [some.difference(*(other for other in words if other is not some)) for some in words]
    return Axis(
        tuple(
            Form(ids, value, tuple(some), frozenset(own), aliases[ids], _alone(ids, marks))
            for ids, value, some, own in zip(marks, values, found, alone, strict=True)
        ),
        _is_numeric(values),
    )


def _aliases(description: str, marks: list[frozenset[str]]) -> Mapping[frozenset[str], frozenset[str]]:
    """What the texts call each value by a word before it."""
    called: dict[frozenset[str], set[str]] = {mark: set() for mark in marks}
    for text in sentences(description):
        for clause in _read(text).clauses:
            for mark in marks:
                first = next((place for place, term in enumerate(clause.terms) if set(term.ids) & mark), 0)
                if mark <= clause.ids and all(one.startswith("n:") for one in mark):
                    called[mark] |= {
                        one
                        for term in clause.terms[max(0, first - 2) : first]
                        for one in term.ids
                        if one.startswith("w:") and one.isascii()
                    }
    return {
        mark: frozenset(words).difference(*(other for one, other in called.items() if one is not mark)) - plain_words()
        for mark, words in called.items()
    }


def _tells(part: str, mark: frozenset[str]) -> bool:
    """Whether a part of a list names the value that stands in its place: `2.9 kg / front pocket 3.3 kg`."""
    return bool(mark) and mark <= _read(part).ids


def _alone(ids: frozenset[str], marks: list[frozenset[str]]) -> frozenset[str]:
    others = frozenset().union(*(other for other in marks if other is not ids))
    return frozenset(one for one in ids - others if one.startswith(("colour", "material")))


def _contrasted(text: str, marks: list[frozenset[str]]) -> list[tuple[int, list[Amount], set[str]]]:
    """`The 350 ml one keeps drinks hot for 6 hours, the 500 ml one for 10`: figures and words of each, the unit understood."""
    made: list[tuple[int, list[Amount], set[str]]] = []
    last: Amount | None = None
    for part in _AGAINST.split(text):
        read = _read(part)
        holders = [place for place, ids in enumerate(marks) if ids <= read.ids]
        own = [one for one in read.amounts if not any(f"n:{one.family}:{one.low:g}" in ids for ids in marks)]
        measured = [one for one in own if one.family not in ("bare", "count", "money")]
        if last is not None and last.raw[0] and not measured:
            size = last.low / last.raw[0]
            own = [
                replace(one, kind=last.kind, low=one.low * size, high=one.high * size) if one.family == "bare" else one
                for one in own
            ]
        last = measured[-1] if measured else last
        if len(holders) == 1:
            said = frozenset().union(*(clause.said for clause in read.clauses))
            ids = {one for one in said - frozenset().union(*marks) if not one.startswith(("n:", "day:"))}
            made.append((holders[0], own, ids))
        elif not holders and made and not part.strip().startswith("the "):
            made[-1][1].extend(own)
            made[-1][2].update(one for one in read.ids if not one.startswith(("n:", "day:")))
    if len({place for place, _, _ in made}) < 2:
        return []
    whole = all(_VERB.search(part) for part in _AGAINST.split(text) if part.strip().startswith(("the ", "The ")))
    return made if whole else [(place, figures, set()) for place, figures, _ in made]


_VERB = re.compile(
    r"\b(?:is|are|has|have|comes?|feeds?|holds?|fits?|suits?|takes?|weighs?|needs?|smells?|works?|keeps?|goes)\b"
)
"""Where one part has no verb of its own, the words of the other may be meant for both."""
_AGAINST = re.compile(r"[;,](?! about)|\b(?:and|while|but|whereas)\b(?= the )")


def _read(text: str) -> Sentence:
    return stated(text, date(2000, 1, 3))
