"""The wordings of each language, checked when they are loaded."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from string import Formatter

from bot.errors import BadWording
from bot.writing.forms import touching

LANGUAGES = ("en", "zh")


class Wordings:
    """What to say, by locale and key."""

    def __init__(
        self, by_locale: Mapping[str, Mapping[str, list[str]]], own: Mapping[str, Collection[str]] | None = None
    ) -> None:
        """`own` are the keys of each locale that a shop has put into words itself."""
        self._by_locale, self._own = by_locale, own or {}
        self._belonging: dict[tuple[str, str], tuple[str, ...]] = {}

    @classmethod
    def load(cls, shop_folder: Path | None = None) -> Wordings:
        """Ours, with a shop's own `wordings/<locale>.toml` over them. Raises BadWording with file and line."""
        for file in (
            sorted((shop_folder / "wordings").iterdir()) if shop_folder and (shop_folder / "wordings").is_dir() else ()
        ):
            if file.suffix == ".toml" and file.stem not in LANGUAGES:
                raise BadWording(
                    str(file), 1, f"wordings are read from {', '.join(f'{one}.toml' for one in LANGUAGES)} only"
                )
        by_locale: dict[str, dict[str, list[str]]] = {}
        own_keys: dict[str, Collection[str]] = {}
        for locale in LANGUAGES:
            ours = dict(_ours(locale))
            own = shop_folder / "wordings" / f"{locale}.toml" if shop_folder else None
            if own is not None and own.is_file():
                theirs = _checked(own, ours)
                own_keys[locale] = theirs.keys()
                ours |= theirs
            by_locale[locale] = ours
        return cls(by_locale, own_keys)

    def are_ours(self, locale: str, keys: Collection[str]) -> bool:
        """Whether none of these wordings is the shop's own."""
        return not any(key in self._own.get(locale if locale in self._by_locale else "en", ()) for key in keys)

    def say(self, locale: str, key: str, turn: str = "", **values: object) -> str:
        """The wording of `key`; which of several depends on `turn` alone, so that a replay says the same."""
        known = self._by_locale[locale if locale in self._by_locale else "en"]
        if str(values.get("count")) == "1" and f"{key}_one" in known:
            key = f"{key}_one"
        choices = known[key]
        chosen = choices[_turn_number(turn) % len(choices)] if len(choices) > 1 else choices[0]
        filled = ""
        for text, name in _parts(chosen):
            for part in (text, str(values[name]) if name else ""):
                filled = touching(filled, part) if locale == "zh" else filled + part
        return filled

    def for_findings(self, locale: str, say: str) -> tuple[str, ...]:
        """All wordings, placeholders and all, that belong to what was found: `say` itself, and what goes with lists of products."""
        known = self._belonging.get((locale, say))
        if known is None:
            known = self._belonging[locale, say] = self._for_findings(locale, say)
        return known

    def _for_findings(self, locale: str, say: str) -> tuple[str, ...]:
        ours = self._by_locale[locale if locale in self._by_locale else "en"]
        prefixes = (
            (say, *_WITH_PRODUCTS)
            if say in ("found", "recommended", "described", "not_stated", "compared")
            else (say, "reach", "limit")
        )
        return tuple(choice for key, choices in ours.items() if key.startswith(prefixes) for choice in choices)

    def texts(self, locale: str) -> list[str]:
        """Everything that may be said in a language, without what fills it."""
        choices = [choice for choices in self._by_locale[locale].values() for choice in choices]
        return [" ".join(text for text, _ in _parts(choice)) for choice in choices]


@cache
def _ours(locale: str) -> Mapping[str, list[str]]:
    return tomllib.loads(files(__name__).joinpath(f"{locale}.toml").read_text(encoding="utf-8"))


@cache
def _parts(wording: str) -> Sequence[tuple[str, str]]:
    """(text, placeholder behind it or empty), in order; `{{` is a brace. Raises ValueError where braces don't match."""
    parts = []
    for text, name, form, conversion in Formatter().parse(wording):
        if form or conversion or (name is not None and not re.fullmatch(r"[a-z]+", name)):
            raise ValueError(f"{{{name}}} is no placeholder; one is a name alone, such as {{title}}")
        parts.append((text, name or ""))
    return parts


@lru_cache(maxsize=256)
def _turn_number(turn: str) -> int:
    return sha256(turn.encode()).digest()[0]


_WITH_PRODUCTS = ("relaxed", "found_", "own_currency", "not_stated")


def _checked(file: Path, ours: Mapping[str, list[str]]) -> dict[str, list[str]]:
    try:
        text = file.read_text(encoding="utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise BadWording(str(file), 1, f"it isn't UTF-8: {error}") from error
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = int(match[1]) if (match := re.search(r"line (\d+)", str(error))) else 1
        raise BadWording(str(file), line, str(error)) from error
    rows = text.splitlines()
    for key, choices in own.items():
        line = next((n for n, row in enumerate(rows, 1) if re.match(rf"""["']?{re.escape(key)}["']?\s*=""", row)), 1)
        if key not in ours:
            near = difflib.get_close_matches(key, ours, 1)
            known = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(ours))}"
            raise BadWording(str(file), line, f"there is no wording {key!r}; {known}")
        if not isinstance(choices, list) or not choices or not all(isinstance(choice, str) for choice in choices):
            raise BadWording(str(file), line, f"{key} must be a list of texts")
        for choice in choices:
            start = choice.strip().split("\n")[0][:30]
            at = next((n for n, row in enumerate(rows[line - 1 :], line) if start and start in row), line)
            _check_placeholders(str(file), at, key, choice, ours[key][0])
    return own


def _check_placeholders(file: str, line: int, key: str, choice: str, ours: str) -> None:
    wanted = {name for _, name in _parts(ours) if name}
    try:
        given = {name for _, name in _parts(choice) if name}
    except ValueError as error:
        raise BadWording(file, line, f"{key} is {choice!r}: {error}") from error
    if given != wanted:
        needs = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "none"
        raise BadWording(file, line, f"{key} needs exactly these placeholders: {needs}; it is {choice!r}")
