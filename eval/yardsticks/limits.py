"""A reader of limits by two dozen regular expressions: price, stock, category and `cheapest first`, nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from retrieval.text import normalise, words
from retrieval.types import Where

_N = r"(?:us|hk)?[$¥€£]?\s?(\d+(?:\.\d+)?)"
_UNIT = r"\s?(?:dollars?|bucks|usd|us\$|\$|euros?|eur|€|pounds?|gbp|£|yuan|cny|块钱?|元|美元|美金|刀|rmb|人民币)?"
_Z = r"(\d+(?:\.\d+)?)\s?(?:块钱?|元|美元|美金|刀|¥|\$)?"

_BETWEEN = (
    re.compile(rf"(?:between|from)\s{_N}{_UNIT}\s(?:and|to)\s{_N}{_UNIT}"),
    re.compile(rf"{_Z}\s?(?:到|至|-|~|—|–)\s?{_Z}(?:之间|的|块|元|美元)?"),
)
_AT_MOST = (
    re.compile(rf"(?:under|below|less than|cheaper than|up to|at most|max(?:imum)?|no more than|within|not over)\s{_N}{_UNIT}"),
    re.compile(rf"{_Z}\s?(?:以内|以下|之内|内)"), re.compile(rf"(?:不超过|低于|少于|最多|不到)\s?{_Z}"),
)  # fmt: skip
_AT_LEAST = (
    re.compile(rf"(?:over|above|more than|at least|from|starting at)\s{_N}{_UNIT}"),
    re.compile(rf"{_Z}\s?(?:以上|起)"), re.compile(rf"(?:高于|超过|至少)\s?{_Z}"),
)  # fmt: skip
_ABOUT = (re.compile(rf"(?:around|about|roughly)\s{_N}{_UNIT}"), re.compile(rf"{_Z}\s?(?:左右|上下|前后)"))
_STOCK = re.compile(r"\b(?:in stock|available now|available)\b|有货|现货|有库存")
_STOCK_ASKED = re.compile(r"^(?:is|are)\b.*\b(?:in stock|available)\b|(?:有货|有现货|有没有货|还有货?)[吗么?？]*$")
"""Whether a thing is there is asked; then what is sold out is the answer, and no limit."""
_CHEAP = re.compile(r"\bcheap(?:est|er)?(?: first)?\b|less expensive|最便宜|便宜(?:点|一点|些)?|价格最低")
_NOT_PRICE = re.compile(
    r"\s?(?:l|ml|g|kg|cm|mm|w|inch|hours?|years?|pieces?|days?|升|毫升|克|千克|厘米|瓦|寸|小时|岁|件|个|天|年)\b|\s?(?:升|毫升|克|厘米|小时|岁|天|年|个月)"
)
ABOUT = Decimal("0.2")
"""`around 50` means 40 to 60."""


def limits_of(text: str, categories: Iterable[str]) -> tuple[Where, bool, str]:
    """(limits, cheapest first, the words left). A number with a measure behind it is no price."""
    rest = normalise(text)
    where = Where()
    for patterns, make in ((_BETWEEN, _between), (_AT_MOST, _at_most), (_ABOUT, _about), (_AT_LEAST, _at_least)):
        for pattern in patterns:
            match = pattern.search(rest)
            if match and not _NOT_PRICE.match(rest[match.end() :]):
                where = make(where, [Decimal(group) for group in match.groups()])
                rest = rest[: match.start()] + " " + rest[match.end() :]
                break
    if _STOCK.search(rest) and not _STOCK_ASKED.search(rest):
        where = replace(where, in_stock=True)
    cheapest = bool(_CHEAP.search(rest))
    rest = _CHEAP.sub(" ", _STOCK.sub(" ", rest))
    said = set(words(rest))
    named = frozenset(name for name in categories if name and set(words(name)) <= said)
    return replace(where, categories=named), cheapest, re.sub(r"\s+", " ", rest).strip()


def _between(where: Where, numbers: list[Decimal]) -> Where:
    return replace(where, price_from=min(numbers), price_to=max(numbers))


def _at_most(where: Where, numbers: list[Decimal]) -> Where:
    return replace(where, price_to=where.price_to or numbers[0])


def _at_least(where: Where, numbers: list[Decimal]) -> Where:
    return where if where.price_from or where.price_to else replace(where, price_from=numbers[0])


def _about(where: Where, numbers: list[Decimal]) -> Where:
    if where.price_to is not None:
        return where
    return replace(where, price_from=numbers[0] * (1 - ABOUT), price_to=numbers[0] * (1 + ABOUT))
