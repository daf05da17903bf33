"""The nouns of doors: what came in at one, what goes out by one, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.types import Message

Body = Mapping[str, object]
"""One send in a door's own words, as JSON."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as a door takes it in. Two of one channel with the same `key` are the same message."""

    message: Message
    key: str
    """The channel's own id of it: Telegram's update id, a webhook's id, conversation and message id of the website."""
    address: str = ""
    """Where its reply goes, in the door's own words: a chat, a thread, a URL."""
    sequence: int | None = None
    """The channel's own order within the conversation, such as Telegram's update id; by arrival where there is none."""
    merges: bool = False
    """Whether it may be one turn with the messages beside it. Never where a door waits for its reply, or for a pressed button."""
    once: str = ""
    """What it came by counts once: nothing comes in by it again, though its message may come by something else."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One send that a door makes of a turn; by the door itself and to the turn's own address, unless it says otherwise."""

    body: Body
    address: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One send as it is kept. `key` is the same however often it is tried: a receiver may tell a doubled one by it."""

    key: str
    channel: str
    conversation_id: str
    address: str
    body: Body
    place: int = 0
    """Its number in the outbox, ever growing; 0 before it is kept."""
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """Another send of the same conversation by the same channel: its number, where it goes, and what the channel called it once it was sent."""

    place: int
    address: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """`receipt` is the channel's own id of what was sent, where it has one."""

    receipt: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: too many requests, a server error, no network. It is tried again, those behind it in the same lane wait."""

    reason: str
    after_s: float | None = None
    """As the channel asked for (`Retry-After`); a growing pause of our own where it didn't."""
    whole_door: bool = False
    """Whether it holds for everyone behind this door, not for this address alone."""
    is_unsure: bool = False
    """Whether it may have arrived all the same: nobody answered, or only with an error of the channel's own."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Never: blocked by the customer, chat not found, malformed. It is set aside with the reason."""

    reason: str


Outcome = Delivered | Later | Refused


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is committed together with a turn: the inbox rows that it answers, which `claim` must still hold, and what goes out."""

    claim: str = ""
    settles: tuple[int, ...] = ()
    outgoing: tuple[Outgoing, ...] = field(default=())
    aside: str = ""
    """Why the rows are set aside with it, where the turn only says that they couldn't be answered."""
