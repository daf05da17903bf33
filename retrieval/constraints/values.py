"""Which values of a shop's attributes can be asked for by themselves, which need a word beside them, and which name kinds of things."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from knowledge_base.attributes import Attributes
from knowledge_base.families import is_han, plain, tables
from knowledge_base.types import Product
from retrieval.constraints.tables import table

TOKEN = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?")
LONGEST_LATIN = 4
"""Words of the longest phrase that is looked up."""


def key_of(phrase: str) -> str:
    """How a phrase is looked up: Latin words parted by single spaces, Chinese as it is."""
    said = plain(phrase).strip()
    return (
        said.replace(" ", "")
        if is_han(said) and not TOKEN.search(said)
        else " ".join(TOKEN.findall(said))
        if not is_han(said)
        else said
    )


def share(candidates: dict[str, list[tuple[str, str]]], attributes: Attributes) -> None:
    """A word for a value of one attribute says the same of another that has the value, too: 橙子, a flavour, is a scent."""
    having: dict[str, list[str]] = defaultdict(list)
    for name in {name for meanings in candidates.values() for name, _ in meanings}:
        for value in set(attributes.values[name].values()):
            having[value].append(name)
    for meanings in candidates.values():
        for _, value in list(meanings):
            meanings += [(name, value) for name in having[value] if (name, value) not in meanings]


def is_vocabulary(name: str, values: dict[str, str]) -> bool:
    if name in ("colour", "material", "size", "brand", "age", "contents") or plain(name) in map(
        plain, table("values")["free"]
    ):
        return False
    words = [said for said in values if not re.search(r"\d", said)]
    long = sum(len(said.split()) > 3 or (is_han(said) and len(said) > 8) for said in words)
    return len(words) * 2 >= len(values) and long * 3 <= len(words)


def is_word(said: str) -> bool:
    claims = tables()["claims"]
    if re.search(r"\d", said) or said in claims["yes"] or said in claims["no"] or said in claims["none"]:
        return False
    return len(said) <= 8 and len(said) > 1 if is_han(said) else len(said) > 1 and len(said.split()) <= LONGEST_LATIN


def describes(name: str, attributes: Attributes) -> bool:
    """Whether an attribute describes in many words of its own (flavours), of which none is chosen by."""
    return name not in attributes.options and len(set(attributes.values[name].values())) > 15


def kinds_of_things(
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
    tokens = TOKEN.findall(said)
    found = {
        phrase
        for size in range(1, LONGEST_LATIN + 1)
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
def weak_words() -> frozenset[str]:
    return frozenset(key_of(word) for word in table("values")["weak"])


def cues_of(name: str, attributes: Attributes) -> frozenset[str]:
    """The words that ask for an attribute: those of the table, else those of its names."""
    for row in table("about"):
        if plain(name) in map(plain, row["names"]):
            return frozenset(row["cues"])
    names = [said for said, canonical in attributes.names.items() if canonical == name]
    return frozenset(part for said in names for part in [said, *said.split()] if part not in ("type", "of", "level"))


def countries() -> list[Mapping[str, Any]]:
    names = tables()["names"]["origin"]
    return [{"names": names, "words": [key, *more]} for key, more in tables()["countries"].items()]


def own_value(name: str, group: Mapping[str, Any], attributes: Attributes) -> str | None:
    values = attributes.values.get(name, {})
    claim = group.get("claim")
    if claim == "yes":
        return attributes.claim(name, holds=True)
    if claim == "none":
        none = tables()["claims"]["none"]
        return next((value for said, value in values.items() if said in none), None)
    return next((values[plain(said)] for said in group["words"] if plain(said) in values), None)
