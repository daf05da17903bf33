"""What messages and conversations were taken to mean, for the eye."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.tables.parts import columns_of, end

INTENT_COLUMNS = ("accuracy", "macro_f1", "ece", "oos_auroc", "kept_and_right", "oos_recall", "joint", "seconds")
CASE_COLUMNS = ("cases", "accuracy", "either", "macro_f1", "ece", "abstained", "also_served")


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
    end(report)


def show_intents(report: Mapping[str, Any]) -> None:
    """One row a system."""
    columns_of("intents", "system", report["systems"], INTENT_COLUMNS)
    end(report, str(report["rows"]))


def show_cases(report: Mapping[str, Any]) -> None:
    """One row a language and an intent."""
    columns_of("the router's intents", "cases", {"all": report["all"], **report["locales"]}, CASE_COLUMNS)
    columns_of("by intent", "intent", report["intents"], ("cases", "recall", "precision"))
    end(report)
