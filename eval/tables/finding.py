"""What is found and how limits are read, for the eye."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.tables.parts import end

SYSTEMS = ("bm25", "vectors", "fusion", "ranked")


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


def show_selection(report: Mapping[str, Any]) -> None:
    """One row a system and way of asking; then the choice of house and snippets."""
    table = Table("system", "asked", "hit@1", "hit@5", "MRR@10", title="DSTC11, the half that nothing was learned from")
    systems = {**report["yardsticks"], "MiniLM tuned": report["tuned"], "ours": report["ours"]}
    for name, ways in systems.items():
        for way, figures in ways.items():
            if isinstance(figures, dict) and "hit@1" in figures:
                table.add_row(name, way, *(f"{figures[column]:.3f}" for column in ("hit@1", "hit@5", "MRR@10")))
    Console().print(table)
    houses = ", ".join(f"{name} {ways['house']:.3f}" for name, ways in systems.items() if "house" in ways)
    print(f"the house is right: {houses}")
    print(
        "snippets selected: " + ", ".join(f"{name} {value:.3f}" for name, value in report["ours"]["selection"].items())
    )
    split = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in report["split"].items())
    end(report, split)


def _rankings(sets: Mapping[str, Any]) -> Table:
    columns = ("hit@1", "hit@3", "hit@5", "hit@10", "MRR@10", "nDCG@10")
    table = Table("set", "questions", "passages", "system", *columns, title="retrieval")
    for name, figures in sets.items():
        there = [system for system in SYSTEMS if system in figures]
        for system in there:
            shown = [f"{figures[system][column]:.3f}" for column in columns]
            table.add_row(
                name,
                str(figures["questions"]),
                str(figures["passages"]),
                system,
                *shown,
                end_section=system == there[-1],
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


def show_constraints(report: Mapping[str, Any]) -> None:
    """Exact match beside the yardstick's, each key, and every case that was read otherwise than it says."""
    console = Console()
    ours, theirs = report["reader"], report["yardstick"]
    table = Table("", "cases", "reader", "yardstick", title=f"limits read exactly, {report['half']}")
    table.add_row("all", str(report["cases"]), _shown(ours["exact"]), _shown(theirs["exact"]))
    for code, figures in ours["by_locale"].items():
        table.add_row(code, str(figures["cases"]), _shown(figures["exact"]), _shown(theirs["by_locale"][code]["exact"]))
    table.add_row(
        "µs a message, p50 / p95", "", *(f"{part['p50_us']:.0f} / {part['p95_us']:.0f}" for part in (ours, theirs))
    )
    console.print(table)
    keys = Table("key", "stated", "precision", "recall", "yardstick's recall", title="by key")
    for key, figures in ours["by_key"].items():
        beside = theirs["by_key"].get(key, {}).get("recall")
        keys.add_row(
            key, str(figures["stated"]), _shown(figures["precision"]), _shown(figures["recall"]), _shown(beside)
        )
    console.print(keys)
    for case in report["wrong"]:
        print(f"{case['id']}: {case['text']}\n  expected {case['expected']}\n  got      {case['got']}")
    print(f"{report['shop']}; {report['machine']['cpu']}, {report['machine']['cores']} cores; {report['versions']}")


def _shown(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"
