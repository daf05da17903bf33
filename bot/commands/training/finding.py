"""What finds: the embedder, and the order of what is found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import Device, ShopIs

if TYPE_CHECKING:
    from bot.settings import Settings
    from retrieval.lessons import Pair


def embedder(
    out: Annotated[Path, typer.Option(help="the folder that the tuned model goes to")],
    pairs: Annotated[
        Path | None,
        typer.Option(help='your own pairs: JSONL of {"question", "passage"}, optionally "within", "wrong": [...]'),
    ] = None,
    shop: Annotated[
        Path | None, typer.Option(help="a folder with shop.toml whose FAQ is learned; SHOPCLERK_SHOP where left out")
    ] = None,
    from_conversations: Annotated[
        bool, typer.Option("--from-conversations", help="learn from kept turns that cited a FAQ or policy, too")
    ] = False,
    base: Annotated[
        str, typer.Option(help="what is tuned: bundled, a sentence-transformers folder, a hub id")
    ] = "bundled",
    epochs: Annotated[int, typer.Option(min=1, help="at most so often through all pairs")] = 3,
    seed: Annotated[int, typer.Option(help="equal seeds give equal models on one machine")] = 7,
    device: Device = "auto",
    resume: Annotated[bool, typer.Option("--resume", help="go on with a training that was cut off")] = False,
    force: Annotated[bool, typer.Option("--force", help="take the model even where it is no better")] = False,
) -> None:
    """Fine-tune the embedder on questions and the passages that answer them; name the result in SHOPCLERK_EMBEDDER.

    Without --pairs the shop's FAQ is learned: each further wording with its question and answer. A tenth of the questions is
    held back: they tell when to stop, and a model that isn't better on them than its base, and than the one in --out, is not taken.

    Examples: shopclerk train embedder --shop my-shop --out my-embedder; shopclerk train embedder --pairs p.jsonl --out my-embedder
    """
    from bot.commands.indexing import progress
    from bot.settings import load_settings
    from retrieval.lessons import lessons
    from retrieval.student import Plan
    from retrieval.tune import check_free, tune

    check_free(out)
    settings = load_settings(**({"shop": shop} if shop else {}))
    found = _pairs(settings, pairs, from_conversations)
    plan = Plan(epochs=epochs, seed=seed)
    with progress() as say:
        card = tune(
            lessons(found, seed=seed), out, base=base, plan=plan, device=device, resume=resume, force=force,
            allow_download=settings.allow_download, say=say,
        )  # fmt: skip
    shown = ", ".join(f"{name} {card['before'][name]:.3f} -> {card['after_int8'][name]:.3f}" for name in card["before"])
    print(
        f"{out}: {shown} on {card['held_back']} questions held back. To use it: SHOPCLERK_EMBEDDER={out} shopclerk index"
    )


def _pairs(settings: Settings, file: Path | None, from_conversations: bool) -> list[Pair]:
    from bot.stores.learned import pairs_of_turns
    from bot.wiring import kept_turns, shop_of
    from knowledge_base.reading import read_shop
    from retrieval.lessons import pairs_of_faqs, read_pairs

    found = list(read_pairs(file)) if file else []
    if file is None or from_conversations:
        shop = shop_of(settings)
        knowledge = read_shop(shop)
        found += pairs_of_faqs(knowledge.faqs) if file is None else []
        found += pairs_of_turns(kept_turns(settings, shop), knowledge) if from_conversations else []
    return found


def ranker(
    out: Annotated[Path, typer.Option(help="the folder that the ranker goes to")],
    judged: Annotated[
        Path | None,
        typer.Option(
            help='your own judged questions: JSONL of {"text", "locale", "gold": ["faq:<id>", "product:<id>", ...]}'
        ),
    ] = None,
    shop: ShopIs = None,
    seed: Annotated[int, typer.Option(help="equal seeds give equal rankers")] = 7,
    force: Annotated[bool, typer.Option("--force", help="take the ranker even where it is no better")] = False,
) -> None:
    """Fit the order of what is found on judged questions; name the result in SHOPCLERK_RERANKER.

    Beside --judged it learns from the shop itself: half of the FAQ's further wordings are taken out of the index and asked, and
    products are asked for by title and keyword. Each script has its own weights, and keeps the order that was where none is better.

    Example: shopclerk train ranker --shop my-shop --judged questions.jsonl --out my-ranker
    """
    from bot.commands.indexing import progress
    from bot.settings import load_settings
    from bot.training import train_ranker

    settings = load_settings(**({"shop": shop} if shop else {}))
    with progress() as say:
        card = train_ranker(settings, out, judged=judged, seed=seed, force=force, say=say)
    shown = ", ".join(f"{script} {told['before']:.3f} -> {told['after']:.3f}" for script, told in card["mrr"].items())
    print(f"{out}: MRR@10 out of fold, {shown}. To use it: SHOPCLERK_RERANKER={out}")
