"""Whether a reply is what a script expects of it: one function an expectation of docs/cases.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from bot.types import Reply
from knowledge_base.catalogue import Catalogue
from retrieval.stated import stated, where_of
from retrieval.types import Where


class _Nothing(Exception):
    """An expectation points at a product where none was shown or spoken of."""


@dataclass(frozen=True, slots=True)
class Before:
    """What had been shown before a turn: the last list of two or more, the product spoken of, the words of the last reply."""

    shown: tuple[str, ...] = ()
    about: str = ""
    text: str = ""

    def after(self, reply: Reply) -> Before:
        ids = tuple(card.product_id for card in reply.cards)
        return replace(
            self,
            shown=ids if len(ids) > 1 else self.shown,
            about=ids[0] if len(ids) == 1 else self.about,
            text=reply.text,
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply with the limits that hold after it."""

    reply: Reply
    where: Where
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class Fault:
    """An expectation that doesn't hold: its key, what was expected and what there is."""

    key: str
    expected: object
    got: object


Check = Callable[[Any, Answer, Before], object | None]
"""None where the expectation holds, else what there is instead."""


def faults(expect: Mapping[str, Any], answer: Answer, before: Before) -> list[Fault]:
    found = []
    for key, wanted in expect.items():
        try:
            got = CHECKS[key](wanted, answer, before)
        except _Nothing as nothing:
            got = str(nothing)
        if got is not None:
            found.append(Fault(key, wanted, got))
    return found


def _intent(wanted: str | list[str], answer: Answer, before: Before) -> object | None:
    return None if answer.reply.intent in _several(wanted) else answer.reply.intent


def _intents(wanted: list[str], answer: Answer, before: Before) -> object | None:
    served = [answer.reply.intent, *(name for name, _ in answer.reply.intents)]
    return None if set(wanted) <= set(served) else served


def _where(wanted: Mapping[str, Any], answer: Answer, before: Before) -> object | None:
    got = stated(answer.where)
    return None if got == stated(where_of(wanted)) else got


def _cards(wanted: str | list[str], answer: Answer, before: Before) -> object | None:
    got = _ids(answer)
    if wanted in ("some", "none"):
        return None if bool(got) == (wanted == "some") else got
    return None if sorted(got) == sorted(_named(each, before) for each in _several(wanted)) else got


def _first_card(wanted: str, answer: Answer, before: Before) -> object | None:
    got = _ids(answer)
    return None if got and got[0] == _named(wanted, before) else got


def _among(wanted: list[str], answer: Answer, before: Before) -> object | None:
    others = set(_ids(answer)) - {_named(each, before) for each in wanted}
    return sorted(others) or None


def _all_have(wanted: Mapping[str, Any], answer: Answer, before: Before) -> object | None:
    passing = answer.catalogue.select(where_of(wanted))
    return [i for i in _ids(answer) if i not in passing] or None


def _cheaper(wanted: str, answer: Answer, before: Before) -> object | None:
    return _priced(wanted, answer, before, lambda price, than: price < than)


def _dearer(wanted: str, answer: Answer, before: Before) -> object | None:
    return _priced(wanted, answer, before, lambda price, than: price > than)


def _priced(wanted: str, answer: Answer, before: Before, holds: Callable[[Decimal, Decimal], bool]) -> object | None:
    product = answer.catalogue.get(_named(wanted, before))
    if product is None:
        raise _Nothing(f"the shop has no {wanted}")
    got = [f"{card.product_id} {card.price}" for card in answer.reply.cards]
    kept = bool(got) and all(holds(card.price, product.price) for card in answer.reply.cards)
    return None if kept else got


def _cites(wanted: list[str], answer: Answer, before: Before) -> object | None:
    got = [f"{cite.source}:{cite.source_id}" for cite in answer.reply.cites]
    return None if set(wanted) & set(got) else got


def _says(wanted: list[str], answer: Answer, before: Before) -> object | None:
    said = answer.reply.text.casefold()
    return None if all(each.casefold() in said for each in wanted) else answer.reply.text


def _says_not(wanted: list[str], answer: Answer, before: Before) -> object | None:
    said = answer.reply.text.casefold()
    return [each for each in wanted if each.casefold() in said] or None


def _asks(wanted: bool, answer: Answer, before: Before) -> object | None:
    asks = answer.reply.asks and len(answer.reply.suggestions) > 1
    return None if asks is wanted else asks


def _same_reply(wanted: bool, answer: Answer, before: Before) -> object | None:
    same = bool(before.text) and answer.reply.text.strip() == before.text.strip()
    return None if same is wanted else answer.reply.text


def _handed_off(wanted: bool, answer: Answer, before: Before) -> object | None:
    return None if answer.reply.handed_off is wanted else answer.reply.handed_off


CHECKS: Mapping[str, Check] = {
    "intent": _intent, "intents": _intents, "where": _where, "cards": _cards, "first_card": _first_card, "among": _among,
    "all_have": _all_have, "cheaper_than": _cheaper, "dearer_than": _dearer, "cites": _cites, "says": _says, "says_not": _says_not,
    "asks": _asks, "same_reply": _same_reply, "handed_off": _handed_off,
}  # fmt: skip


def _ids(answer: Answer) -> list[str]:
    return [card.product_id for card in answer.reply.cards]


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _named(product: str, before: Before) -> str:
    """The id of `shown:n`, `about` or an id."""
    if product == "about":
        if not before.about:
            raise _Nothing("no product was spoken of before")
        return before.about
    if not product.startswith("shown:"):
        return product
    place = int(product.removeprefix("shown:"))
    place = place - 1 if place > 0 else place
    if not -len(before.shown) <= place < len(before.shown):
        raise _Nothing(f"{len(before.shown)} were shown before, there is no {product}")
    return before.shown[place]
