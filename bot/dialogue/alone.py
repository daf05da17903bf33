"""A wish that goes on with nothing: the products that it names, or the question which of them is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.dialogue import acts
from bot.dialogue.reading import Said
from bot.dialogue.wanting import CERTAIN, SURE
from bot.intent.attributes import asked_attribute
from bot.types import Conversation, Option, Route, Understood
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Locale
from retrieval import text as words_of
from retrieval.types import Where

CHOICES = 5
"""Readings that one question offers."""
_JOINS = re.compile(r"\b(?:and|or|with|versus|vs)\b|、|和|跟|与|还是|或")


class Alone:
    def __init__(self, catalogue: Catalogue, ambiguous: Callable[[Said, Sequence[str]], tuple[str, ...]]) -> None:
        """`ambiguous` has those of the products that the words tell apart from no other."""
        self._catalogue, self._ambiguous = catalogue, ambiguous

    def read(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood:
        """Products by name, readings where several are named equally."""
        route = plain.route
        named = tuple(said.named)
        is_of_one = route.intent == "describe" or (
            route.intent == "find" and all(self._asks_fact(i, said) for i in named)
        )
        if len(named) > 1 and is_of_one and not _JOINS.search(said.text):
            return self._of_kind(plain, replace(said, called=named), history, locale)
        if len(named) > 1 and not _JOINS.search(said.text):
            named = self._ambiguous(said, named)
        if named:
            return self._one_of(plain, said, named, locale) or self._of(plain, said, named)
        if route.intent in ("ask", "out_of_scope") and route.confidence < SURE and said.is_kind:
            return replace(plain, route=Route("find", SURE, ((route.intent, route.confidence),)))
        if route.intent == "describe" and said.called:
            return self._of_kind(plain, said, history, locale)
        return plain

    def _one_of(self, plain: Understood, said: Said, named: tuple[str, ...], locale: Locale) -> Understood | None:
        """`how tall is the floor lamp?` where two are called so and nothing said tells them apart: which one is asked."""
        if plain.route.intent != "describe" or len(named) > 1 or len(said.called) < 2 or named[0] not in said.called:
            return None
        if named[0].casefold() in said.text or _is_plural(said):
            return None
        near = self._ambiguous(said, said.called)
        is_open = named[0] in near and len(near) > 1
        return replace(plain, options=self._options(near[:CHOICES], locale)) if is_open else None

    def _of(self, plain: Understood, said: Said, ids: tuple[str, ...]) -> Understood:
        route, by_id = plain.route, any(i.casefold() in said.text for i in ids)
        if route.intent == "find" and len(ids) == 1 and not by_id and self._asks_fact(ids[0], said):
            route = Route("describe", 0.6, ((route.intent, route.confidence),))
        is_open = route.intent == "ask" and route.confidence < CERTAIN and not acts.does("shop", said.text)
        if is_open or route.intent == "out_of_scope" or (by_id and route.confidence < SURE):
            route = Route("describe", 0.6, ((route.intent, route.confidence),))
        return replace(plain, products=ids, route=route)

    def _of_kind(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood:
        """`the kettle`: the one that is spoken of or shown, the only one there is, else the customer is asked which."""
        called = [i for i in said.called if i in history.shown] or list(said.called)
        if history.about in called:
            called = [history.about]
        if len(called) > 1:
            called = list(self._ambiguous(said, called)) or called
        if len(called) == 1:
            return replace(plain, products=tuple(called), acts=("point",) if called[0] in history.shown else ())
        if _is_plural(said):
            return plain
        return replace(plain, options=self._options(called[:CHOICES], locale))

    def _asks_fact(self, product_id: str, said: Said) -> bool:
        """Whether an attribute of the product is asked, not only named as a limit."""
        asked = any(asked_attribute(said.text, form) for form in self._catalogue.forms(product_id))
        stated = replace(said.where, having=tuple(one for one in said.where.having if one.name != "brand"))
        return asked and stated == Where() and acts.does("asking", said.text)

    def _options(self, ids: Sequence[str], locale: Locale) -> tuple[Option, ...]:
        return tuple(Option(product.title, product_id=i) for i in ids if (product := self._catalogue.get(i, locale)))


def _is_plural(said: Said) -> bool:
    """`how much are your kettles`, 水壶都多少钱: all are meant."""
    plural = [
        word
        for word in said.text.split()
        if word.strip("?.!,").endswith("s") and words_of.stem(word.strip("?.!,")) == said.kind
    ]
    return bool(plural) or bool(re.search(r"都|哪些|几款|各|\ball\b", said.text))
