"""Questions that found no answer: grouped by what they mean, ranked by the trouble they made, each with what a colleague answered best."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.insights.drafting import Draft, drafted, nearest
from eval.insights.grouping import Group, of_meaning
from eval.insights.intervals import Interval, share
from eval.insights.kept import Asked, Told, Visit
from eval.insights.withholding import LEAST, shown
from eval.replay import signs
from retrieval.seams import Embedder, Vectors

UNANSWERED = frozenset({"unknown", "stopped", "found_nothing", "not_stated", "nothing_fits", "out_of_scope"})
"""Wordings that own up to having nothing."""
_OWNED_UP = frozenset({"unknown", "stopped", "found_nothing", "failed"})
"""Reasons of a hand-over that do."""
_NO_QUESTION = frozenset({"greet", "thank", "bye", "handoff"})
_SEARCHES = frozenset({"find", "recommend"})
NAMED = 3
"""People who have asked it before a question is shown: what one person writes may tell who they are."""
MOST = 12
WEIGHTS = {"handed": 2.0, "upset": 2.0, "left": 2.0, "again": 1.0}
"""What each of these costs, beside 1 for the question itself."""
_EXAMPLES, _LINKS = 3, 5
_COMPLAINS = re.compile(
    r"\b(?:answers?|answered|answering) (?:my|the) question|\b(?:asked|meant|said) something else\b|没(?:有)?回答|不是问|不是这个意思",
    re.IGNORECASE,
)
Clean = Callable[[str], str]
CleanOf = Callable[[Visit], Clean]
"""Of a visit, what takes out of a text what tells who somebody is; it knows whoever is named anywhere in the visit."""


@dataclass(frozen=True, slots=True)
class Missed:
    """One question that found no answer, and what came of it; `told` is what a colleague answered."""

    asked: Asked
    text: str
    shown: str
    """The text as it may be shown: nobody is in it."""
    is_search: bool
    """Whether it looked for something to buy: such are told as demand, in the part on the market."""
    handed: bool
    again: bool
    upset: bool
    left: bool
    """Whether the customer went without any answer."""
    told: Told | None = None
    told_is_for_all: bool = False
    """Whether that says nothing of anybody, and nothing that was done for one customer alone."""
    was_thanked: bool = False

    @property
    def trouble(self) -> float:
        return 1 + sum(weight for name, weight in WEIGHTS.items() if getattr(self, name))


@dataclass(frozen=True, slots=True)
class Miss:
    """Questions of one meaning, of at least `NAMED` people; of fewer than `LEAST` all counts are None. All but the first are of questions."""

    id: str
    question: str
    examples: tuple[str, ...]
    locales: tuple[str, ...]
    people: int | None
    questions: int | None
    handed: int | None
    again: int | None
    upset: int | None
    left: int | None
    shares: Mapping[str, Interval]
    """Of the last four, how large a part of the questions they are; empty where they are withheld."""
    conversations: tuple[str, ...]
    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class Misses:
    asked: int | None
    """Questions in all."""
    missed: int | None
    share: Interval | None
    found: tuple[Miss, ...]
    more: int
    """Groups of enough people that aren't shown."""
    alone: int | None
    """Questions of too few people to be shown; None where they themselves are few."""

    def as_json(self) -> dict[str, Any]:
        share = self.share
        return {
            "asked": self.asked, "missed": self.missed,
            "share": None if share is None else {"value": share.value, "low": share.low, "high": share.high},
            "more": self.more, "alone": self.alone,
            "groups": [
                {name: list(value) if isinstance(value, tuple) else value for name in Miss.__slots__ if name not in ("drafts", "shares") for value in [getattr(one, name)]}
                | {"shares": {name: {"value": part.value, "low": part.low, "high": part.high} for name, part in one.shares.items()}}
                | {"drafts": [{"locale": draft.locale, "question": draft.question, "answer": draft.answer} for draft in one.drafts]}
                for one in self.found
            ],
        }  # fmt: skip


def misses(visits: Iterable[Visit], embedder: Embedder, clean_of: CleanOf) -> Misses:
    """The groups that made most trouble."""
    asked, people, found = 0, set[str](), list[Missed]()
    for visit in visits:
        asked += sum(is_question(one) for one in visit.asked)
        people |= {one.person for one in visit.asked}
        found += missed_in(visit, clean_of)
    kept = [one for one in found if not one.is_search]
    vectors = embedder.embed([one.text for one in kept])
    named, alone = list[tuple[float, Group]](), 0
    for group in of_meaning([one.text for one in kept], [one.asked.locale for one in kept], embedder):
        ours = [kept[place] for place in group.members]
        if len({one.asked.person for one in ours}) >= NAMED:
            named.append((sum(one.trouble for one in ours), group))
        else:
            alone += len(ours)
    named.sort(key=lambda one: (-one[0], one[1].members))
    told = tuple(
        _miss(f"miss-{place}", [kept[one] for one in group.members], vectors[list(group.members)], embedder)
        for place, (_, group) in enumerate(named[:MOST], 1)
    )
    enough = len(people) >= LEAST
    return Misses(
        asked if enough else None, len(found) if enough else None, share(len(found), asked) if enough and asked else None, told,
        max(0, len(named) - MOST), shown(alone),
    )  # fmt: skip


def is_question(asked: Asked) -> bool:
    """Whether it wants something to be known or found, of the clerk."""
    return not asked.to_person and any(wish.intent not in _NO_QUESTION for wish in asked.wishes)


def missed_in(visit: Visit, clean_of: CleanOf) -> Iterator[Missed]:
    """A complaint about a question isn't another question."""
    clean: Clean | None = None
    asks = [one for place, one in enumerate(visit.asked) if is_question(one) and not (place and complains(one.text))]
    for place, one in enumerate(asks):
        later = [other for other in visit.asked if other.at > one.at]
        until = asks[place + 1].at if place + 1 < len(asks) else None
        meanwhile = [other for other in later if until is None or other.at < until]
        told = next((t for t in visit.told if t.at >= one.at and (until is None or t.at < until)), None)
        told = told if one.intent != "order" else None
        again = any(signs.is_alike(one.text, other.text) for other in later) or (visit.came_again and until is None)
        upset = any(complains(other.text) for other in meanwhile)
        owned_up = _owned_up(one)
        if not (owned_up or told or again or upset):
            continue
        handed = one.handed_off or any(other.handed_off for other in meanwhile)
        left = until is None and told is None and not visit.is_open and (owned_up or upset) and not _thanked(meanwhile)
        searches = all(wish.intent in _SEARCHES for wish in one.wishes)
        clean = clean or clean_of(visit)
        text = _text(one)
        for_all = told is not None and clean(told.text) == told.text and not signs.was_done_by_hand(told.text)
        yield Missed(
            one, text, clean(text), searches, handed, again, upset, left, told, for_all, told is not None and _thanked(later),
        )  # fmt: skip


def complains(text: str) -> bool:
    return signs.is_upset(text) or bool(_COMPLAINS.search(text))


def _owned_up(asked: Asked) -> bool:
    return asked.why in _OWNED_UP or any(wish.said in UNANSWERED and wish.intent not in _NO_QUESTION for wish in asked.wishes)  # fmt: skip


def _thanked(later: Sequence[Asked]) -> bool:
    return any(wish.intent == "thank" for one in later for wish in one.wishes)


def _text(asked: Asked) -> str:
    """The part that found no answer, as it would stand alone; what a follow-up leaves out is in it."""
    parts = [wish for wish in asked.wishes if wish.said in UNANSWERED and wish.text] or [wish for wish in asked.wishes if wish.text]  # fmt: skip
    return parts[0].text if len(asked.wishes) > 1 and parts else asked.text


def _miss(id_: str, ours: Sequence[Missed], vectors: Vectors, embedder: Embedder) -> Miss:
    people = len({one.asked.person for one in ours})
    counts = {name: sum(bool(getattr(one, name)) for one in ours) for name in WEIGHTS}
    question = ours[nearest(range(len(ours)), ours, vectors)].shown
    whole = sorted(dict.fromkeys(one.shown for one in ours), key=lambda text: text not in {one.text for one in ours})
    examples = [text for text in whole if text != question][:_EXAMPLES]
    links = tuple(dict.fromkeys(one.asked.conversation_id for one in sorted(ours, key=lambda one: -one.trouble)))[:_LINKS]  # fmt: skip
    locales = tuple(locale for locale, _ in Counter(one.asked.locale for one in ours).most_common())
    drafts = tuple(draft for locale in locales if (draft := drafted(ours, vectors, locale, embedder)))
    enough = people >= LEAST
    told = {name: count if enough else None for name, count in counts.items()}
    return Miss(
        id_, question, tuple(examples), locales, shown(people), len(ours) if enough else None, told["handed"], told["again"],
        told["upset"], told["left"], {name: share(count, len(ours)) for name, count in counts.items()} if enough else {}, links, drafts,
    )  # fmt: skip
