"""How well what customers ask is put into topics."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.options import AsJson, show


def topics(
    cases: Annotated[
        Path | None, typer.Option(help="your own questions: JSONL of text, topic and optional locale")
    ] = None,
    half: Annotated[str, typer.Option(help="dev, test or all; of ours dev where left out, of your own cases all")] = "",
    as_json: AsJson = False,
) -> None:
    """Are questions put into the topics that people gave them, both languages together, and do topics keep their names from week to week?

    Beside it: k-means over TF-IDF and over sentence vectors, told the number of topics. Nothing is learned from the labels.

    Examples: python -m eval topics --half dev; python -m eval topics --cases my-week.jsonl --json
    """  # fmt: skip
    from bot.settings import load_settings
    from bot.wiring import classifier_of, embedder_of, shop_of
    from eval.benchmarks.topics import OURS, run
    from eval.tables.feeling import show_topics
    from knowledge_base.reading import read_shop

    if half not in ("", "dev", "test", "all"):
        raise typer.BadParameter(f"there is no half {half!r}; there are dev, test and all")
    settings = load_settings()
    shop, embedder = shop_of(settings), embedder_of(settings, threads=1)
    classifier = classifier_of(settings, shop, embedder)
    report = run(cases or OURS, half or ("all" if cases else "dev"), read_shop(shop).faqs, embedder, classifier)
    show(report, as_json, show_topics)
