"""The numbers of a page, each looked up in its part of the JSON by how it is written: a share, money, an interval, a day, a count.

What isn't looked up: the conversations at the end and the numbers that lead to them (they are what was written, and places in a list), and numbers
that stand in a wording itself, as `95 % intervals` or `due in 7 days`. Two are worked out: a band of days ends one before the JSON's `to`, and a
row of hours is named by its first one and has three.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from eval.insights.words import _wordings
from tests.figures import shop

PARTS = {"service": ("service",), "misses": ("misses",), "topics": ("topics", "reviews", "feelings"), "customers": ("customers",), "recommendations": ("recommendations",), "market": ("market",)}  # fmt: skip
_N = r"[-+]?(?:US)?\$?\d[\d,]*(?:\.\d+)?(?:e-\d+)?"
_THREE = re.compile(rf"({_N})(?: ?%| points| 个百分点)? *[(（]({_N})(?: ?%)?(?: to | 至 |–)({_N})(?: ?%)?[)）]")
_DAY = {"en": re.compile(r"\d+ (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}"), "zh": re.compile(r"\d{4}年\d+月\d+日")}  # fmt: skip
_KINDS = (("share", re.compile(rf"({_N}) ?%")), ("money", re.compile(r"([-+]?(?:US)?\$\d[\d,]*(?:\.\d+)?)")), ("count", re.compile(rf"({_N})")))  # fmt: skip


class _Texts(HTMLParser):
    """(part, text), without what isn't looked up."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._part, self._aside, self._small = "", "", False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "h2" and named.get("class") == "part":
            self._part = (named["id"] or "").split("-")[0]
        if tag == "section" and named.get("class") == "talks":
            self._part = "talks"
        if tag == "footer":
            self._part = ""
        if tag in ("style", "a"):
            self._aside = tag
        self._small = tag == "small"

    def handle_endtag(self, tag: str) -> None:
        self._small = False
        if tag == self._aside:
            self._aside = ""

    def handle_data(self, data: str) -> None:
        if self._small:  # the interval of the figure in front of it
            self.found[-1] = (self._part, f"{self.found[-1][1]} {data}")
        elif not self._aside and self._part != "talks" and data.strip():
            self.found.append((self._part, data))


def strangers(html: str, figures: Mapping[str, Any], locale: str) -> list[tuple[str, str, str]]:
    """(part, number, where it stands) of all that the JSON hasn't got."""
    texts = _Texts(html).found
    met = {part for part, _ in texts}
    assert met == {"", *PARTS}, "the page has all its parts"
    known = {part: _Known({**{name: figures[name] for name in PARTS.get(part, figures)}, **_said_of_all(figures)}, part) for part in met}  # fmt: skip
    literals = _literals(locale)
    return [
        (part, number, text) for part, text in texts for number in known[part].lacks(_without(text, literals), locale)
    ]


def _said_of_all(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {name: figures[name] for name in ("since", "until", "least", "named")}


def _literals(locale: str) -> list[str]:
    """What wordings say beside what is filled in, where it has a digit; the longest first."""
    parts = {part for text in _wordings()[locale].values() for part in re.split(r"\{\w+\}", str(text))}
    return sorted((part for part in parts if re.search(r"\d", part)), key=len, reverse=True)


def _without(text: str, literals: list[str]) -> str:
    for literal in literals:
        text = text.replace(literal, " | ")
    return text


class _Known:
    """Of a part of the JSON, its numbers as a page may write them."""

    def __init__(self, figures: Any, part: str) -> None:
        self.days, self.numbers, self.triples = set[date](), list[float](), set[tuple[str, ...]]()
        self.of = {"share": set[str](), "money": set[str](), "count": set[str]()}
        self._take(figures)
        if part == "customers":
            for band in (*figures["customers"]["recency"], *figures["customers"]["frequency"], *figures["customers"]["intervals"]):  # fmt: skip
                self.of["count"].add(str((band["to"] or 0) - 1))
        if part == "service":
            for row in figures["service"]["by"]["hour"]:
                self.of["count"] |= {str(int(row["name"])), str(int(row["name"]) + 3)}

    def lacks(self, text: str, locale: str) -> Iterator[str]:
        def look(pattern: re.Pattern[str], holds: Callable[[re.Match[str]], bool]) -> Iterator[str]:
            nonlocal text
            for match in pattern.finditer(text):
                if not holds(match):
                    yield match[0]
            text = pattern.sub(" | ", text)

        yield from look(_DAY[locale], lambda match: match[0] in {_written(day, locale) for day in self.days})
        yield from look(_THREE, lambda match: tuple(map(_bare, match.groups())) in self.triples)
        for kind, pattern in _KINDS:
            yield from look(pattern, lambda match, kind=kind: _bare(match[1]) in self.of[kind])  # type: ignore[misc]

    def _take(self, value: Any) -> None:
        if isinstance(value, Mapping):
            if {"value", "low", "high"} <= value.keys() and value["low"] is not None:
                self.triples |= set(zip(*(_written_as(value[end]) for end in ("value", "low", "high")), strict=True))
            for one in value.values():
                self._take(one)
        elif isinstance(value, list):
            for one in value:
                self._take(one)
        elif isinstance(value, str):
            self._take_text(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            self.of["share"] |= {_bare(f"{value:.0%}"[:-1]), _bare(f"{value:.1%}"[:-1])}
            self.of["money"].add(f"{round(value, 2):.2f}")
            counts = {str(value)} if isinstance(value, int) else {f"{value:.0f}", f"{value:.1f}", f"{value:.2g}", f"{value:.4f}"}  # fmt: skip
            counts |= {f"{value / size:.{digits}f}" for size in (60, 3600) for digits in (0, 1) if value >= size and isinstance(value, float)}  # fmt: skip
            self.of["count"] |= counts

    def _take_text(self, value: str) -> None:
        if re.fullmatch(r"\d+(?:\.\d+)?", value):
            self.of["count"].add(value)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            self.days.add(date.fromisoformat(value))
        elif re.match(r"\d{4}-\d\d-\d\dT", value):
            at = datetime.fromisoformat(value).astimezone(shop.ZONE)
            self.days |= {at.date(), (at - timedelta(microseconds=1)).date()}


def _written(day: date, locale: str) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if locale == "zh" else f"{day.day} {day:%B %Y}"


def _written_as(value: float) -> tuple[str, ...]:
    """In whole per cent, in tenths of one, as a ratio, as money."""
    return _bare(f"{100 * value:.0f}"), _bare(f"{100 * value:.1f}"), _bare(f"{value:.1f}"), f"{round(value, 2):.2f}"


def _bare(number: str) -> str:
    return number.replace("US", "").replace("$", "").replace(",", "").removeprefix("+")
