"""Countries that a text names, in English or Chinese; what is true of one is not an answer about another."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

NAMES = Path(__file__).parent / "places.json"
_ALIASES = {
    "US": "US", "U.S.": "US", "USA": "US", "America": "US", "UK": "GB", "U.K.": "GB", "Britain": "GB", "England": "GB", "Scotland": "GB",
    "Korea": "KR", "Holland": "NL", "Czech Republic": "CZ", "Turkey": "TR", "香港": "HK", "澳门": "MO", "台湾": "TW", "国内": "CN",
    "中国大陆": "CN", "Hong Kong": "HK", "Macau": "MO",
}  # fmt: skip
"""Names that CLDR writes in another way."""
_EU = frozenset(
    """
    AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE
    """.split()
)
_EU_NAMES = re.compile(r"\bEU\b|European Union|欧盟|欧洲|\bEurope\b")


@lru_cache(4096)
def countries_in(text: str) -> frozenset[str]:
    """ISO 3166 codes, the EU as its members. English names count with a capital, or whole in small letters where they are no English word."""
    names = _names()
    found = frozenset(names[match.group().casefold()] for match in _pattern().finditer(text) if _is_name(match.group()))
    return found | _EU if _EU_NAMES.search(text) else found


def _is_name(found: str) -> bool:
    """`us` and `turkey` in small letters are words, not countries."""
    return found.casefold() not in ("us", "turkey", "chad", "jordan", "georgia") or found[0].isupper()


def names_in_cldr() -> dict[str, str]:
    """Name in small letters -> code, as Babel has them; NAMES is made of it, because loading Babel's own takes 70 ms."""
    from babel import Locale

    names = {}
    for locale in ("en", "zh"):
        for code, name in Locale.parse(locale).territories.items():
            if re.fullmatch("[A-Z]{2}", code) and code not in ("EU", "EZ", "UN", "ZZ", "QO"):
                names[name.casefold()] = code
    return names


@cache
def _names() -> dict[str, str]:
    names: dict[str, str] = json.loads(NAMES.read_text(encoding="utf-8"))
    return names | {name.casefold(): code for name, code in _ALIASES.items()}


@cache
def _pattern() -> re.Pattern[str]:
    """Latin names as whole words."""
    latin = _any_of([name for name in _names() if name.isascii()])
    han = _any_of([name for name in _names() if not name.isascii()])
    return re.compile(rf"\b(?:{latin})(?!\w)|{han}", re.IGNORECASE)


def _any_of(names: Iterable[str]) -> str:
    """Longest names first, by their first letter: at a place of a text only those that begin as it does are tried."""
    rests: dict[str, list[str]] = {}
    for name in sorted(names, key=len, reverse=True):
        rests.setdefault(name[0], []).append(re.escape(name[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(of)})" for first, of in rests.items())
