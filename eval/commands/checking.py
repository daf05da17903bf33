"""How well a shop's own files are checked: `eval lint`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.commands.options import AsJson, show


def lint(
    faults: Annotated[
        Path | None, typer.Option(help="your own faults, JSONL (docs/cases.md); 60 for the sample shop where left out")
    ] = None,
    shop: Annotated[Path | None, typer.Option(help="the shop that they are planted in a copy of")] = None,
    half: Annotated[str, typer.Option(help="dev (learned from), test, or all")] = "all",
    as_json: AsJson = False,
) -> None:
    """Faults planted one by one in copies of a shop: how many `shopclerk lint` finds, and what it says of the shop as it is.

    Exit status 1 where it finds fewer than 55 of 60, or says more than 5 things of the shop as it is.

    Example: python -m eval lint --json
    """
    from bot.commands.indexing import progress
    from eval.lint.planting import broken, run

    if half not in ("dev", "test", "all"):
        raise typer.BadParameter(f"there is no half {half!r}; there are dev, test and all")
    with progress() as say:
        report = run(faults=faults, shop=shop, half=half, say=say)
    show(report, as_json, _print)
    if faulty := broken(report):
        sys.exit(f"eval lint: {'; '.join(faulty)}")


def _print(report: Mapping[str, Any]) -> None:
    print(
        f"{report['found']} of {report['faults']} faults found; {len(report['as_it_is'])} problems in the shop as it is"
    )
    for kind, one in report["by_kind"].items():
        print(f"  {kind}: {one['found']} of {one['faults']}")
    for one in report["missed"]:
        print(f"  missed {one['id']}: {one['says']}")
    for one in report["as_it_is"]:
        print(f"  as it is: {one['rule']}: {one['subject']}: {one['says']}")
