"""The report of `eval load` in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

_COLUMNS = ("a_second", "p50_ms", "p95_ms", "p99_ms", "answered", "times", "server_cpu_ms", "generator")


def show_load(report: Mapping[str, Any]) -> None:
    table = Table("trial", "", *(name.replace("_", " ") for name in _COLUMNS), "each", title="load")
    for trial in ("acknowledgements", "turns", "flood"):
        for name, row in report.get(trial, {}).items():
            if isinstance(row, dict):
                table.add_row(trial, name, *(f"{row[column]:g}" for column in _COLUMNS), _each(row))
    Console(width=170).print(table)
    for trial, line in _LINES.items():
        if trial in report:
            print(line(report[trial], report))
    versions = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    print(
        f"{report['machine']['cpu']}, {report['machine']['cores']} cores, load {report['loadavg'][0]:.1f}; {versions}; {report['seconds']} s"
    )


def _told_of_pages(told: Mapping[str, Any]) -> str:
    return (
        f"pages: {told['events']} events of {told['expected']} to {told['pages']} pages of {told['conversations']} conversations, {told['turns']} turns; "
        f"p50 {told['p50_ms']} ms, p95 {told['p95_ms']}, p99 {told['p99_ms']}, at most {told['max_ms']} behind the commit; missed {told['missed']}, "
        f"doubled {told['doubled']}, out of order {told['out_of_order']}; {told['cuts']} cuts of {told['cut_pages']} pages, {told['unasked_ends']} unasked"
    )  # fmt: skip


_LINES: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], str]] = {
    "acknowledgements": lambda told, report: f"acknowledgements: {told['ratio']:.2f} times the naive handler's, one core, {report['plan']['connections']} connections",
    "turns": lambda told, report: f"turns: {told['a_second']:.0f} a second on {report['cores']} cores, which the generator shares",
    "flood": lambda told, report: f"flood: one customer at 50 times the rate of 20 others makes their p95 {told['ratio']:.2f} times as long",
    "pages": lambda told, report: _told_of_pages(told),
}  # fmt: skip


def _each(row: Mapping[str, Any]) -> str:
    named = " (generator is the bottleneck)" if row["bottleneck"] == "generator" else ""
    return ", ".join(f"{value:g}" for value in row["each_a_second"]) + named
