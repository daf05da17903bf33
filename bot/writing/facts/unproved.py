"""Amounts that need no proof: the customer's own, parts of a phone or a name, `two things to note`."""

from __future__ import annotations

import re

from bot.writing.facts.amounts import Amount
from bot.writing.facts.denial import is_denied
from bot.writing.facts.follows import EPS
from bot.writing.facts.nearness import told_of
from bot.writing.facts.scene import Scene
from bot.writing.facts.theirs import is_topic
from bot.writing.facts.times import Day

TOTAL = re.compile(
    r"total|together|altogether|\bin all\b|\bsum\b|come[s]? to|\bboth\b|\bfor (?:the )?(?:two|three|four|pair|lot|both|all)\b|\bwould be\b|\bmakes?\b|\badds? up\b|\beach\b|一共|共|总|合计|加起来|(?:两|三|四|几)[个只件款样份条把盒瓶根副双张支块种者]|俩|合"
)


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


_NO_ECHO = frozenset(
    ["for", "than", "only", "about", "under", "over", "costs", "have", "are", "with", "takes", "within", "least"]
)
"""Words before a number that say nothing of whose it is."""


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


_COMPARES = re.compile(
    r"\binside\b|\bwithin (?:the|our)|\bpast\b|\bnot yet\b|\bhair (?:over|under)|\bshort\b|\bmore than enough|\bjust about|\bonly just|之内|还没|超过|刚好够|够(?!味)|×|乘|\*|\btimes\b"
)


_SUPPOSES = re.compile(r"\bfor (?:[a-z]+|\d+) you(?:'d|'ll| would| will| need)\b|\byou'd need\b")
"""`For ten you'd need two`: the customer's case is thought through."""
_IS_MEASURED = re.compile(
    r"(?:'s|\s(?:is|are|would be|will be|was))\s(?:too|past|over|beyond|under|below|above|inside|outside|within|out|not|still|well|just)\b"
)
"""`two months is too late`: the customer's own measure is held against a rule."""


def _theirs(scene: Scene) -> set[float]:
    """The customer's numbers as they were written, and the hours that they named."""
    found = {value for part in scene.asked.parts for one in part.amounts for value in one.raw}
    found |= {round(value * 100, 6) for value in found if 0.5 < value < 2.3 and value != int(value)}
    hours = {minutes // 60 for part in scene.asked.parts for one in part.moments for minutes in one.minutes}
    return found | hours | {hour - 12 for hour in hours if hour > 12}


_IS_SUBJECT = re.compile(
    r"\s(?:of (?:them|those|these) )?(?:would|will|is|are|isn't|aren't|won't|gets?|falls?|makes?|puts?|qualif\w+|comes?|counts?|does|don't|doesn't|can|fits?|sits?|lies|goes|reach\w*|deserves?)\b"
)
"""`Thirty would get it`: the customer's number goes on to be said something of."""


_YOURS = re.compile(r"\byour?s?\b|您|你")


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


_PHONING = re.compile(r"\bends?\b|ending|starts?|begin|digits|\bdial\b|开头|结尾|尾号|区号|后四位")


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


_ALONE = re.compile(r"(?:只|就|仅)(?:有|带|附|配|是|送|含)?\s?$")


def _digits(said: str) -> str:
    """A number that is spelled out sign by sign (三零五一七) in digits; else what is found nowhere."""
    digits = said.translate(str.maketrans("〇零一二三四五六七八九", "00123456789"))
    return digits if len(digits) >= _SPELLED and digits.isdigit() else "\n\n"


_SPELLED = 4
_ONLY_ONE = re.compile(r"(?:每单|只能|只可以?|仅)[^,，。]{0,6}[一1]\s?[个次张件]")
"""What makes a denied number more than the one that there is: 两个叠不了."""
_FEES = re.compile(r"(?:运费|邮费|邮资|快递费|关税|税费?|费用|手续费|加价|附加费)[^,，。]{0,6}$")
_SINGLE = re.compile(r"\bonly one\b|\bone [a-z ]{2,24}\b(?:per|each|only)\b|\bone per\b|每单(?:只|限)")
_LETTERS = re.compile(r"\s(?:letters|characters|signs|capitals)\b|(?=[.,;!]|$)")
_WORDS_IN_CAPITALS = re.compile(r"(?<=[:\"“'‘] )[^:?!\"”,.]{2,40}|\b[A-Z][\w']+(?: [A-Z][\w']*)*")


def _lengths(scene: Scene) -> set[float]:
    """How many letters the customer's own words have, and names in capitals of the findings."""
    if not re.search(
        r"letter|character|engrav|stitch|initials|name", f"{scene.known.all_text} {scene.asked.text}".lower()
    ):
        return set()
    words = [one.strip() for one in _WORDS_IN_CAPITALS.findall(f"{scene.asked.text}\n{scene.known.findings.answer}")]
    return {float(n) for one in words for n in (len(one), len(one.replace(" ", "")))}


_A_TIME = re.compile(r"\s(?:an?|per|each|every) (?:day|evening|night|morning|week|month)\b")
_HOW_OFTEN = re.compile(
    r"(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|a dozen|dozen|once|twice|times|both|several|half))(?: [a-z-]+){0,2} $"
)
"""Before `a day`: how much of something goes in it."""
_IN_ALL = re.compile(r"\s?(?:里|下来)?(?:一共|总共|共|合计)")


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


_POINTED = re.compile(
    r"\b(?:those|these|other|of the|all|the other) (?:two|three|four|five|six|seven|eight|nine|ten)$|另外?(?:两|三)$|[这那](?:两|三)$"
)
"""`the other two`: what they are was told before."""


def _names_form(amount: Amount, scene: Scene) -> bool:
    """`20 的`: a form of the product by its number, the unit left out."""
    if not _ITS.match(scene.lower, amount.end):
        return False
    subjects = scene.subjects.at(amount.start) or tuple(scene.known.products)
    return any(amount.low in scene.known.form_numbers(one) for one in subjects)


_ITS = re.compile(r"\s?(?:的|款|号|码|档|one\b|版)|-[a-z]+\b|\s[a-z]+ (?:one|size|version|model)\b")


_HAN = re.compile("[\u3400-\u9fff]")


def _of_title(amount: Amount, scene: Scene) -> bool:
    """三件套: it stands so in the name of a product."""
    said = scene.lower[amount.start : amount.end + 2].strip()
    after = scene.lower[amount.end : amount.end + 1]
    if amount.spelled and not amount.counter and _HAN.match(after) and said in scene.known.all_text:
        return True
    return len(said) > 2 and any(said in title for titles in scene.known.titles.values() for title in titles)


_GENERAL = re.compile(
    r"\s?(?:things?|ways?|options?|points?|questions?|reasons?|ideas?|suggestions?|possibilities|words?|(?:样|件事|点建议|种方法|个选择|个办法|种选择|个问题|样东西|方面|句话))(?![a-z\u4e00-\u9fff]?价)"
)


SHOWN = re.compile(r"\bfound\b|\bhere are\b|\bthat fit\b|\bshowed\b|符合|为您找到|列出|有 ?\d+ ?款")


_REST = re.compile(r"left|剩|in stock|库存")


_LAST = re.compile(r"只剩|仅剩|最后|just|only|single|left|还剩")


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
