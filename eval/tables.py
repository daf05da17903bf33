"""Reports as tables in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

SYSTEMS = ("bm25", "vectors", "fusion")


def show_retrieval(report: Mapping[str, Any]) -> None:
    """One row a set and system; then what was refused, what was skipped and how long it took."""
    console = Console()
    sets = {name: figures for name, figures in report.items() if isinstance(figures, dict) and SYSTEMS[0] in figures}
    console.print(_rankings(sets))
    refusals = {name: figures["refusals"] for name, figures in sets.items() if "refusals" in figures}
    if refusals:
        console.print(_refusals(refusals))
    for name, reason in report["skipped"].items():
        print(f"skipped {name}: {reason}", file=sys.stderr)
    print(
        f"{report['embedder']}; {report['machine']['cpu']}, {report['machine']['cores']} cores; {report['seconds']} s"
    )


def _rankings(sets: Mapping[str, Any]) -> Table:
    columns = ("hit@1", "hit@5", "hit@10", "MRR@10", "nDCG@10")
    table = Table("set", "questions", "passages", "system", *columns, title="retrieval")
    for name, figures in sets.items():
        for system in SYSTEMS:
            shown = [f"{figures[system][column]:.3f}" for column in columns]
            table.add_row(
                name,
                str(figures["questions"]),
                str(figures["passages"]),
                system,
                *shown,
                end_section=system == SYSTEMS[-1],
            )
    return table


def _refusals(sets: Mapping[str, Mapping[str, float]]) -> Table:
    names = list(next(iter(sets.values())))
    table = Table("set", *(name.replace("_", " ") for name in names), title="the engine's answers")
    for name, figures in sets.items():
        table.add_row(
            name,
            *(
                f"{figures[column]:.3f}" if isinstance(figures[column], float) else str(figures[column])
                for column in names
            ),
        )
    return table


def show_conversations(report: Mapping[str, Any]) -> None:
    """The figures of both systems, the expectations by key, then each wrong turn with what was expected and got."""
    console = Console()
    systems = [name for name in ("engine", "without_state") if name in report]
    summary = Table("", *(name.replace("_", " ") for name in systems), title=f"conversations, half {report['half']}")
    for row in ("turns", "right", "conversations", "wholly_right"):
        summary.add_row(row.replace("_", " "), *(str(report[name][row]) for name in systems))
    for locale in report["engine"]["by_locale"]:
        summary.add_row(f"right, {locale}", *(str(report[name]["by_locale"][locale]) for name in systems))
    for key, counted in report["engine"]["by_key"].items():
        summary.add_row(f"{key} ({counted['cases']})", *(str(report[name]["by_key"][key]["right"]) for name in systems))
    console.print(summary)
    for turn in report["wrong"]:
        console.print(f"{turn['id']}/{turn['turn']} {turn['say']}", style="bold", markup=False, highlight=False)
        for fault in turn["faults"]:
            console.print(f"    {fault}", markup=False, highlight=False)
    print(f"{report['machine']['cpu']}, {report['machine']['cores']} cores; {report['seconds']} s")
