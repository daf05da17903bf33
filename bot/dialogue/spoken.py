"""What is said of products that are meant: which they are by now, the clause asked of them, or the question before asked of others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue import acts, rewriting
from bot.dialogue.profiles import TITLED
from bot.dialogue.reading import Said
from bot.dialogue.referring import FEW, Referring
from bot.dialogue.wanting import SURE
from bot.intent.attributes import PRICE, STOCK, asked_attribute
from bot.types import Conversation, Option, Route, Understood
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Locale
from retrieval import text as words_of
from retrieval.types import Where

_DEFINITE = re.compile(r"\b(?:the|those|these) (?:[\w-]+ ){1,3}ones\b")

_WHETHER = re.compile(r"^(?:and |so |but |ok(?:ay)?,? )?(?:is|are|was|were|does|do|can|could|will|would|has|have)\b")
_WHETHER_HAN = re.compile(r"[吗么嘛不没][?？ ]*$|([\u4e00-\u9fff])不\1")
_ARTICLE = r"\b(?:the|an?|any|your|some|my|other|another|these|those|which|what)"


class Spoken:
    """What the readers of products have in common."""

    def __init__(self, catalogue: Catalogue, referring: Referring) -> None:
        self._catalogue, self._referring, self._pointing = catalogue, referring, referring.pointing

    def of(
        self, plain: Understood, said: Said, history: Conversation, locale: Locale, ids: tuple[str, ...]
    ) -> Understood:
        """The clause asked of these products, what it wants kept where that goes with products."""
        route = plain.route
        keeps = route.intent in ("ask", "recommend") or (route.intent == "compare" and len(ids) > 1)
        if not keeps or route.confidence < SURE:
            route = Route("describe", max(route.confidence, SURE), route.others)
        named = self.titles(ids, locale) if len(ids) == 1 else ()
        text = rewriting.about_products(said.text, named, locale)
        return replace(
            plain, text=text, route=route, products=ids, where=history.where, query=history.query, acts=("point",)
        )

    def same(
        self,
        plain: Understood,
        said: Said,
        history: Conversation,
        locale: Locale,
        ids: tuple[str, ...],
        *,
        beside: bool = False,
    ) -> Understood:
        """The question before, of other products; what is `beside` the one spoken of belongs to the same search."""
        names = [
            f"{form.title} {form.keywords}"
            for i in (history.about, *history.spoken)
            for form in self._catalogue.forms(i)
        ]
        own = plain.route.intent in ("describe", "ask") and plain.route.confidence >= SURE
        own = own or self.asks(ids, said) or (acts.does("asking", said.text) and not acts.does("same", said.text))
        text = said.text if own else rewriting.of_other(history.asked, names, self.titles(ids, locale), locale)
        route = plain.route if own and plain.route.intent in ("describe", "ask") else Route("describe", SURE)
        made = replace(plain, text=text, route=route, products=ids, acts=(), query="", where=Where())
        if beside:
            return replace(made, acts=("point",), query=history.query, where=history.where)
        return made

    def outside(self, said: Said, history: Conversation) -> bool:
        """Whether the clause names a kind of product other than those shown and spoken of."""
        known = {*history.shown, *history.spoken, history.about}
        ends = said.query.rstrip("的了吗呢吧 ").endswith(said.kind)
        if not said.called or set(said.called) & known or (len(said.kind) == 1 and not (said.is_kind or ends)):
            return False
        if self._is_aside(said, history):
            return False
        return not (history.about and said.kind in self.words(history.about))

    def _is_aside(self, said: Said, history: Conversation) -> bool:
        """`do they run large`, 保暖吗: a word that is but a keyword of something is no thing beside a pronoun, or where it is asked whether."""
        points = acts.does("pronoun", said.text) or acts.does("these", said.text)
        points = points or (bool(history.about) and _asks_whether(said))
        weight = self._referring.profiles.weight
        return points and not any(weight(i, said.kind) >= TITLED for i in said.called[:FEW])

    def words(self, product_id: str) -> set[str]:
        return {
            word
            for product in self._catalogue.forms(product_id)
            for word in words_of.words(f"{product.title} {product.keywords}")
        }

    def asks(self, ids: Sequence[str], said: Said) -> bool:
        """Whether a price, the stock or an attribute of these is asked."""
        if PRICE.search(said.text) and said.where.sort is None:
            return True
        if STOCK.search(said.text) and said.where.in_stock is None:
            return True
        limits_only = said.where != Where() and not acts.does("asking", said.text)
        return not limits_only and any(self.has_asked(i, said.text) for i in ids)

    def has_asked(self, product_id: str, text: str) -> bool:
        return any(asked_attribute(text, form) for form in self._catalogue.forms(product_id))

    def options(self, ids: Sequence[str], locale: Locale) -> tuple[Option, ...]:
        return tuple(Option(p.title, product_id=i) for i in ids[:5] if (p := self._catalogue.get(i, locale)))

    def titles(self, ids: Sequence[str], locale: Locale) -> list[str]:
        return [product.title for i in ids if (product := self._catalogue.get(i, locale))]


def _asks_whether(said: Said) -> bool:
    """A yes or no is asked, and the kind stands there without an article."""
    if acts.does("offer", said.text) or said.is_kind:
        return False
    if not said.kind.isascii():
        return bool(_WHETHER_HAN.search(said.text))
    return bool(_WHETHER.search(said.text)) and not re.search(
        rf"{_ARTICLE} (?:[\w-]+ )?{re.escape(said.kind)}", said.text
    )


def is_many(text: str) -> bool:
    """Whether all that are so are meant: `bluetooth ones only`."""
    return bool(re.search(r"\bonly\b|哪些|只要|只看|都要", text)) or bool(
        re.search(r"\bones\b", text) and not _DEFINITE.search(text)
    )


def is_sure(plain: Understood, intent: str) -> bool:
    return plain.route.intent == intent and plain.route.confidence >= SURE
