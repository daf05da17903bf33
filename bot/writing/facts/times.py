"""Dates and weekdays as people write them, in English and Chinese, told from the shop's day. Hours are read in clock.py."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from retrieval.constraints.numbers import han_value

_MONTHS = {
    name: place
    for place, names in enumerate(
        [
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ],
        1,
    )
    for name in names.split()
}
_DAYS = {
    name: place
    for place, names in enumerate(
        [
            "mon monday mondays",
            "tue tues tuesday tuesdays",
            "wed weds wednesday wednesdays",
            "thu thur thurs thursday thursdays",
            "fri friday fridays",
            "sat saturday saturdays",
            "sun sunday sundays",
        ]
    )
    for name in names.split()
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
DAY_NAMES = "|".join(sorted(_DAYS, key=len, reverse=True))
HAN = "[一二三四五六七八九十廿]{1,3}"
_ORDINAL = {
    word: place
    for place, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
            "twenty-first",
            "twenty-second",
            "twenty-third",
            "twenty-fourth",
            "twenty-fifth",
            "twenty-sixth",
            "twenty-seventh",
            "twenty-eighth",
            "twenty-ninth",
            "thirtieth",
            "thirty-first",
        ],
        1,
    )
}
_ORD = "|".join(sorted((word.replace("-", "[- ]") for word in _ORDINAL), key=len, reverse=True))
_DATE = re.compile(
    rf"(?P<iso>\d{{4}}[-/.年]\s?\d{{1,2}}[-/.月]\s?\d{{1,2}}日?号?)"
    rf"|(?P<zh>(?P<zm>\d{{1,2}}|{HAN})\s?月\s?(?P<zd>\d{{1,2}}|{HAN})\s?[日号]?)(?![个\d])"
    rf"|(?P<dm>\b(?:the )?(?P<dmd>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<dmm>{_MONTH})\b\.?)"
    rf"|(?P<md>\b(?P<mdm>{_MONTH})\.? (?:the )?(?P<mdd>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:\d%]| ?(?:am|pm)))"
    rf"|(?P<om>\b(?:the )?(?P<omd>{_ORD}) of (?P<omm>{_MONTH})\b)"
    rf"|(?P<mo>\b(?P<mom>{_MONTH})\.? (?:the )?(?P<mod>{_ORD})\b)"
    rf"|(?P<sl>(?<![\d/.])(?P<sla>\d{{1,2}})/(?P<slb>\d{{1,2}})(?:/(?P<sly>\d{{2,4}}))?(?![\d/]))"
    rf"|(?P<nth>\bthe (?P<nthd>\d{{1,2}})(?:st|nd|rd|th)\b|(?<![\d月第节粒颗])(?<![节粒颗]\s)(?P<zhd>\d{{1,2}}|[二三]?十[一二三四五六七八九]?)\s?(?:号|日(?![内之起游用常元期后前]))(?![线楼门店色电])(?!.{{0,3}}滤))"
)
_YEAR = re.compile(r",? (?P<y>20\d\d)\b|\s?(?P<zy>20\d\d)年")
_WEEKDAY = re.compile(
    rf"(?P<which>(?:a week )?(?:next|this|coming|last|following|上个?|本|这个?|下下个?|下个?))?\s?(?:(?:\b(?P<en>{DAY_NAMES})\b\.?)|(?<![一二两三四五六七八九十几多每\d])(?:周|星期|礼拜)(?P<zh>[一二三四五六日天末]))(?![年围边])"
)
_NO_DAY = re.compile(r"\b(?:the|in|full|direct|hot|of|more|any|some|your|strong|midday|it|who|they|he|she) $")
"""Before `sun` that is no Sunday, and `sat` that is no Saturday."""
_WEEKDAYS_ALL = re.compile(r"\bweekdays?\b|工作日|平日")
_RELATIVE = re.compile(
    r"(?P<a2>\b(?:the )?day after tomorrow\b|后天|後天)|(?P<a3>大后天)|(?P<a1>\btomorrow\b|明天|明日|明儿|明早|明晚)|(?P<a0>\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b|今天|今日|今晚|今儿|当天(?=发))"
    r"|(?P<b2>\bday before yesterday\b|前天)|(?P<b1>\byesterday\b|昨天|昨日)"
    r"|(?P<we>\b(?:this|the|next) weekend\b|周末)|(?P<nw>\bnext week\b|下周(?![一二三四五六日天末])|下个?星期(?![一二三四五六日天])|下礼拜(?![一二三四五六日天]))|(?P<tw>\bthis week\b|本周(?![一二三四五六日天])|这周(?![一二三四五六日天]))"
)

_DAY_HINTS = (
    "day", "tomorrow", "tonight", "this morning", "this evening", "week", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may",
    "jun", "jul", "aug", "sep", "oct", "nov", "dec", "月", "号", "日", "周", "星期", "礼拜", "天", "今", "明", "后", "昨",
)  # fmt: skip


def ordinal(said: str) -> int | None:
    """The number of `second`, `twenty-first` or `2nd`."""
    if said[0].isdigit():
        return int(said[:-2])
    return _ORDINAL.get(said.replace(" ", "-"))


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is named: a date, or a weekday (0 is Monday), or both by the clock."""

    start: int
    end: int
    on: date | None = None
    weekday: int | None = None
    relative: bool = False
    day_only: bool = False
    """`the 15th`: any month's."""
    weekend: bool = False
    span: tuple[date, date] | None = None
    """`next week`, `this week`."""


def days(text: str, today: date) -> list[Day]:
    """The days that a normalised text names."""
    if not any(word in text for word in _DAY_HINTS) and not any(c.isdigit() for c in text):
        return []
    found = [day for match in _DATE.finditer(text) if (day := _dated(match, text, today))]
    taken = [(day.start, day.end) for day in found]
    for match in _RELATIVE.finditer(text):
        if not any(start <= match.start() < end for start, end in taken):
            found.append(_relative(match, today))
            taken.append(match.span())
    for match in _WEEKDAY.finditer(text):
        if match["en"] in ("sun", "sat") and _NO_DAY.search(text[: match.start("en")]):
            continue
        if any(start <= match.start() + len(match["which"] or "") < end for start, end in taken):
            continue
        found.append(_weekday(match, today))
    return sorted(found, key=lambda day: day.start)


def _dated(match: re.Match[str], text: str, today: date) -> Day | None:
    year: int | None = None
    end = match.end()
    if match["iso"]:
        year, month, day = (int(part) for part in re.findall(r"\d+", match["iso"])[:3])
    elif match["zh"]:
        month, day = (
            int(part) if part.isdigit() else int(han_value(part.replace("廿", "二十")) or 0)
            for part in (match["zm"], match["zd"])
        )
        before = re.search(r"(20\d\d)\s?年\s?$", text[max(0, match.start() - 8) : match.start()])
        year = int(before[1]) if before else None
        if before:
            on = _safe(int(before[1]), month, day)
            return Day(match.start() - len(before.group()), end, on) if on else None
    elif match["sl"]:
        month, day = int(match["sla"]), int(match["slb"])
        if month > 12:
            month, day = day, month
        if not match["sly"] and not re.search(
            r"(?:on|by|until|before|from|since|date|于|在|到)\s?$", text[max(0, match.start() - 7) : match.start()]
        ):
            return None
        year = int(match["sly"]) % 100 + 2000 if match["sly"] else None
    elif match["nth"]:
        said = match["nthd"] or match["zhd"]
        number = int(said) if said.isdigit() else int(han_value(said) or 0)
        return (
            Day(match.start(), end, _safe(today.year, today.month, number), day_only=True) if 0 < number < 32 else None
        )
    else:
        word, said = next(
            (match[m], match[d])
            for m, d in (("dmm", "dmd"), ("mdm", "mdd"), ("omm", "omd"), ("mom", "mod"))
            if match[m]
        )
        month = _MONTHS[word]
        day = int(said) if said.isdigit() else _ORDINAL[said.replace(" ", "-")]
        if after := _YEAR.match(text, end):
            year, end = int(after["y"] or after["zy"]), after.end()
    on = _safe(year or today.year, month, day)
    if on is None:
        return None
    if year is None and (today - on).days > 183:
        on = _safe(on.year + 1, month, day)
    return Day(match.start(), end, on)


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _relative(match: re.Match[str], today: date) -> Day:
    monday = today - timedelta(days=today.weekday())
    steps = {"a0": 0, "a1": 1, "a2": 2, "a3": 3, "b1": -1, "b2": -2}
    for name, step in steps.items():
        if match[name]:
            return Day(match.start(), match.end(), today + timedelta(days=step), relative=True)
    if match["we"]:
        return Day(
            match.start(), match.end(), weekend=True, span=(monday + timedelta(days=5), monday + timedelta(days=6))
        )
    first = monday + timedelta(days=7 if match["nw"] else 0)
    return Day(match.start(), match.end(), span=(first, first + timedelta(days=6)))


def _weekday(match: re.Match[str], today: date) -> Day:
    said = match["zh"]
    if said == "末":
        monday = today - timedelta(days=today.weekday())
        return Day(
            match.start(), match.end(), weekend=True, span=(monday + timedelta(days=5), monday + timedelta(days=6))
        )
    number = "一二三四五六日".find(said) if said and said != "天" else 6 if said else _DAYS[match["en"]]
    which = match["which"] or ""
    monday = today - timedelta(days=today.weekday())
    on = None
    if which in ("next", "a week next", "下", "下个"):
        on = monday + timedelta(days=7 + number)
    elif which in ("下下", "下下个"):
        on = monday + timedelta(days=14 + number)
    elif which in ("this", "coming", "本", "这", "这个"):
        on = monday + timedelta(days=number)
        on = on + timedelta(days=7) if on < today and which == "coming" else on
    elif which in ("last", "上", "上个"):
        on = monday + timedelta(days=number - 7)
    return Day(match.start(), match.end(), on, number, relative=on is not None)
