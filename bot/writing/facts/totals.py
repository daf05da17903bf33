"""Bounds of a total or a saving (`so you stay under 75 for both`) must hold for what the reply has summed up, or the products cost together."""

from __future__ import annotations

import re

from bot.writing.facts.amounts import Amount
from bot.writing.facts.scene import Fault, Scene

_TOGETHER = re.compile(
    r"\b(?:both|together|altogether|in all|in total|total|the pair|the lot|stays?|staying|combined|the two|all three|the whole)\b|一共|总共|合计|加起来|两样|都买"
)
_SAVES = re.compile(r"\b(?:sav(?:e|es|ing)|cheaper|dearer|more expensive|difference|apart|less)\b|省|便宜|贵|差")
_BOUNDS = frozenset({"<", "<=", ">", ">=", "<~", ">~"})


def check(scene: Scene) -> Fault | None:
    if scene.asks or scene.doubts:
        return None
    return next((fault for one in scene.read.amounts if one.bound in _BOUNDS and (fault := _held(one, scene))), None)


def _held(amount: Amount, scene: Scene) -> Fault | None:
    value = _summed(amount, scene)
    if value is None or amount.family not in ("money", "bare") or _holds(amount, value):
        return None
    return scene.read.text.own[amount.start : amount.end].strip(), "total", f"{value:g}"


def _holds(amount: Amount, value: float) -> bool:
    if amount.bound[0] == "<":
        return value <= amount.low if amount.bound == "<=" else value < amount.low
    return value >= amount.low if amount.bound == ">=" else value > amount.low


def _summed(amount: Amount, scene: Scene) -> float | None:
    """The sum, or what two figures differ by, that the bound is said of; None where it is said of one figure."""
    beside = [one for one in scene.read.amounts if one is not amount and one.low == one.high]
    said = [value for kind, value in scene.told.sums if kind == "money"]
    said += [one.low for one in beside if one.family == "money" or (one.family == "bare" and _is_price(one, scene))]
    if len(said) != 2:
        return None
    part = scene.part(amount.start)
    if _SAVES.search(part):
        return abs(said[0] - said[1])
    if _TOGETHER.search(part) and len(scene.known.products) > 1:
        return sum(said)
    return None


def _is_price(one: Amount, scene: Scene) -> bool:
    return any(float(product.price) == one.low for product in scene.known.products.values())
