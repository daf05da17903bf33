"""How the clerk does on real conversations: replay, compare, explain, rerun; and how well identifiers are taken out of them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import ShopIs
from bot.commands.outputs import a_file, a_folder
from eval.commands.options import DATA, AsJson, show

if TYPE_CHECKING:
    from bot.settings import Settings

SAMPLE = Path(__file__).parent.parent / "data" / "transcripts.sample.jsonl"

Run = Annotated[Path, typer.Argument(help="the folder of a finished replay")]
Turn = Annotated[str, typer.Argument(help="CONVERSATION:NUMBER, as the report has it")]
Customers = Annotated[
    list[str] | None,
    typer.Option("--customer", help="a speaker who is a customer, where the file has names; all others are people of the shop; repeatable"),
]  # fmt: skip
Zone = Annotated[
    str | None, typer.Option(help="where clocks without a zone stand, such as Asia/Shanghai; UTC where left out")
]
Gate = Annotated[Path | None, typer.Option(help="a shop's rules, docs/replay.md; exit status 1 where one doesn't hold")]
Html = Annotated[
    Path | None, typer.Option(help="write the comparison as one page that fetches nothing", callback=a_file)
]
Out = Annotated[
    Path | None,
    typer.Option(help="the run's folder; replays/NAME in the data folder where left out", callback=a_folder),
]
Against = Annotated[Path | None, typer.Option(help="the folder of an earlier replay of the same transcripts")]
Judge = Annotated[
    bool, typer.Option("--judge", help="ask SHOPCLERK_LLM_MODEL for a verdict on each turn, at its price")
]
JudgePrompt = Annotated[Path | None, typer.Option(help="the judge's rules; eval/replay/judge.md where left out")]


def replay(
    transcripts: Annotated[
        Path, typer.Argument(help="JSONL, CSV, OpenAI messages, Chatwoot, tau2, or a data folder of ours")
    ],
    out: Out = None,
    against: Against = None,
    gate: Gate = None,
    html: Html = None,
    jobs: Annotated[int, typer.Option(min=1, max=64, help="processes")] = 1,
    customers: Customers = None,
    zone: Zone = None,
    shop: ShopIs = None,
    judge: Judge = False,
    judge_prompt: JudgePrompt = None,
    as_json: AsJson = False,
) -> None:
    """Each customer turn of real conversations through the engine, with what was really answered before it for its history.

    Nobody's name, address or number is written. A run that was cut off goes on where it was. With --against the turns are compared
    one by one, and --gate says whether the new version may go out.

    Examples: python -m eval replay chats.jsonl --out runs/main; python -m eval replay chats.jsonl --against runs/main --gate gate.toml --html report.html
    """  # fmt: skip
    from bot.commands.indexing import progress
    from bot.settings import load_settings
    from eval.replay.agreement import agreement
    from eval.replay.figures import figures
    from eval.replay.gate import load_gate
    from eval.replay.judging import load_prompt
    from eval.replay.running import replay as run
    from eval.tables.replaying import show_run

    if against is None and (gate or html):
        raise typer.BadParameter("--gate and --html say how a run differs from another: name that one with --against")
    settings = load_settings(**({"shop": shop} if shop else {}))
    folder = out or settings.data_dir / "replays" / transcripts.name.split(".")[0]
    _check_judge(judge, judge_prompt, settings)
    load_gate(gate)
    rules = load_prompt(judge_prompt) if judge else ""
    _check_base(against, folder)
    with progress() as say:
        who = frozenset(customers or ())
        run(transcripts, settings, folder, jobs=jobs, customers=who, zone=_zone(zone), say=say)
        if judge:
            _judge(folder, settings, rules, say)
    if against is None:
        told = {"agreement": agreement(folder), **figures(folder), "folder": str(folder)}
        show(told, as_json, show_run)
        return
    compare(folder, against, gate, html, as_json)


def _check_judge(judge: bool, prompt: Path | None, settings: Settings) -> None:
    if judge and not (settings.llm_base_url and settings.llm_model):
        raise typer.BadParameter("--judge asks a language model: set SHOPCLERK_LLM_BASE_URL and SHOPCLERK_LLM_MODEL")
    if prompt and not judge:
        raise typer.BadParameter("--judge-prompt is what --judge goes by: give that, too")


def _check_base(against: Path | None, folder: Path) -> None:
    """That there is a run to compare with, and that it isn't written over."""
    from eval.replay import keeping

    if against is None:
        return
    if against.resolve() == folder.resolve():
        raise typer.BadParameter(f"--out and --against are both {folder}: the earlier run would be lost")
    keeping.about(against)


def _judge(folder: Path, settings: Settings, rules: str, say: Any) -> None:
    """The endpoint is the writers', whoever words the replies."""
    from bot.commands.endpoint import paying
    from bot.wiring import check_writer
    from eval.replay.judging import judge

    asked = settings.model_copy(update={"writer": "chat"})
    check_writer(asked)
    judge(folder, paying(asked), rules, settings.llm_model, settings.llm_daily_cost, say)


def compare(
    run: Run, base: Annotated[Path, typer.Argument(help="the folder of the replay before")], gate: Gate = None, html: Html = None,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Two replays of the same transcripts: paired differences by intent and language, the changed turns worst first, and the gate.

    Examples: python -m eval compare runs/new runs/main; python -m eval compare runs/new runs/main --gate gate.toml --html report.html
    """
    from dataclasses import asdict

    from eval.replay.compare import compare as compared
    from eval.replay.gate import judged, load_gate
    from eval.replay.page import page
    from eval.tables.replaying import show_comparison

    rules = load_gate(gate)
    report = compared(run, base)
    verdicts = judged(report, rules)
    if html is not None:
        html.write_text(page(report, verdicts, f"{run.name} against {base.name}"), encoding="utf-8")
    show({**report, "gate": [asdict(one) for one in verdicts]}, as_json, show_comparison)
    if gate is not None and (broken := [one for one in verdicts if not one.holds]):
        sys.exit(
            "the gate is shut: " + "; ".join(f"{one.rule} = {one.bound:g} doesn't hold ({one.told})" for one in broken)
        )


def explain(run: Run, turn: Turn, as_json: AsJson = False) -> None:
    """How a reply of a replay came about: what was understood, found, said and stopped.

    Example: python -m eval explain runs/main chat-17:2
    """
    from eval.replay.keeping import turn as kept
    from eval.tables.replaying import show_turn

    row = kept(run, turn)
    show(row, as_json, show_turn)


def rerun(
    run: Run,
    turn: Turn,
    transcripts: Annotated[
        Path | None,
        typer.Option(
            help="where the run was made from: the customer's own words; else those of the run, with placeholders"
        ),
    ] = None,
    customers: Customers = None,
    zone: Zone = None,
    shop: ShopIs = None,
    as_json: AsJson = False,
) -> None:
    """One turn of a replay once more, on today's index and code, beside what it was.

    Example: python -m eval rerun runs/main chat-17:2 --transcripts chats.jsonl
    """
    from bot.commands.indexing import progress
    from bot.settings import load_settings
    from bot.wiring import open_shop
    from eval.replay.playing import quiet
    from eval.replay.rerunning import again
    from eval.tables.replaying import show_rerun

    settings = load_settings(**({"shop": shop} if shop else {}))
    with progress() as say:
        open_shop(quiet(settings), on_progress=say)
    before, after = again(run, turn, settings, transcripts, frozenset(customers or ()), _zone(zone))
    show({"turn": turn, "before": before, "after": after}, as_json, show_rerun)


def anonymise(
    rows: Annotated[
        Path | None,
        typer.Option(help="your own rows: JSONL of id, text, spans (start, end, kind), half; ours where left out"),
    ] = None,
    half: Annotated[
        str, typer.Option(help="dev, dev2, test, test2, test3 or all; docs/replay.md says what is what")
    ] = "all",
    as_json: AsJson = False,
) -> None:
    """How many planted identifiers are found, by kind, language and half; and what is taken for one and isn't.

    Example: python -m eval anonymise --half dev --json
    """  # fmt: skip
    from eval.benchmarks.identifiers import run
    from eval.tables.replaying import show_identifiers

    report = run(rows, half)
    show(report, as_json, show_identifiers)


def detect(
    transcripts: Annotated[
        Path | None, typer.Option(help="the conversations; ours over the sample shop where left out")
    ] = None,
    samples: Annotated[int, typer.Option(min=1, help="bootstrap samples of conversations a version")] = 20,
    only: Annotated[list[str] | None, typer.Option("--version", help="one of the worse versions; repeatable")] = None,
    shop: ShopIs = None,
    as_json: AsJson = False,
) -> None:
    """Does the gate tell good from bad? Twenty versions of the clerk with faults of graded size, and the same clerk again. Exit status 1
    where the unchanged one is shut out more than once.

    Example: python -m eval detect --json
    """  # fmt: skip
    from bot.commands.indexing import progress
    from bot.settings import load_settings
    from eval.replay.detecting import run
    from eval.tables.replaying import show_detection

    settings = load_settings(**({"shop": shop} if shop else {}))
    with progress() as say:
        report = run(transcripts or SAMPLE, settings, say, samples=samples, only=only or ())
    show(report, as_json, show_detection)
    if report["unchanged_shut"] > 1:
        sys.exit(f"eval detect: the unchanged clerk was shut out {report['unchanged_shut']} times")


def outcomes(
    data: Annotated[
        Path, typer.Option(help="the folder that holds transcripts/tau2_retail_sim_train.jsonl and agent/tau2_retail")
    ] = DATA,
    test: Annotated[
        Path | None,
        typer.Option(help="other simulations of the same shop, read by the checks that the first file keeps"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How a simulated conversation ended, where the truth is known: by the data's end state, and by a reader that doesn't know what was
    expected, each conversation left out in turn, beside `always good`.

    Examples: python -m eval outcomes --json; python -m eval outcomes --test others.jsonl
    """  # fmt: skip
    from eval.benchmarks.outcomes import run
    from eval.tables.replaying import show_outcomes

    report = run(data, test)
    show(report, as_json, show_outcomes)


def _zone(name: str | None) -> Any:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise typer.BadParameter(f"--zone {name}: there is no such zone; write one such as Asia/Shanghai") from error
