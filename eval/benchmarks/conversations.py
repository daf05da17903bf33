"""Scripted conversations played through the real engine, and beside it through one that forgets after each turn."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.settings import load_settings
from bot.types import Message
from bot.wiring import OpenShop, open_shop
from eval import setting
from eval.benchmarks.judging import Answer, Before, Fault, faults
from eval.benchmarks.talks import Line, Script, scripts
from eval.errors import NothingToDo
from retrieval.generations import Progress

DATA = Path(__file__).parent.parent / "data"
FILES = tuple(DATA / f"conversations.{half}.jsonl" for half in ("dev", "test", "frozen"))
PACKAGES = ("shopclerk", "tantivy", "rjieba", "chromadb", "onnxruntime", "tokenizers", "numpy")
QUICK = 8
"""Conversations that `--quick` plays."""
PLAYED_AT = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Played:
    """A turn as it went."""

    script: Script
    place: int
    line: Line
    text: str
    faults: tuple[Fault, ...]


def run(*, cases: Path | None, shop: Path | None, half: str, quick: bool, say: Progress) -> dict[str, Any]:
    """Figures of the engine and of the forgetful one, the wrong turns, then `versions`, `data`, `machine` and `seconds`.

    Raises BadRow for a line that docs/cases.md doesn't allow, NothingToDo where no conversation is of that half.
    """
    started = time.perf_counter()
    files = [cases] if cases else [file for file in FILES if file.is_file()]
    chosen = scripts(files, half)
    if not chosen:
        raise NothingToDo(f"no conversation of the half {half} in {', '.join(map(str, files or FILES))}")
    played = asyncio.run(_measure(chosen[:QUICK] if quick else chosen, shop, say))
    report: dict[str, Any] = {"half": half, "quick": quick}
    report |= {name: figures(turns) for name, turns in played.items()}
    report["wrong"] = [_told(turn) for turn in played["engine"] if turn.faults]
    report |= {"versions": setting.versions(PACKAGES), "data": setting.digests(files), "machine": setting.machine()}
    return {**report, "seconds": round(time.perf_counter() - started, 1)}


async def _measure(chosen: Sequence[Script], shop: Path | None, say: Progress) -> dict[str, list[Played]]:
    """The turns as they went with the state kept (`engine`) and with it thrown away (`without_state`)."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(data_dir=Path(folder), **({"shop": shop} if shop else {}))
        async with open_shop(settings, on_progress=say) as opened:
            return {
                name: [
                    turn
                    for done, script in enumerate(chosen, 1)
                    for turn in await _play(opened, script, name, say, done, len(chosen))
                ]
                for name in ("engine", "without_state")
            }


async def _play(opened: OpenShop, script: Script, system: str, say: Progress, done: int, of: int) -> list[Played]:
    before, played = Before(), []
    for place, line in enumerate(script.turns, 1):
        conversation = f"eval-{system}-{script.id}" + (f"-{place}" if system == "without_state" else "")
        message = Message(f"{place}", conversation, line.say, PLAYED_AT, locale=None)
        reply = await opened.engine.reply(message)
        async with opened.conversations.open(conversation) as kept:
            where = kept.conversation.where
        answer = Answer(reply, where, opened.index.current().catalogue)
        played.append(Played(script, place, line, reply.text, tuple(faults(line.expect, answer, before))))
        before = before.after(reply)
    say(f"conversations: {system.replace('_', ' ')}", done, of)
    return played


def figures(turns: Sequence[Played]) -> dict[str, Any]:
    """Shares of turns and of conversations right, 0 to 1; turns by locale, expectations by key."""
    wholes: dict[str, bool] = defaultdict(lambda: True)
    locales: dict[str, list[bool]] = defaultdict(list)
    keys: dict[str, list[bool]] = defaultdict(list)
    for turn in turns:
        wholes[turn.script.id] &= not turn.faults
        locales[turn.script.locale].append(not turn.faults)
        for key in turn.line.expect:
            keys[key].append(key not in {fault.key for fault in turn.faults})
    return {
        "turns": len(turns), "right": _share([not turn.faults for turn in turns]),
        "conversations": len(wholes), "wholly_right": _share(list(wholes.values())),
        "by_locale": {name: _share(claims) for name, claims in sorted(locales.items())},
        "by_key": {name: {"cases": len(claims), "right": _share(claims)} for name, claims in sorted(keys.items())},
    }  # fmt: skip


def _told(turn: Played) -> Mapping[str, Any]:
    said = [f"{fault.key}: expected {fault.expected!r}, got {fault.got!r}" for fault in turn.faults]
    return {"id": turn.script.id, "turn": turn.place, "say": turn.line.say, "faults": said, "reply": turn.text}


def _share(claims: Sequence[bool]) -> float:
    return round(sum(claims) / len(claims), 4) if claims else 0.0
