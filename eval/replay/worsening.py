"""Twenty ways to make the clerk worse, from one wrong price to no retrieval at all: does a replay see it?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256

from bot.seams import Router
from bot.types import Conversation, Message, Route
from bot.wiring import OpenShop
from eval.replay.playing import Heard, Player
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Product
from retrieval.index import Generation, Index
from retrieval.seams import Retriever
from retrieval.types import Hit, Where

Broken = Callable[[Generation], Generation]
Ears = Callable[[Router], Router]


@dataclass(frozen=True, slots=True)
class Worse:
    """A fault: in what is known, in how it is understood, or in what is heard."""

    name: str
    knowledge: Broken | None = None
    router: Ears | None = None
    heard: Heard | None = None


def player_of(shop: OpenShop, worse: Worse | None) -> Player:
    """A player with the fault in it; the passage that solves a turn is still found by the whole index."""
    if worse is None:
        return Player(shop)
    generation = shop.index.current()
    broken = worse.knowledge(generation) if worse.knowledge else generation
    engine = shop.engine.with_parts(_Held(broken), worse.router or (lambda router: router))
    return Player(shop, engine, generation.retriever, worse.heard or (lambda message: message))


class _Held(Index):
    """An index that is one generation for good."""

    def __init__(self, generation: Generation) -> None:
        self._open = generation


def _drawn(text: str, share: float) -> bool:
    """The same texts are drawn each time, and those of a smaller share are among those of a larger."""
    return int(sha256(text.encode()).hexdigest()[:8], 16) / 16**8 < share


def _of(share: float) -> Callable[[str], bool]:
    return lambda text: _drawn(text, share)


# What is known.


class _Losing:
    """A retriever that loses the best hit of a share of questions, or all hits of all."""

    def __init__(self, inner: Retriever, share: float, all_hits: bool = False) -> None:
        self._inner, self._share, self._all = inner, share, all_hits

    async def search(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        if self._all:
            return []
        hits = await self._inner.search(text, k=k + 1, where=where)
        return hits[1:] if _drawn(text, self._share) else hits[:k]


class _Altered:
    """A retriever whose FAQ passages have other figures."""

    def __init__(self, inner: Retriever, is_wrong: Callable[[str], bool]) -> None:
        self._inner, self._is_wrong = inner, is_wrong

    async def search(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        return [self._hit(hit) for hit in await self._inner.search(text, k=k, where=where)]

    def _hit(self, hit: Hit) -> Hit:
        if hit.passage.source == "product" or not self._is_wrong(hit.passage.source_id):
            return hit
        return replace(hit, passage=replace(hit.passage, text=_other_figures(hit.passage.text)))


def _other_figures(text: str) -> str:
    return re.sub(r"\d+", lambda match: str(int(match.group()) + 3), text)


def _loses(share: float, *, all_hits: bool = False) -> Broken:
    return lambda known: replace(known, retriever=_Losing(known.retriever, share, all_hits))


def _wrong_faqs(is_wrong: Callable[[str], bool]) -> Broken:
    def broken(known: Generation) -> Generation:
        answers = {
            key: replace(faq, answer=_other_figures(faq.answer)) if is_wrong(key[0]) else faq
            for key, faq in known.answers.items()
        }
        return replace(known, answers=answers, retriever=_Altered(known.retriever, is_wrong))

    return broken


def _wrong_prices(is_wrong: Callable[[str], bool]) -> Broken:
    def broken(known: Generation) -> Generation:
        read = known.knowledge()
        products = [_dearer(product) if is_wrong(product.id) else product for product in read.products]
        locales = tuple(dict.fromkeys(product.locale for product in products))
        return replace(known, catalogue=Catalogue(products, locales, read.reviews, read.interactions))

    return broken


def _dearer(product: Product) -> Product:
    variants = tuple(replace(one, price=_by_a_tenth(one.price)) for one in product.variants)
    return replace(product, price=_by_a_tenth(product.price), variants=variants)


def _by_a_tenth(price: Decimal) -> Decimal:
    return (price * Decimal("1.1")).quantize(Decimal("0.01"))


# How it is understood.


class _Doubting:
    """A router whose threshold is shifted: what is less sure than this is out of scope."""

    def __init__(self, inner: Router, at_least: float) -> None:
        self._inner, self._at_least = inner, at_least

    async def route(self, message: Message, history: Conversation) -> Route:
        route = await self._inner.route(message, history)
        return route if route.confidence >= self._at_least else Route("out_of_scope", 1.0)


class _Hearing:
    """A router that takes one intent for another."""

    def __init__(self, inner: Router, instead: Mapping[str, str], otherwise: str = "") -> None:
        self._inner, self._instead, self._otherwise = inner, instead, otherwise

    async def route(self, message: Message, history: Conversation) -> Route:
        route = await self._inner.route(message, history)
        taken = self._instead.get(route.intent, self._otherwise or route.intent)
        return route if taken == route.intent else replace(route, intent=taken, confidence=max(route.confidence, 0.9))


def _doubts(at: float) -> Ears:
    return lambda inner: _Doubting(inner, at)


# What is heard.


def _in_other_language(share: float) -> Heard:
    def heard(message: Message) -> Message:
        if not _drawn(message.conversation_id, share):
            return message
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in message.text)
        return replace(message, locale="en" if chinese else "zh")

    return heard


def versions(ids: Sequence[str]) -> list[Worse]:
    """The twenty; `ids` are products in the order of the catalogue, of which one with a wrong price is chosen."""
    asked = next((id_ for id_ in ids if id_ == "JL-COF-12"), ids[0])
    return [
        Worse("retrieval off", _loses(1, all_hits=True)),
        *(Worse(f"the best hit lost in {share:.0%} of searches", _loses(share)) for share in (0.05, 0.1, 0.25, 0.5)),
        *(Worse(f"abstains below {at:g}", router=_doubts(at)) for at in (0.6, 0.8, 0.95)),
        *(Worse(f"the other language in {share:.0%} of conversations", heard=_in_other_language(share)) for share in (0.05, 0.25, 1.0)),
        Worse("one price a tenth too high", _wrong_prices(lambda id_: id_ == asked)),
        *(Worse(f"{share:.0%} of prices a tenth too high", _wrong_prices(_of(share))) for share in (0.05, 0.25, 1.0)),
        Worse("the figures of one FAQ wrong", _wrong_faqs(lambda id_: id_ == "delivery-canada-cost")),
        *(Worse(f"the figures of {share:.0%} of FAQs and texts wrong", _wrong_faqs(_of(share))) for share in (0.1, 0.5)),
        Worse("never hands over", router=lambda inner: _Hearing(inner, {"handoff": "ask"})),
        Worse("hands everybody over", router=lambda inner: _Hearing(inner, {}, "handoff")),
        Worse("hears the first 12 letters", heard=lambda message: replace(message, text=message.text[:12])),
    ]  # fmt: skip
