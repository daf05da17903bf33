"""One attribute in words: a predicate or a sentence for running text where its value is simple, and a piece of a bullet always."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from bot.describe.agreement import agreeing, short_name
from bot.describe.wordings import Kind, Phrases, kind_key
from knowledge_base.families import plain, tables
from knowledge_base.types import Product

_LONGEST = {"en": 64, "zh": 34}
"""Characters of a value that still reads well within a sentence."""
_INVOLVED = re.compile(r"[;；:：()（）\n。!！?？]")
_ALTERNATIVES = re.compile(
    r"\s+/\s+|\s*\|\s*|(?<=[\u3400-\u9fff])/(?=[\u3400-\u9fff])(?!平方|平米|小时|分钟|秒|次|天|米)"
)
_LINK = re.compile(r"https?:|www\.|\S@\S|\b\d{3}[-\s]\d{3,4}[-\s]\d{4}\b")
_LONGEST_STATED = 300
_SEAM = re.compile("[\u3400-\u9fff][A-Za-z0-9]|[A-Za-z0-9][\u3400-\u9fff]")
_LISTS = ("colour", "flavour", "scent", "contents")
"""Kinds whose values are lists of single things: their last comma is an `and`."""

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Statement:
    """An attribute ready to be said. `predicate` and `line` are empty where the value is too involved for a sentence."""

    name: str
    theme: str
    bit: str
    label: str
    predicate: str = ""
    line: str = ""


def chooser(seed: str) -> Callable[[str, int], int]:
    """Which of several wordings: by digest, so that a product's text varies from others' and never from itself."""

    def choose(slot: str, count: int) -> int:
        return sha256(f"{seed}\n{slot}".encode()).digest()[0] % count

    return choose


def statements(product: Product, phrases: Phrases, choose: Callable[[str, int], int]) -> list[Statement]:
    """Every attribute that can be said, in the shop's order. What isn't an attribute's value (a link, a page of text) is left out."""
    agreed = agreeing(product.title, phrases.locale)
    stated = [
        _stated(name, value.strip(), phrases, agreed, choose)
        for name, value in product.attributes.items()
        if value.strip() and len(value) <= _LONGEST_STATED and not _LINK.search(value)
    ]
    seen: set[str] = set()
    return [one for one in stated if not (one.bit in seen or seen.add(one.bit))]  # type: ignore[func-returns-value]


def filled(wording: str, values: Values) -> str:
    """A wording with its placeholders filled; the values may hold braces of their own. Between Chinese and Latin stands a space."""
    text = ""
    for place, part in enumerate(re.split(r"{([^{}]*)}", wording)):
        piece = values.get(part, "{" + part + "}") if place % 2 else part
        text += (" " if text and piece and _SEAM.match(text[-1] + piece[0]) else "") + piece
    return text


def subject(product: Product, phrases: Phrases) -> dict[str, str]:
    """What frames need to know of the product."""
    name = short_name(product.title)
    if phrases.locale == "en":
        name = re.sub(r"^the\s+", "", name, flags=re.IGNORECASE)
    return {**agreeing(product.title, phrases.locale), "name": name, "category": product.category}


def listed(value: str, phrases: Phrases) -> str:
    """`matte black / white` as one says it: matte black or white."""
    parts = [part.strip() for part in _ALTERNATIVES.split(value.rstrip(" .。")) if part.strip()]
    if len(parts) < 2 or re.search(r"\bor\b|或", value):
        return value.rstrip(" .。")
    if phrases.locale != "en":
        return phrases.marks["comma"].join(parts)
    return ", ".join(parts[:-1]) + f" {phrases.marks['or']} " + parts[-1]


def _and_last(kind: Kind, value: str, phrases: Phrases) -> str:
    """`seaweed, sweet grass` as one says it: seaweed and sweet grass."""
    parts = value.split(", ")
    plain_list = phrases.locale == "en" and kind.key in _LISTS and len(parts) > 1 and not _INVOLVED.search(value)
    if not plain_list or re.search(r"\b(?:and|or)\b", value):
        return value
    return ", ".join(parts[:-1]) + f" {phrases.marks['all']} " + parts[-1]


def _stated(name: str, raw: str, phrases: Phrases, agreed: Values, choose: Callable[[str, int], int]) -> Statement:
    kind = phrases.kind(name)
    code = (kind.map or {}).get(plain(raw))
    value = code or _and_last(kind, listed(raw, phrases), phrases)
    called = name.replace("_", " ")
    filling = {**agreed, "v": value, "n": called, "n:cap": called[:1].upper() + called[1:]}
    filling["n:plural"] = _plural(called) if value != raw else called
    label = filled("{n:cap}", filling) + phrases.marks["colon"] + value
    answer = _answer(raw)
    if answer is not None and (said := kind.yes if answer else kind.no):
        bit = (kind.yes_bit if answer else kind.no_bit) or said
        if kind.key == "other":
            return Statement(name, kind.theme, filled(bit, filling), filled(bit, filling))
        return Statement(name, kind.theme, filled(bit, filling), _capital(filled(bit, filling)), filled(said, filling))
    bit = filled(kind.bit, filling)
    if not _simple(value, kind, phrases):
        return Statement(name, kind.theme, bit, label)
    says = kind.many if kind.many and value != raw.rstrip(" .。") and not code else kind.says
    if phrases.locale != "en" and "，" in value:  # predicates are set side by side with commas
        return Statement(name, kind.theme, bit, label, "", label + phrases.marks["stop"])
    if kind.number and not value[:1].isdigit():
        return Statement(name, kind.theme, bit, label, "", label + phrases.marks["stop"])
    predicate = filled(says[choose(kind.key + name, len(says))], filling) if says else ""
    line = filled(kind.lines[choose(kind.key + name, len(kind.lines))], filling) if kind.lines else ""
    return Statement(name, kind.theme, bit, label, predicate, "" if predicate else line)


def _simple(value: str, kind: Kind, phrases: Phrases) -> bool:
    if len(value) > _LONGEST[phrases.locale] or _INVOLVED.search(value):
        return False
    most = 0 if kind.key == "material" and phrases.locale == "en" else 4
    return len(re.findall(r"[,，]", value)) <= most


def _answer(value: str) -> bool | None:
    """True or False for a bare yes or no; None for whatever says more (`lid yes, flask no`)."""
    said, claims = plain(value).strip(), tables()["claims"]
    return True if said in claims["yes"] else False if said in claims["no"] else None


def _plural(name: str) -> str:
    return name if not name.isascii() or name.endswith("s") else name + "s"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def same_attributes(one: Product, other: Product) -> bool:
    """Whether two products state the same, so that texts of them may be alike."""
    return _facts(one) == _facts(other)


def _facts(product: Product) -> tuple[object, ...]:
    facts = sorted((kind_key(name) or plain(name), plain(value)) for name, value in product.attributes.items())
    return (plain(product.category), *facts)
