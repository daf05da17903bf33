"""Which form of a product something is said of, in Chinese: `陶瓷款轻便` where the findings say it of the other one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from bot.writing.facts.pairs import pairs
from bot.writing.facts.scene import Fault, Scene
from bot.writing.facts.terms import read
from knowledge_base.types import Product

_PARTS = re.compile(r"[^,，;；。!！?？:：()（）]+[,，;；。!！?？:：()（）]*")
_ENDS = re.compile(r"[。;；!！?？]\s*$")
_SETS = re.compile(r"比|不像|不同|跟|和|与|都|两[种款个]|各|不|没|别|勿|还是|或|缺|断货|卖完")
"""What sets forms beside each other, or denies: then nothing is said of one alone."""
Named = frozenset[str]


def check(scene: Scene) -> Fault | None:
    if scene.asks or scene.doubts or scene.lower.isascii():
        return None
    for subject, written in scene.known.written.items():
        for product in written:
            values, told = _forms(product)
            if len(values) < 2:
                continue
            for _, part, place in _said(scene.lower, values):
                if (
                    not (named := _named(part, values))
                    or _SETS.search(part)
                    or subject not in (scene.subjects.at(place) or (subject,))
                ):
                    continue
                mine = [told[one] for one in pairs(part) if one in told and told[one] < frozenset(values)]
                if mine and all(not holders & named for holders in mine):
                    return (
                        scene.read.text.own[place : place + len(part)].strip(" ,。"),
                        "product",
                        " / ".join(sorted(mine[0])),
                    )
    return None


def _forms(product: Product) -> tuple[tuple[str, ...], Mapping[str, Named]]:
    values = tuple(dict.fromkeys(value for form in product.variants for value in form.attributes.values()))
    several = {name for form in product.variants for name in form.attributes}
    if len(several) != 1 or product.description.isascii():
        return (), {}
    return values, _told(product.description, values)


@lru_cache(maxsize=4096)
def _told(description: str, values: tuple[str, ...]) -> Mapping[str, Named]:
    """Pair of signs -> the forms that the description says it of; nothing where it is said of all."""
    told: dict[str, Named] = {}
    common: set[str] = set()
    for named, part, _ in _said(read(description).lower, values):
        for one in pairs(part):
            if named:
                told[one] = told.get(one, frozenset()) | named
            else:
                common.add(one)
    marks = frozenset().union(*(pairs(value) for value in values))
    return {one: named for one, named in told.items() if one not in common | marks}


def _said(lower: str, values: tuple[str, ...]) -> Iterator[tuple[Named, str, int]]:
    """(forms that are named, part, place) of each part; one without a name goes on with those before it in its sentence."""
    before: Named = frozenset()
    for match in _PARTS.finditer(lower):
        part = match.group()
        named = _named(part, values) or before
        yield named, part, match.start()
        before = frozenset() if _ENDS.search(part) else named


def _named(part: str, values: tuple[str, ...]) -> Named:
    """The forms that have all the marks of a part which not all of them have."""
    marks = {one: frozenset(value for value in values if one in value) for value in values for one in pairs(value)}
    found = [some for one, some in marks.items() if one in part and len(some) < len(values)]
    return frozenset(values).intersection(*found) if found else frozenset[str]()
