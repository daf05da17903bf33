"""A made-up month of the sample shop: customers who never were, through the real engine, so that a report can be looked at.

What they write is ours (`demo.toml`, our scripts and questions in eval/data); when and in which order is drawn by a seed.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from bot.engine import Engine
from bot.people.telling import PERSON, TURN_ID
from bot.settings import Settings
from bot.stores import desk, turns
from bot.stores.database import Database
from bot.stores.desk import Done
from bot.stores.records import plain
from bot.stores.transactions import writing
from bot.types import Message, Reply, Turn, Verdict
from bot.wiring import open_shop
from eval.insights.misses import UNANSWERED
from knowledge_base.catalogue import Catalogue

DAYS = 30
CONVERSATIONS = 700
_DATA = Path(__file__).parents[1] / "data"
_HOURS = (1, 1, 0, 0, 0, 1, 2, 4, 7, 10, 12, 11, 10, 9, 9, 10, 11, 11, 12, 14, 15, 12, 7, 3)
"""How often customers write in each hour of the shop's day."""
_CHANNELS = ("web", "web", "web", "telegram", "webhook")
_COLLEAGUES = ("Ines", "Wei")
_KNOWN = 240
"""Customers with an account who may come; half of the others are visitors of the page."""
Said = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _Script:
    """Somebody's wish: what they write, and what a colleague would answer; `often` as in demo.toml."""

    lines: tuple[str, ...]
    locale: str
    told: str = ""
    rising: bool = False


async def make(folder: Path, settings: Settings, now: datetime, *, seed: int = 1, conversations: int = CONVERSATIONS, say: Said = lambda step, done, of: None) -> int:  # fmt: skip
    """A month before `now` into `folder`, which becomes a data folder; how many messages that is."""
    rng, written = Random(seed), 0
    async with open_shop(settings.model_copy(update={"data_dir": folder, "keep_days": None}), on_progress=say) as shop:
        database = Database(folder / shop.shop.key / "conversations.sqlite")
        scripts = _Scripts(shop.index.current().catalogue, rng)
        try:
            for number in range(conversations):
                if not number % 20:
                    say("made-up conversations", number, conversations)
                script = scripts.next()
                at = _moment(rng, now, shop.shop.timezone, script.rising)
                written += await _Talk(shop.engine, database, rng, number, at, now).play(script)
        finally:
            database.close()
    return written


class _Talk:
    """One customer, who goes on, gives up or asks for a person by what is answered."""

    def __init__(self, engine: Engine, database: Database, rng: Random, number: int, at: datetime, now: datetime) -> None:  # fmt: skip
        self._engine, self._database, self._rng, self._at, self._now = engine, database, rng, at, now
        self._channel = rng.choice(_CHANNELS)
        self._id = f"{self._channel}:made-up-{number:04}"
        known = rng.random() < 0.55
        self._customer = f"M{rng.randrange(_KNOWN):03}" if known and self._channel != "telegram" else None
        self._written = 0

    async def play(self, script: _Script) -> int:
        await self._visit(script)
        if self._channel == "telegram" and script.told and self._rng.random() < 0.3:
            self._at += timedelta(days=self._rng.uniform(1.5, 4))
            if self._at < self._now:
                await self._visit(script)
        return self._written

    async def _visit(self, script: _Script) -> None:
        rng, more = self._rng, _more()
        for line in script.lines:
            if not await self._says(line, script):
                return
        missed = self._said in UNANSWERED
        if missed and rng.random() < 0.45 and not await self._says(rng.choice(more["again"][script.locale]), script):
            return
        if missed and rng.random() < 0.5:
            await self._says(rng.choice(more["person"][script.locale]), script)
        elif not missed and rng.random() < 0.4:
            await self._says(rng.choice(more["thanks"][script.locale]), script)

    async def _says(self, text: str, script: _Script) -> bool:
        """Whether the clerk has the customer still."""
        self._written += 1
        at = self._at
        message = Message(f"m{self._written}", self._id, text, at, self._channel, self._customer)
        reply = await self._engine.reply(message)
        explained = await self._engine.explain(self._id) or {}
        self._said = str(explained.get("said", ""))
        self._at += timedelta(seconds=self._rng.uniform(20, 140))
        if reply.handed_off and self._rng.random() < 0.75:
            await self._colleague(script, at)
        return not reply.handed_off

    async def _colleague(self, script: _Script, asked_at: datetime) -> None:
        rng, more = self._rng, _more()
        by = rng.choice(_COLLEAGUES)
        self._at = asked_at + timedelta(minutes=min(240.0, rng.lognormvariate(2.2, 1.0)))
        text = script.told or rng.choice(more["others"][script.locale])
        await self._database.run(_tell, self._id, self._channel, script.locale, by, text, self._at, f"{rng.getrandbits(128):032x}")  # fmt: skip
        self._at += timedelta(minutes=rng.uniform(1, 6))


def _tell(database: Any, conversation_id: str, channel: str, locale: str, by: str, text: str, at: datetime, token: str) -> None:  # fmt: skip
    """As the desk keeps what a colleague says (`bot/people/telling.py`), at a time of our own."""
    key = f"made-up/{token}"
    message = Message(f"{TURN_ID}{token}", conversation_id, "", at, channel, sign=PERSON)
    turn = Turn(message, Reply(text, locale, PERSON, 1.0, handed_off=True), Verdict((text,)), {"by": by, "deed": "said", "key": key})  # fmt: skip
    with writing(database):
        turns.keep(database, conversation_id, message.id, at.isoformat(timespec="microseconds"), json.dumps(turn, ensure_ascii=False, default=plain))  # fmt: skip
        desk.do(database, key, conversation_id, Done("said", by, text, at.timestamp()))
        desk.do(database, f"{key}/closed", conversation_id, Done("closed", by, "", at.timestamp() + 300))


class _Scripts:
    """Draws what somebody wants, as often as demo.toml says; the rest are our questions and scripts."""

    def __init__(self, catalogue: Catalogue, rng: Random) -> None:
        self._rng, self._more = rng, _more()
        self._kinds: list[tuple[float, Mapping[str, Any]]] = [
            (float(block["often"]), block) for kind in ("unanswered", "wanted", "bands", "compared", "rivals") for block in self._more[kind]
        ]  # fmt: skip
        self._kinds.append((4.0, _sold_out(catalogue)))
        self._rest = _rest()

    def next(self) -> _Script:
        rng = self._rng
        drawn = rng.uniform(0, 100)
        for often, block in self._kinds:
            drawn -= often
            if drawn < 0:
                locale = "zh" if block.get("zh") and rng.random() < 0.4 else "en"
                return _Script((rng.choice(block[locale]),), locale, block.get(f"told_{locale}", ""), bool(block.get("rising")))  # fmt: skip
        return rng.choice(self._rest)


def _sold_out(catalogue: Catalogue) -> Mapping[str, Any]:
    """Questions for what the shop has none of; a few products are asked for much more often than others."""
    gone = [id_ for id_ in catalogue.order if (found := catalogue.get(id_, "en")) and found.stock == 0][:8]
    asked: dict[str, list[str]] = {"en": [], "zh": []}
    for place, id_ in enumerate(gone):
        for locale, wording in (("en", "Is the {} in stock?"), ("zh", "{}有货吗")):
            product = catalogue.get(id_, locale)
            if product:
                asked[locale] += [wording.format(product.title)] * (len(gone) - place) ** 2
    return asked


def _rest() -> list[_Script]:
    def rows(name: str) -> Iterator[dict[str, Any]]:
        yield from map(json.loads, (_DATA / name).read_text(encoding="utf-8").splitlines())

    talks = [_Script(tuple(turn["say"] for turn in row["turns"]), row["locale"]) for row in rows("conversations.dev.jsonl")]  # fmt: skip
    asked = [_Script((row["text"],), row["locale"], rising=row["topic"] == "gifts") for row in rows("topics.jsonl")]
    chats = [_Script(tuple(t["text"] for t in row["turns"] if t["who"] == "customer"), row["id"][:2]) for row in rows("transcripts.sample.jsonl")]  # fmt: skip
    return [*talks * 3, *asked, *chats * 2]


def _moment(rng: Random, now: datetime, timezone: tzinfo, rising: bool) -> datetime:
    """Some time of the month; fewer on weekends, and what rises mostly in the last ten days."""
    while True:
        back = rng.uniform(0.2, 10) if rising and rng.random() < 0.75 else rng.uniform(0.2, DAYS)
        day = (now - timedelta(days=back)).astimezone(timezone)
        at = day.replace(hour=rng.choices(range(24), _HOURS)[0], minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)  # fmt: skip
        if at < now - timedelta(hours=3) and (at.weekday() < 5 or rng.random() < 0.7):
            return at.astimezone(UTC)


@cache
def _more() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
