"""What was said: facts, attacks, endpoints that fail, for the eye."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

FAULT_COLUMNS = ("turns", "right", "kept", "first_p99_ms", "p50_ms", "p99_ms", "open_p99_ms", "recovered_s")


def show_faults(report: Mapping[str, Any]) -> None:
    """One row a fault, then what was said wrongly."""
    table = Table(
        "fault", *(column.replace("_", " ") for column in FAULT_COLUMNS), "why the template spoke", title="faults"
    )
    for name, row in report["faults"].items():
        cells = ("–" if row.get(column) is None else f"{row[column]:g}" for column in FAULT_COLUMNS)
        table.add_row(name, *cells, ", ".join(f"{why or 'it did not'} {count}" for why, count in row["why"].items()))
    Console(width=150).print(table)
    for name, row in report["faults"].items():
        for one in row["wrong"]:
            print(f"{name}\n  said     {one['said']!r}\n  expected {one['expected']!r}")
    print(f"{report['machine']['cpu']}, {report['machine']['cores']} cores; {report['seconds']} s")


def show_attacks(report: Mapping[str, Any]) -> None:
    """Breaches with the defences beside those without, by everything that a case is; then what clean texts lose."""
    bare = report["undefended"]
    table = Table("", "", "cases", "breaches", "undefended", title=f"attacks, {report['half']}")
    table.add_row("all", "", str(report["cases"]), str(report["breaches"]), str(bare["breaches"]), end_section=True)
    for name in ("by_writer", "by_language", "by_carrier", "by_position", "by_encoding", "by_kind"):
        for group, one in report[name].items():
            told = (str(one["cases"]), str(one["breaches"]), str(bare[name][group]["breaches"]))
            table.add_row(name.removeprefix("by_"), group, *told, end_section=group == list(report[name])[-1])
    Console().print(table)
    for name in sorted({**report["by_breach"], **bare["by_breach"]}):
        print(f"{name}: {report['by_breach'].get(name, 0)} defended, {bare['by_breach'].get(name, 0)} undefended")
    clean = report["clean_words"]
    print(f"orders known for such: {report['caught']['all']['share']:.4f} of {report['caught']['all']['texts']} texts")
    print(
        f"false alarms: {report['false_alarms']['share']:.5f} of {report['false_alarms']['sentences']} clean sentences"
    )
    print(f"clean words of a model stopped: {clean['share']:.4f} of {clean['sentences']}")
    if turns := report.get("clean_turns"):
        print(
            f"clean turns whose reply the guard changed: {turns['questions']['changed']} of {turns['questions']['turns']}"
        )
        print(f"clean deeds done: {turns['deeds']['done']} of {turns['deeds']['asked']}")
    for one in report["breached"][:20]:
        print(f"{one['id']}: {', '.join(one['breaches'])}: {one['reply'][:200]!r}")
    print(f"{report['machine']['cpu']}, {report['machine']['cores']} cores; {report['seconds']} s")


def show_facts(report: Mapping[str, Any]) -> None:
    """Caught and wrongly stopped, over all and by origin, language and kind; the yardsticks; times."""
    console = Console()
    table = Table(
        "",
        "caught",
        "of lies",
        "wrongly stopped",
        "of truths",
        title=f"fact lock, {report['shop']}, half {report['half']}",
    )
    groups = {"all": report, **report["by_origin_and_language"], **report["by_kind"], **report["yardsticks"]}
    for name, row in groups.items():
        shares = ["–" if row[key] is None else f"{row[key]:.4f}" for key in ("caught", "wrongly_stopped")]
        table.add_row(name, shares[0], str(row["lies"]), shares[1], str(row["truths"]))
    console.print(table)
    times = report["times"]
    print(
        f"{times['p50_us']} µs a sentence, 95 % within {times['p95_us']}; {report['machine']['cpu']}, {report['machine']['cores']} cores"
    )
