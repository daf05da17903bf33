"""What an entry of the FAQ could be: of questions without an answer that mean the same, and of what colleagues answered them. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from retrieval.seams import Embedder, Vectors

if TYPE_CHECKING:
    from eval.insights.misses import Missed

_ABOUT_IT = 0.2
"""Cosine of an answer to the questions that it is a draft for; what is further says nothing of the matter ("that's sorted now")."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A customer's question and a colleague's answer, of one language."""

    locale: str
    question: str
    answer: str
    conversation_id: str
    """Of the answer: who forgets it forgets the draft."""
    answer_key: str
    messages: tuple[tuple[str, str], ...]
    """(conversation, message) of the questions of the group in this language."""


def drafted(group: Sequence[Missed], vectors: Vectors, locale: str, embedder: Embedder) -> Draft | None:
    """Where a colleague has answered in this language: what was said most often, about the matter, for everybody and of nobody.
    `vectors` are those of the group's questions."""
    places = [place for place, one in enumerate(group) if one.asked.locale == locale]
    middle = vectors.sum(axis=0)
    answered = [one for place in places if (one := group[place]).told and one.told_is_for_all and _is_about_it(one.told.text, middle, embedder)]  # fmt: skip
    if not answered:
        return None
    question = group[nearest(places, group, vectors)].shown
    best = _best(answered)
    assert best.told is not None
    messages = tuple((group[place].asked.conversation_id, group[place].asked.id) for place in places)
    return Draft(locale, _as_question(question, locale), best.told.text, best.asked.conversation_id, best.told.key, messages)  # fmt: skip


def nearest(places: Sequence[int], group: Sequence[Missed], vectors: Vectors) -> int:
    """Of these places the one that stands nearest to all of the group; rather one whose words had nothing taken out, for a gap says that somebody stood there."""
    plain = [place for place in places if group[place].shown == group[place].text] or list(places)
    return plain[int((vectors[plain] @ vectors.sum(axis=0)).argmax())]


def _is_about_it(answer: str, middle: Vectors, embedder: Embedder) -> bool:
    return float(embedder.embed([answer])[0] @ middle / np.linalg.norm(middle)) >= _ABOUT_IT


def _best(answered: Sequence[Missed]) -> Missed:
    """What was said most often, word for word; of those that were thanked for before others, and the latest."""
    often = Counter(one.told.text for one in answered if one.told)
    return max(answered, key=lambda one: (often[one.told.text], one.was_thanked, one.told.at.timestamp()) if one.told else (0, False, 0.0))  # fmt: skip


def _as_question(text: str, locale: str) -> str:
    flat = " ".join(text.split())
    flat = flat[:1].upper() + flat[1:]
    return flat if flat.endswith(("?", "？", ".", "。", "!", "！")) else flat + ("？" if locale == "zh" else "?")
