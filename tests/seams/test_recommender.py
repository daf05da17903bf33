"""The contract of Recommender, for every implementation."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest

from knowledge_base.catalogue import Catalogue
from knowledge_base.recommending import Rules
from knowledge_base.types import Interaction, InteractionKind, Product
from retrieval.recommend.checkpoints import Checkpoints
from retrieval.recommend.content import ContentPlan
from retrieval.recommend.fitting import Given, Plan, counted
from retrieval.recommend.histories import Histories
from retrieval.recommend.learned import Learned
from retrieval.recommend.neighbours import Neighbours
from retrieval.recommend.opening import over
from retrieval.recommend.past import Past
from retrieval.recommend.ruled import Ruled
from retrieval.recommend.texts import Shelf
from retrieval.seams import Recommender, Relation
from retrieval.types import Where
from tests.fakes import WordEmbedder

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def product(
    id: str, title: str, price: str, stock: int | None, category: str, goes_with: tuple[str, ...] = ()
) -> Product:
    return Product(id, title, "", category, Decimal(price), "USD", stock, goes_with=goes_with)


CATALOGUE = Catalogue(
    [
        product("dripper", "Dripper", "9.50", 9, "Coffee", ("filters",)),
        product("filters", "Paper filters", "6.50", 99, "Coffee"),
        product("kettle", "Kettle", "49.00", 3, "Coffee"),
        product("gone", "Golden dripper", "99.00", 0, "Coffee"),
        product("scarf", "Scarf", "59.00", None, "Clothing"),
    ]
)
BOUGHT = [
    ("a", "dripper"),
    ("a", "kettle"),
    ("b", "dripper"),
    ("b", "kettle"),
    ("c", "scarf"),
    ("c", "gone"),
    ("b", "gone"),
]
EVENTS = [Interaction(customer, item, InteractionKind.BOUGHT, NOW) for customer, item in BOUGHT]


@pytest.fixture(params=["neighbours", "without events", "ruled", "learned", "learned elsewhere"])
def recommender(request: pytest.FixtureRequest) -> Recommender:
    if request.param.startswith("learned"):
        pytest.importorskip("scipy", reason="the [train] extra isn't installed")
        return _learned(EVENTS if request.param == "learned" else [])
    model = Neighbours([] if request.param == "without events" else EVENTS, CATALOGUE)
    return Ruled(model, Rules(), CATALOGUE, Past(lambda: EVENTS, CATALOGUE), {}) if request.param == "ruled" else model


def _learned(events: list[Interaction]) -> Recommender:
    """Trained before the kettle was sold; without events here, on what other customers did."""
    shelf = Shelf.of_catalogue(CATALOGUE)
    sold = [i for i in shelf.ids if i != "kettle"]
    histories = Histories.of_events(EVENTS, sold)
    plan = Plan(models=("linear", "steps", "together", "content"), content=ContentPlan(width=4, kin=2))
    vectors = WordEmbedder().embed([shelf.texts[shelf.ids.index(i)] for i in sold])
    given = Given(histories, np.full(len(sold), -1, np.int32), vectors)
    blend = counted(given, plan, Checkpoints(), lambda *_: None)
    return Learned(over(blend, shelf, WordEmbedder()), CATALOGUE, Neighbours(events, CATALOGUE), events)


RELATIONS: tuple[Relation, ...] = ("for_you", "similar", "goes_with", "replacement")


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("customer", [None, "a", "nobody"])
def test_never_what_is_sold_out_nor_what_is_at_hand_and_no_product_twice(
    recommender: Recommender, relation: Relation, customer: str | None
) -> None:
    picks = recommender.recommend(customer, k=10, near=("dripper",), relation=relation)
    ids = [pick.product_id for pick in picks]
    assert not {"gone", "dripper"} & set(ids)
    assert len(set(ids)) == len(ids)
    assert [pick.score for pick in picks] == sorted((pick.score for pick in picks), reverse=True)
    assert all(pick.because for pick in picks)


@pytest.mark.parametrize("k", [0, 1, 2])
def test_never_more_than_asked_for(recommender: Recommender, k: int) -> None:
    assert len(recommender.recommend(None, k=k)) <= k


def test_all_are_within_the_limits(recommender: Recommender) -> None:
    assert {pick.product_id for pick in recommender.recommend(None, k=9, where=Where(price_to=Decimal(10)))} == {
        "dripper",
        "filters",
    }
    assert {
        pick.product_id for pick in recommender.recommend(None, k=9, where=Where(categories=frozenset({"clothing"})))
    } == {"scarf"}
    assert {pick.product_id for pick in recommender.recommend(None, k=9, where=Where(in_stock=True))} == {
        "dripper",
        "filters",
        "kettle",
    }


def test_what_is_unknown_is_no_error(recommender: Recommender) -> None:
    assert isinstance(recommender.recommend("nobody", near=("no such product",), relation="similar"), list)


def test_reasons_are_true() -> None:
    picks = {
        pick.product_id: pick.because
        for pick in Neighbours(EVENTS, CATALOGUE).recommend(None, near=("dripper",), relation="goes_with")
    }
    assert picks == {"kettle": ("bought_together", "dripper", "2"), "filters": ("goes_with", "dripper")}


def test_what_a_customer_has_is_not_offered_again() -> None:
    ids = {pick.product_id for pick in Neighbours(EVENTS, CATALOGUE).recommend("a", k=9)}
    assert not {"dripper", "kettle"} & ids
