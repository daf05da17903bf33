"""The models learn the obvious, forget who is gone, and say the same after a kill, a reload and a second training."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.types import Interaction, InteractionKind
from retrieval.errors import NoRecommender, TooFewEvents
from retrieval.recommend import folder
from retrieval.recommend.checkpoints import Checkpoints
from retrieval.recommend.counting import before, each, had
from retrieval.recommend.fitting import Lesson, counted, fit, place_of, scored
from retrieval.recommend.histories import Histories, held_back
from retrieval.recommend.linear import Linear, LinearPlan, rows_of
from tests.retrieval.recommend.ring import ITEMS, SMALL, counting, given, ring

NOW = datetime(2026, 11, 1, tzinfo=UTC)
pytest.importorskip("scipy", reason="the [train] extra isn't installed")


def event(customer: str, item: str, kind: str = "bought", days: int = 0) -> Interaction:
    return Interaction(customer, item, InteractionKind(kind), NOW + timedelta(days=days))


def test_a_history_is_in_order_of_time_whatever_the_order_of_the_file() -> None:
    made = Histories.of_events(
        [event("a", "y", days=2), event("a", "x", days=1), event("a", "nobody sells it")], ["x", "y"]
    )
    assert made.of(0).tolist() == [0, 1]


def test_what_was_refused_or_given_back_is_not_in_the_history() -> None:
    events = [event("a", "x"), event("a", "y", days=1), event("a", "x", "returned", 2), event("a", "z", "shown", 3)]
    assert Histories.of_events(events, ["x", "y", "z"]).of(0).tolist() == [1]


def test_what_is_held_back_is_the_last_event_of_whom_it_was_drawn() -> None:
    whole = ring()
    aside = held_back(whole, share=0.2, most=50, seed=1)
    less = whole.less_last(aside)
    assert aside.sum() == 50
    assert (whole.lengths - less.lengths == aside).all()
    assert all(less.of(c).tolist() == whole.of(c)[:-1].tolist() for c in np.flatnonzero(aside))


@pytest.mark.parametrize("order", [0.0, 0.4])
def test_the_linear_model_is_the_closed_form(order: float) -> None:
    histories, plan = ring(customers=60, items=12), LinearPlan(ridge=20, order=order)
    x = had(histories).toarray().astype(np.float64)
    past, now = before(histories, fades=plan.fades, reach=plan.reach).toarray(), each(histories).toarray()
    inverse = np.linalg.inv((1 - order) * x.T @ x + order * past.T @ past + 20 * np.eye(12))
    free = inverse @ ((1 - order) * x.T @ x + order * past.T @ now)
    expected = free - inverse * (np.diag(free) / np.diag(inverse))
    assert np.abs(np.stack(list(rows_of(histories, plan))) - expected).max() < 1e-5


def test_a_rare_item_is_left_to_counting_and_shifts_no_other() -> None:
    rows = {f"c{n}": [0, 2, 3] for n in range(9)} | {"rare": [1, 0]}
    links = Linear.fit(Histories.of_rows(rows, list("abcd")), LinearPlan(ridge=1, least=2)).links
    assert links.row(1)[0].size == 0
    assert set(links.row(0)[0].tolist()) <= {2, 3}
    assert 3 in links.row(2)[0]
    assert 1 not in links.to


@pytest.mark.parametrize("name", ["linear", "steps"])
def test_each_model_alone_knows_what_comes_next_on_a_ring(name: str) -> None:
    blend = counted(given(ring()), counting(), Checkpoints(), lambda *_: None).only(name)
    lessons = [Lesson(np.array([(i - 1) % ITEMS, i], dtype=np.int32), (i + 1) % ITEMS) for i in range(ITEMS)]
    assert [place_of(blend, one) for one in lessons] == [0] * ITEMS


def test_an_item_that_nobody_has_had_is_found_by_its_text() -> None:
    histories = ring()
    new = histories.where(histories.places != 7)
    blend = counted(given(new), counting(), Checkpoints(), lambda *_: None)
    assert not blend.known[7]
    hidden = np.isin(np.arange(ITEMS), [7, 20, 30])
    assert blend.ranked(np.array([4, 5, 6], dtype=np.int32), hidden, 1)[0][0] == 7


def test_limits_are_kept_and_all_that_is_allowed_is_given() -> None:
    blend = counted(given(ring()), counting(), Checkpoints(), lambda *_: None)
    allowed = np.isin(np.arange(ITEMS), [3, 17])
    assert {item for item, _ in blend.ranked(np.array([1, 2], dtype=np.int32), allowed, 5)} == {3, 17}
    assert len(blend.ranked(np.zeros(0, dtype=np.int32), ~allowed, 5)) == 5


def test_too_few_customers_teach_nothing() -> None:
    with pytest.raises(TooFewEvents, match="5 customers"):
        fit(given(ring(customers=5)), SMALL, checkpoints=Checkpoints())


def test_everything_together_is_learned_saved_and_served_without_torch(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the [train] extra isn't installed")
    made = fit(given(ring()), SMALL, checkpoints=Checkpoints(tmp_path / "work"))
    assert made.blend.parts == ("linear", "sequence", "steps", "together", "content", "popularity")
    assert made.blend.ranker is not None
    assert made.score["hr@10"] == 1.0
    folder.save(made.blend, tmp_path / "model", {"score": made.score}, folder.hashes(["a"]))
    again = folder.load(tmp_path / "model")
    assert scored(again, made.judged) == scored(made.blend, made.judged)
    resumed = fit(given(ring()), SMALL, checkpoints=Checkpoints(tmp_path / "work"))
    fresh = fit(given(ring()), SMALL, checkpoints=Checkpoints())
    history, allowed = np.array([5, 6], dtype=np.int32), np.ones(ITEMS, dtype=np.bool_)
    assert resumed.blend.ranked(history, allowed, 5) == made.blend.ranked(history, allowed, 5)
    assert fresh.epochs == made.epochs


def test_a_folder_that_is_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(NoRecommender, match=r"card\.json"):
        folder.load(tmp_path)
