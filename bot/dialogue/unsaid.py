"""A clause that leaves out what it speaks of: `and the mug?`, `L left?`, `how heavy?` after a product, a list or a question to the shop."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.dialogue import acts, limits, rewriting
from bot.dialogue.pointing import described_words
from bot.dialogue.reading import Said
from bot.dialogue.spoken import Spoken, is_many, is_sure
from bot.dialogue.wanting import SURE
from bot.intent.attributes import PRICE, STOCK
from bot.intent.forms import asked_forms
from bot.types import Conversation, Route, Understood
from knowledge_base.types import Locale
from retrieval.constraints import asks_stock
from retrieval.places import countries_in
from retrieval.types import Where

UNSURE = 0.5
"""Confidence below which a clause after a question to the shop is taken to go on with it."""
SHORT = 3
"""Topic words up to which a clause may be an ellipsis."""
_NOT_POINTING = ("greet", "thank", "bye", "order", "handoff", "recommend", "compare")


class Unsaid(Spoken):
    """Reads what a clause leaves out; None where it stands by itself."""

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
        is_kind = len(said.called) > 1 and set(words) <= {said.kind}
        if (
            same
            and not is_kind
            and history.frame == "describe"
            and (found := self._referring.mentioned(said, history)).ids
        ):
            return self.same(plain, said, history, locale, found.ids)
        may_point = (
            not said.named
            and not is_sure(plain, "ask")
            and plain.route.intent not in _NOT_POINTING
            and not self.outside(said, history)
        )
        if may_point and (bare := self._bare_property(plain, said, history, locale)):
            return bare
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
        if history.about and (acts.does("pronoun", said.text) or self.has_asked(history.about, said.text)):
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
        if not about or turns or is_many(said.text) or asked_shop:
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
            return replace(plain, options=self.options(history.shown[:5], locale), acts=("point",))
        return None

    def _asked_attribute(self, said: Said, history: Conversation) -> str:
        """The product spoken of where the clause asks for an attribute that it has; else the only one shown that has it."""
        if self.outside(said, history) and not acts.does("pronoun", said.text) and len(described_words(said.text)) > 1:
            return ""
        if history.about:
            return history.about if self.has_asked(history.about, said.text) else ""
        having = [i for i in history.shown if self.has_asked(i, said.text)]
        return having[0] if len(having) == 1 else ""

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

    def asked_of_it(self, said: Said, history: Conversation) -> bool:
        """防不防水 after one product: whether it is, not which are."""
        asks = acts.does("asking", said.text) and not acts.does("offer", said.text) and not is_many(said.text)
        return bool(asks and history.about and self.has_asked(history.about, said.text))

    def other_shown(self, said: Said, history: Conversation) -> bool:
        """Whether the words are the title of another product of the list: 那四件套呢."""
        found = self._pointing.by_property(rewriting.bare(said.text), history.shown)
        return found.plainly and bool(found.ids) and found.ids[0] != history.about
