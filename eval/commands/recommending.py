"""How well the clerk recommends, and what learning that costs: recommend, growth."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from bot.commands.outputs import a_folder
from eval.commands.options import DATA, AsJson, show

if TYPE_CHECKING:
    from eval.recommend.data import Half

_ITEMS, _USERS = "recommendation/amazon_games_items.jsonl", "recommendation/amazon_games_users_dev.jsonl.gz"

Items = Annotated[
    Path, typer.Option(metavar="F", help='JSONL of {"item_id", "title"}, optionally "category", "description"')
]


def recommend(
    items: Items = DATA / _ITEMS,
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
        Path | None, typer.Option(metavar="DIR", help="what was fitted stays there for the next run", callback=a_folder)
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
    from eval.recommend.run import SYSTEMS, run
    from eval.recommend.table import show_recommend
    from retrieval.embed import open_embedder
    from retrieval.recommend.checkpoints import Checkpoints
    from retrieval.recommend.network import use_threads

    _check(models or (), SYSTEMS, half)
    use_threads(threads)
    embedder = open_embedder("bundled", threads=threads, allow_download=False)
    with progress() as say:
        report = run(
            items, users, train=train, systems=tuple(models or SYSTEMS), half=cast("Half", half), times=by_time, seed=seed,
            embedder=embedder, keep=Checkpoints(keep), hidden=hidden, speed=speed, quick=quick, say=say,
        )  # fmt: skip
    show(report, as_json, show_recommend)


def _check(models: Collection[str], known: Collection[str], half: str) -> None:
    if unknown := set(models) - set(known):
        raise typer.BadParameter(f"there is no model {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if half not in ("tune", "hold", "all"):
        raise typer.BadParameter(f"there is no half {half!r}; there are tune, hold and all")


def growth(
    customers: Annotated[
        list[int] | None,
        typer.Option(min=100, help="how many are learned from; repeatable; 4,000 and 40,000 where left out"),
    ] = None,
    items: Items = DATA / _ITEMS,
    users: Annotated[
        Path, typer.Option(metavar="F", help="the real customers, of whose histories those learned from are made")
    ] = DATA / _USERS,
    threads: Annotated[int, typer.Option(min=1, help="processor threads of each training")] = 2,
    epochs: Annotated[int, typer.Option(min=1, help="as of `train recommender`: at most so often through all")] = 20,
    seed: Annotated[int, typer.Option(help="of the customers and of the training")] = 7,
    as_json: AsJson = False,
) -> None:
    """What does `shopclerk train recommender` take by the number of customers: seconds of each step, and the most memory?

    The command itself is run, reading the files included, each size in a process of its own and one after the other. The customers are
    made of real ones, all sizes alike: somebody real is followed, now and then another who had the same item, until there are as many
    events as the first had.

    Examples: python -m eval growth --json; python -m eval growth --customers 40000 --customers 400000
    """
    from bot.commands.indexing import progress
    from eval.recommend.growth import Asked, run
    from eval.recommend.growth import show as show_growth

    asked = Asked(items, users, tuple(customers or (4_000, 40_000)), threads, epochs, seed)
    with progress() as say:
        report = run(asked, say)
    show(report, as_json, show_growth)
