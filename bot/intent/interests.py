"""Whom a wish for advice is for and what that person likes: `something for my sister, likes tea` -> a gift, `tea`. Tables of both languages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from retrieval import text as words_of

_HAN = re.compile(r"[\u4e00-\u9fff]+")


def is_gift(text: str) -> bool:
    """Whether it is for somebody else: what the customer has bought says nothing of them then."""
    return any(pattern.search(words_of.normalise(text)) for pattern in _patterns("gift"))


def says_liking(text: str) -> bool:
    """Whether it says what somebody likes."""
    plain = words_of.normalise(text)
    return any(pattern.search(plain) for pattern in _patterns("likes"))


def interests(text: str) -> tuple[str, ...]:
    """Words that say what is liked, in their order; of a wish that names no liking the words that say anything at all."""
    plain = words_of.normalise(text)
    written = {words_of.stem(word): word for word in reversed(re.findall(r"[a-z]+(?:-[a-z]+)*", plain))}
    return tuple(written.get(word, word) for word in _interests(plain))


def _interests(plain: str) -> tuple[str, ...]:
    liked = [match.group("what") for pattern in _patterns("likes") for match in pattern.finditer(plain)]
    return _telling(" ; ".join(liked)) or _telling(plain)


def hobbies(words: Sequence[str]) -> tuple[str, ...]:
    """Further words that things for what is liked are told with: who bakes wants something for bread."""
    known = _hobbies()
    return tuple(
        dict.fromkeys(more for word in words for more in known.get(words_of.stem(word), ()) if more not in words)
    )


def _telling(text: str) -> tuple[str, ...]:
    for pattern in _patterns("empty"):
        text = pattern.sub(" ", text)
    latin = [
        word for word in words_of.topic_words(_HAN.sub(" ", text)) if not word[:1].isdigit() and word not in _filler()
    ]
    han = [part for run in _HAN.findall(text) for part in _han_parts(run)]
    return tuple(dict.fromkeys([*latin, *han]))


def _han_parts(run: str) -> list[str]:
    """Words of a run of Chinese; one character that stands alone can be a thing: 茶."""
    run = run.strip(_table()["han_edges"])
    words = [word.strip(_table()["han_edges"]) for word in words_of.han_words(run)] if len(run) > 2 else [run]
    return [word for word in words if word and word not in words_of.stop_words("zh") and word not in _filler()]


@cache
def _table() -> Any:
    table: dict[str, Any] = tomllib.loads(files(__package__).joinpath("interests.toml").read_text(encoding="utf-8"))
    return table


@cache
def _patterns(name: str) -> list[re.Pattern[str]]:
    return [re.compile(pattern) for pattern in _table()[name]]


@cache
def _hobbies() -> dict[str, Sequence[str]]:
    rows = tomllib.loads(files(__package__).joinpath("interests.toml").read_text(encoding="utf-8"))["hobbies"]
    return {words_of.stem(word): [*row["en"], *row["zh"]] for row in rows for word in row["said"]}


@cache
def _filler() -> frozenset[str]:
    return frozenset(map(words_of.stem, _table()["filler"]))
