"""The program as a shopkeeper runs it: each command a process of its own, or `here` where a process is not the point."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.settings import Settings

MakeShop = Callable[..., Path]
COMMANDS = (
    "demo",
    "init",
    "index",
    "chat",
    "understand",
    "serve",
    "operator",
    "faq",
    "doctor",
    "export-embedder",
    "build-gloss",
    "train",
    "eval",
)
PROGRAM = [sys.executable, "-m", "bot.cli"]
ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str | Path, data: Path, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("SHOPCLERK_")}
    own |= {"SHOPCLERK_DATA_DIR": str(data), "PYTHONPATH": str(ROOT), "COLUMNS": "150", **env}
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=own,
        stdin=subprocess.DEVNULL,
        cwd=cwd or data.parent,
    )


def here(*arguments: str | Path, data: Path) -> subprocess.CompletedProcess[str]:
    """As `run`, in this process: what Python's start and the imports take is saved."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, chdir(data.parent), redirect_stdout(out), redirect_stderr(err):
        for name in [name for name in os.environ if name.startswith("SHOPCLERK_")]:
            patch.delenv(name)
        patch.setenv("SHOPCLERK_DATA_DIR", str(data))
        patch.setenv("COLUMNS", "150")
        patch.setattr(sys, "argv", ["shopclerk", *map(str, arguments)])
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
    return subprocess.CompletedProcess(arguments, status, out.getvalue(), err.getvalue())


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_help_names_every_command_and_version_is_told(data: Path) -> None:
    told = run("--help", data=data)
    assert all(name in told.stdout for name in COMMANDS)
    assert "Example" in told.stdout
    assert run("--version", data=data).stdout.startswith("shopclerk 0.")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(data: Path, command: str) -> None:
    told = here(command, "--help", data=data)
    assert told.returncode == 0, told.stderr
    assert "Example" in told.stdout


@pytest.mark.slow
def test_a_new_shop_is_written_indexed_and_answers(data: Path, tmp_path: Path) -> None:
    assert here("init", tmp_path / "mine", data=data).returncode == 0
    indexed = here("index", tmp_path / "mine", data=data)
    assert indexed.returncode == 0, indexed.stderr
    assert all(name in indexed.stdout for name in ("read", "kept", "refused", "embedded", "removed", "seconds"))
    assert "embedding" in indexed.stderr
    answer = run("chat", tmp_path / "mine", "--once", "How much is delivery?", "--json", data=data)
    body = json.loads(answer.stdout)
    assert "$5.00" in body["text"]
    assert body["cites"] == [
        {"source": "document", "source_id": "policies/delivery", "title": body["cites"][0]["title"]}
    ]
    told = here("doctor", tmp_path / "mine", data=data)
    assert told.returncode == 0
    assert "all looked at" in told.stdout


def test_init_never_writes_over_what_is_there(data: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    told = run("init", tmp_path / "mine", data=data)
    assert told.returncode != 0
    assert "not empty" in told.stderr
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]


@pytest.mark.slow
def test_strict_refuses_and_dry_run_only_looks(data: Path, make_shop: MakeShop) -> None:
    folder = make_shop({"products.csv": "id,title,price\nA,Pan,5.00\nB,Pot,cheap\n"})
    strict = here("index", folder, "--strict", data=data)
    assert strict.returncode == 1
    assert "products.csv:3: price 'cheap'" in strict.stderr
    dry = here("index", folder, "--dry-run", data=data)
    assert (dry.returncode, "would change" in dry.stdout) == (0, True)
    assert here("doctor", folder, data=data).returncode == 1
    assert here("index", folder, data=data).returncode == 0
    assert "1 lines refused" in here("doctor", folder, data=data).stdout


@pytest.mark.parametrize(
    ("arguments", "env", "status", "told"),
    [
        (["chat", "--once", "hi"], {"SHOPCLERK_SHOP": "/nowhere"}, 1, "shopclerk init"),
        (["chat", "--once", "hi"], {"SHOPCLERK_EMBEDDER": "/nowhere"}, 1, "/nowhere"),
        (["serve"], {"SHOPCLERK_PORT": "x"}, 2, "SHOPCLERK_PORT is 'x'"),
        (["doctor"], {"SHOPCLERK_WRITER": "poet"}, 2, "SHOPCLERK_WRITER"),
        (["chat", "--json"], {}, 1, "--once"),
    ],
)
def test_what_is_wrong_is_one_line_without_a_trace(
    data: Path, arguments: list[str], env: dict[str, str], status: int, told: str
) -> None:
    ended = run(*arguments, data=data, **env)
    assert ended.returncode == status, ended.stderr
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_the_scripted_conversation_plays_where_nobody_types(sample_settings: Settings) -> None:
    told = run("demo", data=sample_settings.data_dir)
    assert told.returncode == 0, told.stderr
    assert told.stdout.count("you> ") >= 10
    assert "加拿大" in told.stdout or "新加坡" in told.stdout


def test_lines_piped_into_chat_are_answered_and_why_explains(sample_settings: Settings) -> None:
    own = {**os.environ, "SHOPCLERK_DATA_DIR": str(sample_settings.data_dir), "PYTHONPATH": str(ROOT), "COLUMNS": "150"}
    own.pop("SHOPCLERK_SHOP", None)
    told = subprocess.run(
        [*PROGRAM, "chat"],
        input="Do you have a kettle under $60?\n/why\n/quit\n",
        capture_output=True,
        text=True,
        check=True,
        env=own,
    )
    assert "Pour-Over Kettle" in told.stdout
    assert all(word in told.stdout for word in ("route", "filters", "passages", "took_ms"))


HEAVY = ("torch", "transformers", "sentence_transformers", "langchain", "openai", "aiogram", "sklearn")


def test_serving_imports_nothing_heavy(sample_settings: Settings) -> None:
    code = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.channels.web import create_app
from bot.settings import Settings
from bot.types import Message
from bot.wiring import open_shop
async def main():
    opening = open_shop(Settings(data_dir=Path(sys.argv[1]), _env_file=None))
    create_app(opening)
    async with opening as shop:
        await shop.engine.reply(Message("m", "imports", "Do you have a kettle under $60?", datetime.now(UTC)))
asyncio.run(main())
print(" ".join(sys.modules))
"""
    own = {**os.environ, "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        [sys.executable, "-c", code, sample_settings.data_dir], capture_output=True, text=True, check=True, env=own
    )
    loaded = set(ended.stdout.split())
    assert "chromadb" not in loaded
    assert loaded.isdisjoint(HEAVY)


def test_the_program_itself_imports_almost_nothing(data: Path) -> None:
    code = "import sys; sys.argv = ['shopclerk', '--version']\nimport bot.cli\ntry: bot.cli.app()\nexcept SystemExit: pass\nprint(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert set(ended.stdout.split()).isdisjoint({*HEAVY, "chromadb", "fastapi", "onnxruntime", "numpy", "sqlalchemy"})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(folder: Path, data: Path) -> Iterator[str]:
    """The server as a process of its own; its address."""
    port = free_port()
    own = {**os.environ, "SHOPCLERK_DATA_DIR": str(data), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([*PROGRAM, "serve", str(folder), "--port", str(port)], env=own, stderr=subprocess.PIPE)
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            try:
                urllib.request.urlopen(f"{address}/healthz", timeout=1).read()
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def ask(address: str, text: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{address}/v1/chat", json.dumps({"text": text}).encode(), {"content-type": "application/json"}
    )
    body: dict[str, Any] = json.loads(urllib.request.urlopen(request, timeout=10).read())
    return body


@pytest.mark.slow
def test_a_running_server_takes_up_a_new_index_within_five_seconds_and_no_reply_fails(
    data: Path, make_shop: MakeShop
) -> None:
    folder = make_shop({"products.csv": "id,title,price,stock\nA,Copper pan,5.00,3\n"})
    with serving(folder, data) as address:
        assert ask(address, "how much is the copper pan")["cards"][0]["price"] == "5.00"
        (folder / "products.csv").write_text("id,title,price,stock\nA,Copper pan,7.00,3\n")
        assert here("index", folder, data=data).returncode == 0
        until = time.monotonic() + 5
        prices = []
        while time.monotonic() < until:
            prices.append(ask(address, "how much is the copper pan")["cards"][0]["price"])
            time.sleep(0.1)
        assert set(prices) <= {"5.00", "7.00"}
        assert prices[-1] == "7.00"


@pytest.mark.slow
def test_a_second_index_is_told_so_before_it_reads_anything(data: Path, make_shop: MakeShop) -> None:
    folder = make_shop({"products.csv": "id,title,price\nA,Copper pan,5.00\n"})
    assert here("index", folder, data=data).returncode == 0
    (lock,) = data.glob("*/index/writer.lock")
    holder = "import fcntl, sys, time; f = open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", holder, lock], stdout=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()
        started = time.monotonic()
        ended = run("index", folder, data=data)
        assert time.monotonic() - started < 3  # 0.9 s on a quiet machine, nearly all of it the interpreter's start
        assert "Another process is indexing" in ended.stderr
        assert here("index", folder, "--dry-run", data=data).returncode == 0
    finally:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_old_prices_are_warned_of(data: Path, make_shop: MakeShop) -> None:
    folder = make_shop({"products.csv": "id,title,price\nA,Copper pan,5.00\n"}, toml="prices_max_age_days = 7")
    os.utime(folder / "products.csv", (time.time() - 30 * 86400,) * 2)
    assert here("index", folder, data=data).returncode == 0
    told = here("doctor", folder, data=data)
    assert told.returncode == 1
    assert "older than the 7 days" in told.stdout
    with serving(folder, data) as address:
        ready = json.loads(urllib.request.urlopen(f"{address}/readyz", timeout=5).read())
    assert ready["status"] == "ready"
    assert "older than the 7 days" in ready["warnings"][0]


@pytest.mark.slow
def test_watch_follows_the_files_and_outlives_a_broken_one(data: Path, make_shop: MakeShop) -> None:
    folder = make_shop({"products.csv": "id,title,price\nA,Copper pan,5.00\n"})
    own = {**os.environ, "SHOPCLERK_DATA_DIR": str(folder / ".shopclerk"), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [*PROGRAM, "index", str(folder), "--watch"],
        env=own,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr is not None
    try:
        wait_for(process.stderr, "Watching")
        (folder / "products.csv").write_text("id,title,price\n")
        wait_for(process.stderr, "stays as it was")
        (folder / "products.csv").write_text("id,title,price\nA,Copper pan,5.00\nB,Brass pan,6.00\n")
        wait_for(process.stderr, "writing: 3 of 3")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def wait_for(lines: Any, told: str) -> None:
    for line in lines:
        if told in line:
            return
    raise AssertionError(f"never said: {told}")


@pytest.mark.slow
def test_an_index_of_files_that_have_not_changed_is_not_read_again(tmp_path: Path) -> None:
    folder, data = tmp_path / "mine", tmp_path / "data"
    assert here("init", folder, data=data).returncode == 0
    first = here("index", folder, data=data)
    again = here("index", folder, data=data)
    assert "reading" in first.stderr
    assert "reading" not in again.stderr
    assert "The index is up to date." in again.stdout
    products = next(folder.glob("products*"))
    products.write_text(products.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert "reading" in here("index", folder, data=data).stderr


@pytest.mark.slow
def test_where_a_sale_ends_some_day_the_files_are_read_each_time(tmp_path: Path) -> None:
    folder, data = tmp_path / "sale", tmp_path / "data"
    folder.mkdir()
    (folder / "shop.toml").write_text(
        'name = "Sale"\nlocales = ["en"]\ncurrency = "USD"\n[[sources]]\nfile = "p.csv"\nkind = "products"\n'
    )
    (folder / "p.csv").write_text("id,title,price,sale price,sale dates\nA,Kettle,20.00,15.00,2020-01-01/2099-01-01\n")
    for _ in range(2):
        assert "reading" in here("index", folder, data=data).stderr


@pytest.mark.parametrize(
    ("package", "extra"), [("aiogram", "telegram"), ("langchain_openai", "llm"), ("torch", "eval,train")]
)
def test_a_missing_package_is_told_with_the_extra_that_brings_it(
    package: str, extra: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> None:
        raise ModuleNotFoundError(name=package)

    monkeypatch.setattr("bot.cli.app", missing)
    with pytest.raises(SystemExit):
        main()
    assert f"shopclerk[{extra}]" in capsys.readouterr().err
