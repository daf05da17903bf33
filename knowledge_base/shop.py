"""A shop as its `shop.toml` describes it: who it is, what it speaks, where its files lie."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from knowledge_base.contacts import OwnContacts, own_contacts
from knowledge_base.errors import BadShopFile, UnreadableFile, why
from knowledge_base.headings import SYNONYMS
from knowledge_base.own_intents import IntentEntry, OwnIntent, own_intents
from knowledge_base.recommending import Rules, load_rules
from knowledge_base.rows import text_of
from knowledge_base.types import InteractionKind, Locale

Kind = Literal["products", "faq", "documents", "interactions", "reviews", "orders"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One entry under [[sources]]: which files, what they hold, and how their columns are called."""

    file: str
    kind: Kind
    locale: Locale | None = None
    format: str | None = None
    path: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Our field -> the file's column or dotted path; an empty one switches a field off."""
    defaults: Mapping[str, str] = field(default_factory=dict)
    attribute_columns: Mapping[str, str] = field(default_factory=dict)
    """Column -> the attribute's name."""
    detail_columns: Mapping[str, str] = field(default_factory=dict)
    """Column -> the heading of its long text."""
    only: Mapping[str, str] = field(default_factory=dict)
    """Column -> the value that a record must have there to be read."""
    kinds: Mapping[str, str] = field(default_factory=dict)
    """The file's word for what was done -> our kind; an empty one leaves such rows out."""


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop's own words about itself. `folder` is absolute; `key` names the shop's data and never changes while it stays there."""

    folder: Path
    key: str
    name: str
    names: Mapping[Locale, str]
    voice: str
    locales: tuple[Locale, ...]
    currency: str
    timezone: ZoneInfo
    opening_hours: Mapping[str, str]
    closed_on: frozenset[str]
    contacts: Mapping[str, str]
    sources: tuple[SourceSpec, ...]
    prices_max_age: timedelta | None
    categories: Mapping[str, Mapping[Locale, str]]
    intents: tuple[OwnIntent, ...] = ()
    """What this shop's customers want beside what every shop's do."""
    own: OwnContacts = field(default_factory=OwnContacts)
    """Links, e-mails, phones and codes that may be said: of [contacts] and [trust]."""
    rules: Rules = field(default_factory=Rules)
    """What recommend.toml says."""
    competitors: tuple[str, ...] = ()
    """Other shops whose names are looked for in what customers write."""

    @property
    def default_locale(self) -> Locale:
        return self.locales[0]

    def name_in(self, locale: Locale) -> str:
        return self.names.get(locale, self.name)

    def warning_of_prices(self, as_of: datetime | None, now: datetime) -> str | None:
        """What to tell where the price files are older than shop.toml allows; both times aware."""
        if as_of is None or self.prices_max_age is None or now - as_of <= self.prices_max_age:
            return None
        days = self.prices_max_age / timedelta(days=1)
        return f"prices are from {as_of:%Y-%m-%d}, older than the {days:g} days that shop.toml allows; bring new files and run `shopclerk index`"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


_Columns = Annotated[
    dict[str, str], BeforeValidator(lambda value: {name: name for name in value} if isinstance(value, list) else value)
]
"""`["style"]`, or `{ style = "Style" }` where the column's name isn't what a customer should read."""


class _Source(_Strict):
    file: str = Field(min_length=1)
    kind: Annotated[Kind, BeforeValidator(lambda value: "interactions" if value == "events" else value)]
    """`events` is another word for interactions."""
    locale: str | None = None
    format: (
        Literal[
            "csv", "tsv", "json", "jsonl", "xlsx", "yaml", "xml", "markdown", "html", "pdf", "docx", "text", "parquet"
        ]
        | None
    ) = None
    path: str = ""
    columns: dict[str, str] = {}
    defaults: dict[str, str] = {}
    attribute_columns: _Columns = {}
    detail_columns: _Columns = {}
    only: dict[str, Annotated[str, BeforeValidator(lambda value: text_of(value))]] = {}
    kinds: dict[str, InteractionKind | Literal[""]] = {}

    @model_validator(mode="after")
    def _kinds_are_of_events(self) -> Self:
        if self.kinds and self.kind != "interactions":
            raise ValueError(f'has `kinds`, which mean nothing for {self.kind}; they are for kind = "events"')
        return self

    @model_validator(mode="after")
    def _fields_are_known(self) -> Self:
        known = SYNONYMS.get(self.kind)
        strangers = [field for field in (*self.columns, *self.defaults) if known is not None and field not in known]
        if strangers and known is not None:
            raise ValueError(
                f"knows no field {strangers[0]!r}; columns and defaults of {self.kind} are {', '.join(known)}"
            )
        return self


_HOURS = r"^(closed|([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d)$"


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def _known_timezone(name: str) -> str:
    if name not in _timezones():
        raise ValueError("is not a time zone; write one such as Europe/London or Asia/Shanghai")
    return name


class _Trust(_Strict):
    links: list[str] = []
    emails: list[str] = []
    phones: list[str] = []
    codes: list[str] = []


class _ShopFile(_Strict):
    name: str = Field(min_length=1)
    names: dict[str, str] = {}
    voice: str = ""
    locales: list[Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Za-z]+)?$")]] = Field(
        default=["en"], min_length=1
    )
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    timezone: Annotated[str, AfterValidator(_known_timezone)] = "UTC"
    opening_hours: dict[Weekday, Annotated[str, StringConstraints(pattern=_HOURS)]] = {}
    closed_on: list[Annotated[str, StringConstraints(pattern=r"^(\d{4}-)?\d{2}-\d{2}$")]] = []
    contacts: dict[str, str] = {}
    trust: _Trust = _Trust()
    prices_max_age_days: float | None = Field(default=None, gt=0, le=36_500, allow_inf_nan=False)
    categories: dict[str, dict[str, str]] = {}
    intents: dict[Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$")], IntentEntry] = {}
    competitors: list[Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]] = []
    sources: list[_Source] = Field(min_length=1)

    @model_validator(mode="after")
    def _locales_are_spoken(self) -> Self:
        for name, intent in self.intents.items():
            if strangers := [locale for locale in intent.say if locale not in self.locales]:
                raise ValueError(f"has intents.{name}.say in {strangers[0]!r}, which `locales` doesn't name")
        for source in self.sources:
            if source.locale is not None and source.locale not in self.locales:
                raise ValueError(f"has a source in {source.locale!r}, which `locales` doesn't name")
        return self


def load_shop(folder: Path) -> Shop:
    """Read `folder/shop.toml`.

    Raises UnreadableFile where there is none or it isn't TOML, BadShopFile for a key that is unknown, missing or wrong; in
    recommend.toml beside it, too.
    """
    folder = Path(os.path.realpath(folder))
    file = folder / "shop.toml"
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UnreadableFile(str(file), "there is no such file; `shopclerk init DIR` writes one to fill in") from None
    except RecursionError as error:
        raise UnreadableFile(str(file), "it is nested too deeply") from error
    except (OSError, ValueError) as error:  # not UTF-8 and not TOML are ValueErrors
        raise UnreadableFile(str(file), why(error)) from error
    try:
        parsed = _ShopFile.model_validate(raw)
    except ValidationError as error:
        raise _bad_shop_file(file, error) from error
    return Shop(
        folder=folder,
        key=_key(folder),
        name=parsed.name,
        names=parsed.names,
        voice=parsed.voice,
        locales=tuple(parsed.locales),
        currency=parsed.currency,
        timezone=ZoneInfo(parsed.timezone),
        opening_hours={str(day): hours for day, hours in parsed.opening_hours.items()},
        closed_on=frozenset(parsed.closed_on),
        contacts=parsed.contacts,
        sources=tuple(SourceSpec(**entry.model_dump()) for entry in parsed.sources),
        prices_max_age=timedelta(days=parsed.prices_max_age_days) if parsed.prices_max_age_days else None,
        categories=parsed.categories,
        intents=own_intents(parsed.intents, folder),
        own=own_contacts(parsed.contacts, parsed.trust.model_dump()),
        rules=load_rules(folder),
        competitors=tuple(parsed.competitors),
    )


def _key(folder: Path) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-") or "shop"
    return f"{slug}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]}"


def _bad_shop_file(file: Path, error: ValidationError) -> BadShopFile:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return BadShopFile(
            str(file), key, first["input"], f"shop.toml knows no such key. Allowed: {_allowed(first['loc'])}."
        )
    if first["type"] == "missing":
        return BadShopFile(str(file), key, None, "it is required.")
    value = first["input"]
    if isinstance(value, dict):  # the keys of one table contradict each other: name the table
        key, value = (
            key or "sources",
            value.get("file", value.get("name", value if key.startswith("intents.") else None)),
        )
    return BadShopFile(str(file), key, value, first["msg"].removeprefix("Value error, ") + ".")


def _allowed(loc: tuple[int | str, ...]) -> str:
    models: dict[int | str, type[BaseModel]] = {"sources": _Source, "intents": IntentEntry, "trust": _Trust}
    return ", ".join(models.get(loc[0], _ShopFile).model_fields)
