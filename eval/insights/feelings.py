"""What customers feel about what, and since when: by product, category and the whole shop, by aspect, with quotes; intervals, or nothing.

`section` makes it of rows of reviews or chats; `feelings_told` words it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Literal, Protocol

from bot.sentiment.labelled_sentences import Opinion
from eval.insights.changes import change
from eval.insights.intervals import Interval, share
from eval.insights.plain_words import blame_odds
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

STARS = 0.5
"""What they count beside the sentence: who feels so rates so, and to count both in full would be to count one thing twice."""
_BY_STARS: dict[int | None, float] = {1: 2.0, 2: 1.5, 3: 0.9, 4: -0.5, 5: -2.5}
"""Log odds of an unhappy opinion in a review of so many stars: of 116 in the labelled sentences of half dev, with 1 added to each count and the
ends drawn in (7 of 8, 22 of 26, 20 of 27, 7 of 19, 0 of 36)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A review, or what was written in a chat about a product; `where` is what a link leads to. Of no time: `at` is None."""

    text: str
    person: str
    product_id: str
    at: datetime | None = None
    where: str = ""
    stars: int | None = None
    """Of a review, 1 to 5: a sentence that may be read either way is rather praise where there are five."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a customer's, identifiers taken out."""

    text: str
    where: str
    day: date | None


@dataclass(frozen=True, slots=True)
class Felt:
    """One aspect of a product, of a category or of everything. A person counts once for a product, and as unhappy where anything they said of
    its aspect is; who speaks of two products of a category counts twice."""

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
    """Of unhappy people, of happy ones where nobody is unhappy; the clearest, and of those the latest."""


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
    """One person's, about one thing; `sure` from .5 to 1."""

    is_unhappy: bool
    sure: float
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
    found: dict[tuple[Level, str, str], dict[tuple[str, str], _Said]] = defaultdict(dict)
    for (row, sentence), opinions in zip(parts, read, strict=True):
        for opinion in opinions:
            chance = unhappy_chance(opinion, row.stars, blame_odds(sentence))
            for level, key in _levels(row, product_of):
                _keep(found[level, key, opinion.aspect], _Said(chance > 0.5, max(chance, 1 - chance), sentence, row))
    enough = {key: list(said.values()) for key, said in found.items() if len({person for person, _ in said}) >= LEAST}
    anonymous = Anonymiser(public)
    certain = 1 - (1 - LEVEL) / max(1, len(enough))
    felt = [
        _felt(key, _title(key[0], key[1], product_of), said, certain, zone, anonymous) for key, said in enough.items()
    ]  # fmt: skip
    felt.sort(key=lambda one: (-round(one.share.low, 9), -one.people, one.level, one.key, one.aspect))
    few = sum(level != "shop" for level, _, _ in found) - sum(level != "shop" for level, _, _ in enough)
    return Feelings(len(rows), sum(map(len, read)), tuple(felt), few)


def unhappy_chance(opinion: Opinion, stars: int | None, odds: float = 0.0) -> float:
    """Bayes' rule: what the sentence says, how often opinions in reviews with so many stars are unhappy, and further log `odds`."""
    said = min(max(opinion.feels if opinion.sentiment == "negative" else 1 - opinion.feels, 1e-6), 1 - 1e-6)
    return 1 / (1 + (1 - said) / said * math.exp(-STARS * _BY_STARS.get(stars, 0.0) - odds))


def _levels(row: Row, product_of: Callable[[str], Product | None]) -> Iterator[tuple[Level, str]]:
    yield "shop", ""
    if row.product_id:
        yield "product", row.product_id
        product = product_of(row.product_id)
        if product and product.category:
            yield "category", product.category


def _keep(said: dict[tuple[str, str], _Said], one: _Said) -> None:
    """The latest that a person said of a product and that is unhappy, else the latest."""
    known = said.get((one.row.person, one.row.product_id))
    if known is None or (one.is_unhappy, _when(one)) >= (known.is_unhappy, _when(known)):
        said[one.row.person, one.row.product_id] = one


def _when(said: _Said) -> float:
    return said.row.at.timestamp() if said.row.at else 0.0


def _felt(
    key: tuple[Level, str, str], title: str, said: Sequence[_Said], level: float, zone: tzinfo, anonymous: Anonymiser
) -> Felt:
    dated = sorted((one for one in said if one.row.at), key=_when)
    place = change([one.is_unhappy for one in dated], [_when(one) for one in dated], level) if len(dated) == len(said) else None  # fmt: skip
    now, earlier = (dated[place:], dated[:place]) if place else (list(said), [])
    unhappy = sum(one.is_unhappy for one in now)
    days = [_day(one, zone) for one in now if one.row.at]
    before = (sum(one.is_unhappy for one in earlier), len(earlier)) if len(earlier) >= LEAST else None
    return Felt(
        key[0], key[1], title, key[2], len(now), unhappy, share(unhappy, len(now)), min(filter(None, days), default=None), before,
        _months(dated, zone), _quotes(now, unhappy > 0, zone, anonymous),
    )  # fmt: skip


def _months(dated: Sequence[_Said], zone: tzinfo) -> tuple[tuple[str, int | None, int | None], ...]:
    months = defaultdict[str, list[bool]](list)
    for one in dated:
        months[f"{_day(one, zone):%Y-%m}"].append(one.is_unhappy)
    return tuple(
        (name, sum(those), len(those)) if len(those) >= LEAST else (name, None, None)
        for name, those in sorted(months.items())
    )


def _quotes(said: Sequence[_Said], is_unhappy: bool, zone: tzinfo, anonymous: Anonymiser) -> tuple[Quote, ...]:
    fitting = [one for one in said if one.is_unhappy == is_unhappy and len(one.sentence) <= LONGEST]
    surest = sorted(fitting, key=lambda one: (-round(one.sure, 1), -_when(one), one.row.where))
    latest = list({one.row.person: one for one in reversed(surest)}.values())[::-1][:QUOTED]
    return tuple(Quote(anonymous.afresh().text(one.sentence), one.row.where, _day(one, zone)) for one in latest)


def _day(said: _Said, zone: tzinfo) -> date | None:
    return said.row.at.astimezone(zone).date() if said.row.at else None


def _title(level: Level, key: str, product_of: Callable[[str], Product | None]) -> str:
    product = product_of(key) if level == "product" else None
    return product.title if product else key
