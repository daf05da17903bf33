"""Customers of a chat and of the website write while the process that serves them is killed again and again: who was answered, how often, in what order?"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.settings import Settings
from bot.stores.points import POINTS
from bot.wiring import SAMPLE, index_shop, shop_of
from bot.writing.wordings import Wordings
from eval import setting
from eval.doors.bot_api import TOKEN, bot_api
from eval.faults.server import free_port
from eval.kills import aiogram, weather
from eval.kills.channel import Channel
from eval.kills.check import Trial, count, kept, marked
from eval.kills.telegram import PREFIX, Phones, heard_parts
from eval.kills.weather import LIMITED
from eval.kills.wire import Client, serving

QUESTIONS = (
    "How much is delivery to Canada?", "寄到加拿大运费多少？", "Do you have a kettle under $60?", "有没有保温杯", "How long can I return things?",
    "可以退货吗？", "recommend something for tea", "I want to talk to a person", "hello", "什么时候发货",
)  # fmt: skip
_BURST = 0.2
"""Share of chat messages that are followed at once by another of the same customer."""
STARTED_S, STOPPED_S = 8.0, 10.0
"""Most seconds from a start to the first reply, and from SIGTERM to the end."""
TOLD = {
    "locked": "not ready: another program holds",
    "full": "not ready: the disk is full",
    "no index": "degraded: files of the index",
}
"""What /readyz has to say, by weather."""
DOUBLED_SHARE = 0.002
"""Replies that may be doubled in Telegram, of all turns: it has no key for sends, but can be asked for them."""

Say = Callable[[str, int, int], None]


@dataclass(slots=True)
class Deaths:
    """What was done to the process, and how it took it."""

    kills: int = 0
    stops: int = 0
    at_points: dict[str, int] = field(default_factory=dict)
    first_reply_s: list[float] = field(default_factory=list)
    stopped_s: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Plan:
    """`messages` in all, a third of them over the website, a third in Telegram, a third in the made-up chat. `kills` and `stops` at random moments, and so many at each named point."""

    messages: int = 20_000
    kills: int = 200
    stops: int = 50
    at_each_point: int = 2
    chats: int = 150
    customers: int = 30
    seed: int = 6
    weather: int = 600
    """Messages in each bad weather (eval/kills/weather.py)."""
    minutes: float = 60.0
    """After which nobody dies or writes any more: what was done by then is counted."""


def run(plan: Plan, say: Say) -> dict[str, Any]:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="kills-") as name:
        data = Path(name)
        settings = Settings(data_dir=data, _env_file=None)  # type: ignore[call-arg]
        index_shop(settings, shop_of(settings), on_progress=say)
        told = asyncio.run(_Bench(plan, data, say).run())
    bad = weather.run(plan.weather, say) if plan.weather else {}
    plain = aiogram.run(plan.messages // 10, plan.kills // 4, plan.seed, say) if plan.kills else {}
    return {
        **told,
        "weather": bad,
        "yardsticks": {"aiogram as it comes": plain} if plain else {},
        "plan": asdict(plan),
        "machine": setting.machine(),
        "seconds": round(time.perf_counter() - started),
    }


def broken(report: Mapping[str, Any]) -> list[str]:
    """What isn't as it should be."""
    found = [
        f"{door}: {row[column]} of {row['messages']} {column.replace('_', ' ')}"
        for door, row in [*report["doors"].items(), *report["weather"].items()]
        for column in ("lost", "out_of_order", "doubled_effects")
        if row[column]
    ]
    for door, row in report["doors"].items():
        if row["doubled_replies"] > _most_doubled(door, report["deaths"], row["turns"]):
            found.append(f"{door}: {row['doubled_replies']} of {row['turns']} replies doubled")
    found += [
        f"{name}: /readyz never said so"
        for name, state in TOLD.items()
        if not _was_told(report["weather"].get(name), state)
    ]
    for what, most in (("first_reply_s", STARTED_S), ("stopped_s", STOPPED_S)):
        if report[what]["max"] > most:
            found.append(f"{what} is {report[what]['max']:.1f}, not {most:g}")
    return found


def _most_doubled(door: str, deaths: int, turns: int) -> float:
    """The website knows what it has; the made-up channel, which neither has a key for sends nor can be asked, doubles what was under way."""
    return {"web": 0.0, "telegram": min(deaths, DOUBLED_SHARE * turns)}.get(door, deaths)


class _Bench:
    def __init__(self, plan: Plan, data: Path, say: Say) -> None:
        self._plan, self._data, self._say = plan, data, say
        self._rng = random.Random(plan.seed)
        self._channel, self._phones, self._deaths = Channel(plan.seed), Phones(seed=plan.seed), Deaths()
        self._written: dict[str, list[int]] = {}
        self._web_heard: dict[str, list[tuple[str, int]]] = {}
        self._web_replies: dict[tuple[str, str], set[str]] = {}
        self._number = 0
        self._process: asyncio.subprocess.Process | None = None
        self._last_web = 0.0
        self._until, self._is_over = time.monotonic() + 60 * plan.minutes, False
        self._may_write = 0.0
        """Share of the messages that may be written by now: they keep step with the deaths."""

    async def run(self) -> dict[str, Any]:
        async with serving(self._channel.handle) as channel_port, bot_api(self._phones):
            self._ports = free_port(), channel_port
            storms = asyncio.create_task(self._storms())
            chats = (self._write_chats("chat-", self._channel.arrive), self._write_chats(PREFIX, self._phones_ring))
            writing = asyncio.gather(*chats, *(self._write_web(n) for n in range(self._plan.customers)))
            try:
                await self._kill()
                process = await self._start()
                await writing
                await self._drained()
                self._deaths.stopped_s.append(await self._stop(process))
            finally:
                writing.cancel()
                storms.cancel()
                if self._process and self._process.returncode is None:
                    self._process.kill()
        return self._report()

    async def _write_chats(self, named: str, arrive: Callable[[str, str], object]) -> None:
        """A third of all messages, in step with the deaths."""
        total, written = self._plan.messages // 3, 0
        while written < total:
            if self._is_over:
                return
            if written > total * self._may_write:
                await asyncio.sleep(0.05)
                continue
            chat = str(self._rng.randrange(1, self._plan.chats))
            for _ in range(3 if self._rng.random() < _BURST else 1):
                arrive(chat, self._next(f"{named}{chat}"))
                written += 1
                await asyncio.sleep(self._rng.expovariate(1 / 0.02))

    def _phones_ring(self, chat: str, text: str) -> None:
        self._phones.write(text, int(chat))

    async def _storms(self) -> None:
        """For a while some sends are told to come later, then none."""
        while True:
            for limited, seconds in ((0.0, 15.0), (LIMITED, 5.0)):
                self._channel.limited = self._phones.limited = limited
                await asyncio.sleep(seconds)

    async def _write_web(self, customer: int) -> None:
        """One customer of the website: the next message is written once the last was answered; what fails is sent again."""
        name, rng = f"web-{customer}", random.Random(customer)
        client, total = Client(self._ports[0]), self._plan.messages // 3 // self._plan.customers
        for place in range(total):
            while place > total * self._may_write and not self._is_over:  # noqa: ASYNC110 - a tick is simpler than to tell thirty customers
                await asyncio.sleep(0.05)
            if self._is_over:
                break
            body = {"text": self._next(name), "message_id": f"m{place}", "conversation_id": name}
            await asyncio.sleep(rng.expovariate(1 / 0.05))
            await self._ask_until_answered(client, name, body)
            if place % 10 == 0:  # asked again, the same reply comes
                await self._ask_until_answered(client, name, body)
        client.close()

    async def _ask_until_answered(self, client: Client, name: str, body: Mapping[str, Any]) -> None:
        while True:
            with suppress(OSError, EOFError, TimeoutError):
                status, answer = await client.post("/v1/chat", body, f"sct_{sha256(name.encode()).hexdigest()}")
                if status == 200:
                    self._last_web = time.monotonic()
                    replies = self._web_replies.setdefault((name, body["message_id"]), set())
                    if not replies:
                        self._web_heard.setdefault(name, []).append((body["message_id"], 0))
                    replies.add(answer["text"])
                    return
            await asyncio.sleep(0.1)

    def _next(self, conversation: str) -> str:
        self._number += 1
        self._written.setdefault(conversation, []).append(self._number)
        return marked(self._rng.choice(QUESTIONS), self._number)

    async def _kill(self) -> None:
        """Every death of the plan, in random order."""
        deaths: list[tuple[str, str]] = [("", "KILL")] * self._plan.kills + [("", "TERM")] * self._plan.stops
        for point in POINTS:
            deaths += [(point, "KILL"), (point, "TERM")] * (self._plan.at_each_point // 2) or [(point, "KILL")]
        self._rng.shuffle(deaths)
        for number, (point, by) in enumerate(deaths):
            self._say("deaths", number, len(deaths))
            if time.monotonic() > self._until:
                self._is_over = True
                return
            self._may_write = (number + 1) / len(deaths)
            await self._die(point, by)

    async def _die(self, point: str, by: str) -> None:
        process = await self._start(f"{point}:{self._rng.randint(1, 6)}:SIG{by}" if point else "")
        if point:
            with suppress(TimeoutError):
                async with asyncio.timeout(20.0):
                    await process.wait()
                    self._deaths.at_points[f"{point} {by}"] = self._deaths.at_points.get(f"{point} {by}", 0) + 1
        else:
            await asyncio.sleep(self._rng.uniform(0.0, 1.5))
        if process.returncode is None and by == "TERM":
            self._deaths.stopped_s.append(await self._stop(process))
        if process.returncode is None:
            process.kill()
            await process.wait()
        self._deaths.kills += by == "KILL"
        self._deaths.stops += by == "TERM"

    async def _start(self, die: str = "") -> asyncio.subprocess.Process:
        """A process that serves, from the moment of its first reply, or at least its readiness."""
        started = time.monotonic()
        port, channel = self._ports
        telegram = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE": self._phones.url}
        environment = {**os.environ, **telegram, "PYTHONPATH": str(SAMPLE.parents[1])}
        command = [sys.executable, "-m", "eval.kills.victim", "--data", str(self._data), "--port", str(port), "--channel", str(channel)]  # fmt: skip
        process = self._process = await asyncio.create_subprocess_exec(
            *command, *(("--die", die) if die else ()), env=environment, stdin=asyncio.subprocess.DEVNULL
        )
        waits = bool(self._channel.left or self._phones.left)
        while process.returncode is None and time.monotonic() - started < 60:
            if max(self._channel.last_heard, self._phones.last_heard, self._last_web) > started:
                self._deaths.first_reply_s.append(time.monotonic() - started)
                break
            if not waits and await _is_ready(port):
                break
            await asyncio.sleep(0.02)
        return process

    async def _stop(self, process: asyncio.subprocess.Process) -> float:
        """Seconds from SIGTERM to the end; a process that doesn't end is killed after twice what it may take."""
        started = time.monotonic()
        process.send_signal(signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(2 * STOPPED_S):
                await process.wait()
        return time.monotonic() - started

    async def _drained(self) -> None:
        client, until = Client(self._ports[0]), time.monotonic() + 300
        while time.monotonic() < until:
            with suppress(OSError, EOFError, TimeoutError):
                _, body = await client.get("/readyz")
                if not (self._channel.left or self._phones.left or body["waiting"] or body["to_send"]):
                    break
            await asyncio.sleep(0.2)
        client.close()

    def _report(self) -> dict[str, Any]:
        file = next(self._data.glob("*/conversations.sqlite"))
        turns = kept(file)
        chat = count(
            Trial(self._of("chat-"), turns, {f"chat-{chat}": parts for chat, parts in self._channel.heard.items()})
        )
        phones = count(Trial(self._of(PREFIX), turns, heard_parts(file, self._phones.heard, Wordings.load(SAMPLE))))
        web = count(Trial(self._of("web-"), turns, self._web_heard))
        again = sum(len(replies) - 1 for replies in self._web_replies.values())
        rows = {
            "chat": asdict(chat), "telegram": asdict(phones), "web": {**asdict(web), "doubled_replies": web.doubled_replies + again},
        }  # fmt: skip
        deaths = self._deaths
        return {
            "doors": rows, "deaths": deaths.kills + deaths.stops, "kills": deaths.kills, "stops": deaths.stops,
            "at_points": dict(sorted(deaths.at_points.items())), "sends": self._channel.sends + self._phones.sends,
            "limited": self._channel.refused + self._phones.refused, "looked_for": self._phones.looked_for,
            "first_reply_s": _spread(deaths.first_reply_s), "stopped_s": _spread(deaths.stopped_s),
        }  # fmt: skip

    def _of(self, named: str) -> dict[str, tuple[int, ...]]:
        return {name: tuple(numbers) for name, numbers in self._written.items() if name.startswith(named)}


def _was_told(row: Mapping[str, Any] | None, state: str) -> bool:
    return row is None or any(seen.startswith(state) for seen in row["states"])


async def _is_ready(port: int) -> bool:
    client = Client(port, 5.0)
    try:
        return (await client.get("/readyz"))[0] == 200
    except (OSError, EOFError, TimeoutError):
        return False
    finally:
        client.close()


def _spread(values: Sequence[float]) -> dict[str, float]:
    ranked = sorted(values) or [0.0]
    return {"count": len(values), "median": round(ranked[len(ranked) // 2], 2), "max": round(ranked[-1], 2)}
