"""The `shopclerk` program: finds its commands through the entry-point group `shopclerk.commands`, imports only the one that is called."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points, version
from typing import Any

import click
import typer
from typer.core import TyperGroup
from typer.main import get_command

GROUP = "shopclerk.commands"

SUMMARIES = {
    "demo": "Talk with the sample shop.", "init": "Write the files of a new shop to fill in.", "index": "Read a shop's files and bring its index to them.",
    "chat": "Talk with a shop in the terminal.", "serve": "Serve a shop over HTTP.", "doctor": "Check the set-up; each line is OK or says what to do.",
    "export-embedder": "Turn a sentence-transformers folder into an int8 export.", "eval": "Measure: retrieval.",
}  # fmt: skip


class Commands(TyperGroup):
    """Entry points as commands. `--help` lists them without importing; one that can't be imported is named and the others work."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        found = _found()
        return [name for name in SUMMARIES if name in found] + sorted(found.keys() - SUMMARIES.keys())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = _found().get(cmd_name)
        if entry is None:
            return None
        if cmd_name not in sys.argv[1:3] and cmd_name in SUMMARIES:
            return click.Command(cmd_name, short_help=SUMMARIES[cmd_name], help=SUMMARIES[cmd_name])
        return _loaded(cmd_name, entry)


def _found() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def _loaded(name: str, entry: EntryPoint) -> click.Command:
    try:
        target: Any = entry.load()
    except (ImportError, AttributeError) as error:
        reason = f"{entry.value} can't be loaded: {error}"
        return click.Command(name, short_help=f"({reason})", callback=lambda: sys.exit(f"shopclerk {name}: {reason}"))
    if isinstance(target, typer.Typer):
        command = get_command(target)
    else:
        app = typer.Typer(add_completion=False, rich_markup_mode="rich")
        app.command(name, no_args_is_help=False)(target)
        command = get_command(app)
    command.name = name
    return command


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, rich_markup_mode="rich")


@app.callback(epilog="Examples:  shopclerk demo  ·  shopclerk init my-shop  ·  shopclerk index my-shop  ·  shopclerk chat --once 'delivery to Canada?' --json")
def shopclerk(
    show_version: bool = typer.Option(False, "--version", is_eager=True, help="Show the version and end.", callback=lambda value: _tell_version(value)),
) -> None:
    """A customer-service bot for online shops that never says more than the facts."""


def _tell_version(value: bool) -> None:
    if value:
        print(f"shopclerk {version('shopclerk')}")
        raise typer.Exit


def main() -> None:
    """Every error that we know becomes one line on standard error and exit status 2 (settings) or 1."""
    try:
        app()
    except Exception as error:
        status = _status_of(error)
        if status is None:
            raise
        print(f"shopclerk: {error}", file=sys.stderr)
        sys.exit(status)


def _status_of(error: Exception) -> int | None:
    from bot.errors import BadSetting, BotError
    from knowledge_base.errors import BadShopFile, KnowledgeError
    from retrieval.errors import RetrievalError

    if isinstance(error, (BadSetting, BadShopFile)):
        return 2
    return 1 if isinstance(error, (BotError, KnowledgeError, RetrievalError)) else None
