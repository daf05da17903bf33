"""Postal addresses in Latin letters: an anchor (street, box, postcode, flat) and the names that hang on it by commas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.place_cues import DOOR, LOWER, LOWER_TAIL, NAMED, POSTCODE, TO_POSTCODE, TOLD
from eval.replay.identifiers.spans import Span, has_latin
from eval.replay.identifiers.streets import ANCHORS, WEAK

_TOKEN = re.compile(r"[^\s,]+|,")
_LINKS = frozenset(
    "of the le la les el los las de del des du di da do dos d' van von der den am an im and & y et e at c/o ap bei upon on-the in floor flat apt apt. unit suite door m. lok. nr no - – /".split()
)
_AFTER_NEW = frozenset(
    "Zealand York Delhi Jersey Hampshire Mexico Orleans Castle Road Street Town Forest Milton Malden Brighton Taipei Territories Haven".split()
)
_STOP = frozenset(
    "I I'm I've I'd I'll We We're We've It It's My Our You Your They This That Is Are Can Could Please Pls Send Ship Deliver Hi Hello Hey Dear Thanks Thank Regards Order Or So And But Also Not No Yes Ok OK To From At In On For By With Tel Phone Call Mail Email E-mail Mr Mrs Ms Miss Dr Leave Bill Attn Name New Old Address Delivery Shipping Post Ring Does Do Did Was Has Have If When Where What Who Why How Put Change Use Then Now Could Would Should Let's There There's He She He's She's Tell Could".split()
)
_FLAT_BEFORE = re.compile(r"\b(?:flat|apt|unit|apartment|suite|room|floor) ?\w+, ?$")
_MOST_PARTS = 7


def addresses(text: str) -> Iterator[Span]:
    """Anchors with what belongs to them; a weak anchor (a flat or a foreign postcode) needs company."""
    if not has_latin(text):
        return
    tokens = [(match.start(), match.end(), match.group()) for match in _TOKEN.finditer(text)]
    for pattern in (*ANCHORS, *WEAK):
        for match in pattern.finditer(text):
            start, end = _around(text, tokens, *match.span())
            said = text[start:end]
            if pattern not in WEAK or "," in said:
                yield Span(start, end - said.endswith("."), "address")
    for match in TOLD.finditer(text):
        end = _right(text, tokens, match.end())
        said = text[match.end() : end]
        if any(letter.isdigit() for letter in said) and len(re.findall(r"[A-Z][a-z]+", said)) >= 2:
            yield Span(match.end(), end, "address")
    for match in NAMED.finditer(text):
        yield Span(match.start(), match.end() - len(match.group()) + len(match.group().rstrip(" .,-")), "address")
    for pattern in (LOWER, TO_POSTCODE, POSTCODE, DOOR):
        for match in pattern.finditer(text):
            yield Span(*match.span("it" if match["it"] else "code"), "address")


def _around(text: str, tokens: list[tuple[int, int, str]], start: int, end: int) -> tuple[int, int]:
    """From the anchor to both sides, in capitals or, where it has none, to the right without."""
    if text[start:end].islower() and (tail := LOWER_TAIL.match(text, end)):
        flat = _FLAT_BEFORE.search(text, 0, start)
        return (flat.start() if flat else start), max(tail.end(), _right(text, tokens, end))
    return _left(text, tokens, start), _right(text, tokens, end)


def _left(text: str, tokens: list[tuple[int, int, str]], start: int) -> int:
    """Back over names and numbers, across commas; a link between names counts where a name stands before it."""
    commas, best = 0, start
    for begin, _, token in reversed([one for one in tokens if one[1] <= start]):
        if token == ",":
            commas += 1
            if commas > _MOST_PARTS:
                break
            continue
        if token[-1] in ".!?;:" and not re.fullmatch(r"(?:St|Mt|Ft|Dr|Co|[A-Z]|Apt|Bldg|No|P\.O|izq)\.", token):
            break
        bare = token.strip("\"“”'()")
        if (bare in _STOP and not _is_new(bare, text, begin)) or re.fullmatch(r"[\w.]+@.*|#?[A-Z]{1,3}-?\d{4,}", bare):
            break
        if _is_named(bare):
            best = begin + (len(token) - len(token.lstrip("\"“'(")))
        elif bare.casefold() not in _LINKS:
            break
    return best


def _right(text: str, tokens: list[tuple[int, int, str]], end: int) -> int:
    """On over names and numbers until a sentence ends or plain words follow."""
    best, commas = end, 0
    if end and text[end - 1 : end] in ".!?" and not re.search(r"\b(?:St|Rd|Ave|Blvd|Dr|Ln|Pl|str)\.$", text[:end]):
        return end
    for begin, _, token in [one for one in tokens if one[0] >= end]:
        if token == ",":
            commas += 1
            if commas > _MOST_PARTS:
                break
            continue
        bare = token.rstrip(".!?;:)\"”'")
        if (bare in _STOP and not _is_new(bare, text, begin)) or not bare:
            break
        if _is_named(bare) and not re.fullmatch(r"#?[A-Z]{1,3}-?\d{5,}|#\d+", bare):
            best = begin + len(bare)
        elif bare.casefold() not in _LINKS and not re.fullmatch(r"(?:izq|dcha|esq|dto|bis)\.?|\d+[ºª]", bare):
            break
        if (
            len(bare) < len(token)
            and token[len(bare)] in ".!?;:"
            and not re.fullmatch(
                r"(?:izq|dcha|[Ee]sq|Dto|m|lok|nr|no|Co|Mt|St|Ave|Rd|Blvd|Dr|Ln|Apt|No|Ste|Bldg|N|S|E|W)\.", token
            )
        ):
            break
    return best


def _is_new(bare: str, text: str, begin: int) -> bool:
    """Whether it begins a place's name: New York, not a new address."""
    if bare in ("Old", "Post", "Name") and re.match(rf"{bare} [A-Z][a-z]+", text[begin:]):
        return True
    after = re.match(r"New ([A-Z][a-z]+)", text[begin:])
    return after is not None and after[1] in _AFTER_NEW


def _is_named(token: str) -> bool:
    return bool(token) and (
        token[0].isupper()
        or token[0].isdigit()
        or token[0] == "#"
        or ("-" in token and any(c.isupper() for c in token))
    )
