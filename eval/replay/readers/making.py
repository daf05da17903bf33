"""Raw lines to a Transcript: who speaks, when, in what order. Shared by all readers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from pathlib import Path

from eval.errors import BadRow
from eval.replay.errors import MixedClocks, TooLong, TwiceTheSame, UnknownSpeaker
from eval.replay.identifiers.anonymise import found
from eval.replay.transcripts import MOST_LETTERS, MOST_LINES, SPEAKERS, Line, Transcript, Who

_LONE = re.compile("[\ud800-\udfff]")
"""Half a character, which no file can hold."""

Raw = tuple[int, str, object, object]
"""(line of the file, who, text, when): as the file has them."""


@dataclass(slots=True)
class Maker:
    """What is known of one file while it is read. `customers` are names of customers: any other unknown name is a person's then.
    `zone` is where clocks without a zone stand; without it they are taken for UTC, and may not be mixed with others."""

    file: Path
    customers: frozenset[str] = frozenset()
    zone: tzinfo | None = None
    _ids: set[str] = field(default_factory=set)
    _naive_at: int = 0
    _aware_at: int = 0

    def transcript(self, place: int, id_: str, raw: Iterable[Raw]) -> Transcript:
        """Raises BadRow and its kin, each with the line."""
        if id_ in self._ids:
            raise TwiceTheSame(
                self.file,
                place,
                f"conversation {id_!r} was there before: its lines have to follow each other, and ids are single",
            )
        self._ids.add(id_)
        lines = tuple(self._lines(id_, raw))
        if not any(line.who == "customer" for line in lines):
            raise BadRow(self.file, place, f"no customer speaks in conversation {id_!r}")
        return Transcript(_nobody(id_), lines, place)

    def _lines(self, id_: str, raw: Iterable[Raw]) -> Iterator[Line]:
        before: datetime | None = None
        for count, (place, who, text, when) in enumerate(raw, 1):
            if count > MOST_LINES:
                raise TooLong(self.file, place, f"conversation {id_!r} has more than {MOST_LINES} lines: cut it by day")
            if not isinstance(text, str):
                raise BadRow(self.file, place, f"text can't be {text!r}")
            if len(text) > MOST_LETTERS:
                raise TooLong(
                    self.file,
                    place,
                    f"a message has {len(text)} letters, more than the {MOST_LETTERS} that customers can send: cut it",
                )
            at = self._time(place, when)
            if at and before and at < before:
                raise MixedClocks(
                    self.file, place,
                    f"{when} is earlier than the line before it ({before.isoformat()}): are the lines out of order, or is one clock "
                    "in another zone?",
                )  # fmt: skip
            before = at or before
            if text.strip():
                yield Line(self._who(place, who), _LONE.sub("\ufffd", text.strip()), at)

    def _who(self, place: int, who: str) -> Who:
        if who in self.customers:
            return "customer"
        known = SPEAKERS.get(who.strip().casefold())
        if known is None and self.customers and who.strip():
            return "person"
        if known is None:
            raise UnknownSpeaker(self.file, place, who)
        return known

    def _time(self, place: int, when: object) -> datetime | None:
        if when is None or when == "":
            return None
        try:
            at = (
                datetime.fromtimestamp(float(when), UTC)  # type: ignore[arg-type]
                if isinstance(when, (int, float)) or str(when).replace(".", "", 1).isdigit()
                else datetime.fromisoformat(str(when).strip())
            )
            aware = (at if at.tzinfo else at.replace(tzinfo=self.zone or UTC)).astimezone(UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise BadRow(
                self.file, place, f"{when!r} is no time; write 2026-11-24T20:00:00+01:00 or seconds since 1970"
            ) from error
        if at.tzinfo is not None:
            self._aware_at = self._aware_at or place
        else:
            self._naive_at = self._naive_at or place
        if self._naive_at and self._aware_at and self.zone is None:
            raise MixedClocks(
                self.file, place,
                f"line {self._naive_at} has a time without a zone, line {self._aware_at} one with: say with --zone where the first is",
            )  # fmt: skip
        return aware


def _nobody(id_: str) -> str:
    """A conversation that is called after its customer's e-mail or phone is called by a digest instead."""
    tells = any(span.kind in ("email", "phone", "card", "identity") for span in found(id_))
    return f"c-{sha256(id_.encode()).hexdigest()[:16]}" if tells else id_
