"""The customer's own measure against a limit of the findings: `your 16 inch laptop fits` where 15 inches is the most."""

from __future__ import annotations

import re

from bot.writing.facts.amounts import Amount
from bot.writing.facts.follows import alike
from bot.writing.facts.known import Known
from bot.writing.facts.mentions import Mention
from bot.writing.facts.scene import Fault, Scene

_FAMILIES = frozenset({"length", "weight", "volume", "age", "bare", "count", "unit", "power"})
_MOST, _LEAST = frozenset({"<=", "=<", "<"}), frozenset({">=", ">"})
_FITS = re.compile(
    r"放得下|装得下|塞得下|放得进|塞得进|能放|能装|能塞|能戴|能穿|能用|能玩|能做|能刻|能绣|做得下|刻得下|戴得上|穿得下|没问题|放心|刚好|正好|正合适|合适|够用|够了|就够|"
    r"可以|行的|可行|\bfits?\b|\bfine\b|\bwill do\b|\bno problem\b|\bworks?\b|\benough\b|\bcan (?:be|take|hold|wear)\b"
)
_NOT = re.compile(
    r"放不下|装不下|塞不下|放不进|塞不进|戴不[上了]|穿不[下了上]|不合适|不够|不行|不能|超过|超了|太[大小长高宽厚重]|大了|小了|长了|高了|宽了|厚了|重了|还差|偏[大小]|"
    r"\btoo\b|\bnot\b|n't\b|\bno\b|\bcannot\b|\bover\b|\bexceeds?\b|\bshort of\b"
)


def check(scene: Scene) -> Fault | None:
    if scene.asks or scene.doubts:
        return None
    theirs = (one for one in scene.read.amounts if one.family in _FAMILIES and _is_theirs(one, scene))
    return next((fault for amount in theirs if (fault := _held(amount, scene)) is not None), None)


def _is_theirs(amount: Amount, scene: Scene) -> bool:
    """Whether the customer named it, and the sentence says no bound with it."""
    theirs = {(one.family, one.low) for part in scene.asked.parts for one in part.amounts}
    return (amount.family, amount.low) in theirs and amount.low == amount.high and amount.bound == "="


def _held(amount: Amount, scene: Scene) -> Fault | None:
    says = _says(scene)
    if says is None:
        return None
    limits = [one for one in scene.known.mentions if _is_limit(one, amount, scene, scene.known)]
    if not limits or any(_within(amount.low, one.amount) == says for one in limits):
        return None
    return scene.read.text.own[amount.start : amount.end], "size", limits[0].text


def _says(scene: Scene) -> bool | None:
    """Whether a sentence says that it fits (True), that it doesn't (False), or neither clearly."""
    no = bool(_NOT.search(scene.lower))
    yes = bool(_FITS.search(_NOT.sub(" ", scene.lower)))
    return yes if yes != no else None


def _is_limit(one: Mention, amount: Amount, scene: Scene, known: Known) -> bool:
    """Whether a figure of the findings is a bound or a range for what the customer has, said of the same thing."""
    subjects = scene.subjects.at(amount.start)
    if one.role or (subjects and one.subject and one.subject not in subjects):
        return False
    theirs = one.amount
    if amount.family != theirs.family or not alike(amount, theirs, known):
        return False
    if amount.family in ("bare", "count") and (not amount.counter or amount.counter != theirs.counter):
        return False
    return theirs.bound in _MOST | _LEAST or (theirs.low < theirs.high and bool(_FOR.search(one.text.lower())))


_FOR = re.compile(r"适合|适用|头围|身高|胸围|掌围|腰围|\bfits?\b|\bsuits?\b|\bfor\b")


def _within(x: float, limit: Amount) -> bool:
    if limit.low < limit.high:
        return limit.low <= x <= limit.high
    if limit.bound in _MOST:
        return x <= limit.low if limit.bound != "<" else x < limit.low
    return x >= limit.low if limit.bound != ">" else x > limit.low
