"""A file or folder that isn't there, is of another kind or holds no text is told in words, by every program in the same way."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import cli
from eval.cli import app
from tests.shops import shop_in

MISSING, FOLDER, GARBAGE, WITHIN = "missing.jsonl", "folder", "garbage.jsonl", "garbage.jsonl/within"
WORDS = {
    MISSING: "isn't there",
    FOLDER: "is a folder where a file is wanted",
    GARBAGE: "no text in UTF-8",
    WITHIN: "is a file where a folder is wanted",
}
NO_REPLAY = "is no finished replay"
MEASURED = [
    *((("constraints", "--cases", kind), said) for kind, said in WORDS.items()),
    *((("intents", "--cases", kind), said) for kind, said in WORDS.items()),
    (("advice", "--cases", MISSING), WORDS[MISSING]),
    (("selection", "--data", FOLDER), WORDS[MISSING]),
    (("ab", MISSING), WORDS[MISSING]),
    (("explain", MISSING, "a:1"), NO_REPLAY),
]
TOLD = [
    (("describe",), "ID is missing; name products by their ids, or use --all"),
    (("describe", "--score", MISSING), "isn't there"),
    (("describe", "--accept", FOLDER), "is a folder where a file is wanted"),
    (("index", MISSING), "there is no such file; `shopclerk init DIR` writes one"),
    (("index", GARBAGE), "what should be a folder on the way to it is a file"),
    (("init", GARBAGE), "is a file; name a new folder"),
    (("lint", MISSING), "there is no such file; `shopclerk init DIR` writes one"),
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / GARBAGE).write_bytes(b'\xff\xfe{"a": 1}\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOPCLERK_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


@pytest.mark.parametrize(("given", "said"), MEASURED, ids=[" ".join(given) for given, _ in MEASURED])
def test_what_is_to_be_measured_is_told_when_it_cannot_be_read(here: Path, given: tuple[str, ...], said: str) -> None:
    told = CliRunner().invoke(app, list(given))
    assert told.exit_code == 2
    assert told.output.startswith(f"eval {given[0]}: ")
    assert said in told.output
    assert "Errno" not in told.output


@pytest.mark.parametrize(("given", "said"), TOLD, ids=[" ".join(given) for given, _ in TOLD])
def test_what_a_shop_is_told_of_a_wrong_file_says_what_to_do(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: tuple[str, ...], said: str
) -> None:
    monkeypatch.setenv("SHOPCLERK_SHOP", str(shop_in(here / "shop", {"products.csv": "id,title,price\nA,Cup,5\n"})))
    monkeypatch.setattr("sys.argv", ["shopclerk", *given])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = f"{ended.value.code}{capsys.readouterr().err}"
    assert said in told
    assert "Errno" not in told
