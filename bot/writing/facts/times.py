"""Hours of the day, dates and weekdays as people write them, in English and Chinese, told from the shop's clock."""

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
_DAY = "|".join(sorted(_DAYS, key=len, reverse=True))
_HAN = "[一二三四五六七八九十廿]{1,3}"
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
_CLOCK_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_CLOCK = {word: place for place, word in enumerate(_CLOCK_WORDS.split("|"), 1)}

_DATE = re.compile(
    rf"(?P<iso>\d{{4}}[-/.年]\s?\d{{1,2}}[-/.月]\s?\d{{1,2}}日?号?)"
    rf"|(?P<zh>(?P<zm>\d{{1,2}}|{_HAN})\s?月\s?(?P<zd>\d{{1,2}}|{_HAN})\s?[日号]?)(?![个\d])"
    rf"|(?P<dm>\b(?:the )?(?P<dmd>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<dmm>{_MONTH})\b\.?)"
    rf"|(?P<md>\b(?P<mdm>{_MONTH})\.? (?:the )?(?P<mdd>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:\d%]| ?(?:am|pm)))"
    rf"|(?P<om>\b(?:the )?(?P<omd>{_ORD}) of (?P<omm>{_MONTH})\b)"
    rf"|(?P<mo>\b(?P<mom>{_MONTH})\.? (?:the )?(?P<mod>{_ORD})\b)"
    rf"|(?P<sl>(?<![\d/.])(?P<sla>\d{{1,2}})/(?P<slb>\d{{1,2}})(?:/(?P<sly>\d{{2,4}}))?(?![\d/]))"
    rf"|(?P<nth>\bthe (?P<nthd>\d{{1,2}})(?:st|nd|rd|th)\b|(?<![\d月第])(?P<zhd>\d{{1,2}}|[二三]?十[一二三四五六七八九]?)\s?(?:号|日(?![内之起游用常元期后前]))(?![线楼门店色电])(?!.{{0,3}}滤))"
)
_YEAR = re.compile(r",? (?P<y>20\d\d)\b|\s?(?P<zy>20\d\d)年")
_WEEKDAY = re.compile(
    rf"(?P<which>(?:a week )?(?:next|this|coming|last|following|上个?|本|这个?|下下个?|下个?))?\s?(?:(?:\b(?P<en>{_DAY})\b\.?)|(?<![一二两三四五六七八九十几多每\d])(?:周|星期|礼拜)(?P<zh>[一二三四五六日天末]))(?![年围边])"
)
_WEEKDAYS_ALL = re.compile(r"\bweekdays?\b|工作日|平日")
_RELATIVE = re.compile(
    r"(?P<a2>\b(?:the )?day after tomorrow\b|后天|後天)|(?P<a3>大后天)|(?P<a1>\btomorrow\b|明天|明日|明儿|明早|明晚)|(?P<a0>\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b|今天|今日|今晚|今儿|当天(?=发))"
    r"|(?P<b2>\bday before yesterday\b|前天)|(?P<b1>\byesterday\b|昨天|昨日)"
    r"|(?P<we>\b(?:this|the|next) weekend\b|周末)|(?P<nw>\bnext week\b|下周(?![一二三四五六日天末])|下个?星期(?![一二三四五六日天])|下礼拜(?![一二三四五六日天]))|(?P<tw>\bthis week\b|本周(?![一二三四五六日天])|这周(?![一二三四五六日天]))"
)
_TIME = re.compile(
    rf"(?P<colon>(?<![\d:])(?P<ch>[012]?\d)[:：点](?P<cm>[0-5]\d)分?(?:\s?(?P<cap>a\.?m\.?|p\.?m\.?)(?![a-z]))?)"
    rf"|(?P<ampm>(?<![\d.:])(?P<ah>\d{{1,2}})(?:\.(?P<amn>[0-5]\d))?\s?(?P<aap>a\.?m\b\.?|p\.?m\b\.?|o'?clock))"
    rf"|(?P<word>\b(?:(?P<wpast>half past|quarter past|quarter to|half) )?(?P<wh>{_CLOCK_WORDS})(?:[- ](?P<wmin>fifteen|thirty|forty-five))?\s?(?P<wap>a\.?m\b\.?|p\.?m\b\.?|o'?clock|in the (?:morning|afternoon|evening)|sharp))"
    rf"|(?P<past>\b(?P<ppast>half past|(?:a )?quarter past|(?:a )?quarter to) (?P<ph>\d{{1,2}}|{_CLOCK_WORDS})\b(?:\s?(?P<pap>a\.?m\b|p\.?m\b))?)"
    rf"|(?P<han>(?P<hday>凌晨|早上|早晨|清晨|上午|中午|下午|午后|傍晚|晚上|晚间|夜里|早|晚)?\s?(?P<hh>\d{{1,2}}|{_HAN}|两)\s?[点點](?P<hm>半|一刻|三刻|\d{{1,2}}分|{_HAN}分|整)?钟?)(?![几一二三四五六七八九\d]?[头滴升])"
    rf"|(?P<noon>\bnoon\b|\bmidday\b|正午|中午十二点)|(?P<mid>\bmidnight\b|零点(?![一二三四五六七八九\d])|半夜十二点)"
    rf"|(?P<bare>(?:\b(?:until|till|til|(?<!one )by|before|after|from|at|opens? at|closes? at|(?<!up )to|through) )(?P<bh>\d{{1,2}}|{_CLOCK_WORDS})(?![\d:]|\.\d|,\d|%)(?=\s?(?:$|[,.;!?)]|on (?:an? )?(?:{_DAY})\b|(?:{_DAY})\b|today|tomorrow|tonight|(?:it|we|you|they|i)\b|every|each|as|sharp|pacific|in the|to (?:\d{{1,2}}|{_CLOCK_WORDS})\b(?!\s?(?:[a-z]+ )?(?:hours?|minutes?|seconds?|days?|weeks?|months?|years?|cups?|cm|kg|g|ml|degrees|dollars)\b)|again|already|then|and(?! a\b)|or|but|so|if|when|with\b)))"
)
_SPAN = re.compile(
    r"(?<![\d.:$])(?P<a>\d{1,2})(?::(?P<am>[0-5]\d))?\s?(?:am|a\.m\.)?\s?(?:-|–|—|to|until|till|~|至|到)\s?(?P<b>\d{1,2})(?::(?P<bm>[0-5]\d))?\s?(?P<ap>am|pm|a\.m\.|p\.m\.)(?![a-z])"
)


_HOUR_WORDS = ("clock", "noon", "midday", "midnight", "点", "點", *(f" {word}" for word in _CLOCK))
_DAY_HINTS = (
    "day", "tomorrow", "tonight", "this morning", "this evening", "week", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "jan", "feb", "mar", "apr", "may",
    "jun", "jul", "aug", "sep", "oct", "nov", "dec", "月", "号", "日", "周", "星期", "礼拜", "天", "今", "明", "后", "昨",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """Minutes after midnight that are meant, of which any may be; at text[start:end]."""

    minutes: tuple[int, ...]
    start: int
    end: int


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


def moments(text: str) -> list[Moment]:
    if not any(c.isdigit() for c in text) and not any(word in text for word in _HOUR_WORDS):
        return []
    found: list[Moment] = []
    spans = []
    for match in _SPAN.finditer(text):
        pm = match["ap"].startswith("p")
        b = _hour(int(match["b"]), "pm" if pm else "am") * 60 + int(match["bm"] or 0)
        a = int(match["a"]) % 24 * 60 + int(match["am"] or 0)
        found += [
            Moment(
                (a, (a + 720) % 1440) if int(match["a"]) <= 12 else (a,),
                match.start("a"),
                match.start("a") + len(match["a"]),
            ),
            Moment((b,), match.start("b"), match.end()),
        ]
        spans.append(match.span())
    for match in _TIME.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in spans):
            continue
        if (minutes := _minutes(match)) is not None:
            found.append(Moment(minutes, match.start(), match.end()))
    return found


def _minutes(match: re.Match[str]) -> tuple[int, ...] | None:
    if match["colon"]:
        hour = int(match["ch"])
        if hour > 24:
            return None
        if match["cap"]:
            return (_hour(hour, match["cap"]) * 60 + int(match["cm"]),)
        return _both(hour, int(match["cm"]), spoken=False)
    if match["ampm"]:
        return None if int(match["ah"]) > 24 else _either(int(match["ah"]), int(match["amn"] or 0), match["aap"])
    if match["word"]:
        minute = {"fifteen": 15, "thirty": 30, "forty-five": 45}.get(match["wmin"] or "", 0)
        return _past(match["wpast"] or "", _CLOCK[match["wh"]], minute, match["wap"])
    if match["past"]:
        hour = int(match["ph"]) if match["ph"].isdigit() else _CLOCK[match["ph"]]
        return _past(match["ppast"], hour, 0, match["pap"] or "")
    if match["han"]:
        bare = match["hh"] == "一" and not (match["hday"] or match["hm"] or match["han"].endswith("钟"))
        if match["hh"] == "一" and match.string[match.end() : match.end() + 1] in "点儿都也":
            return None
        return None if bare and not re.match(r"[前后到开关半]", match.string[match.end() :]) else _chinese(match)
    if match["noon"]:
        return (720,)
    if match["mid"]:
        return (0, 1440)
    hour = int(match["bh"]) if match["bh"].isdigit() else _CLOCK[match["bh"]]
    return _both(hour, 0) if hour <= 24 else None


def _chinese(match: re.Match[str]) -> tuple[int, ...] | None:
    said = match["hh"]
    hour = int(said) if said.isdigit() else int(han_value(said) or 99)
    if hour > 24:
        return None
    after = match["hm"] or ""
    minute = {"半": 30, "一刻": 15, "三刻": 45, "整": 0, "": 0}.get(after)
    if minute is None:
        digits = after.removesuffix("分")
        minute = int(digits) if digits.isdigit() else int(han_value(digits) or 0)
    day = match["hday"] or ""
    if day in ("下午", "午后", "傍晚", "晚上", "晚间", "夜里", "晚") and hour < 12:
        return ((hour + 12) * 60 + minute,)
    if day in ("早上", "早晨", "清晨", "上午", "早", "凌晨", "中午"):
        return (hour * 60 + minute,)
    return _both(hour, minute)


def _either(hour: int, minute: int, said: str) -> tuple[int, ...]:
    if said.startswith(("a", "p")):
        return (_hour(hour, said) * 60 + minute,)
    return _both(hour, minute)


def _past(past: str, hour: int, minute: int, said: str) -> tuple[int, ...]:
    minute += 30 if "half" in past else 15 if "past" in past else 0
    if "to" in past.split():
        hour, minute = hour - 1, 45
    if "morning" in said:
        said = "am"
    if "afternoon" in said or "evening" in said:
        said = "pm"
    return _either(hour, minute, said if said[:1] in ("a", "p") and not said.startswith("o") else "")


def _hour(hour: int, said: str) -> int:
    return hour % 12 + (12 if said.startswith("p") else 0)


def _both(hour: int, minute: int, *, spoken: bool = True) -> tuple[int, ...]:
    """`six` may be either six; `9:00` is nine in the morning, `6:00` either."""
    if hour >= 13 or hour == 0:
        return (hour * 60 + minute,)
    return (hour * 60 + minute, (hour % 12 + 12) * 60 + minute)


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
        before = re.search(r"(20\d\d)\s?年\s?$", text[max(0, match.start() - 6) : match.start()])
        year = int(before[1]) if before else None
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
