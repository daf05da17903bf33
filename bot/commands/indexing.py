"""`shopclerk init` and `shopclerk index`."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import ShopAt
from bot.errors import BotError, RefusedLines
from bot.settings import Settings, load_settings
from knowledge_base.errors import KnowledgeError
from retrieval.errors import BrokenIndex, RetrievalError

Signature = frozenset[tuple[Path, int, int]]
_LOOK_EVERY_S = 1.0
_TELL_EVERY_S = 10.0

if TYPE_CHECKING:
    from knowledge_base.types import Refusal
    from retrieval.generations import Progress
    from retrieval.index import Index, SyncReport


def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="the new shop's folder")]) -> None:
    """Write a commented shop.toml and template files to fill in.

    Example: shopclerk init my-shop
    """
    from importlib.resources import as_file, files

    if folder.exists() and not folder.is_dir():
        sys.exit(f"shopclerk init: {folder} is a file; name a new folder.")
    if folder.exists() and any(folder.iterdir()):
        sys.exit(f"shopclerk init: {folder} is not empty; nothing was written. Name a new folder.")
    with as_file(files("knowledge_base").joinpath("templates")) as templates:
        shutil.copytree(templates, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    print(
        f"Wrote {', '.join(sorted(str(p.relative_to(folder)) for p in folder.rglob('*') if p.is_file()))} to {folder}."
    )
    print(f"Fill them in, then: shopclerk index {folder} && shopclerk chat {folder}")


def index(
    shop: ShopAt = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show what would change, write nothing")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="refuse the whole index where any line is refused")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="stay, and follow the files")] = False,
) -> None:
    """Read a shop's files and bring its index to them; only what changed is embedded again.

    Examples: shopclerk index my-shop; shopclerk index my-shop --dry-run; shopclerk index --watch
    """
    settings = load_settings(**({"shop": shop} if shop else {}))
    seen = _signature(settings)
    _index_once(settings, dry_run, strict)
    if watch:
        with suppress(KeyboardInterrupt):
            _follow(settings, strict, seen)


def _index_once(settings: Settings, dry_run: bool, strict: bool) -> None:
    from bot.wiring import classifier_of, counted, embedder_of, index_root, prepare, shop_of, uncounted
    from knowledge_base.reading import read_shop, signature
    from retrieval.generations import check_free
    from retrieval.index import Index, compare, sync
    from retrieval.last_read import recall, remember

    shop = shop_of(settings)
    root = index_root(settings, shop)
    if not dry_run:
        check_free(root)
    embedder, seen = embedder_of(settings), signature(shop) + uncounted(settings, shop)
    known = recall(root, seen, embedder.name)
    if known is not None and _opens(Index(root, shop, embedder)):
        report, refusals, withheld = known
        _check(refusals, strict)
    else:
        with progress() as say:
            read = read_shop(shop, on_progress=lambda name, count: say(f"reading {name}", count, count))
            knowledge = counted(settings, shop, read)
            refusals, withheld = knowledge.refusals, knowledge.withheld
            _check(refusals, strict)
            if dry_run:
                report = compare(shop, knowledge, root=root, embedder=embedder)
            else:
                write = partial(sync, shop, knowledge, root=root, embedder=embedder, on_progress=say, prepare=prepare)
                report = write()
                if report.up_to_date and not _opens(Index(root, shop, embedder)):
                    report = write(anew=True)
                say("own intents", 0, 1)
                classifier_of(settings, shop, embedder)
                say("own intents", 1, 1)
                remember(root, seen, embedder.name, knowledge, report)
    if not dry_run:
        classifier_of(settings, shop, embedder)
    _tell(refusals)
    for text in withheld:
        print(f"held back  {text}", file=sys.stderr)
    _show(report, dry_run)


def _check(refusals: Sequence[Refusal], strict: bool) -> None:
    if strict and refusals:
        _tell(refusals)
        raise RefusedLines(len(refusals))


def _opens(index: Index) -> bool:
    try:
        index.current()
    except BrokenIndex:
        return False
    return True


def _tell(refusals: Sequence[Refusal]) -> None:
    for refusal in refusals:
        print(f"refused  {refusal}", file=sys.stderr)


def _show(report: SyncReport, dry_run: bool) -> None:
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
    if report.up_to_date:
        print("The index is up to date.")


def _follow(settings: Settings, strict: bool, seen: Signature) -> None:
    """Index again whenever the shop's files are not what they were; what goes wrong is told, and the watch goes on.

    Files are looked at once a second: unlike notices from the system, this misses no change and works on network disks.
    """
    print("Watching the shop's files; end with Ctrl-C.", file=sys.stderr)
    while True:
        time.sleep(_LOOK_EVERY_S)
        now = _signature(settings)
        if now == seen:
            continue
        seen = now
        try:
            _index_once(settings, False, strict)
        except (KnowledgeError, RetrievalError, BotError) as error:
            print(f"{error} The index stays as it was.", file=sys.stderr)


def _signature(settings: Settings) -> Signature:
    """(path, change time, size) of shop.toml and every file that it names, as far as they can be seen."""
    from bot.wiring import shop_of
    from knowledge_base.reading import files_of
    from knowledge_base.recommending import FILE as RULES

    files: list[Path] = []
    with suppress(KnowledgeError):
        shop = shop_of(settings)
        files += [shop.folder / "shop.toml", shop.folder / RULES]
        files += [shop.folder / intent.file for intent in shop.intents if intent.file]
        for spec in shop.sources:
            files += files_of(shop, spec)
    seen = [(file, file.stat()) for file in files if file.exists()]
    return frozenset((file, stat.st_mtime_ns, stat.st_size) for file, stat in seen)


@contextmanager
def progress() -> Iterator[Progress]:
    """Progress on standard error: a bar a step in a terminal, elsewhere a line when a step begins and one when it is done."""
    if not sys.stderr.isatty():
        yield _lines()
        return
    with ExitStack() as stack:
        bars: list[Progress] = []

        def say(step: str, done: int, of: int) -> None:
            if not bars:  # loaded when there is something to tell: mostly there isn't
                bars.append(_bars(stack))
            bars[0](step, done, of)

        yield say


def _bars(stack: ExitStack) -> Progress:
    """A bar a step, with its rate and the time that is left; they go when the stack is left."""
    from rich import progress as rich
    from rich.console import Console

    columns = (
        rich.TextColumn("{task.description}"),
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TextColumn("{task.speed:.0f}/s", style="dim"),
        rich.TimeElapsedColumn(),
        rich.TimeRemainingColumn(),
    )
    bar = stack.enter_context(rich.Progress(*columns, console=Console(stderr=True), transient=True))
    tasks: dict[str, rich.TaskID] = {}

    def say(step: str, done: int, of: int) -> None:
        if step not in tasks:
            tasks[step] = bar.add_task(step, total=of, completed=done)
        bar.update(tasks[step], completed=done, total=of)

    return say


def _lines() -> Progress:
    """A line when a step begins, one when it is done, and one now and then between, with rate and time left."""
    began: dict[str, tuple[float, int]] = {}
    told: dict[str, float] = {}
    last: dict[str, int] = {}

    def say(step: str, done: int, of: int) -> None:
        now = time.monotonic()
        since, before = began.setdefault(step, (now, done))
        if done < before:  # a step of that name begins anew
            since, before = began[step] = (now, done)
        due = done in (0, of) or now - told.setdefault(step, now) >= _TELL_EVERY_S
        if due and last.get(step) != done:
            told[step], last[step] = now, done
            print(f"{step}: {done} of {of}{_rate(done - before, of - done, now - since)}", file=sys.stderr)

    return say


def _rate(done: int, left: int, seconds: float) -> str:
    if not done or not left or not seconds:
        return ""
    return f", {done / seconds:.0f}/s, {left * seconds / done:.0f} s left"
