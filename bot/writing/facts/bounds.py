"""What is said of an amount by the words around it: about, at least, just under."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from bot.writing.facts.measured import Amount, measured, unit_after, unit_tables


def bounded(one: Amount, text: str) -> Amount:
    if one.bound == "in" and (before := _before().search(text, max(0, one.start - 30), one.start)):
        return replace(one, bound=">=", high=one.low) if _group(before) in (">=", ">") else one
    if one.bound not in ("=",):
        return one
    start, end = one.start, one.end
    after = _after().match(text, end)
    if after and (bound := _group(after)) and not _OF_THE_NEXT.match(text, after.end()):
        one = replace(one, bound=bound, end=after.end())
        if bound in (">~", "<~", "~"):
            if unit := unit_after().match(text, one.end):
                one = (
                    replace(measured(replace(one, low=one.low, high=one.high), unit, text), bound=bound)
                    if one.kind == "bare"
                    else one
                )
            return one
    if (before := _before().search(text, max(0, start - 30), start)) and (bound := _group(before)):
        if bound in ("~",) and one.bound != "=":
            return one
        return replace(one, bound=bound, start=before.start())
    return one


_OF_THE_NEXT = re.compile(r"(?<=到)\s?[\d一二两三四五六七八九十百]|(?<=足)\s?[\d一二两三四五六七八九十百]")
"""三十五块不到 40: the bound is that of the figure behind it."""


def _group(match: re.Match[str]) -> str:
    name = match.lastgroup or ""
    return {"b0": "<~", "b1": ">~", "b2": "<=", "b3": ">=", "b4": "=<", "b5": "<", "b6": ">", "b7": "~"}.get(name, "")


_ORDER = ("<~", ">~", "<=", ">=", "=<", "<", ">", "~")


@cache
def _before() -> re.Pattern[str]:
    words = unit_tables()["before"]
    parts = [f"(?P<b{place}>{'|'.join(words[name])})" for place, name in enumerate(_ORDER) if name in words]
    return re.compile(
        rf"(?<![a-z])(?:{'|'.join(parts)})(?:\s?(?:only|just|the|a|an|of|than|it'?s|for|仅|只|有|是|要|还有|还|剩|得|能|就|花|用|卖|付|贵|便宜))*\s?(?:us)?[$¥€£]?\s?$"
    )


@cache
def _after() -> re.Pattern[str]:
    words = unit_tables()["after"]
    parts = [f"(?P<b{place}>{'|'.join(words[name])})" for place, name in enumerate(_ORDER) if name in words]
    return re.compile(
        rf"(?:\s?|, (?=give|near|more or|or so|or there|at (?:most|least)|max|tops))(?:{'|'.join(parts)})(?![a-z])"
    )
