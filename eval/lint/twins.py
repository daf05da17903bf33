"""One entry in two languages: the same figures, contacts and sides of a question, and no sentence in one alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

import numpy as np

from eval.lint.figures import Figure, figures, lacking
from eval.lint.links import named
from eval.lint.types import Entry, Problem, Texts
from retrieval.seams import Embedder

_KINDS = frozenset({"duration", "weight", "volume", "length", "power", "money", "percent", "unit", "age", "area"})
"""What products are compared in: bare numbers and hours stand in one language's words alone too often."""
_FEWEST = 10
"""Pairs of entries below which it isn't known how long a text of one language is in the other."""
_FAR = 2.6
"""Standard deviations from the usual ratio of lengths beyond which something is taken to be missing."""
_LEAST_SPREAD = 0.1
_WORD = re.compile(r"[A-Za-z0-9@.+-]+|[\u3400-\u9fff]")


def check(texts: Texts, embedder: Embedder) -> Iterator[Problem]:
    for one, other in texts.twins():
        for mine, theirs in ((one, other), (other, one)):
            yield from _figures(mine, theirs, texts)
            yield from _contacts(mine, theirs)
            yield from _sides(mine, theirs)
    yield from _alone([pair for pair in texts.twins() if pair[0].source != "product"], embedder)


def _figures(mine: Entry, theirs: Entry, texts: Texts) -> Iterator[Problem]:
    ours, others = figures(mine, texts.today), figures(theirs, texts.today)
    for figure in lacking(ours, others):
        if mine.source == "product" and figure.kind not in _KINDS:
            continue
        instead = _instead(figure, lacking(others, ours))
        if mine.source == "product" and not instead:
            continue
        told = f", {theirs.locale} {instead}" if instead else f", which {theirs.locale} doesn't"
        yield mine.problem("figures-differ", figure.line, f"{mine.locale} says {figure.text}{told}")


def _instead(figure: Figure, others: Sequence[Figure]) -> str:
    return next((other.text for other in others if other.kind == figure.kind), "")


def _contacts(mine: Entry, theirs: Entry) -> Iterator[Problem]:
    others = {contact.text for contact in named(theirs)}
    for contact in named(mine):
        if contact.kind != "code" and contact.text not in others:
            says = f"{mine.locale} names {contact.text}, which {theirs.locale} doesn't"
            yield mine.problem("dead-link", contact.text, says)


def _sides(mine: Entry, theirs: Entry) -> Iterator[Problem]:
    """A side of a question that one language takes and the other doesn't: `larger`, 小一码."""
    for name, sides in opposites().items():
        ours = {side for side, pattern in sides.items() if pattern.search(mine.text)}
        others = {side for side, pattern in sides.items() if pattern.search(theirs.text)}
        if ours and others and (extra := ours - others):
            says = f"{name}: {mine.locale} says {' and '.join(sorted(ours))}, {theirs.locale} {' and '.join(sorted(others))}"
            match = sides[min(extra)].search(mine.text)
            yield mine.problem("words-differ", match.group() if match else mine.text, says)


@cache
def opposites() -> Mapping[str, Mapping[str, re.Pattern[str]]]:
    told = tomllib.loads(files("eval.lint").joinpath("opposites.toml").read_text(encoding="utf-8"))
    return {
        name: {side: re.compile("|".join(words), re.IGNORECASE) for side, words in sides.items()}
        for name, sides in told.items()
    }


def _alone(pairs: Sequence[tuple[Entry, Entry]], embedder: Embedder) -> Iterator[Problem]:
    """What one language says and the other doesn't: of an entry that is much longer than its length in the other
    language lets expect, the sentence that is least near to the other's."""
    if len(pairs) < _FEWEST:
        return
    lengths = np.log([_length(one, other) / _length(other, one) for one, other in pairs])
    middle = np.median(lengths)
    spread = 1.4826 * np.median(np.abs(lengths - middle))
    for (one, other), far in zip(pairs, (lengths - middle) / max(spread, _LEAST_SPREAD), strict=True):
        if abs(far) > _FAR:
            longer, shorter = (one, other) if far > 0 else (other, one)
            near = (embedder.embed(longer.lines) @ embedder.embed(shorter.lines or [shorter.heading]).T).max(axis=1)
            text = longer.lines[int(near.argmin())]
            yield shorter.problem(
                "unanswered", shorter.text, f"{longer.locale} says more, and {shorter.locale} may lack: {text}"
            )


def _length(entry: Entry, other: Entry) -> int:
    """Letters of the words that don't stand in the other text as they are."""
    return 1 + sum(len(word) for word in _WORD.findall(entry.text) if word not in other.text)
