"""The slot check: each value once, none missing, none that isn't the thing's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.describe.evidence import Evidence
from bot.describe.pairs import Slots
from bot.describe.placeholders import Placeholders, pattern

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MARK = re.compile(r"<\w+>")


def faults(texts: Sequence[str], slots: Slots, places: Placeholders, evidence: Evidence) -> list[tuple[str, ...]]:
    """Of each text with placeholders, what is wrong with it. `slots` are the thing's own, in full."""
    stated = evidence.states(texts)
    return [tuple(_faults(text, slots, read, places)) for text, read in zip(texts, stated, strict=True)]


def _faults(text: str, slots: Slots, read: dict[str, tuple[str, ...]], places: Placeholders) -> Iterator[str]:
    own = dict(slots)
    for key, mark in places.copied.items():
        times = text.count(mark)
        if key not in own and times:
            yield f"invented {key}"
        elif key in own and times != 1:
            yield f"{'missing' if not times else 'repeated'} {key}"
    for key in places.known:
        said = read.get(key, ())
        if key in own and own[key] not in said:
            yield f"missing {key}: {own[key]}"
        yield from (f"invented {key}: {value}" for value in said if value != own.get(key))
    plain = _MARK.sub(" ", text)
    given = " ".join(value for _, value in slots)
    yield from (
        f"invented number {number}" for number in _NUMBER.findall(plain) if number not in _NUMBER.findall(given)
    )
    if "<unk>" in text:
        yield "a letter that was never learned"
    for key, values in places.values.items():
        mine = own.get(key, "").casefold()
        yield from (
            f"invented {key}: {value}"
            for value in values
            if value.casefold() not in mine
            and value.casefold() not in given.casefold()
            and pattern(value).search(plain)
        )
