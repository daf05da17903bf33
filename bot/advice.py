"""Which recommender a customer gets: that of their arm in the shop's trial."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.behaviour import person_of
from bot.trial import COUNTED, DEFAULT, HELD_OUT, POPULAR, Trial
from retrieval.index import Generation
from retrieval.recommend.strangers import Strangers
from retrieval.seams import Recommender

ModelOf = Callable[[Generation], Recommender]
_BUILT_IN: Mapping[str, ModelOf] = {
    DEFAULT: lambda generation: generation.recommender,
    COUNTED: lambda generation: generation.rivals[COUNTED],
    POPULAR: lambda generation: Strangers(generation.recommender),
}


@dataclass(frozen=True, slots=True)
class Advice:
    """`models` are those of its own making; every other arm is a trained model that the generation has under the arm's name."""

    trial: Trial = field(default_factory=Trial)
    models: Mapping[str, ModelOf] = field(default_factory=lambda: _BUILT_IN)

    def arm(self, customer_id: str | None, conversation_id: str) -> str:
        return self.trial.arm(person_of(customer_id, conversation_id))

    def recommender(self, arm: str, generation: Generation) -> Recommender:
        known = self.models.get(POPULAR if arm == HELD_OUT else arm)
        return known(generation) if known else generation.rivals[arm]

    def is_given(self, arm: str) -> bool:
        """Whether any recommendation is."""
        return arm != HELD_OUT or self.trial.shows == "popular"
