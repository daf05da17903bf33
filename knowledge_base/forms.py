"""One product -> what each of its forms is: families of colour and material, sizes, values, amounts. No arrays, no filters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache

from knowledge_base.attributes import Attributes, alternatives, claim_of
from knowledge_base.families import attribute_name, families_in, family_words, plain, tables
from knowledge_base.measures import KINDS, Amount, amounts_in, pieces_in, years_in
from knowledge_base.types import Product, Variant

Values = frozenset[str]
_ALL = frozenset(
    ["all", "any", "all skin types", "all hair types", "所有", "全部", "通用", "所有肤质", "所有发质", "任何肤质"]
)
_NAMED_SIZES = frozenset(["queen", "king", "one size"])
"""Sizes that are told under any attribute: dimensions, fit."""
_SPAN = re.compile(r"(\d+(?:\.5)?)\s?(?:[-–—]|to|至)\s?(\d+(?:\.5)?)")
_NUMBER = re.compile(r"\d+(?:\.5)?")
_LETTERED = re.compile(r"(?<![a-z])(x{0,4}[sl]|[2-4]xl|m)(?![a-z])")
_LADDER = ("XS", "S", "M", "L", "XL", "XXL", "XXXL")


@dataclass(slots=True)
class Read:
    """Attribute -> its alternatives, each a set of plain values; amounts; ages."""

    choices: dict[str, tuple[Values, ...]] = field(default_factory=dict)
    amounts: tuple[Amount, ...] = ()
    age: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One thing that can be bought."""

    read: Read
    price: Decimal
    stock: int | None


class Reading:
    """Reads products in one shop's vocabulary; equal values are read once."""

    def __init__(self, attributes: Attributes) -> None:
        self._attributes = attributes
        self._known: dict[tuple[str, str], tuple[Values, ...]] = {}
        self._names: dict[str, str] = {}

    def product(self, forms: Sequence[Product]) -> Read:
        """What holds of a whole product; colours and materials that no attribute tells are taken from its titles."""
        first = forms[0]
        read = Read(self._choices(first.attributes))
        named = {self._name(said): value for said, value in first.attributes.items()}
        if first.brand:
            read.choices["brand"] = (frozenset([plain(first.brand)]),)
        titles = " / ".join(product.title for product in forms)
        options = {self._name(said) for variant in first.variants for said in variant.attributes}
        for kind in ("colour", "material"):
            if kind not in read.choices and kind not in options and (found := families_in(kind, titles)):
                read.choices[kind] = (found,)
        self._say_more(read, f"{titles} / {first.keywords}")
        read.amounts = _amounts(first.attributes, titles)
        read.age = next((years_in(value) for name, value in named.items() if name == "age"), None)
        return read

    def _say_more(self, read: Read, text: str) -> None:
        """What titles and keywords say of an attribute in general words: a `decaf` has no caffeine, whatever else is stated."""
        said = plain(text)
        for row in tables()["also"]:
            name = next(
                (self._attributes.names[plain(n)] for n in row["names"] if plain(n) in self._attributes.names), ""
            )
            if name and any(word in said for word in row["words"]):
                values = self._attributes.values.get(name, {})
                none = frozenset(plain(values[word]) for word in tables()["claims"]["none"] if word in values)
                read.choices[name] = (*read.choices.get(name, ()), none)

    def forms(self, product: Product, own: Read) -> Iterator[Form]:
        """The product itself, or its variants: what a variant states goes before what the product states."""
        if not product.variants:
            stock = product.stock if product.stock is not None else 0 if product.available is False else None
            yield Form(own, product.price, stock)
        for variant in product.variants:
            yield Form(self._variant(variant, own), variant.price, variant.stock)

    def _variant(self, variant: Variant, own: Read) -> Read:
        choices = {**own.choices, **self._choices(variant.attributes)}
        said = " / ".join(variant.attributes.values())
        if "colour" not in choices and (found := families_in("colour", said)):
            choices["colour"] = (found,)
        stated = _amounts(variant.attributes, "")
        kinds = {amount.kind for amount in stated}
        return Read(choices, (*stated, *(amount for amount in own.amounts if amount.kind not in kinds)))

    def _choices(self, attributes: Mapping[str, str]) -> dict[str, tuple[Values, ...]]:
        choices = {name: self._values(name, value) for said, value in attributes.items() for name in [self._name(said)]}
        if "size" not in choices:
            named = [families_in("size", one) & _NAMED_SIZES for v in attributes.values() for one in v.split(" / ")]
            if sized := tuple(found for found in named if found):
                choices["size"] = sized
        return choices

    def _name(self, said: str) -> str:
        if said not in self._names:
            self._names[said] = self._attributes.name(said)
        return self._names[said]

    def _values(self, name: str, value: str) -> tuple[Values, ...]:
        key = (name, value)
        if key not in self._known:
            self._known[key] = self._read_values(name, value)
        return self._known[key]

    def _read_values(self, name: str, value: str) -> tuple[Values, ...]:
        if name in ("colour", "material"):
            return tuple(families_in(name, " , ".join(parts)) for parts in alternatives(value)) or (frozenset(),)
        if name == "size":
            return tuple(frozenset(map(plain, sizes_in(one))) for one in re.split(r"\s/\s|[,，、;；|]", value))
        found = tuple(self._canonical(name, parts) for parts in self._attributes.parts(name, value))
        claim = claim_of(value)
        if claim is not None:
            own = frozenset([plain(self._attributes.claim(name, holds=claim))])
            return tuple(values | own for values in found) or (own,)
        return found

    def _canonical(self, name: str, parts: Sequence[str]) -> Values:
        values = {plain(part) for part in parts}
        known = self._attributes.values.get(name, {})
        values |= {word for part in values for word in part.split() if word in known}
        return frozenset(values | {"*"}) if values & _ALL else frozenset(values)


def sizes_in(value: str) -> frozenset[str]:
    """`EU 36–38` is 36, 37 and 38, `S/M` both, `XS to XXL` all from one to the other, `queen` queen."""
    said = plain(value)
    letters = [_family(letter) for letter in _LETTERED.findall(said)]
    words = {family for family in families_in("size", value) if family not in _LADDER or not letters}
    if len(letters) == 2 and re.search(r"\bto\b|[至到–—]", said):
        start, end = sorted(_LADDER.index(letter) for letter in letters)
        letters = list(_LADDER[start : end + 1])
    numbers = (
        {match.group().removesuffix(".0") for match in _NUMBER.finditer(said)}
        if not re.search(r"\d\s?(?:cm|厘米|mm|m\b|×|x)", said)
        else set()
    )
    for span in _SPAN.finditer(said) if numbers else ():
        numbers |= {str(size) for size in range(int(float(span[1])), int(float(span[2])) + 1)}
    return frozenset({*letters, *words, *numbers})


@cache
def _family(letter: str) -> str:
    return family_words("size").get(letter, letter.upper())


def _amounts(attributes: Mapping[str, str], title: str) -> tuple[Amount, ...]:
    """By kind from the attributes that tell it, else from any, else from the title."""
    stated = [one for name, value in attributes.items() for one in _stated(name, value)]
    telling = {amount.kind for amount, tells in stated if tells}
    found = [amount for amount, tells in stated if tells or amount.kind not in telling]
    kinds = {amount.kind for amount in found}
    more = (*amounts_in(title), *pieces_in(title)) if title else ()
    return (*found, *(amount for amount in more if amount.kind not in kinds))


@lru_cache(maxsize=50_000)
def _stated(name: str, value: str) -> tuple[tuple[Amount, bool], ...]:
    """The amounts of an attribute, and whether it is one that tells them; other attributes tell no hours and no pieces."""
    tells = frozenset(kind for kind in KINDS if any(part in plain(name) for part in tables()["measured_by"][kind]))
    if attribute_name(name) == "material" and not tells:
        return ()
    found = [*amounts_in(re.split("[;；]", value)[0] if "duration" in tells else value)]
    found += pieces_in(value) if "pieces" in tells else ()
    return tuple((one, one.kind in tells) for one in found if one.kind in tells or one.kind != "duration")
