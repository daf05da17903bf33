"""What a message's wishes were served with, and how it is told: cites, cards, verdict, and the explanation that /why shows."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.types import Card, Cite, Findings, Understood, Verdict, Written
from knowledge_base.types import Product

UNDERSTOOD = {"answer": "ask", "described": "describe", "not_stated": "describe", "found": "find"}
"""What a message turned out to want, by what was found for it: `how much is delivery` is no question about a product."""


@dataclass(frozen=True, slots=True)
class Served:
    """One wish of a message, what was found for it and how that was put."""

    understood: Understood
    findings: Findings
    text: str
    verdict: Verdict
    written: Written

    @property
    def intent(self) -> str:
        return UNDERSTOOD.get(self.findings.say, self.understood.route.intent)


class Clock:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, step: str) -> None:
        now = time.perf_counter()
        self.laps[step] = round((now - self._since) * 1000, 2)
        self._since = now


def cites(findings: Findings) -> tuple[Cite, ...]:
    passages = [Cite(hit.passage.source, hit.passage.source_id, hit.passage.title) for hit in findings.hits]
    return tuple(dict.fromkeys([*passages, *(Cite("product", p.id, p.title) for p in findings.products)]))


def card(product: Product, served: Served) -> Card:
    """With its reason, where the check of facts has let that be said."""
    because = served.findings.values.get(f"because:{product.id}", "")
    said = because and because in "".join(served.verdict.said)
    return Card(
        product.id, product.title, product.price, product.currency, product.in_stock, product.url, product.image,
        because if said else "",
    )  # fmt: skip


def verdict(served: Sequence[Served]) -> Verdict:
    return Verdict(
        tuple(piece for one in served for piece in one.verdict.said),
        tuple(stop for one in served for stop in one.verdict.stopped),
    )


def explained(served: Sequence[Served], laps: Mapping[str, float]) -> Mapping[str, object]:
    """What /why shows; of several wishes the first, the others under `also`."""
    first, *others = [_of_one(one) for one in served]
    return {**first, **({"also": others} if others else {}), "took_ms": dict(laps)}


def _of_one(served: Served) -> Mapping[str, object]:
    understood, findings, route = served.understood, served.findings, served.understood.route
    passages = [
        {
            "id": hit.passage.id,
            "score": round(hit.score, 3),
            "found_by": {name: round(score, 3) for name, score in hit.found_by.items()},
        }
        for hit in (findings.looked_at or findings.hits)[:8]
    ]
    return {
        "route": {"intent": route.intent, "confidence": route.confidence, "others": [list(other) for other in route.others]},
        "rewritten": understood.text, "filters": _filters(understood), "said": findings.say, "relaxed": findings.relaxed,
        "passages": passages, "stopped": [_plain(stop) for stop in served.verdict.stopped],
        "written": _plain(served.written), **({"desk": _plain(findings.prepared)} if findings.prepared else {}),
    }  # fmt: skip


def _filters(understood: Understood) -> dict[str, object]:
    """The understood limits and products, without the message itself."""
    left_out = ("message", "route", "text")
    made = {name: getattr(understood, name) for name in _field_names(understood) or () if name not in left_out}
    return made | {"where": _plain(understood.where), "options": [_plain(option) for option in understood.options]}


def _plain(value: Any) -> Any:
    """What `asdict` gives, without its deep copies: what is frozen needs none."""
    if (names := _field_names(value)) is not None:
        return {name: _plain(getattr(value, name)) for name in names}
    return tuple(map(_plain, value)) if isinstance(value, tuple) else value


def _field_names(value: object) -> Collection[str] | None:
    """None where it is no dataclass; `fields` would look through them each time."""
    found: Collection[str] | None = getattr(value, "__dataclass_fields__", None)
    return found
