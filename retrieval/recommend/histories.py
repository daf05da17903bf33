"""What customers did, as arrays: every customer's items, oldest first. What models learn from; nothing here is learned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from knowledge_base.types import Interaction, InteractionKind

Places = NDArray[np.int32]
"""Places in `Histories.items`, of one customer oldest first."""
COUNTS = frozenset(
    {InteractionKind.CLICKED, InteractionKind.VIEWED, InteractionKind.ASKED, InteractionKind.CARTED, InteractionKind.BOUGHT}
)  # fmt: skip
"""What tells of a wish. To be shown something is none, and what was refused or returned is its contrary."""


@dataclass(frozen=True, slots=True)
class Histories:
    """`places[starts[i]:starts[i + 1]]` is customer i's history; `at` are seconds since 1970, None where no time is known."""

    items: tuple[str, ...]
    customers: tuple[str, ...]
    starts: NDArray[np.int64]
    places: Places
    at: NDArray[np.int64] | None = None

    @classmethod
    def of_events(cls, events: Iterable[Interaction], items: Sequence[str]) -> Histories:
        """Events in any order, those of products that aren't among `items` left out; a product counts once, where it came last.

        What a customer refused or gave back afterwards is not in the history.
        """
        known = {item: place for place, item in enumerate(items)}
        last: dict[str, dict[int, int]] = {}
        for event in sorted(events, key=lambda one: one.at):
            place = known.get(event.product_id)
            if place is None:
                continue
            mine = last.setdefault(event.customer_id, {})
            if event.kind in COUNTS or event.kind in (InteractionKind.REFUSED, InteractionKind.RETURNED):
                mine.pop(place, None)
            if event.kind in COUNTS:
                mine[place] = int(event.at.timestamp())
        kept = {customer: mine for customer, mine in sorted(last.items()) if mine}
        made = cls.of_rows({customer: list(mine) for customer, mine in kept.items()}, items)
        times = np.array([at for mine in kept.values() for at in mine.values()], dtype=np.int64)
        return cls(made.items, made.customers, made.starts, made.places, times)

    @classmethod
    def of_rows(cls, rows: Mapping[str, Sequence[int]], items: Sequence[str]) -> Histories:
        """Customer -> places of their items, oldest first."""
        lengths = np.fromiter((len(row) for row in rows.values()), dtype=np.int64, count=len(rows))
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        places = np.fromiter((place for row in rows.values() for place in row), dtype=np.int32, count=int(starts[-1]))
        return cls(tuple(items), tuple(rows), starts, places)

    def __len__(self) -> int:
        return len(self.customers)

    def of(self, customer: int) -> Places:
        return self.places[self.starts[customer] : self.starts[customer + 1]]

    @property
    def lengths(self) -> NDArray[np.int64]:
        return np.diff(self.starts)

    @property
    def owners(self) -> NDArray[np.int64]:
        """[events] Whose event it is."""
        return np.repeat(np.arange(len(self)), self.lengths)

    @property
    def back(self) -> NDArray[np.int64]:
        """[events] How many events of the same customer came after it."""
        return np.repeat(self.starts[1:], self.lengths) - 1 - np.arange(len(self.places))

    def where(self, events: NDArray[np.bool_]) -> Histories:
        """These events alone; every customer stays, if with nothing."""
        lengths = np.bincount(self.owners[events], minlength=len(self)).astype(np.int64)
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        times = None if self.at is None else self.at[events]
        return Histories(self.items, self.customers, starts, self.places[events], times)

    def less_last(self, customers: NDArray[np.bool_]) -> Histories:
        """Without the last event of these customers."""
        return self.where(~(customers[self.owners] & (self.back == 0)))

    @property
    def digest(self) -> str:
        """Equal exactly where items, customers, events and times are."""
        total = sha256("\n".join((*self.items, "", *self.customers)).encode())
        for part in (self.starts, self.places, self.at):
            total.update(b"-" if part is None else part.tobytes())
        return total.hexdigest()


def held_back(histories: Histories, *, share: float, most: int, seed: int, least: int = 3) -> NDArray[np.bool_]:
    """[customers] Whose last event is kept from training: a share of those with at least `least` events, at most so many."""
    able = np.flatnonzero(histories.lengths >= least)
    count = min(most, round(share * len(able)))
    chosen = np.random.default_rng(seed).choice(able, size=count, replace=False) if count else able[:0]
    mask = np.zeros(len(histories), dtype=np.bool_)
    mask[chosen] = True
    return mask
