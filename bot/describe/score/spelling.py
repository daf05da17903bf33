"""Misspelt names: what is nearly, but not quite, a brand or the product's name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.describe.agreement import short_name
from knowledge_base.families import plain
from knowledge_base.types import Product

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_TOKEN = re.compile("[\u3400-\u9fff]|[a-z]+(?:['’][a-z]+)?|\\d[\\d.,/]*")


def misspelt(product: Product, text: str, brands: Iterable[str] = ()) -> list[tuple[str, str]]:
    """(as it stands, as it should be) of the product's brand and name; `brands` are others that may be named."""
    said = plain(text)
    found = dict(_brand_words(product, said, brands))
    names = list(dict.fromkeys((plain(product.title), plain(short_name(product.title)))))
    for name in names:
        said = said.replace(name, "\0")
    for name in names:
        if near := _near(name, said):
            found.setdefault(near, name)
    return list(found.items())


def _brand_words(product: Product, said: str, brands: Iterable[str]) -> Iterator[tuple[str, str]]:
    known = set(
        _WORD.findall(
            plain(f"{product.title} {product.brand} {product.category} {' '.join(product.attributes.values())}")
        )
    )
    known |= {word for brand in brands for word in _WORD.findall(plain(brand))}
    names = [word for word in _WORD.findall(plain(product.brand)) if len(word) >= 4 and word.isascii()]
    for word in dict.fromkeys(_WORD.findall(said)):
        bare = re.sub(r"['’]s$", "", word)
        if bare in known or word in known or not word.isascii():
            continue
        for name in names:
            if (
                bare.rstrip("s") != name
                and distance(bare, name, 2) <= (1 if len(name) < 6 else 2)
                and not _is_word(bare)
            ):
                yield word, name


def _near(name: str, masked: str) -> str:
    """What is nearly the whole name, its exact mentions being taken out; empty where nothing is."""
    wanted = _TOKEN.findall(name)
    if len(name) < 4 or not wanted:
        return ""
    places = list(_TOKEN.finditer(masked))
    most, best = max(1, len(name) // 8), ("", len(name))
    for count in (len(wanted), len(wanted) - 1, len(wanted) + 1):
        for first in range(len(places) - count + 1 if count > 0 else 0):
            window = masked[places[first].start() : places[first + count - 1].end()]
            shared = sum(token.group() in wanted for token in places[first : first + count])
            if abs(len(window) - len(name)) > most or shared < len(wanted) // 2 or "\0" in window or "\n" in window:
                continue
            errors = distance(window, name, most)
            if 0 < errors < min(best[1], most + 1) and not _same_but_for_form(window, name):
                best = (window, errors)
    return best[0]


def _same_but_for_form(one: str, other: str) -> bool:
    """A plural, a possessive, other marks or other numbers are no misspelling."""
    ones, others = ([_form(word) for word in _TOKEN.findall(text) if not word[0].isdigit()] for text in (one, other))
    return (
        ones == others
        or "".join(ones) == "".join(others)
        or any(_is_word(a) for a, b in zip(ones, others, strict=False) if a != b)
    )


def _form(word: str) -> str:
    return re.sub(r"['’]s$|(?<=[a-z]{3})s$", "", word)


def _is_word(word: str) -> bool:
    """Whether it is an English word of its own: `bottle brush, cap` is no misspelt `Bottle Brush Cup`."""
    from retrieval.vocabulary import english

    return len(word) > 1 and word.isascii() and word in english()


def distance(one: str, other: str, most: int) -> int:
    """Edits between two words, a swap of neighbours being one; more than `most` is told as most + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, wanted in enumerate(other, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        rows.append(row)
    return min(rows[-1][-1], most + 1)
