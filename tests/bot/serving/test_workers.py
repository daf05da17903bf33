"""Several processes serve at one port; one that dies is begun again, and none outlives the one that began them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bot.commands.workers import check_free, shared
from bot.errors import BadSetting
from eval.faults.server import free_port


@contextmanager
def two(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    first = subprocess.Popen([sys.executable, "-m", "tests.worker", str(folder), str(port), "2"])
    try:
        until(lambda: len(names(folder)) == 2)
        yield first
    finally:
        first.kill()
        first.wait()
        for one in names(folder):
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)


def names(folder: Path) -> set[int]:
    return {int(file.name) for file in folder.iterdir()}


def until(claim: Callable[[], bool]) -> None:
    late = time.monotonic() + 20
    while not claim():
        assert time.monotonic() < late, "it never came true"
        time.sleep(0.02)


def who_answers(port: int) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        return int(connection.recv(20))


def lives(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"


def test_both_answer_at_one_port_one_that_dies_is_replaced_and_a_stop_ends_all(tmp_path: Path) -> None:
    port = free_port()
    with two(tmp_path, port) as first:
        born = names(tmp_path)
        answered = set[int]()
        until(lambda: answered.add(who_answers(port)) or answered == born)  # type: ignore[func-returns-value]
        os.kill(min(born), signal.SIGKILL)
        until(lambda: len(names(tmp_path)) == 3)
        assert lives(max(born))
        first.terminate()
        assert first.wait(10) == 0
        assert not any(map(lives, names(tmp_path)))


def test_none_outlives_the_one_that_began_them(tmp_path: Path) -> None:
    with two(tmp_path, free_port()) as first:
        first.kill()
        first.wait()
        until(lambda: not any(map(lives, names(tmp_path))))


def test_where_one_cant_begin_all_end(tmp_path: Path) -> None:
    with shared("127.0.0.1", 0) as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 0)
        taken.listen()
        port = taken.getsockname()[1]
        ended = subprocess.run([sys.executable, "-m", "tests.worker", str(tmp_path), str(port), "2"], timeout=20, check=False, capture_output=True)  # fmt: skip
    assert ended.returncode == 1


def test_a_port_that_is_taken_is_told_before_anything_begins() -> None:
    with shared("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BadSetting, match=f"SHOPCLERK_PORT is '{port}'"):
            check_free("127.0.0.1", port)
    check_free("127.0.0.1", port)
    with pytest.raises(BadSetting):
        check_free("127.0.0.1", 0)
