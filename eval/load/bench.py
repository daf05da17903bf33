"""Four trials of one machine, each against a server process of its own: what they measured, and what isn't as it should be."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from bot.settings import Settings
from bot.wiring import SAMPLE, index_shop, shop_of
from eval import setting
from eval.load.pages import pages
from eval.load.server import SECRET, Server, generated, naive, ours

TURNS_A_SECOND, FLOODED, TOLD_MS = 120.0, 1.5, 80.0
"""Turns a second on two cores; how many times the others' p95 may grow beside a flood; ms from a commit to a page, p99."""
_BUSY = 0.9
"""Share of a core from which on the generator may be what is measured."""
LIBRARIES = ("fastapi", "uvicorn", "starlette", "pydantic", "onnxruntime")

Say = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """`seconds` of each measurement, each `times` over; yardstick and ours in turn."""

    seconds: float = 20.0
    times: int = 3
    connections: int = 32
    talkers: int = 24
    """Connections of the closed loop of whole turns."""
    customers: int = 40
    pages: int = 2000
    followed: int = 500
    """Conversations that the pages follow."""
    writes: float = 50.0
    """Turns a second that are written to them."""
    cut_share: float = 0.25
    seed: int = 6


def run(plan: Plan, say: Say, only: Sequence[str] = ()) -> dict[str, Any]:
    """`only` names some of TRIALS; all where it is empty."""
    started = time.perf_counter()
    _allow_files(plan.pages + 500)
    cores = sorted(os.sched_getaffinity(0))[:2]
    with tempfile.TemporaryDirectory(prefix="load-") as name:
        data = Path(name) / "index"
        settings = Settings(data_dir=data, _env_file=None)  # type: ignore[call-arg]
        index_shop(settings, shop_of(settings), on_progress=say)
        told = asyncio.run(_trials(plan, data, cores, say, only or TRIALS))
    return {
        **told, "plan": asdict(plan), "cores": len(cores), "machine": setting.machine(), "loadavg": os.getloadavg(),
        "versions": setting.versions(LIBRARIES), "data": setting.digests([SAMPLE / "products.jsonl"]),
        "seconds": round(time.perf_counter() - started),
    }  # fmt: skip


def broken(report: Mapping[str, Any]) -> list[str]:
    """What isn't as it should be, of the trials that were made."""
    found = [told for name, told_of in _BOUNDS.items() if name in report for told in told_of(report[name])]
    failed = {name: row["failed"] for name, row in report.items() if isinstance(row, dict) and row.get("failed")}
    return found + [f"{name}: {sum(kinds.values())} requests failed: {dict(kinds)}" for name, kinds in failed.items()]


def _slow_acknowledgements(told: Mapping[str, Any]) -> list[str]:
    return [f"acknowledgements: {told['ratio']:.2f} times the naive handler's"] if told["ratio"] < 1.0 else []


def _slow_turns(told: Mapping[str, Any]) -> list[str]:
    slow = told["a_second"] < TURNS_A_SECOND
    return [f"turns: {told['a_second']:.0f} a second, not {TURNS_A_SECOND:g}"] if slow else []


def _flooded(told: Mapping[str, Any]) -> list[str]:
    return [f"flood: the others' p95 is {told['ratio']:.2f} times what it was"] if told["ratio"] > FLOODED else []


def _late_pages(told: Mapping[str, Any]) -> list[str]:
    late = told["p99_ms"] > TOLD_MS
    found = [f"pages: p99 {told['p99_ms']:.0f} ms behind the commit, not {TOLD_MS:g}"] if late else []
    return found + [f"pages: {told[what]} of {told['expected']} {what.replace('_', ' ')}" for what in ("missed", "doubled", "out_of_order", "unasked_ends") if told[what]]  # fmt: skip


_BOUNDS: Mapping[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "acknowledgements": _slow_acknowledgements, "turns": _slow_turns, "flood": _flooded, "pages": _late_pages,
}  # fmt: skip
TRIALS = tuple(_BOUNDS)


async def _trials(plan: Plan, data: Path, cores: Sequence[int], say: Say, only: Sequence[str]) -> dict[str, Any]:
    trials: dict[str, Callable[[], Awaitable[dict[str, Any]]]] = {
        "acknowledgements": lambda: _acknowledgements(plan, data, cores),
        "turns": lambda: _turns(plan, _own(data, "turns"), cores),
        "flood": lambda: _flood(plan, _own(data, "flood"), cores),
        "pages": lambda: _pages(plan, _own(data, "pages"), cores),
    }
    told: dict[str, Any] = {}
    for number, name in enumerate(one for one in trials if one in only):
        say(name, number, len(only))
        told[name] = await trials[name]()
    return told


def _own(data: Path, name: str) -> Path:
    """A copy of the folder with the index: what an earlier trial left unanswered would be answered meanwhile."""
    copy = data.parent / name
    shutil.copytree(data, copy)
    return copy


async def _acknowledgements(plan: Plan, data: Path, cores: Sequence[int]) -> dict[str, Any]:
    """On one core, the generator on the other. `ours` takes in and leaves turns to other processes; `with turns` makes them beside."""
    rows: dict[str, list[dict[str, Any]]] = {"naive": [], "ours": [], "with turns": []}
    for number in range(plan.times):
        for name in rows:
            folder = _own(data, f"{name} {number}")
            opening = naive(folder / "naive.sqlite", cores[:1]) if name == "naive" else ours(folder, cores[:1], SHOPCLERK_TURNS_AT_ONCE="0" if name == "ours" else "8")  # fmt: skip
            async with opening as server:
                asked = {"kind": "closed", "what": "webhook", "secret": SECRET, "connections": plan.connections, "run": f"{name[:4]}{number}"}  # fmt: skip
                rows[name].append(
                    await _measured(server, {**asked, "seconds": plan.seconds / 2, "cores": cores[1:] or cores})
                )
    best = {name: statistics.median(row["a_second"] for row in of) for name, of in rows.items()}
    return {
        **{name: _merged(of) for name, of in rows.items()},
        "ratio": best["ours"] / best["naive"],
        "failed": _failed(rows),
    }


async def _turns(plan: Plan, data: Path, cores: Sequence[int]) -> dict[str, Any]:
    """A worker for each core, which the generator shares."""
    chat = {"kind": "closed", "what": "chat", "connections": plan.talkers, "seconds": plan.seconds}
    async with ours(data, cores, len(cores)) as server:
        rows = [await _measured(server, {**chat, "run": f"peak{number}"}) for number in range(plan.times)]
        peak = statistics.median(row["a_second"] for row in rows)
        rates = [peak / 2 / plan.customers] * plan.customers
        half = {"kind": "open", "what": "chat", "rates": rates, "seconds": plan.seconds, "seed": plan.seed}
        opened = [await _measured(server, {**half, "run": f"half{number}"}) for number in range(plan.times)]
    return {
        "a_second": peak,
        "closed": _merged(rows),
        "open at half": _merged(opened),
        "failed": _failed({"c": rows, "o": opened}),
    }


async def _flood(plan: Plan, data: Path, cores: Sequence[int]) -> dict[str, Any]:
    """Without limits, so that nobody is turned away: each calm measurement and one with the flood, in turn. The last customer is who floods."""
    rows: dict[str, list[dict[str, Any]]] = {"calm": [], "flood": []}
    each = 0.5
    async with ours(data, cores) as server:
        for number in range(plan.times):
            for name in rows:
                rates = [each] * 20 + [each * 50 if name == "flood" else 0.0]
                asked = {
                    "kind": "open",
                    "what": "chat",
                    "rates": rates,
                    "seconds": 2 * plan.seconds,
                    "seed": plan.seed + number,
                }
                rows[name].append(await _measured(server, {**asked, "run": f"{name}{number}"}, others=len(rates) - 1))
    calm, flood = (statistics.median(row["p95_ms"] for row in rows[name]) for name in rows)
    return {**{name: _merged(of) for name, of in rows.items()}, "ratio": flood / calm, "failed": _failed(rows)}


async def _pages(plan: Plan, data: Path, cores: Sequence[int]) -> dict[str, Any]:
    async with ours(data, cores) as server:
        return await pages(
            server, _database_of(data), pages=plan.pages, conversations=plan.followed, writes=plan.writes, seconds=plan.seconds,
            cut_share=plan.cut_share, seed=plan.seed,
        )  # fmt: skip


async def _measured(server: Server, asked: Mapping[str, Any], others: int | None = None) -> dict[str, Any]:
    """Quantiles are of the first `others` customers alone, of all where left out."""
    before = server.cpu_s()
    told = await generated({**asked, "port": server.port})
    waited = sorted(seconds for seconds, customer in told["waited"] if others is None or customer < others)
    answered = len(told["waited"])
    return {
        "answered": answered, "a_second": answered / told["seconds"], "statuses": told["statuses"],
        **{f"p{share}_ms": 1000 * quantile(waited, share / 100) for share in (50, 95, 99)},
        "server_cpu_ms": 1000 * (server.cpu_s() - before) / max(1, answered), "generator": told["generator"], "late_s": told["late_s"],
    }  # fmt: skip


def _database_of(data: Path) -> Path:
    return next(data.glob("*/conversations.sqlite"))


def quantile(ranked: Sequence[float], share: float) -> float:
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))] if ranked else 0.0


def _merged(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Medians over the repetitions; counts are sums."""
    medians = {name: round(statistics.median(row[name] for row in rows), 2) for name in ("a_second", "p50_ms", "p95_ms", "p99_ms", "server_cpu_ms", "generator")}  # fmt: skip
    spread = [round(row["a_second"], 1) for row in rows]
    return {
        **medians, "times": len(rows), "each_a_second": spread, "answered": sum(row["answered"] for row in rows),
        "late_s": round(max(row["late_s"] for row in rows), 3), "bottleneck": "generator" if medians["generator"] > _BUSY else "server",
    }  # fmt: skip


def _failed(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, int]:
    """How often each status, or each error of the connection, came instead of an answer."""
    failed: Counter[str] = Counter()
    for row in chain.from_iterable(rows.values()):
        failed.update({status: count for status, count in row["statuses"].items() if status not in ("200", "202")})
    return dict(failed)


def _allow_files(most: int) -> None:
    """Raises OSError where this process may not open so many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < most:
        if hard != resource.RLIM_INFINITY and hard < most:
            raise OSError(f"{most} open files are needed, `ulimit -Hn` is {hard}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
