"""What a shop's data looked like after a tau2 simulation, read from the results of the transcript's own tool calls."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from eval.replay.readers.shapes import steps

Things = Mapping[str, Mapping[str, Any]]
"""Kind (orders, users) -> id -> the thing."""

CHANGES = frozenset(
    [
        "cancel_pending_order",
        "exchange_delivered_order_items",
        "modify_pending_order_address",
        "modify_pending_order_items",
        "modify_pending_order_payment",
        "modify_user_address",
        "return_delivered_order_items",
    ]
)
"""Tools that write; all return the order or user as it is afterwards."""


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call with its result; `place` is the step of the conversation. `result` is parsed where it is JSON."""

    name: str
    arguments: Mapping[str, Any]
    result: Any
    place: int

    @property
    def failed(self) -> bool:
        return isinstance(self.result, str) and self.result.casefold().startswith("error")


def calls(transcript: str) -> Iterator[Call]:
    """The calls in order; of several made at once the results follow in their order. A call without a result has ""."""
    waiting: list[tuple[str, Mapping[str, Any], int]] = []
    for place, (who, text) in enumerate(steps(transcript)):
        if who == "call":
            name, _, given = text.partition(" ")
            waiting.append((name, _arguments(given), place))
        elif who == "result" and waiting:
            name, arguments, called = waiting.pop(0)
            yield Call(name, arguments, _parsed(text), called)
    for name, arguments, called in waiting:
        yield Call(name, arguments, "", called)


def _arguments(given: str) -> Mapping[str, Any]:
    """As Python prints a dict."""
    try:
        read = ast.literal_eval(given.strip() or "{}")
    except (ValueError, SyntaxError):
        return {}
    return read if isinstance(read, dict) else {}


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def end_state(transcript: str, before: Things) -> dict[str, dict[str, Any]]:
    """The orders and users that differ from `before` when the conversation is over. What an order's payments and refunds do to gift
    cards is worked out, since no result shows it."""
    after: dict[str, dict[str, Any]] = {"orders": {}, "users": {}}
    for call in calls(transcript):
        if call.name not in CHANGES or not isinstance(call.result, dict):
            continue
        if "order_id" not in call.result:
            known = after["users"].get(call.result["user_id"], call.result)
            after["users"][call.result["user_id"]] = {**call.result, "payment_methods": known["payment_methods"]}
            continue
        id_ = call.result["order_id"]
        was = after["orders"].get(id_) or before["orders"].get(id_) or {"payment_history": []}
        _move_gift_cards(
            call.result["payment_history"][len(was["payment_history"]) :], call.result["user_id"], before, after
        )
        after["orders"][id_] = call.result
    return {
        kind: {id_: thing for id_, thing in things.items() if not same(thing, before[kind].get(id_))}
        for kind, things in after.items()
    }


def _move_gift_cards(
    moves: Sequence[Mapping[str, Any]], user_id: str, before: Things, after: dict[str, dict[str, Any]]
) -> None:
    for move in moves:
        card = move["payment_method_id"]
        if not str(card).startswith("gift_card"):
            continue
        user = deepcopy(after["users"].get(user_id) or before["users"][user_id])
        sign = 1 if move["transaction_type"] == "refund" else -1
        held = user["payment_methods"][card]
        held["balance"] = round(held["balance"] + sign * move["amount"], 2)
        after["users"][user_id] = user


def same(one: Any, other: Any) -> bool:
    """Equal, cents rounded; a field that isn't there is one that is None."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return all(same(one.get(name), other.get(name)) for name in one.keys() | other.keys())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) or isinstance(other, float):
        return isinstance(one, (int, float)) and isinstance(other, (int, float)) and abs(one - other) < 0.005
    return bool(one == other)


def agrees(state: Things, expected: Things) -> bool:
    """Whether the same things changed, and to the same."""
    return all(same(state.get(kind, {}), expected.get(kind, {})) for kind in ("orders", "users"))


def was_told(transcript: str, facts: Sequence[str]) -> bool:
    """Whether the shop said each of these, commas in figures or not: what a task wants told beside what it wants done."""
    said = " ".join(text for who, text in steps(transcript) if who == "assistant").casefold().replace(",", "")
    return all(fact.casefold().replace(",", "") in said for fact in facts)
