"""How long a recommendation takes over a catalogue of the items, one thread, rules of a shop included."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from eval.recommend.data import Cases, Tested
from knowledge_base.catalogue import Catalogue
from knowledge_base.recommending import Boost, Consumable, Margin, Rules, Which
from knowledge_base.types import Interaction, InteractionKind, Product
from retrieval.recommend.blend import Blend
from retrieval.recommend.learned import Learned
from retrieval.recommend.neighbours import Neighbours
from retrieval.recommend.past import Past
from retrieval.recommend.ruled import Ruled
from retrieval.seams import Recommender
from retrieval.types import Where

_ASKED = 1_000
_WARM = 50
_START = datetime(2026, 1, 1, tzinfo=UTC)


def measured(blend: Blend, cases: Cases) -> dict[str, Any]:
    """Milliseconds of recommendations for known customers, for anonymous histories, and within limits."""
    catalogue, events = _shop(cases)
    recommender = _recommender(blend, catalogue, events)
    chosen = [
        cases.tested[i] for i in np.linspace(0, len(cases.tested) - 1, min(_ASKED, len(cases.tested))).astype(int)
    ]
    for one in chosen[:_WARM]:
        recommender.recommend(one.user, k=5)
    with threadpool_limits(limits=1):
        ways = _ways(recommender, chosen, cases)
    every = np.concatenate([np.array(times) for times in ways.values()])
    told = {name: {"p50_ms": _at(times, 50), "p99_ms": _at(times, 99)} for name, times in ways.items()}
    return {"products": len(catalogue), "asked": len(every), "p50_ms": _at(every, 50), "p99_ms": _at(every, 99), **told}


def _ways(recommender: Recommender, chosen: Sequence[Tested], cases: Cases) -> dict[str, list[float]]:
    cheap = Where(price_to=Decimal(30), in_stock=True)
    return {
        "known customer": [_ms(lambda one=one: recommender.recommend(one.user, k=5)) for one in chosen],
        "anonymous": [_ms(lambda one=one: recommender.recommend(None, k=5, near=_ids(one, cases)[-5:])) for one in chosen],
        "within limits": [_ms(lambda one=one: recommender.recommend(one.user, k=5, where=cheap)) for one in chosen],
    }  # fmt: skip


def _recommender(blend: Blend, catalogue: Catalogue, events: Sequence[Interaction]) -> Recommender:
    learned = Learned(blend, catalogue, Neighbours(events, catalogue), events)
    return Ruled(learned, rules_of(catalogue), catalogue, Past(lambda: events, catalogue), {})


def rules_of(catalogue: Catalogue) -> Rules:
    """Some of every kind, about a tenth of the products in all, in the catalogue's order, which is a shuffled one."""
    ids = iter(catalogue.order)

    def some(where: str, share: float) -> Which:
        return Which(where, tuple(islice(ids, max(1, int(share * len(catalogue))))))

    return Rules(
        pin=(some("pin.0", 0.0001),), hide=(some("hide.0", 0.01),), boosts=(Boost(some("boost.0", 0.03), 1.5), Boost(some("boost.1", 0.03), 0.5)),
        consumables=(Consumable(some("consumable.0", 0.01), 30.0),), margins=(Margin(some("margin.0", 0.03), 0.4),), margin_weight=0.3,
    )  # fmt: skip


def _shop(cases: Cases) -> tuple[Catalogue, list[Interaction]]:
    """The items as products, priced and stocked by a seed, and every history as purchases a day apart."""
    chance = np.random.default_rng(1)
    prices, stocks = chance.integers(500, 9000, len(cases.shelf.ids)), chance.integers(0, 20, len(cases.shelf.ids))
    products = [
        Product(i, text, "", "", Decimal(int(price)) / 100, "USD", int(stock))
        for i, text, price, stock in zip(cases.shelf.ids, cases.shelf.texts, prices, stocks, strict=True)
    ]
    histories = cases.histories
    events = [
        Interaction(
            user.partition(":")[2], histories.items[place], InteractionKind.BOUGHT, _START + timedelta(days=day)
        )
        for row, user in enumerate(histories.customers)
        for day, place in enumerate(histories.of(row).tolist())
    ]
    return Catalogue(products), events


def _ids(one: Tested, cases: Cases) -> list[str]:
    return [cases.shelf.ids[place] for place in one.history.tolist()]


def _ms(call: Any) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _at(times: Any, share: int) -> float:
    return round(float(np.percentile(times, share)), 2)
