"""What a product's name asks of the sentence around it: the name without its amounts, it or they, is or are."""

from __future__ import annotations

import re
from collections.abc import Mapping

_AMOUNT = re.compile(
    r"[\s,]+(?:\d[\d.,/×x–—\- ]*)\s?(?:ml|l|g|kg|cm|mm|m|w|v|°c|inch(?:es)?|in|oz|lb|\"|pieces?|pcs|pack|升|毫升|克|千克|厘米|毫米|米|瓦|包|只|袋|片)?$",
    re.IGNORECASE,
)
_OFF = re.compile(r"\s+(?:of|for|with|in|from|by|on|to|and pot|without)\s.*$", re.IGNORECASE)
_SINGULAR = re.compile(
    r"(?:ss|us|is|[^aeiou]os|canvas|lens|atlas|gas|christmas|chess|bass|news|series|always|pancreas)$"
)
_PLURAL_WORDS = frozenset({"people", "children", "men", "women", "feet", "mice", "teeth"})


def short_name(title: str) -> str:
    """What stands in a sentence for a title: `Paper Filters 02` of `Paper Filters 02, V-Shaped, 100 Sheets`."""
    bare = re.split(r"\s*[（(]", title, maxsplit=1)[0] or title
    first = re.split(r",\s|，|\s[–—|]\s", bare, maxsplit=1)[0].strip()
    return first if len(first) > 3 or first == bare else bare.strip()


def is_plural(title: str) -> bool:
    """Whether an English title names several: its last word before amounts and `of`, `for`, `with` ends in a plural s."""
    head = _OFF.sub("", _AMOUNT.sub("", short_name(title)))
    words = re.findall(r"[A-Za-z][A-Za-z'’]*", head)
    word = words[-1].lower() if words else ""
    if word in _PLURAL_WORDS or word.endswith("glasses"):
        return True
    return len(word) > 3 and word.endswith("s") and not word.endswith(("'s", "’s")) and not _SINGULAR.search(word)


def agreeing(title: str, locale: str) -> Mapping[str, str]:
    """{It} {it} {them} {is} {has} {s} {es} as the title asks; in Chinese nothing agrees."""
    if locale != "en":
        return {"It": "它", "it": "它", "them": "它", "is": "", "has": "", "s": "", "es": ""}
    if is_plural(title):
        return {"It": "They", "it": "they", "them": "them", "is": "are", "has": "have", "s": "", "es": ""}
    return {"It": "It", "it": "it", "them": "it", "is": "is", "has": "has", "s": "s", "es": "es"}
