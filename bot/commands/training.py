"""`shopclerk train`: fit the parts that learn, on a shop's own lines. Each refuses to replace a better one."""

from __future__ import annotations

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    help="Fit a part that learns; each command needs the extra `train`.",
    epilog="Example: shopclerk train router",
)


@app.callback()
def train() -> None:
    """Fit a part that learns; each command needs the extra `train`."""
