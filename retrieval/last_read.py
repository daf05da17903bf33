"""What the last index was made of, beside it: where a shop's files haven't changed since, they needn't be read to say so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path

from knowledge_base.types import Knowledge, Refusal, Withheld
from retrieval.generations import current_number, digests_of, folder_of, is_whole
from retrieval.index import FORMAT, SyncReport

_NAME = "read.json"


def remember(root: Path, signature: str, embedder: str, knowledge: Knowledge, report: SyncReport) -> None:
    """That the files of this signature are in the index; not where prices depend on the day."""
    if knowledge.dated:
        (root / _NAME).unlink(missing_ok=True)
        return
    kept = {
        "of": [FORMAT, signature, embedder, report.generation],
        "report": asdict(report),
        "passages": len(digests_of(folder_of(root, report.generation))),
        "refusals": [asdict(refusal) for refusal in knowledge.refusals],
        "withheld": [asdict(text) for text in knowledge.withheld],
    }
    new = root / f"{_NAME}.new"
    new.write_text(json.dumps(kept), encoding="utf-8")
    new.replace(root / _NAME)


def recall(
    root: Path, signature: str, embedder: str
) -> tuple[SyncReport, Sequence[Refusal], Sequence[Withheld]] | None:
    """(what a sync would say, what was refused, what was held back) where the index in use is whole and was made of just these files; else None."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        kept = json.loads((root / _NAME).read_text(encoding="utf-8"))
        if kept["of"] == [FORMAT, signature, embedder, current_number(root)] and is_whole(root):
            report = SyncReport(**kept["report"])
            same = replace(report, embedded=0, removed=0, unchanged=kept["passages"], seconds=0.0, up_to_date=True)
            return same, [Refusal(**row) for row in kept["refusals"]], [Withheld(**row) for row in kept["withheld"]]
    return None
