"""What customers feel about what, and since when: by product, category and the whole shop, by aspect, with quotes; intervals, or nothing.

`section` makes it of rows of reviews or chats; `feelings_told` words it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Literal, Protocol

from bot.sentiment.aspects import Opinion
from eval.insights.changes import change
from eval.insights.intervals import Interval, share
from eval.insights.sentiment import sentences
from eval.insights.withholding import LEAST
from eval.replay.identifiers.anonymise import Anonymiser
from knowledge_base.types import Product

Level = Literal["product", "category", "shop"]
QUOTED = 3
LONGEST = 200
"""Characters of a quote."""
LEVEL = 0.95
"""Of all changes together: each is told at 1 - (1 - LEVEL) / (pairs that were looked at)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A review, or what was written in a chat about a product; `where` is what a link leads to. Of no time: `at` is None."""

    text: str
    person: str
    product_id: str
    at: datetime | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a customer's, identifiers taken out."""

    text: str
    where: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Felt:
    """One aspect of a product, of a category or of everything. A person counts once, and as unhappy where anything they said is."""

    level: Level
    key: str
    """The product's id or the category's name; empty for the shop."""
    title: str
    aspect: str
    people: int
    unhappy: int
    share: Interval
    """Of those who speak of it, the unhappy."""
    since: date | None
    """The day from which it is as it is told; of the first that speaks of it where nothing changed."""
    before: tuple[int, int] | None
    """(unhappy, people) before that day, where it changed then; None where it didn't, or where they were too few."""
    months: tuple[tuple[str, int | None, int | None], ...]
    """(2026-05, unhappy, people), each None where it is of too few people."""
    quotes: tuple[Quote, ...]
    """Of unhappy people where most are, else of happy ones; the latest."""


@dataclass(frozen=True, slots=True)
class Feelings:
    """Worst first: by the lower end of the unhappy share."""

    texts: int
    opinions: int
    felt: tuple[Felt, ...]
    few: int
    """Aspects of products and categories that fewer than `LEAST` people speak of; they aren't shown."""

    def as_json(self) -> dict[str, Any]:
        """Every figure."""
        return asdict(self)


class Reader(Protocol):
    """`bot.sentiment.aspects.AspectReader`."""

    def opinions(self, texts: Sequence[str]) -> list[tuple[Opinion, ...]]: ...


@dataclass(frozen=True, slots=True)
class _Said:
    """One person's, about one thing."""

    is_unhappy: bool
    sentence: str
    row: Row


def section(
    rows: Sequence[Row],
    reader: Reader,
    product_of: Callable[[str], Product | None],
    zone: tzinfo,
    public: Sequence[str] = (),
) -> Feelings:
    """Of all rows, whatever their order; days are the shop's. `public` are the shop's own texts, which a quote may have as they are."""
    parts = [(row, sentence) for row in rows for sentence in sentences(row.text)]
    read = reader.opinions([sentence for _, sentence in parts])
    found: dict[tuple[Level, str, str], dict[str, _Said]] = defaultdict(dict)
    for (row, sentence), opinions in zip(parts, read, strict=True):
        for opinion in opinions:
            for level, key in _levels(row, product_of):
                _keep(found[level, key, opinion.aspect], _Said(opinion.sentiment == "negative", sentence, row))
    enough = {key: list(said.values()) for key, said in found.items() if len(said) >= LEAST}
    certain = 1 - (1 - LEVEL) / max(1, len(enough))
    felt = [
        _felt(key, _title(key[0], key[1], product_of), said, certain, zone, public) for key, said in enough.items()
    ]  # fmt: skip
    felt.sort(key=lambda one: (-one.share.low, -one.people, one.level, one.key, one.aspect))
    few = sum(level != "shop" for level, _, _ in found) - sum(level != "shop" for level, _, _ in enough)
    return Feelings(len(rows), sum(map(len, read)), tuple(felt), few)


def _levels(row: Row, product_of: Callable[[str], Product | None]) -> Iterator[tuple[Level, str]]:
    yield "shop", ""
    if row.product_id:
        yield "product", row.product_id
        product = product_of(row.product_id)
        if product and product.category:
            yield "category", product.category


def _keep(said: dict[str, _Said], one: _Said) -> None:
    """The latest of a person's that is unhappy, else the latest."""
    known = said.get(one.row.person)
    if known is None or (one.is_unhappy, _when(one)) >= (known.is_unhappy, _when(known)):
        said[one.row.person] = one


def _when(said: _Said) -> float:
    return said.row.at.timestamp() if said.row.at else 0.0


def _felt(
    key: tuple[Level, str, str], title: str, said: Sequence[_Said], level: float, zone: tzinfo, public: Sequence[str]
) -> Felt:
    dated = sorted((one for one in said if one.row.at), key=_when)
    place = change([one.is_unhappy for one in dated], [_when(one) for one in dated], level) if len(dated) == len(said) else None  # fmt: skip
    now, earlier = (dated[place:], dated[:place]) if place else (list(said), [])
    unhappy = sum(one.is_unhappy for one in now)
    days = [_day(one, zone) for one in now if one.row.at]
    before = (sum(one.is_unhappy for one in earlier), len(earlier)) if len(earlier) >= LEAST else None
    return Felt(
        key[0], key[1], title, key[2], len(now), unhappy, share(unhappy, len(now)), min(filter(None, days), default=None), before,
        _months(dated, zone), _quotes(now, unhappy * 2 >= len(now), zone, public),
    )  # fmt: skip


def _months(dated: Sequence[_Said], zone: tzinfo) -> tuple[tuple[str, int | None, int | None], ...]:
    months = defaultdict[str, list[bool]](list)
    for one in dated:
        months[f"{_day(one, zone):%Y-%m}"].append(one.is_unhappy)
    return tuple(
        (name, sum(those), len(those)) if len(those) >= LEAST else (name, None, None)
        for name, those in sorted(months.items())
    )


def _quotes(said: Sequence[_Said], is_unhappy: bool, zone: tzinfo, public: Sequence[str]) -> tuple[Quote, ...]:
    fitting = [one for one in said if one.is_unhappy == is_unhappy and len(one.sentence) <= LONGEST]
    latest = sorted(fitting, key=lambda one: (-_when(one), one.row.where))[:QUOTED]
    return tuple(Quote(Anonymiser(public).text(one.sentence), one.row.where, _day(one, zone)) for one in latest)


def _day(said: _Said, zone: tzinfo) -> date | None:
    return said.row.at.astimezone(zone).date() if said.row.at else None


def _title(level: Level, key: str, product_of: Callable[[str], Product | None]) -> str:
    product = product_of(key) if level == "product" else None
    return product.title if product else key
