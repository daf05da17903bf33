"""A message -> what it limits, the words left to search with, and the currency that it named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from knowledge_base.catalogue import Catalogue
from knowledge_base.families import plain
from knowledge_base.where import Choice, Measure, MeasureKind, Where
from retrieval import text as words_of
from retrieval.constraints import guards, senses
from retrieval.constraints.amounts import Amounts, Limit, currency_of
from retrieval.constraints.scopes import Meant, meanings
from retrieval.constraints.titles import Titles
from retrieval.constraints.vocabulary import Vocabulary

_KINDS: tuple[MeasureKind, ...] = get_args(MeasureKind)
_MARKS = re.compile("[\ue000-\uf8ff]")
_FIRST = ("two small red mugs under 50, not plastic, in stock, 4 stars", "有没有两三百的黑色玩具，不要塑料，打折的")
_HUNDREDTH = Decimal("0.01")
_MADE_BY = (Path(__file__).parent, Path(words_of.__file__).parent)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a message asks for: limits, what to search with (shades and categories stay in it), the currency named or empty, and the
    places in the normalised text (`plain(normalise(text))`) that became limits."""

    where: Where
    query: str
    currency: str = ""
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class _Draft:
    """A Where that is being filled."""

    values: dict[str, Any] = field(default_factory=dict)
    having: dict[str, set[str]] = field(default_factory=dict)
    without: dict[str, set[str]] = field(default_factory=dict)
    measures: dict[MeasureKind, tuple[Decimal | None, Decimal | None]] = field(default_factory=dict)
    spans: list[tuple[int, int]] = field(default_factory=list)

    def where(self) -> Where:
        return Where(
            having=_choices(self.having),
            without=_choices(self.without),
            measures=tuple(Measure(kind, *self.measures[kind]) for kind in _KINDS if kind in self.measures),
            **self.values,
        )


class Reader:
    """Reads messages in the words of one catalogue; safe for many threads."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._words = catalogue.kept(Vocabulary, "limits", lambda: Vocabulary.of(catalogue), _MADE_BY)
        self._titles = catalogue.kept(Titles, "titles", lambda: Titles.of(catalogue), _MADE_BY)
        for text in _FIRST:  # patterns are compiled now, and not while a customer waits
            self.read(text)

    def read(self, text: str) -> Wish:
        """Total: any text has a Wish. A question about one certain thing limits nothing."""
        said = prepared(text)
        currency = currency_of(said)
        if guards.is_about_one_thing(said) or (guards.asks_of_a_thing(said) and self._titles.named_in(said)):
            return Wish(Where(), said, currency)
        query, said = said, guards.without_asides(said)
        draft = _Draft()
        amounts = Amounts(said)
        limits = [
            limit
            for limit in amounts.limits()
            if limit.tag == "age" or not guards.is_about_the_shop(said, limit.start, limit.end)
        ]
        left = senses.read(amounts.text, said, draft.values, draft.spans)
        _add_amounts(draft, limits, said)
        for meant in meanings(self._words, left, said):
            _add_word(draft, meant)
        _settle(draft)
        return Wish(draft.where(), _without(query, draft.spans), currency, tuple(sorted(draft.spans)))


def prepared(text: str) -> str:
    """The text as it is read: half width, small letters, simplified characters, none of the marks that stand for numbers."""
    return plain(words_of.normalise(_MARKS.sub(" ", text)))


def _add_amounts(draft: _Draft, limits: Iterable[Limit], said: str) -> None:
    for limit in limits:
        if _ADDERS.get(limit.tag, _add_measure)(draft, limit, said):
            draft.spans.append((limit.start, limit.end))


def _add_price(draft: _Draft, limit: Limit, said: str) -> bool:
    """A later amount that is exact or about gives way to a comparison; two comparisons complete each other."""
    low, high = draft.values.get("price_from"), draft.values.get("price_to")
    if limit.low is not None and limit.high is not None and (low is not None or high is not None):
        return True
    if limit.low is not None and (low is None or guards.corrects(said, limit.start)):
        draft.values["price_from"] = _tidy(limit.low)
    if limit.high is not None and (high is None or guards.corrects(said, limit.start)):
        draft.values["price_to"] = _tidy(limit.high)
    return True


def _add_age(draft: _Draft, limit: Limit, said: str) -> bool:
    age = limit.low if limit.low is not None else limit.high
    if age is not None and "age" not in draft.values:
        draft.values["age"] = _tidy(age)
    return True


def _add_rating(draft: _Draft, limit: Limit, said: str) -> bool:
    stars = limit.low if limit.low is not None else limit.high
    draft.values["rating_from"] = _tidy(stars or Decimal(0))
    return True


def _add_discount(draft: _Draft, limit: Limit, said: str) -> bool:
    off = limit.low if limit.low is not None else limit.high
    draft.values["discount_from"] = max(_tidy(off or Decimal(1)), draft.values.get("discount_from", Decimal(0)))
    return True


def _add_quantity(draft: _Draft, limit: Limit, said: str) -> bool:
    count = int(limit.low or 0)
    if count > 1 and "quantity" not in draft.values:
        draft.values["quantity"] = count
    return True


def _add_size(draft: _Draft, limit: Limit, said: str) -> bool:
    sizes = {f"{_tidy(size):f}" for size in (limit.low, limit.high) if size is not None}
    draft.having.setdefault("size", set()).update(sizes)
    return True


def _add_measure(draft: _Draft, limit: Limit, said: str) -> bool:
    kind = next((kind for kind in _KINDS if kind == limit.tag), None)
    if kind is None:
        return False
    low, high = draft.measures.get(kind, (None, None))
    new_low = _tidy(limit.low) if limit.low is not None else None
    new_high = _tidy(limit.high) if limit.high is not None else None
    draft.measures[kind] = (new_low if new_low is not None else low, new_high if new_high is not None else high)
    return True


_ADDERS = {
    "price": _add_price, "age": _add_age, "rating": _add_rating, "off": _add_discount, "fold": _add_discount,
    "count": _add_quantity, "size": _add_size,
}  # fmt: skip


def _add_word(draft: _Draft, meant: Meant) -> None:
    term = meant.term
    if term.kind == "category":
        key = "not_categories" if meant.is_refused else "categories"
        draft.values[key] = frozenset({*draft.values.get(key, ()), term.value})
    else:
        side, other = (draft.without, draft.having) if meant.is_refused else (draft.having, draft.without)
        side.setdefault(term.name, set()).add(term.value)
        other.get(term.name, set()).discard(term.value)
    if meant.is_refused or not (meant.is_shade or term.kind == "category"):
        draft.spans.append((meant.start, meant.end))


def _settle(draft: _Draft) -> None:
    """What was taken back leaves nothing behind, and the lower price comes first."""
    draft.having = {name: values for name, values in draft.having.items() if values}
    draft.without = {name: values for name, values in draft.without.items() if values}
    low, high = draft.values.get("price_from"), draft.values.get("price_to")
    if low is not None and high is not None and low > high:
        draft.values["price_from"], draft.values["price_to"] = high, low


def _choices(chosen: dict[str, set[str]]) -> tuple[Choice, ...]:
    return tuple(Choice(name, frozenset(chosen[name])) for name in sorted(chosen))


def _tidy(value: Decimal) -> Decimal:
    """To the hundredth, without trailing zeros: 40.0 is 40."""
    rounded = value.quantize(_HUNDREDTH).normalize()
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


def _without(said: str, spans: Iterable[tuple[int, int]]) -> str:
    kept = list(said)
    for start, end in spans:
        kept[start:end] = " " * (end - start)
    return re.sub(r"\s+", " ", "".join(kept)).strip(" ,.;、，。；")
