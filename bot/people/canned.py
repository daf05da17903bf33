"""Ready answers that a shop writes for its colleagues: `canned.toml` beside shop.toml, a table an answer, a text a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from bot.errors import BadWording


def load_canned(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """By name, in small letters; empty where the shop has none. Raises BadWording."""
    file = folder / "canned.toml"
    if not file.is_file():
        return {}
    try:
        read = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise BadWording(str(file), 1, str(error)) from error
    for name, texts in read.items():
        if not (isinstance(texts, dict) and texts and all(isinstance(text, str) for text in texts.values())):
            raise BadWording(str(file), 1, f'{name} should be a table such as [{name}] with en = "..." and zh = "..."')
    return {name.casefold(): texts for name, texts in read.items()}
