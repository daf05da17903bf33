"""Wishes for advice through the whole engine over the sample shop: are the cards what was wished for, each with a reason, and none empty?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from bot.settings import load_settings
from bot.types import Message, Reply
from bot.wiring import OpenShop, open_shop
from eval.benchmarks.corpora import cases as read_cases
from knowledge_base.types import InteractionKind
from retrieval.generations import Progress

NOON = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
"""When the customers of the cases write: a Tuesday."""
CASES = Path(__file__).parent.parent / "data" / "advice.jsonl"


@dataclass(frozen=True, slots=True)
class Case:
    """`expect` is of the last turn; products are named by id or by how their ids begin."""

    id: str
    turns: Sequence[str]
    expect: Mapping[str, Any]
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    id: str
    said: str
    why: str
    got: str


def run(*, cases: Path | None, say: Progress) -> Mapping[str, Any]:
    """The share that is right by language, and what isn't. Raises BadRow."""
    return asyncio.run(_run(read_cases(cases or CASES, lambda row: Case(**row)), say))


async def _run(cases: Sequence[Case], say: Progress) -> Mapping[str, Any]:
    wrong: list[Wrong] = []
    counts = {"en": [0, 0], "zh": [0, 0]}
    async with open_shop(load_settings(shop=None), on_progress=say) as shop:
        for number, case in enumerate(cases, 1):
            faults, locale, got = await _one(case, shop)
            counts[locale][0] += 1
            counts[locale][1] += not faults
            wrong += [Wrong(case.id, case.turns[-1], "; ".join(faults), got)] if faults else []
            say("advice", number, len(cases))
    of, right = (sum(one[place] for one in counts.values()) for place in (0, 1))
    return {
        "cases": of,
        "right": right,
        "share": round(right / of, 3) if of else 0.0,
        "by_language": {name: {"cases": one[0], "right": one[1]} for name, one in counts.items()},
        "wrong": [{"id": one.id, "said": one.said, "why": one.why, "got": one.got} for one in wrong],
    }


async def _one(case: Case, shop: OpenShop) -> tuple[list[str], str, str]:
    conversation = uuid4().hex
    reply: Reply | None = None
    for text in case.turns:
        message = Message(uuid4().hex, conversation, text, NOON, "web", customer_id=case.customer)
        reply = await shop.engine.reply(message)
    if reply is None:
        return ["no turn"], "en", ""
    told = await shop.engine.explain(conversation) or {}
    ids = [card.product_id for card in reply.cards]
    locale = "zh" if any("\u4e00" <= letter <= "\u9fff" for letter in case.turns[-1]) else "en"
    return list(_faults(case, reply, told, ids, shop)), locale, f"{told.get('said')}: {' '.join(ids)}"


def _faults(case: Case, reply: Reply, told: Mapping[str, Any], ids: Sequence[str], shop: OpenShop) -> list[str]:
    expect, said = case.expect, str(told.get("said"))
    faults = [] if said == expect.get("said", "recommended") else [f"said {said}"]
    if told.get("stopped"):
        faults.append("the check of facts stopped a line")
    if "said" in expect:
        return faults
    if not ids:
        return [*faults, "no card"]
    silent = [card.product_id for card in reply.cards if not card.because]
    faults += [f"no reason at {' '.join(silent)}"] if silent else []
    sold_out = [card.product_id for card in reply.cards if card.in_stock is False]
    faults += [f"sold out: {' '.join(sold_out)}"] if sold_out else []
    if "price_to" in expect:
        dear = [card.product_id for card in reply.cards if card.price > Decimal(str(expect["price_to"]))]
        faults += [f"too dear: {' '.join(dear)}"] if dear else []
    matching = {
        name: [i for i in ids if i.startswith(tuple(expect.get(name, ())))] for name in ("all", "most", "some", "none")
    }
    if "all" in expect and len(matching["all"]) < len(ids):
        faults.append("not all as wished")
    if "most" in expect and len(matching["most"]) * 3 < len(ids) * 2:
        faults.append("most are something else")
    if "some" in expect and not matching["some"]:
        faults.append("none as wished")
    if matching["none"] and "none" in expect:
        faults.append(f"shown again: {' '.join(matching['none'])}")
    relation = (told.get("filters") or {}).get("relation")
    if expect.get("relation") not in (None, relation):
        faults.append(f"taken for {relation}")
    if expect.get("none_bought") and (again := set(ids) & _bought(case.customer, shop)):
        faults.append(f"bought already: {' '.join(sorted(again))}")
    return faults


def _bought(customer: str | None, shop: OpenShop) -> set[str]:
    """What a customer has bought that lasts."""
    generation = shop.index.current()
    lasting = {
        one.product_id
        for one in generation.knowledge().interactions
        if one.customer_id == customer and one.kind is InteractionKind.BOUGHT
    }
    return {i for i in lasting if generation.reasons.days_of(i) is None}
