"""Which of two ways of answering is better, by what became of live conversations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from eval.commands.options import AsJson, show


def ab(
    data_dir: Annotated[Path | None, typer.Argument(help="a data folder of ours, or its conversations.sqlite; SHOPCLERK_DATA_DIR where left out")] = None,
    name: Annotated[str | None, typer.Option(help="of the comparison; the one that dealt last where left out")] = None,
    outcome: Annotated[str, typer.Option(help="what the verdict goes by: resolved, handed_over, no_answer, asked_again or upset; choose it before you look")] = "resolved",
    least: Annotated[float, typer.Option(min=0.001, max=0.5, help="a difference that you would act on; closer than that the ways are alike")] = 0.05,
    simulate: Annotated[int, typer.Option(min=0, help="runs of comparisons of known truth instead: how many end, and how many wrongly")] = 0,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Live conversations that SHOPCLERK_AB dealt between two ways of answering: is B better, A, or is it too early? Look as often as you like.

    Examples: python -m eval ab .shopclerk; python -m eval ab .shopclerk --outcome handed_over --json; python -m eval ab --simulate 1000
    """  # fmt: skip
    from datetime import UTC, datetime

    from bot.commands.indexing import progress
    from bot.settings import load_settings
    from eval.ab.kept import dealt
    from eval.ab.report import OUTCOMES, report
    from eval.ab.simulating import simulated
    from eval.tables.comparing import show_ab, show_simulated

    if outcome not in OUTCOMES:
        raise typer.BadParameter(f"--outcome {outcome}: there are {', '.join(OUTCOMES)}")
    if simulate:
        with progress() as say:
            told: dict[str, Any] = simulated(simulate, say=say)
        show(told, as_json, show_simulated)
        return
    source = data_dir or load_settings().data_dir
    told = report(dealt(source, datetime.now(UTC)), name, outcome, least)
    show(told, as_json, show_ab)
