"""What arithmetic makes of the figures of the findings: totals, differences, multiples, discounts, counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from bot.writing.facts.amounts import Amount
from bot.writing.facts.clock import Moment
from bot.writing.facts.follows import alike
from bot.writing.facts.mentions import Mention
from bot.writing.facts.nearness import LEFT, multipliers
from bot.writing.facts.rates import NEEDED, goes_on_for, lasts, needed, rates
from bot.writing.facts.scene import Scene
from bot.writing.facts.times import Day
from bot.writing.facts.unproved import SHOWN, TOTAL
from bot.writing.facts.workdays import derived as derived_days

_DIFFERENCE = re.compile(
    r"\btoo (?:many|much|long|late|few|short)\b|\bmore\b|\bless\b|cheaper|dearer|pricier|\boff\b|\bsav(?:e|ing)|difference|\bin between\b|\bbetween (?:them|the two)|\bapart\b|\bshort\b|\bto go\b|\banother\b|\bextra\b|\bspare\b|\blighter\b|\bheavier\b|\blonger\b|\bshorter\b|\btaller\b|\bbigger\b|\blarger\b|\bsmaller\b|\bnarrower\b|\bwider\b|\bshy\b|\bgap\b|\bdeeper\b|\bthicker\b|\bthinner\b|\bhigher\b|\blower\b|\bfaster\b|\bslower\b|\bsooner\b|\blater\b|\bfewer\b|\bfurther\b|\bbrighter\b|\broomier\b|\bagainst\b|\bversus\b|\btwice over\b|\bremain|\bpast\b|\bover\b|\bunder\b|\bdown\b|\breduc|\bby\b|\bon top\b|\babove\b|\bbelow\b|\bchange\b|\bback\b|\baway\b|\bmissing\b|\bstays? with\b|\bkeep\b|\bneeds?\b|\badd\b|\bleaves?\b|\brest\b|\bwait\b|\bolder\b|\byounger\b"
    r"|差|便宜|贵|省|多出?|少|减|优惠|重|轻|长|短|高|矮|大|小|再|还|超|剩|降|找零|凑"
)


_APART = re.compile(r"\bdifference\b|\bhow much (?:more|less|cheaper|dearer)\b|\bcheaper\b|\bdearer\b|\bapart\b")
_REMAINS = re.compile(r"\bleft\b|\bto go\b|remain|\bago\b|to the day|from now|前|之后|还有|还剩|剩下")


_TIMES_AS = re.compile(r"\btimes\b|\btwice\b|倍")


def _hours_open(amount: Amount, scene: Scene) -> Iterator[float]:
    """How long the shop is open, and how long since a year that was found."""
    if amount.low >= 1440:
        yield from _days_left(scene)
        return
    hours = [one.what.minutes for one in scene.known.moments if isinstance(one.what, Moment)]
    hours += [one.minutes for part in scene.asked.parts for one in part.moments]
    now = scene.known.now.hour * 60 + scene.known.now.minute
    if _FROM_NOW.search(scene.lower):
        yield from (float(abs(minutes - now)) for some in hours for minutes in some)
        return
    for pair in combinations(hours, 2):
        yield from (float(abs(a - b)) for a in pair[0] for b in pair[1])
    yield from (float(abs(minutes - now)) for some in hours for minutes in some)


def _days_left(scene: Scene) -> Iterator[float]:
    """Days from today to a day that was named or follows, where the words tell of it; years since a year that was found."""
    named = {one.on for one in scene.read.days if one.on}
    if _REMAINS.search(scene.lower):
        named |= {
            *derived_days(scene),
            *(one.what.on for one in scene.known.days if isinstance(one.what, Day) and one.what.on),
        }
    for day in named:
        yield abs((day - scene.known.today).days) * 1440.0
    for mention in scene.known.mentions:
        if mention.amount.family == "bare" and 1900 <= mention.amount.low <= 2100:
            yield (scene.known.today.year - mention.amount.low) * 525600


_FROM_NOW = re.compile(r"\b(?:another|from now|to go|remaining|left|still have|more hours?)\b")
_ADDED = re.compile(r"\bplus\b|\baltogether\b|\bin all\b|\btotal\b|一共|加起来|总共|合计|再加")


def derived(amount: Amount, scene: Scene) -> Iterator[float]:
    """What arithmetic makes of the figures of the same kind, where the words tell of it."""
    mine = scene.known.mentions
    if amount.family == "money" and not scene.known.is_own_money(amount.kind):
        return
    if amount.family in ("bare", "count"):
        yield from _counts(amount, scene, mine)
        if _SPELLED_OUT.search(scene.lower[: amount.start]):
            yield from _worked_out(amount, scene)
        if _speaks_of_money(amount, scene):
            yield from derived(replace(amount, kind="money:?"), scene)
        return
    if amount.family == "percent":
        yield from _off(scene, mine)
        return
    base = _base(amount, scene)
    lasting = amount.family in ("duration", "working")
    products = [] if lasting else [n * value for value in base for n in multipliers(scene, amount)]
    if amount.family == "money":
        yield from _reductions(amount, scene)
        if _off_it(amount, scene) and len(scene.subjects.at(amount.start)) == 1 and "cheaper" not in scene.lower:
            return
        yield from _of_said(amount, scene)
    if amount.family == "duration" and (
        amount.low >= 1440 or "open" in scene.read.ids or scene.read.days or scene.read.moments or scene.told.hours
    ):
        yield from _hours_open(amount, scene)
    yield from products
    if TOTAL.search(scene.lower) and not scene.lower[: amount.start].rstrip().endswith("、"):
        yield from _totals(amount, scene, base, lasting)
    if (
        _DIFFERENCE.search(scene.lower)
        or _APART.search(scene.asked.text.lower())
        or (lasting and _A_DAY.search(scene.lower))
    ):
        yield from _differences(amount, scene, base, products)
    elif lasting:
        yield from lasts(scene)
    if not lasting:
        yield from _shares(amount, scene, base, products)


def _speaks_of_money(amount: Amount, scene: Scene) -> bool:
    """便宜 2.90: a number without a unit where others have a currency's."""
    return bool(_MADE.search(scene.lower[max(0, amount.start - 8) : amount.start])) and any(
        one.family == "money" for one in (*scene.read.amounts, *(mention.amount for mention in scene.known.mentions))
    )


_SPELLED_OUT = re.compile(r"加|减|乘|除以|[+×*÷]")


def _worked_out(amount: Amount, scene: Scene) -> Iterator[float]:
    """What two figures before it make where the sentence says how: 34.95 加 12，46.95."""
    before = [one.low for one in scene.read.amounts if one.end <= amount.start][-4:]
    for a, b in combinations(before, 2):
        yield from (a + b, abs(a - b), a * b)
        if a and b:
            yield from (a / b, b / a)


_MADE = re.compile(r"(?:便宜|贵|省|差|合|共|总|折|摊|优惠|减|计|件|只|两样)[^，。,;；\d]{0,5}$")


def _base(amount: Amount, scene: Scene) -> list[float]:
    """The figures of the findings that are of its kind."""
    return sorted(
        {
            value
            for one in scene.known.mentions
            if alike(amount, one.amount, scene.known) and one.amount.family == amount.family
            for value in {one.amount.low, one.amount.high}
        }
    )[:40]


def _reductions(amount: Amount, scene: Scene) -> Iterator[float]:
    counts = multipliers(scene, amount)
    subjects = scene.subjects.at(amount.start)
    for product in scene.known.products.values():
        if product.compare_at and (not subjects or product.id in subjects or not _off_it(amount, scene)):
            yield float(product.compare_at - product.price)
            yield from (n * float(product.compare_at - product.price) for n in counts)


def _off_it(amount: Amount, scene: Scene) -> bool:
    """`six dollars off`: what the price itself came down by, and no difference between two prices."""
    return bool(_OFF.match(scene.lower, amount.end))


_OFF = re.compile(r"\s(?:off|discount|reduction|saving|markdown|knocked off|less than before|down on)\b")


def _totals(amount: Amount, scene: Scene, base: list[float], lasting: bool) -> Iterator[float]:
    """Sums of two or three figures, a number of the one with the other, and of what all products cost or save."""
    if 3 <= len(base) <= 10:
        yield from (a + b + c for a, b, c in combinations(base, 3))
    if lasting and not _ADDED.search(scene.lower):
        return
    yield from (a + b for a, b in combinations(base, 2))
    counts = [n for n in multipliers(scene, amount) if n > 1]
    yield from (n * a + b for a in base for b in base if a != b for n in counts)
    yield from _said_together(amount, scene)
    prices = sorted({float(one.price) for one in scene.known.products.values()})[:6]
    yield from (n * a + m * b for a, b in combinations(prices, 2) for n in counts for m in counts)
    cheapest = sum(float(p.price) for p in scene.known.products.values())
    yield cheapest
    yield from (cheapest + fee for fee in base)
    yield sum(float(p.compare_at - p.price) for p in scene.known.products.values() if p.compare_at)


def _of_said(amount: Amount, scene: Scene) -> Iterator[float]:
    """What two or three sums before it make, whatever words stand between: `$4.90 + $6.90 = $11.80`."""
    before = [one.low for one in scene.read.amounts if one.end <= amount.start and one.family == amount.family][:5]
    before += [value for kind, value in scene.told.sums if kind == amount.family][-3:]
    for several in (2, 3):
        yield from (sum(some) for some in combinations(before, several))
    yield from (abs(a - b) for a, b in combinations(before, 2))


def _said_together(amount: Amount, scene: Scene) -> Iterator[float]:
    """The sum of what else the sentence says, or the reply said before."""
    beside = [one.low for one in scene.read.amounts if one is not amount and one.family == amount.family]
    before = [value for kind, value in scene.told.sums if kind == amount.family]
    for some in (beside, before, [*before, *beside]):
        if len(some) > 1:
            yield sum(some)
    yield from (a + b for a, b in combinations([*beside, *before][:8], 2))


def _differences(amount: Amount, scene: Scene, base: list[float], products: list[float]) -> Iterator[float]:
    asked = _asked(amount, scene)
    beside = [
        one.low
        for one in scene.read.amounts
        if one.start != amount.start and one.family in (amount.family, "bare" if amount.family == "money" else "")
    ]
    both = [*base, *asked, *beside, *(value for kind, value in scene.told.sums if kind == amount.family)]
    yield from (abs(a - b) for a, b in combinations(both, 2))
    if _A_DAY.search(scene.lower) or _A_DAY.search(scene.asked.text.lower()):
        yield from (one.amount.low * 1440 for one in scene.known.mentions if one.amount.family in ("bare", "count"))
    yield from lasts(scene)
    if amount.unit in ("year", "years"):
        ages = [one.amount.raw[0] for one in scene.known.mentions if one.amount.family in ("age", "bare")]
        yield from (abs(a - b) * 525600 for a in ages if a < 120 for b in scene.asked.numbers if b < 120)
    yield from (abs(p - b) for p in products for b in both)
    yield from (abs(a + b - c) for a, b in combinations(base, 2) for c in (*asked, *beside) if c not in (a, b))


_A_DAY = re.compile(r"\b(?:an?|one)(?: [a-z]+)? (?:a|per|each|every) day\b")
"""`At one a day` a pack of 100 lasts 100 days."""


def _asked(amount: Amount, scene: Scene) -> list[float]:
    return [one.low for part in scene.asked.parts for one in part.amounts if one.family in (amount.family, "bare")]


_PER = re.compile(
    r"\beach\b|\bper\b|apiece|\ba (?:piece|cup|bag|pair|bar|sheet|wash|glass|mug|bulb|capsule|tablet|pad)\b|每|单(?:价|个|只|件|独|卖)|一(?:个|只|片|杯|张|条|双|块|包|支)|平均|折合|works out"
)


_PER_ONE = re.compile(
    r"\s?(?:an?|per|each|every|the|to the|for (?:an?|each|every|one))\s[a-z]+|\s?/\s?[a-z]|\sa time\b"
)
"""`nine dollars a bowl`, right after an amount."""


def _shares(amount: Amount, scene: Scene, base: list[float], products: list[float]) -> Iterator[float]:
    """What one of a pack comes to, 100 ml of a bottle, or a percentage of a figure."""
    mine = scene.known.mentions
    if _PER.search(scene.lower) or _PER_ONE.match(scene.lower, amount.end):
        packs = {
            one.amount.low for one in mine if one.amount.family in ("bare", "count") and 1 < one.amount.low <= 1000
        } | set(multipliers(scene, amount))
        yield from (value / n for value in base for n in packs if n > 1)
        sizes = {one.amount.low for one in mine if one.amount.family in ("volume", "weight") and one.amount.low > 0}
        yield from (value / size * 100 for value in base for size in sizes)
    yield from _by_measure(scene, mine)
    yield from _in_proportion(amount, scene, mine)
    for percent in {one.amount.low for one in mine if one.amount.family == "percent"}:
        for value in {*base, *products, *_asked(amount, scene)}:
            yield value * (100 - percent) / 100
            yield value * percent / 100


_FOR_EACH = re.compile(r"\b(?:each|per|every)\s$")


def _by_measure(scene: Scene, mine: list[Mention]) -> Iterator[float]:
    """What a measure that the sentence names costs of a form of another: 250 g of a kilo at $48."""
    said = {
        (one.kind, one.low)
        for one in scene.read.amounts
        if one.family in ("weight", "volume") and _FOR_EACH.search(scene.lower[: one.start])
    }
    for one in mine if said else ():
        for key in one.near if one.role == "price" else ():
            family, _, size = key.removeprefix("n:").rpartition(":")
            if key.startswith("n:") and family in ("weight", "volume"):
                yield from (one.amount.low * low / float(size) for kind, low in said if kind == family)


def _in_proportion(amount: Amount, scene: Scene, mine: list[Mention]) -> Iterator[float]:
    """Of `100 points are worth $5` what another number of points is worth."""
    counts = _others(amount, scene)
    rates: dict[str, list[Mention]] = {}
    for one in mine:
        if not one.role and one.amount.low == one.amount.high > 0 and one.amount.family in ("bare", "count", "money"):
            rates.setdefault(one.text, []).append(one)
    for text, some in rates.items():
        if not _RATE.search(text):
            continue
        for per in [one.amount.low for one in some if one.amount.family != "money" and one.amount.low >= 10]:
            for value in [one.amount.low for one in some if one.amount.family == "money"]:
                yield from (count / per * value for count in counts if count >= per)


_RATE = re.compile(r"\bworth\b|\bper\b|\beach\b|\bfor every\b|每|抵|换")


def _differ_in_kind(scene: Scene, mine: list[Mention]) -> Iterator[float]:
    """`32 hours, and thirteen more without it`: by how much figures of a measure that the sentence has differ."""
    kinds = {one.kind for one in scene.read.amounts if one.family not in ("bare", "count", "money")}
    for kind in kinds:
        values = sorted({one.amount.raw[0] for one in mine if one.amount.kind == kind})[:20]
        yield from (b - a for a, b in combinations(values, 2))


def _others(amount: Amount, scene: Scene) -> set[float]:
    return {one.low for one in scene.read.amounts if one is not amount} | set(scene.asked.numbers)


def _off(scene: Scene, mine: list[Mention]) -> Iterator[float]:
    """Per cent that a price came down."""
    for product in scene.known.products.values():
        if product.compare_at:
            yield round(float((product.compare_at - product.price) / product.compare_at * 100))
            yield float((product.compare_at - product.price) / product.compare_at * 100)


def _counts(amount: Amount, scene: Scene, mine: list[Mention]) -> Iterator[float]:
    yield from _in_proportion(amount, scene, mine)
    yield from (count / often for often, timed, _ in rates(scene) for count in goes_on_for(scene, timed))
    if NEEDED.search(scene.lower):
        yield from needed(scene)
    if "hour" in scene.asked.text.lower():
        yield from (minutes / 60 for minutes in _hours_open(amount, scene))
    stock = [one.amount.low for one in mine if one.role == "stock"]
    if _STOCK_IS.search(scene.part(amount.start)):
        return
    if _DIFFERENCE.search(scene.lower):
        prices = sorted({float(one.amount.low) for one in mine if one.amount.family == "money"})[:30]
        yield from (abs(a - b) for a, b in combinations(prices, 2))
        for limit in scene.asked.numbers:
            yield from (abs(a + b - limit) for a, b in combinations(prices, 2))
            yield from (abs(a - limit) for a in prices)
    if "加" in scene.lower and not scene.lower.isascii():
        theirs = {value for part in scene.asked.parts for one in part.amounts for value in one.raw}
        yield from (value + one.amount.raw[0] for value in theirs for one in mine if one.amount.low == one.amount.high)
    if 0 < amount.low < 1:
        yield from _ratios(mine)
    yield from _listed(amount, scene, mine)
    if _TIMES_AS.search(scene.lower):
        values = sorted({one.amount.low for one in mine if one.amount.low > 0})[:40]
        yield from (b / a for a, b in combinations(values, 2))
    if _FORMS.match(scene.lower, amount.end) and not SHOWN.search(scene.lower):
        for product in scene.known.products.values():
            yield float(len(product.variants))
            there = [variant for variant in product.variants if variant.stock]
            for name in {name for variant in there for name in variant.attributes}:
                yield float(len({variant.attributes.get(name) for variant in there}))
            for name in {name for variant in product.variants for name in variant.attributes}:
                yield float(len({variant.attributes.get(name) for variant in product.variants}))
    if LEFT.search(scene.part(amount.start)):
        yield from (a + b for a, b in combinations(stock[:12], 2))
        return
    base = sorted({one.amount.low for one in mine if one.amount.family in ("bare", "count") and one.role != "stock"})[
        :30
    ]
    percents = {one.amount.low for one in mine if one.amount.family == "percent"}
    yield from (value * percent / 100 for value in scene.asked.numbers for percent in percents)
    sold_at = {one.amount.low for one in mine if one.role == "price"} if percents else set()
    reduced = [n * price for n in (1.0, *multipliers(scene, amount)) for price in sold_at]
    yield from (value * (100 - percent) / 100 for value in reduced for percent in percents)
    if TOTAL.search(_EACH.sub("", scene.lower)):
        if scene.known.of_order:
            yield sum(
                one.amount.low
                for one in mine
                if one.amount.family in ("bare", "count") and one.role == "" and one.amount.low < 100
            )
        else:
            yield from (a + b for a, b in combinations(base[:12], 2))
        yield from _said_together(amount, scene)
    for n in multipliers(scene, amount):
        yield from (n * value for value in base if value > 1)
        yield from (n * one.amount.low for one in mine if one.role in ("price", "before"))
    if _DIFFERENCE.search(scene.lower):
        yield from (a - b for a in base for b in base if a > b)
        yield from _differ_in_kind(scene, mine)
        yield from (abs(a - b) for a in base for b in scene.asked.written)


_EACH = re.compile(r"\beach\b")
_STOCK_IS = re.compile(r"\bstock (?:is|stands)\b")


def _ratios(mine: list[Mention]) -> Iterator[float]:
    """四分之一: one figure as a part of another of its kind."""
    for a, b in combinations([one.amount for one in mine if one.amount.low == one.amount.high > 0][:60], 2):
        if a.kind == b.kind and a.low != b.low:
            yield round(min(a.low, b.low) / max(a.low, b.low), 6)


def _listed(amount: Amount, scene: Scene, mine: list[Mention]) -> Iterator[float]:
    """How many things a list has: of the sentence, of what a product comes with, of an order."""
    if _KINDS.match(scene.lower, amount.end):
        before = _LISTED.search(scene.lower[: amount.start])
        if before and not re.search(r"\d", before[1]):
            yield float(len(_AND.findall(before[1])) + 1)
    if not _IN_ALL.search(scene.lower[max(0, amount.start - 8) : amount.start]):
        return
    counts: dict[str, list[float]] = {}
    for one in mine:
        if one.amount.family in ("bare", "count") and not one.subject and one.amount.low == one.amount.high:
            counts.setdefault(one.text, []).append(one.amount.low)
    yield from (sum(some) for some in counts.values() if len(some) > 1)
    for product in (one for some in scene.known.written.values() for one in some):
        for name, value in product.attributes.items():
            if _WITH.search(name.lower()):
                yield float(len(re.split(r"[、,，/]", value)))


_IN_ALL = re.compile(r"一共|总共|共|合计|总计|\bin all\b|\btotal\b|\bholds\b|\bhas\b")
_KINDS = re.compile(r"\s?(?:种|款|样|色|档|类|个(?=颜色|尺|口味|味道|容量|码))")
_AND = re.compile(r"[、/]|\s?(?:和|与|及|跟|以及|还有)\s?")
_LISTED = re.compile(
    r"(?:^|[，。；：:,;是有])([^，。；：:,;是有]*[、和与及跟/][^，。；：:,;是有]*?)(?:这|共|一共|总共|都有)?\s?$"
)
_WITH = re.compile(r"内含|含|包括|\bincluded\b|\bcontents\b|in the box")
_FORMS = re.compile(
    r"\s?(?:of (?:them|these)|other |different |[种个款档]?(?:不同的)?)?\s?(?:colou?rs?|sizes?|shades?|kinds?|types?|versions?|variants?|options?|flavou?rs?|scents?|容量|尺寸|尺码|规格|口味|materials?|models?|choices?|finishes|种|款|个颜色|色|个尺寸|个尺码|个容量|种颜色|种口味|个味道|个规格|个款式)"
)
