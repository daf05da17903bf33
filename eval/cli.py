"""`python -m eval`: every command, under its function's name."""

from __future__ import annotations

from collections.abc import Callable

import typer

from eval.commands import (
    access,
    advising,
    checking,
    comparing,
    feeling,
    listening,
    recommending,
    replaying,
    reporting,
    serving,
    speaking,
    understanding,
)
from eval.commands.options import in_words

COMMANDS: tuple[Callable[..., None], ...] = (
    understanding.retrieval, speaking.faults, understanding.constraints, speaking.facts, understanding.conversations,
    understanding.intents, understanding.calibrate, understanding.selection,
    speaking.attacks, speaking.describe, speaking.e2e, speaking.lies,
    serving.speed, serving.kills, serving.load,
    access.hostile, access.sessions, access.strangers, access.api, access.naughty,
    advising.lift, advising.advice, recommending.recommend, recommending.growth,
    replaying.replay, replaying.compare, replaying.explain, replaying.rerun, replaying.anonymise, replaying.detect, replaying.outcomes,
    comparing.ab,
    feeling.sentiment, feeling.aspects, listening.topics,
    reporting.insights, reporting.grouping,
    checking.lint,
)  # fmt: skip

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Measure how well the clerk works: figures on standard output, progress on standard error.",
    epilog="Example: python -m eval retrieval --set shop --json",
)
for command in COMMANDS:
    app.command()(in_words(command.__name__)(command))
