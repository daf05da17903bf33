"""How a text reads: length for its style, sentences, and for English Flesch's reading ease."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.describe.lengths import LENGTHS, columns
from bot.describe.types import Draft, Style
from knowledge_base.families import is_han
from knowledge_base.passages import sentences

HARDEST = 10.0
"""Flesch's ease below which an English text is too hard; a scientific paper has about 20 to 30."""
LONGEST_WORDS, LONGEST_CHARACTERS = 40, 90
"""Of one sentence, in English words and in Chinese characters."""
LONGEST_CLAUSE = 45
"""Chinese characters between two marks."""
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*|\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """`ease` is Flesch's for English, None for Chinese; `faults` say what is wrong."""

    columns: int
    ease: float | None
    faults: tuple[str, ...]


def reading(draft: Draft, style: Style, names: Sequence[str] = ()) -> Reading:
    """`names` are names and values of the product: however long, one word each."""
    limit = LENGTHS[style]
    text = "\n".join(line for line in draft.text.split("\n") if not line.startswith("#"))
    width, faults = columns(text), []
    if width < limit.least:
        faults.append(f"too short: {width} columns, at least {limit.least}")
    if width > limit.most:
        faults.append(f"too long: {width} columns, at most {limit.most}")
    if columns(draft.title) > limit.title:
        faults.append(f"title too long: {columns(draft.title)} columns, at most {limit.title}")
    if len(draft.selling_points) > limit.bullets > 0:
        faults.append(f"too many selling points: {len(draft.selling_points)}, at most {limit.bullets}")
    bare = _bare(text, names)
    parts = sentences(bare)
    if len(parts) > limit.sentences:
        faults.append(f"too many sentences: {len(parts)}, at most {limit.sentences}")
    ease = None if is_han(bare) else flesch(bare)
    return Reading(width, ease, (*faults, *_hard(parts, ease)))


def flesch(text: str) -> float:
    """206.835 - 1.015 words a sentence - 84.6 syllables a word (Flesch 1948); syllables are runs of vowels."""
    words = _WORD.findall(text)
    if not words:
        return 100.0
    return 206.835 - 1.015 * len(words) / max(1, len(sentences(text))) - 84.6 * sum(map(_syllables, words)) / len(words)


def _syllables(word: str) -> int:
    runs = len(re.findall(r"[aeiouy]+", word.lower()))
    return max(1, runs - (word.lower().endswith("e") and not word.lower().endswith("le") and runs > 1))


def _hard(parts: Sequence[str], ease: float | None) -> list[str]:
    faults = []
    if ease is not None and ease < HARDEST and sum(len(_WORD.findall(part)) for part in parts) >= 12:
        faults.append(f"hard to read: Flesch {ease:.0f}, at least {HARDEST:.0f}")
    for part in parts:
        han = len(re.findall("[\u3400-\u9fff]", part))
        clause = max(
            (len(re.findall("[\u3400-\u9fff]", one)) for one in re.split(r"[，；：。！？,;:、]", part)), default=0
        )
        if han > LONGEST_CHARACTERS or (not han and len(_WORD.findall(part)) > LONGEST_WORDS):
            faults.append(f"a sentence is too long: {part[:40]!r} ...")
        elif clause > LONGEST_CLAUSE:
            faults.append(f"{clause} characters without a mark: {part[:20]!r} ...")
    return faults


def _bare(text: str, names: Sequence[str]) -> str:
    for name in sorted(filter(None, names), key=len, reverse=True):
        if len(name) > 3:
            text = text.replace(name, "物" if is_han(name) else "it")
    return text
