"""Reads back from a text which values it states: a softmax regression over word n-grams, fitted on the shop's own pairs.

It is the slot check of the tuned writer: values that are copied are looked for as they are, the others are read by their wordings.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.describe.pairs import Slots

FEATURES = 3000
RAREST = 3
STEPS = 80
_WORD = re.compile(r"<\w+>|[a-z0-9£$€]+|[^\W\d]", re.UNICODE)
WINDOW, BEFORE = 4, 3
CLEAR, QUOTED = 2.5, 1.2
"""Margins from which a value is taken for stated: by its wording alone, and where it stands there as it is."""
MOSTLY = 0.4
"""The share of a value's texts that have it as it is, from which every text has to."""
NEARLY_ALL, MORE_OFTEN, OFTEN = 0.95, 4.0, 8
"""A word tells that a value is said of its attribute: nearly all texts that have it are of things with the attribute, and beside the
value it is so many times more frequent where the attribute has that value. Counted from so many texts on."""
MOSTLY_TOLD = 0.6
"""The share of the texts that mean a value in which such a word stands beside it, from which one has to."""
ANSWERS = frozenset(("yes", "no", "true", "false"))
_NAME = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[^\W\d_A-Za-z]+")
ABSENT = ""
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Evidence:
    """`classes`: (attribute, value), grouped by attribute, `ABSENT` among them; `weights` [features + 1, classes]."""

    features: tuple[str, ...]
    classes: tuple[tuple[str, str], ...]
    weights: Floats
    quoted: frozenset[tuple[str, str]] = frozenset()
    """The values that mostly stand in the texts as they are: these have to."""
    telling: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """Of a value whose words are said of other things, too (`high`): words that tell it is meant. One of them has to stand beside it."""

    @classmethod
    def fit(
        cls, known: Mapping[str, Iterable[str]], said: Sequence[tuple[Slots, str]], *, decay: float = 2e-4
    ) -> Evidence:
        """Full-batch gradient steps (Adam) from zero: equal texts give equal weights."""
        counts = Counter(gram for _, text in said for gram in _grams(_tokens(text)))
        features = tuple(sorted(g for g, n in counts.most_common(FEATURES) if n >= RAREST))
        classes = tuple((key, value) for key in sorted(known) for value in (ABSENT, *sorted(known[key])))
        place = {one: i for i, one in enumerate(classes)}
        wanted = np.zeros((len(said), len(classes)), np.float32)
        for row, (slots, _) in enumerate(said):
            stated = dict(slots)
            for key in known:
                wanted[row, place[key, stated.get(key, ABSENT)]] = 1
        quoted = frozenset(one for one in classes if one[1] and _is_quoted(one, said))
        made = cls(features, classes, np.zeros((len(features) + 1, len(classes)), np.float32))
        weights = _descend(made, made._rows([text for _, text in said]), wanted, decay)
        return replace(made, weights=weights, quoted=quoted, telling=_telling(classes, said))

    def save(self, folder: Path) -> None:
        from safetensors.numpy import save_file

        save_file({"weights": self.weights}, folder / "evidence.safetensors")
        words = {
            "features": self.features, "classes": self.classes, "quoted": sorted(self.quoted),
            "telling": [[*one, *sorted(words)] for one, words in sorted(self.telling.items())],
        }  # fmt: skip
        (folder / "evidence.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Evidence:
        from safetensors.numpy import load_file

        words = json.loads((folder / "evidence.json").read_text("utf-8"))
        classes, quoted = (tuple((key, value) for key, value in words[name]) for name in ("classes", "quoted"))
        weights = load_file(folder / "evidence.safetensors")["weights"]
        telling = {(key, value): frozenset(rest) for key, value, *rest in words.get("telling", ())}
        return cls(tuple(words["features"]), classes, weights, frozenset(quoted), telling)

    def states(self, texts: Sequence[str]) -> list[dict[str, tuple[str, ...]]]:
        """Of each text, attribute -> the values that it clearly states, the clearest first; more than one contradict each other."""
        return [strict for strict, _ in self.readings(texts)]

    def readings(self, texts: Sequence[str]) -> list[tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]]:
        """Of each text what it clearly states, and what a reader might take it to state: the latter is for finding what is invented."""
        place = {gram: i for i, gram in enumerate(self.features)}
        margins = (self._margins(_tokens(text), place) for text in texts)
        return [(self._stated(strict), self._stated(loose, QUOTED)) for strict, loose in margins]

    def _stated(self, margins: Mapping[tuple[str, str], float], second: float = CLEAR) -> dict[str, tuple[str, ...]]:
        """`second` is how clear a second value of an attribute has to be."""
        found: dict[str, tuple[str, ...]] = {}
        for (key, value), margin in sorted(margins.items(), key=lambda one: -one[1]):
            if margin < (QUOTED if (key, value) in self.quoted else CLEAR):
                continue
            if key not in found or (margin >= second and (key, value) in self.quoted):
                found[key] = (*found.get(key, ()), value)
        return found

    def _margins(
        self, tokens: Sequence[str], place: Mapping[str, int]
    ) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], float]]:
        """For each value, how far ahead of its attribute's other values, or of none, it comes in the few words that say it best: for
        what is clear, then for what might be meant.

        Only few words at a time: what merely tends to stand together in the pairs (a low price and a poor rating) adds up to
        nothing there. A quoted value counts only in words that have it; for a yes or no the words before are read, too. A value
        of two attributes is never taken for the one's where nothing tells it is meant.
        """
        parts = _windows(tokens)
        narrow, wide = (self._summed(some, place) for some in (parts, _windows(tokens, before=BEFORE)))
        clear, perhaps = dict[tuple[str, str], float](), dict[tuple[str, str], float]()
        values = Counter(value for _, value in self.classes)
        for group in self._groups():
            for column in range(group.start + 1, group.stop):
                one = self.classes[column]
                if one in self.quoted and not _has(tokens, one):
                    clear[one] = perhaps[one] = -np.inf
                    continue
                ahead = _ahead(narrow, group, column)
                sure = ahead
                if one[1].lower() in ANSWERS:  # what stands before may turn it round: `not family friendly`
                    ahead = _ahead(wide, group, column)
                    sure = np.minimum(sure, ahead)
                there = [one not in self.quoted or _has(words, one) for words in parts]
                told = [here and self._is_told(words, one) for here, words in zip(there, parts, strict=True)]
                clear[one] = float(sure[told].max(initial=-np.inf))
                perhaps[one] = float(ahead[told if values[one[1]] > 1 else there].max(initial=-np.inf))
        return clear, perhaps

    def _summed(self, parts: Sequence[Sequence[str]], place: Mapping[str, int]) -> Floats:
        return np.stack([self.weights[sorted(place[g] for g in _grams(p) if g in place)].sum(axis=0) for p in parts])

    def _is_told(self, words: Sequence[str], one: tuple[str, str]) -> bool:
        """Whether a value that may be said of other things has a word beside it that tells it is meant."""
        return one not in self.telling or not self.telling[one].isdisjoint(words)

    def _groups(self) -> list[slice]:
        keys = [key for key, _ in self.classes]
        starts = [i for i, key in enumerate(keys) if i == 0 or keys[i - 1] != key]
        return [slice(a, b) for a, b in zip(starts, [*starts[1:], len(keys)], strict=True)]

    def _rows(self, texts: Sequence[str]) -> Floats:
        place = {gram: i for i, gram in enumerate(self.features)}
        rows = np.zeros((len(texts), len(self.features) + 1), np.float32)
        rows[:, -1] = 1
        for row, text in zip(rows, texts, strict=True):
            row[[place[gram] for gram in _grams(_tokens(text)) if gram in place]] = 1
        return rows


def _descend(made: Evidence, rows: Floats, wanted: Floats, decay: float) -> Floats:
    weights: Floats = made.weights.copy()
    mean: Any = np.zeros_like(weights)
    square: Any = np.zeros_like(weights)
    groups = made._groups()
    for step in range(1, STEPS + 1):
        slope = rows.T @ (_softmax(rows @ weights, groups) - wanted) / len(rows) + decay * weights
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        weights -= 0.05 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-6)
    return weights.astype(np.float32)


def _softmax(logits: Floats, groups: Sequence[slice]) -> Floats:
    out = np.empty_like(logits)
    for group in groups:
        part = np.exp(logits[:, group] - logits[:, group].max(axis=1, keepdims=True))
        out[:, group] = part / part.sum(axis=1, keepdims=True)
    return out


def _is_quoted(one: tuple[str, str], said: Sequence[tuple[Slots, str]]) -> bool:
    texts = [_tokens(text) for slots, text in said if one in slots]
    if len(_WORD.findall(one[1])) > WINDOW:
        return False
    return sum(_has(tokens, one) for tokens in texts) >= MOSTLY * max(1, len(texts))


def _ahead(weights: Floats, group: slice, column: int) -> Floats:
    """How far a class is before the next of its attribute, in each of the windows."""
    rest = np.delete(weights[:, group], column - group.start, axis=1)
    found: Floats = weights[:, column] - rest.max(axis=1)
    return found


def _telling(
    classes: Sequence[tuple[str, str]], said: Sequence[tuple[Slots, str]]
) -> Mapping[tuple[str, str], frozenset[str]]:
    """For each value whose words stand in texts of things without it, too, the words that tell it is meant; yes and no are told by the
    attribute's name."""
    texts = [(dict(slots), _tokens(text)) for slots, text in said]
    there, with_it = Counter[str](), Counter[tuple[str, str]]()
    for slots, tokens in texts:
        there.update(set(tokens))
        with_it.update((word, key) for word in set(tokens) for key in slots)
    found = {}
    for key, value in classes:
        if not value or value.lower() in ANSWERS:
            continue
        own, meanings = set(_WORD.findall(value.lower())), list[set[str]]()
        meant, other, many, few = Counter[str](), Counter[str](), 0, 0
        for slots, tokens in texts:
            is_it, is_another = slots.get(key) == value, value in (v for k, v in slots.items() if k != key)
            if (is_it and is_another) or not _has(tokens, (key, value)):
                continue
            beside = {word for part in _windows(tokens) if _has(part, (key, value)) for word in part} - own
            (meant if is_it else other).update(beside)
            meanings += [beside] if is_it else []
            many, few = many + is_it, few + (not is_it)
        if few < OFTEN:
            continue
        words = frozenset(
            word
            for word, times in meant.items()
            if times >= OFTEN
            and word.isalpha()
            and times / many >= MORE_OFTEN * (other[word] + 0.5) / (few + 1)
            and with_it[word, key] >= NEARLY_ALL * there[word]
        )
        if sum(not words.isdisjoint(beside) for beside in meanings) >= MOSTLY_TOLD * len(meanings):
            found[key, value] = words
    return found


def _has(tokens: Sequence[str], one: tuple[str, str]) -> bool:
    """Whether the value stands there as it is; of a yes or no, any word of the attribute's name."""
    key, value = one
    if value.lower() in ANSWERS:
        return not {word.lower() for word in _NAME.findall(key) if len(word) > 3}.isdisjoint(tokens)
    looked_for = _WORD.findall(value.lower())
    return any(list(tokens[i : i + len(looked_for)]) == looked_for for i in range(len(tokens) - len(looked_for) + 1))


def _windows(tokens: Sequence[str], before: int = 0) -> list[list[str]]:
    return [list(tokens[max(0, i - before) : i + WINDOW]) for i in range(max(1, len(tokens) - WINDOW + 1))]


def _tokens(text: str) -> list[str]:
    return ["^", *_WORD.findall(text.lower()), "$"]


def _grams(tokens: Sequence[str]) -> set[str]:
    return {" ".join(tokens[i : i + n]) for n in (1, 2, 3, 4) for i in range(len(tokens) - n + 1)}
