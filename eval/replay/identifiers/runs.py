"""A number as people type it: groups of digits and capitals with blanks, dashes and strokes between them; and what isn't one."""

from __future__ import annotations

import re

_GROUP = re.compile(r"#?[0-9A-Za-z]+(?:[-/._–—][0-9A-Za-z]+)*")
_MOST_GROUPS = 8
_AMOUNT = re.compile(
    r"\d+(?:[.,x/-]\d+)*(?:mm|cm|m|km|ml|cl|l|g|kg|mg|oz|lbs?|w|v|kw|wh|mah|hz|ghz|inch|ft|pcs|packs?|x|days?|hours?|h|min|am|pm|st|nd|rd|th|years?|k|usd|eur|cad|gbp|cny|rmb|gb|tb)"
    r"|(?:(?:0?[1-9]|[12]\d|3[01])[-/.]){2}(?:\d\d|(?:19|20)\d\d)|(?:19|20)\d\d(?:[-/.]\d{1,2}){1,2}|(?:19|20)\d\d|\d{1,2}[.,]\d{1,2}|usb-?c?\d*|ipx?\d+|a\d|mp\d|v\d+(?:\.\d+)*",
    re.IGNORECASE,
)
"""A measure, an hour, a day, a year."""
_CODE_OF_ALL = re.compile(r"[A-Z]{4,}\d{1,2}")
"""SPRING15: a word that the shop gave to everybody."""
_UNIT = re.compile(
    r" ?(?:%|°|x\b|×|k\b|mm\b|cm\b|m\b|km\b|ml\b|l\b|g\b|kg\b|oz\b|lbs?\b|w\b|v\b|mah\b|hz\b|gb\b|tb\b|inch|pieces?\b|pcs\b|packs?\b|bags?\b|boxes\b|units?\b|items?\b|times\b|people\b|"
    r"days?\b|weeks?\b|months?\b|hours?\b|minutes?\b|years?\b|am\b|pm\b|usd\b|dollars?\b|euros?\b|eur\b|pounds?\b|gbp\b|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)"
    r"|\s?[毫美元块克升条人次件步流转瓦分个期天年月日斤套双折岁只台]",
    re.IGNORECASE,
)
_MONEY = re.compile(r"(?:[$€£¥]|usd|eur|gbp|rmb)\s?$", re.IGNORECASE)


def run_at(text: str, start: int, least: int = 3) -> tuple[int, int] | None:
    """From where to where a number stands that begins here: of `least` digits, or of two where capitals are among them."""
    end, at, groups = start, start, 0
    while groups < _MOST_GROUPS and (match := _GROUP.match(text, at)):
        said = match.group()
        digits = any(map(str.isdigit, said))
        if not digits and not (said.isupper() and len(said) <= 5):
            break
        if groups and (_AMOUNT.fullmatch(said) and not said.isdigit()):
            break
        if digits or (groups and len(said) <= 3 and not re.match(r" \w", text[match.end() :])):
            end = match.end()
        at, groups = match.end(), groups + 1
        if text[at : at + 1] != " ":
            break
        at += 1
    said = text[start:end]
    if not said or not is_number(said, least) or _UNIT.match(text, end) or _MONEY.search(text[:start]):
        return None
    if end < len(text) and (text[end].isalnum() and text[end].isascii()):
        return None
    return start, end


def is_number(said: str, least: int = 3) -> bool:
    """Whether it may be somebody's number, and no measure, day or code that everybody has."""
    digits, letters = sum(map(str.isdigit, said)), [one for one in said if one.isalpha()]
    if _AMOUNT.fullmatch(said) or _CODE_OF_ALL.fullmatch(said) or re.match(r"\d{1,2}:\d\d", said):
        return False
    if said.startswith("#"):
        return digits >= 1
    if letters and not any(map(str.islower, letters)):
        return digits >= min(least, 2) and len(said) >= 4
    return digits >= least and (not letters or len(said) >= 5)
