"""How well the clerk recommends: recommend."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from eval.commands.options import DATA, AsJson, show

if TYPE_CHECKING:
    from eval.recommend.data import Half

_ITEMS, _USERS = "recommendation/amazon_games_items.jsonl", "recommendation/amazon_games_users_dev.jsonl.gz"


def recommend(
    items: Annotated[
        Path, typer.Option(metavar="F", help='JSONL of {"item_id", "title"}, optionally "category", "description"')
    ] = DATA / _ITEMS,
    users: Annotated[
        Path,
        typer.Option(
            metavar="F", help='who is tested: JSONL of {"user", "history": [item ids, oldest first], "target"}'
        ),
    ] = DATA / _USERS,
    train: Annotated[
        Path | None, typer.Option(metavar="F", help="further users to learn from, targets and all, in the same format")
    ] = None,
    models: Annotated[
        list[str] | None,
        typer.Option("--model", help="ours, ours:<part> or a yardstick; repeatable; all where left out"),
    ] = None,
    half: Annotated[str, typer.Option(help="tune, hold or all: the half of the tested users that is asked")] = "all",
    by_time: Annotated[
        bool, typer.Option("--by-time", help="learn what was before a moment, ask what came after; needs `times`")
    ] = False,
    hidden: Annotated[
        int, typer.Option(min=0, help="items whose events are hidden, for the figures of new ones")
    ] = 500,
    seed: Annotated[int, typer.Option(help="equal seeds give equal figures on one machine")] = 7,
    threads: Annotated[int, typer.Option(min=1, help="processor threads of the training")] = 2,
    keep: Annotated[
        Path | None, typer.Option(metavar="DIR", help="what was fitted stays there for the next run")
    ] = None,
    speed: Annotated[
        bool, typer.Option("--speed", help="milliseconds a recommendation, rules of a shop included")
    ] = False,
    quick: Annotated[bool, typer.Option("--quick", help="1,000 users, small models: whether it runs")] = False,
    as_json: AsJson = False,
) -> None:
    """How often is what a customer went on to among ten recommendations, of all items that they hadn't had?

    The tested users' histories are learned, never their targets. Yardsticks are fitted on the same histories. `cold_users` are those
    with the shortest histories; for `cold_items` some items' events are hidden from everything, and their buyers asked which it was.

    Examples: python -m eval recommend --json; python -m eval recommend --items i.jsonl --users u.jsonl --model ours --model EASE
    """
    from bot.commands.indexing import progress
    from eval.errors import EvalError
    from eval.recommend.run import SYSTEMS, run
    from eval.recommend.table import show_recommend
    from retrieval.embed import open_embedder
    from retrieval.errors import RetrievalError
    from retrieval.recommend.checkpoints import Checkpoints
    from retrieval.recommend.network import use_threads

    if unknown := set(models or ()) - set(SYSTEMS):
        raise typer.BadParameter(f"there is no model {', '.join(sorted(unknown))}; there are {', '.join(SYSTEMS)}")
    if half not in ("tune", "hold", "all"):
        raise typer.BadParameter(f"there is no half {half!r}; there are tune, hold and all")
    use_threads(threads)
    embedder = open_embedder("bundled", threads=threads, allow_download=False)
    try:
        with progress() as say:
            report = run(
                items, users, train=train, systems=tuple(models or SYSTEMS), half=cast("Half", half), times=by_time, seed=seed,
                embedder=embedder, keep=Checkpoints(keep), hidden=hidden, speed=speed, quick=quick, say=say,
            )  # fmt: skip
    except (EvalError, RetrievalError) as error:
        sys.exit(f"eval recommend: {error}")
    show(report, as_json, show_recommend)
