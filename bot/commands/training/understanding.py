"""What tells what a message wants."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import ShopIs


def router(
    lines: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="F", help='labelled messages: CSV headed text,intent, or JSONL of {"text", "intent"}; repeatable'
        ),
    ] = None,
    shop: ShopIs = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="write a model for every shop here, without the intents of one")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="replace a better model, too")] = False,
) -> None:
    """Learn what messages want from the utterances that ship, a shop's own intents, and its labelled lines.

    The lines replace those of the training before. An intent is one of ours, or shop:<name> with [intents.<name>] in shop.toml.

    Examples: shopclerk train router --lines chats.csv; shopclerk train router --shop my-shop --lines ours.jsonl --force
    """
    from bot.commands.indexing import progress
    from bot.intent.training import train_router
    from bot.settings import load_settings
    from bot.wiring import embedder_of, router_root, shop_of

    settings = load_settings(**({"shop": shop} if shop else {}))
    described = None if out else shop_of(settings)
    folder = out or router_root(settings, shop_of(settings))
    embedder = embedder_of(settings, threads=2)
    with progress() as say:
        made = train_router(folder, embedder, shop=described, files=lines or (), force=force, say=say)
    print(
        f"{made.rows} rows, {made.intents} intents: {made.right:.1%} right on rows kept aside in turn. Written to {made.folder}."
    )
    if made.shared is not None:
        print(f"On the rows that the model before knew: {made.shared:.1%}, before {made.before:.1%}.")
