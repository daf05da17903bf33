"""Numbers as people write them, in figures, English and Chinese: `1.5k`, `两三百`, `fifty something`, `一百二`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

MARK = 0xE000
"""The first of the marks that stand for numbers; a marked text is as long as the text itself."""
FILL = "\x00"
N = "([\ue000-\uefff]\x00*)"
"""A pattern for one number of a marked text, as a group."""
MOST = 60
"""Numbers that are read in one message."""

_UNITS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
    "nineteen": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1000, "grand": 1000}
_SPECIAL = {"half": "0.5", "one": "1", "two": "2", "couple": "200", "half_grand": "500", "tenner": "10", "fiver": "5"}
"""What the words say that aren't numbers: half a litre, a litre, a couple of mugs, a couple hundred."""
_DECADES = {word[:-1] + "ies": value for word, value in _TENS.items()}
_DIGITS = dict(zip("零〇一二两三四五六七八九俩仨", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3), strict=True))
_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10_000}

_WORD = "|".join(sorted([*_UNITS, *_TENS, *_SCALES], key=len, reverse=True))
_GLUED = "under|below|max|over|above|about|around|within|than|size|sz|eu|us|uk|usd|rmb|cny|eur|gbp|hkd|hk|budget|from|to|and|at|least|most|up|~|age|aged|for|of|x"
_AFTER = (
    r"k|w|ish|something|odd|plus|bucks?|bux|dollars?|dollar|usd|rmb|cny|yuan|eur|euros?|gbp|pounds?|quid|hkd|ml|l|litres?|liters?|ltr|cl|oz|floz|"
    r"kg|kgs|g|gr|grams?|lbs?|cm|mm|m|in|inch|inches|ft|feet|kw|watts?|h|hr|hrs|hours?|min|mins|mah|y|yo|yr|yrs|years?|m|mo|mth|mths|months?|"
    r"pcs?|pc|pieces?|pk|pack|packs|stars?|off|x|s|to|and|or|max|tops|days?"
)
_FIGURES = re.compile(
    rf"(?<![\d.])(?<!\d,)(?:(?<![a-z_])(?<![a-z]-)|(?<=[\u3400-\u9fff])|(?:(?<=[^a-z])|^)(?:{_GLUED})-?)"
    rf"(?P<figures>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{1,9}}(?:\.\d{{1,3}})?|\.\d{{1,2}})"
    rf"(?:(?P<k>\s?k(?![a-z0-9])|\s(?:hundred|thousand|grand)(?![a-z])|[千万百])(?P<tail>[一二三四五六七八九1-9](?![\d.十百千万个件条]))?)?"
    rf"(?![\d]|,\d|\.\d)(?=(?:{_AFTER})(?![a-z])|[^a-z]|$)"
)
_SPELLED = re.compile(
    rf"\b(?:(?P<half>half(?: an?)?)(?=[\s-](?:lit|kilo|pound|hour|met))|(?P<one>an?)(?=\s(?:whole |full )?(?:lit(?:re|er)|kilo|kilogram|met(?:re|er)|gallon)s?\b)|(?P<dozen>(?:a |half a )?dozen)|(?P<couple>a couple (?:of )?hundred)|(?P<half_grand>half a (?:grand|thousand))|(?P<tenner>(?:an?\s)?tenner)|(?P<fiver>(?:an?\s)?fiver)|(?P<two>(?:a )?couple of(?=\s[a-z]))|(?P<decade>{'|'.join(_DECADES)})|"
    rf"(?P<words>(?:(?:a|an)\s(?=hundred|thousand|grand))?(?:{_WORD})(?:(?:[\s-]+|(?<=hundred)\sand\s|(?<=thousand)\sand\s)(?:{_WORD}))*))\b",
    re.ASCII,
)
_HAN = re.compile(r"[零〇一二两三四五六七八九十百千万俩仨]+(?:点[零一二三四五六七八九](?![十百千万点]))?")
_NO_ONE = frozenset("起样定直些般切旦共向边面会致路律")
"""What makes 一 a part of a word: 一起, 一样."""
_COUNTABLE = re.compile(r"[元块刀来多几]|以[内上下]|美[元金刀]")
"""What makes a bare 百 or 千 an amount: 百元, 千元; 百搭 is none."""
_MORE = re.compile(r"\s?(?:[多几余](?![大高长宽少])|something|odd|-?something\b|(?<=0)s\b)", re.ASCII)
_NEARLY = re.compile(r"\s?(?:来(?=[块元个岁斤升刀美])|-?ish\b|(?<=[0-9])ish\b)", re.ASCII)
_BIRTHDAY = re.compile(r"(?<!\d\s)(?<![\d零一二两三四五六七八九十几多个半])周(?=岁)")
"""A bare 周岁 is the first birthday."""
_HALF = re.compile(r"半(?=[升斤米]|公[升斤]|小时)")
_COINS = re.compile(
    r"(?<![\d.])([一二两三四五六七八九十]{1,3}|\d{1,3})块([一二三四五六七八九1-9])(?![\d十百千万个件条只双本把折])"
)
_METRES = re.compile(r"(?<![\d.十])([一二两三四五\d])米([一二三四五六七八九\d])(?![\d十百千个条米厘])")
_TENS_PAIR = re.compile(r"([一二两三四五六七八九])([二三四五六七八九])([十百千万])")
_LAST_PAIR = re.compile(r"(.*[百千万])([一二三四五六七八九])([二三四五六七八九])(十?)")


@dataclass(frozen=True, slots=True)
class Number:
    """An amount at text[start:end]; `high` is above `low` where a range was said in one word, `nearly` where `-ish` or 来 was."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    nearly: bool = False
    spelled: bool = False
    is_money: bool = False
    is_metres: bool = False


def numbers_in(text: str) -> list[Number]:
    """The numbers of a normalised text, in order, none overlapping."""
    found = [*_coins(text), *_metres(text), *_figures(text), *_spelled(text), *_han(text)]
    kept: list[Number] = []
    for number in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or number.start >= kept[-1].end:
            kept.append(number)
    return kept[:MOST]


def marked(text: str, numbers: list[Number]) -> str:
    """The text with each number as one mark, filled up to the same length."""
    pieces, place = [], 0
    for i, number in enumerate(numbers):
        pieces += [text[place : number.start], chr(MARK + i), FILL * (number.end - number.start - 1)]
        place = number.end
    return "".join(pieces) + text[place:]


def _widened(text: str, start: int, end: int, low: Decimal, high: Decimal, *, spelled: bool) -> Number:
    """With the words after it that make it a range: `50多`, `fifty something`, `30s`, `50ish`."""
    if low == high and low > 0 and (more := _MORE.match(text, end)):
        return Number(start, more.end(), low, low + _step(low), spelled=spelled)
    if near := _NEARLY.match(text, end):
        return Number(start, near.end(), low, high, True, spelled)
    return Number(start, end, low, high, False, spelled)


def _step(value: Decimal) -> Decimal:
    """The size of the last place that was said: 10 for 50, 100 for 100 and 1500."""
    step = Decimal(1)
    while value % (step * 10) == 0 and step * 10 <= value:
        step *= 10
    return step


def _figures(text: str) -> list[Number]:
    found = []
    for match in _FIGURES.finditer(text):
        value = Decimal(match["figures"].replace(",", ""))
        scale = (
            {"千": 1000, "万": 10_000, "百": 100, "hundred": 100}.get((match["k"] or "").strip(), 1000)
            if match["k"]
            else 1
        )
        value *= scale
        if match["tail"]:
            value += Decimal(_DIGITS.get(match["tail"]) or int(match["tail"])) * scale / 10
        found.append(_widened(text, match.start("figures"), match.end(), value, value, spelled=False))
    return found


def _spelled(text: str) -> list[Number]:
    found = []
    for match in _SPELLED.finditer(text):
        if match["decade"]:
            low = Decimal(_DECADES[match["decade"]])
            found.append(Number(match.start(), match.end(), low, low + 10, spelled=True))
            continue
        value = next((Decimal(amount) for name, amount in _SPECIAL.items() if match[name]), None)
        if match["dozen"]:
            value = Decimal(6 if "half" in match["dozen"] else 12)
        if value is None:
            value = _value(re.split(r"[\s-]+", match["words"]))
        number = _widened(text, match.start(), match.end(), value, value, spelled=True)
        is_money = bool(match["half_grand"] or match["tenner"] or match["fiver"])
        found.append(
            replace(number, nearly=bool(match["couple"]), is_money=is_money) if match["couple"] or is_money else number
        )
    return found


def _value(said: list[str]) -> Decimal:
    total = part = 0
    for word in said:
        if word in _SCALES:
            part = max(part, 1) * _SCALES[word]
            if part >= 1000:
                total, part = total + part, 0
        else:
            value = _UNITS.get(word, _TENS.get(word, 0))
            part = part * 100 + value if 0 < part < 10 and value >= 10 else part + value
    return Decimal(total + part)


def _coins(text: str) -> list[Number]:
    """`两块五` is 2.5."""
    found = []
    for match in _COINS.finditer(text):
        whole = Decimal(match[1]) if match[1].isdigit() else han_value(match[1])
        if whole is not None:
            value = whole + Decimal(_DIGITS.get(match[2]) or int(match[2])) / 10
            found.append(Number(match.start(), match.end(), value, value, spelled=True, is_money=True))
    return found


def _metres(text: str) -> list[Number]:
    """`一米五` is 1.5 metres."""
    found = []
    for match in _METRES.finditer(text):
        whole, tenths = (Decimal(_DIGITS.get(sign) or int(sign)) for sign in match.groups())
        value = whole + tenths / 10
        found.append(Number(match.start(), match.end(), value, value, spelled=True, is_metres=True))
    return found


def _han(text: str) -> list[Number]:
    half = Decimal("0.5")
    found = [Number(match.start(), match.end(), half, half, spelled=True) for match in _HALF.finditer(text)]
    found += [Number(m.start(), m.end(), Decimal(1), Decimal(1), spelled=True) for m in _BIRTHDAY.finditer(text)]
    for match in _HAN.finditer(text):
        said = match.group()
        if said == "一" and text[match.end() : match.end() + 1] in _NO_ONE:
            continue
        if text[match.start() - 1 : match.start()] == "几":
            continue  # 几十块 is no amount
        if said in ("百", "千", "万") and not _COUNTABLE.match(text, match.end()):
            continue
        if (span := _range(said, text[match.end() : match.end() + 1])) is not None:
            found.append(Number(match.start(), match.end(), *span, spelled=True))
        elif (value := han_value(said)) is not None:
            found.append(_widened(text, match.start(), match.end(), value, value, spelled=True))
    return found


def _range(said: str, following: str) -> tuple[Decimal, Decimal] | None:
    """`两三百`, `三四十`, `一百五六`, `一百七八十`, `五六` (not of `七八折`, which are digits)."""
    if len(said) == 2 and following != "折" and _DIGITS.get(said[0], 9) + 1 == _DIGITS.get(said[1]):
        return Decimal(_DIGITS[said[0]]), Decimal(_DIGITS[said[1]])
    if (pair := _TENS_PAIR.fullmatch(said)) and _DIGITS[pair[1]] < _DIGITS[pair[2]]:
        place = _PLACES[pair[3]]
        return Decimal(_DIGITS[pair[1]] * place), Decimal(_DIGITS[pair[2]] * place)
    if (last := _LAST_PAIR.fullmatch(said)) and _DIGITS[last[2]] + 1 == _DIGITS[last[3]]:
        ends = [han_value(last[1] + last[i] + last[4]) for i in (2, 3)]
        if ends[0] is not None and ends[1] is not None:
            return ends[0], ends[1]
    return None


def han_value(said: str) -> Decimal | None:
    """`两百五` is 250, `一千零五十` 1050, `八五` 85, `四点五` 4.5; None for what is no number."""
    whole, point, part = said.partition("点")
    if point:
        value = han_value(whole)
        return None if value is None else value + Decimal(_DIGITS[part]) / 10
    if all(sign in _DIGITS for sign in said):
        return Decimal(int("".join(str(_DIGITS[sign]) for sign in said)))
    total = section = digit = 0
    place = 1
    zero = False
    for sign in said:
        if sign in _DIGITS:
            digit, zero = _DIGITS[sign], zero or _DIGITS[sign] == 0
            continue
        zero = False
        if sign == "万":
            total, section, digit, place = (total + section + digit or 1) * 10_000, 0, 0, 10_000
            continue
        section += (digit or 1) * _PLACES[sign]
        digit, place = 0, _PLACES[sign]
    last = digit if zero or place <= 10 else digit * place // 10
    return Decimal(total + section + last)
