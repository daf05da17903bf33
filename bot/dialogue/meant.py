"""Which products a clause speaks of, and what is asked of them: those pointed at, named beside the others, or spoken of last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue import acts, limits, rewriting
from bot.dialogue.pointing import Pointed, described_words, phrase_of, strict_phrase
from bot.dialogue.profiles import TITLED
from bot.dialogue.reading import Said
from bot.dialogue.referring import FEW, Referring
from bot.dialogue.wanting import SURE
from bot.intent.attributes import PRICE, STOCK, asked_attribute
from bot.intent.forms import asked_forms
from bot.types import Conversation, Option, Route, Understood
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Locale
from retrieval import text as words_of
from retrieval.constraints import asks_stock
from retrieval.places import countries_in
from retrieval.types import Where

UNSURE = 0.5
"""Confidence below which a clause after a question to the shop is taken to go on with it."""
SHORT = 3
"""Topic words up to which a clause may be an ellipsis."""
_THAT = re.compile(r"\b(?:the|that|this) \w|呢[?？。 ]*$|[那这](?:个|款|件|条|双)")
_FOR_IT = re.compile(r"\b(?:for|with|to) (?:it|them|this|that)\b|配它|它的")
_DEFINITE = re.compile(r"\b(?:the|those|these) (?:[\w-]+ ){1,3}ones\b")
_NOT_POINTING = ("greet", "thank", "bye", "order", "handoff", "recommend", "compare")


class Meant:
    """Reads what a clause means of the products of a conversation; None where it means none of them."""

    def __init__(self, catalogue: Catalogue, referring: Referring) -> None:
        self._catalogue, self._referring, self._pointing = catalogue, referring, referring.pointing

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
        if narrows or (_many(said.text) and said.where != Where()):
            return None
        found = self._referring.described(said, history)
        if not (found.ids and found.plainly and self._pass(found.ids, said)):
            found = self._by_limits(said, history) or found
        if found.by == "property" and not found.plainly and self._names_other(said, history):
            return None
        loose = found.by == "property" and said.where != Where() and not strict_phrase(said.text)
        if loose and self._referring.is_limit(phrase_of(said.text)) and not self._asks(found.ids, said):
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
            return replace(plain, options=self._options(found.near, locale), acts=("point",))
        return None

    def mentioned(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`and the compact, does it come in mustard?`, 奶泡器用几号电池: another product than the one spoken of."""
        is_advice = plain.route.intent in ("compare", "recommend") and plain.route.confidence >= SURE
        if is_advice or not (history.about or history.shown):
            return None
        found = self._referring.mentioned(said, history)
        asks = self._asks(found.ids or found.near, said)
        if not found.plainly and history.about in said.named and self._asks_own(plain, said, history):
            return self.of(plain, said, history, locale, (history.about,))
        if not found.plainly or (is_sure(plain, "ask") and not asks):
            return None
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
        if asks and not said.is_kind and 1 < len(found.near) <= 5 and not _many(said.text):
            return replace(plain, options=self._options(found.near, locale), route=Route("describe", SURE))
        return None

    def _asks_own(self, plain: Understood, said: Said, history: Conversation) -> bool:
        """Whether a question that names the product spoken of is one about it, no search of its like."""
        is_describe = plain.route.intent == "describe" and plain.route.confidence >= SURE
        return acts.does("asking", said.text) and (is_describe or self._has_asked(history.about, said.text))

    def _asks(self, ids: Sequence[str], said: Said) -> bool:
        """Whether a price, the stock or an attribute of these is asked."""
        if PRICE.search(said.text) and said.where.sort is None:
            return True
        if STOCK.search(said.text) and said.where.in_stock is None:
            return True
        return any(self._has_asked(i, said.text) for i in ids)

    def _told_apart(self, found: Pointed, said: Said) -> Pointed:
        """The only one of several that has the form, or passes the limits, that is named beside."""
        having = [i for i in found.near if any(asked_forms(said.text, form) for form in self._catalogue.forms(i))]
        passing = self._catalogue.select(replace(_narrowing(said), price_from=None, price_to=None))
        for left in (having, [i for i in having or found.near if i in passing]):
            if len(left) == 1:
                return Pointed((left[0],), by="property", plainly=True)
        return found

    def _pass(self, ids: Sequence[str], said: Said) -> bool:
        return set(ids) <= self._catalogue.select(_narrowing(said))

    def _by_limits(self, said: Said, history: Conversation) -> Pointed | None:
        """`the blue one`: those of the shown that pass the limit."""
        narrowing = _narrowing(said)
        asks = any(self._has_asked(i, said.text) for i in history.shown) or bool(
            PRICE.search(said.text) or STOCK.search(said.text)
        )
        asks = asks and acts.does("asking", said.text) and not acts.does("instead", said.text)
        asks = asks and not said.where.without and said.where.sort is None
        if narrowing == Where() or not (_one(said.text) or asks) or _many(said.text) or len(history.shown) < 2:
            return None
        passing = self._catalogue.select(narrowing)
        ids = tuple(i for i in history.shown if i in passing)
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

    def of(
        self, plain: Understood, said: Said, history: Conversation, locale: Locale, ids: tuple[str, ...]
    ) -> Understood:
        """The clause asked of these products, what it wants kept where that goes with products."""
        route = plain.route
        keeps = route.intent in ("ask", "recommend") or (route.intent == "compare" and len(ids) > 1)
        if not keeps or route.confidence < SURE:
            route = Route("describe", max(route.confidence, SURE), route.others)
        named = self._titles(ids, locale) if len(ids) == 1 else ()
        text = rewriting.about_products(said.text, named, locale)
        return replace(
            plain, text=text, route=route, products=ids, where=history.where, query=history.query, acts=("point",)
        )

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
        text = rewriting.about_products(said.text, self._titles((about,), locale), locale)
        return replace(
            plain,
            text=text,
            route=Route("recommend", 0.8),
            where=where,
            query=history.query,
            products=(about,),
            acts=("same",),
        )

    def asked_of_it(self, said: Said, history: Conversation) -> bool:
        """防不防水 after one product: whether it is, not which are."""
        asks = acts.does("asking", said.text) and not acts.does("offer", said.text) and not _many(said.text)
        return bool(asks and history.about and self._has_asked(history.about, said.text))

    def spoken_before(self, said: Said, history: Conversation) -> str:
        """The product of those spoken of before that is called so: 刚才那个秤."""
        left = [i for subject in history.past for i in (subject.about, *subject.shown)]
        known = [i for i in said.called if i in {*history.spoken, *history.shown, *left}]
        titled = [i for i in known if self._referring.profiles.weight(i, said.kind) >= TITLED]
        return (titled or known)[0] if len(titled or known) == 1 else ""

    def among_shown(self, said: Said, history: Conversation) -> Pointed:
        return self._referring.described(said, history)

    def other_shown(self, said: Said, history: Conversation) -> bool:
        """Whether the words are the title of another product of the list: 那四件套呢."""
        found = self._pointing.by_property(rewriting.bare(said.text), history.shown)
        return found.plainly and bool(found.ids) and found.ids[0] != history.about

    def elliptic(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`and the mug?`, `and to Canada?`, 玻璃的: what is new in the clause, asked as before."""
        words = described_words(said.text)
        unsure = (
            plain.route.confidence < UNSURE
            and not said.named
            and said.where == Where()
            and not acts.does("offer", said.text)
        )
        if history.intent == "ask" and history.asked and unsure and not history.about:
            return replace(
                plain,
                text=rewriting.same_question(history.asked, plain.message.text),
                route=Route("ask", SURE),
                acts=("same",),
            )
        if len(words) > SHORT:
            return None
        same = acts.does("same", said.text)
        if said.named and same and history.frame == "describe" and not set(said.named) <= {history.about}:
            return self.same(plain, said, history, locale, tuple(said.named))
        if same and said.called and history.frame == "describe" and len(said.called) == 1:
            return self.same(plain, said, history, locale, tuple(said.called))
        if same and history.frame == "describe" and (found := self._referring.mentioned(said, history)).ids:
            return self.same(plain, said, history, locale, found.ids)
        may_point = (
            not said.named
            and not is_sure(plain, "ask")
            and plain.route.intent not in _NOT_POINTING
            and not self.outside(said, history)
        )
        if may_point and (found := self._bare_property(plain, said, history, locale)):
            return found
        same = (
            same
            or said.text.startswith(("and ", "那", "or "))
            or (not history.about and acts.does("pronoun", said.text))
        )
        if (
            history.intent == "ask"
            and not said.named
            and not said.called
            and (same or countries_in(said.text))
            and len(words) <= 2
        ):
            asked_before = "" if acts.does("shop", said.text) else history.asked
            text = rewriting.same_question(asked_before, plain.message.text)
            return replace(plain, text=text, route=Route("ask", SURE), acts=("same",))
        return None

    def _bare_property(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`electric`, `the 18 L`, 玻璃的: a property that one of the shown has."""
        if history.about and (acts.does("pronoun", said.text) or self._has_asked(history.about, said.text)):
            return None
        if (
            history.frame not in ("find", "recommend", "compare")
            and not acts.does("same", said.text)
            and len(history.shown) < 2
        ):
            return None
        if history.about and history.frame == "describe" and not acts.does("same", said.text) and "的" not in said.text:
            return None
        found = self._pointing.standing_out(said.text, history.shown) if acts.does("same", said.text) else None
        found = found or self._pointing.by_property(said.text, history.shown)
        if not found.plainly and (history.about or self.outside(said, history)):
            return None
        return self.of(plain, said, history, locale, found.ids) if found.ids else None

    def form(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`L/XL left?`, 1公斤装多少钱: a form of the product spoken of, its price or its stock."""
        about = history.about or (history.shown[0] if len(history.shown) == 1 else "")
        turns = any(
            acts.does(act, said.text) for act in ("refuse", "cheaper", "dearer", "more", "other", "instead", "compare")
        )
        asked_shop = is_sure(plain, "ask") and (acts.does("shop", said.text) or not acts.does("offer", said.text))
        if not about or turns or _many(said.text) or asked_shop:
            return None
        if not any(asked_forms(said.text, form) for form in self._catalogue.forms(about)) or self._is_elsewhere(
            said, about
        ):
            return None
        goes_on = history.frame == "describe" and len(described_words(said.text)) <= SHORT
        if not (goes_on or any(cue.search(said.text) for cue in (PRICE, STOCK)) or acts.does("asking", said.text)):
            return None
        made = self.of(replace(plain, route=Route("describe", 0.8)), said, history, locale, (about,))
        if history.frame not in ("find", "recommend"):
            return made
        where = limits.add(history.where, Where(having=said.where.having))
        return replace(made, where=where, acts=(*made.acts, "limit"))

    def _is_elsewhere(self, said: Said, about: str) -> bool:
        """Whether another kind of thing is named than the product is."""
        if len(said.kind) == 1 and not said.is_kind:
            return False
        return bool(said.called) and about not in said.called and not self._referring.profiles.weight(about, said.kind)

    def spoken_of(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`it`, or nothing named at all: the product spoken of. Where several could be `it`, the customer is asked."""
        pronoun = acts.does("pronoun", said.text) or bool(history.about and acts.does("these", said.text))
        if (said.named and not pronoun) or (
            plain.route.intent in ("recommend", "compare") and not (pronoun or history.shown)
        ):
            return None
        if not is_sure(plain, "ask") and (asked := self._asked_attribute(said, history)):
            return self.of(replace(plain, route=Route("describe", 0.8)), said, history, locale, (asked,))
        if plain.route.intent == "compare":
            return self._compared(plain, said, history, locale)
        if acts.does("these", said.text) and len(history.shown) > 1 and not history.about:
            return self.of(plain, said, history, locale, history.shown[:4])
        about = history.about or (history.shown[0] if len(history.shown) == 1 else "")
        if (
            about
            and PRICE.search(said.text)
            and said.where.sort is None
            and not is_sure(plain, "ask")
            and not self.outside(said, history)
        ):
            return self.of(replace(plain, route=Route("describe", 0.8)), said, history, locale, (about,))
        if not about and (only := self._only_one_that(said, plain, history)):
            return self.of(plain, said, history, locale, (only,))
        unsure = (
            plain.route.confidence < SURE
            and re.search(r"\b(?:which|what)\b|哪|什么", said.text)
            and not self.outside(said, history)
        )
        if plain.route.intent == "recommend" and unsure and about and history.frame in ("find", "describe"):
            return self.of(replace(plain, route=Route("describe", SURE)), said, history, locale, (about,))
        if plain.route.intent == "recommend":
            return (
                self.of(plain, said, history, locale, (about,))
                if about and (pronoun or not described_words(plain.query))
                else None
            )
        if about and (pronoun or self._goes_with(plain, said, history)):
            return self.of(plain, said, history, locale, (about,))
        if (
            pronoun
            and len(history.shown) > 1
            and plain.route.intent in ("describe", "find")
            and not self.outside(said, history)
        ):
            return replace(plain, options=self._options(history.shown[:5], locale), acts=("point",))
        return None

    def _asked_attribute(self, said: Said, history: Conversation) -> str:
        """The product spoken of where the clause asks for an attribute that it has; else the only one shown that has it."""
        if self.outside(said, history) and not acts.does("pronoun", said.text) and len(described_words(said.text)) > 1:
            return ""
        if history.about:
            return history.about if self._has_asked(history.about, said.text) else ""
        having = [i for i in history.shown if self._has_asked(i, said.text)]
        return having[0] if len(having) == 1 else ""

    def _has_asked(self, product_id: str, text: str) -> bool:
        return any(asked_attribute(text, form) for form in self._catalogue.forms(product_id))

    def _only_one_that(self, said: Said, plain: Understood, history: Conversation) -> str:
        """`which scents?` after a list in which one product alone has scents."""
        if plain.route.intent not in ("ask", "describe") or is_sure(plain, "ask") or said.named:
            return ""
        found = self._pointing.by_property(said.text, history.shown)
        return found.ids[0] if found.ids else ""

    def _compared(self, plain: Understood, said: Said, history: Conversation, locale: Locale) -> Understood | None:
        """`which is lighter?`: of what was compared, or of what was shown."""
        ids = history.spoken[-2:] if history.about and len(history.spoken) > 1 else history.shown[:4]
        return self.of(plain, said, history, locale, ids) if len(ids) > 1 and not self.outside(said, history) else None

    def _goes_with(self, plain: Understood, said: Said, history: Conversation) -> bool:
        """Whether a question without a thing of its own is one of the product spoken of."""
        if (plain.route.intent == "find" and not described_words(said.query)) or asks_stock(said.text):
            return not self.outside(said, history)
        if (
            plain.route.intent == "find"
            and acts.does("asking", said.text)
            and not said.called
            and not acts.does("offer", said.text)
        ):
            return True
        if plain.route.intent in ("ask", "out_of_scope", "find") and plain.route.confidence >= SURE:
            return False
        return not self.outside(said, history)

    def outside(self, said: Said, history: Conversation) -> bool:
        """Whether the clause names a kind of product other than those shown and spoken of."""
        known = {*history.shown, *history.spoken, history.about}
        ends = said.query.rstrip("的了吗呢吧 ").endswith(said.kind)
        if not said.called or set(said.called) & known or (len(said.kind) == 1 and not (said.is_kind or ends)):
            return False
        if self._is_aside(said):
            return False
        return not (history.about and said.kind in self.words(history.about))

    def _is_aside(self, said: Said) -> bool:
        """`do they run large`: beside a pronoun a word is no thing of its own that is but a keyword of something."""
        points = acts.does("pronoun", said.text) or acts.does("these", said.text)
        weight = self._referring.profiles.weight
        return points and not any(weight(i, said.kind) >= TITLED for i in said.called[:FEW])

    def words(self, product_id: str) -> set[str]:
        return {
            word
            for product in self._catalogue.forms(product_id)
            for word in words_of.words(f"{product.title} {product.keywords}")
        }

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
        own = own or self._asks(ids, said) or (acts.does("asking", said.text) and not acts.does("same", said.text))
        text = said.text if own else rewriting.of_other(history.asked, names, self._titles(ids, locale), locale)
        route = plain.route if own and plain.route.intent in ("describe", "ask") else Route("describe", SURE)
        made = replace(plain, text=text, route=route, products=ids, acts=(), query="", where=Where())
        if beside:
            return replace(made, acts=("point",), query=history.query, where=history.where)
        return made

    def _options(self, ids: Sequence[str], locale: Locale) -> tuple[Option, ...]:
        return tuple(Option(p.title, product_id=i) for i in ids[:5] if (p := self._catalogue.get(i, locale)))

    def _titles(self, ids: Sequence[str], locale: Locale) -> list[str]:
        return [product.title for i in ids if (product := self._catalogue.get(i, locale))]


def _narrowing(said: Said) -> Where:
    return replace(said.where, sort=None, quantity=None, in_stock=None, age=None)


def _stated(where: Where) -> bool:
    return replace(where, sort=None, in_stock=None) != Where()


def _one(text: str) -> bool:
    """Whether one certain thing is meant, not all that are so: `the blue one`, 那个蓝的."""
    return bool(strict_phrase(text)) and not _many(text)


def _many(text: str) -> bool:
    """Whether all that are so are meant: `bluetooth ones only`."""
    return bool(re.search(r"\bonly\b|哪些|只要|只看|都要", text)) or bool(
        re.search(r"\bones\b", text) and not _DEFINITE.search(text)
    )


def is_sure(plain: Understood, intent: str) -> bool:
    return plain.route.intent == intent and plain.route.confidence >= SURE
