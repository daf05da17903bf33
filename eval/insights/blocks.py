"""What a report says, before it is drawn: the same for the page and for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True, slots=True)
class Links:
    """Conversations to look at, by their ids."""

    conversations: tuple[str, ...]


Cell = str | tuple[str, float] | Links
"""A text, a text with the share (0 to 1) that its bar has, or conversations."""


@dataclass(frozen=True, slots=True)
class Point:
    """Something to do: one sentence with its numbers, and at most five conversations that show it. `weight` is how many people it is about."""

    text: str
    conversations: tuple[str, ...] = ()
    weight: float = 0.0
    block: str = ""
    """The id of the block that has the rest."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation that is linked to: (who, what they said), nobody's name in it."""

    conversation_id: str
    heading: str
    lines: Sequence[tuple[str, str]]


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
    id: str = ""
    """What links within the page lead to."""
    part: str = ""
    """The heading of the part of the report that begins with it."""


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    under: str
    figures: Sequence[tuple[str, str]] = ()
    """A few large numbers: (name, value)."""
    warnings: Sequence[str] = ()
    blocks: Sequence[Block] = field(default=())
    foot: str = ""
    points_heading: str = ""
    points_told: str = ""
    points: Sequence[Point] = ()
    talks_heading: str = ""
    talks: Sequence[Talk] = ()
    summary_heading: str = ""
    summary: Sequence[str] = ()
    """Sentences of a language model that the figures back."""


def printed(report: Report) -> None:
    """On the terminal."""
    from rich.console import Console

    console = Console(highlight=False)
    console.print(f"\n[bold]{report.title}[/bold]", markup=True)
    console.print(report.under, style="dim", markup=False)
    for name, value in report.figures:
        console.print(f"  {name}: {value}", markup=False)
    for text in report.warnings:
        console.print(f"! {text}", style="yellow", markup=False)
    if report.summary:
        console.print(f"\n{report.summary_heading}", style="bold", markup=False)
        console.print(" ".join(report.summary), markup=False)
    if report.points_heading:
        console.print(f"\n{report.points_heading}", style="bold", markup=False)
        console.print(report.points_told, style="dim", markup=False)
    for place, point in enumerate(report.points, 1):
        console.print(f"  {place}. {point.text}", markup=False)
        if point.conversations:
            console.print(f"     {', '.join(point.conversations)}", style="dim", markup=False)
    for block in report.blocks:
        _print(console, block)


def _print(console: Console, block: Block) -> None:
    from rich.table import Table

    if block.part:
        console.rule(block.part, align="left")
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
            table.add_row(*map(_plain, row))
        console.print(table, markup=False)
    for name, text in block.terms:
        console.print(f"  {name}: {text}", style="dim", markup=False)


def _plain(cell: Cell) -> str:
    if isinstance(cell, Links):  # one to begin with: all of them are on the page and in the JSON
        return next(iter(cell.conversations), "")
    return cell if isinstance(cell, str) else cell[0]
