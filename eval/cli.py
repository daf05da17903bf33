"""`python -m eval`: every command, under its function's name."""

from __future__ import annotations

import typer

from eval.commands import access, feeling, serving, speaking, understanding

COMMANDS = (
    understanding.retrieval, speaking.faults, understanding.constraints, speaking.facts, understanding.conversations,
    understanding.intents, speaking.attacks, understanding.calibrate, serving.speed, serving.kills, understanding.selection, speaking.describe,
    speaking.e2e, speaking.lies, access.hostile, access.sessions, access.strangers, access.api,
    feeling.sentiment, feeling.aspects,
)  # fmt: skip

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Measure how well the clerk works: figures on standard output, progress on standard error.",
    epilog="Example: python -m eval retrieval --set shop --json",
)
for command in COMMANDS:
    app.command()(command)
