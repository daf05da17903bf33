"""What a stranger can tell of an order that isn't theirs: an order that is there and one that isn't, asked in turn with a wrong proof."""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from eval.access.door import Door
from knowledge_base.reading import files_of

_OF_THE_REPLY = ("took_ms", "message_id", "conversation_id", "token")
"""What is of a request, not of an order."""


async def run(
    door: Door, requests: int, seed: int = 7, say: Callable[[int, int], None] = lambda done, of: None
) -> dict[str, Any]:
    """Medians in ms, and how many kinds of bytes there were. Each request is a conversation of its own, with a contact of its own."""
    luck, there = random.Random(seed), ids(door)
    gone = [f"JL-{number}" for number in range(100461, 100461 + len(there))]
    took: dict[str, list[float]] = {"not yours": [], "not found": []}
    bodies: dict[str, set[bytes]] = {"not yours": set(), "not found": set()}
    for number in range(requests):
        kind, of = (("not yours", there), ("not found", gone))[number % 2]
        text = f"order {luck.choice(of)} {luck.getrandbits(40):010x}@example.com"
        await door.forget_tries()
        start = time.perf_counter()
        answer = await door.say(text)
        took[kind].append((time.perf_counter() - start) * 1000)
        told = {name: value for name, value in answer.json().items() if name not in _OF_THE_REPLY}
        bodies[kind].add(json.dumps(told, sort_keys=True).encode())
        if number % 100 == 0:
            say(number, requests)
    medians = {kind: statistics.median(times) for kind, times in took.items()}
    apart, kinds = abs(medians["not yours"] - medians["not found"]), len(bodies["not yours"] | bodies["not found"])
    return {
        "requests": requests, "median_ms": {kind: round(ms, 3) for kind, ms in medians.items()}, "apart_ms": round(apart, 3),
        "kinds_of_bytes": kinds, "kinds_of_bytes_more_than_one": kinds - 1, "medians_a_millisecond_apart": int(apart >= 1),
    }  # fmt: skip


def ids(door: Door) -> list[str]:
    shop = door.shop.shop
    files = [file for spec in shop.sources if spec.kind == "orders" for file in files_of(shop, spec)]
    return [json.loads(line)["id"] for file in files for line in file.read_text(encoding="utf-8").splitlines() if line]
