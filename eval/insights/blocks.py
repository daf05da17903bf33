"""What a report says, before it is drawn: the same for the page and for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Cell = str | tuple[str, float]
"""A text, or a text with the share (0 to 1) that its bar has."""


@dataclass(frozen=True, slots=True)
class Whisker:
    """A figure with its interval, drawn on a common scale; `told` says it in words."""

    name: str
    value: float
    low: float
    high: float
    told: str


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a report; what is empty isn't drawn. The first cell of a row names it."""

    heading: str
    told: str = ""
    head: Sequence[str] = ()
    rows: Sequence[Sequence[Cell]] = ()
    whiskers: Sequence[Whisker] = ()
    zero: str = ""
    terms: Sequence[tuple[str, str]] = ()
    half: bool = False
    """Whether it may stand beside another."""


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    under: str
    figures: Sequence[tuple[str, str]] = ()
    """A few large numbers: (name, value)."""
    warnings: Sequence[str] = ()
    blocks: Sequence[Block] = field(default=())
    foot: str = ""


def printed(report: Report) -> None:
    """On the terminal."""
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.print(f"\n[bold]{report.title}[/bold]", markup=True)
    console.print(report.under, style="dim", markup=False)
    for name, value in report.figures:
        console.print(f"  {name}: {value}", markup=False)
    for text in report.warnings:
        console.print(f"! {text}", style="yellow", markup=False)
    for block in report.blocks:
        console.print(f"\n{block.heading}", style="bold", markup=False)
        if block.told:
            console.print(block.told, style="dim", markup=False)
        for one in block.whiskers:
            console.print(f"  {one.name}: {one.told}", markup=False)
        if block.rows:
            table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim")
            for place, name in enumerate(block.head):
                table.add_column(name, justify="right" if place else "left", min_width=0 if place else 24)
            for row in block.rows:
                table.add_row(*(cell if isinstance(cell, str) else cell[0] for cell in row))
            console.print(table, markup=False)
        for name, text in block.terms:
            console.print(f"  {name}: {text}", style="dim", markup=False)
