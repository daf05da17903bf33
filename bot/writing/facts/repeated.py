"""Amounts that are the customer's own, said as such, and parts of a phone number: they need no proof."""

from __future__ import annotations

import re

from bot.writing.facts.amounts import Amount
from bot.writing.facts.follows import EPS
from bot.writing.facts.scene import Scene
from bot.writing.facts.theirs import is_topic

_NO_ECHO = frozenset(
    ["for", "than", "only", "about", "under", "over", "costs", "have", "are", "with", "takes", "within", "least"]
)
"""Words before a number that say nothing of whose it is."""
_COMPARES = re.compile(
    r"\binside\b|\bwithin (?:the|our)|\bpast\b|\bnot yet\b|\bhair (?:over|under)|\bshort\b|\bmore than enough|\bjust about|\bonly just|之内|还没|超过|刚好够|够(?!味)|×|乘|\*|\btimes\b"
)
_SUPPOSES = re.compile(r"\bfor (?:[a-z]+|\d+) you(?:'d|'ll| would| will| need)\b|\byou'd need\b")
"""`For ten you'd need two`: the customer's case is thought through."""
_IS_MEASURED = re.compile(
    r"(?:'s|\s(?:is|are|would be|will be|was))\s(?:too|past|over|beyond|under|below|above|inside|outside|within|out|not|still|well|just)\b"
)
"""`two months is too late`: the customer's own measure is held against a rule."""
_IS_SUBJECT = re.compile(
    r"\s(?:of (?:them|those|these) )?(?:would|will|is|are|isn't|aren't|won't|gets?|falls?|makes?|puts?|qualif\w+|comes?|counts?|does|don't|doesn't|can|fits?|sits?|lies|goes|reach\w*|deserves?)\b"
)
"""`Thirty would get it`: the customer's number goes on to be said something of."""
_YOURS = re.compile(r"\byour?s?\b|您|你")
_PHONING = re.compile(r"\bends?\b|ending|starts?|begin|digits|\bdial\b|开头|结尾|尾号|区号|后四位")


def repeated(amount: Amount, scene: Scene) -> bool:
    """The customer's own number, said as such."""
    shares = {one.low for one in scene.read.amounts if one.family == "percent"}
    if amount.family == "percent" and amount.low in scene.asked.numbers and len(shares) > 1:
        return True
    if amount.family == "percent" and not (scene.repeats or scene.doubts or scene.asks or scene.read.spans):
        return False
    if (
        is_topic(amount, scene)
        or _word_for_word(amount, scene)
        or _of_phone(amount, scene)
        or _leads_to_a_day(amount, scene)
    ):
        return True
    if _bounds(amount, scene):
        return False
    if amount.family == "bare" and _IS_SUBJECT.match(scene.lower, amount.end) and amount.low in _theirs(scene):
        return True
    if amount.low in scene.asked.numbers and _IS_MEASURED.match(scene.lower, amount.end):
        return True
    return _is_theirs(amount, scene) and (_after_their_word(amount, scene) or _said_as_theirs(amount, scene))


def _word_for_word(amount: Amount, scene: Scene) -> bool:
    """With the word behind it, as the customer wrote both."""
    after = re.match(r"[^\s]*\s?[a-z\u4e00-\u9fff]+", scene.lower[amount.end :])
    return (
        after is not None
        and scene.lower[amount.start : amount.end] + after.group() in scene.asked.text.lower()
        and len(after.group().strip()) > 2
        and amount.family in ("bare", "money")
    )


def _leads_to_a_day(amount: Amount, scene: Scene) -> bool:
    """A time that the customer named, in a sentence that names a day, too."""
    lasting = ("duration", "working")
    if amount.family not in lasting or not scene.read.days:
        return False
    return amount.raw[0] in {one.raw[0] for part in scene.asked.parts for one in part.amounts if one.family in lasting}


def _is_theirs(amount: Amount, scene: Scene) -> bool:
    if (
        amount.spelled is False
        and amount.low in _theirs(scene)
        and amount.low not in scene.asked.numbers
        and amount.low >= 50
    ):
        return True
    return any(
        abs(amount.low - value) < EPS * max(1, value) or (amount.other is not None and abs(amount.other - value) < EPS)
        for value in scene.asked.numbers
    ) or (amount.raw[0] in _written(amount, scene) and amount.raw[0] > 1)


def _after_their_word(amount: Amount, scene: Scene) -> bool:
    """With the word before it, as the customer wrote both."""
    echo = re.search(r"[a-z'’]{3,} $|[\u3400-\u9fff]{1,2}\s?$", scene.lower[: amount.start])
    return (
        echo is not None
        and any(
            echo.group() + said in scene.asked.text.lower()
            for said in (scene.lower[amount.start : amount.end], f"{amount.raw[0]:g} ")
        )
        and echo.group().strip() not in _NO_ECHO
    )


def _said_as_theirs(amount: Amount, scene: Scene) -> bool:
    """Where the words tell whose number it is: `you asked for`, a question, a doubt, a comparison."""
    clause = scene.read.clause_at(amount.start)
    before = scene.lower[clause.start if clause else 0 : amount.start]
    said_with = re.search(r"[\u3400-\u9fff]{2}\s?$", before)
    if said_with and said_with.group().strip() in scene.asked.text and amount.spelled:
        return True
    return (
        scene.repeats
        or scene.doubts
        or scene.asks
        or any(first <= amount.start < last for first, last in scene.read.spans)
        or bool(_COMPARES.search(scene.lower))
        or bool(_SUPPOSES.search(scene.lower))
        or bool(_YOURS.search(before[-20:]))
    )


def _written(amount: Amount, scene: Scene) -> frozenset[float]:
    """The customer's numbers without a unit; of one that is spelled (脚长十六) those with one, too."""
    if not (amount.spelled and amount.family == "bare"):
        return scene.asked.written
    return scene.asked.written | {value for part in scene.asked.parts for one in part.amounts for value in one.raw}


def _bounds(amount: Amount, scene: Scene) -> bool:
    """Whether the customer's own number is said as a bound (`they're under 80`), which must hold."""
    return (
        amount.bound in ("<", "<=", ">", ">=")
        and amount.family in ("money", "bare")
        and bool(scene.known.products)
        and not scene.repeats_at(amount.start)
        and not scene.asks
        and not scene.read.spans
    )


def _theirs(scene: Scene) -> set[float]:
    """The customer's numbers as they were written, and the hours that they named."""
    found = {value for part in scene.asked.parts for one in part.amounts for value in one.raw}
    found |= {round(value * 100, 6) for value in found if 0.5 < value < 2.3 and value != int(value)}
    hours = {minutes // 60 for part in scene.asked.parts for one in part.moments for minutes in one.minutes}
    return found | hours | {hour - 12 for hour in hours if hour > 12}


def _of_phone(amount: Amount, scene: Scene) -> bool:
    """`It ends in 0142`, 206 开头: part of a number that was found."""
    digits = re.sub(r"\D", "", scene.read.text.own[amount.start : amount.end])
    sign = scene.lower[max(0, amount.start - 1) : amount.end]
    if "+" in sign and re.search(rf"\+{digits}(?!\d)", scene.known.all_text):
        return True
    if len(digits) < 3 or not _PHONING.search(scene.lower):
        return False
    return any(
        digits in re.sub(r"\D", "", run)
        for run in re.findall(r"\+?\d[\d ().-]{2,}\d", scene.known.all_text)
        if len(re.sub(r"\D", "", run)) <= 15
    )
