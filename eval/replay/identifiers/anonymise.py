"""Identifiers found in a text, and a transcript's own placeholders for them: the same person is the same `[name-1]` all through."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from eval.replay.identifiers import (
    asked,
    cards,
    chinese,
    chinese_people,
    cued,
    identities,
    mails,
    orders,
    people,
    phones,
    places,
)
from eval.replay.identifiers.spans import Span, folded, joined

Finder = Callable[[str], Iterator[Span]]
NUMBERS: tuple[Finder, ...] = (
    mails.emails,
    mails.handles,
    identities.identities,
    cards.cards,
    phones.phones,
    orders.orders,
    cued.numbers,
)
FINDERS: tuple[Finder, ...] = (*NUMBERS, places.addresses, chinese.addresses, people.names, chinese_people.names)
_PLACEHOLDER = re.compile(r"\[(?:email|identity|card|phone|order|address|name)-\d+\]")
_SHORTEST = 3
"""Letters of a Latin name that is known again where nothing around it says that it is one; two for Chinese."""
_LIKE = 7
"""Letters that an address or a phone and a part of it have in common at least."""
_PUBLIC = 4
"""Letters of what may stand because the shop itself says it: less is in any text."""


def found(text: str, finders: Sequence[Finder] = FINDERS, before: str = "") -> list[Span]:
    """The identifiers of one text, without overlaps. `before` is what the shop said before it: an order's number was perhaps asked for."""
    plain = folded(text)
    spans = [span for finder in finders for span in finder(plain)]
    return joined([*spans, *(asked.answers(plain, before) if before else ())])


class Anonymiser:
    """One transcript's placeholders. `public` are texts of which any part may stand: the shop's own address, phone, e-mail, names of its products."""

    def __init__(self, public: Collection[str] = ()) -> None:
        self._public = "\n".join(filter(None, map(_key, public)))
        self._numbers: dict[tuple[str, str], int] = {}
        self._known: dict[str, tuple[str, str]] = {}

    def afresh(self) -> Anonymiser:
        """For another transcript: the same may stand, and nobody is known yet."""
        other = Anonymiser()
        other._public = self._public
        return other

    def text(self, text: str, finders: Sequence[Finder] = FINDERS, before: str = "") -> str:
        """The text with placeholders; who was named before is known again wherever they are named. `before` as in `found`."""
        shown, last = [], 0
        for span in joined([*self._told(text, finders, before), *self._again(text)]):
            shown += [text[last : span.start], self._placeholder(span.kind, text[span.start : span.end])]
            last = span.end
        return "".join(shown) + text[last:]

    def own(self, text: str) -> str:
        """A text of the shop's own making: only who is known from the transcript, and what has the shape of a number, is in it."""
        return self.text(text, NUMBERS)

    def value(self, value: Any) -> Any:
        """Every text of the shop's own making within JSON's types; keys stay as they are."""
        if isinstance(value, str):
            return self.own(value)
        if isinstance(value, Mapping):
            return {key: self.value(one) for key, one in value.items()}
        return [self.value(one) for one in value] if isinstance(value, (list, tuple)) else value

    def _told(self, text: str, finders: Sequence[Finder], before: str) -> Iterator[Span]:
        spared = [match.span() for match in _PLACEHOLDER.finditer(text)]
        for span in found(text, finders, before):
            said = text[span.start : span.end]
            if (len(_key(said)) >= _PUBLIC and _key(said) in self._public) or any(
                start < span.end and span.start < end for start, end in spared
            ):
                continue
            yield span

    def _again(self, text: str) -> Iterator[Span]:
        plain = folded(text)
        for said, (kind, _) in self._known.items():
            edge = r"(?<![0-9A-Za-z])" if said[0].isascii() else ""
            end = r"(?![0-9A-Za-z])" if said[-1].isascii() else ""
            for match in re.finditer(edge + re.escape(said) + end, plain, re.IGNORECASE):
                yield Span(*match.span(), kind)

    def _placeholder(self, kind: str, said: str) -> str:
        plain, key = folded(said).strip(), _key(said)
        kind, key = self._known.get(plain.casefold()) or (kind, self._alias(kind, plain, key))
        number = self._numbers.setdefault((kind, key), 1 + sum(one == kind for one, _ in self._numbers))
        for part in (plain, *(plain.split() if kind == "name" and plain.isascii() else ())):
            if len(part) >= (_SHORTEST if part.isascii() else 2):
                self._known.setdefault(part.casefold(), (kind, key))
        return f"[{kind}-{number}]"

    def _alias(self, kind: str, plain: str, key: str) -> str:
        """The key of somebody known by more or less of the same: a street without its town, 陈先生 for 陈立群, a phone without its country."""
        for known, number in self._numbers:
            if known != kind:
                continue
            if (
                kind in ("address", "phone")
                and min(len(key), len(number)) >= _LIKE
                and (key in number or number in key)
            ):
                return number
            if (
                kind == "name"
                and not plain.isascii()
                and chinese_people.is_titled(plain)
                and number.startswith(plain[0])
            ):
                return number
        return key


def _key(text: str) -> str:
    """What is the same however it is typed: spaces, dashes, brackets and capitals don't count."""
    return re.sub(r"[\s().,，#-]+", "", folded(text)).casefold()
