"""`Its very last piece`, `plenty left`, `nearly gone`: how much is left, said without a number."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.writing.facts import forms
from bot.writing.facts.denial import is_denied
from bot.writing.facts.scene import Fault, Scene

_THING = r"(?:one|ones|piece|pieces|pair|pairs|set|sets|bottle|unit|units|copy|pack|packs|box|bag|jar|tin|item|items|of them|of these|bars?|mugs?|cups?)"
_LEFT = r"(?:left|in stock|remaining|available|to go|on the shelf|over|here)"
_AMOUNTS: Sequence[tuple[re.Pattern[str], float, float]] = (
    (
        re.compile(
            rf"\bdown to (?:its|the|our|a) (?:very |absolute )?(?:last|final|single) {_THING}"
            rf"|\b(?:only|just) (?:the |a )?(?:very )?(?:last|single|one) (?:{_THING} )?(?:is )?{_LEFT}\b"
            rf"|\b(?:very last|last remaining|final) {_THING}\b(?! of the)"
            rf"|\b(?:is|it's) (?:our|the) last (?:one|piece|pair|set)\b(?! (?:in|on|of))"
            rf"|\blast one {_LEFT}\b|\bone {_LEFT}\b(?! of)"
        ),
        1,
        1,
    ),
    (
        re.compile(
            rf"\b(?:nearly|almost|just about|practically) (?:gone|sold out|out of stock|finished|all gone)\b|\brunning (?:low|out|short)\b|\b(?:only|just) a (?:few|handful|couple) (?:{_THING} )?(?:are )?{_LEFT}\b|\ba (?:few|handful|couple)(?: of (?:them|these|the [a-z -]{{2,28}}?))?(?: are| is)?(?: still)? {_LEFT}|\b(?:the |our )?last few\b|\blow (?:in|on) stock\b|\bstock is (?:low|short|nearly gone|running low)\b|\bgoing fast\b"
        ),
        1,
        12,
    ),
    (
        re.compile(
            rf"\b(?:plenty|loads|lots|stacks|heaps|dozens|tons|masses|a good number|a good many|a large number|a big pile)(?: of (?:them|these|it|the [a-z -]{{2,28}}?|our [a-z -]{{2,28}}?))? (?:are |still |more |is )*{_LEFT}\b|\bwell stocked\b|\bhave (?:plenty|loads|lots|dozens|stacks|heaps)\b|\bno need to (?:hurry|rush)\b"
        ),
        8,
        1e9,
    ),
    (
        re.compile(
            rf"\bsome(?: of (?:them|these))?(?: are| is)?(?: still)? {_LEFT}\b|\bstill (?:have|got) (?:some|a few)\b"
        ),
        1,
        1e9,
    ),
)
"""How it is said, and the least and the most that it may be said of."""
_HINT = re.compile(
    r"last|few|some|handful|couple|final|only|just|\bone\b|nearly|almost|practically|running|low\b|plenty|loads|lots|stack|heaps|dozens|tons|masses|good|large|big|well|hurry|rush|fast"
)


def check(scene: Scene) -> Fault | None:
    """An amount in words that no stock figure of the product, or of the form that is named, agrees with."""
    if scene.asks or scene.doubts or not scene.known.products or not _HINT.search(scene.lower):
        return None
    for pattern, least, most in _AMOUNTS:
        for match in pattern.finditer(scene.lower):
            if is_denied(match.start(), scene.read.spans) and not match.group().startswith("no "):
                continue
            subjects = scene.subjects.at(match.end() - 1)
            counts = _counts(scene, subjects, match.start())
            if counts and not any(least <= count <= most for count in counts):
                return scene.read.text.own[match.start() : match.end()], "stock", f"{min(counts)} in stock"
    return None


def _counts(scene: Scene, subjects: Sequence[str], place: int) -> list[int]:
    """The stock of the form that is named, else that of these products and of each of their forms."""
    clause = scene.read.clause_at(place)
    if clause is not None and (named := forms.counts(scene, clause)):
        return named
    found: list[int] = []
    for one in subjects or tuple(scene.known.products):
        product = scene.known.products[one]
        found += [count for count in (product.stock, *(form.stock for form in product.variants)) if count is not None]
    return found
