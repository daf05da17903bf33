"""Whether wordings that mean the same come into one group: those of the sample shop's FAQ, of which each question has several in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from eval.insights.grouping import Group, groups, of_meaning
from retrieval.seams import Embedder

_FAQ = Path(__file__).parents[2] / "knowledge_base" / "sample"
_EACH = 5
"""Wordings of a question in a language."""


def run(embedder: Embedder, half: str, alike: float | None = None) -> dict[str, Any]:
    """The thresholds were chosen on dev; questions go to a half by their id's digest. `alike` groups the plain vectors by another one."""
    rows = [row for row in _rows() if _half(row[0]) == half]
    kinds, languages, texts = ([row[place] for row in rows] for place in range(3))
    found = groups(embedder.embed(texts), alike) if alike else of_meaning(texts, languages, embedder)
    made = _labels(found, len(rows))
    precision, recall = b_cubed(made, kinds)
    both = sum(len({languages[place] for place in group.members}) > 1 for group in found)
    return {
        "half": half, "questions": len(rows), "kinds": len(set(kinds)), "groups": len(found), "in_both_languages": both,
        "precision": precision, "recall": recall, "f1": 2 * precision * recall / (precision + recall),
        "apart": b_cubed(range(len(rows)), kinds)[1], "by_language": b_cubed([f"{kind}{locale}" for kind, locale in zip(kinds, languages, strict=True)], kinds)[1],
    }  # fmt: skip


def _labels(found: Sequence[Group], count: int) -> list[int]:
    label = {place: number for number, group in enumerate(found) for place in group.members}
    return [label[place] for place in range(count)]


def b_cubed(made: Sequence[Any], true: Sequence[Any]) -> tuple[float, float]:
    """Precision and recall of a clustering, the mean over its items (Bagga and Baldwin 1998)."""
    both, ours, theirs = Counter(zip(made, true, strict=True)), Counter(made), Counter(true)
    n = len(true)
    precision = sum(count * count / ours[one] for (one, _), count in both.items()) / n
    recall = sum(count * count / theirs[kind] for (_, kind), count in both.items()) / n
    return precision, recall


def _rows() -> list[tuple[str, str, str]]:
    """(question, language, wording)."""
    found = []
    for locale in ("en", "zh"):
        for entry in yaml.safe_load((_FAQ / f"faq.{locale}.yaml").read_text(encoding="utf-8")):
            found += [(str(entry["id"]), locale, text) for text in [entry["question"], *entry.get("also", ())][:_EACH]]
    return found


def _half(kind: str) -> str:
    return "test" if int(sha256(kind.encode()).hexdigest(), 16) % 2 else "dev"
