"""The options that the commands of `shopclerk insight` have in common."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.commands.outputs import a_file

LANGUAGES = ("en", "zh")


def a_language(lang: str | None) -> str | None:
    """Raises typer.BadParameter."""
    if lang not in (None, *LANGUAGES):
        raise typer.BadParameter(f"{lang!r} is no language of the reports; it should be en or zh")
    return lang


Html = Annotated[Path | None, typer.Option(help="a file to write the page to", callback=a_file)]
AsJson = Annotated[bool, typer.Option("--json", help="every figure of the page, as one object")]
Lang = Annotated[
    str | None, typer.Option(help="en or zh; the shop's first language where left out", callback=a_language)
]
Since = Annotated[str, typer.Option(help="a day of the shop such as 2026-11-01, or days back such as 7d; until now")]
Every = Literal["day", "week", "month"]
