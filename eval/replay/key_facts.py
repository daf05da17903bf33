"""What an answer is worth without its words: the amounts, dates, hours, products and links in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.writing.facts.amounts import amounts
from bot.writing.facts.clock import moments
from bot.writing.facts.times import days
from eval.replay.identifiers.anonymise import NUMBERS
from eval.replay.identifiers.anonymise import found as found_in
from retrieval.text import normalise

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>()\"'，。；、]+|\b(?:[a-z0-9-]+\.)+(?:com|net|org|cn|example|shop|store)/[^\s<>()\"'，。；、]*",
    re.IGNORECASE,
)
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SMALL = 10.0
"""A bare number below this is a count in passing (`two of them`), no fact to be covered."""
_KINDS = {"working": "days", "duration": "time"}

Named = Callable[[str], Sequence[str]]
"""Ids of the products that a text names."""


@dataclass(frozen=True, slots=True)
class KeyFact:
    """`kind` and `value` make two facts the same, whatever language they are said in; `shown` is how it was said."""

    kind: str
    value: str
    shown: str

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.value


def key_facts(text: str, today: date, named: Named) -> tuple[KeyFact, ...]:
    """The facts of an answer, each once, in the order of their kinds."""
    found = [KeyFact("link", _bare(match.group()), match.group().rstrip(".,;:")) for match in _LINK.finditer(text)]
    found += [
        KeyFact("contact", match.group().casefold().rstrip("."), match.group()) for match in _CONTACT.finditer(text)
    ]
    plain = normalise(_without_numbers(_CONTACT.sub(" ", _LINK.sub(" ", text))))
    taken: list[tuple[int, int]] = []
    for day in days(plain, today):
        taken.append((day.start, day.end))
        if day.on and not day.relative:
            found.append(KeyFact("date", day.on.strftime("%m-%d"), plain[day.start : day.end]))
    for moment in moments(plain):
        taken.append((moment.start, moment.end))
        found.append(KeyFact("hour", "|".join(map(str, sorted(moment.minutes)[:1])), plain[moment.start : moment.end]))
    for one in amounts(plain):
        if any(start < one.end and one.start < end for start, end in taken):
            continue
        if one.family in ("bare", "count") and max(one.low, one.high) < _SMALL:
            continue
        kind = "number" if one.family in ("bare", "count") else "money" if one.family == "money" else one.kind
        found.append(KeyFact(_KINDS.get(kind, kind), f"{one.low:g}-{one.high:g}", plain[one.start : one.end]))
    found += [KeyFact("product", id_, id_) for id_ in named(text)]
    return tuple({fact.key: fact for fact in reversed(found)}.values())[::-1]


def _without_numbers(text: str) -> str:
    """An order's or a phone's number tells who somebody is, and no fact."""
    for span in reversed(found_in(text, NUMBERS)):
        text = f"{text[: span.start]} {text[span.end :]}"
    return text


def _bare(link: str) -> str:
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", link.casefold()).rstrip("/.,;:")


def covered(wanted: Sequence[KeyFact], said: Sequence[KeyFact]) -> tuple[list[KeyFact], list[KeyFact]]:
    """(said too, missed): days are taken for time and time for days where the figure is the same."""
    there = {fact.key for fact in said} | {("number", fact.value) for fact in said}
    there |= {(other, value) for kind, value in there for other in ("days", "time") if kind in ("days", "time")}
    hit = [fact for fact in wanted if fact.key in there]
    return hit, [fact for fact in wanted if fact.key not in there]


def contradicted(wanted: Sequence[KeyFact], said: Sequence[KeyFact]) -> list[tuple[KeyFact, KeyFact]]:
    """(what a person said, what we say instead): one figure of a kind on both sides, and they differ.

    With more than one figure of a kind nothing tells which stands for which, so nothing is said.
    """
    apart: list[tuple[KeyFact, KeyFact]] = []
    about, ours_about = ({fact.value for fact in _of("product", facts)} for facts in (wanted, said))
    if about and ours_about and not about & ours_about:
        return apart  # two answers about two things
    for kind in {fact.kind for fact in wanted} - {"product", "number", "link", "hour"}:
        theirs, ours = _of(kind, wanted), _of(kind, said)
        if len(theirs) == 1 and len(ours) == 1 and theirs[0].value != ours[0].value:
            apart.append((theirs[0], ours[0]))
    return sorted(apart, key=lambda pair: pair[0].key)


def _of(kind: str, facts: Sequence[KeyFact]) -> list[KeyFact]:
    return [fact for fact in facts if fact.kind == kind]


def plain_of(facts: Sequence[KeyFact]) -> list[Mapping[str, str]]:
    return [{"kind": fact.kind, "value": fact.value, "shown": fact.shown} for fact in facts]
