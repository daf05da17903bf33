"""Hours of the day as people write them, in English and Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.writing.facts.times import DAY_NAMES, HAN
from retrieval.constraints.numbers import han_value

_CLOCK_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_CLOCK = {word: place for place, word in enumerate(_CLOCK_WORDS.split("|"), 1)}

_TIME = re.compile(
    rf"(?P<colon>(?<![\d:])(?P<ch>[012]?\d)[:：点](?P<cm>[0-5]\d)分?(?:\s?(?P<cap>a\.?m\.?|p\.?m\.?)(?![a-z]))?)"
    rf"|(?P<ampm>(?<![\d.:])(?P<ah>\d{{1,2}})(?:\.(?P<amn>[0-5]\d))?\s?(?P<aap>a\.?m\b\.?|p\.?m\b\.?|o'?clock))"
    rf"|(?P<word>\b(?:(?P<wpast>half past|quarter past|quarter to|half) )?(?P<wh>{_CLOCK_WORDS})(?:[- ](?P<wmin>fifteen|thirty|forty-five))?\s?(?P<wap>a\.?m\b\.?|p\.?m\b\.?|o'?clock|in the (?:morning|afternoon|evening)|sharp))"
    rf"|(?P<past>\b(?P<ppast>half past|(?:a )?quarter past|(?:a )?quarter to|(?P<pmin>five|ten|twenty|twenty-five)(?: minutes)? past) (?P<ph>\d{{1,2}}|{_CLOCK_WORDS})\b(?:\s?(?P<pap>a\.?m\b|p\.?m\b))?)"
    rf"|(?P<han>(?P<hday>凌晨|早上|早晨|清晨|上午|中午|下午|午后|傍晚|晚上|晚间|夜里|早|晚)?\s?(?P<hh>\d{{1,2}}|{HAN}|两)\s?[点點](?P<hm>半|一刻|三刻|\d{{1,2}}分|{HAN}分|整)?钟?)(?![几一二三四五六七八九\d]?[头滴升])"
    rf"|(?P<noon>\bnoon\b|\bmidday\b|正午|中午十二点)|(?P<mid>\bmidnight\b|零点(?![一二三四五六七八九\d])|半夜十二点)"
    rf"|(?P<bare>(?:\b(?P<blead>until|till|til|(?<!one )by|before|after|from|at|opens? at|closes? at|(?<!up )to|through) )(?P<bh>\d{{1,2}}|{_CLOCK_WORDS})(?:\s(?P<bap>in the (?:morning|afternoon|evening)|at night))?(?![\d:]|\.\d|,\d|%)(?=\s?(?:$|[,.;!?)]|on (?:an? )?(?:{DAY_NAMES})\b|(?:{DAY_NAMES})\b|today|tomorrow|tonight|(?:it|we|you|they|i)\b|every|each|as|sharp|pacific|in the|is\b|was\b|at the latest|to (?:\d{{1,2}}|{_CLOCK_WORDS})\b(?!\s?(?:[a-z]+ )?(?:hours?|minutes?|seconds?|days?|weeks?|months?|years?|cups?|cm|kg|g|ml|degrees|dollars)\b)|again|already|then|and(?! a\b)|or|but|so|if|when|with\b)))"
)
_DAYISH = re.compile(rf"\b(?:{DAY_NAMES}|weekdays?|daily|every day|holidays?|hours|open)\b")
_WORDS_THROUGH = re.compile(
    rf"\b(?P<first>{_CLOCK_WORDS}) (?:to|till|until) (?P<last>{_CLOCK_WORDS})\b(?! ?(?:[a-z]+ )?(?:hours?|minutes?|days?|weeks?|months?|years?|pieces?|cups?|people|percent|dollars)\b)"
)
"""`Saturday ten to four`."""
_SPAN = re.compile(
    r"(?<![\d.:$])(?P<a>\d{1,2})(?::(?P<am>[0-5]\d))?\s?(?:am|a\.m\.)?\s?(?:-|–|—|to|until|till|~|至|到)\s?(?P<b>\d{1,2})(?::(?P<bm>[0-5]\d))?\s?(?P<ap>am|pm|a\.m\.|p\.m\.)(?![a-z])"
)


_HOUR_WORDS = ("clock", "noon", "midday", "midnight", "点", "點", *(f" {word}" for word in _CLOCK))


@dataclass(frozen=True, slots=True)
class Moment:
    """Minutes after midnight that are meant, of which any may be; at text[start:end]."""

    minutes: tuple[int, ...]
    start: int
    end: int


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
    if _DAYISH.search(text):
        for match in _WORDS_THROUGH.finditer(text):
            found += [
                Moment(_both(_CLOCK[match[end]], 0), match.start(end), match.end(end)) for end in ("first", "last")
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
        if match["ch"].startswith("0") or _OF_24.search(match.string):
            return (hour * 60 + int(match["cm"]),)
        return _both(hour, int(match["cm"]), spoken=False)
    if match["ampm"]:
        return None if int(match["ah"]) > 24 else _either(int(match["ah"]), int(match["amn"] or 0), match["aap"])
    if match["word"]:
        minute = {"fifteen": 15, "thirty": 30, "forty-five": 45}.get(match["wmin"] or "", 0)
        return _past(match["wpast"] or "", _CLOCK[match["wh"]], minute, match["wap"])
    if match["past"]:
        hour = int(match["ph"]) if match["ph"].isdigit() else _CLOCK[match["ph"]]
        minute = {"five": 5, "ten": 10, "twenty": 20, "twenty-five": 25}.get(match["pmin"] or "", 0)
        return _past("" if minute else match["ppast"], hour, minute, match["pap"] or "")
    if match["han"]:
        bare = match["hh"] == "一" and not (match["hday"] or match["hm"] or match["han"].endswith("钟"))
        if match["hh"] == "一" and match.string[match.end() : match.end() + 1] in "点儿都也":
            return None
        if bare and _A_LITTLE.search(match.string[: match.start()]):
            return None
        return None if bare and not re.match(r"[前后到开关半]", match.string[match.end() :]) else _chinese(match)
    if match["noon"]:
        return (720,)
    if match["mid"]:
        return (0, 1440)
    hour = int(match["bh"]) if match["bh"].isdigit() else _CLOCK[match["bh"]]
    if hour > 24 or _is_no_hour(match):
        return None
    return _past("", hour, 0, match["bap"] or "")


def _is_no_hour(match: re.Match[str]) -> bool:
    """`down to six`, `pass you to one?`: a number or a person, where nothing else in the sentence tells of hours."""
    if match["blead"] not in ("to", "from", "through") or match["bap"]:
        return False
    rest = match.string[: match.start()] + " " + match.string[match.end() :]
    return (match["bh"] == "one" and not _ENDS_IN_HOUR.search(match.string[: match.start()])) or not _OF_HOURS.search(
        rest
    )


_ENDS_IN_HOUR = re.compile(rf"(?:\d|\bm\.?|noon|\b(?:{_CLOCK_WORDS})) ?$")
_OF_HOURS = re.compile(
    rf"\b(?:{DAY_NAMES}|weekdays?|weekends?|daily|every day|holidays?|hours|today|tomorrow|tonight|open|close[sd]?|shut|here|pacific|from|until|till)\b"
    r"|\d\s?[ap]\.?m\b|\d:\d\d"
)


_OF_24 = re.compile(r"(?<![\d:])(?:1[3-9]|2[0-3]):[0-5]\d(?!\s?[ap]\.?m)")
"""Where one hour is of 24, all that are written like it are: 9:00–18:00."""
_A_LITTLE = re.compile(r"[差有多少大小高低长短早晚快慢轻重厚薄宽窄贵宜稍略好近远粗细浓淡深浅冷热]\s?$")
"""差一点, 快一点: no hour."""


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
    if "afternoon" in said or "evening" in said or "night" in said:
        said = "pm"
    return _either(hour, minute, said if said[:1] in ("a", "p") and not said.startswith("o") else "")


def _hour(hour: int, said: str) -> int:
    return hour % 12 + (12 if said.startswith("p") else 0)


def _both(hour: int, minute: int, *, spoken: bool = True) -> tuple[int, ...]:
    """`six` may be either six; `9:00` is nine in the morning, `6:00` either."""
    if hour >= 13 or hour == 0:
        return (hour * 60 + minute,)
    return (hour * 60 + minute, (hour % 12 + 12) * 60 + minute)
