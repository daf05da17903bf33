"""The answer to a question of ours: one of its choices, by number, name or property; the number of an order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.dialogue import acts, rewriting
from bot.dialogue.pointing import Pointing, bare_number, described_words, places_in
from bot.dialogue.reading import proves
from bot.types import Conversation, Message, Option, Question, Route, Understood
from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Locale
from retrieval import text as words_of

_AMOUNT = re.compile(r"(?<![\d.])\d+(?:\.\d{1,2})?(?![\d.])")


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer comes to: a wish, or a text to be read anew (with a route where that was what we asked)."""

    understood: Understood | None = None
    asked_again: str = ""
    route: Route | None = None


class Answers:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue, self._pointing = catalogue, Pointing(catalogue)

    def read(self, message: Message, history: Conversation, locale: Locale) -> Answer | None:
        """None where the message is no answer to the open question."""
        question, text = history.question, words_of.normalise(message.text)
        if question is None:
            return None
        if question.intent == "order" and not question.options:
            return self._proof(message, question) if proves(text) else None
        if not question.clarifies:
            return None
        return self._chosen(message, question, text, history, locale)

    def _proof(self, message: Message, question: Question) -> Answer:
        said = f"{question.asked} {message.text}"
        return Answer(asked_again=said, route=Route("order", 0.9))

    def _chosen(
        self, message: Message, question: Question, text: str, history: Conversation, locale: Locale
    ) -> Answer | None:
        ids = [option.product_id for option in question.options]
        if not any(ids):
            chosen = _intent_of(text, question.options)
            again = (
                message.text if proves(text) else question.asked
            )  # `order JL-100448, ann@...` says more than which it is
            return Answer(asked_again=again, route=Route(chosen, 0.9)) if chosen else None
        picked = self._picked(text, ids, history)
        if not picked:
            return None
        titles = [product.title for i in picked if (product := self._catalogue.get(i, locale))]
        own = len(described_words(text)) > 4 or "?" in text or "？" in text or text.endswith("吗")
        asked = message.text if own and len(picked) == 1 else question.asked
        intent = "describe" if question.intent in ("find", "out_of_scope") else question.intent
        understood = Understood(
            message, rewriting.about_products(asked, titles if len(titles) == 1 else (), locale), Route(intent, 0.9), history.where, history.query,
            tuple(picked), ("answer",),
        )  # fmt: skip
        return Answer(understood)

    def _picked(self, text: str, ids: Sequence[str], history: Conversation) -> list[str]:
        """The products of the choices that a text picks: by number, `both`, what stands out, or a property."""
        number = bare_number(text)
        places = [number] if number else places_in(text)
        there = [ids[place - 1 if place > 0 else place] for place in places if -len(ids) <= place <= len(ids) and place]
        if there:
            return list(dict.fromkeys(there))
        if acts.does("both", text) or text.strip(" .!。") in ("all", "all of them", "都要", "都看", "全部"):
            return list(ids[:4])
        if numbered := self._priced(text, ids) or self._pointing.by_number(text, ids):
            return list(numbered)
        found = self._pointing.standing_out(text, ids)
        if len(described_words(text)) <= 6 and (exact := self._pointing.by_property(text, ids)).ids:
            return list(exact.ids)
        return list(found.ids) if found else []

    def _priced(self, text: str, ids: Sequence[str]) -> list[str]:
        """`the one for 138`: the choice that costs just that."""
        amounts = {Decimal(amount) for amount in _AMOUNT.findall(text)}
        found = [i for i in ids if (product := self._catalogue.get(i)) and product.price in amounts]
        return found if len(found) == 1 else []


def _intent_of(text: str, options: Sequence[Option]) -> str:
    number = bare_number(text)
    places = [number] if number else places_in(text)
    if places and 0 < places[0] <= len(options):
        return options[places[0] - 1].intent
    said = set(words_of.content_words(text))
    shares = {option.intent: len(said & set(words_of.content_words(option.label))) for option in options}
    best = max(shares, key=lambda intent: shares[intent], default="")
    return best if best and shares[best] > 0 else ""


__all__ = ["Answer", "Answers", "replace"]
