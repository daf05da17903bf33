"""`The oak one is heavier`: a comparison of two products without a number must be that of their figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.writing.facts.reading import stated
from bot.writing.facts.scene import Fault, Scene

_MEASURES: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "money",
        re.compile(
            r"\b(?:cheaper|cheapest|less expensive|costs less|lower price)\b|(?:更|最|反而|比较)便宜|便宜(?:些|点|一些|一点)"
        ),
        re.compile(
            r"\b(?:dearer|dearest|pricier|priciest|more expensive|most expensive|costs more)\b|(?:更|最|反而|比较)贵|贵(?:些|点|一些|一点)"
        ),
    ),
    (
        "weight",
        re.compile(
            r"\b(?:lighter|lightest|weighs less)\b(?! roast| colou?r| shade)|(?:更|最|反而|比较)轻|轻(?:些|点|便一些|一些|一点)"
        ),
        re.compile(r"\b(?:heavier|heaviest|weighs more)\b|(?:更|最|反而|比较)重|重(?:些|点|一些|一点)"),
    ),
    (
        "volume",
        re.compile(r"\b(?:holds less|smaller capacity)\b|容量(?:更|最)?小"),
        re.compile(r"\b(?:holds more|more room|roomier|larger capacity)\b|(?:更|最)能装|容量(?:更|最)?大"),
    ),
)
_LEVELS: tuple[tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]], ...] = (
    (
        re.compile(r"续航|电池|\bbattery\b"),
        re.compile(r"电池|续航|\bbattery\b"),
        re.compile(r"更[长久强]|[长久](?:得多|一些|一点)|最[长久]|\blonger\b|\blongest\b"),
    ),
    (
        re.compile(r"咖啡因|\bcaffeine\b"),
        re.compile(r"咖啡因|\bcaffeine\b"),
        re.compile(r"更[高多]|最[高多]|高(?:一些|一点)|\bmore\b|\bhigher\b"),
    ),
)
"""What is compared, the attribute that tells it, and words that say more of it."""
_STEPS = (("无", "none", "no"), ("约 0", "低", "low", "about 0"), ("中", "medium"), ("有", "yes", "高", "high"))


def _levelled(scene: Scene) -> Fault | None:
    """`Bud runs longer` by the attribute's hours, `has more caffeine` by its words."""
    for topic, attribute, more in _LEVELS:
        said, about = more.search(scene.lower), topic.search(scene.lower)
        if said is None or about is None or any(first <= said.start() < last for first, last in scene.read.spans):
            continue
        subjects = scene.subjects.at(about.start())
        if len(subjects) != 1:
            continue
        mine = _level(scene, subjects[0], attribute)
        theirs = [_level(scene, one, attribute) for one in scene.known.products if one != subjects[0]]
        if mine is not None and len(theirs) == 1 and theirs[0] is not None and mine < theirs[0]:
            return scene.read.text.own[about.start() : said.end()], "product", "the other way about"
    return None


def _level(scene: Scene, product: str, attribute: re.Pattern[str]) -> float | None:
    for name, value in scene.known.products[product].attributes.items():
        if not attribute.search(name.lower()):
            continue
        lasts = [one.high for one in stated(value, scene.known.today).amounts if one.family == "duration"]
        if lasts:
            return max(lasts)
        steps = [step for step, words in enumerate(_STEPS) if value.lower().startswith(words)]
        return float(steps[0]) if steps else None
    return None


_THAN = re.compile(r"\bthan\b|比")


def check(scene: Scene) -> Fault | None:
    if scene.asks or scene.doubts or len(scene.known.products) < 2:
        return None
    for family, less, more in _MEASURES:
        for pattern, sign in ((less, -1), (more, 1)):
            for match in pattern.finditer(scene.lower):
                if fault := _compared(scene, match, family, sign):
                    return fault
    return _levelled(scene)


def _compared(scene: Scene, match: re.Match[str], family: str, sign: int) -> Fault | None:
    clause = scene.read.clause_at(match.start())
    if (
        clause is None
        or _points(scene, match, clause.start)
        or any(clause.start <= first < match.start() for first, _ in scene.read.spans)
    ):
        return None
    subjects = scene.subjects.at(match.start())
    if len(subjects) != 1 or len({mark for _, marks in scene.subjects.marks for mark in marks}) > 2:
        return None
    if _THAN.search(scene.lower[clause.start : match.start()]) or any(size.kind == "size" for size in clause.terms):
        return None
    mine, theirs = (
        _value(scene, subjects[0], family),
        [value for one in scene.known.products if one != subjects[0] for value in [_value(scene, one, family)]],
    )
    if mine is None or not theirs or any(value is None for value in theirs) or len(theirs) > 1:
        return None
    if (mine - (theirs[0] or 0)) * sign < 0:
        return scene.read.text.own[match.start() : match.end()], "product", "the other way about"
    return None


def _points(scene: Scene, match: re.Match[str], start: int) -> bool:
    """`The cheaper pair does better`: a product is picked out by it, and nothing compared."""
    before = scene.lower[start : match.start()]
    return bool(_THE.search(before)) and not _PREDICATE.search(before)


_THE = re.compile(r"\bthe $")
_PREDICATE = re.compile(
    r"(?:\b(?:is|are|be|was|were|remains?|stays?|makes?|being)|'s|'re)(?: [a-z]+ly| also| still| actually| by far)* (?:the )?$|\b(?:is|are|'s|'re)\b"
)


def _value(scene: Scene, product: str, family: str) -> float | None:
    """Its price, or its only weight; None where it has several."""
    if family == "money":
        return float(scene.known.products[product].price)
    values = {round(value) for value in _stated(scene, product, family)}
    return values.pop() if len(values) == 1 else None


def _stated(scene: Scene, product: str, family: str) -> Iterator[float]:
    for one in scene.known.mentions:
        if one.subject == product and one.amount.family == family and one.amount.low == one.amount.high:
            yield one.amount.low
