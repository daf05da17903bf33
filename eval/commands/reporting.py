"""A made-up month to look at the reports with, and how well questions of one meaning are brought together."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.outputs import a_folder
from eval.commands.options import AsJson, show


def insights(
    demo: Annotated[
        Path, typer.Option(help="a data folder to fill with a made-up month of the sample shop", callback=a_folder)
    ],
    conversations: Annotated[int, typer.Option(min=1, max=20_000)] = 700,
    seed: int = 1,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%dT%H:%M"], help="when the month ends, UTC; now where left out")
    ] = None,
) -> None:
    """Conversations that nobody had, through the real engine, so that `shopclerk insight report` has something to show. Two minutes of a core.

    Example: python -m eval insights --demo /tmp/month && SHOPCLERK_DATA_DIR=/tmp/month shopclerk insight report --since 31d --html report.html
    """
    from bot.commands.indexing import progress
    from bot.settings import load_settings
    from bot.wiring import SAMPLE
    from eval.insights.demo import make

    if any(demo.glob("*/conversations.sqlite")):
        sys.exit(f"{demo} has conversations already; name a folder that has none.")
    now = until.replace(tzinfo=UTC) if until else datetime.now(UTC)
    with progress() as say:
        written = asyncio.run(
            make(demo, load_settings(shop=SAMPLE), now, seed=seed, conversations=conversations, say=say)
        )
    print(f"{written} made-up messages are in {demo}. SHOPCLERK_DATA_DIR={demo} shopclerk insight report --since 31d")


def grouping(
    half: Annotated[str, typer.Option(help="dev or test")] = "dev",
    alike: Annotated[float | None, typer.Option(help="group the plain vectors by this mean cosine instead")] = None,
    pairs: Annotated[
        Path | None, typer.Option(help="pairs of questions instead: JSONL of a, b, label (1 where they mean the same)")
    ] = None,
    most: Annotated[int, typer.Option(min=2, help="of the pairs, from the first")] = 700,
    as_json: AsJson = False,
) -> None:
    """Wordings of the sample shop's FAQ, both languages, grouped as questions without an answer are: B-cubed precision, recall, F1.

    Examples: python -m eval grouping --half test; python -m eval grouping --pairs ../shared/data/faq/lcqmc_dev.jsonl
    """
    from bot.settings import load_settings
    from bot.wiring import embedder_of
    from eval.benchmarks import grouping as bench

    embedder = embedder_of(load_settings())
    if pairs is not None:
        show(bench.pairs(pairs, embedder, most), as_json, _show_pairs)
        return
    show(bench.run(embedder, half, alike), as_json, _show)


def _show_pairs(found: dict[str, Any]) -> None:
    print(f"{found['pairs']} pairs of {found['file']}, {found['same']} of them the same question; {found['groups']} groups of {found['texts']} texts")  # fmt: skip
    print(f"in one group: precision {found['precision']:.3f}, recall {found['recall']:.3f}; of a text's group {found['pure']:.3f} is its own pair")  # fmt: skip


def _show(found: dict[str, Any]) -> None:
    print(f"{found['questions']} wordings of {found['kinds']} questions, half {found['half']}")
    print(f"{found['groups']} groups, {found['in_both_languages']} of them in both languages")
    print(f"B-cubed: precision {found['precision']:.3f}, recall {found['recall']:.3f}, F1 {found['f1']:.3f}")
    for name, (slope, start) in found["odds"].items():
        print(f"log odds by the cosine, {name.replace('_', ' ')}: {slope:g} times it, {start:g}")
    print(f"one group a wording: recall {found['apart']:.3f}; all of one language apart: recall at most {found['by_language']:.3f}")  # fmt: skip
