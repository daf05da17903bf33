"""Where an order was found, what is said to have happened to it must stand in what was found of it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.writing.facts.denial import is_denied
from bot.writing.facts.reading import Sentence, stated
from bot.writing.facts.scene import Fault, Scene
from knowledge_base.passages import sentences

_NOT_YET = re.compile(
    r"\b(?:will|planned|expected|to be|if|when|once|until|till|before|after|unless|should|can|could|may|might|as soon as|being|would|due|please)\b|'ll\b|可以|会|将|预计|等|前|要是|如果|之后|后|计划|能|正在|准备|规矩"
)
_ALL = re.compile(r"\b(?:both|all|everything|each|entire|the lot)\b|都|全部|两个|整单|全")

_SEVERAL = re.compile(r"\b(?:the second|the other|the rest|two parcels|three parcels)\b|第二|另一|其余|剩下")


@dataclass(frozen=True, slots=True)
class State:
    name: str
    words: re.Pattern[str]
    follows: tuple[str, ...]


def check(scene: Scene) -> Fault | None:
    if not scene.known.of_order or scene.asks or scene.doubts:
        return None
    told: dict[str, list[bool]] = {}
    for text in sentences(scene.known.findings.answer):
        for state, _, denied in _said(stated(text, scene.known.today)):
            told.setdefault(state.name, []).append(denied)
    for state, match, denied in _said(scene.read):
        known = set(told.get(state.name, ()))
        known |= {False for other in state.follows if False in told.get(other, ())}
        wrong = (
            known == {False}
            if denied
            else False not in known or (_of_all(scene, match) and _in_part(scene, told, state))
        )
        if wrong:
            return scene.read.text.own[match.start() : match.end()], "order", scene.known.findings.answer[:80]
    return None


def _of_all(scene: Scene, match: re.Match[str]) -> bool:
    return bool(_ALL.search(scene.part(match.start())))


def _in_part(scene: Scene, told: Mapping[str, list[bool]], state: State) -> bool:
    """Whether it is told of one parcel of several."""
    several = _SEVERAL.search(scene.known.findings.answer.lower())
    return bool(several) and (True in told.get(state.name, ()) or told.get(state.name, []).count(False) < 2)


def tells(read: Sentence) -> bool:
    """Whether a sentence says what happened to an order."""
    return next(_said(read), None) is not None


def _said(read: Sentence) -> Iterator[tuple[State, re.Match[str], bool]]:
    """Each state that a sentence tells, and whether it is denied; what is only planned or could be isn't told."""
    lower = read.text.lower
    for state in _table():
        for match in state.words.finditer(lower):
            clause = read.clause_at(match.start())
            before = lower[clause.start if clause else 0 : match.start()]
            if _NOT_YET.search(before) or lower.startswith(("前", "之前", "以前", "后"), match.end()):
                continue
            denied = (
                match.group()[0] in "没未尚"
                or is_denied(match.start(), read.spans)
                or is_denied(match.end() - 1, read.spans)
            )
            yield state, match, denied


@cache
def _table() -> tuple[State, ...]:
    text = files("bot.writing.facts").joinpath("orders.toml").read_text(encoding="utf-8")
    return tuple(
        State(name, re.compile(row["words"]), tuple(row["follows"])) for name, row in tomllib.loads(text).items()
    )
