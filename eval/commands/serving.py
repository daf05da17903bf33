"""How fast the clerk is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.options import AsJson, show


def speed(
    products: Annotated[int | None, typer.Option(min=50, help="of the made-up shop; 43,000 where left out")] = None,
    cases: Annotated[
        Path | None,
        typer.Option(help='your own turns: JSONL of {"text"}, optionally "conversation", "locale", "kind"'),
    ] = None,
    shop: Annotated[Path | None, typer.Option(help="your own shop's folder, instead of a made-up one")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="a small shop, in seconds")] = False,
    growth: Annotated[
        bool, typer.Option("--growth", help="also over 430,000 products, with random vectors: half an hour")
    ] = False,
    keep: Annotated[
        Path | None, typer.Option(help="a folder in which the made-up shop's index stays for the next run")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Index, open, answer: how long each takes and how much memory, with the recall of the vectors and Chroma's own beside it.

    Turns run one after the other in one thread, without an LLM. The index is killed on its way once and begun again.

    Examples: python -m eval speed --quick; python -m eval speed --products 43000 --json; python -m eval speed --shop my-shop
    """
    from bot.commands.indexing import progress
    from eval import tables
    from eval.benchmarks.speed import run

    with progress() as say:
        report = run(products=products, cases=cases, shop=shop, quick=quick, growth=growth, say=say, keep=keep)
    show(report, as_json, tables.show_speed)
