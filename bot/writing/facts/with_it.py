"""What is said to come with a product in Chinese, of which the findings say that it doesn't: `盒里装好了电池` of `电池，盒内不含`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.writing.facts.denial import clauses
from bot.writing.facts.pairs import pairs
from bot.writing.facts.scene import Fault, Scene
from bot.writing.facts.terms import read

_GIVES = re.compile(
    r"附|(?<!不)送(?!到|达|货|来|去|礼|人|给)|赠|自带|配(?:有|了|好|上|齐|着|一|两|套)|含|带(?:了|有|着|一|两)|[装放备](?:好|了)|齐全|都有|包括"
)
_HOLDS_NOT = re.compile(r"不|没|未|无|别|自备|自己|另[买购外配]|单独|需要|要买")
_WITHOUT = re.compile(
    r"(?:不|未|没有?)(?:含|带|附|送|配|包括|包含)(?P<thing>[^,，。;；、]+)|(?P<before>[^,，。;；、:：]+)[,，]\s?(?:盒内|盒里|里面)?不(?:含|带|附|送)(?=[。;；,，]|$)"
)


def check(scene: Scene) -> Fault | None:
    if scene.asks or scene.doubts or scene.lower.isascii() or not scene.known.products:
        return None
    for start, end in clauses(scene.lower):
        part = scene.lower[start:end]
        if not (gives := _GIVES.search(part)) or _HOLDS_NOT.search(part):
            continue
        said = pairs(part[gives.start() :]) | (
            pairs(part) if "齐全" in part or "都有" in part or "好" in part else frozenset()
        )
        subjects = scene.subjects.at(max(start, end - 1)) or tuple(scene.known.products)
        for text, thing in _lacking(scene, subjects):
            if thing & said:
                return scene.read.text.own[start:end].strip(), "attribute", text
    return None


def _lacking(scene: Scene, subjects: tuple[str, ...]) -> Iterator[tuple[str, frozenset[str]]]:
    for fact in scene.known.facts:
        if fact.subject in subjects and not fact.text.isascii():
            for thing in _without(fact.text):
                yield fact.text, thing


@lru_cache(maxsize=20_000)
def _without(text: str) -> tuple[frozenset[str], ...]:
    """What a text says that there isn't in the box."""
    return tuple(pairs(match["thing"] or match["before"]) for match in _WITHOUT.finditer(read(text).lower))
