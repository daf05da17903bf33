"""The `shopclerk` program: commands come from the entry-point group `shopclerk.commands`; only the called one is imported."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint, entry_points, version
from typing import Any, cast

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

GROUP = "shopclerk.commands"

SUMMARIES = {
    "demo": "Talk with the sample shop.",
    "init": "Write the files of a new shop to fill in.",
    "index": "Read a shop's files and bring its index to them.",
    "chat": "Talk with a shop in the terminal.",
    "understand": "Show what a message is taken to mean: route, limits, the question written out.",
    "serve": "Serve a shop over HTTP.",
    "telegram": "Serve a shop as a Telegram bot.",
    "operator": "Make and revoke the tokens of colleagues at the desk's page.",
    "faq": "Look at answers of colleagues for the shop's FAQ.",
    "doctor": "Check the set-up; each line is OK or says what to do.",
    "export-embedder": "Turn a sentence-transformers folder into an int8 export.",
    "build-gloss": "Make the Chinese word vectors of the bundled embedder anew.",
    "describe": "Write, score and accept product descriptions.",
    "train": "Fit a part that learns, on your own lines.",
    "eval": "Measure: retrieval, conversations; calibrate the threshold of answering.",
}
"""Our own commands in the order of `--help`, told without importing them."""

_EXAMPLES = """Examples:

shopclerk demo

shopclerk init my-shop && shopclerk index my-shop && shopclerk chat my-shop

shopclerk chat --once "How much is delivery to Canada?" --json
"""


class Commands(TyperGroup):
    """Entry points as commands. One that can't be imported is named, and the others work."""

    def list_commands(self, ctx: Any) -> list[str]:
        found = _found()
        return [name for name in SUMMARIES if name in found] + sorted(found.keys() - SUMMARIES.keys())

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | None:
        entry = _found().get(cmd_name)
        if entry is None:
            return None
        if cmd_name in SUMMARIES and cmd_name not in sys.argv[1:3]:
            return TyperCommand(cmd_name, short_help=SUMMARIES[cmd_name], help=SUMMARIES[cmd_name])
        return _loaded(cmd_name, entry)


def _found() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def _loaded(name: str, entry: EntryPoint) -> TyperCommand:
    """The command behind an entry point: a Typer app, or a plain function."""
    try:
        target: Any = entry.load()
    except (ImportError, AttributeError) as error:
        reason = f"{entry.value} can't be loaded: {error}"
        return TyperCommand(name, short_help=f"({reason})", callback=lambda: sys.exit(f"shopclerk {name}: {reason}"))
    if not isinstance(target, typer.Typer):
        single = typer.Typer(add_completion=False, rich_markup_mode="rich")
        single.command(name)(target)
        target = single
    command = cast(TyperCommand, get_command(target))
    command.name = name
    return command


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, rich_markup_mode="rich")


def _tell_version(value: bool) -> None:
    if value:
        print(f"shopclerk {version('shopclerk')}")
        raise typer.Exit


@app.callback(epilog=_EXAMPLES)
def shopclerk(
    show_version: bool = typer.Option(
        False, "--version", is_eager=True, help="Show the version and end.", callback=_tell_version
    ),
) -> None:
    """A customer-service bot for online shops that never says more than the facts."""


_EXTRAS = {"aiogram": "telegram", "redis": "redis", "mcp": "mcp", "openai": "llm"}
"""A package -> the extra that brings it; those of training and measuring are many."""


def _extra_of(package: str) -> str:
    first = package.split(".")[0]
    return "llm" if first.startswith("langchain") else _EXTRAS.get(first, "eval,train")


def main() -> None:
    """Every error that we know becomes one line on standard error and exit status 2 (settings) or 1."""
    try:
        app()
    except ModuleNotFoundError as error:
        print(
            f"shopclerk: {error.name} isn't installed; an extra brings it: {sys.executable} -m pip install 'shopclerk[{_extra_of(error.name or '')}]'",
            file=sys.stderr,
        )
        sys.exit(1)
    except _known() as error:
        print(f"shopclerk: {_told(error)}", file=sys.stderr)
        sys.exit(2 if isinstance(error, _settings()) else 1)


def _known() -> tuple[type[Exception], ...]:
    """Asked for only when something was raised: importing the packages takes longer than most commands."""
    from bot.errors import BotError
    from knowledge_base.errors import KnowledgeError
    from retrieval.errors import RetrievalError

    return (BotError, KnowledgeError, RetrievalError, OSError)


def _told(error: Exception) -> str:
    from knowledge_base.errors import of_file

    return of_file(error) if isinstance(error, OSError) else str(error)


def _settings() -> tuple[type[Exception], ...]:
    from bot.errors import BadSetting
    from knowledge_base.errors import BadShopFile

    return (BadSetting, BadShopFile)


if __name__ == "__main__":
    main()
