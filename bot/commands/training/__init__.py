"""`shopclerk train`: fit the parts that learn, on a shop's own lines. Each refuses to replace a better one."""

from __future__ import annotations

import typer

from bot.commands.training import describing, feeling, finding, recommending, understanding

COMMANDS = (
    finding.embedder, finding.ranker, describing.describer, understanding.router, recommending.recommender, feeling.sentiment,
    feeling.aspects, feeling.listener,
)  # fmt: skip

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Fit a part that learns; all but `router` need the extra `train`.",
    epilog="Example: shopclerk train router",
)


@app.callback()
def train() -> None:
    """Fit a part that learns; all but `router` need the extra `train`."""


for command in COMMANDS:
    app.command()(command)
