"""What customers did, by customer and by product: who bought what and when, for rules and reasons. No model learns from it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Interaction, InteractionKind

_KINDS = {kind: number for number, kind in enumerate(InteractionKind)}
_BOUGHT = _KINDS[InteractionKind.BOUGHT]
_HOUR_S = 3600.0
_LOOKED = [_KINDS[kind] for kind in (InteractionKind.VIEWED, InteractionKind.CLICKED, InteractionKind.ASKED)]

Places = NDArray[np.int32]


class Past:
    """Events as arrays, made of them when somebody first asks: a million take 17 MB."""

    def __init__(self, interactions: Callable[[], Iterable[Interaction]], catalogue: Catalogue) -> None:
        self._interactions, self._catalogue = interactions, catalogue
        self._since = lru_cache(4)(self._counted_since)

    def bought(self, customer_id: str) -> dict[int, float]:
        """Place of a product -> when it was last bought, in seconds since 1970."""
        return self._last(customer_id, [_BOUGHT])

    def looked_at(self, customer_id: str) -> dict[int, float]:
        """Likewise of what was looked at, clicked or asked about."""
        return self._last(customer_id, _LOOKED)

    def buyers(self, place: int) -> Places:
        """Who bought a product, as numbers in order, each once."""
        starts, buyers = self._buyers
        found: Places = buyers[starts[place] : starts[place + 1]]
        return found

    def buyers_since(self, at: float) -> NDArray[np.int64]:
        """[products] How many customers bought each since then, to the hour; counted once an hour."""
        return self._since(max(0.0, at) // _HOUR_S * _HOUR_S)

    def _counted_since(self, at: float) -> NDArray[np.int64]:
        customers, places, kinds, times = self._columns
        chosen = (kinds == _BOUGHT) & (times >= at)
        width = len(self._numbers) + 1
        pairs = np.unique(places[chosen].astype(np.int64) * width + customers[chosen])
        return np.bincount(pairs // width, minlength=len(self._catalogue))

    def number(self, customer_id: str) -> int:
        """The number of a customer among `buyers`; -1 where nothing is known of them."""
        return self._numbers.get(customer_id, -1)

    @cached_property
    def customers(self) -> int:
        """How many have bought anything."""
        return len(np.unique(self._buyers[1]))

    def _last(self, customer_id: str, kinds: list[int]) -> dict[int, float]:
        number = self.number(customer_id)
        if number < 0:
            return {}
        starts, order = self._of_customers
        rows = order[starts[number] : starts[number + 1]]
        _, places, of_kind, times = self._columns
        found: dict[int, float] = {}
        for row in rows[np.isin(of_kind[rows], kinds)].tolist():
            found[int(places[row])] = max(float(times[row]), found.get(int(places[row]), 0.0))
        return found

    @property
    def _numbers(self) -> dict[str, int]:
        return self._read[0]

    @property
    def _columns(self) -> tuple[Places, Places, NDArray[np.int8], NDArray[np.float64]]:
        """Customer, product, kind and time of every event of a product that is sold."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[dict[str, int], tuple[Places, Places, NDArray[np.int8], NDArray[np.float64]]]:
        numbers: dict[str, int] = {}
        customers, places, kinds, times = array("i"), array("i"), array("b"), array("d")
        for event in self._interactions():
            if event.product_id not in self._catalogue:
                continue
            customers.append(numbers.setdefault(event.customer_id, len(numbers)))
            places.append(self._catalogue.place(event.product_id))
            kinds.append(_KINDS[event.kind])
            times.append(event.at.timestamp())
        arrays = np.array(customers, np.int32), np.array(places, np.int32), np.array(kinds, np.int8), np.array(times)
        return numbers, arrays

    @cached_property
    def _of_customers(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """(From where on a customer's rows stand, the rows by customer)."""
        customers = self._columns[0]
        order = np.argsort(customers, kind="stable")
        return np.searchsorted(customers[order], np.arange(len(self._numbers) + 1)), order

    @cached_property
    def _buyers(self) -> tuple[NDArray[np.intp], Places]:
        customers, places, kinds, _ = self._columns
        chosen = kinds == _BOUGHT
        width = len(self._numbers) + 1
        pairs = np.unique(places[chosen].astype(np.int64) * width + customers[chosen])
        starts = np.searchsorted(pairs // width, np.arange(len(self._catalogue) + 1))
        return starts, (pairs % width).astype(np.int32)
