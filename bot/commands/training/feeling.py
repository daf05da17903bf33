"""What tells how a text feels, and about what."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.labels import Encoder, Epochs, LabelColumn, LayersSaid, TextColumn, Transformers, encoding_of
from bot.commands.outputs import a_folder


def sentiment(
    out: Annotated[Path, typer.Option(metavar="DIR", help="the folder that the model goes to", callback=a_folder)],
    data: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="F", help="labelled texts: JSONL or CSV with text and label, .gz too (docs/cases.md); repeatable"
        ),
    ] = None,
    encoder: Encoder = "lexical",
    model: Transformers = None,
    text: TextColumn = "text",
    label: LabelColumn = "label",
    epochs: Epochs = 0,
    layers: LayersSaid = "0",
    seed: Annotated[int, typer.Option(help="equal seeds give equal models on one machine")] = 0,
    quick: Annotated[bool, typer.Option("--quick", help="one fold kept aside instead of five")] = False,
    force: Annotated[bool, typer.Option("--force", help="write it even where it is no better")] = False,
) -> None:
    """Learn which label a text has: what reviews feel, or a shop's own categories of tickets; any labels, two or more.

    Without --data the sentences that ship and the sample shop's reviews are learned. A model that is no better than guessing on rows
    kept aside, or worse than the one in --out, is not written.

    Examples: shopclerk train sentiment --data tickets.csv --label category --out my-tickets;
    shopclerk train sentiment --data reviews.jsonl --encoder transformer --model multilingual-e5-small --out my-sentiment
    """
    from bot.commands.indexing import progress
    from bot.sentiment.rows import Fields, read_labelled
    from bot.sentiment.training import Plan, fitted, layers_of, of_reviews, sentences
    from bot.sentiment.ways import Tuning
    from bot.settings import load_settings
    from bot.wiring import SAMPLE
    from knowledge_base.reading import read_shop
    from knowledge_base.shop import load_shop

    reading = encoding_of(encoder, model, load_settings(), threads=2)
    if data:
        rows = [row for file in data for row in read_labelled(file, Fields(text, label))]
    else:
        rows = [*sentences(), *of_reviews(read_shop(load_shop(SAMPLE)).reviews)]
    plan = Plan(reading.encoder, reading.base, Tuning(layers_of(layers), epochs), seed, quick)
    with progress() as say:
        made = fitted(rows, out, plan, reading.embedder, force=force, say=say)
    card = made.card
    print(
        f"{sum(card.rows.values())} texts, {len(card.labels)} labels: {card.accuracy:.1%} right and macro-F1 {card.macro_f1:.3f} on "
        f"{card.judged} kept aside (always the same label: {card.most:.1%} right). Written to {out}."
    )


def aspects(
    out: Annotated[Path, typer.Option(metavar="DIR", help="the folder that the model goes to", callback=a_folder)],
) -> None:
    """Learn from the sentences and words that ship what words say of a sentence's aspects and feeling, in seconds; for maintainers.

    `python -m eval aspects` measures, with the listener beside. Example: shopclerk train aspects --out bot/sentiment/models/aspects
    """
    from bot.sentiment.labelled_sentences import taught
    from bot.sentiment.training import sentences
    from bot.sentiment.word_reader import WordReader
    from bot.settings import load_settings
    from bot.wiring import embedder_of

    lessons, polar = taught(), sentences()
    WordReader.fit(lessons, polar, embedder_of(load_settings(), threads=2)).save(out)
    print(f"{len(lessons)} sentences with aspects and {len(polar)} with a polarity learned. Written to {out}.")


def listener(
    out: Annotated[Path, typer.Option(metavar="DIR", help="the folder that the model goes to", callback=a_folder)],
    without: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="F", help="measured sentences (JSONL): reviews that they are of aren't learned; repeatable"
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="equal seeds give equal models on one machine")] = 0,
) -> None:
    """Teach the listener that ships which aspect of a product a sentence is about, and what it feels; for maintainers.

    It learns from the sentences and words that ship and from the sample shop's reviews, in half an hour of two cores; needs the extra `train`.
    `python -m eval aspects` and `python -m eval sentiment` measure.

    Example: shopclerk train listener --out bot/sentiment/models/listener --without eval/data/aspects.en.jsonl --without eval/data/aspects.zh.jsonl
    """
    from bot.commands.indexing import progress
    from bot.sentiment.labelled_sentences import reviews_of, taught
    from bot.sentiment.listener_fit import fit
    from bot.sentiment.training import of_reviews, sentences
    from bot.wiring import SAMPLE
    from knowledge_base.reading import read_shop
    from knowledge_base.shop import load_shop

    measured = {review for file in without or () for review in reviews_of(file)}
    reviews = of_reviews(one for one in read_shop(load_shop(SAMPLE)).reviews if one.id not in measured)
    with progress() as say:
        card = fit(taught(), [*sentences(), *reviews], out, seed=seed, say=say).card
    print(
        f"{sum(card.rows.values())} texts learned: what they feel is right on {card.accuracy:.1%} of {card.judged} kept aside, macro-F1 "
        f"{card.macro_f1:.3f}. Written to {out}."
    )
