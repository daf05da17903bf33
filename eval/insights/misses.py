"""Questions that found no answer: grouped by what they mean, ranked by the trouble they made, each with what a colleague answered best."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eval.insights.grouping import Group, of_meaning
from eval.insights.intervals import Interval, share
from eval.insights.kept import Asked, Told, Visit
from eval.insights.withholding import LEAST
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
_ABOUT_IT = 0.2
"""Cosine of an answer to the questions that it is a draft for; what is further says nothing of the matter ("that's sorted now")."""
_COMPLAINS = re.compile(
    r"\b(?:answers?|answered|answering) (?:my|the) question|\b(?:asked|meant|said) something else\b|没(?:有)?回答|不是问|不是这个意思",
    re.IGNORECASE,
)
Clean = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Missed:
    """One question that found no answer, and what came of it; `told` is what a colleague answered."""

    asked: Asked
    text: str
    is_search: bool
    """Whether it looked for something to buy: such are told as demand, in the part on the market."""
    handed: bool
    again: bool
    upset: bool
    left: bool
    """Whether the customer went without any answer."""
    told: Told | None = None
    was_thanked: bool = False

    @property
    def trouble(self) -> float:
        return 1 + sum(weight for name, weight in WEIGHTS.items() if getattr(self, name))


@dataclass(frozen=True, slots=True)
class Draft:
    """What an entry of the FAQ could be: a customer's question and a colleague's answer, of one language."""

    locale: str
    question: str
    answer: str
    conversation_id: str
    """Of the answer: who forgets it forgets the draft."""
    answer_key: str
    messages: tuple[tuple[str, str], ...]
    """(conversation, message) of the questions of the group in this language."""


@dataclass(frozen=True, slots=True)
class Miss:
    """Questions of one meaning, of at least `NAMED` people; all counts but the first are of questions."""

    id: str
    question: str
    examples: tuple[str, ...]
    locales: tuple[str, ...]
    people: int
    questions: int
    handed: int
    again: int
    upset: int
    left: int
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
    alone: int
    """Questions of too few people to be shown."""

    def as_json(self) -> dict[str, Any]:
        share = self.share
        return {
            "asked": self.asked, "missed": self.missed,
            "share": None if share is None else {"value": share.value, "low": share.low, "high": share.high},
            "more": self.more, "alone": self.alone,
            "groups": [
                {name: list(value) if isinstance(value, tuple) else value for name in Miss.__slots__ if name != "drafts" for value in [getattr(one, name)]}
                | {"drafts": [{"locale": draft.locale, "question": draft.question, "answer": draft.answer} for draft in one.drafts]}
                for one in self.found
            ],
        }  # fmt: skip


def misses(visits: Iterable[Visit], embedder: Embedder, clean: Clean) -> Misses:
    """`clean` takes out of a text what tells who somebody is."""
    asked, people, found = 0, set[str](), list[Missed]()
    for visit in visits:
        asked += sum(is_question(one) for one in visit.asked)
        people |= {one.person for one in visit.asked}
        found += missed_in(visit)
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
    told = tuple(_miss(f"miss-{place}", kept, vectors, group, embedder, clean) for place, (_, group) in enumerate(named[:MOST], 1))  # fmt: skip
    enough = len(people) >= LEAST
    return Misses(
        asked if enough else None, len(found) if enough else None, share(len(found), asked) if enough and asked else None, told,
        max(0, len(named) - MOST), alone,
    )  # fmt: skip


def is_question(asked: Asked) -> bool:
    """Whether it wants something to be known or found, of the clerk."""
    return not asked.to_person and any(wish.intent not in _NO_QUESTION for wish in asked.wishes)


def missed_in(visit: Visit) -> Iterator[Missed]:
    """A complaint about a question isn't another question."""
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
        yield Missed(one, _text(one), searches, handed, again, upset, left, told, told is not None and _thanked(later))


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


def _miss(id_: str, found: Sequence[Missed], vectors: Vectors, group: Group, embedder: Embedder, clean: Clean) -> Miss:
    ours = [found[place] for place in group.members]
    people = len({one.asked.person for one in ours})
    counts = {name: sum(bool(getattr(one, name)) for one in ours) for name in WEIGHTS}
    texts = list(dict.fromkeys(clean(one.text) for one in ours))
    question = clean(found[group.middle].text)
    examples = [text for text in texts if text != question][:_EXAMPLES]
    links = tuple(dict.fromkeys(one.asked.conversation_id for one in sorted(ours, key=lambda one: -one.trouble)))[:_LINKS]  # fmt: skip
    locales = tuple(locale for locale, _ in Counter(one.asked.locale for one in ours).most_common())
    drafts = tuple(draft for locale in locales if (draft := _draft(found, vectors, group, locale, embedder, clean)))
    return Miss(
        id_, question, tuple(examples), locales, people, len(ours), counts["handed"], counts["again"],
        counts["upset"], counts["left"], links, drafts,
    )  # fmt: skip


def _draft(found: Sequence[Missed], vectors: Vectors, group: Group, locale: str, embedder: Embedder, clean: Clean) -> Draft | None:  # fmt: skip
    """Where a colleague has answered in this language: what was said most often, about the matter, for everybody and of nobody."""
    places = [place for place in group.members if found[place].asked.locale == locale]
    middle = vectors[list(group.members)].sum(axis=0)
    answered = [one for place in places if (one := found[place]).told and _is_for_all(one.told.text, middle, embedder, clean)]  # fmt: skip
    if not answered:
        return None
    question = clean(found[places[int((vectors[places] @ middle).argmax())]].text)
    best = _best(answered)
    assert best.told is not None
    messages = tuple((found[place].asked.conversation_id, found[place].asked.id) for place in places)
    return Draft(locale, _as_question(question, locale), best.told.text, best.asked.conversation_id, best.told.key, messages)  # fmt: skip


def _is_for_all(answer: str, middle: Vectors, embedder: Embedder, clean: Clean) -> bool:
    """What was done by hand for one customer is no answer for another."""
    if clean(answer) != answer or signs.was_done_by_hand(answer):
        return False
    return float(embedder.embed([answer])[0] @ middle / np.linalg.norm(middle)) >= _ABOUT_IT


def _best(answered: Sequence[Missed]) -> Missed:
    """What was said most often, word for word; of those that were thanked for before others, and the latest."""
    often = Counter(one.told.text for one in answered if one.told)
    return max(answered, key=lambda one: (often[one.told.text], one.was_thanked, one.told.at.timestamp()) if one.told else (0, False, 0.0))  # fmt: skip


def _as_question(text: str, locale: str) -> str:
    flat = " ".join(text.split())
    flat = flat[:1].upper() + flat[1:]
    return flat if flat.endswith(("?", "？", ".", "。", "!", "！")) else flat + ("？" if locale == "zh" else "?")
