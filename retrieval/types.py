"""What a search asks for and what it finds. `Where` stands with the catalogue, which chooses by it."""

from __future__ import annotations

from dataclasses import dataclass, field

from knowledge_base.types import Passage
from knowledge_base.where import Choice as Choice
from knowledge_base.where import Measure as Measure
from knowledge_base.where import MeasureKind as MeasureKind
from knowledge_base.where import Sort as Sort
from knowledge_base.where import Where as Where


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. `score` orders hits of one search; `found_by` names each retriever's own score."""

    passage: Passage
    score: float
    found_by: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A product put forward, and the true reason why (a key of the writer's wordings, then its values)."""

    product_id: str
    score: float
    because: tuple[str, ...]
    also: tuple[tuple[str, ...], ...] = ()
    """Further reasons that are true."""
