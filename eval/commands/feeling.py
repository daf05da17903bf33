"""How well labels of texts are told: sentiment (or any labels), aspects."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.options import AsJson, show
from eval.outputs import a_file


def sentiment(
    train: Annotated[
        Path | None,
        typer.Option(
            help="labelled texts to learn from: JSONL or CSV with text and label, .gz too; what ships where left out"
        ),
    ] = None,
    test: Annotated[Path | None, typer.Option(help="labelled texts to measure on, with the labels of --train")] = None,
    folds: Annotated[
        int, typer.Option(min=0, help="measure on so many folds of --train in turn, in place of --test")
    ] = 0,
    without: Annotated[
        list[str] | None,
        typer.Option(help="measure on the rows of this group (column cat), learning from the others; repeatable"),
    ] = None,
    encoder: Annotated[
        str, typer.Option(help="lexical, embedding (measured beside lexical) or transformer")
    ] = "lexical",
    model: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="of transformers, for --encoder transformer, or multilingual-e5-small; with --test and no --train a trained one to measure",
        ),
    ] = None,
    text: Annotated[str, typer.Option(help="what the column of texts is called")] = "text",
    label: Annotated[str, typer.Option(help="what the column of labels is called")] = "label",
    group: Annotated[str, typer.Option(help="what the column of groups is called")] = "cat",
    names: Annotated[
        list[str] | None,
        typer.Option("--name", help="a label of the test as the model calls it, 1=positive; repeatable"),
    ] = None,
    epochs: Annotated[int, typer.Option(min=0, help="of a transformer; 0: as many as are usual")] = 0,
    layers: Annotated[
        str,
        typer.Option(
            metavar="N|all",
            help="of a transformer: so many layers learn, counted from the top; 0: what they say is learned from, which is quick",
        ),
    ] = "0",
    seed: Annotated[int, typer.Option(help="of the folds and the fitting")] = 0,
    explain: Annotated[
        Path | None,
        typer.Option(
            metavar="OUT",
            callback=a_file,
            help="with a trained --model, or what ships: a page with the words of --test that count; - shows them in the terminal",
        ),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="1,000 rows and one fold: whether it runs, not how good it is")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Is the label of a text right, and are the chances true? Reviews' sentiment, or any labels of your own.

    Beside it run the most frequent label and scikit-learn's logistic regression over character TF-IDF. No label of a test is read in
    training, and a test that shares rows with the training rows is refused.

    Examples: python -m eval sentiment --train reviews.jsonl.gz --folds 5 --json;
    python -m eval sentiment --train reviews.jsonl.gz --without hotels; python -m eval sentiment --test t.csv --model my-model
    """
    from bot.commands.indexing import progress
    from bot.sentiment.rows import Fields
    from bot.sentiment.training import ENCODERS, layers_of
    from bot.sentiment.ways import Tuning
    from bot.settings import load_settings
    from bot.wiring import embedder_of
    from eval.benchmarks import sentiment as bench
    from eval.tables.feeling import show_sentiment
    from retrieval.encoders import folder_of

    if encoder not in ENCODERS:
        raise typer.BadParameter(f"there is no encoder {encoder!r}; there are {', '.join(ENCODERS)}")
    fields = Fields(text, label, group)
    with progress() as say:
        if train is None and test is not None:
            said = dict(name.split("=", 1) for name in names or () if "=" in name)
            report = bench.trained(model, test, fields, said, explain, quick=quick)
        else:
            settings = load_settings()
            embedder = embedder_of(settings, threads=1) if encoder == "embedding" else None
            base = folder_of(model, settings.data_dir) if model and encoder == "transformer" else model
            tuning = Tuning(layers_of(layers), epochs, seed)
            asked = bench.Asked(train, test, folds, tuple(without or ()), fields, encoder, base, tuning, seed, quick)
            report = bench.run(asked, embedder=embedder, kept=settings.data_dir / "eval" / "vectors", say=say)
    show(report, as_json, show_sentiment)


def aspects(
    cases: Annotated[
        list[Path] | None, typer.Option(help="your own labelled sentences: JSONL as docs/cases.md has it; repeatable")
    ] = None,
    half: Annotated[
        str,
        typer.Option(
            help="dev, test or all; of ours dev where left out, of your own cases all; aside: of what ships, those that the listener wasn't taught"
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Which aspects a review's sentence is about, and what it feels about each: F1 over pairs of aspect and sentiment.

    Learned from the sentences that ship; measured on hand-labelled sentences of the sample shop's reviews, which nothing is learned from.

    Example: python -m eval aspects --half dev --json
    """
    from bot.settings import load_settings
    from bot.wiring import embedder_of
    from eval.benchmarks.aspects import OURS, run
    from eval.tables.feeling import show_aspects

    if half not in ("", "dev", "test", "all", "aside"):
        raise typer.BadParameter(f"there is no half {half!r}; there are dev, test, all and aside")
    report = run(cases or OURS, half or ("all" if cases else "dev"), embedder_of(load_settings(), threads=1))
    show(report, as_json, show_aspects)
