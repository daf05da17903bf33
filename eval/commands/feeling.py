"""How well labels of texts are told: sentiment (or any labels), aspects."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.labels import Encoder, Epochs, LabelColumn, LayersSaid, TextColumn, Transformers, encoding_of
from bot.commands.outputs import a_file
from eval.commands.options import AsJson, Folds, show

Train = Annotated[
    Path | None,
    typer.Option(
        help="labelled texts to learn from: JSONL or CSV with text and label, .gz too; what ships where left out"
    ),
]
Test = Annotated[Path | None, typer.Option(help="labelled texts to measure on, with the labels of --train")]
Without = Annotated[
    list[str] | None,
    typer.Option(help="measure on the rows of this group (column cat), learning from the others; repeatable"),
]
Names = Annotated[
    list[str] | None, typer.Option("--name", help="a label of the test as the model calls it, 1=positive; repeatable")
]
Explain = Annotated[
    Path | None,
    typer.Option(
        metavar="OUT",
        callback=a_file,
        help="with a trained --model, or what ships: a page with the words of --test that count; - shows them in the terminal",
    ),
]


def sentiment(
    train: Train = None,
    test: Test = None,
    folds: Folds = 0,
    without: Without = None,
    encoder: Encoder = "lexical",
    model: Transformers = None,
    text: TextColumn = "text",
    label: LabelColumn = "label",
    group: Annotated[str, typer.Option(help="what the column of groups is called")] = "cat",
    names: Names = None,
    epochs: Epochs = 0,
    layers: LayersSaid = "0",
    seed: Annotated[int, typer.Option(help="of the folds and the fitting")] = 0,
    explain: Explain = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="1,000 rows and one fold: whether it runs, not how good it is")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Is the label of a text right, and are the chances true? Reviews' sentiment, or any labels of your own.

    Beside it run the most frequent label and scikit-learn's logistic regression over character TF-IDF. No label of a test is read in
    training, and a test that shares rows with the training rows is refused. With --test and no --train a trained --model is measured.

    Examples: python -m eval sentiment --train reviews.jsonl.gz --folds 5 --json;
    python -m eval sentiment --train reviews.jsonl.gz --without hotels; python -m eval sentiment --test t.csv --model my-model
    """
    from bot.commands.indexing import progress
    from bot.sentiment.rows import Fields
    from bot.sentiment.training import layers_of
    from bot.sentiment.ways import Tuning
    from bot.settings import load_settings
    from eval.benchmarks import sentiment as bench
    from eval.benchmarks.label_tasks import Asked
    from eval.benchmarks.trained_labels import trained
    from eval.tables.feeling import show_sentiment

    fields = Fields(text, label, group)
    with progress() as say:
        if train is None and test is not None:
            said = dict(name.split("=", 1) for name in names or () if "=" in name)
            report = trained(model, test, fields, said, explain, quick=quick)
        else:
            settings, tuning = load_settings(), Tuning(layers_of(layers), epochs, seed)
            reading = encoding_of(encoder, model, settings, threads=1)
            asked = Asked(
                train, test, folds, tuple(without or ()), fields, reading.encoder, reading.base, tuning, seed, quick
            )
            report = bench.run(asked, embedder=reading.embedder, kept=settings.data_dir / "eval" / "vectors", say=say)
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
