"""Amounts that count nothing of the shop's: `two things to note`, list numbers, parts of a name. They need no proof."""

from __future__ import annotations

import re

from bot.writing.facts.amounts import Amount
from bot.writing.facts.denial import is_denied
from bot.writing.facts.nearness import told_of
from bot.writing.facts.scene import Scene
from bot.writing.facts.sums import TOTAL
from bot.writing.facts.times import Day

_ALONE = re.compile(r"(?:只|就|仅)(?:有|带|附|配|是|送|含)?\s?$")
_SPELLED = 4
_ONLY_ONE = re.compile(r"(?:每单|只能|只可以?|仅)[^,，。]{0,6}[一1]\s?[个次张件]")
"""What makes a denied number more than the one that there is: 两个叠不了."""
_FEES = re.compile(r"(?:运费|邮费|邮资|快递费|关税|税费?|费用|手续费|加价|附加费)[^,，。]{0,6}$")
_SINGLE = re.compile(r"\bonly one\b|\bone [a-z ]{2,24}\b(?:per|each|only)\b|\bone per\b|每单(?:只|限)")
_LETTERS = re.compile(r"\s(?:letters|characters|signs|capitals)\b|(?=[.,;!]|$)")
_WORDS_IN_CAPITALS = re.compile(r"(?<=[:\"“'‘] )[^:?!\"”,.]{2,40}|\b[A-Z][\w']+(?: [A-Z][\w']*)*")
_A_TIME = re.compile(r"\s(?:an?|per|each|every) (?:day|evening|night|morning|week|month)\b")
_HOW_OFTEN = re.compile(
    r"(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|a dozen|dozen|once|twice|times|both|several|half))(?: [a-z-]+){0,2} $"
)
"""Before `a day`: how much of something goes in it."""
_IN_ALL = re.compile(r"\s?(?:里|下来)?(?:一共|总共|共|合计)")
_POINTED = re.compile(
    r"\b(?:those|these|other|of the|all|the other) (?:two|three|four|five|six|seven|eight|nine|ten)$|另外?(?:两|三)$|[这那](?:两|三)$"
)
"""`the other two`: what they are was told before."""
_ITS = re.compile(r"\s?(?:的|款|号|码|档|one\b|版)|-[a-z]+\b|\s[a-z]+ (?:one|size|version|model)\b")
_HAN = re.compile("[\u3400-\u9fff]")
_GENERAL = re.compile(
    r"\s?(?:things?|ways?|options?|points?|questions?|reasons?|ideas?|suggestions?|possibilities|words?|(?:样|件事|点建议|种方法|个选择|个办法|种选择|个问题|样东西|方面|句话))(?![a-z\u4e00-\u9fff]?价)"
)
SHOWN = re.compile(r"\bfound\b|\bhere are\b|\bthat fit\b|\bshowed\b|符合|为您找到|列出|有 ?\d+ ?款")
_REST = re.compile(r"left|剩|in stock|库存")
_LAST = re.compile(r"只剩|仅剩|最后|just|only|single|left|还剩")


def trivial(amount: Amount, scene: Scene) -> bool:
    """`two things to note`, list numbers, `one line`: small numbers that count nothing of the shop's."""
    if scene.known.in_title(scene.lower, amount.start):
        return True
    if amount.family == "bare" and _LETTERS.match(scene.lower, amount.end) and amount.low in _lengths(scene):
        return True
    once = amount.family == "duration" and amount.raw[0] == 1 and amount.low == amount.high
    often = once and amount.spelled and _HOW_OFTEN.search(scene.lower[: amount.start])
    if often or (once and _IN_ALL.match(scene.lower, amount.end)):
        return True
    if amount.family == "duration" and amount.low in scene.asked.numbers and _A_TIME.match(scene.lower, amount.end):
        return True
    if amount.family != "bare" or amount.bound not in ("=",):
        return False
    x = amount.low
    if _elliptic(amount, scene) or _at_their_hour(amount, scene):
        return True
    if (
        _names_form(amount, scene)
        or _of_title(amount, scene)
        or _POINTED.search(scene.lower[max(0, amount.start - 10) : amount.end])
    ):
        return True
    if amount.low == amount.high and 1 < x <= 1000 and x == int(x) and _multiplies(amount, scene):
        return True
    around = scene.lower[max(0, amount.start - 8) : amount.end + 6]
    if _GENERAL.match(scene.lower, amount.end) or (
        x == len(scene.known.products) and scene.lower.strip() == scene.lower[amount.start : amount.end]
    ):
        return True
    if 1900 <= x <= 2100 and not amount.spelled:
        return x in _years(scene)
    if (
        x in (len(scene.known.products), scene.told.items)
        and x > 1
        and not _REST.search(around)
        and (amount.spelled or SHOWN.search(scene.lower))
    ):
        return True
    if x > 1 and is_denied(amount.start, scene.read.spans) and _ONLY_ONE.search(scene.known.all_text):
        return True
    if amount.spelled and _digits(scene.lower[amount.start : amount.end]) in scene.known.all_text:
        return True
    if x == 0 and _FEES.search(scene.lower[: amount.start]):
        return any("free" in fact.clause.said for fact in scene.known.by_id.get("free", ()))
    if x == 1 and amount.counter and _ALONE.search(scene.lower[: amount.start]) and (told := told_of(amount, scene)):
        return x in told
    return x == 1 and amount.spelled and (not _LAST.search(around) or bool(_SINGLE.search(scene.known.all_text)))


def _digits(said: str) -> str:
    """A number that is spelled out sign by sign (三零五一七) in digits; else what is found nowhere."""
    digits = said.translate(str.maketrans("〇零一二三四五六七八九", "00123456789"))
    return digits if len(digits) >= _SPELLED and digits.isdigit() else "\n\n"


def _lengths(scene: Scene) -> set[float]:
    """How many letters the customer's own words have, and names in capitals of the findings."""
    if not re.search(
        r"letter|character|engrav|stitch|initials|name", f"{scene.known.all_text} {scene.asked.text}".lower()
    ):
        return set()
    words = [one.strip() for one in _WORDS_IN_CAPITALS.findall(f"{scene.asked.text}\n{scene.known.findings.answer}")]
    return {float(n) for one in words for n in (len(one), len(one.replace(" ", "")))}


def _elliptic(amount: Amount, scene: Scene) -> bool:
    """`three days later is Thursday, and five is Monday`: the other end of a duration that was found."""
    if not re.match(r"\s?(?:is|would be|makes|是|就是)\s", scene.lower[amount.end :]):
        return False
    ends = {
        value
        for one in scene.known.mentions
        if one.amount.family in ("duration", "working")
        for value in one.amount.raw
    }
    ends |= {
        value
        for one in scene.known.mentions
        if one.amount.family == "working"
        for value in (one.amount.low, one.amount.high)
    }
    return amount.low in ends and any(one.family in ("duration", "working") for one in scene.read.amounts)


def _at_their_hour(amount: Amount, scene: Scene) -> bool:
    """`Saturday at eleven works`: the hour that was asked about."""
    hours = {minutes // 60 % 12 for part in scene.asked.parts for one in part.moments for minutes in one.minutes}
    return bool(re.search(r"\bat $", scene.lower[: amount.start])) and amount.low % 12 in hours


def _names_form(amount: Amount, scene: Scene) -> bool:
    """`20 的`: a form of the product by its number, the unit left out."""
    if not _ITS.match(scene.lower, amount.end):
        return False
    subjects = scene.subjects.at(amount.start) or tuple(scene.known.products)
    return any(amount.low in scene.known.form_numbers(one) for one in subjects)


def _of_title(amount: Amount, scene: Scene) -> bool:
    """三件套: it stands so in the name of a product."""
    said = scene.lower[amount.start : amount.end + 2].strip()
    after = scene.lower[amount.end : amount.end + 1]
    if amount.spelled and not amount.counter and _HAN.match(after) and said in scene.known.all_text:
        return True
    return len(said) > 2 and any(said in title for titles in scene.known.titles.values() for title in titles)


def _multiplies(amount: Amount, scene: Scene) -> bool:
    """`Six plates at $18 make $108`: a number of pieces that the money beside it follows from."""
    money = [
        one.low for one in scene.read.amounts if one.family == "money" or (one.family == "bare" and one is not amount)
    ]
    if not any(one.family == "money" for one in scene.read.amounts) and not TOTAL.search(scene.lower):
        return False
    base = [value for one in scene.known.mentions if one.amount.family == "money" for value in (one.amount.low,)]
    return amount.low in scene.asked.numbers or any(
        abs(m / amount.low - value) < 0.006 for m in money for value in base
    )


def _years(scene: Scene) -> set[int]:
    known = scene.known
    years = {known.today.year, *(one.what.on.year for one in known.days if isinstance(one.what, Day) and one.what.on)}
    for mention in known.mentions:
        if mention.amount.family == "duration" and mention.amount.low >= 525600:
            years |= {
                known.today.year + int(mention.amount.low // 525600),
                known.today.year - int(mention.amount.low // 525600),
            }
    return years
