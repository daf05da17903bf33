"""The commands of eval; each imports what it needs when it is called."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Measure how well the clerk works: figures on standard output, progress on standard error.",
    epilog="Example: python -m eval retrieval --set shop --json",
)

DATA = Path("../shared/data")


@app.command()
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
    as_json: Annotated[bool, typer.Option("--json", help="one object on standard output instead of a table")] = False,
) -> None:
    """Words alone, meaning alone and both together: how often is a right passage among the first?

    `shop-en-zh` are the shop's English questions asked of its Chinese passages. Files may be gzipped (.gz). A hit@k is a question with a gold passage among its first k. A question's "entity" limits its
    search to the docs of that entity, its "locale" to those of that language.

    Examples: python -m eval retrieval --set lcqmc; python -m eval retrieval --docs d.jsonl --questions q.jsonl --json;
    python -m eval retrieval --cases my-questions.jsonl --shop my-shop
    """
    from bot.commands.indexing import progress
    from eval import tables
    from eval.benchmarks.retrieval import SETS, Cases, run
    from eval.errors import EvalError

    if (docs is None) != (questions is None):
        raise typer.BadParameter("--docs and --questions go together")
    if unknown := set(sets or ()) - set(SETS):
        raise typer.BadParameter(f"there is no set {', '.join(sorted(unknown))}; there are {', '.join(SETS)}")
    if of_shop is not None and cases is None:
        raise typer.BadParameter("--shop needs --cases: our questions are about the sample shop")
    own = (docs, questions) if docs and questions else None
    asked = Cases("frozen" if frozen else "dev") if cases is None else Cases(None, (cases,), of_shop)
    names = sets or (["shop"] if cases else None)
    try:
        with progress() as say:
            report = run(own=own, names=names, data=data, cases=asked, say=say, quick=quick)
    except EvalError as error:
        sys.exit(f"eval retrieval: {error}")
    print(json.dumps(report, ensure_ascii=False, indent=2)) if as_json else tables.show_retrieval(report)


@app.command()
def faults(
    turns: Annotated[int, typer.Option(min=1, help="turns against each fault")] = 200,
    quick: Annotated[bool, typer.Option("--quick", help="8 turns each, recovery not waited for")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one object on standard output instead of a table")] = False,
) -> None:
    """A language model's endpoint that breaks in seventeen ways: is every turn answered, from facts, once, in time?

    `right` are replies that say the template's sentences and no other, each once. Exit status 1 where one is not, where the
    99th percentile is above 8 s (100 ms with the breaker open), or where recovery takes more than 30 s.

    Example: python -m eval faults --quick
    """
    from bot.commands.indexing import progress
    from bot.logs import set_up
    from eval import tables
    from eval.faults.bench import broken, run

    set_up("error")  # each failure would be a line
    with progress() as say:
        report = run(turns=8 if quick else turns, recover=not quick, say=say)
    print(json.dumps(report, ensure_ascii=False, indent=2)) if as_json else tables.show_faults(report)
    if faulty := broken(report):
        sys.exit(f"eval faults: {'; '.join(faulty)}")


@app.command()
def constraints(
    cases: Annotated[
        Path | None, typer.Option(help="your own cases: JSONL as docs/cases.md has it; else those in eval/data")
    ] = None,
    shop: Annotated[Path | None, typer.Option(help="a shop's folder; the sample where left out")] = None,
    half: Annotated[
        str | None, typer.Option(help="dev, test, frozen or all; of ours dev where left out, of your own cases all")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="the first 60 cases")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one object on standard output instead of tables")] = False,
) -> None:
    """How many messages are read into exactly the limits that they state: price, colour, size, stock, sort order, ...

    A case is right where its whole `where` is right. `p50_us` and `p95_us` are microseconds a message.

    Examples: python -m eval constraints --half test; python -m eval constraints --cases c.jsonl --shop my-shop --json
    """
    from bot.commands.indexing import progress
    from eval import tables
    from eval.benchmarks.constraints import HALVES, run
    from eval.errors import EvalError
    from knowledge_base.errors import KnowledgeError

    if half is not None and half not in HALVES:
        raise typer.BadParameter(f"there is no half {half!r}; there are {', '.join(HALVES)}")
    try:
        with progress() as say:
            report = run(cases=cases, shop=shop, half=half, quick=quick, say=say)
    except (EvalError, KnowledgeError, OSError) as error:
        sys.exit(f"eval constraints: {error}")
    print(json.dumps(report, ensure_ascii=False, indent=2)) if as_json else tables.show_constraints(report)


@app.command()
def conversations(
    cases: Annotated[
        Path | None, typer.Option(help="your own scripts in the format of docs/cases.md; ours where left out")
    ] = None,
    shop: Annotated[Path | None, typer.Option(help="a folder with shop.toml; the sample shop where left out")] = None,
    half: Annotated[str, typer.Option(help="dev, test, frozen or all")] = "all",
    quick: Annotated[bool, typer.Option("--quick", help="the first few conversations alone")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one object on standard output instead of tables")] = False,
) -> None:
    """Scripted conversations through the whole engine: the share of turns that are right, and which aren't.

    Beside it stands the same engine with the state of the conversation thrown away after each turn.

    Examples: python -m eval conversations --half dev; python -m eval conversations --cases talks.jsonl --shop my-shop --json
    """
    from bot.commands.indexing import progress
    from eval import tables
    from eval.benchmarks.conversations import run
    from eval.benchmarks.talks import HALVES
    from eval.errors import EvalError

    if half not in (*HALVES, "all"):
        raise typer.BadParameter(f"there is no half {half}; there are {', '.join(HALVES)} and all")
    try:
        with progress() as say:
            report = run(cases=cases, shop=shop, half=half, quick=quick, say=say)
    except EvalError as error:
        sys.exit(f"eval conversations: {error}")
    print(json.dumps(report, ensure_ascii=False, indent=2)) if as_json else tables.show_conversations(report)


@app.command()
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
    folds: Annotated[
        int, typer.Option(min=0, help="measure on so many folds of --train in turn, in place of --test")
    ] = 0,
    quick: Annotated[bool, typer.Option("--quick", help="without fine-tuning the encoder")] = False,
    cases: Annotated[
        Path | None, typer.Option(help="the clerk's own router instead, on labelled messages: docs/cases.md, Intents")
    ] = None,
    shop: Annotated[
        Path | None, typer.Option(metavar="DIR", help="with --cases: the shop that is asked; the sample where left out")
    ] = None,
    half: Annotated[str, typer.Option(help="with --cases: dev, test or frozen; all but frozen where left out")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="one object on standard output instead of a table")] = False,
) -> None:
    """Is the intent right, are the chances true, and is what has no intent told apart?

    Thresholds are chosen by cross-fitting on --train and --oos-train. Fine-tuning needs the extra `train`, and minutes.

    Examples: python -m eval intents --train train.jsonl --test val.jsonl --oos-train o.jsonl --oos-test p.jsonl --quick;
    python -m eval intents --cases eval/data/intents.jsonl --half dev
    """
    from bot.commands.indexing import progress
    from bot.settings import load_settings
    from eval import tables
    from eval.benchmarks.cases import measure
    from eval.benchmarks.intents import Files, How, run
    from eval.errors import EvalError

    if (cases is None) == (train is None):
        raise typer.BadParameter("give either --train (with --test or --folds) or --cases")
    try:
        with progress() as say:
            if cases:
                report = measure(cases, shop, half=half, say=say)
            elif train:
                files = Files(train, test, val, oos_train, oos_val, oos_test)
                report = run(files, How(shots, draws, folds, quick), settings=load_settings(), say=say)
    except (EvalError, OSError) as error:
        sys.exit(f"eval intents: {error}")
    show = tables.show_cases if cases else tables.show_intents
    print(json.dumps(report, ensure_ascii=False, indent=2)) if as_json else show(report)


@app.command()
def attacks(
    cases: Annotated[
        Path | None,
        typer.Option(help="your own attacks in the format of docs/cases.md; ours and BIPIA's where left out"),
    ] = None,
    shop: Annotated[
        Path | None, typer.Option(help="a folder with shop.toml, whose texts are planted in; the sample shop")
    ] = None,
    half: Annotated[str, typer.Option(help="dev, test, frozen or all; of your own cases all")] = "",
    writer: Annotated[
        list[str] | None, typer.Option("--writer", help="template, chat or agent; repeatable; all of them")
    ] = None,
    data: Annotated[Path, typer.Option(help="the folder that holds security/ and reviews/")] = DATA,
    quick: Annotated[bool, typer.Option("--quick", help="300 cases, and fewer clean texts")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one object on standard output instead of tables")] = False,
) -> None:
    """Texts that give orders, met by an obedient attacker in place of the language model: how many get through, with and without defences?

    What is a breach is decided from outside: by the words of the reply and by what was done. Needs the extra `llm`.

    Examples: python -m eval attacks --quick; python -m eval attacks --cases a.jsonl --shop my-shop --json
    """
    from bot.commands.indexing import progress
    from eval import tables
    from eval.attacks.bench import run
    from eval.attacks.texts import HALVES, WRITERS
    from eval.errors import EvalError
    from knowledge_base.errors import KnowledgeError

    chosen = half or ("all" if cases else "dev")
    if chosen not in (*HALVES, "all"):
        raise typer.BadParameter(f"there is no half {half}; there are {', '.join(HALVES)} and all")
    if unknown := set(writer or ()) - set(WRITERS):
        raise typer.BadParameter(f"there is no writer {', '.join(unknown)}; there are {', '.join(WRITERS)}")
    try:
        with progress() as say:
            report = run(
                cases=cases, shop=shop, half=chosen, quick=quick, data=data, writers=writer or WRITERS, say=say
            )
    except (EvalError, KnowledgeError) as error:
        sys.exit(f"eval attacks: {error}")
    print(json.dumps(report, ensure_ascii=False, indent=2)) if as_json else tables.show_attacks(report)


@app.command()
def calibrate(
    out: Annotated[Path | None, typer.Option(help="where the card goes; over the one in use where left out")] = None,
) -> None:
    """Fit the chance that what was found answers a question, on the sample shop's calibration questions; needs the extra `train`.

    Example: python -m eval calibrate --out /tmp/card.json
    """
    from bot.commands.indexing import progress
    from eval.benchmarks.calibrate import fit
    from retrieval.answerable import CARD

    with progress() as say:
        card = fit(out or CARD, say)
    print(json.dumps(card["models"], indent=2))


@app.command()
def speed(
    products: Annotated[int | None, typer.Option(min=50, help="of the made-up shop; 43,000 where left out")] = None,
    cases: Annotated[
        Path | None,
        typer.Option(help='your own turns: JSONL of {"text"}, optionally "conversation", "locale", "kind"'),
    ] = None,
    shop: Annotated[Path | None, typer.Option(help="your own shop's folder, instead of a made-up one")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="a small shop, in seconds")] = False,
    growth: Annotated[
        bool, typer.Option("--growth", help="also over 430,000 products, with random vectors: half an hour")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one object on standard output instead of tables")] = False,
) -> None:
    """Index, open, answer: how long each takes and how much memory, with the recall of the vectors and Chroma's own beside it.

    Turns run one after the other in one thread, without an LLM. The index is killed on its way once and begun again.

    Examples: python -m eval speed --quick; python -m eval speed --products 43000 --json; python -m eval speed --shop my-shop
    """
    from bot.commands.indexing import progress
    from eval import tables
    from eval.benchmarks.speed import run

    with progress() as say:
        report = run(products=products, cases=cases, shop=shop, quick=quick, growth=growth, say=say)
    print(json.dumps(report, ensure_ascii=False, indent=2)) if as_json else tables.show_speed(report)


@app.command()
def selection(
    data: Annotated[
        Path, typer.Option(help="the folder that holds faq/dstc11_docs.jsonl.gz and faq/dstc11_val.jsonl.gz")
    ] = DATA,
    quick: Annotated[
        bool, typer.Option("--quick", help="six houses and one epoch: whether it runs, not how good it is")
    ] = False,
    base: Annotated[str, typer.Option(help="what is tuned: bundled, or a sentence-transformers folder")] = "bundled",
    as_json: Annotated[bool, typer.Option("--json", help="one object on standard output instead of a table")] = False,
) -> None:
    """Tune the embedder on half of DSTC11's turns and measure on the other half: which snippets answer, in which house?

    The halves share no dialogue and no question. Yardsticks run beside: BM25 and MiniLM untuned, MiniLM tuned for one epoch. The
    models are kept in the data folder, under the digest of what they learned. Needs the extra `train`; up to 30 minutes on two cores.

    Example: python -m eval selection --quick
    """
    from bot.commands.indexing import progress
    from eval import tables
    from eval.benchmarks.selection import run
    from eval.errors import EvalError

    try:
        with progress() as say:
            report = run(data=data, quick=quick, say=say, base=base)
    except (EvalError, FileNotFoundError) as error:
        sys.exit(f"eval selection: {error}")
    print(json.dumps(report, ensure_ascii=False, indent=2)) if as_json else tables.show_selection(report)
