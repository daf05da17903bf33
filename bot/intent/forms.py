"""The forms of a product (a size, a colour, a weight) that a question names: `the 1 kg`, 6.5的, `navy in M`, king size."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge_base.families import families_in
from knowledge_base.types import Product, Variant
from retrieval import text as words_of

_COUNTED = r"(?!\s?(?:[a-z]{1,4}(?![a-z])|[个件只条双张块天月年周岁次折元块美分点楼%]))"
_BARE = re.compile(rf"(?<![\d.,])(\d+(?:\.\d+)?)(?![\d.,]){_COUNTED}|(?:us|eu|size|欧码|美码)\s?(\d+)|(\d+)\s?[码号]")
"""A number that counts nothing: of 6.5的, not of `2 pieces`."""
_PACK = re.compile(
    r"(?<![\d.])(\d+)[- ]?(?:packs?|pcs|pieces?|sets?)\b|([\d两二三四五六八十]+)\s?[个只件片包支盏条双瓶]装"
)
_COUNTS = {"两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "八": 8, "十": 10}
"""A count of what is sold together: `3 pack`."""
_IS = re.compile(r"['’]s\b")
_KILO = re.compile(r"(?<!\d)(?<!\d )\b(?:a |one )?kilo(?:gram)?\b|(?<![\d一两二三几多])(?:一)?公斤(?=装|的|包|袋)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MEASURE = re.compile(r"(?<![\d.])\d+(?:\.\d+)?[a-z]+")
_MEASURED = re.compile(
    r"\d\s?(?:ml|l|g|kg|cm|mm|m|w|in|oz|毫升|升|克|千克|公斤|厘米|毫米|米|瓦|寸)(?![a-z])", re.IGNORECASE
)
_BIG = re.compile(
    r"\b(?:the|a) (?:big|bigger|biggest|large|larger|largest) (?:one|size)\b|大(?:号|的那|点的|一点的|瓶|包|款)"
)
_SMALL = re.compile(r"\b(?:the|a) (?:small|smaller|smallest|little) (?:one|size)\b|小(?:号|的那|点的|一点的|瓶|包|款)")
_RANGE = re.compile(r"(\d+)\s?[–-]\s?(\d+)")
_KINDS = ("size", "colour")
_SURE = 100.0


def asked_forms(question: str, product: Product) -> tuple[Variant, ...]:
    """The variants that have all that is named of them; empty where nothing is, or where each of them has it."""
    if len(product.variants) < 2:
        return ()
    text = words_of.with_measures(_KILO.sub("1 kg", _IS.sub("", words_of.normalise(question))))
    names = dict.fromkeys(name for variant in product.variants for name in variant.attributes)
    named = {name: said for name in names if (said := _said(text, _values(name, product)))}
    if not named and (by_extent := _by_extent(text, product)):
        return by_extent
    found = tuple(
        v for v in product.variants if all(v.attributes.get(name, "") in said for name, said in named.items())
    )
    return found if named and len(found) < len(product.variants) else ()


def _by_extent(text: str, product: Product) -> tuple[Variant, ...]:
    """`the big one`, 大号的: the forms that have most or least of a measure."""
    wants = [most for most, words in ((True, _BIG), (False, _SMALL)) if words.search(text)]
    measured = {v.id: amount for v in product.variants if (amount := _extent(v)) is not None}
    if len(wants) != 1 or len(set(measured.values())) < 2 or len(measured) < len(product.variants):
        return ()
    utmost = (max if wants[0] else min)(measured.values())
    return tuple(v for v in product.variants if measured[v.id] == utmost)


def _extent(variant: Variant) -> float | None:
    """The largest number of its measure, in the unit that all its siblings are told in; None where it has none."""
    found = [
        float(n) for value in variant.attributes.values() for n in _NUMBER.findall(value) if _MEASURED.search(value)
    ]
    return max(found, default=None)


def _values(name: str, product: Product) -> list[str]:
    return list(dict.fromkeys(variant.attributes.get(name, "") for variant in product.variants))


def _said(text: str, values: Sequence[str]) -> frozenset[str]:
    """The values that a text names best, word for word or by number, else those of the family it names (`navy` is blue)."""
    if len(values) < 2:
        return frozenset()
    closeness = {value: _closeness(text, value) for value in values if value}
    best = max(closeness.values(), default=0.0)
    if best > 0:
        return frozenset(value for value, close in closeness.items() if close == best)
    for kind in _KINDS:
        said = families_in(kind, text)
        of_family = frozenset(value for value in values if said & families_in(kind, value))
        if of_family and len(of_family) < len(values):
            return of_family
    return frozenset()


def _closeness(text: str, value: str) -> float:
    """The words that text and value share; certain where a measure, a number or a letter of it is named."""
    plain = words_of.with_measures(words_of.normalise(value)).strip()
    shared = float(len(set(words_of.content_words(plain)) & set(words_of.content_words(text))))
    if plain.isascii() and len(plain) <= 4 and not _NUMBER.search(plain):
        letters = [part for part in plain.split("/") if re.search(rf"(?<![a-z/'’]){re.escape(part)}(?![a-z'])", text)]
        return (
            _SURE * len(letters) if re.search(rf"(?<![a-z]){re.escape(plain)}(?![a-z])", text) else float(len(letters))
        )
    measures = _MEASURE.findall(plain)
    if set(measures) & set(_MEASURE.findall(text)):
        return _SURE
    counted = [next(filter(None, found)) for pattern in (_BARE, _PACK) for found in pattern.findall(text)]
    said = {float(_COUNTS.get(one, one)) for one in counted if one in _COUNTS or _NUMBER.fullmatch(one)}
    if match := _RANGE.search(plain):
        return _SURE if any(int(match[1]) <= number <= int(match[2]) for number in said) else 0.0
    if said & {float(number) for number in _NUMBER.findall(words_of.normalise(value).replace(",", ""))}:
        return _SURE
    return 0.0 if _NUMBER.fullmatch(plain) else shared
