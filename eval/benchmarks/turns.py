"""Turns with an open shop, one after the other in one thread: how long each took. Run as a process of its own, so that memory is its own.

    python -m eval.benchmarks.turns SHOP_FOLDER DATA_FOLDER CASES_FILE

prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from eval.benchmarks.corpora import rows

ASKED_AT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
WARM = 8
"""Turns before those that count: files that nobody has looked at, code that nobody has loaded."""


def read_cases(file: Path) -> list[dict[str, Any]]:
    """Lines of {"text"}, optionally "conversation" (turns of one come in the file's order), "locale" and "kind". Raises BadRow."""
    return [{"kind": "all", "conversation": f"alone-{place}", **row} for place, (_, row) in enumerate(rows(file))]


async def measure(shop: Path | None, data: Path, cases: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    from bot.settings import Settings
    from bot.types import Message
    from bot.wiring import open_shop

    began, before = time.perf_counter(), time.process_time()
    took: list[dict[str, Any]] = []
    async with open_shop(Settings(shop=shop, data_dir=data)) as opened:
        report: dict[str, Any] = {
            "open_s": round(time.perf_counter() - began, 2), "open_cpu_s": round(time.process_time() - before, 2),
            "open_mb": _resident_mb(),
        }  # fmt: skip
        run = os.urandom(4).hex()
        warm = cases[:WARM]
        for place, case in enumerate([*warm, *cases]):
            said_in = f"{run}-{place < len(warm)}-{case['conversation']}"
            message = Message(f"{run}-{place}", said_in, case["text"], ASKED_AT, locale=case.get("locale"))
            started, cpu = time.perf_counter(), time.process_time()
            reply = await opened.engine.reply(message)
            if place >= len(warm):
                wall_ms, cpu_ms = (time.perf_counter() - started) * 1000, (time.process_time() - cpu) * 1000
                took.append({"kind": case["kind"], "wall_ms": wall_ms, "cpu_ms": cpu_ms, "steps": dict(reply.took_ms)})
    peak_mb = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return {**report, **_figures(took), "after_mb": _resident_mb(), "peak_mb": peak_mb}


def _figures(took: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    kinds: dict[str, list[float]] = defaultdict(list)
    steps: dict[str, list[float]] = defaultdict(list)
    for turn in took:
        kinds[turn["kind"]].append(turn["wall_ms"])
        for step, ms in turn["steps"].items():
            steps[step].append(ms)
        steps["open, keep and the rest"].append(turn["wall_ms"] - sum(turn["steps"].values()))
    wall, cpu = ([turn[name] for turn in took] for name in ("wall_ms", "cpu_ms"))
    return {
        "turns": len(took),
        "wall_ms": _spread(wall),
        "cpu_ms": _spread(cpu),
        "turns_per_s": round(1000 / statistics.mean(wall), 1),
        "turns_per_cpu_s": round(1000 / statistics.mean(cpu), 1),
        "by_kind_ms": {kind: _spread(ms) for kind, ms in kinds.items()},
        "by_step_ms": {step: _spread(ms) for step, ms in steps.items()},
    }


def _spread(ms: Sequence[float]) -> dict[str, float]:
    ordered = sorted(ms)
    at = {"p50": 0.5, "p95": 0.95}
    return {name: round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2) for name, share in at.items()}


def _resident_mb() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 2**20)


if __name__ == "__main__":
    folder, data_folder, cases_file = map(Path, sys.argv[1:])
    print(json.dumps(asyncio.run(measure(folder, data_folder, read_cases(cases_file)))))
