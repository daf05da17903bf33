"""How well the clerk understands and finds: retrieval, constraints, conversations, intents, selection, calibrate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.outputs import a_file
from eval.commands.options import DATA, AsJson, Folds, show


def retrieval(
    docs: Annotated[
        Path | None,
        typer.Option(help='your own passages: JSONL of {"id", "text"}, optionally "title", "locale", "entity"'),
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option(
            help='your own questions: JSONL of {"id", "text", "gold"}, gold being a list of ids of docs; optionally "locale", "entity"'
        ),
    ] = None,
    sets: Annotated[
        list[str] | None,
        typer.Option("--set", help="shop, dstc11, dstc11-entity or lcqmc; repeatable; all that are there"),
    ] = None,
    data: Annotated[Path, typer.Option(help="the folder that holds faq/dstc11_docs.jsonl.gz and the like")] = DATA,
    frozen: Annotated[
        bool, typer.Option("--frozen", help="the shop's questions kept for the last run, not for tuning")
    ] = False,
    cases: Annotated[
        Path | None, typer.Option(help="a shop's questions of your own, see docs/cases.md; all of them are asked")
    ] = None,
    of_shop: Annotated[
        Path | None,
        typer.Option("--shop", help="the folder with the shop.toml that the cases are about; the sample shop"),
    ] = None,
    quick: Annotated[bool, typer.Option(help="a few questions of each set, in seconds")] = False,
    as_json: AsJson = False,
) -> None:
    """Words alone, meaning alone and both together: how often is a right passage among the first?

    `shop-en-zh` are the shop's English questions asked of its Chinese passages. Files may be gzipped (.gz). A hit@k is a question with a gold passage among its first k. A question's "entity" limits its
    search to the docs of that entity, its "locale" to those of that language.

    Examples: python -m eval retrieval --set lcqmc; python -m eval retrieval --docs d.jsonl --questions q.jsonl --json;
    python -m eval retrieval --cases my-questions.jsonl --shop my-shop
    """
    from bot.commands.indexing import progress
    from eval.benchmarks.retrieval import SETS, Cases, run
    from eval.tables.finding import show_retrieval

    if (docs is None) != (questions is None):
        raise typer.BadParameter("--docs and --questions go together")
    if unknown := set(sets or ()) - set(SETS):
        raise typer.BadParameter(f"there is no set {', '.join(sorted(unknown))}; there are {', '.join(SETS)}")
    if of_shop is not None and cases is None:
        raise typer.BadParameter("--shop needs --cases: our questions are about the sample shop")
    own = (docs, questions) if docs and questions else None
    asked = Cases("frozen" if frozen else "dev") if cases is None else Cases(None, (cases,), of_shop)
    names = sets or (["shop"] if cases else None)
    with progress() as say:
        report = run(own=own, names=names, data=data, cases=asked, say=say, quick=quick)
    show(report, as_json, show_retrieval)


def constraints(
    cases: Annotated[
        Path | None, typer.Option(help="your own cases: JSONL as docs/cases.md has it; else those in eval/data")
    ] = None,
    shop: Annotated[Path | None, typer.Option(help="a shop's folder; the sample where left out")] = None,
    half: Annotated[
        str | None, typer.Option(help="dev, test, frozen or all; of ours dev where left out, of your own cases all")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="the first 60 cases")] = False,
    as_json: AsJson = False,
) -> None:
    """How many messages are read into exactly the limits that they state: price, colour, size, stock, sort order, ...

    A case is right where its whole `where` is right. `p50_us` and `p95_us` are microseconds a message.

    Examples: python -m eval constraints --half test; python -m eval constraints --cases c.jsonl --shop my-shop --json
    """
    from bot.commands.indexing import progress
    from eval.benchmarks.constraints import HALVES, run
    from eval.tables.finding import show_constraints

    if half is not None and half not in HALVES:
        raise typer.BadParameter(f"there is no half {half!r}; there are {', '.join(HALVES)}")
    with progress() as say:
        report = run(cases=cases, shop=shop, half=half, quick=quick, say=say)
    show(report, as_json, show_constraints)


def conversations(
    cases: Annotated[
        Path | None, typer.Option(help="your own scripts in the format of docs/cases.md; ours where left out")
    ] = None,
    shop: Annotated[Path | None, typer.Option(help="a folder with shop.toml; the sample shop where left out")] = None,
    half: Annotated[str, typer.Option(help="dev, test, frozen or all")] = "all",
    quick: Annotated[bool, typer.Option("--quick", help="the first few conversations alone")] = False,
    as_json: AsJson = False,
) -> None:
    """Scripted conversations through the whole engine: the share of turns that are right, and which aren't.

    Beside it stands the same engine with the state of the conversation thrown away after each turn.

    Examples: python -m eval conversations --half dev; python -m eval conversations --cases talks.jsonl --shop my-shop --json
    """
    from bot.commands.indexing import progress
    from eval.benchmarks.conversations import run
    from eval.benchmarks.talks import HALVES
    from eval.tables.understanding import show_conversations

    if half not in (*HALVES, "all"):
        raise typer.BadParameter(f"there is no half {half}; there are {', '.join(HALVES)} and all")
    with progress() as say:
        report = run(cases=cases, shop=shop, half=half, quick=quick, say=say)
    show(report, as_json, show_conversations)


def intents(
    train: Annotated[
        Path | None, typer.Option(help='labelled texts to learn from: JSONL of {"text", "intent"}')
    ] = None,
    test: Annotated[Path | None, typer.Option(help="labelled texts to measure on, with the intents of --train")] = None,
    val: Annotated[
        Path | None, typer.Option(help="with --oos-val: choose the thresholds on these, not by cross-fitting")
    ] = None,
    oos_train: Annotated[Path | None, typer.Option(help="texts of no intent to learn from, however labelled")] = None,
    oos_val: Annotated[Path | None, typer.Option(help="texts of no intent to choose the thresholds on")] = None,
    oos_test: Annotated[Path | None, typer.Option(help="texts of no intent to measure on")] = None,
    shots: Annotated[int, typer.Option(min=0, help="draw so many rows an intent from --train; all where 0")] = 0,
    draws: Annotated[int, typer.Option(min=1, help="with --shots: draw so often and average")] = 1,
    folds: Folds = 0,
    quick: Annotated[bool, typer.Option("--quick", help="without fine-tuning the encoder")] = False,
    cases: Annotated[
        Path | None, typer.Option(help="the clerk's own router instead, on labelled messages: docs/cases.md, Intents")
    ] = None,
    shop: Annotated[
        Path | None, typer.Option(metavar="DIR", help="with --cases: the shop that is asked; the sample where left out")
    ] = None,
    half: Annotated[str, typer.Option(help="with --cases: dev, test or frozen; all but frozen where left out")] = "",
    as_json: AsJson = False,
) -> None:
    """Is the intent right, are the chances true, and is what has no intent told apart?

    Thresholds are chosen by cross-fitting on --train and --oos-train. Fine-tuning needs the extra `train`, and minutes.

    Examples: python -m eval intents --train train.jsonl --test val.jsonl --oos-train o.jsonl --oos-test p.jsonl --quick;
    python -m eval intents --cases eval/data/intents.jsonl --half dev
    """
    from bot.commands.indexing import progress
    from bot.settings import load_settings
    from eval.benchmarks.cases import measure
    from eval.benchmarks.intents import Files, How, run
    from eval.tables.understanding import show_cases, show_intents

    if (cases is None) == (train is None):
        raise typer.BadParameter("give either --train (with --test or --folds) or --cases")
    with progress() as say:
        if cases:
            report = measure(cases, shop, half=half, say=say)
        elif train:
            files = Files(train, test, val, oos_train, oos_val, oos_test)
            report = run(files, How(shots, draws, folds, quick), settings=load_settings(), say=say)
    show = show_cases if cases else show_intents
    print(json.dumps(report, ensure_ascii=False, indent=2)) if as_json else show(report)


def selection(
    data: Annotated[
        Path, typer.Option(help="the folder that holds faq/dstc11_docs.jsonl.gz and faq/dstc11_val.jsonl.gz")
    ] = DATA,
    quick: Annotated[
        bool, typer.Option("--quick", help="six houses and one epoch: whether it runs, not how good it is")
    ] = False,
    base: Annotated[str, typer.Option(help="what is tuned: bundled, or a sentence-transformers folder")] = "bundled",
    as_json: AsJson = False,
) -> None:
    """Tune the embedder on half of DSTC11's turns and measure on the other half: which snippets answer, in which house?

    The halves share no dialogue and no question. Yardsticks run beside: BM25 and MiniLM untuned, MiniLM tuned for one epoch. The
    models are kept in the data folder, under the digest of what they learned. Needs the extra `train`; up to 30 minutes on two cores.

    Example: python -m eval selection --quick
    """
    from bot.commands.indexing import progress
    from eval.benchmarks.selection import run
    from eval.tables.finding import show_selection

    with progress() as say:
        report = run(data=data, quick=quick, say=say, base=base)
    show(report, as_json, show_selection)


def calibrate(
    out: Annotated[Path, typer.Option(metavar="F", help="where the card goes", callback=a_file)],
) -> None:
    """Fit the chance that what was found answers a question, on the sample shop's calibration questions; needs the extra `train`.

    The embedder and the reranker are those of the settings. SHOPCLERK_ANSWERABLE has a shop use the card; without it the one that ships is used,
    which was fitted with the bundled embedder.

    Example: SHOPCLERK_EMBEDDER=multilingual-e5-small python -m eval calibrate --out answerable.json
    """
    from bot.commands.indexing import progress
    from bot.settings import load_settings
    from eval.benchmarks.calibrate import fit

    with progress() as say:
        card = fit(load_settings(), out, say)
    print(json.dumps(card["models"], indent=2))
