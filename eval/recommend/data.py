"""Items and users from files to arrays, so that no tested target is ever learned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from eval.benchmarks.corpora import rows
from eval.errors import BadRow, NothingToDo
from retrieval.recommend.histories import Histories, Places
from retrieval.recommend.texts import LONGEST, Shelf

Half = Literal["tune", "hold", "all"]


@dataclass(frozen=True, slots=True)
class Tested:
    """A customer whose next item is known to us alone."""

    user: str
    history: Places
    target: int


@dataclass(frozen=True, slots=True)
class Cases:
    """`histories` may be learned, the tested customers' among them; `tested` are who is measured."""

    shelf: Shelf
    histories: Histories
    tested: tuple[Tested, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    user: str
    history: list[int]
    target: int | None
    times: list[int] | None
    line: int


def read(items: Path, users: Path, train: Path | None = None, *, half: Half = "all", most: int | None = None) -> Cases:
    """Raises BadRow, and NothingToDo where nobody is tested.

    Items are shuffled first: files are often numbered by who came first, which would tell what comes next. `most` tested users are
    taken, spread over the file; everybody's history is learned.
    """
    shelf = _shelf(items)
    place = {item: at for at, item in enumerate(shelf.ids)}
    asked = list(_rows(users, place))
    more = list(_rows(train, place)) if train else []
    learned = _learned(shelf.ids, asked, more, train)
    chosen = [row for row in asked if row.target is not None and half in ("all", half_of(row.user))]
    if most is not None and len(chosen) > most:
        chosen = [chosen[i] for i in np.linspace(0, len(chosen) - 1, most).astype(int)]
    if not chosen:
        raise NothingToDo(f"{users} has no user with a target" + ("" if half == "all" else f" in the half {half}"))
    tested = [Tested(row.user, np.array(row.history, dtype=np.int32), int(row.target or 0)) for row in chosen]
    return Cases(shelf, learned, tuple(tested))


def half_of(user: str) -> Half:
    """Choices are made on one half of the users, figures told of the other; the name alone decides."""
    return "tune" if sha256(user.encode()).digest()[0] % 2 else "hold"


def by_time(cases: Cases, *, share: float = 0.9) -> Cases:
    """Only what happened before a moment is learned; whoever did something after it is asked for the first of that.

    The moment has `share` of all events before it. Raises NothingToDo where the file has no times.
    """
    histories = cases.histories
    if histories.at is None:
        raise NothingToDo("the file has no times; give each user `times`, seconds since 1970, one an item")
    cut = int(np.quantile(histories.at, share))
    before = histories.where(histories.at < cut)
    tested = []
    for row, user in enumerate(histories.customers):
        whole, at = histories.of(row), histories.at[histories.starts[row] : histories.starts[row + 1]]
        later = np.flatnonzero(at >= cut)
        if len(later) and later[0] > 0:
            tested.append(Tested(user, whole[: later[0]], int(whole[later[0]])))
    return replace(cases, histories=before, tested=tuple(tested))


def without(cases: Cases, hidden: NDArray[np.bool_]) -> Cases:
    """As if nobody had ever had the hidden items; only who went on to one of them is asked."""
    histories = cases.histories.where(~hidden[cases.histories.places])
    tested = [replace(one, history=one.history[~hidden[one.history]]) for one in cases.tested if hidden[one.target]]
    return replace(cases, histories=histories, tested=tuple(one for one in tested if len(one.history)))


def _learned(items: Sequence[str], asked: Sequence[_Row], more: Sequence[_Row], train: Path | None) -> Histories:
    """Everybody's history, and the targets of those who aren't tested."""
    tested = {row.user: row for row in asked}
    had = {f"tested:{row.user}": row.history for row in asked}
    times = {f"tested:{row.user}": row.times for row in asked}
    for row in more:
        whole = [*row.history, *([] if row.target is None else [row.target])]
        known = tested.get(row.user)
        if known is not None and train is not None:
            if known.target in whole:
                raise BadRow(
                    train, row.line, f"user {row.user!r} is tested, and this line tells what comes next; leave it out"
                )
            continue
        had[f"train:{row.user}"], times[f"train:{row.user}"] = whole, row.times
    made = Histories.of_rows(had, items)
    if any(stamps is None for stamps in times.values()):
        return made
    at = [at for user, stamps in times.items() for at in _all_times(stamps or [], len(had[user]))]
    return replace(made, at=np.array(at, dtype=np.int64))


def _all_times(stamps: Sequence[int], events: int) -> list[int]:
    """A target without a time of its own comes right after what was before it."""
    return [*stamps, *([stamps[-1] if stamps else 0] * (events - len(stamps)))]


def _rows(file: Path, place: Mapping[str, int]) -> Iterator[_Row]:
    seen: set[str] = set()
    for line, raw in rows(file):
        if not isinstance(raw.get("history"), list) or "user" not in raw:
            raise BadRow(file, line, 'a user is {"user", "history": [item ids, oldest first], "target": item id}')
        user, ids = str(raw["user"]), [str(i) for i in raw["history"]]
        target = None if raw.get("target") is None else str(raw["target"])
        if user in seen:
            raise BadRow(file, line, f"user {user!r} stands there twice; a history is one line")
        seen.add(user)
        for item in (*ids, *([] if target is None else [target])):
            if item not in place:
                raise BadRow(file, line, f"there is no item {item!r} in the file of items")
        if target in ids:
            raise BadRow(file, line, f"the target {target!r} is in the history; what was had already isn't asked for")
        times = raw.get("times")
        if times is not None and (len(times) != len(ids) or sorted(times) != times):
            raise BadRow(
                file, line, "`times` are seconds since 1970, one an item of the history, none before the one before it"
            )
        once = dict(zip(reversed(ids), reversed(times or [0] * len(ids)), strict=True))
        kept = list(reversed(once.items()))
        stamps = [int(at) for _, at in kept] if times is not None else None
        yield _Row(user, [place[i] for i, _ in kept], None if target is None else place[target], stamps, line)


def _shelf(file: Path) -> Shelf:
    found = list(rows(file))
    for line, raw in found:
        if "item_id" not in raw or not isinstance(raw.get("title"), str):
            raise BadRow(file, line, 'an item is {"item_id", "title"}, optionally "category" and "description"')
    ids = [str(raw["item_id"]) for _, raw in found]
    if len(set(ids)) < len(ids):
        twice = next(i for n, i in enumerate(ids) if i in ids[:n])
        raise BadRow(file, found[-1][0], f"the item {twice!r} stands there twice")
    order = np.random.default_rng(11).permutation(len(ids))
    texts = [_text(raw) for _, raw in found]
    categories = [str(raw.get("category") or "") for _, raw in found]
    return Shelf.of([ids[i] for i in order], [texts[i] for i in order], [categories[i] for i in order])


def _text(raw: Mapping[str, Any]) -> str:
    parts = (raw["title"], raw.get("category"), raw.get("brand"), str(raw.get("description") or "")[:LONGEST])
    return ". ".join(str(part) for part in parts if part)
