"""The customer's own figure, spoken of in Chinese: `65 过了 60`, `两百不用签`, `三年就过保了`. What is said of it is held against its limit."""

from __future__ import annotations

import re

from bot.writing.facts.amounts import Amount
from bot.writing.facts.scene import Fault, Scene

_LASTS = frozenset({"duration", "working"})
_LOOSE = frozenset({"bare", "money", "count"})
_LEADS = re.compile(
    r"(?:\s|[您你咱的这那才是有要就买满按算]|单子?|订单|一共|总共|金额|孩子|宝宝|娃|小朋友|身高|体重|脚长|内?腿长?|[头胸腰掌]围|放心|嗯|好的)*"
)
_SAID_OF = re.compile(
    r"\s?(?:[件个只条份单人]\s?|的话|的单子?|的订单|的(?=[还也就都没不已早刚正]))?(?:[您你也就还早才都可是]|已经?|刚好|正好|肯定|应该|确实|目前)*"
    r"(?:过了|过保|超|不到|不足|没到|没满|没过|不够|够|差|不用|不需|不必|无需|不算|要签|可以|可|能|会|行|没问题|不行|没关系|没|凑|拿[得不]|都?有|在\s?\d|在(?:这|保|里|范|期)|属于|落在|选|穿|未满|满了|达到|大于|高于|低于|小于|两个码|略|偏|有点)"
)
_OVER = re.compile(r"(?:过了|超过了?|超了|高于|大于|多过|够了?|满了?|达到了?|早过了?|已经过了?)\s?(?:的|了)?\s?$")
_UNDER = re.compile(r"(?:不到|没到|没满|不足|不够|未满|低于|小于|没超过?|没过|少于)\s?$")


def is_topic(amount: Amount, scene: Scene) -> bool:
    """Whether it leads its clause as the customer wrote it, and the rest says something of it."""
    clause = scene.read.clause_at(amount.start)
    if clause is None or scene.lower.isascii() or not named(amount, scene):
        return False
    leads = _LEADS.fullmatch(scene.lower, clause.start, amount.start) is not None
    return (leads and _SAID_OF.match(scene.lower, _bare_end(amount, scene)) is not None) or _in_a_range(amount, scene)


def named(amount: Amount, scene: Scene) -> bool:
    """Whether the customer named it, in the same unit or in none."""
    for part in scene.asked.parts:
        for one in part.amounts:
            same = (
                one.family == amount.family
                or {one.family, amount.family} <= (_LASTS)
                or "bare" in (one.family, amount.family)
            )
            if (same or {one.family, amount.family} <= _LOOSE) and one.raw[0] == amount.raw[0]:
                return True
    return False


def _bare_end(amount: Amount, scene: Scene) -> int:
    """Its end without what was read as a bound of it (三十五块不到)."""
    said = scene.lower[amount.start : amount.end]
    bound = re.search(r"(?:不到|多|不足|以上|以内|之内|上下|左右)$", said)
    return amount.start + bound.start() if bound else amount.end


def _in_a_range(amount: Amount, scene: Scene) -> bool:
    """44 也在 33–45 里头: it lies between the ends of a range that its sentence names."""
    return any(
        one is not amount
        and one.low < one.high
        and one.raw[0] <= amount.raw[0] <= one.raw[1]
        and one.start > amount.end
        for one in scene.read.amounts
    )


def check(scene: Scene) -> Fault | None:
    """`65 过了 80`: the customer's own figure against one that it is said to pass or to miss."""
    if scene.asks or scene.doubts or scene.lower.isascii():
        return None
    for left, right in zip(scene.read.amounts, scene.read.amounts[1:], strict=False):
        if left.low != left.high or right.low != right.high or not named(left, scene):
            continue
        between = scene.lower[_bare_end(left, scene) : right.start + len(_bound(right, scene))]
        if "," in between or len(between) > 10:
            continue
        x, y = (left.low, right.low) if left.family == right.family else (left.raw[0], right.raw[0])
        if (_OVER.search(between) and x < y) or (_UNDER.search(between) and x >= y):
            return scene.read.text.own[left.start : right.end], "attribute", "the other way about"
    return None


def _bound(amount: Amount, scene: Scene) -> str:
    """What was read as the bound before an amount (不到 40)."""
    match = re.match(r"[\u3400-\u9fff]+\s?", scene.lower[amount.start : amount.end])
    words = match.group() if match else ""
    return words if amount.bound != "=" else ""
