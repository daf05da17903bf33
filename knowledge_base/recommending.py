"""`recommend.toml`, beside shop.toml: what a shop wants of its recommendations and of the messages that customers ask for."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from knowledge_base.errors import BadShopFile, UnreadableFile, why
from knowledge_base.types import Locale

FILE = "recommend.toml"
ANY = "*"
"""Any value of an attribute."""


@dataclass(frozen=True, slots=True)
class Which:
    """Products that a rule is about: those of all that is named. `where` is the rule's place in the file."""

    where: str
    products: tuple[str, ...] = ()
    category: str = ""
    brand: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Boost:
    """`by` 2 brings the eleventh to the first place, by 0.5 the first to the eleventh."""

    which: Which
    by: float


@dataclass(frozen=True, slots=True)
class Consumable:
    """What is used up in about so many days and may then be recommended again."""

    which: Which
    days: float


@dataclass(frozen=True, slots=True)
class Margin:
    """What is left of the price, 0 to 1."""

    which: Which
    share: float


@dataclass(frozen=True, slots=True)
class Messages:
    """When customers who asked for it may be written to: so many in seven days, and never in the quiet hours of their zone."""

    per_week: int = 2
    quiet_from: str = "21:00"
    quiet_to: str = "09:00"


@dataclass(frozen=True, slots=True)
class Rules:
    """As the file says; without one nothing is pinned, hidden or pushed."""

    pin: tuple[Which, ...] = ()
    hide: tuple[Which, ...] = ()
    boosts: tuple[Boost, ...] = ()
    consumables: tuple[Consumable, ...] = ()
    margins: tuple[Margin, ...] = ()
    margin_weight: float = 0.0
    """How much a margin counts: at 1, twice the average margin is a boost of 2."""
    variety: float = 0.5
    """How much a product that is like one already picked falls back: 0 not at all, 1 most."""
    messages: Messages = Messages()

    def all(self) -> Iterator[Which]:
        """What every rule is about."""
        yield from (*self.pin, *self.hide)
        for rules in (self.boosts, self.consumables, self.margins):
            yield from (rule.which for rule in rules)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


_Texts = Annotated[list[str], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


class _Which(_Strict):
    products: _Texts = []
    category: str = ""
    brand: str = ""
    attributes: dict[str, str] = {}

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.products or self.category or self.brand or self.attributes):
            raise ValueError("names nothing; give products, category, brand or attributes")
        return self

    def made(self, where: str) -> Which:
        return Which(where, tuple(self.products), self.category, self.brand, self.attributes)


class _Boost(_Which):
    by: float = Field(ge=0.05, le=20, allow_inf_nan=False)


class _Consumable(_Which):
    days: float = Field(ge=1, le=3650, allow_inf_nan=False)


class _Margin(_Which):
    share: float = Field(ge=-1, le=1, allow_inf_nan=False)


class _Messages(_Strict):
    per_week: int = Field(default=2, ge=0, le=50)
    quiet: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")] = (
        "21:00-09:00"
    )


class _File(_Strict):
    pin: list[_Which] = []
    hide: list[_Which] = []
    boost: list[_Boost] = []
    consumable: list[_Consumable] = []
    margin: list[_Margin] = []
    margin_weight: float = Field(default=0.0, ge=0, le=1, allow_inf_nan=False)
    variety: float = Field(default=0.5, ge=0, le=1, allow_inf_nan=False)
    messages: _Messages = _Messages()


def load_rules(folder: Path) -> Rules:
    """Read `folder/recommend.toml`; no rules where there is none.

    Raises UnreadableFile where it isn't TOML, BadShopFile for a key that is unknown or wrong, with its value and place.
    """
    file = folder / FILE
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Rules()
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableFile(str(file), why(error)) from error
    try:
        parsed = _File.model_validate(raw)
    except ValidationError as error:
        raise _bad(file, error) from error
    return _made(parsed)


def _made(file: _File) -> Rules:
    start, end = file.messages.quiet.split("-")
    return Rules(
        pin=tuple(one.made(f"pin.{n}") for n, one in enumerate(file.pin)),
        hide=tuple(one.made(f"hide.{n}") for n, one in enumerate(file.hide)),
        boosts=tuple(Boost(one.made(f"boost.{n}"), one.by) for n, one in enumerate(file.boost)),
        consumables=tuple(Consumable(one.made(f"consumable.{n}"), one.days) for n, one in enumerate(file.consumable)),
        margins=tuple(Margin(one.made(f"margin.{n}"), one.share) for n, one in enumerate(file.margin)),
        margin_weight=file.margin_weight,
        variety=file.variety,
        messages=Messages(file.messages.per_week, start, end),
    )


def check_rules(
    rules: Rules, folder: Path, products: Collection[str], categories: Collection[str],
    keys: Mapping[str, Mapping[Locale, str]],
) -> None:  # fmt: skip
    """Raises BadShopFile where a rule names a product or a category that the shop doesn't have; `keys` are those of shop.toml."""
    known = {name.casefold() for name in (*categories, *keys)}
    for which in rules.all():
        for product in which.products:
            if product not in products:
                raise _stranger(folder, f"{which.where}.products", product, "product", products)
        if which.category and which.category.casefold() not in known:
            raise _stranger(folder, f"{which.where}.category", which.category, "category", (*categories, *keys))


def _stranger(folder: Path, key: str, value: str, what: str, known: Collection[str]) -> BadShopFile:
    near = difflib.get_close_matches(value, known, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"write one as the {what} files have it."
    return BadShopFile(str(folder / FILE), key, value, f"there is no such {what}; {hint}")


def _bad(file: Path, error: ValidationError) -> BadShopFile:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    value = first["input"]
    if first["type"] == "extra_forbidden":
        return BadShopFile(str(file), key, value, f"{FILE} knows no such key. Allowed: {_allowed(first['loc'])}.")
    if first["type"] == "missing":
        return BadShopFile(str(file), key, None, "it is required.")
    return BadShopFile(str(file), key, value, first["msg"].removeprefix("Value error, ") + ".")


def _allowed(loc: tuple[int | str, ...]) -> str:
    tables: dict[int | str, type[BaseModel]] = {
        "pin": _Which, "hide": _Which, "boost": _Boost, "consumable": _Consumable, "margin": _Margin,
        "messages": _Messages,
    }  # fmt: skip
    return ", ".join((tables.get(loc[0], _File) if len(loc) > 1 else _File).model_fields)
