"""Which recommender a customer gets: that of their arm in the shop's trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.behaviour import person_of
from bot.trial import DEFAULT, HELD_OUT, Trial
from retrieval.index import Generation
from retrieval.recommend.strangers import Strangers
from retrieval.seams import Recommender

ModelOf = Callable[[Generation], Recommender]
MODELS: Mapping[str, ModelOf] = {
    DEFAULT: lambda generation: generation.recommender,
    "popular": lambda generation: Strangers(generation.recommender),
}
"""Models that a trial may name."""


@dataclass(frozen=True, slots=True)
class Advice:
    """`models` has one for each name in the trial."""

    trial: Trial = field(default_factory=Trial)
    models: Mapping[str, ModelOf] = field(default_factory=lambda: MODELS)

    def arm(self, customer_id: str | None, conversation_id: str) -> str:
        return self.trial.arm(person_of(customer_id, conversation_id))

    def recommender(self, arm: str, generation: Generation) -> Recommender:
        return self.models["popular" if arm == HELD_OUT else arm](generation)

    def is_given(self, arm: str) -> bool:
        """Whether any recommendation is."""
        return arm != HELD_OUT or self.trial.shows == "popular"
