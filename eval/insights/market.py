"""What customers want of the market: searched and not found, asked for and sold out, at which price, rising, compared, and at which other shop."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from statistics import NormalDist, median
from typing import Any

from eval.insights.grouping import groups
from eval.insights.intervals import Interval
from eval.insights.kept import Asked, Visit, Wish
from eval.insights.misses import NAMED, CleanOf
from eval.insights.periods import Period
from eval.insights.rivals import Rivals
from eval.insights.withholding import LEAST, parts, shown
from knowledge_base.catalogue import Catalogue
from retrieval.seams import Embedder

MOST = 12
_ALIKE = 0.55
"""Mean cosine of searches that are for one thing: they are short, and a word apart is another thing."""
_NOTHING = frozenset({"found_nothing", "nothing_fits"})
_SEARCHES = frozenset({"find", "recommend", "describe", "ask"})
_BANDS = 5
_LINKS = 5
_FEWEST = 5
"""Times in either part of the period, for a rate to be told."""
_LAST = 1 / 3
"""The last part of the period, which is set against the rest."""
_CHANCE = 0.05
"""That any category rises by chance alone, all of them together (Bonferroni)."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Searches for one thing that the shop hasn't got, of at least `NAMED` people, as all that is counted here; how many is None of fewer than `LEAST`."""

    id: str
    wanted: str
    others: tuple[str, ...]
    people: int | None
    conversations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shortage:
    """A product that was asked for and of which there is none now; `sold_out` is how many people were told so."""

    product_id: str
    title: str
    people: int | None
    sold_out: int | None
    conversations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Prices from `low` to below `high`; None where open. Shares of all amounts asked for, and of all products."""

    low: Decimal | None
    high: Decimal | None
    asked: int | None
    asked_share: float | None
    offered: int
    offered_share: float


@dataclass(frozen=True, slots=True)
class Asking:
    """A category's upper limits as customers named them, against its prices."""

    category: str
    people: int | None
    middle: Decimal
    cheapest: Decimal
    offered_below: float
    """Share of its products at or below the middle limit."""


@dataclass(frozen=True, slots=True)
class Rise:
    """A category that more of the messages were about in the last third of the period than before; `ratio` of its shares of all."""

    category: str
    people: int
    ratio: Interval
    more: float
    """Messages of the last third beyond what its former share would have been."""


@dataclass(frozen=True, slots=True)
class Pair:
    products: tuple[str, str]
    titles: tuple[str, str]
    people: int | None
    conversations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rival:
    name: str
    is_listed: bool
    people: int | None
    conversations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Market:
    people: int | None
    not_found: tuple[Demand, ...]
    alone: int | None
    """Searches for what too few people looked for to be shown; None where they themselves are few."""
    shortages: tuple[Shortage, ...]
    bands: tuple[Band, ...]
    asking: tuple[Asking, ...]
    rises: tuple[Rise, ...]
    rises_looked_at: int
    """Categories with enough people to tell."""
    pairs: tuple[Pair, ...]
    rivals: tuple[Rival, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class _Met:
    """Who met a thing, and where: the first few conversations."""

    people: set[str]
    conversations: dict[str, None]

    def add(self, asked: Asked) -> None:
        self.people.add(asked.person)
        if len(self.conversations) < _LINKS:
            self.conversations[asked.conversation_id] = None


def _met() -> _Met:
    return _Met(set(), {})


def market(visits: Iterable[Visit], catalogue: Catalogue, locale: str, category_name: Callable[[str], str], period: Period, embedder: Embedder, rivals: Rivals, clean_of: CleanOf) -> Market:  # fmt: skip
    """One pass over the visits; titles in `locale`."""
    seen = _Seen(catalogue, locale, period, rivals)
    for visit in visits:
        known = len(seen.searched)
        for asked in visit.asked:
            seen.add(asked)
        if vain := seen.searched[known:]:
            seen.searched_shown += map(clean_of(visit), (text for _, text in vain))
    not_found, alone = _not_found(seen.searched, seen.searched_shown, embedder)
    enough = len(seen.people) >= LEAST
    rises = list(_rises(seen, category_name))
    return Market(
        len(seen.people) if enough else None, not_found, alone, tuple(_shortages(seen)), tuple(_bands(seen)), tuple(_asking(seen, category_name)),
        tuple(rise for rise in rises if rise.ratio.low > 1), len(rises), tuple(_pairs(seen)), tuple(_rivals(seen)),
    )  # fmt: skip


class _Seen:
    """What a pass over the messages has counted; only searches that found nothing are kept as texts."""

    def __init__(self, catalogue: Catalogue, locale: str, period: Period, rivals: Rivals) -> None:
        self.catalogue, self.locale, self._rivals = catalogue, locale, rivals
        self._late = period.end - (period.end - period.start) * _LAST
        self.people: set[str] = set()
        self.searched: list[tuple[Asked, str]] = []
        self.searched_shown: list[str] = []
        """The same texts without what tells who somebody is."""
        self.asked: dict[str, _Met] = defaultdict(_met)
        self.sold_out: dict[str, _Met] = defaultdict(_met)
        self.limits: list[tuple[str, Decimal, str]] = []
        """(who, amount, category of what was shown)."""
        self.early, self.late = Counter[str](), Counter[str]()
        self.of_category: dict[str, set[str]] = defaultdict(set)
        self.pairs: dict[tuple[str, str], _Met] = defaultdict(_met)
        self.rivals: dict[tuple[str, bool], _Met] = defaultdict(_met)

    def add(self, asked: Asked) -> None:
        self.people.add(asked.person)
        for naming in self._rivals.named(asked.text):
            self.rivals[naming.name, naming.is_listed].add(asked)
        for wish in asked.wishes:
            self._wish(asked, wish)
        for category in {self.category(one) for one in (*asked.products, *asked.cards[:1])} - {""}:
            (self.late if asked.at >= self._late else self.early)[category] += 1
            self.of_category[category].add(asked.person)

    def _wish(self, asked: Asked, wish: Wish) -> None:
        if wish.said in _NOTHING and wish.intent in _SEARCHES and (wish.query or wish.kind):
            self.searched.append((asked, wish.kind or wish.query))
        for product_id in wish.products:
            if wish.intent != "compare":
                self.asked[product_id].add(asked)
                if product_id in asked.sold_out:
                    self.sold_out[product_id].add(asked)
        amount = wish.price_to or wish.price_from
        if amount is not None:
            self.limits.append((asked.person, amount, self.category(asked.cards[0]) if asked.cards else ""))
        if wish.intent == "compare":
            ids = sorted(wish.products)
            for place, one in enumerate(ids):
                for other in ids[place + 1 :]:
                    self.pairs[one, other].add(asked)

    def category(self, product_id: str) -> str:
        product = self.catalogue.get(product_id, self.locale)
        return product.category if product else ""

    def title(self, product_id: str) -> str:
        product = self.catalogue.get(product_id, self.locale)
        return product.title if product else product_id


def _not_found(searched: Sequence[tuple[Asked, str]], without: Sequence[str], embedder: Embedder) -> tuple[tuple[Demand, ...], int | None]:  # fmt: skip
    """`without` are the same texts as they may be shown; rather those that had nothing taken out."""
    texts = [text for _, text in searched]
    vectors = embedder.embed(texts)
    found, alone = list[tuple[int, str, tuple[int, ...]]](), 0
    for group in groups(vectors, _ALIKE):
        people = {searched[place][0].person for place in group.members}
        if len(people) < NAMED:
            alone += len(group.members)
            continue
        plain = [place for place in group.members if without[place] == texts[place]]
        middle = group.middle if group.middle in plain or not plain else plain[0]
        found.append((len(people), without[middle], group.members))
    found.sort(key=lambda one: (-one[0], one[1]))
    made = []
    for place, (count, middle_text, members) in enumerate(found[:MOST], 1):
        others = [text for text, _ in Counter(without[one] for one in members if without[one] != middle_text).most_common(3)]  # fmt: skip
        links = tuple(dict.fromkeys(searched[one][0].conversation_id for one in members))[:_LINKS]
        made.append(Demand(f"wanted-{place}", middle_text, tuple(others), shown(count), links))
    return tuple(made), shown(alone)


def _shortages(seen: _Seen) -> Iterator[Shortage]:
    """Products that there are none of, the most asked for first."""
    rows = [(len(met.people), product_id, met) for product_id, met in seen.asked.items() if len(met.people) >= NAMED]
    gone = [(people, product_id, met) for people, product_id, met in rows if _stock(seen, product_id) == 0]
    for people, product_id, met in sorted(gone, key=lambda row: (-row[0], row[1]))[:MOST]:
        told = len(seen.sold_out[product_id].people)
        known = parts({"told": told, "not told": people - told})["told"] if people >= LEAST else None
        yield Shortage(product_id, seen.title(product_id), shown(people), known, tuple(met.conversations))


def _stock(seen: _Seen, product_id: str) -> int | None:
    product = seen.catalogue.get(product_id, seen.locale)
    return product.stock if product else None


def _bands(seen: _Seen) -> Iterator[Band]:
    """Five bands with as many products each, so far as prices allow."""
    prices = sorted(product.price for id_ in seen.catalogue.order if (product := seen.catalogue.get(id_, seen.locale)))
    people = {who for who, _, _ in seen.limits}
    if len(people) < LEAST or len(prices) < _BANDS:
        return
    edges = sorted({prices[len(prices) * place // _BANDS] for place in range(1, _BANDS)})
    bands = list(zip([None, *edges], [*edges, None], strict=True))
    asked = [[who for who, amount, _ in seen.limits if _within(amount, band)] for band in bands]
    told = parts({str(n): len(who) for n, who in enumerate(asked)}, {str(n): len(set(who)) for n, who in enumerate(asked)})  # fmt: skip
    for place, band in enumerate(bands):
        offered, count = sum(_within(price, band) for price in prices), told[str(place)]
        share = None if count is None else count / len(seen.limits)
        yield Band(band[0], band[1], count, share, offered, offered / len(prices))


def _within(amount: Decimal, band: tuple[Decimal | None, Decimal | None]) -> bool:
    low, high = band
    return (low is None or amount >= low) and (high is None or amount < high)


def _asking(seen: _Seen, category_name: Callable[[str], str]) -> Iterator[Asking]:
    """Categories in which at least `LEAST` people named an amount."""
    found = defaultdict[str, list[tuple[str, Decimal]]](list)
    for who, amount, category in seen.limits:
        found[category].append((who, amount))
    offered = _prices(seen)
    for category, rows in sorted(found.items(), key=lambda one: (-len(one[1]), one[0])):
        people = len({who for who, _ in rows})
        if category and people >= LEAST:
            middle, prices = median(amount for _, amount in rows), offered[category]
            below = sum(price <= middle for price in prices) / len(prices)
            yield Asking(category_name(category), people, middle, min(prices), below)


def _prices(seen: _Seen) -> Mapping[str, list[Decimal]]:
    made = defaultdict[str, list[Decimal]](list)
    for id_ in seen.catalogue.order:
        if product := seen.catalogue.get(id_, seen.locale):
            made[product.category].append(product.price)
    return made


def _rises(seen: _Seen, category_name: Callable[[str], str]) -> Iterator[Rise]:
    """All categories with enough people. More customers are no rise of each thing: a category's share of the messages about products is
    told, its ratio with the interval of two Poisson rates on the logarithm."""
    rows = [(len(people), category, seen.late[category], seen.early[category]) for category, people in seen.of_category.items()]  # fmt: skip
    rows = [row for row in rows if row[0] >= LEAST and min(row[2:]) >= _FEWEST]
    late_all, early_all = seen.late.total(), seen.early.total()
    z = NormalDist().inv_cdf(1 - _CHANCE / 2 / max(1, len(rows)))
    for people, category, late, early in sorted(rows, key=lambda row: (-row[0], row[1])):
        ratio, width = late / late_all / (early / early_all), math.exp(z * math.sqrt(1 / late + 1 / early))
        more = late - early * late_all / early_all
        yield Rise(category_name(category), people, Interval(ratio, ratio / width, ratio * width), round(more, 1))


def _pairs(seen: _Seen) -> Iterator[Pair]:
    rows = [(len(met.people), pair, met) for pair, met in seen.pairs.items() if len(met.people) >= NAMED]
    for people, pair, met in sorted(rows, key=lambda row: (-row[0], row[1]))[:MOST]:
        yield Pair(pair, (seen.title(pair[0]), seen.title(pair[1])), shown(people), tuple(met.conversations))


def _rivals(seen: _Seen) -> Iterator[Rival]:
    """A learnt name counts once so many people have used it."""
    rows = [(len(met.people), name, is_listed, met) for (name, is_listed), met in seen.rivals.items()]
    rows = [row for row in rows if row[0] >= NAMED]
    for people, name, is_listed, met in sorted(rows, key=lambda row: (-row[0], row[1]))[:MOST]:
        yield Rival(name, is_listed, shown(people), tuple(met.conversations))
