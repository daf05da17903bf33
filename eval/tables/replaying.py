"""Reports of replays for the eye."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from eval.replay.figures import MEASURES

_WORST = 10
"""Changed turns that are printed; all of them are in the page and the JSON."""


def show_run(report: Mapping[str, Any]) -> None:
    """Each measure over all, then the coverage by intent and language, and times."""
    console = Console()
    _show_agreement(report.get("agreement"))
    table = Table(
        "", "share", "of", title=f"{report['run']['turns']} turns of {report['run']['conversations']} conversations"
    )
    for name, told in MEASURES.items():
        if name in report["all"]:
            table.add_row(told, f"{report['all'][name]['share']:.1%}", str(report["all"][name]["of"]))
    console.print(table)
    for title in ("by_intent", "by_language"):
        groups = Table(title.replace("by_", ""), "turns", "covered", "of", "solution found", "of")
        for name, one in report[title].items():
            groups.add_row(name, str(one["turns"]), *_share(one.get("coverage")), *_share(one.get("found_solution")))
        console.print(groups)
    whole = report["took_ms"].get("whole", {"p50": 0, "p95": 0})
    print(
        f"a turn: p50 {whole['p50']} ms, p95 {whole['p95']} ms; tokens {report['tokens_in']} in, {report['tokens_out']} out; cost {report['cost']}"
    )
    print(f"kept in {report['folder']}")


def _show_agreement(one: Mapping[str, Any] | None) -> None:
    """First of all, where a language model judged: how far it can be believed."""
    if one is None:
        return
    if one["share"] is None:
        print(
            "the judge: nothing is known by other means of the turns that it judged, so nothing tells how far to believe it"
        )
    else:
        told = "–" if one["kappa"] is None else f"{one['kappa']:.2f}"
        print(f"the judge agrees with the hard outcomes in {one['agree']} of {one['of']} turns ({one['share']:.1%}, {one['low']:.1%} to {one['high']:.1%}); Cohen's kappa {told}")  # fmt: skip
        print(f"  good by hard outcomes {one['known_good']}, by the judge {one['judged_good']} of {one['of']}")
    verdicts = ", ".join(f"{name} {count}" for name, count in one["verdicts"].items())
    about = "about " if one["estimated"] else ""
    print(
        f"  {verdicts}; asked {one['tries']} times, tokens {one['tokens_in']} in, {one['tokens_out']} out, cost {about}{one['cost']}"
    )


def _share(one: Mapping[str, Any] | None) -> tuple[str, str]:
    return (f"{one['share']:.1%}", str(one["of"])) if one else ("–", "0")


def show_comparison(report: Mapping[str, Any]) -> None:
    """The measures side by side, the gate's rules, and the worst turns."""
    console = Console()
    _show_agreement(report.get("agreement"))
    if one := report.get("judge"):
        print(f"the judge calls good: {one['before']:.1%} before, {one['after']:.1%} after, of {one['of']}; the gate doesn't go by it unless it is named there")  # fmt: skip
    table = Table(
        "",
        "before",
        "after",
        "points",
        "95 %",
        "of",
        title=f"{report['turns']} turns, {report['changed']} answered otherwise",
    )
    for name, one in report["all"].items():
        table.add_row(
            MEASURES[name], f"{one['before']:.1%}", f"{one['after']:.1%}", f"{100 * one['difference']:+.1f}",
            f"{100 * one['low']:+.1f} to {100 * one['high']:+.1f}", str(one["of"]),
        )  # fmt: skip
    console.print(table)
    for rule in report["gate"]:
        print(f"{'holds ' if rule['holds'] else 'BROKEN'} {rule['rule']}: {rule['told']}")
    for one in report["worst"][:_WORST]:
        console.print(f"\n[bold]{escape(one['turn'])}[/bold] {one['worth']:+g} {escape(', '.join(one['why']))}")
        for what, text in (("asked", one["asked"]), ("before", one["before"]["reply"]), ("after", one["after"]["reply"]), (one["answered_by"] or "then", one["answered"])):  # fmt: skip
            if text:
                console.print(f"  [dim]{what}[/dim] {escape(text)}")
        for error in (*one["fact_errors"], *one["changed_facts"]):
            console.print(f"  [red]{escape(error)}[/red]")


def show_turn(row: Mapping[str, Any]) -> None:
    """Everything that is known of a turn, a line a field."""
    from rich.pretty import Pretty

    table = Table(show_header=False, box=None, padding=(0, 1))
    for name, value in row.items():
        table.add_row(f"[bold]{name}[/bold]", Pretty(value))
    Console().print(table)


def show_rerun(report: Mapping[str, Any]) -> None:
    table = Table("", "before", "after", title=str(report["turn"]))
    for name in ("asked", "reply", "intent", "confidence", "said", "retrieved", "cites", "cards", "coverage", "contradicts", "facts_stopped", "handed_over", "answered"):  # fmt: skip
        table.add_row(name, escape(str(report["before"][name])), escape(str(report["after"][name])))
    Console().print(table)


def show_identifiers(report: Mapping[str, Any]) -> None:
    kinds = sorted({kind for one in report["identifiers"].values() for kind in one["by_kind"]})
    table = Table("", "recall without names", "95 %", *kinds, "look-alikes taken")
    for part, one in report["identifiers"].items():
        recall = one["recall"]
        cells = [
            f"{one['by_kind'][kind]['found']}/{one['by_kind'][kind]['of']}" if kind in one["by_kind"] else "–"
            for kind in kinds
        ]
        table.add_row(
            part, f"{recall['found']}/{recall['of']} {recall['share']}", f"{recall['low']} to {recall['high']}", *cells,
            f"{one['lookalikes_taken']}/{one['lookalikes']}",
        )  # fmt: skip
    Console().print(table)


def show_detection(report: Mapping[str, Any]) -> None:
    table = Table(
        "version",
        "turns answered otherwise",
        "gate shut",
        "by rule",
        title=f"{report['conversations']} conversations, {report['turns']} turns",
    )
    for one in report["versions"]:
        table.add_row(
            one["version"],
            f"{one['turns_changed']:.1%}",
            f"{one['shut']} of {one['of']}",
            ", ".join(f"{rule} {count}" for rule, count in one["broken"].items()),
        )
    Console().print(table)
    for size, one in report["by_size"].items():
        print(
            f"{size}: shut {one['shut']} of {one['of']} ({one['share']:.0%}, {one['low']:.2f} to {one['high']:.2f}), {one['versions']} versions"
        )
    print(f"unchanged: shut {report['unchanged_shut']} of {report['samples']}")


def show_outcomes(report: Mapping[str, Any]) -> None:
    known = report["end_states"]
    print(
        f"by expected end states and what was to be told: {known['agree']} of {known['of']} agree with the truth; by end states alone {known['states_alone']}"
    )
    for one in known["exceptions"]:
        print(f"  task {one['task']}: {one['why']}")
    table = Table("reader", "right", "share", "95 %")
    for name, one in report["readers"].items():
        _add_share(table, name, one)
    for name, one in (report["test"] or {}).items():
        _add_share(table, f"on the other rows: {name}", one)
    Console().print(table)
    drawn = report["repeated"]
    print(f"ten folds drawn {drawn['times']} times: {drawn['mean']:.3f} ({drawn['low']:.3f} to {drawn['high']:.3f})")
    parts = Table("conversations", "right", "share", "95 %", "always good")
    for name, one in report["by_part"].items():
        _add_share(parts, name, one, str(one["always_good"]))
    Console().print(parts)
    checks = Table("check", "found in bad", "in good", "gone by")
    for name, count in report["checks"].items():
        checks.add_row(name.replace("_", " "), str(count["bad"]), str(count["good"]), "yes" if count["kept"] else "")
    Console().print(checks)
    print(report["note"])


def _add_share(table: Table, name: str, one: Mapping[str, Any], *more: str) -> None:
    table.add_row(
        name, f"{one['right']} of {one['of']}", f"{one['share']:.3f}", f"{one['low']:.3f} to {one['high']:.3f}", *more
    )
