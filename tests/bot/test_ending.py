"""A server that has to end: who waits or follows is told to come again, and nothing is torn off."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot.settings import Settings
from eval.faults.server import free_port
from tests.shops import settings_in

ROOT = Path(__file__).resolve().parents[2]
SERVE = "import sys; from bot.cli import main; sys.argv[0] = 'shopclerk'; main()"
TOKEN = {"x-conversation-token": "sct_" + "a" * 64}


@contextmanager
def serving(port: int, data: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server that takes messages in and answers none, from the moment at which it is there."""
    own = {**os.environ, "SHOPCLERK_DATA_DIR": str(data), "PYTHONPATH": str(ROOT), "SHOPCLERK_TURNS_AT_ONCE": "0"}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "--port", str(port)], env=own, stderr=subprocess.PIPE
    )
    try:
        assert process.stderr is not None
        while b"Serving at" not in (line := process.stderr.readline()):
            assert line, "it didn't begin"
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_at_the_end_who_waits_is_told_to_come_again_and_who_follows_is_let_go(
    sample_settings: Settings, tmp_path: Path
) -> None:
    data, port = settings_in(tmp_path, sample_settings).data_dir, free_port()
    url = f"http://127.0.0.1:{port}/v1"
    with serving(port, data) as process, ThreadPoolExecutor() as beside:
        body = {"text": "hello", "conversation_id": "c1", "message_id": "m1"}
        waits = beside.submit(httpx.post, f"{url}/chat", json=body, headers=TOKEN, timeout=20)
        time.sleep(0.5)
        follows = beside.submit(httpx.get, f"{url}/conversations/c1/events", headers=TOKEN, timeout=20)
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        said = process.stderr.read()
        assert process.wait(10) in (0, -signal.SIGTERM)
        assert (waits.result().status_code, follows.result().status_code) == (503, 200)
    assert int(waits.result().headers["retry-after"]) >= 1
    assert "the message is kept" in waits.result().json()["detail"]
    assert b"Traceback" not in said
