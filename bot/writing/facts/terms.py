"""Texts as what they say: concepts (same.txt), colours, materials, places, names and plain words, each with whether it is denied."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.writing.facts.numbers import plain_digits
from bot.writing.facts.phrases import TOKEN, Kind, function_words, phrases, stem
from retrieval.text import cutting, simplify
from retrieval.text.forms import clean

_SPACES = re.compile(r"\s+")
_CODE = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?![\w-])")
_HAN_LONGEST = 7


@dataclass(frozen=True, slots=True)
class Term:
    """What text[start:end] says; `ids` are names of the same thing. `flips` where the word says the opposite of its concept."""

    ids: tuple[str, ...]
    start: int
    end: int
    kind: Kind
    flips: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the form that it is read in; `lower` is as long as `own`, which keeps capitals."""

    own: str
    lower: str


def read(text: str) -> Text:
    """Width, script of digits and of Chinese, spaces: one form for many."""
    own = _SPACES.sub(" ", simplify(plain_digits(clean(text.replace("’", "'"))))).strip()
    lower = own.lower()
    return Text(own, lower if len(lower) == len(own) else own)


def terms(text: Text) -> list[Term]:
    """The telling terms of a text in order; function words are left out. Numbers and hours should be blanked before."""
    found = [Term((f"code:{m.group().lower()}",), m.start(), m.end(), "code") for m in _CODE.finditer(text.own)]
    lower = text.lower
    for one in found:
        lower = lower[: one.start] + " " * (one.end - one.start) + lower[one.end :]
    latin: list[tuple[str, int, int]] = []
    for match in TOKEN.finditer(lower):
        if match.group()[0].isascii():
            latin.append((match.group(), *match.span()))
        else:
            found += _han(match.group(), match.start())
    found += _latin(latin, lower)
    return sorted(found, key=lambda term: term.start)


def _latin(tokens: list[tuple[str, int, int]], lower: str) -> Iterator[Term]:
    """Phrases of up to four words that the tables know, longest first, and single words."""
    place = 0
    known, stops = phrases(), function_words()
    while place < len(tokens):
        for size in (4, 3, 2, 1):
            some = tokens[place : place + size]
            if len(some) < size or (size > 1 and not _adjacent(some, lower)):
                continue
            key = " ".join(stem(word) for word, _, _ in some)
            entry = known.get(key)
            if entry:
                ids, kind, flips = entry
                own = (f"w:{key}",) if size == 1 else ()
                yield Term((*ids, *own), some[0][1], some[-1][2], kind, flips)
                place += size
                break
        else:
            word, start, end = tokens[place]
            if word not in stops and len(word) > 1:
                ids = tuple(
                    dict.fromkeys(
                        f"w:{stem(part)}"
                        for part in (word, *(word.split("-") if "-" in word else ()))
                        if part not in stops
                    )
                )
                yield Term(ids, start, end, "word")
            place += 1


def _adjacent(some: list[tuple[str, int, int]], lower: str) -> bool:
    return all(lower[a[2] : b[1]] in (" ", "-", "") for a, b in itertools.pairwise(some))


def _han(run: str, offset: int) -> Iterator[Term]:
    known = phrases()
    place = rest = 0
    while place < len(run):
        for size in range(min(_HAN_LONGEST, len(run) - place), 0, -1):
            entry = known.get(run[place : place + size])
            if entry and run[place : place + size] == "有人" and run[place + 2 : place + 3] in "选买说问用觉评爱喜":
                entry = None
            if entry and (size > 1 or _alone(run, place, entry[1])):
                yield from _words(run[rest:place], offset + rest)
                ids, kind, flips = entry
                yield Term((*ids, f"w:{run[place : place + size]}"), offset + place, offset + place + size, kind, flips)
                place += size
                rest = place
                break
        else:
            place += 1
    yield from _words(run[rest:], offset + rest)


def _alone(run: str, place: int, kind: Kind) -> bool:
    """A single character counts as a word only where its neighbours say so: 红的, 铝制."""
    after = run[place + 1 : place + 2]
    if kind == "colour":
        return after in ("色", "的", "款") or len(run) == 1
    if kind == "material":
        return after in ("的", "质", "制", "做", "材") or len(run) == 1
    return run[place] in _single_concepts()


@cache
def _single_concepts() -> frozenset[str]:
    return frozenset("退寄省减贵共每赠券")


def _words(run: str, offset: int) -> Iterator[Term]:
    if not run:
        return
    place = 0
    for word in _cut(run):
        if len(word) > 1 and word not in function_words():
            yield Term((f"w:{word}",), offset + place, offset + place + len(word), "word")
        place += len(word)


@lru_cache(maxsize=20_000)
def _cut(run: str) -> tuple[str, ...]:
    return tuple(cutting.cutter().cut(run))
