"""What a correct reply tells and another text hasn't: so that the template says the rest, and says nothing twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from bot.types import Findings
from bot.writing.sentences import is_line, split
from retrieval.text import content_words, normalise

_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_PLACE = re.compile(r"^\s*\d{1,3}[.)、]\s*")
_ADDRESS = re.compile(r"https?://\S+|[\w.+-]+@[\w-]+\.[\w.-]*\w")
_SAME = 0.6
"""Share of a sentence's content words that another text has to hold to have told it."""


def answers(said: str, findings: Findings, lines: Sequence[str]) -> bool:
    """Whether a finished text tells at least one of the facts that were asked for."""
    asked = findings.values.get("asked", "")
    told = (
        [findings.answer]
        if findings.answer
        else [p.attributes[asked] for p in findings.products if asked in p.attributes]
    )
    wanted = set[str]().union(*(_marks(text, findings) for text in told or lines if not _is_head(text)))
    return not wanted or bool(wanted & _marks(said, findings)) or any(_resemble(text, said) for text in told)


def untold(said: str, findings: Findings, pieces: Sequence[str]) -> list[str]:
    """Those of the template's pieces whose facts aren't all in `said`. A table is told row by row, under its own head."""
    marks = _marks(said, findings)
    left = {piece for piece in pieces if _is_left(piece, said, marks, findings)}
    head = [piece for piece in pieces if _is_row(piece)][:2] if any(map(_is_row, left)) else []
    return [piece for piece in pieces if piece in left or piece in head]


def instead(stopped: Iterable[str], findings: Findings, pieces: Sequence[str]) -> list[str]:
    """Those of the pieces that speak of what stopped sentences spoke of: the same product, or mostly the same words."""
    titles = {normalise(product.title) for product in findings.products}
    wanted = [(_marks(sentence, findings) & titles, _words(sentence)) for sentence in stopped]
    return [
        piece
        for piece in pieces
        if any(
            named & _marks(piece, findings) or len(words & _words(piece)) > len(words) / 3 for named, words in wanted
        )
    ]


def _is_left(line: str, said: str, marks: set[str], findings: Findings) -> bool:
    if not line.strip() or set(line) <= set("|-: \n"):
        return False
    wanted = _marks(line, findings) - ({str(len(findings.products))} if _is_head(line) else set())
    if wanted:
        return not wanted <= marks
    return not _is_head(line) and not any(_resemble(line, one) for one in split(said))


def _marks(text: str, findings: Findings) -> set[str]:
    """What a text can be recognised by: its numbers, addresses and products. A place in a list is none."""
    plain = "\n".join(_PLACE.sub("", line) for line in normalise(text).split("\n"))
    titles = {title for product in findings.products if (title := normalise(product.title)) in plain}
    for title in titles:
        plain = plain.replace(title, " ")
    addresses = {match.group() for match in _ADDRESS.finditer(plain)}
    numbers = {str(Decimal(match.group().replace(",", "")).normalize()) for match in _NUMBER.finditer(plain)}
    return titles | addresses | numbers


def _resemble(one: str, other: str) -> bool:
    words = _words(one)
    return bool(words) and len(words & _words(other)) >= _SAME * len(words)


def _words(text: str) -> set[str]:
    return set(content_words(normalise(text)))


def _is_head(line: str) -> bool:
    """`I found 3 that fit:` tells nothing by itself."""
    return line.rstrip().endswith((":", "：")) and not is_line(line)


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|")
