"""What a message says besides amounts and the shop's own words: sort order, stock, discounts."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Any

from retrieval.constraints.amounts import GONE
from retrieval.constraints.tables import table

_REFUSED = re.compile(
    r"(?:(?<!有)没有?|不用|不要|不需要|无需|not|no|don.?t need(?: the)?|doesn.?t have to be|isn.?t)\s?$"
)
_GAP = re.compile(r"(?:的)?(?:也行|也可以|也成|都行|也没关系)")


def read(left: str, said: str, values: dict[str, Any], spans: list[tuple[int, int]]) -> str:
    """Fill in `sort`, `in_stock` and `discount_from`; what was read is struck out of the text that comes back."""
    left = _sort(left, values, spans)
    if asked := asks_stock(said):
        left = _struck(left, *asked)
    for pattern, key, value in _claims():
        for match in pattern.finditer(left):
            if GONE in match.group():
                continue
            is_refused = _REFUSED.search(left[: match.start()]) or _GAP.match(left, match.end())
            if not is_refused:
                values[key] = value if key not in values else max(values[key], value)
            spans.append(match.span())
            left = _struck(left, *match.span())
    return left


def asks_stock(said: str) -> tuple[int, int] | None:
    """Where a normalised text asks whether something is there; then what is sold out is the answer, and no limit."""
    match = _stock_question().search(said)
    return match.span() if match else None


def _sort(left: str, values: dict[str, Any], spans: list[tuple[int, int]]) -> str:
    found: list[tuple[int, str]] = []
    for pattern, sense in _orders():
        for match in pattern.finditer(left):
            if match.group() and GONE not in match.group() and not left[match.start() : match.end()].isspace():
                if not re.search(r"\b(?:not|isn.?t|don.?t need)(?: the| necessarily)?\s$", left[: match.start()]):
                    found.append((match.start(), sense))
                spans.append(match.span())
        for start, end in [match.span() for match in pattern.finditer(left)]:
            left = _struck(left, start, end)
    if found:
        values["sort"] = min(found)[1]
    return left


def _struck(text: str, start: int, end: int) -> str:
    return text[:start] + GONE * (end - start) + text[end:]


@cache
def _orders() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(row["pattern"], re.ASCII), row["sense"]) for row in table("sort"))


@cache
def _stock_question() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in table("senses")["asks_stock"]), re.ASCII)


@cache
def _claims() -> tuple[tuple[re.Pattern[str], str, Any], ...]:
    senses = table("senses")
    return (
        (re.compile("|".join(senses["half_price"]), re.ASCII), "discount_from", Decimal(50)),
        (re.compile("|".join(senses["discount"]), re.ASCII), "discount_from", Decimal(1)),
        (re.compile("|".join(senses["in_stock"]), re.ASCII), "in_stock", True),
    )
