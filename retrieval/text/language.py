"""In which language a text is written: by its script, then by its commonest words."""

from __future__ import annotations

import re

from retrieval.text import tables

_RANGES = {
    "han": ("\u3400", "\u9fff"), "kana": ("\u3041", "\u30ff"), "hangul": ("\uac00", "\ud7af"), "cyrillic": ("\u0400", "\u04ff"),
    "arabic": ("\u0600", "\u06ff"), "hebrew": ("\u0590", "\u05ff"), "thai": ("\u0e00", "\u0e7f"), "greek": ("\u0370", "\u03ff"),
    "devanagari": ("\u0900", "\u097f"),
}  # fmt: skip
_CODES = {"hangul": "ko", "cyrillic": "ru", "arabic": "ar", "hebrew": "he", "thai": "th", "greek": "el", "devanagari": "hi"}  # fmt: skip


def guess_locale(text: str, default: str) -> str:
    """`zh` or `en` by script, another language's code where that is sure, else `default` (numbers, emoji, nothing)."""
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return default
    if text.isascii():
        return _latin_language(text) if len(letters) >= 12 else "en"
    scripts = {name: sum(low <= letter <= high for letter in letters) for name, (low, high) in _RANGES.items()}
    if scripts["kana"]:
        return "ja"
    for name, code in _CODES.items():
        if scripts[name] > len(letters) / 2:
            return code
    if scripts["han"]:
        return "zh"
    return _latin_language(text) if len(letters) >= 12 else "en"


def _latin_language(text: str) -> str:
    """English unless another language's commonest words clearly outnumber the English ones."""
    tokens = re.findall(r"[^\W\d_]+", text.casefold())
    counts = {code: sum(token in common for token in tokens) for code, common in tables.common_words().items()}
    best = max(counts, key=lambda code: (counts[code], code == "en"))
    return best if counts[best] >= 2 and counts[best] > counts["en"] + 1 else "en"
