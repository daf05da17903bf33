"""Amounts: each must be one of the findings, of the right thing, or follow from them by arithmetic."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations

from bot.writing.facts.amounts import Amount
from bot.writing.facts.known import Known, Mention
from bot.writing.facts.reading import Clause, surroundings
from bot.writing.facts.scene import Fault, Scene
from bot.writing.facts.times import Day, Moment
from retrieval.constraints.numbers import han_value

_KINDS = {
    "money": "price",
    "percent": "discount",
    "duration": "duration",
    "working": "duration",
    "count": "count",
    "bare": "count",
    "unit": "measure",
    "age": "measure",
}
_LEFT = re.compile(
    r"\bleft\b|\bwe(?:'ve| have)(?: got| only)?\b|\bpile\b|in stock|remain|剩|库存|现货|有货|还有|available"
)
_DIFFERENCE = re.compile(
    r"\bmore\b|\bless\b|cheaper|dearer|pricier|\boff\b|\bsav(?:e|ing)|difference|\bbetween (?:them|the two)|\bapart\b|\bshort\b|\bto go\b|\banother\b|\bextra\b|\bspare\b|\blighter\b|\bheavier\b|\blonger\b|\bshorter\b|\btaller\b|\bbigger\b|\blarger\b|\bsmaller\b|\bnarrower\b|\bwider\b|\bpast\b|\bover\b|\bunder\b|\bdown\b|\breduc|\bby\b|\bon top\b|\babove\b|\bbelow\b|\bchange\b|\bback\b|\baway\b|\bmissing\b|\bstays? with\b|\bkeep\b|\bneeds?\b|\badd\b|\bleaves?\b|\brest\b"
    r"|差|便宜|贵|省|多出?|少|减|优惠|重|轻|长|短|高|矮|大|小|再|还|超|剩|降|找零|凑"
)
_SUM = re.compile(r"total|together|\bin all\b|\bsum\b|comes? to|adds? up|一共|共计|总|合计|加起来")
_TOTAL = re.compile(
    r"total|together|altogether|\bin all\b|\bsum\b|come[s]? to|\bboth\b|\bfor (?:the )?(?:two|three|four|pair|lot|both|all)\b|\bwould be\b|\bmakes?\b|\badds? up\b|\beach\b|一共|共|总|合计|加起来|两|三|四|合"
)
_EPS = 1e-6


def check(scene: Scene) -> Fault | None:
    for amount in scene.read.amounts:
        if (fault := _judged(amount, scene)) is not None:
            return fault
    return None


def _judged(amount: Amount, scene: Scene) -> Fault | None:
    known = scene.known
    if _repeated(amount, scene) or _trivial(amount, scene):
        return None
    clause = scene.read.clause_at(amount.start)
    subjects = scene.subjects.at(amount.start)
    if _AGAINST.search(scene.lower[max(0, amount.start - 16) : amount.start]):
        subjects = ()
    groups = (
        [(one,) for one in subjects] if scene.subjects.every and amount.family not in ("bare", "count") else [subjects]
    )
    for group in groups:
        fault = _fault(amount, clause, group, scene, known)
        if fault is not None:
            return fault
    return None


def _fault(
    amount: Amount, clause: Clause | None, subjects: tuple[str, ...], scene: Scene, known: Known
) -> Fault | None:
    mine = [one for one in known.mentions if _of(one, subjects)]
    same = _candidates(amount, [one for one in mine if _alike(amount, one.amount, known)], scene)
    fits = [one for one in same if _follows(amount, one.amount, scene)]
    said = scene.read.text.own[amount.start : amount.end].strip()
    kind = _kind(amount, scene)
    if fits:
        rest = [
            one
            for one in same
            if one not in fits
            and _rival(amount, one)
            and not (amount.low == one.amount.low and amount.high == one.amount.high)
        ]
        roles = {one.role for one in fits}
        if "price" in roles or "before" in roles:
            rest = [one for one in rest if one.role != ("before" if "price" in roles else "price")]
        if not rest or (
            amount.family == "bare"
            and any(one.amount.family == "money" for one in fits)
            and any(one.family == "money" for one in scene.read.amounts)
        ):
            return None
        around = _context(amount, scene)
        best = max(_likeness(one, around) + (0.4 if one.subject and around.one else 0.0) for one in fits)
        texts = {one.text for one in fits}
        rivals = [(one, _likeness(one, around) - (0.15 if one.text in texts else 0)) for one in rest]
        rival = max(rivals, key=lambda pair: pair[1], default=None)
        if rival is None or rival[1] <= best + 0.25:
            return None
        if any(abs(value - amount.low) < _EPS for value in _derived(amount, scene)):
            return None
        return said, kind, rival[0].text
    if amount.bound in ("=", "~", "<~", ">~", "in", "<=", "=<", ">=", "<", ">") and any(
        _about(amount, value) for value in _derived(amount, scene)
    ):
        return None
    elsewhere = [
        one
        for one in known.mentions
        if subjects
        and one.subject
        and one.subject not in subjects
        and _alike(amount, one.amount, known)
        and _follows(amount, one.amount, scene)
    ]
    if elsewhere:
        return said, "product", f"{elsewhere[0].text} is said of another product"
    around = _context(amount, scene)
    nearest = max(same, key=lambda one: _likeness(one, around), default=None)
    return said, kind, nearest.text if nearest else "no such figure was found"


def _of(mention: Mention, subjects: tuple[str, ...]) -> bool:
    return not mention.subject or not subjects or mention.subject in subjects


def _kind(amount: Amount, scene: Scene) -> str:
    if amount.family in ("bare", "count") and _LEFT.search(scene.lower):
        return "stock"
    if amount.family == "money" and _SUM.search(scene.part(amount.start)):
        return "total"
    return _KINDS.get(amount.family, "measure")


def _rival(amount: Amount, mention: Mention) -> bool:
    """A number without a unit has rivals among those alone."""
    return amount.family != "bare" or mention.amount.family == "bare"


def _alike(amount: Amount, other: Amount, known: Known) -> bool:
    a, b = amount.family, other.family
    if a == "bare":
        return True
    if b == "bare" and other.low != other.high and amount.raw[0] == other.low:
        return True
    if a == b == "money":
        return known.same_money(amount.kind, other.kind)
    if a == b == "unit":
        return amount.kind == other.kind or {amount.kind, other.kind} <= {"unit:degree", "unit:celsius"}
    if {a, b} <= {"duration", "working"}:
        return True
    if b == "bare" and a in ("age", "money"):
        return False
    return amount.kind == other.kind


def _value(amount: Amount, other: Amount) -> tuple[float, float]:
    """The other's ends in this one's unit."""
    if amount.family == "duration" and other.family == "working":
        return other.low * 1440, other.high * 1440
    if amount.family == "working" and other.family == "duration":
        return other.low / 1440, other.high / 1440
    return other.low, other.high


_LONG = ("week", "weeks", "周", "个星期", "星期", "个礼拜", "礼拜", "month", "months", "个月", "fortnight", "wks")


def _equal(a: float, b: float, family: str, units: bool = False) -> bool:
    if family in ("duration", "working") and units:
        return abs(a - b) <= 0.021 * max(abs(a), abs(b))
    if family in ("volume", "weight", "length", "power") and units:
        return abs(a - b) <= 0.006 * max(abs(a), abs(b))
    return abs(a - b) < _EPS * max(1.0, abs(a))


def _follows(amount: Amount, other: Amount, scene: Scene) -> bool:
    if amount.other is not None and abs(amount.other - other.low) < _EPS:
        return True
    low, high = _value(amount, other)
    if other.family == "bare" and other.low != other.high and amount.family not in ("bare", "money"):
        x0 = amount.raw[0]
        scale = amount.low / x0 if x0 else 1.0
        return _equal(amount.low, other.low * scale, amount.family) and _equal(
            amount.high, other.high * scale, amount.family
        )
    if (
        amount.family == "duration"
        and other.family == "working"
        and "calendar" not in scene.lower
        and amount.unit in _LONG
    ):
        weeks = replace(other, kind="duration", low=low * 1.4, high=high * 1.4)
        if _follows(amount, weeks, scene):
            return True
    x, y = amount.low, amount.high
    if amount.family == "bare" and other.family != "bare":
        low, high = other.raw if other.raw != (0.0, 0.0) else (other.low, other.high)
    units = amount.unit != other.unit
    family, bound = amount.family, amount.bound
    if amount.family == "duration" and other.family == "working":
        part = scene.part(amount.start)
        if re.search(r"calendar|自然日", part):
            return False
    if bound == other.bound and bound not in ("=", "in") and x == y and low == high and _equal(x, low, family, units):
        return True
    if bound == "in":
        return x - _EPS <= low and high <= y + _EPS
    if x != y:
        return _equal(x, low, family, units) and _equal(y, high, family, units)
    if other.bound in (">=", ">", ">~") and low == high:
        if _equal(x, low, family, units):
            return bound not in ("<", "<=", "=<", "<~") or "free" not in scene.read.ids
        return bound in (">", ">=") and low > x and False
    if other.bound in ("<=", "=<", "<") and low == high and bound in (">", ">=", ">~"):
        return _equal(x, low, family, units) and bool(scene.read.spans)
    if (
        bound in ("<", ">", "<~", ">~")
        and family in ("bare", "age", "percent")
        and low == high
        and not scene.known.products
    ):
        return _equal(x, low, family, units)
    if bound == "=":
        return _equal(x, low, family, units) and _equal(x, high, family, units)
    if bound == "~":
        return low == high and abs(x - low) <= 0.07 * max(abs(low), _EPS)
    if bound == "<~":
        return high < x and x - high <= 0.15 * x
    if bound == ">~":
        return low > x and low - x <= 0.3 * max(x, _EPS)
    if bound == "=<":
        return _equal(x, high, family, units)
    if bound == "<=":
        return (
            high <= x * (1 + _EPS)
            if family in ("money", "bare", "weight", "volume", "length")
            else _equal(x, high, family, units)
        )
    if bound == "<":
        return high < x - _EPS
    if bound == ">=" and family == "money":
        return low >= x - _EPS and x >= 0.8 * low
    if bound == ">=":
        return low >= x - _EPS and (family not in ("duration", "working") or _equal(x, low, family, units) or low >= x)
    return low > x + _EPS


def _about(amount: Amount, value: float) -> bool:
    x = amount.low
    if amount.low != amount.high:
        return False
    if amount.other is not None and abs(amount.other - value) < _EPS:
        return True
    if amount.bound == "=":
        return (
            abs(x - value) < 0.006
            if amount.family == "money"
            else abs(x - value)
            <= _EPS * max(1.0, abs(x)) + (0.006 * abs(x) if amount.family in ("volume", "weight", "length") else 0)
        )
    if amount.bound == "~":
        return abs(x - value) <= 0.05 * max(abs(value), _EPS)
    if amount.bound == "<~":
        return 0 < x - value <= 0.12 * x
    if amount.bound == ">~":
        return 0 < value - x <= 0.3 * max(x, _EPS)
    return abs(x - value) < 0.006


def _repeated(amount: Amount, scene: Scene) -> bool:
    """The customer's own number, said as such."""
    after = re.match(r"[^\s]*\s?[a-z\u4e00-\u9fff]+", scene.lower[amount.end :])
    if (
        after
        and after.group().strip()
        and scene.lower[amount.start : amount.end] + after.group() in scene.asked.text.lower()
        and len(after.group().strip()) > 2
        and amount.family == "bare"
    ):
        return True
    if _of_phone(amount, scene):
        return True
    if (
        amount.family in ("duration", "working")
        and scene.read.days
        and amount.raw[0]
        in {one.raw[0] for part in scene.asked.parts for one in part.amounts if one.family in ("duration", "working")}
    ):
        return True
    if not any(
        abs(amount.low - value) < _EPS * max(1, value)
        or (amount.other is not None and abs(amount.other - value) < _EPS)
        for value in scene.asked.numbers
    ):
        return False
    echo = re.search(r"[a-z'’]{3,} $|[\u3400-\u9fff]{1,2}\s?$", scene.lower[: amount.start])
    if (
        echo
        and echo.group() + scene.lower[amount.start : amount.end] in scene.asked.text.lower()
        and echo.group().strip()
        not in (
            "for",
            "than",
            "only",
            "about",
            "under",
            "over",
            "costs",
            "have",
            "are",
            "with",
            "takes",
            "within",
            "least",
        )
    ):
        return True
    clause = scene.read.clause_at(amount.start)
    before = scene.lower[clause.start if clause else 0 : amount.start]
    return (
        scene.repeats
        or scene.doubts
        or scene.asks
        or any(first <= amount.start < last for first, last in scene.read.spans)
        or bool(_COMPARES.search(scene.lower))
        or bool(_YOURS.search(before[-20:]))
    )


_AGAINST = re.compile(
    r"\b(?:not|against|versus|vs\.?|rather than|compared (?:to|with)|than|to)\s(?:the |its |only )?$|(?:而不是|对比|不是|比|对)\s?$"
)
_COMPARES = re.compile(
    r"\binside\b|\bwithin (?:the|our)|\bpast\b|\bnot yet\b|\bhair (?:over|under)|\bshort\b|\bmore than enough|\bjust about|\bonly just|之内|还没|超过|刚好够|够(?!味)|×|乘|\*|\btimes\b"
)
_YOURS = re.compile(r"\byour?s?\b|您|你")


def _of_phone(amount: Amount, scene: Scene) -> bool:
    """`It ends in 0142`, 206 开头: part of a number that was found."""
    digits = re.sub(r"\D", "", scene.read.text.own[amount.start : amount.end])
    if len(digits) < 3 or not _PHONING.search(scene.lower):
        return False
    return any(
        digits in re.sub(r"\D", "", run)
        for run in re.findall(r"\+?\d[\d ().-]{2,}\d", scene.known.all_text)
        if len(re.sub(r"\D", "", run)) <= 15
    )


_PHONING = re.compile(r"\bends?\b|ending|starts?|begin|digits|\bdial\b|开头|结尾|尾号|区号|后四位")


def _trivial(amount: Amount, scene: Scene) -> bool:
    """`two things to note`, list numbers, `one line`: small numbers that count nothing of the shop's."""
    if scene.known.in_title(scene.lower, amount.start):
        return True
    if amount.family != "bare" or amount.bound not in ("=",):
        return False
    x = amount.low
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
        and (amount.spelled or _SHOWN.search(scene.lower))
    ):
        return True
    return x == 1 and amount.spelled and not _LAST.search(around)


_REMAINS = re.compile(r"\bleft\b|\bto go\b|remain|\bago\b|to the day|from now|前|之后|还有|还剩|剩下")
_GENERAL = re.compile(
    r"\s?(?:things?|ways?|options?|points?|questions?|reasons?|ideas?|suggestions?|possibilities|words?|(?:样|件事|点建议|种方法|个选择|个办法|种选择|个问题|样东西|方面|句话))(?![a-z\u4e00-\u9fff]?价)"
)
_TIMES_AS = re.compile(r"\btimes\b|\btwice\b|倍")
_SHOWN = re.compile(r"\bfound\b|\bhere are\b|\bthat fit\b|\bshowed\b|符合|为您找到|列出|有 ?\d+ ?款")
_REST = re.compile(r"left|剩|in stock|库存")
_LAST = re.compile(r"只剩|仅剩|最后|just|only|single|left|还剩")


def _multiplies(amount: Amount, scene: Scene) -> bool:
    """`Six plates at $18 make $108`: a number of pieces that the money beside it follows from."""
    money = [
        one.low for one in scene.read.amounts if one.family == "money" or (one.family == "bare" and one is not amount)
    ]
    if not any(one.family == "money" for one in scene.read.amounts) and not _TOTAL.search(scene.lower):
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


def _hours_open(amount: Amount, scene: Scene) -> Iterator[float]:
    """How long the shop is open, and how long since a year that was found."""
    if amount.low >= 1440:
        yield from _days_left(scene)
        return
    hours = [one.what.minutes for one in scene.known.moments if isinstance(one.what, Moment)]
    now = scene.known.now.hour * 60 + scene.known.now.minute
    for pair in combinations(hours, 2):
        yield from (float(abs(a - b)) for a in pair[0] for b in pair[1])
    yield from (float(abs(minutes - now)) for some in hours for minutes in some)


def _days_left(scene: Scene) -> Iterator[float]:
    """Days from today to a day that was named or follows, where the words tell of it; years since a year that was found."""
    from bot.writing.facts.when import _derived as days_derived

    named = {one.on for one in scene.read.days if one.on}
    if _REMAINS.search(scene.lower):
        named |= {
            *days_derived(scene),
            *(one.what.on for one in scene.known.days if isinstance(one.what, Day) and one.what.on),
        }
    for day in named:
        yield abs((day - scene.known.today).days) * 1440.0
    for mention in scene.known.mentions:
        if mention.amount.family == "bare" and 1900 <= mention.amount.low <= 2100:
            yield (scene.known.today.year - mention.amount.low) * 525600


@dataclass(frozen=True, slots=True)
class _Context:
    """The words around an amount, weighed by how near they are and how much they tell."""

    near: Mapping[str, float]
    wide: Mapping[str, float]
    stock: bool
    one: bool
    before: bool


def _context(amount: Amount, scene: Scene) -> _Context:
    known = scene.known
    near = dict.fromkeys(scene.label, 0.8) | surroundings(scene.read, amount)
    wide: dict[str, float] = {}
    for ids, weight in ((scene.asked.ids, 0.15), (scene.told.ids, 0.12), (scene.read.ids, 0.2)):
        wide |= {one: weight * known.weight(one) for one in ids if one not in near and one in known.weights}
    lower = scene.lower
    return _Context(
        {one: weight * known.weight(one) for one, weight in near.items() if (one in known.weights or one in _FIGURED) and not one.startswith(("n:bare", f"n:{amount.family}"))}, wide,
        amount.family == "bare" and bool(_LEFT.search(lower)), len(scene.subjects.at(amount.start)) == 1,
        bool(_WAS.search(lower[max(0, amount.start - 22) : amount.end])),
    )  # fmt: skip


_FIGURED = frozenset({"price", "before", "stock"})


def _likeness(mention: Mention, around: _Context) -> float:
    score = 0.0
    for one, weight in around.near.items():
        if one in mention.near:
            score += weight * max(mention.near[one], 0.5)
        elif one in mention.wide:
            score += weight * 0.5
    score += min(0.3, sum(weight for one, weight in around.wide.items() if one in mention.wide))
    if mention.role == "stock" and around.stock:
        score += 1.0
    if mention.role == "before":
        score += 0.3 if around.before else -0.3
    return score


def _candidates(amount: Amount, same: list[Mention], scene: Scene) -> list[Mention]:
    """Of a bare number the mentions of what it counts: of the noun beside it, of stock where it says what is left, of prices."""
    if amount.family == "money":
        same = _of_form(amount, same, scene)
    if amount.family != "bare":
        if amount.family == "money" and not _WAS.search(scene.lower[max(0, amount.start - 22) : amount.end]):
            return [one for one in same if one.role != "before"]
        return same
    same = _of_form(amount, same, scene)
    part = scene.part(amount.start)
    noun = _noun(amount, scene)
    if (classed := _classed(amount, scene)) is not None and not _LEFT.search(part):
        return [one for one in same if one.amount.low in classed or one.amount.high in classed]
    counted = [
        one
        for one in same
        if one.amount.family == "bare"
        and one.role != "stock"
        and noun
        and max((one.near.get(n, 0.0) for n in noun), default=0.0) >= 0.6
    ]
    if counted:
        return counted
    if scene.lower.startswith("的", amount.end) or (amount.low != int(amount.low) and not noun):
        return same
    if _LEFT.search(part) and amount.low == amount.high:
        stock = [
            one
            for one in same
            if one.role == "stock" or "stock" in one.wide or (not one.subject and one.amount.family == "bare")
        ]
        if stock:
            return stock
    if noun & scene.known.weights.keys():
        return [one for one in same if one.amount.family == "bare"]
    return [one for one in same if one.role != "before" or "before" in scene.read.ids or _INSTEAD.search(scene.lower)]


def _of_form(amount: Amount, same: list[Mention], scene: Scene) -> list[Mention]:
    """Where the words beside a price or a stock figure name one form of the product, only that form's."""
    near = surroundings(scene.read, amount) | dict.fromkeys(scene.label, 0.8)
    kept: list[Mention] = []
    for subject, role in {(one.subject, one.role) for one in same}:
        some = [one for one in same if (one.subject, one.role) == (subject, role)]
        forms = [one.near.keys() for one in some if len(one.near) > 1]
        if role not in ("price", "stock") or len(forms) < 2:
            kept += some
            continue
        shared = frozenset(forms[0]).intersection(*forms)
        scores = [
            sum(near.get(key, 0.0) for key in one.near.keys() - shared) if len(one.near) > 1 else 0.0 for one in some
        ]
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
    found |= {n * value for value in set(found) for n in _multipliers(scene, amount)}
    return found or None


_CLASS = re.compile(r"\s?([色字节颗格层档键圈])")
_WAS = re.compile(
    r"\b(?:was|before|from|were|of|originally|formerly|previously|instead of|in place of|against|usually|normally|price|list|than|not|used to be)\b|原价|原来|原先|之前|从|比|平时|划线价|以前"
)
_INSTEAD = re.compile(r"降|\bdown\b|\bwas\b|instead|in place|before|against|\bfrom\b|原|之前")


def _noun(amount: Amount, scene: Scene) -> frozenset[str]:
    """Ids of the word right after a number, measure words passed over."""
    clause = scene.read.clause_at(amount.start)
    if clause is None:
        return frozenset()
    after = [
        term
        for term in clause.terms
        if 0 <= term.start - amount.end <= 2
        and (
            term.kind in ("word", "code")
            or (
                scene.lower[amount.end : term.start].strip(" ") == ""
                and term.ids[0] in ("battery", "pocket", "wheels", "button", "lid", "points", "parcel")
            )
        )
    ]
    if not after and (words := _COUNTER.match(scene.lower, amount.end)):
        after = [term for term in clause.terms if 0 <= term.start - words.end() <= 1]
    return frozenset(after[0].ids) if after else frozenset()


_COUNTER = re.compile(r"\s?[个只件条款种把张支盒包瓶袋台双副对套本片颗枚粒位名口盏顶杯罐份样根]")


def _derived(amount: Amount, scene: Scene) -> Iterator[float]:
    """What arithmetic makes of the figures of the same kind, where the words tell of it."""
    lower = scene.lower
    mine = scene.known.mentions
    if amount.family == "money" and not scene.known.is_own_money(amount.kind):
        return
    if amount.family in ("bare", "count"):
        yield from _counts(amount, scene, mine)
        return
    base = sorted(
        {
            value
            for one in mine
            if _alike(amount, one.amount, scene.known) and one.amount.family == amount.family
            for value in {one.amount.low, one.amount.high}
        }
    )[:40]
    asked = [one.low for part in scene.asked.parts for one in part.amounts if one.family in (amount.family, "bare")]
    counts = _multipliers(scene, amount)
    if amount.family == "percent":
        yield from _off(scene, mine)
        return
    products = [n * value for value in base for n in counts]
    if amount.family == "money":
        for product in scene.known.products.values():
            if product.compare_at:
                yield float(product.compare_at - product.price)
                yield from (n * float(product.compare_at - product.price) for n in counts)
    if amount.family in ("duration", "working"):
        if amount.family == "duration" and (
            amount.low >= 1440 or "open" in scene.read.ids or scene.read.days or scene.read.moments
        ):
            yield from _hours_open(amount, scene)
        products = []
        is_total = False
    is_total = bool(_TOTAL.search(lower))
    sums = [a + b for a, b in combinations(base, 2)] if is_total else []
    sums += [n * a + b for a in base for b in base if a != b for n in counts if n > 1] if _TOTAL.search(lower) else []
    yield from products
    yield from sums
    if is_total:
        cheapest = [float(p.price) for p in scene.known.products.values()]
        yield sum(cheapest)
        yield from (sum(cheapest) + fee for fee in base)
        before = [float(p.compare_at - p.price) for p in scene.known.products.values() if p.compare_at]
        yield sum(before)
    if _TOTAL.search(lower) and len(base) >= 3 and len(base) <= 10:
        yield from (a + b + c for a, b, c in combinations(base, 3))
    if _DIFFERENCE.search(lower):
        both = [
            *base,
            *asked,
            *(one.low for one in scene.read.amounts if one is not amount and one.family == amount.family),
            *(value for kind, value in scene.told.sums if kind == amount.family),
        ]
        yield from (abs(a - b) for a, b in combinations(both, 2))
        yield from (abs(p - b) for p in products for b in both)
        yield from (abs(a + b - c) for a, b in combinations(base, 2) for c in asked)
    packs = {
        one.amount.low for one in mine if one.amount.family in ("bare", "count") and 1 < one.amount.low <= 1000
    } | set(counts)
    if re.search(
        r"\beach\b|\bper\b|apiece|\ba (?:piece|cup|bag|pair|bar|sheet|wash|glass|mug|bulb|capsule|tablet|pad)\b|每|单|一(?:个|只|片|杯|张|条|双|块|包|支)|平均|折合|works out",
        lower,
    ):
        yield from (value / n for value in base for n in packs if n > 1)
        sizes = {one.amount.low for one in mine if one.amount.family in ("volume", "weight") and one.amount.low > 0}
        yield from (value / size * 100 for value in base for size in sizes)
    for percent in {one.amount.low for one in mine if one.amount.family == "percent"}:
        for value in {*base, *products, *asked}:
            yield value * (100 - percent) / 100
            yield value * percent / 100


def _multipliers(scene: Scene, amount: Amount) -> list[float]:
    """Numbers of pieces that were said or asked, but for the amount itself."""
    found = {
        one.low
        for one in scene.read.amounts
        if one is not amount and (one.family == "bare" or one.unit == "块") and one.low == one.high
    }
    found |= set(scene.asked.numbers)
    found |= set(scene.told.counts)
    if re.search(r"\bboth\b|\btwo\b|\bpair\b|\btwice\b|\bdouble\b|两|双|俩|对", scene.lower):
        found.add(2.0)
    if re.search(r"\bthree\b|\btriple\b|三", scene.lower):
        found.add(3.0)
    return sorted(n for n in found if 1 < n <= 1000 and n == int(n))[:8]


def _off(scene: Scene, mine: list[Mention]) -> Iterator[float]:
    """Per cent that a price came down."""
    for product in scene.known.products.values():
        if product.compare_at:
            yield round(float((product.compare_at - product.price) / product.compare_at * 100))
            yield float((product.compare_at - product.price) / product.compare_at * 100)


def _counts(amount: Amount, scene: Scene, mine: list[Mention]) -> Iterator[float]:
    stock = [one.amount.low for one in mine if one.role == "stock"]
    if _DIFFERENCE.search(scene.lower):
        prices = sorted({float(one.amount.low) for one in mine if one.amount.family == "money"})[:30]
        yield from (abs(a - b) for a, b in combinations(prices, 2))
        for limit in scene.asked.numbers:
            yield from (abs(a + b - limit) for a, b in combinations(prices, 2))
            yield from (abs(a - limit) for a in prices)
    if _TIMES_AS.search(scene.lower):
        values = sorted({one.amount.low for one in mine if one.amount.low > 0})[:40]
        yield from (b / a for a, b in combinations(values, 2))
    if _FORMS.match(scene.lower, amount.end) and not _SHOWN.search(scene.lower):
        for product in scene.known.products.values():
            yield float(len(product.variants))
            for name in {name for variant in product.variants for name in variant.attributes}:
                yield float(len({variant.attributes.get(name) for variant in product.variants}))
    if _LEFT.search(scene.part(amount.start)):
        yield from (a + b for a, b in combinations(stock[:12], 2))
        return
    base = sorted({one.amount.low for one in mine if one.amount.family in ("bare", "count") and one.role != "stock"})[
        :30
    ]
    for n in _multipliers(scene, amount):
        yield from (n * value for value in base if value > 1)
        yield from (n * one.amount.low for one in mine if one.role == "price")
    if _DIFFERENCE.search(scene.lower):
        yield from (a - b for a in base for b in base if a > b)


_FORMS = re.compile(
    r"\s?(?:of (?:them|these)|other |different |[种个款档]?(?:不同的)?)?\s?(?:colou?rs?|sizes?|shades?|kinds?|types?|versions?|variants?|options?|flavou?rs?|scents?|容量|尺寸|尺码|规格|口味|materials?|models?|choices?|finishes|种|款|个颜色|色|个尺寸|个尺码|个容量|种颜色|种口味|个味道|个规格|个款式)"
)
