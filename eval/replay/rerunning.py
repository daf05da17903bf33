"""One turn once more, by today's shop and code."""

from __future__ import annotations

import json
from datetime import tzinfo
from pathlib import Path
from typing import Any

from bot.settings import Settings
from eval.replay.errors import NoSuchTurn
from eval.replay.keeping import Row, rows, turn
from eval.replay.playing import Workplace
from eval.replay.readers.reading import transcripts_of
from eval.replay.transcripts import Line, Transcript


def again(
    run: Path, turn_id: str, settings: Settings, source: Path | None, customers: frozenset[str], zone: tzinfo | None
) -> tuple[Row, Row]:
    """(as it was, as it is now). Raises NotARun, NoSuchTurn, and what the readers do."""
    before = turn(run, turn_id)
    conversation = str(before["conversation"])
    found = _from_run(run, conversation) if source is None else _from_file(source, conversation, customers, zone)
    if found is None:
        raise NoSuchTurn(source or run, turn_id, "")
    place = Workplace(settings)
    try:
        played = [json.loads(row) for row in place.play(found).turns]
    finally:
        place.close()
    after: dict[str, Any] | None = next((row for row in played if row["turn"] == turn_id), None)
    if after is None:
        raise NoSuchTurn(source or run, turn_id, "")
    return before, after


def _from_file(source: Path, conversation: str, customers: frozenset[str], zone: tzinfo | None) -> Transcript | None:
    return next((one for one in transcripts_of(source, customers, zone) if one.id == conversation), None)


def _from_run(run: Path, conversation: str) -> Transcript:
    """The conversation as the run has it: placeholders stand for numbers and names, so orders can't be looked up."""
    lines: list[Line] = []
    for row in rows(run):
        if row["conversation"] == conversation:
            lines.append(Line("customer", row["asked"]))
            if row["answered"]:
                lines.append(Line("person" if row["answered_by"] == "person" else "clerk", row["answered"]))
    return Transcript(conversation, tuple(lines))
