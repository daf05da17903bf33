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
        ("SHOPCLERK_WRITER", "poet", "'template', 'chat' or 'agent'"),
        ("SHOPCLERK_LLM_BASE_URL", "host/v1", "https://host/v1"),
        ("SHOPCLERK_LLM_BASE_URL", "ftp://host/v1", "https://host/v1"),
        ("SHOPCLERK_LLM_DAILY_COST", "5", "SHOPCLERK_LLM_PRICE_IN"),
        ("SHOPCLERK_LLM_PRICE_IN", "-1", "greater than or equal to 0"),
        ("SHOPCLERK_LLM_FIRST_S", "7.5", "below SHOPCLERK_LLM_TURN_S, 6"),
        ("SHOPCLERK_PORT", "many", "integer"),
        ("SHOPCLERK_TELEGRAM_DESK", "1234567890", "begins with -100"),
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


WHOLE = {"SHOPCLERK_WRITER": "chat", "SHOPCLERK_LLM_BASE_URL": "http://localhost:1/v1", "SHOPCLERK_LLM_MODEL": "m"}
SECRET = "sk-very-secret"


def set_all(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("left_out", "more", "told"),
    [
        ("SHOPCLERK_LLM_BASE_URL", {}, "SHOPCLERK_LLM_BASE_URL is missing; SHOPCLERK_WRITER=chat needs it"),
        ("SHOPCLERK_LLM_MODEL", {}, "SHOPCLERK_LLM_MODEL is missing; SHOPCLERK_WRITER=chat needs it"),
        ("", {"SHOPCLERK_LLM_FALLBACK_MODEL": "m"}, "SHOPCLERK_LLM_FALLBACK_BASE_URL is missing; a fallback needs"),
        (
            "",
            {"SHOPCLERK_LLM_FALLBACK_BASE_URL": "http://h/v1"},
            "SHOPCLERK_LLM_FALLBACK_MODEL is missing; a fallback needs",
        ),
    ],
)
def test_a_writer_without_an_endpoint_is_refused(
    monkeypatch: pytest.MonkeyPatch, left_out: str, more: dict[str, str], told: str
) -> None:
    set_all(monkeypatch, {name: value for name, value in WHOLE.items() if name != left_out} | more)
    with pytest.raises(BadSetting) as error:
        load_settings()
    assert told in str(error.value)


def test_a_key_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, WHOLE | {"SHOPCLERK_LLM_API_KEY": SECRET})
    settings = load_settings()
    assert SECRET not in f"{settings!r} {settings} {settings.model_dump(mode='json')} {settings.model_dump_json()}"
    assert settings.llm_api_key is not None
    assert settings.llm_api_key.get_secret_value() == SECRET


@pytest.mark.parametrize(
    ("name", "value"),
    [("SHOPCLERK_LLM_API_KY", SECRET), ("SHOPCLERK_LLM_APIKEY", SECRET), ("SHOPCLERK_LLM_BASE_URL", f"https://u:{SECRET}@host/v1"),
     ("SHOPCLERK_LLM_BASE_URL", f"https://host/v1?key={SECRET}")],
)  # fmt: skip
def test_a_key_in_the_wrong_place_is_refused_and_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadSetting) as error:
        load_settings()
    assert name in str(error.value)
    assert SECRET not in str(error.value)
