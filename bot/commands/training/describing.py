"""What writes product descriptions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import Device

PRETRAINED_RATE = 1e-4
"""The step of a model that can write already; one from scratch takes longer ones."""


def describer(
    out: Annotated[Path, typer.Option(metavar="DIR", help="the folder that the writer goes to")] = Path("describer"),
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="F",
            help="your own pairs, JSONL or CSV, see docs/cases.md; the catalogue's descriptions where left out",
        ),
    ] = None,
    shop: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="without --data: the shop's folder; SHOPCLERK_SHOP where left out"),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="a local encoder-decoder folder of transformers; a small one from scratch"),
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="at most so often through all texts")] = 12,
    seed: Annotated[int, typer.Option(help="equal seeds give equal writers on one machine")] = 7,
    device: Device = "auto",
    force: Annotated[bool, typer.Option("--force", help="take the writer even where it is no better")] = False,
) -> None:
    """Learn to write product descriptions as the shop writes them, from its own (attributes, text) pairs.

    A tenth of the pairs is held back: they tell when to stop, and a writer that scores no higher on them than the one in --out is
    not taken. What is cut off goes on where it was when it is called again.

    Examples: shopclerk train describer --data pairs.jsonl --out my-describer; shopclerk train describer --shop my-shop
    """
    from bot.commands.indexing import progress
    from bot.describe.pairs import pairs_of, read_pairs
    from bot.describe.study import Plan
    from bot.describe.training import check_free, train_describer
    from bot.settings import load_settings
    from bot.wiring import shop_of
    from knowledge_base.reading import read_shop

    check_free(out)
    if data:
        pairs = read_pairs(data)
    else:
        pairs = pairs_of(read_shop(shop_of(load_settings(**({"shop": shop} if shop else {})))).products)
    plan = Plan(epochs=epochs, seed=seed)
    plan = replace(plan, rate=PRETRAINED_RATE) if model else plan
    with progress() as say:
        card = train_describer(pairs, out, model=model, plan=plan, device=device, force=force, say=say)
    score = card["score"]
    print(
        f"{out}: {card['pairs']} pairs learned; of {card['held_back']} held back {score['written']:.1%} get a text "
        f"without a fault, BLEU {score['bleu']:.3f}."
    )
