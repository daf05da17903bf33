"""Cutting texts into the words that a question and its answer share, Chinese ones too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache, wraps

from retrieval.text import tables
from retrieval.text.forms import HAN, normalise, with_measures

HAN_RUN = re.compile(f"[{HAN}]+")
TOKEN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+(?:[.,'’][^\W_{HAN}]+)*")

_KEPT, _SHORT = 4096, 300
"""Texts whose words are kept, and the characters up to which one is: a turn asks the same of a question and of titles many times."""


def _remembered(cut: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    known = lru_cache(_KEPT)(lambda text: tuple(cut(text)))

    @wraps(cut)
    def found(text: str) -> list[str]:
        return list(known(text)) if len(text) <= _SHORT else cut(text)

    return found


@_remembered
def words(text: str) -> list[str]:
    """Terms for a word index: Chinese words, their parts, characters and pairs of them; other words by their stem."""
    terms: list[str] = []
    for token in TOKEN.findall(with_measures(normalise(text))):
        if HAN_RUN.fullmatch(token):
            terms += _han_terms(token)
        else:
            terms += _latin_terms(token)
    return terms


def asked(text: str) -> list[str]:
    """`words` of a question without English function words, unless it has no others. Chinese ones stay: they tell questions apart."""
    plain = words(text)
    return [term for term in plain if term not in tables.stop_words("en")] or plain


@_remembered
def content_words(text: str) -> list[str]:
    """`words` without function words and single characters: what a question is about."""
    plain = words(text)
    return [
        term
        for term in plain
        if term not in tables.stop_words("en") and term not in tables.stop_words("zh") and not is_character(term)
    ]


@_remembered
def topic_words(text: str) -> list[str]:
    """Whole content words without overlapping parts: how many things a text speaks of."""
    plain = with_measures(normalise(text))
    han = [word for word in han_words(plain) if len(word) > 1 and word not in tables.stop_words("zh")]
    return [term for term in content_words(HAN_RUN.sub(" ", plain)) if not HAN_RUN.search(term)] + han


def has_words(text: str) -> bool:
    """Whether a text has a letter or a digit of any script."""
    return any(letter.isalnum() for letter in text)


def is_character(term: str) -> bool:
    return len(term) == 1 and bool(HAN_RUN.fullmatch(term))


def is_part(term: str) -> bool:
    """True for a Chinese word or pair: it stands in `words` beside its own characters."""
    return len(term) > 1 and bool(HAN_RUN.fullmatch(term))


def han_words(text: str) -> list[str]:
    """Chinese words as a reader would cut them, without parts and pairs."""
    return [word for run in HAN_RUN.findall(text) for word in cutter().cut(run)]


def _han_terms(run: str) -> list[str]:
    found = [word for word in cutter().cut_for_search(run) if len(word) > 1]
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    return [*run, *dict.fromkeys([*found, *pairs])]


@cache
def cutter():  # type: ignore[no-untyped-def]
    import rjieba

    return rjieba.Jieba() if hasattr(rjieba, "Jieba") else rjieba


def _latin_terms(token: str) -> list[str]:
    if token.isalnum():
        return [stem(token)]
    parts = [stem(part) for part in re.split(r"[.,'’]", token) if part]
    whole = token.replace("'", "").replace("’", "")
    return [whole] if re.search(r"\d[.,]\d", token) else [part for part in parts if part not in ("s", "t")] or [whole]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Plurals and the commonest endings only: `kettles` and `kettle`, `shipping` and `ship`, `delivered` and `deliver` meet."""
    if len(word) < 4 or not word.isascii() or any(letter.isdigit() for letter in word):
        return word
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + instead
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        base = word[: -len(ending)]
        if word.endswith(ending) and len(base) >= 3 and re.search(r"[aeiouy]", base):
            return base[:-1] if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "lsz" else base
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def overlap(question: Iterable[str], passage: Iterable[str]) -> float:
    """Share of the question's distinct terms that the passage has, 0 to 1."""
    wanted, there = set(question), set(passage)
    return len(wanted & there) / len(wanted) if wanted else 0.0
