"""Numbers with what they measure and what is said of them: `about 3 to 5 working days`, `起码 49 块`, `just under a kilo`.

Hours of a day and dates are read in times.py.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from bot.writing.facts.numbers import Said, numbers
from knowledge_base.measures import units

Bound = str
"""`=`, `~`, `<`, `<=`, `>`, `>=`, `=<` (up to, within), `<~` (just under), `>~` (just over)."""

_RANGE = re.compile(r"\s?(?:-|–|—|~|～|to|至|到|or|或者?)\s?(?:us)?[$£€¥]?\s?")
_TIMES = re.compile(r"\s?(?:×|x|\*|by|乘|乘以)\s?")
_IN = re.compile(r"\s(?!(?:wide|long|high|tall|across|deep|x|thick)\b)[a-z]")
_BETWEEN = re.compile(r"(?:between|介于|在)\s?\S{0,3}$")
_AND_HALF = re.compile(r"\s?(?:and a half|半(?![\u4e00-\u9fff]?价))")
_TENTHS = re.compile("成(?![为立功人分了品本都套形熟员长就年交])")
_PARTS = {"quarter": 25.0, "third": 100 / 3, "half": 50.0, "fifth": 20.0, "tenth": 10.0}
_BY_PART = re.compile(r"\bby (?:a|one) (?P<part>quarter|third|half|fifth|tenth)\b")
_HALF_PRICE = re.compile(r"half[- ]price|half off|half the price|半价|对折")
_FOLD = re.compile(r"\s?折(?!叠|扣|痕)")
_MEASURE_WORD = re.compile(
    r"\s?(?:个|只|件|条|款|种|把|张|支|盒|包|瓶|袋|台|双|副|对|套|本|块|片|颗|枚|粒|位|名|口|盏|顶|杯|罐|份|样|根|步|次|遍|卷|枝|间|家|人|档|层|格|块儿|pcs?|x|×)"
)
_BEFORE_MONEY = re.compile(r"(?:us\s?\$|usd|cny|rmb|eur|gbp|hkd|hk\$|cad|aud|sgd|cn¥|jp¥|[$£€¥])\s?$")
_OF_NOUN = re.compile(r"[\s-]*((?:[a-z][a-z'-]*\s?){1,3})")
_PERCENT_BEFORE = re.compile(r"百分之$")
_COIN = re.compile(r"(?:块|元)(\d)(?:角|毛)?(?![\d.])")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and what it measures: kind `money:USD`, `percent`, `volume`, `duration`, `working`, `unit:volt`, `count`, `bare`, ...

    In the kind's own unit, as `unit` wrote it; `noun` is what a bare number counts.
    """

    kind: str
    low: float
    high: float
    start: int
    end: int
    bound: Bound = "="
    unit: str = ""
    spelled: bool = False
    other: float | None = None
    raw: tuple[float, float] = (0.0, 0.0)
    """Its ends as they were written, in whatever unit."""

    @property
    def family(self) -> str:
        return self.kind.split(":")[0]


def amounts(text: str) -> list[Amount]:
    """The amounts of a normalised text in order."""
    found = [made for one in numbers(text) if (made := _typed(one, text)) is not None]
    found += [
        Amount("percent", _PARTS[m["part"]], _PARTS[m["part"]], m.start(), m.end(), unit="part")
        for m in _BY_PART.finditer(text)
    ]
    found += [Amount("percent", 50, 50, m.start(), m.end(), unit="half") for m in _HALF_PRICE.finditer(text)]
    found.sort(key=lambda one: one.start)
    return [_bounded(one, text) for one in _joined(found, text)]


def _typed(one: Said, text: str) -> Amount | None:
    low, high, end = float(one.low), float(one.high), one.end
    before = text[max(0, one.start - 8) : one.start]
    other = float(one.other) if one.other is not None else None
    bound = "=" if low == high else "in"
    bound = "~" if one.nearly else bound
    made = Amount("bare", low, high, one.start, end, bound, spelled=one.spelled, other=other, raw=(low, high))
    if "米" in text[one.start : end] and one.spelled:
        return replace(made, kind="length", low=low * 100, high=high * 100, unit="米")
    if _PERCENT_BEFORE.search(before):
        return replace(made, kind="percent", start=one.start - 3)
    if money := _BEFORE_MONEY.search(before):
        return replace(
            made,
            kind=_currency(money.group().strip()),
            start=one.start - len(money.group()),
            unit=money.group().strip(),
        )
    if coin := _COIN.match(text, end):
        value = low + int(coin[1]) / 10
        return replace(made, kind="money:?", low=value, high=value, end=coin.end(), unit="块")
    if (
        one.spelled
        and one.end
        and text[one.start : one.end].endswith(tuple("一二三四五六七八九"))
        and "块" in text[one.start : one.end]
    ):
        tail = re.match(r"\s?(?:美元|美金|刀)", text[end : end + 4])
        return replace(
            made,
            kind=_currency(tail.group().strip()) if tail else "money:?",
            end=end + (tail.end() if tail else 0),
            unit="块",
        )
    if fold := _FOLD.match(text, end):
        tenths = low if low < 10 else low / 10
        if 0 < tenths < 10:
            off = 100 - 10 * tenths
            return replace(made, kind="percent", low=off, high=off, end=fold.end(), unit="折")
    if one.spelled and _TENTHS.match(text, end) and low < 10:
        return replace(made, kind="percent", low=low * 10, high=high * 10, end=end + 1, unit="成")
    if text.startswith(".-", end):
        made, end = replace(made, end=end + 2), end + 2
    if (unit := _unit().match(text, end)) and not _is_no_unit(one, unit, text):
        return _measured(made, unit, text)
    return made


def _is_no_unit(one: Said, unit: re.Match[str], text: str) -> bool:
    """`ten in stock` is no length, `the small one $9` no dollar."""
    if unit["unit"] == "in":
        return one.spelled or bool(_IN.match(text, unit.end()))
    return one.spelled and unit["unit"] in ("$", "¥", "€", "£") and text[unit.end() : unit.end() + 1].isdigit()


def _measured(made: Amount, match: re.Match[str], text: str) -> Amount:
    word = match["unit"]
    group, value = _units()[word]
    if word == "年" and 1900 <= made.low <= 2100:
        return made
    made = replace(made, end=match.end(), unit=word)
    low, high = made.low, made.high
    halved = group in ("duration", "working", "volume", "weight", "length", "money") or word == "岁"
    if halved and (half := _AND_HALF.match(text, made.end)):
        low, high, made = low + 0.5, high + 0.5, replace(made, end=half.end())
    if group == "money":
        return replace(made, kind=_currency(word), low=low, high=high)
    if group == "cents":
        return replace(made, kind="money:?", low=low * value, high=high * value)
    if group == "other":
        return replace(made, kind=f"unit:{value}", low=low, high=high)
    other = made.other * value if made.other is not None else None
    return replace(made, kind=group, low=low * value, high=high * value, other=other)


def _currency(word: str) -> str:
    known = _tables()["money"]
    bare = re.sub(r"\s", "", word)
    return f"money:{known.get(word) or known.get(bare) or {'cn¥': 'CNY', 'jp¥': 'JPY'}.get(bare, bare.upper())}"


def _joined(found: Sequence[Amount], text: str) -> list[Amount]:
    """Ranges as one amount, and the sides of `12 × 18 × 27 cm`, of which the last has the unit."""
    made: list[Amount] = []
    place = 0
    items = list(found)
    for here in range(len(items) - 1, 0, -1):  # a unit goes back over × and ranges
        left, right = items[here - 1], items[here]
        between = text[left.end : right.start]
        joined = between.strip() in ("and", "和") and _BETWEEN.search(text[max(0, left.start - 12) : left.start])
        if (
            left.kind == "bare"
            and (joined or _TIMES.fullmatch(between) or (_RANGE.fullmatch(between) and right.family not in ("money",)))
            and right.kind != "bare"
        ):
            scale = _scale(right)
            items[here - 1] = replace(
                left, kind=right.kind, low=left.low * scale, high=left.high * scale, unit=right.unit
            )
        elif (
            left.kind == "bare"
            and right.family == "money"
            and _RANGE.fullmatch(between)
            and right.end > right.start + 0
            and not _BEFORE_MONEY.search(text[: right.start + 3])
        ):
            items[here - 1] = replace(left, kind=right.kind, unit=right.unit)
        elif (
            right.kind == "bare"
            and left.family == "money"
            and _RANGE.fullmatch(between)
            and left.unit in ("$", "¥", "€", "£", "us$", "usd")
        ):
            items[here] = replace(right, kind=left.kind, unit=left.unit)
    items = _or_more(items, text)
    while place < len(items):
        one = items[place]
        if one.kind == "bare" and one.spelled and one.low < 100 and (dollar := _A_DOLLAR.search(text, 0, one.start)):
            money = 1 + one.low / 100
            items[place] = one = replace(
                one, kind="money:?", low=money, high=money, start=dollar.start(), unit="dollar"
            )
        if (
            place + 1 < len(items)
            and one.unit in ("dollar", "dollars", "buck", "bucks")
            and items[place + 1].kind == "bare"
            and items[place + 1].spelled
            and items[place + 1].low < 100
            and text[one.end : items[place + 1].start] in (" ", " and ")
            and not _unit().match(text, items[place + 1].end)
        ):
            cents = items[place + 1]
            made.append(replace(one, low=one.low + cents.low / 100, high=one.high + cents.low / 100, end=cents.end))
            place += 2
            continue
        if place + 1 < len(items):
            after = items[place + 1]
            between = text[one.end : after.start]
            is_between = between.strip() in ("and", "和") and _BETWEEN.search(text[max(0, one.start - 12) : one.start])
            same = one.kind == after.kind or (
                one.family == after.family == "money" and "money:?" in (one.kind, after.kind)
            )
            if (
                same
                and ((_RANGE.fullmatch(between) and "or" not in between and "或" not in between) or is_between)
                and one.low <= after.high
                and one.kind != "time"
            ):
                kind = one.kind if one.kind != "money:?" else after.kind
                raw = (one.raw[0], after.raw[1])
                made.append(
                    replace(one, kind=kind, high=after.high, end=after.end, unit=after.unit, bound="=", raw=raw)
                )
                place += 2
                continue
        made.append(one)
        place += 1
    return made


def _or_more(items: list[Amount], text: str) -> list[Amount]:
    """`a day or two` as one range."""
    made: list[Amount] = []
    for one in items:
        last = made[-1] if made else None
        if (
            last is not None
            and one.kind == "bare"
            and one.spelled
            and last.family in ("duration", "working")
            and last.low == last.high
            and text[last.end : one.start] == " or "
            and last.raw[0] < one.low <= last.raw[0] + 3
        ):
            scale = last.low / last.raw[0]
            made[-1] = replace(last, high=one.high * scale, end=one.end, raw=(last.raw[0], one.low))
            continue
        made.append(one)
    return made


_A_DOLLAR = re.compile(r"\b(?:a|one) dollar (?:and )?$")


def _scale(one: Amount) -> float:
    group, value = _units().get(one.unit, ("", 1.0))
    return float(value) if group not in ("money", "other", "cents", "") else 1.0


def _bounded(one: Amount, text: str) -> Amount:
    if one.bound not in ("=",):
        return one
    start, end = one.start, one.end
    if (after := _after().match(text, end)) and (bound := _group(after)):
        one = replace(one, bound=bound, end=after.end())
        if bound in (">~", "<~", "~"):
            if unit := _unit().match(text, one.end):
                one = (
                    replace(_measured(replace(one, low=one.low, high=one.high), unit, text), bound=bound)
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
    words = _tables()["before"]
    parts = [f"(?P<b{place}>{'|'.join(words[name])})" for place, name in enumerate(_ORDER) if name in words]
    return re.compile(
        rf"(?<![a-z])(?:{'|'.join(parts)})(?:\s(?:only|just|the|a|an|of|than|it'?s|for|仅|只|有|是|要|还有|还|剩|得|能|就|花|用|卖|付|贵|便宜))*\s?(?:us)?[$¥€£]?\s?$"
    )


@cache
def _after() -> re.Pattern[str]:
    words = _tables()["after"]
    parts = [f"(?P<b{place}>{'|'.join(words[name])})" for place, name in enumerate(_ORDER) if name in words]
    return re.compile(
        rf"(?:\s?|, (?=give|near|more or|or so|or there|at (?:most|least)|max|tops))(?:{'|'.join(parts)})(?![a-z])"
    )


@cache
def _units() -> Mapping[str, tuple[str, Any]]:
    tables = _tables()
    found: dict[str, tuple[str, Any]] = {}
    for word, (kind, size) in units().items():
        if kind != "duration":
            found[word] = (kind, size)
            if word.isascii() and len(word) > 2:
                found[word + "s"] = (kind, size)
    for group in ("duration", "working", "age", "percent", "money", "other", "cents"):
        found |= {word: (group, value) for word, value in tables[group].items()}
    found |= {word: (kind, value) for word, (kind, value) in tables["also"].items()}
    return found


@cache
def _unit() -> re.Pattern[str]:
    """A unit after a number; Latin ones not within a longer word, 块 and 度 not in 块肉 or 度假."""
    ordered = sorted(_units(), key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in ordered if word[0].isascii() and word[0].isalpha())
    marks = "|".join(re.escape(word) for word in ordered if not word[0].isalpha())
    han = "|".join(word for word in ordered if word[0].isalpha() and not word[0].isascii())
    return re.compile(
        rf"(?:(?:\s|-)?(?:full |whole |entire |整)?(?P<unit>(?:{latin})(?![a-z0-9])|{marks}|个?(?:{han})))".replace(
            "个?(?:", "(?:"
        )
    )


@cache
def _tables() -> Mapping[str, Any]:
    read: Mapping[str, Any] = tomllib.loads(
        files("bot.writing.facts").joinpath("units.toml").read_text(encoding="utf-8")
    )
    return read
