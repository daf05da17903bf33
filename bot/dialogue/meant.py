"""Which products a clause points at, describes or names, beside or among those that a conversation has shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue import acts, limits, rewriting
from bot.dialogue.pointing import Pointed, described_words, phrase_of, strict_phrase
from bot.dialogue.profiles import TITLED
from bot.dialogue.reading import Said
from bot.dialogue.referring import FEW
from bot.dialogue.spoken import Spoken, is_many, is_sure
from bot.dialogue.wanting import SURE
from bot.intent.attributes import PRICE, STOCK
from bot.intent.forms import asked_forms
from bot.types import Conversation, Route, Understood
from knowledge_base.types import Locale
from retrieval.types import Where

_THAT = re.compile(r"\b(?:the|that|this) \w|呢[?？。 ]*$|[那这](?:个|款|件|条|双)")
_FOR_IT = re.compile(r"\b(?:for|with|to) (?:it|them|this|that)\b|配它|它的")


class Meant(Spoken):
    """Reads what a clause means of the products of a conversation; None where it means none of them."""

    def pointed(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`the second one`, `both`, `the other one`: products of what was shown, whatever else is said."""
        found = self._pointing.pointed(said.text, history)
        if found.by == "both" and not re.search(r"\b(?:which|what)\b|哪", said.text):
            found = self._pointing.standing_out(said.text, found.ids) or found  # `the lighter of the two`
        if found.lost:
            return replace(plain, route=Route("describe", 0.9), lost_place=True, acts=("point",))
        return self.of(plain, said, history, locale, found.ids) if found.ids else None

    def described(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`the steel one`, 那个蓝的, `the check-in one`: one of what was shown, or of what is beside it."""
        narrows = acts.does("refuse", said.text) and not strict_phrase(said.text)
        if narrows or (is_many(said.text) and said.where != Where()):
            return None
        found = self._referring.described(said, history)
        if not (found.ids and found.plainly and self._pass(found.ids, said)):
            found = self._by_limits(said, history) or found
        if found.by == "property" and not found.plainly and self._names_other(said, history):
            return None
        if found.by == "property" and found.ids and self._is_of_other_kind(found.ids[0], said):
            return None
        loose = found.by == "property" and said.where != Where() and not strict_phrase(said.text)
        if loose and self._referring.is_limit(phrase_of(said.text)) and not self.asks(found.ids, said):
            return None
        if found.by == "property" and not found.plainly and acts.does("offer", said.text):
            return None
        if found.near and said.where != Where():
            found = self._told_apart(found, said)
        if found.ids:
            known = {*history.shown, *history.spoken, history.about}
            if set(found.ids) <= known:
                return self.of(plain, said, history, locale, found.ids)
            return self.same(plain, said, history, locale, found.ids, beside=True)
        if found.near and len(found.near) < max(2, len(history.shown)) and said.where == Where():
            return replace(plain, options=self.options(found.near, locale), acts=("point",))
        return None

    def mentioned(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`and the compact, does it come in mustard?`, 奶泡器用几号电池: another product than the one spoken of."""
        is_advice = plain.route.intent in ("compare", "recommend") and plain.route.confidence >= SURE
        if is_advice or not (history.about or history.shown):
            return None
        found = self._referring.mentioned(said, history)
        asks = self.asks(found.ids or found.near, said)
        if not found.plainly and history.about in said.named and self._asks_own(plain, said, history):
            return self.of(plain, said, history, locale, (history.about,))
        if not found.plainly or (is_sure(plain, "ask") and not asks):
            return None
        if not asks and len(said.called) > 1 and set(described_words(said.text)) <= {said.kind}:
            return None  # `what about gloves?`: all that there are
        if found.ids and _FOR_IT.search(said.text) and not asks:
            route = plain.route if plain.route.intent in ("find", "describe") else Route("find", 0.8)
            return replace(plain, route=route, products=found.ids)
        is_search = plain.route.intent == "find" or acts.does("offer", said.text)
        if is_search and not asks and not _THAT.search(said.text):
            return None
        if len(found.ids) == 1:
            known = found.ids[0] in {*history.shown, *history.spoken}
            if asks or plain.route.intent == "describe" or not known:
                made = self.same(plain, said, history, locale, found.ids)
                return replace(made, acts=("point",) if known else ())
            return self.of(plain, said, history, locale, found.ids)
        if asks and not said.is_kind and 1 < len(found.near) <= 5 and not is_many(said.text):
            return replace(plain, options=self.options(found.near, locale), route=Route("describe", SURE))
        return None

    def _is_of_other_kind(self, product_id: str, said: Said) -> bool:
        """`and the keyboard, is there one with quiet switches`: a thing is named that this isn't."""
        weight = self._referring.profiles.weight
        named = len(said.kind) > 1 and any(weight(i, said.kind) >= TITLED for i in said.called[:FEW])
        return named and product_id not in said.called and not weight(product_id, said.kind)

    def _asks_own(self, plain: Understood, said: Said, history: Conversation) -> bool:
        """Whether a question that names the product spoken of is one about it, no search of its like."""
        is_describe = plain.route.intent == "describe" and plain.route.confidence >= SURE
        return acts.does("asking", said.text) and (is_describe or self.has_asked(history.about, said.text))

    def _told_apart(self, found: Pointed, said: Said) -> Pointed:
        """The only one of several that has the form, or passes the limits, that is named beside."""
        having = [i for i in found.near if any(asked_forms(said.text, form) for form in self._catalogue.forms(i))]
        passing = self._referring.passing(found.near, replace(_narrowing(said), price_from=None, price_to=None))
        for left in (having, [i for i in having or found.near if i in passing]):
            if len(left) == 1:
                return Pointed((left[0],), by="property", plainly=True)
        return found

    def _pass(self, ids: Sequence[str], said: Said) -> bool:
        return len(self._referring.passing(ids, _narrowing(said))) == len(ids)

    def _by_limits(self, said: Said, history: Conversation) -> Pointed | None:
        """`the blue one`: those of the shown that pass the limit."""
        narrowing = _narrowing(said)
        asks = any(self.has_asked(i, said.text) for i in history.shown) or bool(
            PRICE.search(said.text) or STOCK.search(said.text)
        )
        asks = asks and acts.does("asking", said.text) and not acts.does("instead", said.text)
        asks = asks and not said.where.without and said.where.sort is None
        if narrowing == Where() or not (_one(said.text) or asks) or is_many(said.text) or len(history.shown) < 2:
            return None
        ids = self._referring.passing(history.shown, narrowing)
        if not ids or len(ids) == len(history.shown):
            return None
        if len(ids) > 1 and (closer := self._pointing.by_property(said.text, ids)).ids:
            return closer
        return Pointed(ids, by="limit") if len(ids) == 1 else Pointed(near=ids, by="limit")

    def _names_other(self, said: Said, history: Conversation) -> bool:
        """Whether the words rather name a product, or a kind of one, that wasn't shown."""
        known = {*history.shown, *history.spoken}
        if said.named and not set(said.named) & known:
            return True
        return bool(said.called) and not set(said.called) & known

    def similar(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`something like it`, `what can I take instead?`: advice beside the product spoken of, within what else is said."""
        if _stated(said.where) and not acts.does("similar", said.text):
            return None  # `cotton instead`: the same search within another limit
        instead, about = acts.does("instead", said.text), history.about or next(iter(history.shown), "")
        if (
            is_sure(plain, "ask")
            or not about
            or said.named
            or not (instead or acts.does("similar", said.text))
            or self.outside(said, history)
        ):
            return None
        where = replace(limits.add(history.where, said.where), in_stock=True if instead else history.where.in_stock)
        product = self._catalogue.get(about)
        if product and acts.does("cheaper", said.text):
            where = replace(limits.below(where, product.price), sort=None)
        text = rewriting.about_products(said.text, self.titles((about,), locale), locale)
        return replace(
            plain,
            text=text,
            route=Route("recommend", 0.8),
            where=where,
            query=history.query,
            products=(about,),
            acts=("same",),
        )

    def spoken_before(self, said: Said, history: Conversation) -> str:
        """The product of those spoken of before that is called so: 刚才那个秤."""
        left = [i for subject in history.past for i in (subject.about, *subject.shown)]
        known = [i for i in said.called if i in {*history.spoken, *history.shown, *left}]
        titled = [i for i in known if self._referring.profiles.weight(i, said.kind) >= TITLED]
        return (titled or known)[0] if len(titled or known) == 1 else ""

    def among_shown(self, said: Said, history: Conversation) -> Pointed:
        return self._referring.described(said, history)


def _narrowing(said: Said) -> Where:
    return replace(said.where, sort=None, quantity=None, in_stock=None, age=None)


def _stated(where: Where) -> bool:
    return replace(where, sort=None, in_stock=None) != Where()


def _one(text: str) -> bool:
    """Whether one certain thing is meant, not all that are so: `the blue one`, 那个蓝的."""
    return bool(strict_phrase(text)) and not is_many(text)
