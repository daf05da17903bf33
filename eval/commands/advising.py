"""How good advice is, and what recommendations bring, measured where the truth is known."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.outputs import a_file
from eval.commands.options import AsJson, show


def lift(
    runs: Annotated[int, typer.Option(min=10, help="trials, each of customers of its own")] = 1000,
    customers: Annotated[int, typer.Option(min=200, help="of each trial")] = 2000,
    held_out: Annotated[float, typer.Option(min=0.05, max=0.5, help="share of them who are held out")] = 0.2,
    seed: Annotated[int, typer.Option(help="of customers and what they do")] = 7,
    quick: Annotated[bool, typer.Option("--quick", help="60 trials")] = False,
    html: Annotated[
        Path | None, typer.Option(help="write the report page of one such trial to this file, and end", callback=a_file)
    ] = None,
    lang: Annotated[str, typer.Option(help="of that page: en or zh")] = "en",
    as_json: AsJson = False,
) -> None:
    """A simulated shop with known tastes and a hold-out: how often does the 95 % interval of `insight recommendations` hold the true lift?

    The truth is worked out of the simulation's parameters, never of its customers. Exit status 1 where an interval holds it in fewer than
    930 or more than 970 of 1,000 trials. Welch's interval stands beside, as most tools have it.

    Example: python -m eval lift --quick
    """
    from bot.commands.indexing import progress
    from eval.lift.bench import broken, one_page, run
    from eval.tables.feeling import show_lift

    if html is not None:
        html.write_text(one_page(customers, held_out, seed, lang), encoding="utf-8")
        return
    with progress() as say:
        report = run(60 if quick else runs, customers, held_out, seed, say)
    show(report, as_json, show_lift)
    if faulty := broken(report):
        sys.exit(f"eval lift: {'; '.join(faulty)}")


def advice(
    cases: Annotated[Path | None, typer.Option(help="your own cases; ours over the sample shop where left out")] = None,
    as_json: AsJson = False,
) -> None:
    """Wishes for advice in both languages through the whole engine: the share whose cards are as wished, each with a reason.

    Example: python -m eval advice --json
    """
    from bot.commands.indexing import progress
    from eval.benchmarks.advice import run

    with progress() as say:
        report = run(cases=cases, say=say)
    show(report, as_json, _print)


def _print(report: Mapping[str, Any]) -> None:
    print(f"{report['right']} of {report['cases']} right ({report['share']:.3f})")
    for name, one in report["by_language"].items():
        print(f"  {name}: {one['right']} of {one['cases']}")
    for one in report["wrong"]:
        print(f"  {one['id']} {one['said']!r}: {one['why']}\n      {one['got']}")
