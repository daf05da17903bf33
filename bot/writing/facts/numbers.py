"""Every number of a text, however it is written: figures of any script, English and Chinese words, Roman numerals.

`retrieval.constraints.numbers` reads what customers ask for and may overlook a number; nothing said by the clerk may be overlooked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.writing.facts.han_numbers import cut_short, han_numbers
from retrieval.constraints.numbers import han_value, numbers_in

_FIGURES = re.compile(
    r"(?<![a-z\d.])(?P<sign>[-−](?=\d)(?<![\w)]-))?(?P<figures>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+,\d{2}(?![\d,])|\d+(?:\.\d+)?|\.\d+)"
    r"(?P<k>\s?k(?![a-z0-9])|\s(?:hundred|thousand|million)(?![a-z])|\s?[百千万])?"
)
_PRICE_PAIR = re.compile(
    r"\b(?P<whole>(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
    r" (?P<cents>ten|fifteen|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:one|two|three|four|five|six|seven|eight|nine))?)\b"
    r"(?! (?:hundred|thousand))"
)
_HUNDRED_PAIR = re.compile(
    r"\b(?P<hundreds>one|two|three|four|five|six|seven|eight|nine) (?P<rest>oh (?:one|two|three|four|five|six|seven|eight|nine))\b"
)
_HAN_FIGURES = re.compile(_FIGURES.pattern.replace(r"|\d+,\d{2}(?![\d,])", ""), re.IGNORECASE)
"""In a Chinese text a comma between two prices parts them: 34.95 加 12，46.95."""
_ROMAN = re.compile(r"(?<![A-Za-z])(?=[IVXLC]{2,})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?![A-Za-z])")
_FINANCE = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬廿", "一二二三三四五六六七八九十百千万二")
_FINANCE_RUN = re.compile("[壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬零]{2,}|[壹贰貳叁參肆伍陆陸柒捌玖](?=[元块年天个件])")
_SPELLED_POINT = re.compile(
    r"\b(zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) point (zero|oh|one|two|three|four|five|six|seven|eight|nine)\b"
)
_ENGLISH_DOZENS = re.compile(r"\b(?P<count>half a|a|one|two|three|four|five|six|seven|eight|nine|ten) dozen\b")
_AND_A_PART = re.compile(r" and (?P<part>a half|a quarter|three quarters|a third)\b")
_A = re.compile(
    r"(?<!most of )(?<!best part of )(?<!better part of )(?<!once )(?<!twice )(?<!times )(?<!per )(?<![\d] )(?<!half )\b(?P<half>half )?(?:an?|one full|a full|a whole)(?= (?:kilo|kilogram|lit(?:re|er)|week|month|year|fortnight|hour|met(?:re|er)|day|decade)s?\b(?!ly))"
)
_FRACTION = {"quarter": 0.25, "third": 1 / 3, "half": 0.5, "fifth": 0.2, "tenth": 0.1}
_FRACTIONS = re.compile(
    r"\b(?:(?P<times>an?|one|two|three) )?(?P<part>quarters?|thirds?|half)(?: of)?(?: an?)? (?=(?:lit(?:re|er)|kilo|kilogram|met(?:re|er)|hour|year|pound|inch)s?\b)"
)
_NOT_ONE = re.compile(r"[些样起直般切旦共向定下点边面会致路律时同款旁来]")
_IDIOMS = re.compile(
    "(?:休息|放假|关门|歇|歇业|停业|不营业)(?:了|整)*一(?:整)?天|零(?=[卖头钱售食件散买花星碎])|十分(?!钟)|两(?:个|者|个?尺)?码?(?:之间|中间|都)|卡在两|(?<=[只个件条张支片包双把瓶块])一(?=[套组盒包份])|万一|千万(?!元)|百搭|一一|三明治|五金|四季|七分袖|五分袖|九分裤|三文鱼|七夕|双十一|百分(?!之)|万能|百货|八成(?=新|是)|"
    "(?:前|后|头|另|另外|其他|其余|剩下)(?:的)?[两三四几][个款种项条]|(?:十[一二]|[一二三四五六七八九十])月(?!内)|第[一二两三四五六七八九十]+(?=天|个|款|次|种|位|项)|(?:最后|前|后|那|哪|某|每|同|第|当|这|有|头|另|改|单)一(?:天|日|周|年|晚|夜|个?月)|(?:前|后|同|每|第|当)两天|独一无二|一口气|一下子|一直|一会儿?|一丝|一贯|一向|一概|一心|一流|一级棒|一股|一抹|一圈|一路|一手|一身|一度|一眼|三心二意|五花八门|一五一十|千篇一律|万无一失|百年好合|一清二楚|数一数二|一来二去|七上八下|四处|四周|五官|四面|五星"
)
_ONES = re.compile(
    r"\b(?:no one|no two|not (?:a single |even )?one|one (?:of|that|who|is|for|with|can|could|thing|another|more thing)|which one|(?:this|that|the|each|every|any|another|either|other|first|second|last|right|new|same|big|small|smaller|larger|bigger|cheaper|black|white|only) one|one'?s|(?:the|these|those) two (?:are|is|of)|one and only)\b"
)
_SMALL = {
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "zero": 0,
    "oh": 0,
}


@dataclass(frozen=True, slots=True)
class Said:
    """A number at text[start:end]; `other` is a second reading (`six fifty`: 6.50 or 650)."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    spelled: bool = False
    other: Decimal | None = None
    nearly: bool = False
    unit: str = ""
    """What was written in its middle: the 米 of 一米七."""


def plain_digits(text: str) -> str:
    """Digits of every script as 0 to 9, Chinese banking numerals as the common ones, of the same length."""
    if text.isascii():
        return text
    made = "".join(
        str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() and unicodedata.digit(c, -1) >= 0 else c
        for c in text
    )
    return _FINANCE_RUN.sub(lambda m: m.group().translate(_FINANCE), made)


def numbers(text: str) -> list[Said]:
    """The numbers of a normalised text (plain digits), in order, none overlapping."""
    found: list[Said] = []
    if not text.isascii():
        own, text = han_numbers(_IDIOMS.sub(lambda m: " " * len(m.group()), text))
        found += [Said(one.start, one.end, one.low, one.high, True, unit=one.unit) for one in own]
    found += _figures(text)
    if re.search(r"[零〇一二两三四五六七八九十百千万半俩仨]", text) or _WORDS.search(text):
        taken = list(text)
        for one in found:
            taken[one.start : one.end] = " " * (one.end - one.start)
        found += _spelled("".join(taken))
    found.sort(key=lambda one: (one.start, -one.end))
    kept: list[Said] = []
    for number in found:
        if not kept or number.start >= kept[-1].end:
            kept.append(_with_part(number, text))
    return kept


def _with_part(one: Said, text: str) -> Said:
    """`twelve and a half`."""
    match = _AND_A_PART.match(text, one.end)
    if match is None or one.low != one.high or one.low != int(one.low):
        return one
    part = Decimal({"a half": "0.5", "a quarter": "0.25", "three quarters": "0.75"}.get(match["part"], "0.333333"))
    return replace(one, end=match.end(), low=one.low + part, high=one.high + part)


_WORDS = re.compile(
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    r"hundred|thousand|dozen|couple|half|pair|fiver|grand|\bquarter|\bsingle\b|\ban? (?:full|whole|kilo|lit|week|month|year|fort|hour|met|day|decade)"
)


def _figures(text: str) -> Iterator[Said]:
    for match in (_FIGURES if text.isascii() else _HAN_FIGURES).finditer(text):
        figures = match["figures"]
        plain = figures.replace(",", ".") if re.fullmatch(r"\d+,\d{2}", figures) else figures.replace(",", "")
        value = Decimal(plain)
        end = match.end()
        if match["k"] and match["k"].strip() == "k" and value >= 1000:
            end = match.end("figures")  # 2700 K are kelvin
        elif match["k"]:
            value *= {
                "k": 1000,
                "hundred": 100,
                "thousand": 1000,
                "million": 1_000_000,
                "百": 100,
                "千": 1000,
                "万": 10_000,
            }[match["k"].strip()]
        if match["sign"]:
            value = -value
        yield Said(match.start("figures") if not match["sign"] else match.start(), end, value, value)


def _spelled(text: str) -> Iterator[Said]:
    gone = _IDIOMS.sub(lambda m: " " * len(m.group()), _ONES.sub(lambda m: " " * len(m.group()), text))
    for match in _ENGLISH_DOZENS.finditer(gone):
        twelves = Decimal(6 if match["count"] == "half a" else 12 * _SMALL.get(match["count"], 10))
        yield Said(match.start(), match.end(), twelves, twelves, True)
        gone = _blank(gone, match)
    for match in _PRICE_PAIR.finditer(gone):
        yield _pair(match.start(), match.end(), match["whole"], match["cents"])
        gone = _blank(gone, match)
    for match in _HUNDRED_PAIR.finditer(gone):
        low = Decimal(_SMALL[match["hundreds"]] * 100 + _SMALL[match["rest"].split()[1]])
        yield Said(match.start(), match.end(), low, low, True)
        gone = _blank(gone, match)
    for match in _SPELLED_POINT.finditer(gone):
        whole = numbers_in(match[1])
        value: Decimal = (whole[0].low if whole else Decimal(0)) + Decimal(_SMALL[match[2]]) / 10
        yield Said(match.start(), match.end(), value, value, True)
        gone = _blank(gone, match)
    for match in _FRACTIONS.finditer(gone):
        value = Decimal(str(_FRACTION[match["part"].rstrip("s")])) * _SMALL.get(match["times"] or "one", 1)
        yield Said(match.start(), match.end(), value, value, True)
        gone = _blank(gone, match)
    for match in re.finditer(
        r"\ba (?:couple|pair)\b(?! hundred| of hundred)|(?<!each )(?<!every )(?<!per )(?<!the )\b(?:couple|pair)(?= of\b(?! hundred))",
        gone,
    ):
        yield Said(match.start(), match.end(), Decimal(2), Decimal(2), True)
        gone = _blank(gone, match)
    for match in _A.finditer(gone):
        value = Decimal((match["half"] and "0.5") or "1")
        yield Said(match.start(), match.end(), value, value, True)
        gone = _blank(gone, match)
    for one in numbers_in(gone):
        if not one.spelled:
            continue
        said = gone[one.start : one.end]
        if said == "一" and (
            _NOT_ONE.match(gone, one.end) or gone[one.start - 1 : one.start] in "统唯单万第某每任之同逐"
        ):
            continue
        if one.end - one.start == len(said) > 1 and cut_short(said, gone[one.end :]):
            base, units = han_value(said[:-1]), han_value(said[-1])
            if base is not None and units is not None:
                yield Said(one.start, one.end - 1, base, base, True)
                yield Said(one.end - 1, one.end, units, units, True)
                continue
        yield Said(one.start, one.end, one.low, one.high, True, nearly=one.nearly)


def _pair(start: int, end: int, whole: str, cents: str) -> Said:
    """`forty-nine ninety` is 49.90; `six fifty` 6.50 or 650."""
    first, second = numbers_in(whole)[0].low, numbers_in(cents)[0].low
    price = first + second / 100
    return Said(start, end, price, price, True, other=first * 100 + second)


def _blank(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]


def roman(text: str) -> list[tuple[int, int, Decimal]]:
    """Roman numerals of two letters or more in a text of its own case, but for what are sizes (XL, XXL)."""
    values = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}
    found = []
    for match in _ROMAN.finditer(text):
        said = match.group()
        if said in ("XL", "XXL", "XXXL", "CC", "XX"):
            continue
        total = 0
        for sign, after in zip(said, [*said[1:], ""], strict=True):
            total += -values[sign] if after and values[after] > values[sign] else values[sign]
        found.append((match.start(), match.end(), Decimal(total)))
    return found
