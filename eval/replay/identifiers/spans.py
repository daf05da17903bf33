"""A stretch of a text that tells who somebody is, and how stretches that overlap become one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

KINDS = ("email", "identity", "card", "phone", "order", "address", "name")
"""From the surest shape to the least sure: where two overlap, the earlier names the stretch."""

_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2010: 0x2D, 0x2011: 0x2D, 0x2013: 0x2D, 0x2014: 0x2D, 0xA0: 0x20}  # fmt: skip


_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-zÀ-ž]")


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int
    kind: str


def folded(text: str) -> str:
    """Full-width letters, digits and signs as plain ones, dashes as hyphens; every letter keeps its place."""
    return text.translate(_HALF_WIDTH)


def has_chinese(text: str) -> bool:
    return bool(_HAN.search(text))


def has_latin(text: str) -> bool:
    return bool(_LATIN.search(text))


def matches(pattern: re.Pattern[str], text: str, kind: str) -> Iterator[Span]:
    """Each match; the group `it` alone where the pattern has one."""
    group: int | str = "it" if "it" in pattern.groupindex else 0
    for match in pattern.finditer(text):
        yield Span(*match.span(group), kind)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Without overlaps, in order: stretches that overlap are one, named by the surest of them."""
    whole: list[Span] = []
    for span in sorted((one for one in spans if one.end > one.start), key=lambda one: (one.start, -one.end)):
        if whole and span.start < whole[-1].end:
            last = whole[-1]
            kind = min(last.kind, span.kind, key=KINDS.index) if span.end > last.end else last.kind
            whole[-1] = Span(last.start, max(last.end, span.end), kind)
        else:
            whole.append(span)
    return whole
