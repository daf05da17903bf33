"""The word tables beside this file, each read at its first use and kept."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
CHARACTERS = FOLDER.parent / "models" / "cedict-characters"
"""Made from CC-CEDICT by `shopclerk build-gloss`."""


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "tables.toml").read_text(encoding="utf-8"))


@cache
def stop_words(language: str) -> frozenset[str]:
    """Function words of `en` or `zh`."""
    return frozenset(_tables()["stop"][language].split())


@cache
def informal_words() -> frozenset[str]:
    """English that people write and dictionaries lack."""
    return frozenset(_tables()["informal"]["words"].split())


@cache
def common_words() -> dict[str, frozenset[str]]:
    """Language code -> its commonest words."""
    return {code: frozenset(text.split()) for code, text in _tables()["common"].items()}


@cache
def units() -> dict[str, tuple[float, str]]:
    """How a unit is written -> (times, canonical unit)."""
    return {written: (float(times), unit) for written, (times, unit) in _tables()["units"].items()}


@cache
def numerals() -> dict[str, float]:
    return {written: float(value) for written, value in _tables()["numerals"].items()}


@cache
def emoji() -> dict[str, tuple[str, str]]:
    """Emoji -> what it is called in English and in Chinese."""
    return {sign: tuple(names.split(" / ")) for sign, names in _tables()["emoji"].items()}


@cache
def simplifications() -> dict[int, int]:
    """Traditional character -> simplified, for `str.translate`; made from CC-CEDICT by `shopclerk build-gloss`."""
    traditional, simplified = (CHARACTERS / "traditional.txt").read_text(encoding="utf-8").split("\n")[:2]
    return str.maketrans(traditional, simplified)
