"""A model of labels that was trained before: its figures on a test, and the words that its labels come from."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from bot.sentiment.listener import SHIPPED
from bot.sentiment.rows import Fields
from bot.sentiment.training import AnyLabeller, load
from eval import setting
from eval.benchmarks.label_figures import PACKAGES, Report, measured, rounded
from eval.benchmarks.label_tasks import sampled
from eval.errors import NothingToDo

EXPLAINED = 50
"""Texts on the page of which words count."""
SHOWN = 10
"""Texts in the terminal."""
TERMINAL = Path("-")


def trained(
    folder: Path | None,
    test: Path,
    fields: Fields,
    names: Mapping[str, str],
    explain: Path | None = None,
    *,
    quick: bool = False,
) -> Report:
    """The figures of a trained model, the one that ships where none is named; `names` are the test's labels as the model calls them.

    Where the test has fewer labels than the model, only those are asked for. Raises what reading and loading raise, NothingToDo.
    """
    started = time.perf_counter()
    model = load(folder or SHIPPED)
    rows = [replace(row, label=names.get(row.label, row.label)) for row in sampled(test, fields, quick)]
    if not rows:
        raise NothingToDo(f"{test} has no rows.")
    report: Report = {
        "systems": {"trained": rounded(measured(model, rows))},
        "rows": {"train": sum(model.card.rows.values()), "test": len(rows)}, "labels": dict(Counter(row.label for row in rows)),
        "model": str(folder or SHIPPED), "card": asdict(model.card), "versions": setting.versions(PACKAGES),
        "data": setting.digests([test]), "machine": setting.machine(),
    }  # fmt: skip
    if explain:
        report |= _explained(model, [row.text for row in rows[:EXPLAINED]], explain, (folder or SHIPPED).name)
    return report | {"seconds": round(time.perf_counter() - started, 1)}


def _explained(model: AnyLabeller, texts: Sequence[str], out: Path, name: str) -> Report:
    """What its words' marks come to, on a page, or beside it as rows for the terminal."""
    from bot.sentiment.explaining import explained, page, summary

    found = explained(model, texts[:SHOWN] if out == TERMINAL else texts)
    if out == TERMINAL:
        return {"explained": summary(found), "shown": [asdict(one) for one in found]}
    out.write_text(page(found, f"What {name} looks at"), encoding="utf-8")
    return {"explained": summary(found)}
