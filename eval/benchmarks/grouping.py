"""Whether wordings that mean the same come into one group: those of the sample shop's FAQ, of which each question has several in both languages;
and labelled pairs of questions, one's own or public ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.errors import BadLine
from bot.intent import logistic
from bot.sentiment.units import has_han
from eval.insights.grouping import Group, centred, groups, of_meaning
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
        "odds": odds(texts, languages, kinds, embedder), "apart": b_cubed(range(len(rows)), kinds)[1], "by_language": b_cubed([f"{kind}{locale}" for kind, locale in zip(kinds, languages, strict=True)], kinds)[1],
    }  # fmt: skip


def odds(texts: Sequence[str], languages: Sequence[str], kinds: Sequence[str], embedder: Embedder) -> dict[str, tuple[float, float]]:  # fmt: skip
    """Slope and start of the log odds that two texts mean the same, by their cosine, within a language and across: a logistic regression."""
    vectors, spoken = embedder.embed(texts), np.array(languages)
    middles = {locale: vectors[spoken == locale].mean(axis=0) for locale in set(languages)}
    moved, kind = centred(vectors, languages, middles), np.array(kinds)
    one, other = np.triu_indices(len(texts), 1)
    near, same = (moved[one] * moved[other]).sum(axis=1), kind[one] == kind[other]
    alike = spoken[one] == spoken[other]
    return {name: _fitted(near[at], same[at]) for name, at in (("same_language", alike), ("across", ~alike))}


def _fitted(near: Any, same: Any) -> tuple[float, float]:
    rows = np.stack([near, np.ones_like(near)], axis=1).astype(np.float32)
    weights = logistic.fit(rows, np.eye(2, dtype=np.float32)[same.astype(int)], ridge=1e-6)
    slope, start = (weights[:, 1] - weights[:, 0]).tolist()
    return round(slope, 2), round(start, 2)


def pairs(file: Path, embedder: Embedder, most: int) -> dict[str, Any]:
    """The first `most` pairs (JSONL of a, b, label 1 or 0): all their texts are grouped together; is a pair in one group? `pure` is how much of a
    text's group is of its own pair, at least: texts of different pairs may mean the same as well. Raises BadLine."""
    rows = _pairs(file, most)
    texts = list(dict.fromkeys(text for one, other, _ in rows for text in (one, other)))
    found = of_meaning(texts, ["zh" if has_han(text) else "en" for text in texts], embedder)
    label = dict(zip(texts, _labels(found, len(texts)), strict=True))
    first = {text: place for place, (one, other, _) in reversed(list(enumerate(rows))) for text in (one, other)}
    pure, _ = b_cubed([label[text] for text in texts], [first[text] for text in texts])
    together = [is_same for one, other, is_same in rows if label[one] == label[other]]
    return {
        "file": file.name, "pairs": len(rows), "texts": len(texts), "groups": len(found), "together": len(together),
        "precision": sum(together) / max(1, len(together)), "recall": sum(together) / max(1, sum(is_same for *_, is_same in rows)),
        "same": sum(is_same for *_, is_same in rows), "pure": pure,
    }  # fmt: skip


def _pairs(file: Path, most: int) -> list[tuple[str, str, bool]]:
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()[:most], 1):
        try:
            row = json.loads(line)
            found.append((str(row["a"]), str(row["b"]), {"1": True, "0": False}[str(row["label"])]))
        except (ValueError, KeyError, TypeError) as error:
            raise BadLine(str(file), number, line[:60], "a pair has a, b and label, 1 or 0") from error
    return found


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
