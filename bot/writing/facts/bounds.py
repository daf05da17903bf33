"""What is said of an amount by the words around it: about, at least, just under."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from bot.writing.facts.measured import Amount, measured, unit_after, unit_tables


def bounded(one: Amount, text: str) -> Amount:
    if one.bound not in ("=",):
        return one
    start, end = one.start, one.end
    if (after := _after().match(text, end)) and (bound := _group(after)):
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


def _group(match: re.Match[str]) -> str:
    name = match.lastgroup or ""
    return {"b0": "<~", "b1": ">~", "b2": "<=", "b3": ">=", "b4": "=<", "b5": "<", "b6": ">", "b7": "~"}.get(name, "")


_ORDER = ("<~", ">~", "<=", ">=", "=<", "<", ">", "~")


@cache
def _before() -> re.Pattern[str]:
    words = unit_tables()["before"]
    parts = [f"(?P<b{place}>{'|'.join(words[name])})" for place, name in enumerate(_ORDER) if name in words]
    return re.compile(
        rf"(?<![a-z])(?:{'|'.join(parts)})(?:\s(?:only|just|the|a|an|of|than|it'?s|for|仅|只|有|是|要|还有|还|剩|得|能|就|花|用|卖|付|贵|便宜))*\s?(?:us)?[$¥€£]?\s?$"
    )


@cache
def _after() -> re.Pattern[str]:
    words = unit_tables()["after"]
    parts = [f"(?P<b{place}>{'|'.join(words[name])})" for place, name in enumerate(_ORDER) if name in words]
    return re.compile(rf"(?:\s?|, (?=give|or so|or there|at (?:most|least)|max|tops))(?:{'|'.join(parts)})(?![a-z])")
