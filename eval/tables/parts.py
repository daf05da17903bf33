"""What reports have in common: a table of figures by name, a table of pairs, the line on the machine and the time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table


def columns_of(title: str, first: str, figures: Mapping[str, Mapping[str, Any]], columns: Sequence[str]) -> None:
    table = Table(first, *(column.replace("_", " ") for column in columns), title=title)
    for name, row in figures.items():
        cells = (row.get(column) for column in columns)
        table.add_row(
            name, *("" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in cells)
        )
    Console().print(table)


def pairs(title: str, values: Mapping[str, Any]) -> Table:
    table = Table(title=title, show_header=False)
    for name, value in values.items():
        table.add_row(name.replace("_", " "), str(value))
    return table


def end(report: Mapping[str, Any], *told: str) -> None:
    machine = report["machine"]
    print("; ".join([*told, f"{machine['cpu']}, {machine['cores']} cores", f"{report['seconds']} s"]))
