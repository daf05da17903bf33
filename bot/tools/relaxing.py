"""Where nothing meets all limits: exactly one is given up, the nearest, and what is said of it; or which can't be met together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from decimal import Decimal

from bot.tools.shelf import Shelf
from bot.writing.forms import money
from knowledge_base.families import is_han, tables
from knowledge_base.where import Choice, MeasureKind, Where
from retrieval.constraints.relaxing import Given, cheapest, given, loosenings
from retrieval.types import Hit

Search = Callable[[Where], Awaitable[tuple[list[str], list[Hit]]]]
"""Limits -> product ids, best first, and the passages they were found by."""

_UNITS: dict[MeasureKind, tuple[tuple[str, str], tuple[str, str] | None, int]] = {
    "volume": (("ml", "毫升"), ("L", "升"), 1000), "weight": (("g", "克"), ("kg", "千克"), 1000),
    "length": (("cm", "厘米"), ("m", "米"), 100), "power": (("W", "瓦"), None, 1), "duration": (("h", "小时"), None, 1),
    "pieces": (("pieces", "件"), None, 1),
}  # fmt: skip
"""How a kind's amount is told in English and Chinese: its unit, the greater unit, and from how many that is used."""


async def nearest(
    wanted: Where, search: Search, shelf: Shelf, keeps: Collection[str] = ()
) -> tuple[Given, list[Hit]] | None:
    """The one limit that costs least to give up, with the products that are left then; None where none alone is enough.

    Those of `keeps` are given up only where nothing else helps: who asks for something cheaper wants no dearer one.
    """
    found: list[Given] = []
    hits_of: dict[int, list[Hit]] = {}
    for loosened in sorted(loosenings(wanted), key=lambda one: one.limit in keeps):
        if found and loosened.limit in keeps:
            break
        ids, hits = await search(loosened.where)
        if ids:
            one = given(loosened, wanted, ids, shelf.catalogue)
            hits_of[id(one)] = hits
            found.append(one)
    best = cheapest(found)
    return None if best is None else (best, hits_of[id(best)])


def told(best: Given, wanted: Where, shelf: Shelf) -> dict[str, str]:
    """What the wording of a relaxed limit is filled with; `way` is `over` or `under` where the nearest lies outside an amount."""
    loosened = best.loosened
    values: dict[str, str] = {}
    if best.nearest is not None and best.apart is not None:
        over = best.apart > 0
        limit = _bound(best, wanted, over=over)
        values = {
            name: _amount(best, value, shelf) for name, value in (("nearest", best.nearest), ("apart", abs(best.apart)))
        }
        values |= {"limit": _amount(best, limit, shelf), "way": "over" if over else "under"}
    if loosened.choice is not None:
        values["what"] = said(loosened.choice, shelf)
    plain = {
        "rating": wanted.rating_from,
        "discount": wanted.discount_from,
        "age": wanted.age,
        "quantity": wanted.quantity,
    }
    if (stated := plain.get(loosened.limit)) is not None:
        values["limit"] = f"{stated:f}" if isinstance(stated, Decimal) else str(stated)
    return values


def said(choice: Choice, shelf: Shelf) -> str:
    """The values of a choice in the customer's language, as far as the shop or the word tables have them."""
    joint = "、" if shelf.locale == "zh" else ", "
    return joint.join(_word(choice.name, value, shelf) for value in sorted(choice.values))


def limit_names(wanted: Where) -> Sequence[str]:
    """The limits of a wish, each once, as wordings call them."""
    return list(dict.fromkeys(one.limit for one in loosenings(wanted)))


def _bound(best: Given, wanted: Where, *, over: bool) -> Decimal:
    """The end of the range that the nearest lies outside."""
    measure = best.loosened.measure
    if best.loosened.limit == "rating":
        return wanted.rating_from or Decimal(0)
    low, high = (measure.low, measure.high) if measure else (wanted.price_from, wanted.price_to)
    return (high if over else low) or Decimal(0)


def _amount(best: Given, value: Decimal, shelf: Shelf) -> str:
    measure = best.loosened.measure
    if measure is not None:
        return _measured(measure.kind, value, shelf.locale)
    if best.loosened.limit == "rating":
        return f"{value.normalize():f}"
    product = shelf.product(best.ids[0])
    return money(value, product.currency if product else "", shelf.locale)


def _measured(kind: MeasureKind, value: Decimal, locale: str) -> str:
    unit, greater, size = _UNITS[kind]
    if greater is not None and value >= size:
        value, unit = value / size, greater
    return f"{value.normalize():f} {unit[1 if locale == 'zh' else 0]}"


def _word(name: str, value: str, shelf: Shelf) -> str:
    """`green` is 绿色 to who writes Chinese; a value `yes` is told by its attribute's name."""
    wants_han = shelf.locale == "zh"
    attributes = shelf.catalogue.attributes
    claims = tables()["claims"]
    if value in claims["yes"]:
        known = [one for one, canonical in attributes.names.items() if canonical == name]
        return next((one for one in known if is_han(one) == wants_han), name)
    words = [value, *tables().get(name, {}).get(value, ())]
    words += [one for one, canonical in attributes.values.get(name, {}).items() if canonical == value]
    fitting = [one for one in words if is_han(one) == wants_han]
    return next((one for one in fitting if one.endswith("色")), next(iter(fitting), value))
