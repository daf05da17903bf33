"""Words that a market's law or good sense forbids in advertising; the lists are TOML files that a shop can add to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from bot.errors import BadWording
from knowledge_base.families import is_han, plain
from knowledge_base.types import Locale

MARKETS = {"zh": ("cn",), "en": ("us", "eu")}
"""The markets whose lists hold for a language where none are named."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Words of one kind. Within a phrase of `unless` they are harmless; `pattern` is a regular expression over plain text."""

    kind: str
    why: str
    market: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Hit:
    words: str
    kind: str
    why: str


def load_rules(markets: Sequence[str], shop_folder: Path | None = None) -> tuple[Rule, ...]:
    """The lists of these markets, then the shop's own `describe/forbidden/*.toml`. Raises BadWording for a list that can't be read."""
    rules = [rule for market in markets for rule in _shipped(market)]
    own = sorted((shop_folder / "describe" / "forbidden").glob("*.toml")) if shop_folder else []
    for file in own:
        rules += _read(file.read_text(encoding="utf-8-sig"), file.stem, str(file))
    return tuple(rules)


def markets_of(locale: Locale) -> tuple[str, ...]:
    return MARKETS.get(locale.split("-")[0], ("us", "eu"))


def known_markets() -> list[str]:
    return sorted(entry.name.removesuffix(".toml") for entry in _folder().iterdir() if entry.name.endswith(".toml"))


def forbidden_in(text: str, rules: Sequence[Rule]) -> list[Hit]:
    """Every forbidden word of a text, once each."""
    said = plain(text)
    found: dict[str, Hit] = {}
    for rule in rules:
        harmless = [match.span() for match in rule.unless.finditer(said)] if rule.unless else []
        for match in rule.pattern.finditer(said):
            if not any(start <= match.start() and match.end() <= end for start, end in harmless):
                found.setdefault(match.group(), Hit(match.group(), rule.kind, rule.why))
    return list(found.values())


@cache
def _shipped(market: str) -> tuple[Rule, ...]:
    entry = _folder().joinpath(f"{market}.toml")
    if not entry.is_file():
        raise BadWording(
            f"{market}.toml", 1, f"there is no list for the market {market!r}; there are {', '.join(known_markets())}"
        )
    return tuple(_read(entry.read_text(encoding="utf-8"), market, str(entry)))


def _folder() -> Traversable:
    return files("bot.describe").joinpath("forbidden")


def _read(text: str, market: str, file: str) -> list[Rule]:
    try:
        table = tomllib.loads(text)
        return [_rule(entry, market) for entry in table["rules"]]
    except tomllib.TOMLDecodeError as error:
        line = int(match[1]) if (match := re.search(r"line (\d+)", str(error))) else 1
        raise BadWording(file, line, str(error)) from error
    except (KeyError, TypeError, AttributeError, re.error) as error:
        raise BadWording(file, 1, f"each [[rules]] needs kind, why, and words or patterns ({error})") from error


def _rule(entry: dict[str, object], market: str) -> Rule:
    words, patterns = _texts(entry.get("words", [])), _texts(entry.get("patterns", []))
    if not words and not patterns:
        raise KeyError("words")
    unless, unless_patterns = _texts(entry.get("unless", [])), _texts(entry.get("unless_patterns", []))
    return Rule(
        str(entry["kind"]), str(entry["why"]), market, _any_of(words, patterns),
        _any_of(unless, unless_patterns) if unless or unless_patterns else None,
    )  # fmt: skip


def _any_of(words: Sequence[str], patterns: Sequence[str]) -> re.Pattern[str]:
    """Any of the words, the longest first: Chinese ones anywhere, Latin ones whole, with any space or hyphen between their parts."""
    ordered = sorted(map(plain, words), key=len, reverse=True)
    latin = "|".join(
        r"[\s-]*".join(re.escape(part) for part in re.split(r"[\s-]+", word)) for word in ordered if not is_han(word)
    )
    han = [re.escape(word) for word in ordered if is_han(word)]
    whole = [rf"(?<![a-z0-9])(?:{latin})(?![a-z0-9])"] if latin else []
    return re.compile("|".join([*whole, *han, *patterns]))


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise TypeError(f"{value!r} is no list of texts")
    return value
