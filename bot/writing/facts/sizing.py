"""`Between two sizes take the larger`: advice to go up or down, against what the findings advise."""

from __future__ import annotations

import re

from bot.writing.facts.denial import is_denied
from bot.writing.facts.scene import Fault, Scene

_TAKE = r"(?:take|takes|order|choose|go for|go with|pick|buy|get|prefer|going for|opt for|stick to|better with|be happier with|want|recommend|suggest|advise)"
_UP = re.compile(
    rf"\b{_TAKE} (?:the |a )?(?:next )?(?:larger|bigger|size up|roomier|one up)\b|\bsiz(?:e|ing) up\b|\bgo(?:ing)? (?:one |a size )?up\b(?! to)|\bone size (?:up|larger|bigger)\b|\bthe larger (?:one |size )?is (?:the|your|a)\b"
)
_DOWN = re.compile(
    rf"\b{_TAKE} (?:the |a )?(?:next )?(?:smaller|size down|tighter|one down)\b|\bsiz(?:e|ing) down\b|\bgo(?:ing)? (?:one |a size )?down\b(?! to)|\bone size (?:down|smaller)\b|\bthe smaller (?:one |size )?is (?:the|your|a)\b"
)
_HINT = re.compile(r"larger|bigger|smaller|\bup\b|\bdown\b|siz")


def check(scene: Scene) -> Fault | None:
    if scene.asks or scene.doubts or not _HINT.search(scene.lower):
        return None
    for said, other in ((_UP, _DOWN), (_DOWN, _UP)):
        match = said.search(scene.lower)
        if match is None or other.search(scene.lower) or is_denied(match.start(), scene.read.spans):
            continue
        texts = _advice(scene, match.start())
        if any(other.search(text) for text in texts) and not any(said.search(text) for text in texts):
            return scene.read.text.own[match.start() : match.end()], "size", next(t for t in texts if other.search(t))
    return None


def _advice(scene: Scene, place: int) -> list[str]:
    """What the findings of the product say, and only where they say nothing of it the rules of the shop."""
    subjects = scene.subjects.at(place) or tuple(scene.known.products)
    texts = [scene.known.vocabulary(one) for one in subjects]
    own = [line for text in texts for line in text.split("\n") if _UP.search(line) or _DOWN.search(line)]
    return own or [line for line in scene.known.vocabulary("").split("\n") if "siz" in line]
