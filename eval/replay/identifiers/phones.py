"""Phones of many countries: by how their digits are grouped, in words, or behind a word for one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.digits import EN_DIGIT, ZH_DIGIT
from eval.replay.identifiers.spans import Span, matches

_L, _R = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"

_PHONES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_L}(?:\(?\+?\(?(?:00)?86\)?[ -]?)?1[3-9]\d(?:[ -]?\d{{4}}){{2}}(?!\d)",
        rf"{_L}(?:\(?\+?\(?(?:00)?86\)?[ -]?)?1[3-9]\d[ -]\d{{3}}[ -]\d{{5}}(?!\d)",
        rf"{_L}(?:\+?86[ -]?)?\(?0(?:10|2\d|[3-9]\d{{2}})\)?(?: ?- ?| )?[2-9]\d{{2,3}}[ -]?\d{{4}}(?:(?:[ -]?(?:转|ext\.?|x|-)[ ]?)\d{{1,5}})?(?!\d)",
        rf"{_L}[48]00[ -]?\d{{3,4}}[ -]?\d{{3,4}}(?!\d)",
        rf"{_L}(?:00)?(?:852|853|886)[ -]\d{{3,4}}[ -]?\d{{4,6}}(?!\d)",
        r"(?<![\w+])\+\d{1,3}(?:[ .()-]{0,2}\d){6,13}(?:\s?(?:x|ext\.?|extension)\s?\d{1,5})?(?!\d)",
        rf"{_L}(?<!\d )00[1-9]\d(?:[ .()-]{{0,2}}\d){{7,12}}(?!\d)",
        r"(?<![\w.+-])(?:1[ ./-]?)?(?:\(\d{3}\) ?-?|\d{3}[ ./-])\d{3}[ ./-]\d{4}(?:,?\s?(?:x|ext\.?|extension)\s?\d{1,5})?(?![\d-])",
        rf"{_L}(?<!\d )\(?0\d{{2,4}}\)?[ -]\d{{3,4}}[ -]?\d{{3,4}}(?![\d-])",
        rf"{_L}0[1-9]\d{{2,3}} ?\d{{5,6}}(?![\d-])",
        rf"{_L}0[1-9]\d{{1,3}}(?:[ -]\d{{2,4}}){{2,3}}(?![\d-])",
        r"\(0\)\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}(?!\d)",
        rf"{_L}\(0\d\)[ -]?\d{{3,4}}[ -]?\d{{3,4}}(?!\d)",
        rf"{_L}0\d-\d{{8}}(?!\d)",
        rf"{_L}0[1-9][ -]\d{{3,4}}[ -]\d{{3,4}}(?![\d-])",
        rf"{_L}1-8\d\d-[A-Z0-9](?:-?[A-Z0-9]){{6,9}}{_R}",
        rf"{_L}0\d{{2,4}}/\d{{5,9}}(?!\d)",
        rf"{_L}[1-9]\d[ -]\d{{4,5}}[ -]\d{{4,6}}(?![\d-])",
        rf"{_L}0\d(?:[ .]\d\d){{4}}(?!\d)",
        rf"{_L}04\d\d[ -]?\d{{3}}[ -]?\d{{3}}(?!\d)",
        rf"{_L}555-\d{{4}}{_R}",
        r"(?:phone|call|ring|text|tel|\bph|whats ?app|mobile|cell|reach|number(?:'s| is)?|fax)\b[^\d\n]{0,24}?(?<![\d#-])(?P<it>\+?\(?\d(?:[ ().-]{0,2}\d){6,13})(?![\d-])",
        rf"\b(?:{EN_DIGIT}\b[ ,.-]{{0,2}}){{6,}}(?<=\w)",
        rf"{ZH_DIGIT}{{7,}}",
        rf"{_L}\d(?: \d){{6,12}}(?! ?\d)",
        rf"{_L}1[3-9]\d\*{{4}}\d{{4}}(?!\d)",
        rf"{_L}1[3-9]\d[.·]\d{{4}}[.·]\d{{4}}(?!\d)",
        rf"(?:{ZH_DIGIT}[ ，,、-]{{0,2}}){{6,}}{ZH_DIGIT}",
        r"\(\d{2}\) ?9?\d{4}-\d{4}(?!\d)",
        rf"{_L}8[ -]?\(?\d{{3}}\)?[ -]\d{{3}}-\d\d-\d\d(?!\d)",
        rf"{_L}0\d{{2,4}} / \d{{5,9}}(?!\d)",
        r"(?<![\d+#-])(?P<it>\d{3,5}(?:[ -]\d{2,5}){1,4}|\d{7,12})(?=,? (?:is|was|being) (?:my|our|the|his|her) (?:new |old |home |work |best )?(?:mobile|phone|cell|number|landline|tel))",
        r"^\s*(?P<it>\+?\(?\d{2,4}\)?(?:[ .-]\d{2,4}){2,4})[.!]?\s*$",
        r"(?:电话|手机|座机|号码|联系方式|联系|香港|澳门|台湾|打给|拨打|微信|传真|打|短信|QQ号?是?)[^\d\n，。]{0,8}?(?<![\d#])(?P<it>\+?\d(?:[ -]?\d){6,13})(?!\d)",
    )
)  # fmt: skip
_NO_PHONE = re.compile(r"20\d\d[-. ]\d\d[-. ]\d\d|(?:(?:19|20)\d\d[ .-]?)+|\d\d(?: \d\d)+(?<!\d\d \d\d \d\d \d\d)")
"""A day, years, sizes."""


def phones(text: str) -> Iterator[Span]:
    for pattern in _PHONES:
        for span in matches(pattern, text, "phone"):
            digits = sum(letter.isdigit() for letter in text[span.start : span.end])
            if (digits >= 7 or not digits) and not _NO_PHONE.fullmatch(text[span.start : span.end]):
                yield _with_bracket(text, span)


def _with_bracket(text: str, span: Span) -> Span:
    return (
        Span(span.start - 1, span.end, span.kind)
        if span.start and text[span.start - 1] == "(" and ")" in text[span.start : span.end]
        else span
    )
