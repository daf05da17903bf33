"""The slot check: each value once, none missing, none that isn't the thing's own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.describe.evidence import Evidence
from bot.describe.pairs import Slots
from bot.describe.placeholders import Placeholders, pattern

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MARK = re.compile(r"<\w+>")


def faults(texts: Sequence[str], slots: Slots, places: Placeholders, evidence: Evidence) -> list[tuple[str, ...]]:
    """Of each text with placeholders, what is wrong with it. `slots` are the thing's own, in full."""
    readings = evidence.readings(texts)
    return [
        tuple(_faults(text, slots, clear, perhaps, places))
        for text, (clear, perhaps) in zip(texts, readings, strict=True)
    ]


def left_out(wrong: Sequence[str], slots: Slots, places: Placeholders) -> Slots:
    """The written values that a text leaves out; nothing where anything else is wrong with it, too."""
    missing = tuple((key, value) for key, value in slots if key in places.known and _missing(key, value) in wrong)
    return missing if len(missing) == len(wrong) else ()


def _missing(key: str, value: str) -> str:
    return f"missing {key}: {value}"


def _faults(
    text: str,
    slots: Slots,
    clear: Mapping[str, Sequence[str]],
    perhaps: Mapping[str, Sequence[str]],
    places: Placeholders,
) -> Iterator[str]:
    own = dict(slots)
    for key, mark in places.copied.items():
        times = text.count(mark)
        if key not in own and times:
            yield f"invented {key}"
        elif key in own and times != 1:
            yield f"{'missing' if not times else 'repeated'} {key}"
    for key in places.known:
        if key in own and own[key] not in clear.get(key, ()):
            yield _missing(key, own[key])
        yield from (f"invented {key}: {value}" for value in perhaps.get(key, ()) if value != own.get(key))
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
