"""What the findings state, piece by piece: clauses, amounts, days and hours, each with the product that it is said of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.writing.facts.amounts import Amount
from bot.writing.facts.clock import Moment
from bot.writing.facts.reading import Clause
from bot.writing.facts.times import Day


@dataclass(frozen=True, slots=True)
class Fact:
    """A clause of the findings; `subject` is the product that it is said of, empty where of none. `wide` is all that its sentence says."""

    subject: str
    clause: Clause
    wide: frozenset[str]
    text: str
    claim: bool = False
    """Whether it is the yes or no of an attribute."""
    named: frozenset[str] = frozenset()
    """Ids of the attribute's name, of which its value alone tells whether it is so: `waterproof` of `water-repellent`."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An amount in the findings with the words beside it (`near`) and in its sentence and headings (`wide`)."""

    amount: Amount
    subject: str
    near: Mapping[str, float]
    """Id -> how near it stands, up to 1."""
    wide: frozenset[str]
    text: str
    role: str = ""
    """`price`, `before`, `stock` of the catalogue's own figures, `address` of the shop's contacts."""


@dataclass(frozen=True, slots=True)
class When:
    """A day or hour in the findings, with the words beside it."""

    what: Day | Moment
    near: Mapping[str, float]
    wide: frozenset[str]
    text: str
