"""`shopclerk operator` and `shopclerk faq` as a shopkeeper types them."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.commands import answers, operators
from bot.errors import BadOperator, NotKept
from bot.stores.database import Database
from tests.shops import shop_in

FAQ = "# Ours\n- id: open\n  question: When are you open?\n  answer: 9 to 5.\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOPCLERK_DATA_DIR", str(tmp_path / "data"))
    return shop_in(tmp_path / "shop", {"faq.yaml": FAQ})


def test_a_token_is_shown_once_and_listed_never(shop: Path) -> None:
    run = CliRunner()
    made = run.invoke(operators.app, ["add", "Mia", "--shop", str(shop)])
    (token,) = re.findall(r"sco_[\w-]{43}", made.output)
    assert made.stdout.strip() == token, "the token alone, for who keeps it by a pipe"
    listed = run.invoke(operators.app, ["list", "--shop", str(shop)]).output
    assert "Mia: since" in listed
    assert "never signed in" in listed
    assert token not in listed
    assert "mia is revoked" in run.invoke(operators.app, ["revoke", "mia", "--shop", str(shop)]).output
    assert "Nobody yet" in run.invoke(operators.app, ["list", "--shop", str(shop)]).output


@pytest.mark.parametrize(("name", "told"), [("Clerk", "clerk is called"), ("a\x07b", "printable"), (" ", "1 to 40"), ("x" * 41, "1 to 40")])  # fmt: skip
def test_a_name_that_cant_be_is_told_so(shop: Path, name: str, told: str) -> None:
    failed = CliRunner().invoke(operators.app, ["add", name, "--shop", str(shop)]).exception
    assert isinstance(failed, BadOperator)
    assert told in str(failed)


def test_two_of_one_name_and_one_that_isnt_there(shop: Path) -> None:
    run = CliRunner()
    run.invoke(operators.app, ["add", "Mia", "--shop", str(shop)])
    assert isinstance(run.invoke(operators.app, ["add", "MIA", "--shop", str(shop)]).exception, BadOperator)
    assert isinstance(run.invoke(operators.app, ["revoke", "Eve", "--shop", str(shop)]).exception, BadOperator)


@pytest.fixture
def proposed(shop: Path) -> Path:
    from bot.settings import load_settings
    from bot.wiring import shop_of

    settings = load_settings(shop=shop)
    database = Database(settings.data_dir / shop_of(settings).key / "conversations.sqlite")
    rows = [
        ("a1", "c", "Do you gift-wrap?", "We do, for $4.", "en", "Mia", 1.79e9),
        ("a2", "c", "Where is it?", "Your order JL-100423 left today.", "en", "Mia", 1.79e9),
    ]
    statement = "INSERT INTO faq_proposals (answer_key, conversation_id, question, answer, locale, by, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
    with database.connection() as connection:
        connection.executemany(statement, rows)
    database.close()
    return shop


def test_proposals_are_listed_with_what_is_somebodys(proposed: Path) -> None:
    listed = CliRunner().invoke(answers.app, ["review", "--shop", str(proposed)]).output
    assert "1  en  Mia, 2026-" in listed
    assert "   Q: Do you gift-wrap?\n   A: We do, for $4.\n" in listed
    assert "! holds JL-100423" in listed


def test_one_is_accepted_one_edited_and_none_twice(proposed: Path) -> None:
    run, at = CliRunner(), ["--shop", str(proposed)]
    accepted = run.invoke(answers.app, ["accept", "1", *at])
    assert f"shopclerk index {proposed}" in accepted.output
    assert isinstance(run.invoke(answers.app, ["accept", "1", *at]).exception, NotKept)
    assert isinstance(run.invoke(answers.app, ["accept", "2", *at]).exception, NotKept)
    assert run.invoke(answers.app, ["accept", "2", "--answer", "You read it under My orders.", *at]).exit_code == 0
    text = (proposed / "faq.yaml").read_text()
    assert text.startswith(FAQ)
    assert text.count("question:") == 3
    assert "JL-100423" not in text
    assert "Nothing is proposed" in run.invoke(answers.app, ["review", *at]).output


def test_they_are_decided_one_after_the_other(proposed: Path) -> None:
    said = "a\n" + "a\ne\n\nIt is under My orders.\na\n"
    told = CliRunner().invoke(answers.app, ["review", "--ask", "--shop", str(proposed)], input=said)
    assert told.exit_code == 0, told.output
    assert "write it for everybody" in told.output
    assert "It is under My orders." in (proposed / "faq.yaml").read_text()


def test_what_is_refused_is_asked_no_more(proposed: Path, tmp_path: Path) -> None:
    CliRunner().invoke(answers.app, ["refuse", "1", "--shop", str(proposed)])
    listed = CliRunner().invoke(answers.app, ["review", "--shop", str(proposed)]).output
    assert "gift-wrap" not in listed
    (file,) = (tmp_path / "data").rglob("conversations.sqlite")
    with sqlite3.connect(file) as database:
        assert database.execute("SELECT state FROM faq_proposals ORDER BY number").fetchall() == [("refused",), ("proposed",)]  # fmt: skip
