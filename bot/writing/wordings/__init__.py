"""The wordings of each language, checked when they are loaded."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from bot.errors import BadWording

LANGUAGES = ("en", "zh")
_PLACEHOLDER = re.compile(r"{(\w*)}")


class Wordings:
    """What to say, by locale and key."""

    def __init__(self, by_locale: Mapping[str, Mapping[str, list[str]]]) -> None:
        self._by_locale = by_locale

    @classmethod
    def load(cls, shop_folder: Path | None = None) -> Wordings:
        """Ours, with a shop's own `wordings/<locale>.toml` over them. Raises BadWording with file and line."""
        by_locale: dict[str, dict[str, list[str]]] = {}
        for locale in LANGUAGES:
            ours = tomllib.loads(files(__name__).joinpath(f"{locale}.toml").read_text(encoding="utf-8"))
            own = shop_folder / "wordings" / f"{locale}.toml" if shop_folder else None
            if own is not None and own.is_file():
                ours |= _checked(own, ours)
            by_locale[locale] = ours
        return cls(by_locale)

    def say(self, locale: str, key: str, turn: str = "", **values: object) -> str:
        """The wording of `key`; which of several depends on `turn` alone, so that a replay says the same."""
        choices = self._by_locale[locale if locale in self._by_locale else "en"][key]
        chosen = choices[sha256(turn.encode()).digest()[0] % len(choices)]
        return chosen.format(**{name: str(value) for name, value in values.items()})

    def for_findings(self, locale: str, say: str) -> tuple[str, ...]:
        """All wordings, placeholders and all, that belong to what was found: `say` itself, and what goes with lists of products."""
        ours = self._by_locale[locale if locale in self._by_locale else "en"]
        prefixes = (
            (say, *_WITH_PRODUCTS)
            if say in ("found", "recommended", "described", "not_stated", "compared")
            else (say, "reach", "limit")
        )
        return tuple(choice for key, choices in ours.items() if key.startswith(prefixes) for choice in choices)


_WITH_PRODUCTS = ("relaxed", "found_", "own_currency", "not_stated")


def _checked(file: Path, ours: Mapping[str, list[str]]) -> dict[str, list[str]]:
    text = file.read_text(encoding="utf-8")
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = int(match[1]) if (match := re.search(r"line (\d+)", str(error))) else 1
        raise BadWording(str(file), line, str(error)) from error
    for key, choices in own.items():
        line = next((n for n, row in enumerate(text.splitlines(), 1) if row.startswith(key)), 1)
        if key not in ours:
            raise BadWording(str(file), line, f"there is no wording {key!r}; known are {', '.join(sorted(ours))}")
        if not isinstance(choices, list) or not choices or not all(isinstance(choice, str) for choice in choices):
            raise BadWording(str(file), line, f"{key} must be a list of texts")
        wanted = set(_PLACEHOLDER.findall(ours[key][0]))
        for choice in choices:
            if set(_PLACEHOLDER.findall(choice)) != wanted:
                raise BadWording(
                    str(file),
                    line,
                    f"{key} needs exactly these placeholders: {', '.join(sorted(wanted)) or 'none'}; it is {choice!r}",
                )
    return own
