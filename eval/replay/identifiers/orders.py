"""Numbers of orders, bookings, invoices and parcels by their shape alone: one that shops and carriers give, or one that nothing else explains."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.runs import follows_amount, is_amount, is_day, is_year, listed, names_a_thing
from eval.replay.identifiers.spans import Span, matches

_L, _R = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_THINGS = "LOT|SN|EAN|ISBN|IMEI|USB|CR|BATCH|RAL|DIN|ISO|GB|EN|EU|UK|US|SKU|AISI"
"""Capitals before a number that many things bear."""

_OF_SHOPS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i:{_L}JL[ _-]?(?=\d)(?:\d+)(?:[-/_]\d+)*{_R})",
        r"(?<![0-9A-Za-z])J\.? ?L\.?\s?(?:[-–—_.#:/]\s?)?#?\d{3,}(?![0-9A-Za-z])",
        r"(?<![0-9A-Za-z&])#[ ]?(?=[A-Z0-9-]*\d[A-Z0-9-]*\d)[A-Z]{0,3}-?\d[0-9A-Z]{2,}(?:[-/]#?[0-9A-Za-z]+)*(?![0-9A-Za-z])",
        r"(?<![0-9A-Za-z])#(?:[A-Z]{1,4}-|\d{1,}-)[0-9A-Z]+(?:-[0-9A-Z]+)*(?![0-9A-Za-z])",
        r"(?:№|(?<![A-Za-z])[Nn][º°])\s?[A-Z]{0,3}-?\d{3,}(?![0-9A-Za-z])",
        r"(?:^|(?<=[\s，,。(（]))[Nn]o\. ?(?P<it>\d{4,})(?![0-9A-Za-z])(?!,)",
        rf"(?i:{_L}(?:(?:WEB|ORD|PO|SO|INV|TB|DD|RMA|REF|RT|RF|JD|TM|PDD|SUB|BK|CS)[- ]?|(?:SUB|RMA|REF|INV|ORD)[_/]|ORDER(?:NO|NR)?[-.]?)\d{{3,}}(?:-\d+)*{_R})",
        rf"{_L}(?:PO|SO|RMA|INV|ORD|REF)[ ]?[#:.][ ]?\d{{3,}}(?:-\d+)*{_R}",
        rf"{_L}[A-Z]{{0,3}}-?20[2-3]\d[01]\d[0-3]\d-?(?:[A-Z]?\d{{2,8}}){_R}",
        rf"{_L}20[2-3]\d-\d{{4,5}}(?:-\d{{3,6}})?{_R}",
        r"(?<![\dA-Za-z.,/$€£¥-])\d{2,3}-\d{5,7}(?![\d-])",
        rf"{_L}(?!(?:{_THINGS})\b)[A-Z]{{1,4}}-\d{{5,}}(?:-[0-9A-Z]+)*{_R}",
        rf"{_L}[A-Z]{{1,4}}[-/]20[2-3]\d[-/]\d{{2,}}(?:[-/]\d+)*{_R}",
        rf"{_L}(?!{_THINGS})(?<!/)[A-Z]{{1,4}} ?\d{{5,}}{_R}",
        r"(?<!\S)(?=(?:[A-Z] )*\d \d)(?:[A-Z0-9] ){5,}[A-Z0-9](?!\S)",
    )
)
_OF_SPOKEN = re.compile(
    rf"{_L}(?i:[A-Z]{{1,4}}) (?:dash|hyphen|slash|minus) \d{{3,}}(?: (?:dash|hyphen|slash|minus) [0-9A-Z]+)*{_R}"
)
"""`AX dash 5521`."""
_OF_CARRIERS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i:{_L}1Z(?:[ -]?[0-9A-Z]){{16}}{_R})",
        rf"{_L}[A-Z]{{2}}\d{{4}}(?: \d{{4}})+{_R}",
        rf"{_L}[A-Z]{{2}}[ -]?\d{{3}}[ -]?\d{{3}}[ -]?\d{{3}}[ -]?[A-Z]{{2}}{_R}",
        rf"{_L}(?i:SF|YT|ZT|JT|JD[A-Z]{{0,3}}|JJD|DPK|STO|EMS|YD|TBA|CNE|H00|GM|LP|RB|JDVA|LTK)[ -]?\d(?:[ -]?\d){{6,18}}{_R}",
        rf"{_L}H[0-9]{{2}}[A-Z0-9]{{3}}\d{{8,10}}{_R}",
        rf"{_L}9[2-5]\d\d(?: ?\d{{4}}){{3,4}}(?: ?\d{{2,4}})?{_R}",
        rf"{_L}\d{{3}}-\d{{7}}-\d{{7}}{_R}",
    )
)
_GROUPS = re.compile(rf"{_L}(?<![.,:/$€£¥+-])(?<!\d )\d{{2,}}(?:[ -]\d{{2,}}){{2,}}{_R}(?![.,]\d|%)")
_LONG = re.compile(
    rf"(?<![0-9A-Za-z.,/$€£¥#+-])(?=[0-9A-Za-z-]*\d[0-9A-Za-z-]*\d[0-9A-Za-z-]*\d[0-9A-Za-z-]*\d[0-9A-Za-z-]*\d)(?=[0-9A-Za-z-]*\d{{4}})[A-Za-z]{{0,4}}-?\d[0-9A-Za-z]*(?:-[0-9A-Za-z]+)*{_R}"
    r"(?![%.]\d)"
)
"""Five digits or more that nothing else explains: rather a placeholder too many than somebody's number."""
_NO_LONG = re.compile(r"100\d\d|123\d\d|9[56]\d{3,4}")
"""A hotline."""


def orders(text: str) -> Iterator[Span]:
    """By a shape of a shop's or a carrier's, or long and no measure, day or thing; also those listed after it."""
    found = [span for pattern in (*_OF_SHOPS, _OF_SPOKEN, *_OF_CARRIERS) for span in matches(pattern, text, "order")]
    found += [span for span in matches(_LONG, text, "order") if _is_long(text[span.start : span.end])]
    for span in found:
        said = text[span.start : span.end]
        if (
            is_year(said)
            or names_a_thing(text, span.start)
            or (said.replace("-", "").isdigit() and follows_amount(text, span.end))
        ):
            continue
        yield from listed(text, (span.start, span.end))
    yield from _grouped(text)


def _is_long(said: str) -> bool:
    return (
        sum(map(str.isdigit, said)) >= 5 and not is_day(said) and not is_amount(said) and not _NO_LONG.fullmatch(said)
    )


def _grouped(text: str) -> Iterator[Span]:
    """Three groups of digits or more that nothing else explains, a group of four among them: no list of years or sizes."""
    for match in _GROUPS.finditer(text):
        groups = re.split("[ -]", match.group())
        if sum(map(len, groups)) < 9 or max(map(len, groups)) < 4 or any(map(is_year, groups)):
            continue
        if not names_a_thing(text, match.start()):
            yield Span(*match.span(), "order")
