"""The report of `eval recommend` as tables in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

_COLUMNS = ("hr@10", "ndcg@10", "coverage", "novelty")


def show_recommend(report: Mapping[str, Any]) -> None:
    console = Console()
    console.print(_systems(f"{report['tested']} users, {report['protocol']}", report["systems"]))
    cold = report["cold_users"]
    console.print(_systems(f"{cold['users']} of them with {cold['events']} events", cold["systems"]))
    for name, against in (("all", report.get("against_best")), ("cold users", cold.get("against_best"))):
        if against:
            shown = ", ".join(
                f"{figure} {against[figure]['difference']:+.4f} [{against[figure]['low']:+.4f}, {against[figure]['high']:+.4f}]"
                for figure in ("hr@10", "ndcg@10")
            )
            print(f"{name}: ours against {against['yardstick']}: {shown}; {against['times']['hr@10']} times its HR@10")
    if hidden := report.get("cold_items"):
        print(
            f"{hidden['hidden']} hidden items, {hidden['users']} users: HR@10 ours {hidden['ours']['hr@10']:.3f}, texts alone "
            f"{hidden['texts alone']['hr@10']:.3f}, random {hidden['random_hr@10']:.3f}"
        )
    if speed := report.get("speed"):
        print(f"{speed['products']} products, one thread: p50 {speed['p50_ms']} ms, p99 {speed['p99_ms']} ms")
    for name, why in report["skipped"].items():
        print(f"skipped: {name}: {why}")
    machine = report["machine"]
    print(
        f"training {report['training'].get('seconds', 0)} s; {machine['cpu']}, {machine['cores']} cores; {report['seconds']} s, "
        f"at most {report['most_memory_gb']} GB"
    )


def _systems(title: str, systems: Mapping[str, Mapping[str, float]]) -> Table:
    table = Table("system", *_COLUMNS, title=title)
    for name, figures in systems.items():
        table.add_row(name, *(f"{figures[column]:.4g}" for column in _COLUMNS))
    return table
