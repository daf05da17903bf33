"""`low in caffeine`, `the darker roast`: a level that an attribute has must be its own, and not its opposite or the other product's."""

from __future__ import annotations

import re

from bot.writing.facts.denial import is_denied
from bot.writing.facts.reading import Clause
from bot.writing.facts.scene import Fault, Scene

_SCALES: tuple[tuple[frozenset[str], ...], ...] = (
    (frozenset(["low", "lower", "little"]), frozenset(["medium"]), frozenset(["high", "higher"])),
    (frozenset(["light", "lighter"]), frozenset(["medium"]), frozenset(["dark", "darker"])),
    (frozenset(["mild", "milder", "weak"]), frozenset(["medium"]), frozenset(["strong", "stronger"])),
    (frozenset(["soft", "softer"]), frozenset(["firm", "firmer", "hard", "harder"])),
    (frozenset(["fine", "finer"]), frozenset(["coarse", "coarser"])),
    (frozenset(["narrow", "narrower", "slim"]), frozenset(["wide", "wider", "roomy", "roomier"])),
)
_WORD = re.compile(r"[a-z]+")
_UNLIKE = re.compile(r"\b(?:than|as|unlike|compared)\b")


def check(scene: Scene) -> Fault | None:
    if scene.asks or scene.doubts or not scene.lower.isascii():
        return None
    for clause in scene.read.clauses:
        subjects = scene.subjects.at(clause.start)
        if len(subjects) != 1 or len({one for start, some in scene.subjects.marks for one in some if start}) > 1:
            continue
        for name, value in scene.known.attributes(subjects[0]):
            if fault := _other_level(clause, name, value, scene):
                return fault
    return None


def _other_level(clause: Clause, name: str, value: str, scene: Scene) -> Fault | None:
    """A level beside the attribute's name that its value hasn't, where its value has another of the same scale."""
    part = scene.lower[clause.start : clause.end]
    named = re.search(rf"\b{re.escape(name)}\b", part)
    if named is None or _UNLIKE.search(part[: named.start()]):
        return None
    theirs = set(_WORD.findall(value))
    for scale in _SCALES:
        mine = [level for level in scale if level & theirs]
        if len(mine) != 1:
            continue
        near = part[max(0, named.start() - 18) : named.end() + 18]
        said = [word for level in scale if level is not mine[0] for word in _WORD.findall(near) if word in level]
        if said and not set(_WORD.findall(near)) & mine[0]:
            place = clause.start + part.find(said[0])
            if not is_denied(place, scene.read.spans):
                return scene.read.text.own[place : place + len(said[0])], "attribute", f"{name}: {value}"
    return None
