"""Which of the amounts of the findings one is about: by the words beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.writing.facts.amounts import Amount
from bot.writing.facts.mentions import Mention
from bot.writing.facts.reading import surroundings
from bot.writing.facts.scene import Scene
from retrieval.constraints.numbers import han_value

LEFT = re.compile(
    r"\bleft\b|\bwe(?:'ve| have)(?: got| only)?\b|\bpile\b|in stock|remain|\bof (?:them|these|it) (?:here|left|there)\b|\b(?:is|are)(?: still| all| both)? (?:here|there|waiting|around)\b|\bon the shelf\b|, \d+ of them\b|\bstock (?:is|stands)\b|\bto (?:choose|pick) from\b|剩|库存|现货|有货|还有|available"
)


@dataclass(frozen=True, slots=True)
class _Context:
    """The words around an amount, weighed by how near they are and how much they tell."""

    near: Mapping[str, float]
    wide: Mapping[str, float]
    stock: bool
    one: bool
    before: bool
    alone: bool = False
    """Whether nothing beside it tells what it is said of: then the sentence before does."""


def context(amount: Amount, scene: Scene) -> _Context:
    known = scene.known
    near = dict.fromkeys(scene.label, 0.8) | surroundings(scene.read, amount)
    wide: dict[str, float] = {}
    alone = not any(one in known.weights and one != f"n:{amount.family}:{amount.low:g}" for one in near)
    for ids, weight in ((scene.asked.ids, 0.15), (scene.told.ids, 0.8 if alone else 0.12), (scene.read.ids, 0.2)):
        wide |= {one: weight * known.weight(one) for one in ids if one not in near and one in known.weights}
    lower = scene.lower
    return _Context(
        {one: weight * known.weight(one) for one, weight in near.items() if (one in known.weights or one in _FIGURED) and not one.startswith(("n:bare", f"n:{amount.family}"))}, wide,
        amount.family == "bare" and bool(LEFT.search(scene.part(amount.start))), len(scene.subjects.at(amount.start)) == 1,
        bool(_WAS.search(lower[max(0, amount.start - 22) : amount.end])), alone,
    )  # fmt: skip


_FIGURED = frozenset({"price", "before", "stock"})


def likeness(mention: Mention, around: _Context) -> float:
    score = 0.0
    for one, weight in around.near.items():
        if one in mention.near:
            score += weight * max(mention.near[one], 0.5)
        elif one in mention.wide:
            score += weight * 0.5
    score += min(
        0.9 if around.alone else 0.3, sum(weight for one, weight in around.wide.items() if one in mention.wide)
    )
    if mention.role == "stock" and around.stock:
        score += 1.0
    if mention.role == "before":
        score += 0.3 if around.before else -0.3
    return score


def candidates(amount: Amount, same: list[Mention], scene: Scene) -> list[Mention]:
    """Of a bare number the mentions of what it counts: of the noun beside it, of stock where it says what is left, of prices."""
    if amount.family == "money":
        same = _of_form(amount, same, scene)
    if amount.family != "bare":
        if amount.family == "money" and scene.known.products and REDUCED.search(scene.lower[: amount.end]):
            return [one for one in same if one.role in ("before", "")]
        if amount.family == "money" and not _WAS.search(scene.lower[max(0, amount.start - 22) : amount.end]):
            return [one for one in same if one.role != "before"]
        return same
    same = _of_form(amount, same, scene)
    if amount.bound in ("<", "<=") and amount.low in scene.asked.numbers and scene.known.products:
        prices = [one for one in same if one.amount.family == "money"]
        if not _noun(amount, scene) and not LEFT.search(scene.part(amount.start)):
            return prices
    part = scene.part(amount.start)
    noun = _noun(amount, scene)
    if (classed := _classed(amount, scene)) is not None and not LEFT.search(part):
        return [one for one in same if one.amount.low in classed or one.amount.high in classed]
    if (told := told_of(amount, scene)) is not None:
        return [one for one in same if one.amount.low in told or one.amount.high in told]
    same = [one for one in same if not _needs_its_unit(amount, one, scene)]
    counted = [
        one
        for one in same
        if one.amount.family == "bare"
        and (one.role != "stock" or len(one.near) > 1)
        and noun
        and max((one.near.get(n, 0.0) for n in noun), default=0.0) >= 0.6
    ]
    stock = [one for one in same if one.role == "stock"]
    in_packs = _IN_PACKS.match(scene.lower, amount.end)
    if stock and in_packs and (in_packs["left"] or any(one.amount.low == amount.low for one in stock)):
        return stock
    if counted:
        listed = {one.text for one in counted if "、" in one.text}
        return [one for one in same if one in counted or (one.amount.family == "bare" and one.text in listed)]
    if scene.lower.startswith("的", amount.end) or (amount.low != int(amount.low) and not noun):
        return same
    if (LEFT.search(part) and amount.low == amount.high) or (not noun and asked_what_is_left(scene)):
        stock = [
            one
            for one in same
            if one.role == "stock" or "stock" in one.wide or (not one.subject and one.amount.family == "bare")
        ]
        if stock:
            return stock
    if noun & scene.known.weights.keys():
        return [one for one in same if one.amount.family == "bare" or noun & one.near.keys()]
    return [one for one in same if one.role != "before" or "before" in scene.read.ids or _INSTEAD.search(scene.lower)]


_IN_PACKS = re.compile(
    r"\s(?:sets?|packs?|pairs?|boxes|box|pieces?|bags?|tins?|bottles?|units?|bars?|jars?|mugs?|cups?)\b(?: of (?:them|it))?(?P<left>(?: (?:is|are|still))* (?:left|in stock|remaining|available|on the shelf)\b)?"
)
"""`two sets left`: what is left is told in packs, of which the product may have a number of its own."""


def _needs_its_unit(amount: Amount, one: Mention, scene: Scene) -> bool:
    """Whether a bare English number can't be a figure with a unit: nothing in its sentence, nor in the question, speaks of such a measure."""
    family = one.amount.family
    if one.role or family in ("bare", "count", "money") or not scene.lower.isascii():
        return False
    if one.amount.low != int(one.amount.low) and one.amount.raw[0] == amount.low and amount.low != int(amount.low):
        return False
    reads = [scene.read, *scene.asked.parts]
    if any(other.family == family and other is not amount for read in reads for other in read.amounts):
        return False
    if family in scene.told.families:
        return False
    cue = _MEASURES.get(family, _MEASURES["unit"])
    return not cue.search(scene.lower) and not cue.search(scene.asked.text.lower())


_MEASURES = {
    "length": re.compile(
        r"\b(?:tall|high|height|wide|width|broad|long|length|deep|across|thick|size|sizes|dimensions?|measur\w*|big|diameter|fits?|chest|waist|hips?|hem|range|reach|goes|small|large|falls?|medium)\b|×"
    ),
    "weight": re.compile(
        r"\b(?:weigh\w*|heavy|heavier|light|lighter|gram\w*|kilos?|pounds?|load|carr\w*|hold\w*|dose|use)\b"
    ),
    "volume": re.compile(r"\b(?:hold\w*|capacity|lit(?:re|er)s?|fill\w*|big|size|volume|takes?|brim\w*|pour\w*)\b"),
    "duration": re.compile(
        r"\b(?:hours?|minutes?|seconds?|days?|weeks?|months?|years?|long|lasts?|time|when|soon|within|warranty|wait|take\w*|deadline|late|fast|quick|age|old|kids?|child\w*|later|until)\b"
    ),
    "working": re.compile(r"\b(?:days?|weeks?|long|time|when|soon|within|wait|take\w*|late|fast|quick|later)\b"),
    "percent": re.compile(r"\b(?:off|per ?cent|discount|percentage|sale|reduc\w*|save|saving)\b|%"),
    "age": re.compile(r"\b(?:age|old|years?|from|kids?|child\w*|toddlers?|bab\w*|daughter|son)\b"),
    "power": re.compile(r"\b(?:watt\w*|power\w*|bright\w*|strong\w*|louder?|bulbs?)\b"),
    "unit": re.compile(
        r"\b(?:degrees?|temperature|hot|warm|cold|wash\w*|programme|program|cycle|machine|iron|heat|volts?|voltage|mains|bright\w*|lumens?|kelvin|colou?r temperature|mah|battery|grip|mm|rating|rated|oven)\b|°"
    ),
}


def counts_as_found(amount: Amount, scene: Scene) -> bool:
    """Whether the findings count the noun right after a bare number themselves."""
    noun = _noun(amount, scene)
    subjects = scene.subjects.at(amount.start)
    return bool(noun) and any(
        one.amount.family == "bare"
        and not one.role
        and (not one.subject or not subjects or one.subject in subjects)
        and max((one.near.get(n, 0.0) for n in noun), default=0.0) >= 0.85
        for one in scene.known.mentions
    )


def asked_what_is_left(scene: Scene) -> bool:
    return bool(_HOW_MANY.search(scene.asked.text.lower()))


_HOW_MANY = re.compile(r"\bhow many\b[^?.]{0,30}\b(?:left|in stock|have you|do you have|you got|are there|available)\b")


def _of_form(amount: Amount, same: list[Mention], scene: Scene) -> list[Mention]:
    """Where the words beside a price or a stock figure name one form of the product, only that form's."""
    near = surroundings(scene.read, amount) | dict.fromkeys(scene.label, 0.8)
    kept: list[Mention] = []
    for subject, role in dict.fromkeys((one.subject, one.role) for one in same):
        some = [one for one in same if (one.subject, one.role) == (subject, role)]
        forms = [one.near.keys() for one in some if len(one.near) > 1]
        if role not in ("price", "stock") or len(forms) < 2:
            kept += some
            continue
        shared = frozenset(forms[0]).intersection(*forms)
        scores = [sum({near.get(key, 0.0) for key in one.near.keys() - shared}) for one in some]
        most = max(scores)
        kept += [one for one, score in zip(some, scores, strict=True) if most < 0.3 or score >= 0.7 * most]
    return kept


def _classed(amount: Amount, scene: Scene) -> set[float] | None:
    """The numbers that the findings have before the same Chinese measure word, None where there are none."""
    match = _CLASS.match(scene.lower, amount.end)
    if match is None:
        return None
    subjects = scene.subjects.at(amount.start) or tuple(scene.known.products)
    text = "\n".join(scene.known.vocabulary(one) for one in ("", *subjects))
    found = {
        float(value)
        for said in re.findall(rf"(\d+(?:\.\d+)?|[一二两三四五六七八九十]+)\s?{match[1]}", text)
        for value in [said if said[0].isdigit() else han_value(said)]
        if value is not None
    }
    found |= {n * value for value in set(found) for n in multipliers(scene, amount)}
    return found or None


def told_of(amount: Amount, scene: Scene) -> set[float] | None:
    """The numbers that the findings have with the same measure word and noun: 四张卡, 驳船两只, 卡 4 张. None where there are none."""
    match = _COUNTED.match(scene.lower, amount.end)
    if match is None or amount.low in scene.asked.numbers or LEFT.search(scene.part(amount.start)):
        return None
    if packed := _packed(match["class"], amount, scene):
        return packed
    before = re.search(r"([\u3400-\u9fff]{2})\s?$", scene.lower[: amount.start])
    subjects = scene.subjects.at(amount.start) or tuple(scene.known.products)
    text = "\n".join(scene.known.vocabulary(one) for one in ("", *subjects))
    number, found = r"(\d+|[一二两三四五六七八九十]+)", set[str]()
    for noun in _nouns(match["noun"], scene.lower[match.end("class") :]):
        found |= set(re.findall(rf"{number}\s?{match['class']}{noun}", text))
        found |= set(re.findall(rf"{noun}\s?{number}\s?{match['class']}", text))
    if before and not match["noun"]:
        found |= set(re.findall(rf"{before[1]}\s?{number}\s?{match['class']}", text))
    if not found:
        found = _further(match["class"], scene.lower[match.end("class") :], text)
    values = {float(one) if one[0].isdigit() else han_value(one) for one in found}
    numbers = {float(value) for value in values if value is not None}
    return numbers | {n * value for value in numbers for n in multipliers(scene, amount)} or None


_A_PACK = re.compile(r"(?:一|每|整)(?:小|大)?[份盒套组包袋罐提](?:里面?|中|内)?(?:有|是|装|共|就是)?\s?$")
"""Before how many there are in one of it: 一份三只."""


def _packed(counter: str, amount: Amount, scene: Scene) -> set[float]:
    """How many the name of the product has in a pack: 2 只装."""
    subjects = scene.subjects.at(amount.start)
    if len(subjects) != 1 or not _A_PACK.search(scene.lower[: amount.start]):
        return set()
    titles = "\n".join(scene.known.titles.get(subjects[0], ()))
    return {float(said) for said in re.findall(rf"(\d+)\s?{counter}(?:装|套|$)", titles)}


def _nouns(beside: str, rest: str) -> list[str]:
    """What may be counted: what stands beside the measure word, or behind the 的 of what describes it (50 毫升的杯)."""
    nouns = [beside[:2], beside[:1]]
    if described := _DESCRIBED.match(rest):
        nouns = [described["noun"]]
    return [one for one in nouns if one]


_DESCRIBED = re.compile(r"[^,，。;；、!！]{1,9}的(?P<noun>[\u3400-\u9fff]{1,2})")


def _further(counter: str, rest: str, text: str) -> set[str]:
    """The numbers of the same measure word with a noun of the next few signs, where signs stand between: 两个深口袋, 炭灰围巾 1 条."""
    number, stretch = r"(\d+|[一二两三四五六七八九十]+)", re.match(r"\s?([\u3400-\u9fff]{2,6})", rest)
    found: set[str] = set()
    for place in range(len(stretch[1]) - 1 if stretch else 0):
        noun = stretch[1][place : place + 2] if stretch else ""
        if noun in _NO_NOUNS or noun[0] in "的了都也还":
            continue
        found |= set(re.findall(rf"{number}\s?{counter}[\u3400-\u9fff]{{1,2}}{noun}", text))
        found |= set(re.findall(rf"{noun}\s?{number}\s?{counter}(?![\u3400-\u9fff])", text))
    return found


_NO_NOUNS = frozenset("现货 美元 一共 左右 起步 以上 以下 包邮 起减".split())


_COUNTED = re.compile(
    r"\s?(?P<class>[个只件条把张支盒包瓶袋副双本片颗枚粒口盏杯份样根块])(?P<noun>[\u3400-\u9fff]{0,2})(?=$|[^\u3400-\u9fff]|.)"
)
_CLASS = re.compile(r"\s?([色字节颗格层档键圈])")


_WAS = re.compile(
    r"\b(?:was|before|from|were|of|originally|formerly|previously|instead of|in place of|against|usually|normally|price|list|than|not|used to be)\b|原价|原来|原先|之前|从|比|平时|划线价|以前"
)


REDUCED = re.compile(
    r"\b(?:down from|reduced from|used to (?:be|cost)|originally|formerly|marked down from|old price (?:of|was)|list price (?:of|was))(?: only| just| about)?\s?(?:us)?[$£€¥]?\s?[\w.,-]+(?: [a-z]+)?$"
)
"""Right before the price that something had."""
_INSTEAD = re.compile(r"降|减|除|\bdown\b|\bwas\b|instead|in place|before|against|\bfrom\b|原|之前")


def _noun(amount: Amount, scene: Scene) -> frozenset[str]:
    """Ids of the word right after a number, measure words passed over."""
    clause = scene.read.clause_at(amount.start)
    if clause is None:
        return frozenset()
    after = [
        term
        for term in clause.terms
        if 0 <= term.start - amount.end <= 2
        and not _BREAK.search(scene.lower[amount.end : term.start])
        and (
            term.kind in ("word", "code")
            or (
                scene.lower[amount.end : term.start].strip(" ") == ""
                and term.ids[0] in ("battery", "pocket", "wheels", "button", "lid", "points", "parcel")
            )
        )
    ]
    if not after and (words := _COUNTER.match(scene.lower, amount.end)):
        after = [
            term
            for term in clause.terms
            if 0 <= term.start - words.end() <= 1 and not _BREAK.search(scene.lower[words.end() : term.start])
        ]
    return frozenset(after[0].ids) if after else frozenset()


_BREAK = re.compile(r"[、，,;；:：()（）/]")
_COUNTER = re.compile(r"\s?[个只件条款种把张支盒包瓶袋台双副对套本片颗枚粒位名口盏顶杯罐份样根]")


def multipliers(scene: Scene, amount: Amount) -> list[float]:
    """Numbers of pieces that were said or asked, but for the amount itself."""
    found = {
        one.low
        for one in scene.read.amounts
        if one is not amount
        and ((one.family == "bare" and (one.counter or scene.lower.isascii())) or one.unit == "块")
        and one.low == one.high
    }
    found |= set(scene.asked.numbers)
    found |= set(scene.told.counts)
    lower = scene.lower[: amount.start] + " " + scene.lower[amount.end :]
    if re.search(r"\bboth\b|\btwo\b|\bpair\b|\btwice\b|\bdouble\b|两|双|俩|对", lower):
        found.add(2.0)
    if re.search(r"\bthree\b|\btriple\b|三", lower):
        found.add(3.0)
    return sorted(n for n in found if 1 < n <= 1000 and n == int(n))[:8]
