"""Reports of comparisons for the eye."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def show_ab(report: Mapping[str, Any]) -> None:
    """The verdict first, then each outcome, then cost and times."""
    print(_verdict(report))
    ways = report["ways"]
    table = Table("", "A", "B", "B less A", "always valid 95 %", "evidence (20 is enough)", title=f"{report['name']}: {report['conversations']} conversations since {report['since'][:10]}")  # fmt: skip
    for name, one in report["outcomes"].items():
        apart = one["difference"]
        ends = "–" if apart["low"] is None else f"{100 * apart['low']:+.1f} to {100 * apart['high']:+.1f}"
        value = "–" if apart["value"] is None else f"{100 * apart['value']:+.1f}"
        called = name.replace("_", " ") + (" (decides)" if name == report["outcome"] else "")
        table.add_row(called, _share(one["A"]), _share(one["B"]), value, ends, f"{one['evidence']:.3g}")
    Console().print(table)
    for name, one in ways.items():
        slow = one["slowest_turn_ms"]
        print(f"{name}: {one['conversations']} conversations, {one['turns']} turns, cost {one['cost']} ({one['cost_each'] or '–'} each); a conversation's slowest turn p50 {slow['p50']:g} ms, p95 {slow['p95']:g} ms")  # fmt: skip
    if report["waiting"]:
        print(f"{report['waiting']} conversations aren't a day old yet and don't count")
    if report["others"]:
        print(f"{len(report['others'])} other comparisons are kept: {', '.join(report['others'])}")


def _verdict(report: Mapping[str, Any]) -> str:
    told = report["outcome"].replace("_", " ")
    match report["verdict"]:
        case "refused":
            dealt = report["dealt"]
            return f"No verdict: {dealt['A']} conversations went to A and {dealt['B']} to B, which a share of {report['share']:g} doesn't deal. Something loses conversations of one way: look for it first."  # fmt: skip
        case "go on":
            more = report["more_needed"]
            least = f"{100 * report['least']:g} points"
            looks = f"about {more['as_it_looks']} more conversations, if the difference stays as it looks" if more["as_it_looks"] is not None else "no end is in sight as it looks"  # fmt: skip
            sure = f"; a difference of {least} takes about {more['for_least']} more" if more["for_least"] is not None else ""  # fmt: skip
            return f"Go on ({told}): {looks}{sure}."
        case "alike":
            return f"Alike ({told}): they differ by less than {100 * report['least']:g} points."
        case verdict:
            return f"{verdict} ({told}): there was enough evidence after {report['ended_at']} conversations."


def _share(one: Mapping[str, Any]) -> str:
    return "–" if one["share"] is None else f"{one['share']:.1%} of {one['of']}"


def show_simulated(report: Mapping[str, Any]) -> None:
    table = Table("truth", "ended", "wrongly", "by 500", "by 1000", "by 2000", "half ended after", "told beforehand", "a z-test at each look", "interval missed", title=f"{report['runs']} runs of {report['most']} conversations, looked at after every {report['every']}")  # fmt: skip
    for one in report["worlds"]:
        by = one["by"]
        table.add_row(
            one["world"], _of(one["ended"], one), _of(one["wrongly"], one), f"{by['500']:.1%}", f"{by['1000']:.1%}", f"{by['2000']:.1%}",
            str(one["half_ended_after"] or "–"), str(one["told_beforehand"] or "–"), _of(one["naive_ended"], one), _of(one["interval_missed"], one),
        )  # fmt: skip
    Console(width=200).print(table)


def _of(count: int, one: Mapping[str, Any]) -> str:
    return f"{count / one['of']:.1%}"
