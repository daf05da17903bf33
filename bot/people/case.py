"""A customer at the desk, and what may happen to them there. Pure: the desk keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

State = Literal["waiting", "taken", "clerk", "closed"]
"""Nobody has them yet; a colleague has them and the clerk is silent; the clerk has them again; all is done."""
PAGES = ("web",)
"""Channels whose customers follow what happens in their conversation."""


@dataclass(frozen=True, slots=True)
class Case:
    """One customer; a later hand-over opens it again. Times are seconds since 1970."""

    conversation_id: str
    channel: str
    address: str
    """Where what a colleague says goes; empty where the customer's page asks for it."""
    locale: str
    state: State
    why: str
    by: str = ""
    """Who has taken it."""
    number: int = 1
    """How often it was opened."""
    opened_at: float = 0.0
    customer_at: float = 0.0
    person_at: float = 0.0
    told_late: bool = False
    """Whether the customer knows that it takes long."""

    @property
    def is_open(self) -> bool:
        return self.state in ("waiting", "taken")

    @property
    def is_reached(self) -> bool:
        """Whether what a colleague says can reach the customer."""
        return reaches(self.channel, self.address)


def reaches(channel: str, address: str) -> bool:
    """A chat is sent what colleagues say, a page of the website asks for it; who waits for one reply alone hears nothing more."""
    return channel in PAGES or bool(address)


def opened(before: Case | None, fresh: Case) -> Case:
    """A hand-over: the case, opened once more where it was closed; where it is open it stays as it is."""
    if before is None:
        return fresh
    if before.is_open:
        return replace(before, customer_at=fresh.customer_at, locale=fresh.locale)
    return replace(fresh, number=before.number + 1)


def wrote(case: Case, at: float) -> Case:
    return replace(case, customer_at=at)


def taken(case: Case, by: str, at: float) -> Case:
    return replace(case, state="taken", by=by, person_at=at)


def given_back(case: Case, at: float) -> Case:
    return replace(case, state="clerk", by="", person_at=at)


def closed(case: Case, at: float) -> Case:
    return replace(case, state="closed", by="", person_at=at)


def is_quiet(case: Case, now: float, quiet_s: float) -> bool:
    """Whether nobody at the desk has said anything for so long that the clerk should be back."""
    return case.state == "taken" and now - case.person_at >= quiet_s


def is_late(case: Case, now: float, late_s: float) -> bool:
    """Whether the customer has waited long enough to be told so; once."""
    return case.state == "waiting" and not case.told_late and now - case.opened_at >= late_s


def canned(text: str, answers: Mapping[str, Mapping[str, str]], locale: str) -> str | None:
    """A ready answer by its name, in the customer's language, else in the first that it is written in; None where there is none."""
    choices = answers.get(text.strip().casefold())
    return None if not choices else choices.get(locale) or next(iter(choices.values()))


def names_of(answers: Mapping[str, Mapping[str, str]]) -> Sequence[str]:
    return sorted(answers)
