"""What recommends."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import ShopIs

if TYPE_CHECKING:
    from retrieval.recommend.training import Trained


def recommender(
    shop: ShopIs = None,
    events: Annotated[
        Path | None,
        typer.Option(
            metavar="F", help="customers' events, CSV or JSONL, instead of the shop's own and those of the chat"
        ),
    ] = None,
    models: Annotated[
        list[str] | None,
        typer.Option("--model", help="linear, steps, together, sequence or content; repeatable; all where left out"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="the model's folder, for SHOPCLERK_RECOMMENDER; where it is found by itself"),
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="at most so often through all histories")] = 20,
    seed: Annotated[int, typer.Option(help="equal seeds and threads give equal models on one machine")] = 7,
    threads: Annotated[int, typer.Option(min=1, help="processor threads")] = 2,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda, for the Transformer")] = "auto",
    quiet: Annotated[bool, typer.Option("--quiet", help="say nothing unless something is wrong: for cron")] = False,
    force: Annotated[bool, typer.Option("--force", help="take the model even where it is no better")] = False,
) -> None:
    """Learn what customers go on to, from their histories and the products' texts; the clerk takes it up by itself.

    The last event of a quarter of the customers is held back: it tells when to stop, and a model that is worse on it than the one
    that is there is not taken. What is cut off goes on where it was when it is called again. Exit status: 0 trained, or nothing has
    changed; 1 not trained (too few events, not enabled); 3 not better, the old one stays; 4 another training is running.

    Examples: shopclerk train recommender --shop my-shop; shopclerk train recommender --events events.csv --model linear --model steps
    """
    from bot.commands.indexing import progress
    from bot.recommending import train_recommender
    from bot.settings import load_settings
    from retrieval.errors import NotBetter, TrainingBusy
    from retrieval.recommend.fitting import MODELS

    if unknown := set(models or ()) - set(MODELS):
        raise typer.BadParameter(f"there is no model {', '.join(sorted(unknown))}; there are {', '.join(MODELS)}")
    settings = load_settings(**({"shop": shop} if shop else {}))
    known = tuple(models or MODELS)
    try:
        with nullcontext(_silent) if quiet else progress() as say:
            made = train_recommender(
                settings, events=events, out=out, models=known, epochs=epochs, seed=seed, threads=threads, device=device,
                force=force, say=say,
            )  # fmt: skip
    except (NotBetter, TrainingBusy) as error:
        print(f"shopclerk train recommender: {error}", file=sys.stderr)
        raise typer.Exit(3 if isinstance(error, NotBetter) else 4) from error
    if not quiet:
        print(_told(made))


def _told(made: Trained) -> str:
    if made.card is None:
        return f"{made.folder}: {made.why}."
    score = made.card["score"]
    return (
        f"{made.folder}: {made.card['customers']} customers, {made.card['events']} events; of {score['rows']} customers held "
        f"back {score['hr@10']:.1%} went on to one of the first ten, NDCG@10 {score['ndcg@10']:.3f}."
    )


def _silent(step: str, done: int, of: int) -> None:
    """What a quiet training says of its progress."""
