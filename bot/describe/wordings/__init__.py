"""How descriptions are worded, by language: frames of sentences, and what is said of each kind of attribute."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from bot.errors import BadWording
from knowledge_base.families import plain
from knowledge_base.types import Locale

LANGUAGES = ("en", "zh")
_ALWAYS = {"v", "n", "n:cap", "n:plural", "name", "p", "k", "category", "shop"}
_AGREEING = {"It", "it", "them", "is", "has", "s", "es"}
_PLACEHOLDER = re.compile(r"{([^{}]*)}")


@dataclass(frozen=True, slots=True)
class Kind:
    """What is said of one kind of attribute. `says` are predicates, `lines` whole sentences, `bit` is for a bullet."""

    key: str
    theme: str
    bit: str
    says: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    many: tuple[str, ...] = ()
    """Predicates where the value is a choice of several."""
    number: bool = False
    """Whether a predicate needs a value that starts with a number: `measures 20 cm`, but not `measures box 20 cm`."""
    yes: str = ""
    no: str = ""
    yes_bit: str = ""
    no_bit: str = ""
    map: Mapping[str, str] | None = None
    """Values that are codes (`F`) -> words."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """One language's wordings."""

    locale: Locale
    marks: Mapping[str, str]
    frames: Mapping[str, tuple[str, ...]]
    bullets: Mapping[str, str]
    kinds: Mapping[str, Kind]
    names: Mapping[str, str]
    """Attribute's name in plain form -> kind, a shop's own kinds included."""

    def kind(self, name: str) -> Kind:
        """What an attribute is by its name, in whichever language it is called; `other` where no kind is called so."""
        key = self.names.get(plain(name).strip()) or kind_key(name)
        return self.kinds.get(key, self.kinds["other"])


def load_phrases(locale: Locale, shop_folder: Path | None = None) -> Phrases:
    """Ours, with a shop's own `describe/wordings/<locale>.toml` over them. Raises BadWording with file and line."""
    language = locale.split("-")[0] if locale.split("-")[0] in LANGUAGES else "en"
    own = shop_folder / "describe" / "wordings" / f"{language}.toml" if shop_folder else None
    return _phrases(language, _with_own(_ours(language), own)) if own and own.is_file() else _our_phrases(language)


@cache
def _our_phrases(language: str) -> Phrases:
    return _phrases(language, _ours(language))


def _phrases(language: str, table: Mapping[str, Any]) -> Phrases:
    marks = {key: value for key, value in table.items() if isinstance(value, str)}
    frames = {key: tuple(value) for key, value in table["frames"].items()}
    kinds = {key: _kind(key, value) for key, value in table["kinds"].items()}
    names = {plain(name): key for key, value in table["kinds"].items() for name in value["names"]}
    return Phrases(language, marks, frames, table["bullets"], kinds, names)


@cache
def kind_key(name: str) -> str:
    """`material` of `Fabric` and of `面料`; empty where no language knows the name."""
    return _names().get(plain(name).strip().replace("_", " "), "")


@cache
def names_of(key: str) -> tuple[str, ...]:
    """Every name, in all languages, of a kind of attribute."""
    return tuple(name for name, kind in _names().items() if kind == key)


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for key, value in _ours(language)["kinds"].items():
            for name in value["names"]:
                found.setdefault(plain(name), key)
    return found


@cache
def _ours(language: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8"))


def _kind(key: str, table: Mapping[str, Any]) -> Kind:
    says, lines, many = (tuple(table.get(name, ())) for name in ("says", "lines", "many"))
    yes, no, yes_bit, no_bit = (table.get(name, "") for name in ("yes", "no", "yes_bit", "no_bit"))
    number, codes = table.get("number", False), table.get("map")
    return Kind(key, table["theme"], table["bit"], says, lines, many, number, yes, no, yes_bit, no_bit, codes)


def _with_own(ours: Mapping[str, Any], file: Path) -> dict[str, Any]:
    """Single entries of ours replaced; an entry that we don't know is a kind of the shop's own, or an error."""
    text = file.read_text(encoding="utf-8-sig")
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = int(match[1]) if (match := re.search(r"line (\d+)", str(error))) else 1
        raise BadWording(str(file), line, str(error)) from error
    merged: dict[str, Any] = {key: dict(value) if isinstance(value, dict) else value for key, value in ours.items()}
    for key, value in own.items():
        if key not in ours:
            raise _bad(file, text, key, f"there is no entry {key!r}; known are {', '.join(sorted(ours))}")
        if not isinstance(value, dict):
            merged[key] = value
            continue
        for name, entry in value.items():
            if key != "kinds" and name not in ours[key]:
                raise _bad(file, text, name, f"there is no {key}.{name}; known are {', '.join(sorted(ours[key]))}")
            base = ours[key].get(name, ours["kinds"]["other"]) if key == "kinds" else None
            merged[key][name] = {**base, **entry} if base is not None else entry
    _check(merged, file, text)
    return merged


def _check(table: Mapping[str, Any], file: Path, text: str) -> None:
    """Every placeholder is one that something fills, and the names in a shop's own kinds are added to the known ones."""
    for wording in _texts([table["frames"], table["kinds"]]):
        for word in _PLACEHOLDER.findall(wording):
            if word not in _ALWAYS | _AGREEING:
                known = ", ".join(f"{{{name}}}" for name in sorted(_ALWAYS | _AGREEING))
                raise _bad(file, text, "{" + word + "}", f"nothing fills {{{word}}} in {wording!r}; there are {known}")


def _texts(value: Any) -> list[str]:
    if isinstance(value, str | bool):
        return [value] if isinstance(value, str) else []
    parts = value.values() if isinstance(value, dict) else value
    return [text for part in parts for text in _texts(part)]


def _bad(file: Path, text: str, word: str, reason: str) -> BadWording:
    line = next((number for number, row in enumerate(text.splitlines(), 1) if word in row), 1)
    return BadWording(str(file), line, reason)
