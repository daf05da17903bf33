"""What recommendations bring, measured where the truth is known."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from eval.commands.options import AsJson, show


def lift(
    runs: Annotated[int, typer.Option(min=10, help="trials, each of customers of its own")] = 1000,
    customers: Annotated[int, typer.Option(min=200, help="of each trial")] = 2000,
    held_out: Annotated[float, typer.Option(min=0.05, max=0.5, help="share of them who are held out")] = 0.2,
    seed: Annotated[int, typer.Option(help="of customers and what they do")] = 7,
    quick: Annotated[bool, typer.Option("--quick", help="60 trials")] = False,
    html: Annotated[
        Path | None, typer.Option(help="write the report page of one such trial to this file, and end")
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
    from eval import tables
    from eval.lift.bench import broken, one_page, run

    if html is not None:
        html.write_text(one_page(customers, held_out, seed, lang), encoding="utf-8")
        return
    with progress() as say:
        report = run(60 if quick else runs, customers, held_out, seed, say)
    show(report, as_json, tables.show_lift)
    if faulty := broken(report):
        sys.exit(f"eval lift: {'; '.join(faulty)}")
