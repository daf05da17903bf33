"""Values that are copied, not written: a placeholder stands for them while the model learns and writes."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.describe.pairs import Pair, Slots

CLOSED = 8
"""An attribute of at most so many values is written by the model: it learns how each is said."""
SAID = 0.5
"""An attribute of more values is copied where at least this share of them stands in the texts as it is, else left out."""
_MARK = re.compile(r"<(\w+)>")


@dataclass(frozen=True, slots=True)
class Placeholders:
    """`copied`: attribute -> placeholder. `known`: the values of the attributes of few values. The others aren't written of."""

    copied: Mapping[str, str]
    known: Mapping[str, frozenset[str]]
    values: Mapping[str, frozenset[str]]
    """Of the copied ones: all values that the pairs had. One in a text that isn't the thing's own is invented."""

    @classmethod
    def fit(cls, pairs: Iterable[Pair]) -> Placeholders:
        """Attributes of many values, most of which the texts quote, are copied."""
        values: dict[str, set[str]] = defaultdict(set)
        seen: Counter[str] = Counter()
        quoted: Counter[str] = Counter()
        for pair in pairs:
            for key, value in pair.slots:
                values[key].add(value)
                seen[key] += len(pair.texts)
                quoted[key] += sum(pattern(value).search(text) is not None for text in pair.texts)
        copied = [key for key in values if len(values[key]) > CLOSED and quoted[key] >= SAID * seen[key]]
        names = {key: f"<v{place}>" for place, key in enumerate(copied)}
        return cls(
            names,
            {key: frozenset(found) for key, found in values.items() if len(found) <= CLOSED},
            {key: frozenset(values[key]) for key in copied},
        )

    @property
    def marks(self) -> tuple[str, ...]:
        return tuple(self.copied.values())

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(sorted({*self.copied, *self.known}))

    def hidden(self, slots: Slots) -> Slots:
        """What is written of, a placeholder in place of each copied value, in one order whatever the file's."""
        return tuple(sorted((key, self.copied.get(key, value)) for key, value in slots if key in self.keys))

    def hide(self, text: str, slots: Slots) -> str:
        """The text with a placeholder for each copied value, the longest value first."""
        for key, value in sorted(slots, key=lambda slot: -len(slot[1])):
            if key in self.copied:
                text = pattern(value).sub(self.copied[key], text)
        return text

    def fill(self, text: str, slots: Slots) -> str | None:
        """The text with the values, as they are; None where it has a placeholder that these slots don't fill."""
        values = {self.copied[key]: value for key, value in slots if key in self.copied}
        if any(mark not in values for mark in _marks(text)):
            return None
        return _MARK.sub(lambda found: values[found.group()], text)


def has_mark(text: str) -> bool:
    return _MARK.search(text) is not None


def _marks(text: str) -> Sequence[str]:
    return [found.group() for found in _MARK.finditer(text)]


def pattern(value: str) -> re.Pattern[str]:
    """The value as a whole word; Chinese has no word ends."""
    start = r"(?<![A-Za-z0-9])" if value[:1].isascii() else ""
    end = r"(?![A-Za-z0-9])" if value[-1:].isascii() else ""
    return re.compile(start + re.escape(value) + end, re.IGNORECASE)
