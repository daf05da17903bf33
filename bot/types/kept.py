"""What is kept: each exchange, and what a conversation is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.order import Proof
from bot.types.asked import Message, Question
from bot.types.deeds import Prepared
from bot.types.said import Reply, Spent, Verdict
from knowledge_base.types import Locale
from retrieval.types import Where


@dataclass(frozen=True, slots=True)
class Turn:
    """One exchange as it was kept. `explained` is what /why shows: route, filters, passages with scores, how it was written."""

    message: Message
    reply: Reply
    verdict: Verdict
    explained: Mapping[str, object] = field(default_factory=dict)
    spent: Spent = field(default_factory=Spent)
    trial: str = ""
    """The trial of recommendations, where advice was asked for (`Trial.key`); empty for other turns."""
    arm: str = ""
    """Which arm of it the customer is in."""
    split: str = ""
    """The comparison of two ways of answering that the conversation is part of (`Split.key`); empty where there is none."""
    way: str = ""
    """Which of them answered, A or B."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A search or a product that was spoken of, kept so that it can be taken up again."""

    intent: str = ""
    query: str = ""
    where: Where = field(default_factory=Where)
    shown: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What has been said and what it is about. Every step reads it; `Engine` alone writes the next one."""

    id: str
    customer_id: str | None = None
    locale: Locale | None = None
    turns: tuple[Turn, ...] = ()
    shown: tuple[str, ...] = ()
    """Ids of the last list of products that was shown, in its order."""
    about: str = ""
    """Id of the product spoken of last: what `it` means; empty once a list was shown after it."""
    where: Where = field(default_factory=Where)
    query: str = ""
    answering: Literal["clerk", "person"] = "clerk"
    tracked: bool = True
    """False where the customer doesn't want what they do here to be learned from or counted."""
    intent: str = ""
    """What was served last."""
    asked: str = ""
    """The last question as it would stand alone."""
    frame: str = ""
    """What is done with products just now: find, recommend, describe or compare."""
    seen: tuple[str, ...] = ()
    """Ids that this search has shown, all its pages."""
    spoken: tuple[str, ...] = ()
    """Ids of single products spoken of, the newest last."""
    past: tuple[Subject, ...] = ()
    """Subjects that were left, the newest last."""
    question: Question | None = None
    """What we asked and the customer hasn't answered."""
    prepared: Prepared | None = None
    """What the last turn left at the desk; any other subject takes it away."""
    done: tuple[Prepared, ...] = ()
    """Deeds that were done, the newest last."""
    proofs: tuple[Proof, ...] = ()
    """Orders that may be seen here, the newest last: the verified identity, which is state and never text."""
    refused: tuple[str, ...] = ()
    """Ids that the customer said they don't like, the newest last: not recommended again."""
