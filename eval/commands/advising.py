"""How good advice is: `eval advice`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.commands.options import AsJson, show


def advice(
    cases: Annotated[Path | None, typer.Option(help="your own cases; ours over the sample shop where left out")] = None,
    as_json: AsJson = False,
) -> None:
    """Wishes for advice in both languages through the whole engine: the share whose cards are as wished, each with a reason.

    Example: python -m eval advice --json
    """
    from bot.commands.indexing import progress
    from eval.benchmarks.advice import run
    from eval.errors import EvalError

    try:
        with progress() as say:
            report = run(cases=cases, say=say)
    except (EvalError, OSError) as error:
        sys.exit(f"eval advice: {error}")
    show(report, as_json, _print)


def _print(report: Mapping[str, Any]) -> None:
    print(f"{report['right']} of {report['cases']} right ({report['share']:.3f})")
    for name, one in report["by_language"].items():
        print(f"  {name}: {one['right']} of {one['cases']}")
    for one in report["wrong"]:
        print(f"  {one['id']} {one['said']!r}: {one['why']}\n      {one['got']}")
