"""Many turns against an endpoint that breaks in each way: is every one answered, from facts, once, in time?"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.engine import Engine
from bot.settings import Settings
from bot.types import Message, Reply
from bot.wiring import OpenShop, close_lines, lines_of, open_shop, voice_of
from bot.writing.breaker import Breaker
from bot.writing.lines import Lines
from bot.writing.sentences import split
from bot.writing.wordings import Wordings
from eval import setting
from eval.faults.kinds import CutEverywhere, Fault, faults, honest
from eval.faults.server import free_port, serving

QUESTIONS = (
    "How much is delivery to Canada?", "寄到加拿大运费多少？", "Do you have a kettle under $60?", "有没有保温杯", "How long can I return things?",
    "可以退货吗？", "recommend something for tea", "推荐一款水壶",
)  # fmt: skip
"""Asked in turn: policies, searches and recommendations of the sample shop."""
LIMITS = {"p99_ms": 8000.0, "open_p99_ms": 100.0, "recovered_s": 30.0}
"""What each figure may be at most."""
_PATIENCE_S = 40.0
EVERYWHERE = 200
"""From how many turns a fault on the stream is cut after each of its bytes, however many those are."""
NEVER = 10**9
_AT_ONCE = 12

Say = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn as a customer had it: what was streamed, and when."""

    text: str
    reply: Reply
    first_s: float
    all_s: float
    why: Mapping[str, Any]

    @property
    def by_model(self) -> bool:
        written = self.why["written"]
        return bool(written["endpoint"]) and not written["template"]


@dataclass(frozen=True, slots=True)
class Trial:
    """One way to break, its endpoint's address, and how often it is asked."""

    name: str
    fault: Fault
    port: int
    engine: Engine
    lines: Lines


def run(*, turns: int = 200, open_turns: int = 50, settings: Settings | None = None, recover: bool = True, say: Say) -> dict[str, Any]:  # fmt: skip
    """Figures by fault, then machine and seconds. `settings` give the budgets; they default to those of the program."""
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="faults-") as name:
        rows = asyncio.run(_all(settings or Settings(data_dir=Path(name)), turns, open_turns, recover, say))
    told = {"turns": turns, "open_turns": open_turns, "machine": setting.machine()}
    return {**told, "faults": rows, "seconds": round(time.perf_counter() - started, 1)}


def broken(report: Mapping[str, Any]) -> list[str]:
    """What isn't as it should be, fault by fault."""
    found = [
        f"{name}: {column} is {row[column]:g}, not {most:g}"
        for name, row in report["faults"].items()
        for column, most in LIMITS.items()
        if row.get(column) is not None and row[column] > most
    ]
    unlike = [
        f"{name}: {row[column]} of {row['turns']} {column}"
        for name, row in report["faults"].items()
        for column in ("right", "kept")
        if row[column] != row["turns"]
    ]
    return [*unlike, *found, *(f"{name}: not recovered" for name, row in report["faults"].items() if row.get("recovered_s", 0) is None)]  # fmt: skip


async def _all(settings: Settings, turns: int, open_turns: int, recover: bool, say: Say) -> dict[str, Any]:
    async with open_shop(settings) as shop:
        import_module("bot.writing.chat")
        for question in QUESTIONS:  # what the first turns of a process make ready
            await ask(shop.engine, "ready", question)
        gate = asyncio.Semaphore(_AT_ONCE)
        done = itertools.count(1)

        async def closed(name: str, fault: Fault) -> dict[str, Any]:
            async with _trial(shop, name, fault, Breaker(time.monotonic, failures=NEVER)) as trial:
                count = turns
                if isinstance(fault.model, CutEverywhere) and turns >= EVERYWHERE:
                    await ask(trial.engine, name, _question(fault, 0))
                    count = fault.model.bytes
                asked = [_question(fault, number) for number in range(count)]
                heard = await asyncio.gather(*(_gated(gate, trial.engine, name, question) for question in asked))
            say("faults", next(done), len(faults()))
            return await _figures(shop, name, asked, heard)

        rows = dict(zip(faults(), await asyncio.gather(*(closed(*each) for each in faults().items())), strict=True))
        for name, fault in faults().items():
            if fault.opens and open_turns:
                rows[name]["open_p99_ms"] = await _opened(shop, name, fault, open_turns)
        if recover:
            healing = {name: fault for name, fault in faults().items() if fault.opens and not fault.name_unknown}
            for name, took in zip(
                healing, await asyncio.gather(*(_recovered(shop, *each) for each in healing.items())), strict=True
            ):
                rows[name]["recovered_s"] = took
    return rows


@asynccontextmanager
async def _trial(shop: OpenShop, name: str, fault: Fault, breaker: Breaker) -> AsyncIterator[Trial]:
    """An engine of the shop whose endpoint breaks that way."""
    port = free_port()
    host = "no-such-host.invalid" if fault.name_unknown else "127.0.0.1"
    given = {"writer": "chat", "llm_base_url": f"http://{host}:{port}/v1", "llm_model": "fake"}
    settings = shop.settings.model_copy(update=given)
    lines = lines_of(settings, lambda: breaker)
    voice = voice_of(settings, shop.shop, Wordings.load(shop.shop.folder), lines, shop.conversations)
    engine = shop.engine.with_voice(voice)
    try:
        if fault.model is None:
            yield Trial(name, fault, port, engine, lines)
        else:
            async with serving(fault.model, port):
                yield Trial(name, fault, port, engine, lines)
    finally:
        await engine.finish()
        await close_lines(lines)


def _question(fault: Fault, number: int) -> str:
    return QUESTIONS[number % len(QUESTIONS) if fault.question is None else fault.question]


async def _gated(gate: asyncio.Semaphore, engine: Engine, name: str, question: str) -> Heard:
    async with gate:
        return await ask(engine, name, question)


async def ask(engine: Engine, name: str, question: str) -> Heard:
    """A new conversation's first question, heard as it is streamed."""
    conversation = f"{name}-{uuid4().hex}"
    started, first, text, reply = time.perf_counter(), 0.0, "", None
    async for piece in engine.stream(Message("m", conversation, question, datetime.now(UTC))):
        if isinstance(piece, Reply):
            reply = piece
        else:
            first = first or time.perf_counter() - started
            text += piece
    assert reply is not None
    took = time.perf_counter() - started
    return Heard(text, reply, first, took, await engine.explain(conversation) or {})


async def _figures(shop: OpenShop, name: str, asked: Sequence[str], heard: Sequence[Heard]) -> dict[str, Any]:
    """A reply is right where its sentences are those of the template, each once: the model says what it is shown, or breaks."""
    right = kept = 0
    wrong: list[dict[str, str]] = []
    expected = {question: sentences((await ask(shop.engine, name, question)).text) for question in set(asked)}
    for question, one in zip(asked, heard, strict=True):
        right += sentences(one.text) == expected[question]
        kept += one.text == one.reply.text
        if sentences(one.text) != expected[question]:
            wrong.append({"said": one.text, "expected": "".join(expected[question])})
    return {
        "turns": len(heard), "right": right, "kept": kept, "by_model": sum(one.by_model for one in heard),
        "first_p99_ms": _p99([one.first_s for one in heard]), "p50_ms": _p(0.5, [one.all_s for one in heard]),
        "p99_ms": _p99([one.all_s for one in heard]), "why": dict(Counter(one.why["written"]["template"] for one in heard)),
        "wrong": wrong[:3],
    }  # fmt: skip


def sentences(text: str) -> Counter[str]:
    """Without the head of a list, of which there are several."""
    return Counter(plain for one in split(text) if not (plain := one.strip()).endswith((":", "：")))


async def _opened(shop: OpenShop, name: str, fault: Fault, turns: int) -> float:
    """Milliseconds of a turn while the breaker is open."""
    breaker = Breaker(time.monotonic, failures=1, rest_s=NEVER)
    async with _trial(shop, name, fault, breaker) as trial:
        breaker.failed()
        heard = [
            await ask(trial.engine, f"{name}-open-{number}", QUESTIONS[number % len(QUESTIONS)])
            for number in range(turns)
        ]
    return _p99([one.all_s for one in heard])


async def _recovered(shop: OpenShop, name: str, fault: Fault) -> float | None:
    """Seconds from when the endpoint is well again, its breaker just opened, until the model speaks again."""
    breaker = Breaker(time.monotonic)
    async with _trial(shop, name, fault, breaker) as trial:
        for number in itertools.count():
            if breaker.state == "open" or number > 12:
                break
            await ask(trial.engine, f"{name}-fails-{number}", QUESTIONS[0])
        broken = breaker.state
    assert broken == "open", f"{name}: the breaker is {broken}"
    return await _until_heard(shop, name, breaker)


async def _until_heard(shop: OpenShop, name: str, breaker: Breaker) -> float | None:
    started = time.perf_counter()
    async with _trial(shop, name, Fault(honest), breaker) as trial:
        for number in itertools.count():
            if (await ask(trial.engine, f"{name}-well-{number}", QUESTIONS[0])).by_model:
                return round(time.perf_counter() - started, 1)
            if time.perf_counter() - started > _PATIENCE_S:
                return None
            await asyncio.sleep(0.5)
    return None


def _p99(seconds: Sequence[float]) -> float:
    return _p(0.99, seconds)


def _p(share: float, seconds: Sequence[float]) -> float:
    """Milliseconds that this share of the turns took at most."""
    ranked = sorted(seconds)
    return round(ranked[min(len(ranked) - 1, int(share * len(ranked)))] * 1000, 1)
