"""A player: an open shop in which transcripts are replayed, one after the other, each for itself."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.engine import Engine
from bot.intent.names import Names
from bot.orders.contacts import without_contacts
from bot.settings import Settings
from bot.stores import tries
from bot.stores.file import SqliteFile
from bot.stores.records import plain
from bot.tools.lookup import Lookup
from bot.types import Message
from bot.wiring import OpenShop, open_shop
from eval.replay.history import InMind, answered
from eval.replay.identifiers.anonymise import Anonymiser
from eval.replay.outcomes import Place, outcome
from eval.replay.transcripts import Exchange, Transcript, exchanges, turn_id
from retrieval.seams import Retriever
from retrieval.text import guess_locale

PLAYED_AT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
"""When a transcript without times is taken to have happened: a Tuesday noon in Seattle, with people in the shop."""

_TITLES = 5000
"""Products whose names are never taken for a customer's; a larger shop's later ones may be."""

Heard = Callable[[Message], Message]


@dataclass(frozen=True, slots=True)
class Played:
    """Rows of one transcript, without anybody's name in them: `turns` depend on nothing but the transcript and the shop."""

    id: str
    turns: tuple[str, ...]
    timings: tuple[str, ...]


def quiet(settings: Settings) -> Settings:
    """The same shop, which sweeps nothing away and rings nobody while it is replayed."""
    return settings.model_copy(
        update={"keep_days": None, "telegram_desk": None, "telegram_bot_token": None, "ab": None}
    )


class Player:
    """`solver` finds what a person's answer stands in; the shop's own search, unless that is what is being tried out.
    `heard` is what the engine gets of a message."""

    def __init__(
        self,
        shop: OpenShop,
        engine: Engine | None = None,
        solver: Retriever | None = None,
        heard: Heard = lambda message: message,
    ) -> None:
        generation = shop.index.current()
        self._shop, self._engine, self._heard = shop, engine or shop.engine, heard
        self._solver = solver or generation.retriever
        self._named = _remembering(Names(generation.catalogue).named_in)
        order = generation.catalogue.order
        titles = [form.title for id_ in order[:_TITLES] for form in generation.catalogue.forms(id_)]
        self._public = [*shop.shop.contacts.values(), *order[:_TITLES], shop.shop.name, *titles]

    async def play(self, transcript: Transcript) -> Played:
        """Every customer turn, each after what was really answered before it."""
        mind, file = InMind(), SqliteFile(Path(":memory:"), tries.SCHEMA)
        clock = _Clock()
        engine = self._engine.over(mind, lambda lookup: Lookup(lookup.backend, tries.Tries(file), clock.now))
        try:
            return await self._played(transcript, engine, mind, clock)
        finally:
            await file.close()

    async def _played(self, transcript: Transcript, engine: Engine, mind: InMind, clock: _Clock) -> Played:
        anonymous = Anonymiser(self._public)
        turns: list[str] = []
        timings: list[str] = []
        asked: list[str] = []
        said: list[str] = []
        before = ""
        locale = self._shop.shop.default_locale
        for exchange in exchanges(transcript):
            clock.at = exchange.at or PLAYED_AT
            locale = _language(exchange.text, locale)
            began = time.perf_counter()
            await engine.reply(
                self._heard(Message(str(exchange.number), transcript.id, exchange.text, clock.at, "replay"))
            )
            took_ms = (time.perf_counter() - began) * 1000
            turn = mind.conversation.turns[-1]
            place = Place(transcript, exchange, tuple(asked), tuple(said), locale)
            row = await outcome(place, turn, self._named, self._solver, clock.at)
            turns.append(_json(_without_names(row, anonymous, before)))
            before = _answer(exchange)
            steps = {name: round(ms, 2) for name, ms in turn.reply.took_ms.items()}
            timings.append(
                _json({"turn": turn_id(transcript.id, exchange.number), "wall_ms": round(took_ms, 2), "steps": steps})
            )
            asked.append(exchange.text)
            said.append(turn.reply.text)
            mind.conversation = answered(mind.conversation, _answer(exchange), self._named)
        return Played(transcript.id, tuple(turns), tuple(timings))


_CODES = re.compile(r"[\w#-]*\d[\w-]*", re.ASCII)
_THEIRS = ("asked", "answered")
_AS_THEY_ARE = frozenset(
    [
        "turn",
        "conversation",
        "number",
        "intent",
        "intents",
        "said",
        "language",
        "replied_in",
        "cites",
        "cards",
        "retrieved",
        "solved_by",
        "answered_by",
        "cost",
    ]
)
"""Fields that hold nothing of a customer: ids, names of intents and of wordings."""


def _without_names(row: dict[str, Any], anonymous: Anonymiser, before: str) -> dict[str, Any]:
    """In the order of the row, so that the customer's own words number the placeholders. `before` is what the shop said last and perhaps asked for."""
    made = json.loads(_json(row))
    theirs = {name: anonymous.text(made[name], before=before if name == "asked" else "") for name in _THEIRS}
    return {
        name: theirs.get(name) if name in theirs else value if name in _AS_THEY_ARE else anonymous.value(value)
        for name, value in made.items()
    }


def _language(text: str, before: str) -> str:
    """What the customer writes; a bare number or address says nothing of it."""
    return guess_locale(_CODES.sub(" ", without_contacts(text, " ", " ")), before)


def _answer(exchange: Exchange) -> str:
    return "\n".join(line.text for line in exchange.answers)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=plain)


def _remembering(named: Callable[[str], Sequence[str]]) -> Callable[[str], Sequence[str]]:
    """A transcript's texts are looked at several times."""
    known: dict[str, Sequence[str]] = {}

    def again(text: str) -> Sequence[str]:
        if len(known) > 1000:
            known.clear()
        if text not in known:
            known[text] = named(text)
        return known[text]

    return again


class _Clock:
    """The transcript's time: locks of wrong proofs go by it."""

    def __init__(self) -> None:
        self.at = PLAYED_AT

    def now(self) -> datetime:
        return self.at


class Workplace:
    """A player of this process with its shop open until `close`: what a pool's worker keeps between transcripts."""

    def __init__(self, settings: Settings) -> None:
        self._runner = asyncio.Runner()
        self._held = open_shop(quiet(settings))
        self._player = Player(self._runner.run(self._held.__aenter__()))

    def play(self, transcript: Transcript) -> Played:
        return self._runner.run(self._player.play(transcript))

    def close(self) -> None:
        self._runner.run(self._held.__aexit__(None, None, None))
        self._runner.close()
