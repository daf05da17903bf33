"""How fast the clerk is, and what becomes of messages when the process dies."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.outputs import a_folder
from eval.commands.options import AsJson, show


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
    keep: Annotated[
        Path | None,
        typer.Option(help="a folder in which the made-up shop's index stays for the next run", callback=a_folder),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Index, open, answer: how long each takes and how much memory, with the recall of the vectors and Chroma's own beside it.

    Turns run one after the other in one thread, without an LLM. The index is killed on its way once and begun again.

    Examples: python -m eval speed --quick; python -m eval speed --products 43000 --json; python -m eval speed --shop my-shop
    """
    from bot.commands.indexing import progress
    from eval.benchmarks.speed import run
    from eval.tables.serving import show_speed

    with progress() as say:
        report = run(products=products, cases=cases, shop=shop, quick=quick, growth=growth, say=say, keep=keep)
    show(report, as_json, show_speed)


def kills(
    messages: Annotated[
        int, typer.Option(min=30, help="of customers: a third in Telegram, a third over the website")
    ] = 20_000,
    deaths: Annotated[int, typer.Option("--kills", min=0, help="SIGKILL at a random moment")] = 200,
    stops: Annotated[int, typer.Option(min=0, help="SIGTERM at a random moment")] = 50,
    each: Annotated[int, typer.Option(min=1, help="deaths at each named point, by both signals in turn")] = 2,
    seed: Annotated[int, typer.Option(help="of moments, customers and messages")] = 6,
    quick: Annotated[bool, typer.Option("--quick", help="600 messages, 6 kills, 2 stops, 1 at each point")] = False,
    as_json: AsJson = False,
) -> None:
    """Kill the serving process again and again while customers write: is each message answered once, in order?

    `shopclerk serve` over the sample shop, with a made-up chat channel whose sends have no key, Telegram's own door, storms of 429, and
    customers of the website who send again what fails. Exit status 1 where anything is lost, out of order or done twice, a reply over the website is doubled, more in
    Telegram than .2 % of turns, more in the chat than one a death, a start takes more than 8 s to its first reply, or a stop more than 10 s. Then bad weather for
    one process: 30 % of the sends are limited, the database is locked, the disk is full (where a small one may be mounted), the index is deleted. Last, aiogram as it comes under the same storms.

    Example: python -m eval kills --quick
    """
    from bot.commands.indexing import progress
    from eval.kills.bench import Plan, broken, run
    from eval.tables.serving import show_kills

    plan = Plan(600, 6, 2, 1, seed=seed, weather=120) if quick else Plan(messages, deaths, stops, each, seed=seed)
    with progress() as say:
        report = run(plan, say)
    show(report, as_json, show_kills)
    if faulty := broken(report):
        sys.exit(f"eval kills: {'; '.join(faulty)}")


def load(
    seconds: Annotated[float, typer.Option(min=2, help="of each measurement")] = 20.0,
    times: Annotated[int, typer.Option(min=1, help="repetitions, the yardstick and ours in turn")] = 3,
    pages: Annotated[int, typer.Option(min=10, help="clients that follow conversations")] = 2000,
    only: Annotated[
        list[str] | None, typer.Option(help="acknowledgements, turns, flood or pages; again for another")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="5 s each, once, 200 pages")] = False,
    as_json: AsJson = False,
) -> None:
    """How much a `shopclerk serve` takes over loopback: acknowledgements, whole turns, a customer who floods, pages that follow.

    The sample shop, no LLM, no limits. The generator is a process of its own; where it uses more than .9 of a core it is named as the bottleneck.
    Exit status 1 where signed messages are acknowledged more slowly on one core than by a naive handler in the same run, two cores make fewer
    than 120 turns a second, one customer at 50 times the others' rate makes their p95 more than 1.5 times as long, or a page hears of a turn
    more than 80 ms behind its commit (p99), not at all, or twice.

    Examples: python -m eval load --quick; python -m eval load --json; python -m eval load --only pages
    """
    from bot.commands.indexing import progress
    from eval.load import table
    from eval.load.bench import TRIALS, Plan, broken, run

    if strange := set(only or ()) - set(TRIALS):
        sys.exit(f"eval load: there is no trial {', '.join(sorted(strange))}; --only takes {', '.join(TRIALS)}.")
    plan = Plan(5.0, 1, pages=200, followed=50, customers=20) if quick else Plan(seconds, times, pages=pages)
    with progress() as say:
        report = run(plan, say, only or ())
    show(report, as_json, table.show_load)
    if faulty := broken(report):
        sys.exit(f"eval load: {'; '.join(faulty)}")
