"""`shopclerk init` and `shopclerk index`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.settings import Settings, load_settings


def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="the new shop's folder")]) -> None:
    """Write a commented shop.toml and template files to fill in.

    Example: shopclerk init my-shop
    """
    from importlib.resources import as_file, files

    if folder.exists() and any(folder.iterdir() if folder.is_dir() else [folder]):
        sys.exit(f"shopclerk init: {folder} is not empty; nothing was written. Name a new folder.")
    with as_file(files("knowledge_base").joinpath("templates")) as templates:
        shutil.copytree(templates, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    print(
        f"Wrote {', '.join(sorted(str(p.relative_to(folder)) for p in folder.rglob('*') if p.is_file()))} to {folder}."
    )
    print(f"Fill them in, then: shopclerk index {folder} && shopclerk chat {folder}")


def index(
    shop: Annotated[
        Path | None, typer.Argument(help="a folder with shop.toml; SHOPCLERK_SHOP or the sample shop where left out")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would change, write nothing")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="refuse the whole index where any line is refused")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="stay, and follow the files")] = False,
) -> None:
    """Read a shop's files and bring its index to them; only what changed is embedded again.

    Examples: shopclerk index my-shop; shopclerk index my-shop --dry-run; shopclerk index --watch
    """
    settings = load_settings(**({"shop": shop} if shop else {}))
    _index_once(settings, dry_run, strict)
    if watch:
        _follow(settings, strict)


def _index_once(settings: Settings, dry_run: bool, strict: bool) -> None:
    from bot.wiring import index_root, shop_of
    from knowledge_base.reading import read_shop
    from retrieval.embed import open_embedder
    from retrieval.index import sync

    shop = shop_of(settings)
    with progress() as say:
        knowledge = read_shop(shop, on_progress=lambda name, count: say(f"reading {name}", count, count))
        for refusal in knowledge.refusals:
            print(f"refused  {refusal}", file=sys.stderr)
        if strict and knowledge.refusals:
            sys.exit(
                f"shopclerk index: {len(knowledge.refusals)} lines were refused and --strict is set; the index is as it was."
            )
        embedder = open_embedder(settings.embedder, threads=2)
        report = sync(
            shop, knowledge, root=index_root(settings, shop), embedder=embedder, on_progress=say, dry_run=dry_run
        )
    _show(report, dry_run)


def _show(report: Any, dry_run: bool) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(
        "read",
        "kept",
        "refused",
        "embedded",
        "removed",
        "unchanged",
        "seconds",
        title="would change" if dry_run else None,
    )
    counts = (report.read, report.kept, report.refused, report.embedded, report.removed, report.unchanged)
    table.add_row(*map(str, counts), f"{report.seconds:.1f}")
    Console().print(table)


def _follow(settings: Settings, strict: bool) -> None:
    from watchfiles import watch

    from bot.errors import BotError
    from bot.wiring import shop_of
    from knowledge_base.errors import KnowledgeError
    from retrieval.errors import RetrievalError

    folder = shop_of(settings).folder
    print(f"Watching {folder}; end with Ctrl-C.", file=sys.stderr)
    for _ in watch(folder):
        try:
            _index_once(settings, False, strict)
        except (KnowledgeError, RetrievalError, BotError) as error:
            print(f"{error} The index stays as it was.", file=sys.stderr)


@contextmanager
def progress() -> Iterator[Any]:
    """A progress bar on standard error: a function of (step, done, of)."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    tasks: dict[str, Any] = {}
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:

        def say(step: str, done: int, of: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=of)
            bar.update(tasks[step], completed=done, total=of)

        yield say
