"""A rule that holds from some amount on isn't said of less: `your $40 order gets the 10 %` where it takes 50."""

from __future__ import annotations

import re

from bot.writing.facts.amounts import Amount
from bot.writing.facts.mentions import Mention
from bot.writing.facts.scene import Fault, Scene

_FROM = re.compile(
    r"\b(?:from|over|above|at least|minimum|or more|and up|reach|exceed|more than)\b|满|起|以上|超过|达到"
)
_SHORT = re.compile(
    r"\b(?:under|below|short|less|not yet|another|more to go|need|until|unless|if|once|from|over|threshold)\b|不到|不足|没到|未满|差|还要|再|如果|满|起"
)


def check(scene: Scene) -> Fault | None:
    if scene.asks or scene.doubts or scene.known.products or _SHORT.search(scene.lower):
        return None
    asked = {one.low for part in scene.asked.parts for one in part.amounts if one.family in ("money", "bare")}
    for amount in scene.read.amounts:
        if amount.family not in ("money", "bare") or amount.low not in asked or amount.low != amount.high:
            continue
        for mention in _rules(scene, amount):
            if amount.low < mention.amount.low and not any(last > amount.end for _, last in scene.read.spans):
                return scene.read.text.own.strip(), "attribute", mention.text
    return None


def _rules(scene: Scene, theirs: Amount) -> list[Mention]:
    """The amounts from which a rule holds, where the sentence speaks of that rule; none where several are told."""
    found = [
        one
        for one in scene.known.mentions
        if (one.amount.family == "money" or (theirs.counter and one.amount.counter == theirs.counter))
        and not one.role
        and (one.amount.bound in (">", ">=", ">~") or _FROM.search(one.text.lower()))
        and len(scene.read.ids & one.wide - _COMMON) >= 1
    ]
    bounded = [one for one in found if one.amount.bound in (">", ">=", ">~")]
    found = bounded or found
    return found if len({one.amount.low for one in found}) == 1 else []


_COMMON = frozenset({"order", "price", "w:订单", "w:order", "delivery"})
