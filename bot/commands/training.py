"""`shopclerk train`: fit the parts that learn, on a shop's own lines. Each refuses to replace a better one."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from retrieval.lessons import Pair

PRETRAINED_RATE = 1e-4
"""The step of a model that can write already; one from scratch takes longer ones."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Fit a part that learns; all but `router` need the extra `train`.",
    epilog="Example: shopclerk train router",
)


@app.callback()
def train() -> None:
    """Fit a part that learns; all but `router` need the extra `train`."""


@app.command()
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
    device: Annotated[str, typer.Option(help="auto, cpu or cuda")] = "auto",
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


@app.command()
def ranker(
    out: Annotated[Path, typer.Option(help="the folder that the ranker goes to")],
    judged: Annotated[
        Path | None,
        typer.Option(
            help='your own judged questions: JSONL of {"text", "locale", "gold": ["faq:<id>", "product:<id>", ...]}'
        ),
    ] = None,
    shop: Annotated[
        Path | None, typer.Option(help="a folder with shop.toml; SHOPCLERK_SHOP or the sample shop where left out")
    ] = None,
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


@app.command()
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
    device: Annotated[str, typer.Option(help="auto, cpu or cuda")] = "auto",
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


@app.command()
def router(
    lines: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="F", help='labelled messages: CSV headed text,intent, or JSONL of {"text", "intent"}; repeatable'
        ),
    ] = None,
    shop: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="a folder with shop.toml; SHOPCLERK_SHOP or the sample shop where left out"),
    ] = None,
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


@app.command()
def recommender(
    shop: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="a folder with shop.toml; SHOPCLERK_SHOP or the sample shop where left out"),
    ] = None,
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
    if quiet:
        return
    if made.card is None:
        print(f"{made.folder}: {made.why}.")
        return
    score = made.card["score"]
    print(
        f"{made.folder}: {made.card['customers']} customers, {made.card['events']} events; of {score['rows']} customers held "
        f"back {score['hr@10']:.1%} went on to one of the first ten, NDCG@10 {score['ndcg@10']:.3f}."
    )


def _silent(step: str, done: int, of: int) -> None:
    """What a quiet training says of its progress."""


@app.command()
def sentiment(
    out: Annotated[Path, typer.Option(metavar="DIR", help="the folder that the model goes to")],
    data: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="F", help="labelled texts: JSONL or CSV with text and label, .gz too (docs/cases.md); repeatable"
        ),
    ] = None,
    encoder: Annotated[
        str,
        typer.Option(
            help="lexical (wording alone), network (and a small convolutional one), embedding (and meaning) or transformer (fine-tunes --model)"
        ),
    ] = "lexical",
    model: Annotated[
        Path | None, typer.Option(metavar="DIR", help="a local folder of transformers, as save_pretrained writes it")
    ] = None,
    text: Annotated[str, typer.Option(help="what the column of texts is called")] = "text",
    label: Annotated[str, typer.Option(help="what the column of labels is called")] = "label",
    epochs: Annotated[
        int, typer.Option(min=0, help="of a transformer or network: so often through all texts; 0 as it wants")
    ] = 0,
    seed: Annotated[int, typer.Option(help="equal seeds give equal models on one machine")] = 0,
    quick: Annotated[bool, typer.Option("--quick", help="one fold kept aside instead of five")] = False,
    force: Annotated[bool, typer.Option("--force", help="write it even where it is no better")] = False,
) -> None:
    """Learn which label a text has: what reviews feel, or a shop's own categories of tickets; any labels, two or more.

    Without --data the sentences that ship and the sample shop's reviews are learned. A model that is no better than guessing on rows
    kept aside, or worse than the one in --out, is not written.

    Examples: shopclerk train sentiment --data tickets.csv --label category --out my-tickets;
    shopclerk train sentiment --data reviews.jsonl --encoder transformer --model my-bert --out my-sentiment
    """
    from bot.commands.indexing import progress
    from bot.sentiment.rows import Fields, read_labelled
    from bot.sentiment.training import ENCODERS, Plan, fitted, of_reviews, sentences
    from bot.settings import load_settings
    from bot.wiring import SAMPLE, embedder_of
    from knowledge_base.reading import read_shop
    from knowledge_base.shop import load_shop

    if encoder not in ENCODERS:
        raise typer.BadParameter(f"there is no encoder {encoder!r}; there are {', '.join(ENCODERS)}")
    if data:
        rows = [row for file in data for row in read_labelled(file, Fields(text, label))]
    else:
        rows = [*sentences(), *of_reviews(read_shop(load_shop(SAMPLE)).reviews)]
    embedder = embedder_of(load_settings(), threads=2) if encoder == "embedding" else None
    with progress() as say:
        made = fitted(rows, out, Plan(encoder, model, seed, epochs, quick), embedder, force=force, say=say)  # type: ignore[arg-type]
    card = made.card
    print(
        f"{sum(card.rows.values())} texts, {len(card.labels)} labels: {card.accuracy:.1%} right and macro-F1 {card.macro_f1:.3f} on "
        f"{card.judged} kept aside (always the same label: {card.most:.1%} right). Written to {out}."
    )


@app.command()
def aspects(out: Annotated[Path, typer.Option(metavar="DIR", help="the folder that the model goes to")]) -> None:
    """Learn from the sentences and words that ship which aspect of a product a sentence is about, and what it feels; for maintainers.

    `python -m eval aspects` measures. Example: shopclerk train aspects --out bot/sentiment/models/aspects
    """
    from bot.sentiment.aspects import AspectReader, taught
    from bot.sentiment.training import sentences
    from bot.settings import load_settings
    from bot.wiring import embedder_of

    lessons, polar = taught(), sentences()
    AspectReader.fit(lessons, polar, embedder_of(load_settings(), threads=2)).save(out)
    print(f"{len(lessons)} sentences with aspects and {len(polar)} with a polarity learned. Written to {out}.")
