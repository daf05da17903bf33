"""What is said of one form of a product, a size or a colour, must be true of that form and not of another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.writing.facts.amounts import Amount
from bot.writing.facts.axes import Axis, Form, Variant, axes_of
from bot.writing.facts.denial import is_denied
from bot.writing.facts.nearness import LEFT
from bot.writing.facts.phrases import plain_words
from bot.writing.facts.reading import Clause
from bot.writing.facts.scene import Fault, Scene
from knowledge_base.types import Product

_SMALL = re.compile(r"\b(?:smaller|smallest|small one|small size)\b|小号|小的|小款")
_LARGE = re.compile(r"\b(?:larger|largest|large one|bigger|biggest|big one|large size)\b|大号|大的|大款")
_EVERY = re.compile(
    r"\b(?:every|all|each|both)(?: the| of the| our| two| three| four| five)* (?:sizes?|colou?rs?|versions?|lengths?|shades?|scents?|models?|flavou?rs?)|\ball (?:two|three|four|five)(?: of (?:them|these))?(?: [a-z]+)? are\b|(?:所有|全部|每个|每种|各)(?:的)?(?:尺码|尺寸|颜色|码|色|规格)|(?:尺码|尺寸|颜色)(?:都|全)"
)
_CHOOSES = re.compile(
    r"\b(?:take|go for|choose|pick|steer|order|wear|size is|be an?|put you in|you'd be|makes you|is yours|your size|puts you in|suggest|recommend|best)\b|选|穿|拍|建议|推荐|适合|买"
)
_SETS = re.compile(
    r"\bthan\b|比|(?<!choose )(?<!pick )\bfrom\b|\bmore\b|\bless\b|贵|便宜|差|\bbetween\b|合起来|加起来|一共|together|total"
)
_BODY = frozenset({"length", "bare"})


def counts(scene: Scene, clause: Clause) -> list[int]:
    """The stock of the form that a clause names, of all that are of it; empty where it names none."""
    for product in _products(scene, clause):
        axes, variants = axes_of(product)
        values = {form.value for axis in axes if (form := _named(scene, clause, axis)) is not None}
        if values and (mine := [one.stock for one in variants if values <= one.values and one.stock is not None]):
            return [*mine, sum(mine)]
    return []


def check(scene: Scene) -> Fault | None:
    if scene.doubts or scene.asks:
        return None
    for clause in scene.read.clauses:
        for product in _products(scene, clause):
            axes, variants = axes_of(product)
            if not axes:
                continue
            if fault := _clause(scene, clause, axes, variants):
                return fault
    return None


def stands(scene: Scene, clause: Clause, place: int, *, there: bool) -> bool:
    """Whether all forms that a clause names, or that its sentence named before, are in stock, or are sold out."""
    for product in _products(scene, clause):
        axes, variants = axes_of(product)
        nearest = [_named(scene, clause, axis) or _last(clause, axis, place) for axis in axes]
        if not any(nearest):
            nearest = [_asked(scene, axis) for axis in axes]
        values = {form.value for form in nearest if form is not None}
        mine = [one.stock for one in variants if values <= one.values and one.stock is not None]
        if values and mine and all(bool(stock) == there for stock in mine):
            return True
    return False


def _products(scene: Scene, clause: Clause) -> Iterator[Product]:
    """The one product that a clause is said of, in each language that it is known in."""
    subjects = scene.subjects.at(clause.end - 1)
    if len(subjects) == 1:
        yield from scene.known.written.get(subjects[0], ())


def _clause(scene: Scene, clause: Clause, axes: tuple[Axis, ...], variants: tuple[Variant, ...]) -> Fault | None:
    named = {axis: form for axis in axes if (form := _named(scene, clause, axis)) is not None}
    part = scene.lower[clause.start : clause.end]
    own = scene.read.text.own
    stock = "stock" in clause.ids
    if fault := _several(scene, clause, axes, variants) or _no_such(scene, clause, axes, variants):
        return fault
    here = ("stock" in clause.said) or bool(_HERE.search(part))
    if _EVERY.search(part) and here and "stock" not in clause.denied and any(one.stock == 0 for one in variants):
        return own[clause.start : clause.end].strip(), "stock", "some of them are sold out"
    if not named:
        return None
    for axis, form in named.items():
        fault = _measured(scene, clause, axis, form) or _sized(scene, clause, axis, form, named)
        if fault := fault or _told_of_another(scene, clause, axis, form):
            return fault
    values = {form.value for form in named.values()}
    mine = [one for one in variants if values <= one.values]
    rest = [one for one in variants if one not in mine]
    lists = sum(clause.start <= one.start < clause.end for one in scene.read.amounts if one.family == "money") > 1
    if not mine or not rest or lists or _SETS.search(part):
        return None
    for amount in scene.read.amounts:
        if not clause.start <= amount.start < clause.end or amount.low != amount.high:
            continue
        if amount.family == "money" and amount.bound == "=":
            if amount.low in {one.price for one in rest} - {one.price for one in mine} and not _counted(scene, amount):
                return own[amount.start : amount.end], "price", f"{mine[0].price:g}"
        elif amount.family == "bare" and LEFT.search(part) and f"n:bare:{amount.low:g}" not in _marks(axes):
            counts = [one.stock for one in mine if one.stock is not None]
            if (
                counts
                and amount.bound == "="
                and amount.low not in {*counts, sum(counts)}
                and amount.low in {one.stock for one in rest}
            ):
                return own[amount.start : amount.end], "stock", f"{counts[0]} in stock"
    if stock and _ASIDE.search(part):
        return None
    if stock and len(clause.said & {"stock"}) != len(clause.denied & {"stock"}):
        there = [bool(one.stock) for one in mine if one.stock is not None]
        said = "stock" in clause.said
        if there and (not any(there) if said else all(there)):
            return own[clause.start : clause.end].strip(), "stock", "in stock" if there[0] else "sold out"
    return None


_ASIDE = re.compile(r"[(（][^()（）]*(?:stock|sold out|left|售|货|缺)")
"""`clay (sold out) and moss green`: said of the form right before, which `stands` looks at."""
_HERE = re.compile(
    r"\b(?:is|are)(?: still| all| both| also)? (?:here|with us|ready for you|on the shelf|waiting|in(?=[,.;!]| at\b|$))"
)
_SOME_OF = re.compile(r"\b(?:or|except|not all|some|from|than|between|unlike|until|if|when|back)\b|\?")


def _several(scene: Scene, clause: Clause, axes: tuple[Axis, ...], variants: tuple[Variant, ...]) -> Fault | None:
    """`Oat, dark green and slate blue are all in stock`, where one of them is sold out."""
    part = scene.lower[clause.start : clause.end]
    said = ("stock" in clause.said and "stock" not in clause.denied) or (
        bool(_HERE.search(part)) and not is_denied(clause.start + _HERE.search(part).start(), scene.read.spans)  # type: ignore[union-attr]
    )
    if not said or _SOME_OF.search(part):
        return None
    others = {form.value for axis in axes if (form := _named(scene, clause, axis)) is not None}
    for axis in axes:
        for form in axis.forms:
            if not form.ids <= clause.ids:
                continue
            wanted = {form.value} | {one for one in others if one not in {other.value for other in axis.forms}}
            mine = [one.stock for one in variants if wanted <= one.values and one.stock is not None]
            if mine and not any(mine):
                return scene.read.text.own[clause.start : clause.end].strip(), "stock", f"{form.value} is sold out"
    return None


def _no_such(scene: Scene, clause: Clause, axes: tuple[Axis, ...], variants: tuple[Variant, ...]) -> Fault | None:
    """`The 6.5 L comes in cream`, where no form is both."""
    if len(axes) < 2 or any(clause.start <= start < clause.end for start, _ in scene.read.spans):
        return None
    named = [[form for form in axis.forms if form.ids <= clause.ids] for axis in axes]
    if not all(len(some) == 1 for some in named) or _SOME_OF.search(scene.lower[clause.start : clause.end]):
        return None
    values = {some[0].value for some in named}
    if any(values <= one.values for one in variants) or _ONLY.search(
        scene.lower[clause.start : clause.end].strip(" ,;:.")
    ):
        return None
    return scene.read.text.own[clause.start : clause.end].strip(), "product", f"there is no {' '.join(sorted(values))}"


_ONLY = re.compile(r"\b(?:as for|for|and|both|neither|none)\b|,")


def _told_of_another(scene: Scene, clause: Clause, axis: Axis, form: Form) -> Fault | None:
    """What the texts say of another value, where they set the two against each other."""
    if not form.ids <= clause.ids or any(other.ids <= clause.ids for other in axis.forms if other is not form):
        return None
    if any(clause.start <= start < clause.end for start, _ in scene.read.spans) or _SETS.search(
        scene.lower[clause.start : clause.end]
    ):
        return None
    said = {one for one in clause.said if not one.startswith(("n:", "day:")) and one not in plain_words()}
    if said & form.words:
        return None
    for other in axis.forms:
        if other is not form and (shared := said & other.words - form.ids):
            term = next(term for term in clause.terms if set(term.ids) & shared)
            return scene.read.text.own[term.start : term.end], "product", f"said of {other.value}"
    return None


def _counted(scene: Scene, amount: Amount) -> bool:
    clause = scene.read.clause_at(amount.start)
    return any(
        one.family == "bare" and 1 < one.low < 100 and one is not amount and scene.read.clause_at(one.start) is clause
        for one in scene.read.amounts
    )


def _marks(axes: tuple[Axis, ...]) -> frozenset[str]:
    return frozenset().union(*(form.ids for axis in axes for form in axis.forms))


def _named(scene: Scene, clause: Clause, axis: Axis) -> Form | None:
    """The one value that a clause names, or else the only one that its sentence names before it."""
    found = [form for form in axis.forms if form.ids <= clause.ids] or [
        form for form in axis.forms if (form.alone | form.alias) & clause.ids
    ]
    if not found and not any(form.ids & clause.ids for form in axis.forms):
        part = scene.lower[clause.start : clause.end]
        if axis.numeric and not part.isascii() and bool(_SMALL.search(part)) != bool(_LARGE.search(part)):
            return axis.forms[0] if _SMALL.search(part) else axis.forms[-1]
        earlier = frozenset().union(*(one.ids for one in scene.read.clauses if one.end <= clause.end)) | scene.label
        found = [form for form in axis.forms if form.ids <= earlier]
        if not found and axis.numeric:
            part = scene.lower[clause.start : clause.end]
            if bool(_SMALL.search(part)) != bool(_LARGE.search(part)):
                return axis.forms[0] if _SMALL.search(part) else axis.forms[-1]
        if (
            not found
            and scene.told.last is not None
            and (scene.told.question is scene.told.last or _IT.match(scene.lower))
        ):
            found = [form for form in axis.forms if form.ids <= scene.told.last.ids]
    return found[0] if len(found) == 1 else None


_IT = re.compile(
    r"(?:\W|\b(?:so|and|but|yes|no|sadly|unfortunately|also|luckily|happily)\b)*(?:it|it's|its|that one|this one|that's|stock|they're|they|(?:\d+|[a-z]+) of (?:them|those|these))\b"
)
"""The sentence goes on with the form that the one before named."""


def _asked(scene: Scene, axis: Axis) -> Form | None:
    """The one value that the customer named."""
    found = [form for form in axis.forms if form.ids <= scene.asked.ids]
    return found[0] if len(found) == 1 else None


def _last(clause: Clause, axis: Axis, place: int) -> Form | None:
    """Of several values in a clause the one that stands right before: `oat, slate blue (sold out)`."""
    for term in reversed([term for term in clause.terms if term.end <= place]):
        for form in axis.forms:
            if form.ids & set(term.ids) and form.ids <= clause.ids:
                return form
    return None


def _measured(scene: Scene, clause: Clause, axis: Axis, form: Form) -> Fault | None:
    """A figure that belongs to another value of the list."""
    theirs = [(other, one) for other in axis.forms if other is not form for one in other.amounts]
    for amount in scene.read.amounts:
        if not clause.start <= amount.start < clause.end or f"n:{amount.family}:{amount.low:g}" in form.ids:
            continue
        mine = [one for one in form.amounts if one.family == amount.family and one.kind == amount.kind]
        if not mine or any(_is(amount, one) for one in mine):
            continue
        if _of_the_one_before(scene, clause, amount, form, [other for other, one in theirs if _is(amount, one)]):
            continue
        if any(_is(amount, one) for _, one in theirs) and not _ONE.match(scene.lower, amount.end):
            return scene.read.text.own[amount.start : amount.end], "measure", f"of {form.value} {_told(mine)}"
    return None


def _of_the_one_before(scene: Scene, clause: Clause, amount: Amount, form: Form, others: list[Form]) -> bool:
    """In `10 L, 2 kg / 20 L, 4 kg` the 2 kg stands before the 20 L, and after the 10 L that it belongs to."""
    own = [term.start for term in clause.terms if form.ids & set(term.ids)]
    before = frozenset().union(*(one.ids for one in scene.read.clauses if one.end <= clause.start))
    return bool(own) and amount.start < min(own) and any(other.ids <= before for other in others)


_ONE = re.compile(r"\s(?:one|ones|version|model|kind|type|variant)\b")
"""After a figure that names a form itself: `the 4.5 W one`."""


def _is(amount: Amount, one: Amount) -> bool:
    return any(abs(a - b) < 1e-6 * max(1.0, abs(a)) for a in (amount.low, amount.high) for b in (one.low, one.high))


def _told(mine: list[Amount]) -> str:
    return ", ".join(f"{one.raw[0]:g}" for one in mine[:3])


def _sized(scene: Scene, clause: Clause, axis: Axis, form: Form, named: Mapping[Axis, Form]) -> Fault | None:
    """A size that the measure which was asked about doesn't fall into, while it falls into another's."""
    if not form.ids <= clause.ids or not _CHOOSES.search(scene.lower) or scene.read.spans:
        return None
    ranges = [(one, span) for one in axis.forms for span in one.amounts if span.low < span.high]
    if not ranges:
        return None
    asked = [one for part in (*scene.asked.parts, scene.read) for one in part.amounts if one.family in _BODY]
    for one in asked:
        if one.low != one.high:
            continue
        fits = {
            other.value
            for other, span in ranges
            if span.family in (one.family, "bare", "length")
            and _in_kind(span, one)[0] <= (one.low if span.family != "bare" else one.raw[0]) <= _in_kind(span, one)[1]
        }
        if len(fits) == 1 and form.value not in fits:
            return scene.read.text.own[clause.start : clause.end].strip(), "size", f"{one.raw[0]:g} is {min(fits)}"
    return None


def _in_kind(span: Amount, one: Amount) -> tuple[float, float]:
    """The ends of a range as this amount counts: in the unit that was written, where it has none."""
    scale = span.raw[0] / span.low if one.family == "bare" and span.low else 1.0
    return span.low * scale, span.high * scale
