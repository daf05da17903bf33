"""What a draft would change: the questions that it is for, replayed in the shop as it is and in a copy that has the draft."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.people.answers import accept
from bot.settings import Settings
from bot.stores.proposals import Proposal
from bot.wiring import index_root, index_shop, open_shop, router_root, shop_of
from eval.insights.misses import UNANSWERED
from eval.replay.playing import Player, quiet
from eval.replay.transcripts import Line, Transcript
from knowledge_base.shop import Shop

MOST = 20
"""Different questions that are replayed."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Tried:
    """One question, in words that tell nobody's name, with what is answered now and what would be."""

    asked: str
    before: str
    after: str
    was_answered: bool
    is_answered: bool


def shown(settings: Settings, shop: Shop, proposal: Proposal, questions: Sequence[str]) -> str:
    """For the terminal. Raises NotKept where the shop's file can't take the draft."""
    rows = tried(settings, shop, proposal, questions)
    told = [
        f"   {_sign(row)} {row.asked}\n     now:  {_short(row.before)}\n     then: {_short(row.after)}" for row in rows
    ]
    answered = sum(row.is_answered for row in rows), sum(row.was_answered for row in rows)
    head = f"   Of {len(rows)} questions that customers asked, {answered[1]} find an answer now; with the draft {answered[0]} would, {sum(row.before != row.after for row in rows)} are answered otherwise:"
    return "\n".join([head, *told])


def tried(settings: Settings, shop: Shop, proposal: Proposal, questions: Sequence[str]) -> list[Tried]:
    """Each different question once. Nothing of the shop is touched: the copy lies in a folder that is gone afterwards."""
    asked = list(dict.fromkeys(" ".join(text.split()) for text in questions))[:MOST]
    before = asyncio.run(_played(settings, asked))
    with tempfile.TemporaryDirectory() as folder:
        after = asyncio.run(_played(_copied(settings, shop, proposal, Path(folder)), asked))
    return [
        Tried(one["asked"], one["reply"], other["reply"], one["said"] not in UNANSWERED, other["said"] not in UNANSWERED)
        for one, other in zip(before, after, strict=True)
    ]  # fmt: skip


def _copied(settings: Settings, shop: Shop, proposal: Proposal, folder: Path) -> Settings:
    """A shop like ours with the draft in its FAQ; of its index only the draft is new."""
    shutil.copytree(shop.folder, folder / shop.folder.name)
    own = settings.model_copy(update={"shop": folder / shop.folder.name, "data_dir": folder / "data"})
    copy = shop_of(own)
    accept(copy, proposal)
    for root in (index_root, router_root):
        if root(settings, shop).exists():
            shutil.copytree(root(settings, shop), root(own, copy))
    index_shop(own, copy)
    return own


async def _played(settings: Settings, asked: Sequence[str]) -> list[dict[str, str]]:
    """The row of each question's turn, asked for itself."""
    async with open_shop(quiet(settings)) as shop:
        player = Player(shop)
        played = [await player.play(Transcript(str(place), (Line("customer", text),))) for place, text in enumerate(asked)]  # fmt: skip
        return [json.loads(one.turns[0]) for one in played]


def _sign(row: Tried) -> str:
    return "+" if row.is_answered and not row.was_answered else "-" if row.was_answered and not row.is_answered else "="


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else flat[: _LONGEST - 1] + "…"
