"""A search that goes on: with other limits, beside a price, or one that was left and is taken up again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from bot.dialogue import limits, rewriting
from bot.dialogue.reading import Said
from bot.dialogue.state import subject_of
from bot.intent.kinds import BUNDLES, Kinds, title_noun
from bot.types import Act, Conversation, Route, Subject, Understood
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Locale
from retrieval import text as words_of
from retrieval.types import Where


class Searching:
    def __init__(self, catalogue: Catalogue, kinds: Kinds) -> None:
        self._catalogue, self._kinds = catalogue, kinds

    def on(
        self,
        plain: Understood,
        history: Conversation,
        locale: Locale,
        where: Where,
        done: tuple[Act, ...],
        *,
        said: str,
    ) -> Understood:
        """The search of the conversation with these limits."""
        intent = "recommend" if history.frame == "recommend" else "find"
        of = history.about or (next(iter(history.shown), "") if history.frame in ("describe", "compare") else "")
        query = history.query or self._kind_of(of, locale)
        text, kind = rewriting.searched(query, said, locale), self._kinds.kind(query)
        route = Route(intent, max(plain.route.confidence, 0.8))
        return replace(
            plain,
            text=text,
            route=route,
            where=where,
            query=query,
            products=(),
            kin=self._kinds.called(query),
            kind=kind,
            akin=self._kinds.akin(kind),
            acts=done,
        )

    def relative(self, plain: Understood, said: Said, history: Conversation, locale: Locale, act: Act) -> Understood:
        """The search below (above) a price: that of the product spoken of, else of all that were shown."""
        move: Callable[[Where, Decimal], Where] = limits.below if act == "cheaper" else limits.above
        ids = (history.about,) if history.about else history.shown
        prices = self._prices(ids)
        stated = replace(said.where, sort=None)
        has_amount = stated.price_from is not None or stated.price_to is not None
        where = limits.add(history.where, stated)
        if prices and not has_amount:
            where = move(where, self._bound(prices, history, act))
        made = self.on(plain, history, locale, where, (act,), said=said.text)
        made = replace(made, leave_out=(history.about,) if history.about else ())
        return made if history.query else replace(made, products=(history.about,) if history.about else ())

    def _bound(self, prices: list[Decimal], history: Conversation, act: Act) -> Decimal:
        """Beyond all that were shown; where nothing is, beyond the first of them."""
        sign = 1 if act == "cheaper" else -1
        utmost = min(prices, key=lambda price: sign * price)
        there = self._prices(self._kin(history.query))
        if any(sign * price < sign * utmost for price in there):
            return utmost
        return prices[0] if any(sign * price < sign * prices[0] for price in there) else utmost

    def _kin(self, query: str) -> tuple[str, ...]:
        return self._kinds.called(query, widely=True)

    def _prices(self, ids: Sequence[str]) -> list[Decimal]:
        return [product.price for i in ids if (product := self._catalogue.get(i))]

    def earlier(self, rest: Said, history: Conversation) -> Subject | None:
        """The subject that the words name, the newest first; the last that was left where they name none."""
        wanted = set(words_of.content_words(rest.text))
        subjects = [subject_of(history), *reversed(history.past)]
        ranked = [(self._shared(wanted, subject, rest), subject) for subject in subjects]
        best = max((shared for shared, _ in ranked), default=0)
        if best > 0:
            return next(subject for shared, subject in ranked if shared == best)
        return history.past[-1] if history.past and not wanted else None

    def _shared(self, wanted: set[str], subject: Subject, rest: Said) -> int:
        is_left = bool(subject.about) and subject.about not in subject.shown  # what was shown then was another subject
        shown = {subject.about} if is_left else {*subject.shown, subject.about} - {""}
        titles = {word for i in shown for form in self._catalogue.forms(i) for word in words_of.words(form.title)}
        asked = set(words_of.words(subject.query))
        kinds = len(set(rest.called) & shown)
        return 4 * len(wanted & asked) + 2 * len(wanted & titles) + (3 if kinds else 0)

    def _kind_of(self, product_id: str, locale: Locale) -> str:
        """What a product is, as a query: the last word of its title's noun."""
        product = self._catalogue.get(product_id, locale)
        if product is None:
            return ""
        noun = title_noun(product)
        words = words_of.topic_words(noun) or [noun]
        if not noun.isascii():
            return self._kinds.shared(noun)
        return " ".join(words[-2:]) if words[-1] in BUNDLES else words[-1]
