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
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.engine import Engine
from bot.intent.router import ClassifierRouter
from bot.settings import Settings
from bot.types import Message, Reply
from bot.wiring import OpenShop, classifier_of, close_lines, embedder_of, engine_of, lines_of, open_shop
from bot.writing.breaker import Breaker
from bot.writing.lines import Lines
from bot.writing.sentences import split
from bot.writing.wordings import Wordings
from eval import setting
from eval.faults.kinds import Fault, faults, honest
from eval.faults.server import free_port, serving

QUESTIONS = (
    "How much is delivery to Canada?", "寄到加拿大运费多少？", "Do you have a kettle under $60?", "有没有保温杯", "How long can I return things?",
    "可以退货吗？", "recommend something for tea", "推荐一款水壶",
)  # fmt: skip
"""Asked in turn: policies, searches and recommendations of the sample shop."""
RECOVERED_BY_S = 40.0
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


async def _all(settings: Settings, turns: int, open_turns: int, recover: bool, say: Say) -> dict[str, Any]:
    async with open_shop(settings) as shop:
        gate = asyncio.Semaphore(_AT_ONCE)
        done = itertools.count(1)

        async def closed(name: str, fault: Fault) -> dict[str, Any]:
            async with _trial(shop, name, fault, Breaker(time.monotonic, failures=NEVER)) as trial:
                async with gate:
                    await ask(trial.engine, f"{name}-first", "hello")  # what the first turn of an engine makes ready
                heard = await asyncio.gather(*(_gated(gate, trial.engine, name, number) for number in range(turns)))
            say("faults", next(done), len(faults()))
            return await _figures(shop, name, heard)

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
    router = ClassifierRouter(classifier_of(settings, shop.shop, embedder_of(settings)))
    wordings = Wordings.load(shop.shop.folder)
    engine = engine_of(settings, shop.shop, wordings, shop.index, router, shop.conversations, lines)
    try:
        if fault.model is None:
            yield Trial(name, fault, port, engine, lines)
        else:
            async with serving(fault.model, port):
                yield Trial(name, fault, port, engine, lines)
    finally:
        await engine.finish()
        await close_lines(lines)


async def _gated(gate: asyncio.Semaphore, engine: Engine, name: str, number: int) -> Heard:
    async with gate:
        return await ask(engine, f"{name}-{number}", QUESTIONS[number % len(QUESTIONS)])


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


async def _figures(shop: OpenShop, name: str, heard: Sequence[Heard]) -> dict[str, Any]:
    """A reply is right where its sentences are those of the template, each once: the model says what it is shown, or breaks."""
    right = kept = 0
    wrong: list[dict[str, str]] = []
    for number, one in enumerate(heard):
        expected = await shop.engine.reply(
            Message(
                f"e-{name}-{number}", f"{name}-{number}-expected", QUESTIONS[number % len(QUESTIONS)], datetime.now(UTC)
            )
        )
        right += sentences(one.text) == sentences(expected.text)
        kept += one.text == one.reply.text
        if sentences(one.text) != sentences(expected.text):
            wrong.append({"said": one.text, "expected": expected.text})
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
        for number, question in enumerate(QUESTIONS):
            await ask(trial.engine, f"{name}-warm-{number}", question)
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
            if time.perf_counter() - started > RECOVERED_BY_S:
                return None
            await asyncio.sleep(0.5)
    return None


def _p99(seconds: Sequence[float]) -> float:
    return _p(0.99, seconds)


def _p(share: float, seconds: Sequence[float]) -> float:
    """Milliseconds that this share of the turns took at most."""
    ranked = sorted(seconds)
    return round(ranked[min(len(ranked) - 1, int(share * len(ranked)))] * 1000, 1)
