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
    as_json: Annotated[bool, typer.Option("--json", help="one object on standard output instead of a table")] = False,
) -> None:
    """Words alone, meaning alone and both together: how often is a right passage among the first?

    Files may be gzipped (.gz). A hit@k is a question with a gold passage among its first k. A question's "entity" limits its
    search to the docs of that entity, its "locale" to those of that language.

    Examples: python -m eval retrieval --set lcqmc; python -m eval retrieval --docs d.jsonl --questions q.jsonl --json
    """
    from bot.commands.indexing import progress
    from eval import tables
    from eval.benchmarks.retrieval import SETS, run
    from eval.errors import EvalError

    if (docs is None) != (questions is None):
        raise typer.BadParameter("--docs and --questions go together")
    if unknown := set(sets or ()) - set(SETS):
        raise typer.BadParameter(f"there is no set {', '.join(sorted(unknown))}; there are {', '.join(SETS)}")
    own = (docs, questions) if docs and questions else None
    try:
        with progress() as say:
            report = run(own=own, names=sets, data=data, half="frozen" if frozen else "dev", say=say)
    except EvalError as error:
        sys.exit(f"eval retrieval: {error}")
    print(json.dumps(report, ensure_ascii=False, indent=2)) if as_json else tables.show_retrieval(report)


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
