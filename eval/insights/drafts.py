"""Drafts of questions without an answer, put where `shopclerk faq review` finds them: each once, whatever time it was found in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np

from bot.stores import proposals
from bot.stores.proposals import Proposal
from bot.stores.transactions import writing
from eval.insights.drafting import Draft
from eval.insights.misses import Misses
from retrieval.seams import Embedder

BY = "insight"
"""Who proposed it, as `faq review` shows it."""
_SAME = 0.8
"""Cosine of a question to one that was proposed before in its language, decided or not: it isn't proposed again."""


def propose(database: sqlite3.Connection, found: Misses, embedder: Embedder, at: datetime) -> list[int]:
    """The numbers of those that are new."""
    with writing(database):
        known = proposals.every(database)
        numbers = []
        for draft in _new(found, known, embedder):
            made = Proposal(0, draft.conversation_id, draft.question, draft.answer, draft.locale, BY, at.timestamp())
            number = proposals.draft(database, draft.answer_key, made, draft.messages)
            numbers += [] if number is None else [number]
    return numbers


def _new(found: Misses, known: Sequence[Proposal], embedder: Embedder) -> Iterator[Draft]:
    for draft in (draft for miss in found.found for draft in miss.drafts):
        before = embedder.embed([one.question for one in known if one.locale == draft.locale])
        near = before @ embedder.embed([draft.question])[0]
        if not len(near) or float(np.max(near)) < _SAME:
            yield draft
