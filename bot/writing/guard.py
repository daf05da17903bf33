"""What stands between texts and a model, and between a model and the customer, whatever either of them says.

The lock asks whether a sentence follows from what was found. The guard asks who said so: contacts only from shop.toml and product
pages, prices and promises never from a description or a customer, nothing from the prompts, nothing that no text of the turn speaks of.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.resources import files

from bot.orders.contacts import without_contacts
from bot.types import Conversation, Findings, Found, Message, Stopped, Turn
from bot.writing.facts import Lock
from bot.writing.leaks import Leaks
from bot.writing.wordings import LANGUAGES, Wordings
from knowledge_base.catalogue import Catalogue
from knowledge_base.contacts import contacts_in, shaped_codes
from knowledge_base.planted import order_in
from knowledge_base.shop import Shop
from knowledge_base.types import Product
from retrieval.text import content_words, normalise

HELD_BACK: Mapping[str, str] = {
    "en": "(held back: it gives orders to the clerk)",
    "zh": "（已扣下：含有给店员的指令）",
}
"""What a model reads in place of such words of a customer."""
UNNAMED: Mapping[str, tuple[str, str]] = {"en": ("(e-mail)", "(phone)"), "zh": ("（邮箱）", "（电话）")}
"""What a model reads in place of a customer's e-mail or phone: they may prove an order, and a proof is nothing that a model sees."""
PROMISES = frozenset(("promise", "price", "total", "discount", "address", "link", "email", "phone", "code", "delivery"))
"""Kinds of claims that a description or a customer is no source of."""
_GROUNDED, _FEW = 0.5, 4
"""Share of a sentence's content words that have to come from somewhere, where it has at least so many."""
_TAIL = 200
"""Characters of what a model said that are looked at together with its next sentence."""


@dataclass(frozen=True, slots=True)
class Locked:
    """What the lock is told besides the findings: the shop's catalogue, and the wordings that belong to what was found."""

    catalogue: Catalogue | None = None
    own_words: tuple[str, ...] = ()
    sure: frozenset[str] = frozenset()
    """Pieces of the template's that say only what the catalogue has."""


class Guard:
    """A shop's, for all turns."""

    def __init__(self, shop: Shop, wordings: Wordings, prompts: Iterable[str] = ()) -> None:
        names = [shop.name, *shop.names.values()]
        self.shop = shop
        self._leaks = Leaks(prompts, [shop.voice, *names])
        self._wordings = wordings
        self._plain: dict[str, frozenset[str]] = {}

    def gate(
        self, findings: Findings, message: Message, draft: Sequence[str], locale: str, locked: Locked | None = None
    ) -> Gate:
        """For one turn's sentences; `draft` are the template's own lines for it."""
        return Gate(self, findings, message, draft, locale, locked or Locked())

    def for_model(self, found: Found, history: Conversation) -> tuple[Found, Conversation]:
        """What a model may read: a customer's orders to the clerk, e-mails and phones aren't among it."""
        asked, locale = found.asked, history.locale or self.shop.default_locale
        message = replace(asked.message, text=_safe(asked.message.text, locale))
        wish = replace(asked, message=message, text=_safe(asked.text, locale), query=_safe(asked.query, locale))
        turns = tuple(_safe_turn(turn, locale) for turn in history.turns)
        return replace(found, asked=wish), replace(history, turns=turns, asked=_safe(history.asked, locale))

    def contact(self, sentence: str, products: Sequence[Product]) -> str | None:
        """The first contact in a sentence that nobody trusted has given."""
        pages = {product.url.casefold().rstrip("/") for product in products if product.url}
        for contact in contacts_in(sentence):
            if not self.shop.own.owns(contact) and contact.text.casefold().rstrip("/") not in pages:
                return contact.text
        return None

    def leaks(self, sentence: str, before: str) -> bool:
        return self._leaks.found_in(sentence, before)

    def plain(self, locale: str) -> frozenset[str]:
        """Words that a clerk may use of anything."""
        if (
            locale not in self._plain and locale in LANGUAGES
        ):  # Chinese needs its dictionary, which takes a while to open
            courtesy = tomllib.loads(files("bot.writing").joinpath("courtesy.toml").read_text(encoding="utf-8"))
            ours = _words(" ".join(self._wordings.texts(locale)))
            self._plain[locale] = frozenset(ours) | set(normalise(courtesy[locale]).split())
        return self._plain.get(locale, frozenset())


class Gate:
    """One turn's sentences, in their order."""

    def __init__(
        self, guard: Guard, findings: Findings, message: Message, draft: Sequence[str], locale: str, locked: Locked
    ) -> None:
        self._guard, self._findings, self._message = guard, findings, message
        self._draft, self._locale = draft, locale
        self._locked = locked
        self._lock = self._lock_over(findings, message)
        self._heard = ""

    @cached_property
    def _stated(self) -> Lock:
        message = replace(self._message, text=_harmless(self._message.text))
        return self._lock_over(_stated(self._findings), message)

    def _lock_over(self, findings: Findings, message: Message) -> Lock:
        told = self._locked
        return Lock(
            findings, message, self._guard.shop, locale=self._locale, catalogue=told.catalogue, own_words=told.own_words,
            sure=told.sure,
        )  # fmt: skip

    @cached_property
    def _found(self) -> list[str]:
        return [*self._draft, *_texts(self._findings)]

    @cached_property
    def _known(self) -> frozenset[str]:
        texts = [*self._found, _harmless(self._message.text)]
        return frozenset(word for text in texts for word in _words(text)) | self._guard.plain(self._locale)

    @cached_property
    def _codes(self) -> str:
        return normalise(" ".join(self._found))

    def stops(self, sentence: str) -> Stopped | None:
        """Of the template's lines: what the lock says, and strange contacts."""
        if (contact := self._guard.contact(sentence, self._findings.products)) is not None:
            return Stopped(sentence.strip(), contact, "contact", "a contact of shop.toml or a product's page")
        return self._lock.stops(sentence)

    def stops_model(self, sentence: str) -> Stopped | None:
        """Of a model's sentences: all that there is to ask."""
        stopped = self._of_model(sentence)
        self._heard = (self._heard + sentence)[-_TAIL:]
        return stopped

    def _of_model(self, sentence: str) -> Stopped | None:
        if self._guard.leaks(sentence, self._heard):
            return Stopped(sentence.strip(), sentence.strip()[:40], "leak", "nothing of the prompts")
        if (order := order_in(sentence)) is not None and not self._is_ours(sentence):
            return Stopped(sentence.strip(), order.sentence[:80], "order", "no orders to anyone")
        strange = [code for code in shaped_codes(sentence) if normalise(code) not in self._codes]
        if strange:
            return Stopped(sentence.strip(), strange[0], "code", "a code of shop.toml")
        if (stopped := self.stops(sentence)) is not None:
            return stopped
        promised = self._stated.stops(sentence)
        if promised is not None and promised.kind in PROMISES:
            return replace(
                promised, expected="what the shop itself states: a description or a customer is no source of it"
            )
        if not self._is_ours(sentence):
            return Stopped(sentence.strip(), sentence.strip()[:80], "unfounded", "what a text of this turn speaks of")
        return None

    def _is_ours(self, sentence: str) -> bool:
        """Whether enough of a sentence's words come from the turn's texts or the shop's wordings."""
        plain = sentence
        for contact in contacts_in(sentence):  # looked at already
            plain = plain.replace(contact.text, " ")
        words = _words(plain)
        return len(words) < _FEW or sum(word in self._known for word in words) >= _GROUNDED * len(words)


def _stated(findings: Findings) -> Findings:
    """What the shop itself states: the catalogue's figures, the FAQ and the policies."""
    hits = tuple(hit for hit in findings.hits if hit.passage.source != "product")
    products = tuple(replace(product, description="", details=(), keywords="") for product in findings.products)
    answer = findings.answer if hits or not products else ""
    return replace(findings, hits=hits, products=products, answer=answer)


def _texts(findings: Findings) -> Iterable[str]:
    yield findings.answer
    yield from findings.values.values()
    yield from (hit.passage.text for hit in findings.hits)
    for product in findings.products:
        yield from (product.title, product.description, product.category, product.brand, product.keywords)
        yield from (f"{name} {value}" for name, value in product.attributes.items())
        yield from (f"{name} {text}" for name, text in product.details)
        yield from (" ".join(variant.attributes.values()) for variant in product.variants)


def _words(text: str) -> list[str]:
    return [word for word in content_words(normalise(text)) if any(letter.isalpha() for letter in word)]


def _harmless(text: str) -> str:
    return "" if order_in(text) is not None else text


def _safe(text: str, locale: str) -> str:
    if text and order_in(text) is not None:
        return HELD_BACK.get(locale, HELD_BACK["en"])
    return without_contacts(text, *UNNAMED.get(locale, UNNAMED["en"]))


def _safe_reply(text: str, locale: str) -> str:
    """The shop's own contacts may stand in what the clerk said."""
    return HELD_BACK.get(locale, HELD_BACK["en"]) if text and order_in(text) is not None else text


def _safe_turn(turn: Turn, locale: str) -> Turn:
    return replace(
        turn,
        message=replace(turn.message, text=_safe(turn.message.text, locale)),
        reply=replace(turn.reply, text=_safe_reply(turn.reply.text, locale)),
    )
