"""What somebody of whom nothing is known gets: the yardstick of a trial, whatever model the shop serves."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.seams import Recommender, Relation
from retrieval.types import Recommendation, Where


class Strangers:
    """A Recommender over another that tells it neither who asks nor what is at hand: what is left is what everybody likes."""

    def __init__(self, model: Recommender) -> None:
        self._model = model

    def recommend(
        self,
        customer_id: str | None,
        *,
        k: int = 5,
        near: Sequence[str] = (),
        where: Where | None = None,
        relation: Relation = "for_you",
    ) -> list[Recommendation]:
        known = set(near)
        wide = self._model.recommend(None, k=k + len(known), where=where)
        return [one for one in wide if one.product_id not in known][:k]
