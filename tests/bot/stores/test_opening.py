"""A fresh database is opened by many at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.stores.database import _prepared
from bot.stores.file import SqliteFile
from bot.stores.opening import opened

_EIGHT_THREADS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from bot.stores.database import _prepared
sys.stdin.readline()
with ThreadPoolExecutor(8) as threads:
    for _ in threads.map(lambda _: _prepared(Path(sys.argv[1])).execute("SELECT COUNT(*) FROM inbox"), range(8)):
        pass
"""


@contextmanager
def somebody_writing(file: Path, seconds: float) -> Iterator[None]:
    """Another program that has begun to write a file that isn't in WAL mode, as it is while it is made."""
    with ThreadPoolExecutor(1) as threads, closing(sqlite3.connect(file, check_same_thread=False)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("CREATE TABLE begun (x)")
        ending = threads.submit(_commit_after, writer, seconds)
        yield
        ending.result()


def _commit_after(writer: sqlite3.Connection, seconds: float) -> None:
    time.sleep(seconds)
    writer.commit()


def test_a_file_that_somebody_is_making_is_waited_for(tmp_path: Path) -> None:
    with somebody_writing(tmp_path / "x.sqlite", 0.3), closing(_prepared(tmp_path / "x.sqlite")) as database:
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert database.execute("SELECT COUNT(*) FROM inbox").fetchone() == (0,)


async def test_a_small_file_that_somebody_is_making_is_waited_for(tmp_path: Path) -> None:
    small = SqliteFile(tmp_path / "y.sqlite", "CREATE TABLE IF NOT EXISTS seen (key TEXT);")
    with somebody_writing(tmp_path / "y.sqlite", 0.3):
        assert await small.run(lambda database: database.execute("SELECT COUNT(*) FROM seen").fetchone()) == (0,)
    await small.close()


def test_nobody_waits_longer_than_he_said(tmp_path: Path) -> None:
    begun = time.monotonic()
    with somebody_writing(tmp_path / "x.sqlite", 1.0), ThreadPoolExecutor(4) as threads:
        tries = [threads.submit(opened, tmp_path / "x.sqlite", 0.1) for _ in range(4)]
        for one in tries:
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                one.result()
        assert time.monotonic() - begun < 0.9


def test_threads_of_several_processes_open_a_fresh_file_at_once(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _EIGHT_THREADS, str(tmp_path / "x.sqlite")]
    processes = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], errors
