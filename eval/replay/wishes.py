"""How far what was done in a tau2 simulation is what the customer spoke of, and how much there was to do: signs for `eval.replay.ending`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.replay.endstates import CHANGES, Call, Things

WISHES = (
    "length", "products_named", "named_not_done", "last_change_failed", "refused_at_the_end", "nearer_variant", "figures_from_nowhere",
)  # fmt: skip
"""What each number says, in order."""

_REFUSED = re.compile(r"\b(?:unable to|can(?:not|'t|’t)|not (?:possible|able|allowed)|unfortunately)\b", re.IGNORECASE)
_AMOUNT = re.compile(r"\$ ?(\d[\d,]*(?:\.\d+)?)")
_PRICE = re.compile(r"\d+\.\d+")
_SAME = 0.5
"""What an option that stays as it was counts, beside 1 for one that the customer names."""


def wishes(talk: Sequence[tuple[str, str]], made: Sequence[Call], before: Things) -> list[float]:
    """In the order of WISHES; `talk` are the transcript's steps, `made` its calls, `before` the shop's data as it was."""
    customer = " ".join(text for who, text in talk if who == "user").casefold()
    shop = [text for who, text in talk if who == "assistant"]
    changes = [call for call in made if call.name in CHANGES]
    done = [call for call in changes if not call.failed]
    named = {
        name for name in _names(before) if re.search(rf"\b{re.escape(name.removesuffix('s'))}(?:e?s)?\b", customer)
    }
    return [float(one) for one in (
        math.log(max(1, len(talk))), len(named), len(named - _touched(done, before)), bool(changes and changes[-1].failed),
        bool(_REFUSED.search(" ".join(shop[-2:]))), _nearer(done, customer, before), _from_nowhere(talk, shop),
    )]  # fmt: skip


def _names(before: Things) -> set[str]:
    return {str(product["name"]).casefold() for product in before["products"].values()}


def _touched(done: Sequence[Call], before: Things) -> set[str]:
    """Names of the products that a change was about."""
    by_item = {
        id_: str(product["name"]).casefold() for product in before["products"].values() for id_ in product["variants"]
    }
    listed = {by_item.get(str(item), "") for call in done for item in call.arguments.get("item_ids") or ()}
    cancelled = [
        call.result for call in done if call.name == "cancel_pending_order" and isinstance(call.result, Mapping)
    ]
    return listed | {str(item["name"]).casefold() for order in cancelled for item in order.get("items", ())}


def _nearer(done: Sequence[Call], customer: str, before: Things) -> int:
    """New items beside which another that is to be had has more of the options that the customer names."""
    return sum(
        any(_fit(one, old, customer) > _fit(new, old, customer) for one in others if one["available"])
        for call in done
        for old, new, others in _exchanged(call, before)
    )


def _exchanged(call: Call, before: Things) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any], list[Any]]]:
    """(old options, new variant, all variants of the product) of each item."""
    for old, new in zip(call.arguments.get("item_ids") or (), call.arguments.get("new_item_ids") or (), strict=False):
        for product in before["products"].values():
            variants = product["variants"]
            if str(old) in variants and str(new) in variants:
                yield variants[str(old)]["options"], variants[str(new)], list(variants.values())


def _fit(variant: Mapping[str, Any], old: Mapping[str, Any], customer: str) -> float:
    return sum(
        float(str(value).casefold() in customer) + _SAME * float(old.get(name) == value)
        for name, value in variant["options"].items()
    )


def _from_nowhere(talk: Sequence[tuple[str, str]], shop: Sequence[str]) -> int:
    """Amounts that the shop says and that are neither in a result nor the sum or difference of two that are."""
    known = {round(float(one), 2) for who, text in talk if who == "result" for one in _PRICE.findall(text)}
    said = [round(float(one.replace(",", "")), 2) for text in shop for one in _AMOUNT.findall(text)]
    return sum(
        not any(abs(one - other) < 0.006 for other in known)
        and not any(abs(abs(a - b) - one) < 0.006 or abs(a + b - one) < 0.006 for a in known for b in known)
        for one in said
    )
