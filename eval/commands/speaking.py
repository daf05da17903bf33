"""What the clerk says, and what it lets nobody make it say: facts, attacks, faults, describe, e2e."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.options import Device
from bot.commands.outputs import a_file, a_folder
from eval.commands.options import DATA, AsJson, show


def facts(
    cases: Annotated[
        Path | None,
        typer.Option(help="your own cases: JSONL as docs/cases.md has it; else ours and mutations of true replies"),
    ] = None,
    shop: Annotated[Path | None, typer.Option(help="a shop's folder; the sample where left out")] = None,
    half: Annotated[
        str | None, typer.Option(help="dev, test, frozen or all; of ours dev where left out, of your own cases all")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="120 cases, spread over all")] = False,
    as_json: AsJson = False,
) -> None:
    """How many planted lies the fact lock stops, and how many true replies it stops wrongly.

    A lie is caught where a sentence is stopped that has a part of it. Beside it stand a check that every number occurs in the findings,
    and none. `p50_us` and `p95_us` are microseconds a sentence.

    Examples: python -m eval facts --half test; python -m eval facts --cases f.jsonl --shop my-shop --json
    """
    from bot.commands.indexing import progress
    from eval.benchmarks.facts import run
    from eval.tables.speaking import show_facts

    if half is not None and half not in ("dev", "test", "frozen", "all"):
        raise typer.BadParameter(f"there is no half {half!r}; there are dev, test, frozen and all")
    with progress() as say:
        report = run(cases=cases, shop=shop, half=half, quick=quick, say=say)
    show(report, as_json, show_facts)


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
    as_json: AsJson = False,
) -> None:
    """Texts that give orders, met by an obedient attacker in place of the language model: how many get through, with and without defences?

    What is a breach is decided from outside: by the words of the reply and by what was done. Needs the extra `llm`.

    Examples: python -m eval attacks --quick; python -m eval attacks --cases a.jsonl --shop my-shop --json
    """
    from bot.commands.indexing import progress
    from eval.attacks.bench import run
    from eval.attacks.texts import HALVES, WRITERS
    from eval.tables.speaking import show_attacks

    chosen = half or ("all" if cases else "dev")
    if chosen not in (*HALVES, "all"):
        raise typer.BadParameter(f"there is no half {half}; there are {', '.join(HALVES)} and all")
    if unknown := set(writer or ()) - set(WRITERS):
        raise typer.BadParameter(f"there is no writer {', '.join(unknown)}; there are {', '.join(WRITERS)}")
    with progress() as say:
        report = run(cases=cases, shop=shop, half=chosen, quick=quick, data=data, writers=writer or WRITERS, say=say)
    show(report, as_json, show_attacks)


def faults(
    turns: Annotated[int, typer.Option(min=1, help="turns against each fault")] = 200,
    quick: Annotated[bool, typer.Option("--quick", help="8 turns each, recovery not waited for")] = False,
    as_json: AsJson = False,
) -> None:
    """A language model's endpoint that breaks in seventeen ways: is every turn answered, from facts, once, in time?

    `right` are replies that say the template's sentences and no other, each once. Exit status 1 where one is not, where the
    99th percentile is above 8 s (100 ms with the breaker open), or where recovery takes more than 30 s.

    Example: python -m eval faults --quick
    """
    from bot.commands.indexing import progress
    from bot.logs import set_up
    from eval.faults.bench import broken, run
    from eval.tables.speaking import show_faults

    set_up("error")  # each failure would be a line
    with progress() as say:
        report = run(turns=8 if quick else turns, recover=not quick, say=say)
    show(report, as_json, show_faults)
    if faulty := broken(report):
        sys.exit(f"eval faults: {'; '.join(faulty)}")


def describe(
    cases: Annotated[
        Path | None,
        typer.Option(help="your own labelled texts, see docs/cases.md, Descriptions: the score sheet alone"),
    ] = None,
    shop: Annotated[
        Path | None, typer.Option(metavar="DIR", help="your own shop's folder; the sample and the retail demo store")
    ] = None,
    data: Annotated[Path, typer.Option(help="the folder that holds description/")] = DATA,
    half: Annotated[str | None, typer.Option(help="dev or test: the planted sentences of that half alone")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="the first products of each shop, in seconds")] = False,
    as_json: AsJson = False,
) -> None:
    """Descriptions of every product in every style, scored; and whether the score sheet finds planted faults.

    Beside them stand the shops' own descriptions on the same sheet.

    Examples: python -m eval describe --quick; python -m eval describe --shop my-shop --json; python -m eval describe --cases c.jsonl
    """
    from bot.commands.indexing import progress
    from eval.benchmarks.describing import run
    from eval.tables.describing import show_describe

    with progress() as say:
        report = run(cases=cases, shop=shop, data=data, quick=quick, half=half, say=say)
    show(report, as_json, show_describe)


def e2e(
    data: Annotated[Path, typer.Option(help='meaning representations with references: JSONL of {"mr", "refs"}')] = DATA
    / "description"
    / "e2e_devset.jsonl",
    epochs: Annotated[int, typer.Option(min=1, help="at most so often through all references")] = 8,
    seed: Annotated[int, typer.Option(help="of the training; the split has its own")] = 7,
    fold: Annotated[
        int | None, typer.Option(min=0, max=4, help="measure on a fifth of the training part: for choices")
    ] = None,
    models: Annotated[
        Path, typer.Option(help="where what was trained is kept, by what it learned", callback=a_folder)
    ] = Path(".shopclerk/e2e"),
    device: Device = "auto",
    quick: Annotated[
        bool, typer.Option("--quick", help="two epochs on 80: whether it runs, not how good it is")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """The tuned description writer on E2E: sacreBLEU with all references, slots missing and invented, a template beside it.

    Split 80 to 20 by whole meaning representation. Needs the extra `train`; minutes of two cores.

    Example: python -m eval e2e --json
    """
    from bot.commands.indexing import progress
    from eval.benchmarks.e2e import How, run
    from eval.tables.describing import show_e2e

    with progress() as say:
        report = run(data, How(epochs, seed, fold, quick, models, device), say=say)
    show(report, as_json, show_e2e)


def lies(
    picture: Annotated[
        Path | None, typer.Option(help="an SVG file to save what is printed in", callback=a_file)
    ] = None,
) -> None:
    """Lies for the eye: a model of ours invents, and what the fact lock keeps back is shown with its reason. Needs the extra `llm`.

    Example: python -m eval lies --picture docs/stopped-lies.svg
    """
    from bot.logs import set_up
    from eval.showing import show as play

    set_up("error")
    play(picture)
