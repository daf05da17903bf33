"""The report of a time: every part that there is data for, as figures, and the conversations that it points to. What is missing shortens it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from eval.insights import customers, recommendations
from eval.insights.feelings import Feelings
from eval.insights.kept import Kept, Said, Visit
from eval.insights.listening import listened
from eval.insights.market import Market, market
from eval.insights.misses import NAMED, Clean, CleanOf, Misses, misses
from eval.insights.opening import Known, anonymiser_of, product_of
from eval.insights.periods import Period
from eval.insights.remembering import remembering
from eval.insights.rivals import Rivals
from eval.insights.service import Service, service
from eval.insights.steps import QUIET, in_percent, part
from eval.insights.topics import Topics
from eval.insights.withholding import LEAST
from retrieval.seams import Embedder
from retrieval.text import content_words

if TYPE_CHECKING:
    from knowledge_base.shop import Shop

Listen = Callable[[Known, Period, str, Embedder, Said], tuple[Topics | None, Topics | None, Feelings | None]]
PARTS = 9
"""As long as going through the conversations once, or about so; reading chats and reviews is five of them."""


@dataclass(frozen=True, slots=True)
class Whole:
    """Each part, None where its kind of data is missing; `missing` says which, by the key of its wording."""

    period: Period
    service: Service | None = None
    misses: Misses | None = None
    topics: Topics | None = None
    """Of chats."""
    reviews: Topics | None = None
    feelings: Feelings | None = None
    customers: Mapping[str, Any] | None = None
    recommendations: Mapping[str, Any] | None = None
    market: Market | None = None
    missing: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        def plain(part: Any) -> Any:
            return part.as_json() if part is not None else None

        return {
            "since": self.period.start, "until": self.period.end, "least": LEAST, "named": NAMED, "missing": list(self.missing), "service": plain(self.service),
            "misses": plain(self.misses), "topics": plain(self.topics), "reviews": plain(self.reviews), "feelings": plain(self.feelings), "customers": self.customers, "recommendations": self.recommendations, "market": plain(self.market),
        }  # fmt: skip


def whole(known: Known, period: Period, locale: str, embedder: Embedder, say: Said = QUIET, listen: Listen = listened) -> Whole:  # fmt: skip
    """All of it; the conversations are gone through once for each part, so that none has to be held. `say` hears of one step."""
    missing: list[str] = []
    embedder, say = remembering(embedder), in_percent(say)
    served = service_of(known, period, part(say, 0, PARTS))
    talks = any(True for _ in Kept(known.database, period))
    if not talks:
        missing.append("report_no_turns")
    elif served.people is None:
        missing.append("report_no_people")
    part(say, 1, PARTS)("customers", 0, 1)
    told = _customers(known, period.end, locale, missing)
    advised = _recommendations(known, period, locale, missing)
    of_chats, of_reviews, felt = listen(known, period, locale, embedder, part(say, 2, PARTS, 5))
    if felt is None:
        missing.append("report_no_reviews")
    missed = misses_of(known, period, embedder, part(say, 7, PARTS)) if talks else None
    asked = market_of(known, period, locale, embedder, part(say, 8, PARTS)) if talks else None
    say("report", 1, 1)
    return Whole(
        period, served if talks else None, missed, of_chats, of_reviews, felt, told, advised, asked, tuple(missing)
    )


def service_of(known: Known, period: Period, say: Said = QUIET) -> Service:
    before = [visit.person for visit in Kept(known.database, period.before, now=period.end)]
    told = len(before) if len(set(before)) >= LEAST else None
    return service(Kept(known.database, period, say), period, known.shop.timezone, told)


def misses_of(known: Known, period: Period, embedder: Embedder, say: Said = QUIET) -> Misses:
    visits = Kept(known.database, period, part(say, 0, 2))
    return misses(visits, remembering(embedder, part(say, 1, 2)), _cleaner_of(known))


def market_of(known: Known, period: Period, locale: str, embedder: Embedder, say: Said = QUIET) -> Market:
    rivals = Rivals(known.shop.competitors, _own_words(known))
    visits, embedder = Kept(known.database, period, part(say, 0, 2)), remembering(embedder, part(say, 1, 2))
    return market(visits, known.catalogue, locale, _category_name(known.shop, locale), period, embedder, rivals, _cleaner_of(known))  # fmt: skip


def _customers(known: Known, now: datetime, locale: str, missing: list[str]) -> Mapping[str, Any] | None:
    until = [one for one in known.interactions if one.at < now]
    if not until:
        missing.append("report_no_events")
        return None
    found = customers.report(until, product_of(known.catalogue, locale), now, known.shop.currency)
    if found["people"] is None:
        missing.append("report_few_customers")
        return None
    return found


def _recommendations(known: Known, period: Period, locale: str, missing: list[str]) -> Mapping[str, Any] | None:
    """Of who was advised first within the period, or a window before it: their outcome falls into it."""
    titled = product_of(known.catalogue, locale)

    def price_of(product_id: str) -> Decimal | None:
        product = titled(product_id)
        return product.price if product else None

    since = period.start - timedelta(days=recommendations.WINDOW.days)
    acts = [act for act in known.acts if act.at < period.end]
    found = recommendations.report(acts, known.interactions, price_of, period.end, since=since, currency=known.shop.currency)  # fmt: skip
    if found["people"] < LEAST:
        missing.append("report_no_trial")
        return None
    return found


def _category_name(shop: Shop, locale: str) -> Callable[[str], str]:
    return lambda category: shop.categories.get(category, {}).get(locale, category)


def _own_words(known: Known) -> Sequence[str]:
    """What the shop's own catalogue says: no name of another shop."""
    made: dict[str, None] = {}
    for id_ in known.catalogue.order:
        for form in known.catalogue.forms(id_):
            made |= dict.fromkeys(content_words(f"{form.title} {' '.join(map(str, form.attributes.values()))}"))
    return list(made)


def _cleaner_of(known: Known) -> CleanOf:
    """Who says their name in a visit is known in all of it, whatever they write later and earlier."""
    anonymous = anonymiser_of(known)

    def of(visit: Visit) -> Clean:
        one = anonymous.afresh()
        for asked in visit.asked:
            one.text(asked.text)
        return one.text

    return of
