"""Product descriptions, for the eye."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def show_describe(report: Mapping[str, Any]) -> None:
    """Cases: found by kind. Else a row a shop and style with the shop's own descriptions below, then the planted faults."""
    console = Console()
    if "by_kind" in report:
        table = Table("fault", "expected", "found", "share")
        for kind, row in report["by_kind"].items():
            table.add_row(kind, str(row["expected"]), str(row["found"]), f"{row['share']:.3f}")
        console.print(table)
        print(f"found {report['found']}, false alarms {report['false_alarms']} of {report['clean']} clean texts")
        return
    columns = ("texts", "coverage", "unsupported", "forbidden", "too_similar", "reading", "spelling", "faulty")
    table = Table("shop", "style", *columns, title="descriptions")
    plants = Table("shop", "planted", "how many", "found", title="planted faults")
    for name, shop in report["shops"].items():
        own = {"the shop's own": shop["own_descriptions"]} if shop["own_descriptions"] else {}
        for style, figures in {**shop["styles"], **own}.items():
            table.add_row(name, style, *(str(figures[column]) for column in columns))
        for what, row in shop["planted"].items():
            plants.add_row(name, what, str(row["planted"]), f"{row['share']:.3f}")
    console.print(table)
    console.print(plants)
    top = ", ".join(
        f"{key} {report[key]}"
        for key in ("coverage", "unsupported", "forbidden", "too_similar", "found", "false_alarms")
    )
    print(f"{top}; {report['seconds']} s")


def show_e2e(report: Mapping[str, Any]) -> None:
    """One row a system; then the texts of the tuned writer that have an error."""
    table = Table(
        "system", "BLEU", "missing", "invented", "slot errors", "texts without", title=f"E2E, {report['part']}"
    )
    for name, row in report["systems"].items():
        table.add_row(
            name, f"{row['bleu']:.3f}", str(row["missing"]), str(row["invented"]), f"{row['slot_error_rate']:.4f}",
            f"{row['texts_without_error']:.3f}",
        )  # fmt: skip
    console = Console()
    console.print(table)
    for row in report["wrong"]:
        print(f"missing {row['missing']} invented {row['invented']}: {row['text']}")
    print(
        f"{report['learned']} learned, {report['measured']} measured, {report['by_template']} of them by the template; "
        f"people's own texts without error: {report['references']['without_error']:.3f}; {report['seconds']} s"
    )
