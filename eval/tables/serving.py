"""How fast it is and what kills do, for the eye."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.tables.parts import end, pairs

KILL_COLUMNS = ("messages", "turns", "lost", "out_of_order", "doubled_effects", "doubled_replies")


def show_speed(report: Mapping[str, Any]) -> None:
    """Index, serving, turns by kind and step, vectors, cold starts, growth."""
    console = Console()
    serving = report["serving"]
    end(report, report["shop"], f"plain loop {report['loop_s']} s")
    alone = ("open_s", "open_mb", "after_mb", "peak_mb", "turns", "turns_per_s", "turns_per_cpu_s")
    console.print(pairs("index", report["index"]))
    console.print(pairs("serving", {name: serving[name] for name in alone}))
    turns = Table("turns", "p50 ms", "p95 ms", title="one thread, no LLM")
    parts = {"all": serving["wall_ms"], "all, CPU": serving["cpu_ms"], **serving["by_kind_ms"]}
    parts |= {f"step: {name}": spread for name, spread in serving["by_step_ms"].items()}
    for name, spread in parts.items():
        turns.add_row(name, str(spread["p50"]), str(spread["p95"]))
    console.print(turns)
    vectors = Table("filter", "recall@10", "ms", "Chroma's recall@10", "ms", title="nearest vectors")
    for row in report["vectors"]:
        vectors.add_row(
            row["filter"], *(str(row[name][what]) for name in ("ours", "chroma") for what in ("recall@10", "ms"))
        )
    console.print(vectors)
    console.print(pairs("cold", report["cold"]))
    for row in report["growth"]:
        console.print(pairs(f"{row['products']} products, {row['vectors']}", row))


def show_kills(report: Mapping[str, Any]) -> None:
    """One row a door, then the deaths and how long starts and stops took."""
    table = Table("door", *(column.replace("_", " ") for column in KILL_COLUMNS), title="kills")
    for name, row in report["doors"].items():
        table.add_row(name, *(str(row[column]) for column in KILL_COLUMNS))
    for name, row in report["weather"].items():
        table.add_row(f"weather: {name}", *(str(row[column]) for column in KILL_COLUMNS))
    for name, row in report["yardsticks"].items():
        table.add_row(f"{name}, {row['kills']} kills", *(str(row.get(column, "")) for column in KILL_COLUMNS))
    Console(width=150).print(table)
    at_points = sum(report["at_points"].values())
    print(
        f"{report['kills']} SIGKILL, {report['stops']} SIGTERM, {at_points} of them at named points; {report['sends']} sends tried, {report['looked_for']} times asked for one"
    )
    for what, told in (("first_reply_s", "from a start to the first reply"), ("stopped_s", "from SIGTERM to the end")):
        print(
            f"{told}: {report[what]['median']} s in the middle, {report[what]['max']} s at most ({report[what]['count']} times)"
        )
    print(f"{report['machine']['cpu']}, {report['machine']['cores']} cores; {report['seconds']} s")
