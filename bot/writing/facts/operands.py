"""The figures that arithmetic works with: those of the findings, of the question and of the sentence."""

from __future__ import annotations

from bot.writing.facts.amounts import Amount
from bot.writing.facts.follows import alike
from bot.writing.facts.scene import Scene


def of_its_kind(amount: Amount, scene: Scene) -> list[float]:
    """The figures of the findings that are of its kind."""
    return sorted(
        {
            value
            for one in scene.known.mentions
            if alike(amount, one.amount, scene.known) and one.amount.family == amount.family
            for value in {one.amount.low, one.amount.high}
        }
    )[:40]


def asked(amount: Amount, scene: Scene) -> list[float]:
    return [one.low for part in scene.asked.parts for one in part.amounts if one.family in (amount.family, "bare")]


def others(amount: Amount, scene: Scene) -> set[float]:
    return {one.low for one in scene.read.amounts if one is not amount} | set(scene.asked.numbers)
