"""A whole replay: a stream of transcripts through one player or several processes, into a folder."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from datetime import tzinfo
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from bot.settings import Settings
from bot.wiring import index_root, open_shop, shop_of
from eval.replay.keeping import Unfinished
from eval.replay.playing import Played, Workplace, quiet
from eval.replay.readers import kept
from eval.replay.readers.reading import transcripts_of
from eval.replay.transcripts import Transcript
from retrieval import generations

Said = Callable[[str, int, int], None]
_AHEAD = 4
"""Transcripts a process that are read ahead of it."""
_CODE = ("bot", "retrieval", "knowledge_base", "eval")


def replay(
    source: Path, settings: Settings, out: Path, *, jobs: int = 1, customers: frozenset[str] = frozenset(),
    zone: tzinfo | None = None, say: Said = lambda step, done, of: None,
) -> None:  # fmt: skip
    """Fill `out`; what an earlier run of the same thing has done there is not done again. Raises what the readers do, and what
    opening a shop does."""
    shop, whole = shop_of(settings), sum(1 for _ in transcripts_of(source, customers, zone))
    open_shop(
        quiet(settings), on_progress=say
    )  # what can be wrong is told before the first turn, the last line of the file included; an index is made once, not a process
    about = {"shop": shop.name, "knowledge": _state(settings), "code": code_digest(), "writer": _writer(settings)}
    unfinished = Unfinished(
        out, {**about, "transcripts": _digest(source), "customers": sorted(customers), "zone": str(zone)}
    )
    before = len(unfinished)
    try:
        todo = (one for one in transcripts_of(source, customers, zone) if not unfinished.has(one.id))
        for done, played in enumerate(_played(todo, settings, jobs), 1):
            unfinished.keep(played)
            say("conversations", before + done, whole)
        unfinished.finish(about)
    finally:
        unfinished.close()


def _played(transcripts: Iterable[Transcript], settings: Settings, jobs: int) -> Iterator[Played]:
    if jobs > 1:
        yield from _in_processes(iter(transcripts), settings, jobs)
        return
    place = Workplace(settings)
    try:
        yield from map(place.play, transcripts)
    finally:
        place.close()


_place: Workplace | None = None
"""A worker's own; a pool's processes have nowhere else to keep one."""


def _begin(settings: Settings) -> None:
    global _place
    _place = Workplace(settings)


def _play(transcript: Transcript) -> Played:
    assert _place is not None
    return _place.play(transcript)


def _in_processes(transcripts: Iterator[Transcript], settings: Settings, jobs: int) -> Iterator[Played]:
    """As they get done; the files are put in order at the end."""
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=spawned, initializer=_begin, initargs=(settings,)) as pool:
        try:
            going: set[Future[Played]] = {pool.submit(_play, one) for one in islice(transcripts, jobs * _AHEAD)}
            while going:
                done, going = wait(going, return_when=FIRST_COMPLETED)
                going |= {pool.submit(_play, one) for one in islice(transcripts, len(done))}
                yield from (one.result() for one in done)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _writer(settings: Settings) -> dict[str, str]:
    told = {"writer": settings.writer, "embedder": settings.embedder, "reranker": settings.reranker}
    return told if settings.writer == "template" else {**told, "model": settings.llm_model}


def _state(settings: Settings) -> str:
    """The digest of what is indexed."""
    root = index_root(settings, shop_of(settings))
    return str(generations.meta_of(generations.folder_of(root, generations.current_number(root))).get("state", ""))


def code_digest() -> str:
    """Of every source file that a turn may run through: two runs of one digest differ by shop and transcripts alone."""
    house, digest = Path(__file__).resolve().parents[2], sha256()
    for package in _CODE:
        for file in sorted((house / package).rglob("*")):
            if (
                file.suffix in (".py", ".toml", ".txt", ".md")
                and "sample" not in file.parts
                and "data" not in file.parts
            ):
                digest.update(file.relative_to(house).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _digest(source: Path) -> str:
    file = kept.database_of(source) if source.is_dir() else source
    digest: Any = sha256()
    with file.open("rb") as data:
        while piece := data.read(2**20):
            digest.update(piece)
    return str(digest.hexdigest())
