"""Settings come from the environment and `.env`; what is wrong stops the start with its name, its value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import BadSetting
from bot.settings import load_settings


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("SHOPCLERK_DATA_DIR", "SHOPCLERK_SHOP"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_defaults_need_nothing() -> None:
    settings = load_settings()
    assert (settings.embedder, settings.writer, settings.shop) == ("bundled", "template", None)


def test_the_environment_wins_over_the_file_and_an_argument_over_both(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / ".env").write_text("SHOPCLERK_PORT=8081\nSHOPCLERK_HOST=0.0.0.0\nOTHER=1\n")
    monkeypatch.setenv("SHOPCLERK_PORT", "8082")
    assert (load_settings().port, load_settings().host, load_settings(port=8083).port) == (8082, "0.0.0.0", 8083)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SHOPCLERK_WRITER", "poet", "'template'"),
        ("SHOPCLERK_PORT", "many", "integer"),
        ("SHOPCLERK_PORT", "70000", "65535"),
        ("SHOPCLERK_LOG_LEVEL", "loud", "'debug'"),
        ("SHOPCLERK_EMBEDDR", "bundled", "SHOPCLERK_EMBEDDER"),
    ],
)
def test_a_wrong_setting_is_told_by_name_and_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as error:
        load_settings()
    assert (error.value.name, error.value.value) == (name, value)
    assert told in str(error.value)


def test_an_unknown_name_in_the_file_is_told_too(elsewhere: Path) -> None:
    (elsewhere / ".env").write_text("SHOPCLERK_COLOUR=red\n")
    with pytest.raises(BadSetting, match="SHOPCLERK_COLOUR is 'red'"):
        load_settings()
