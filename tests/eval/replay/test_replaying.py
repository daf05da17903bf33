"""Whole replays over the sample shop: the same bytes whatever the order, the number of processes and the kills on the way."""

from __future__ import annotations

import json
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.settings import Settings
from bot.wiring import OpenShop
from eval.cli import app
from eval.commands import replaying
from eval.replay import keeping
from eval.replay.endstates import agrees, calls, end_state
from eval.replay.playing import Player
from eval.replay.readers.reading import transcripts_of
from eval.replay.running import replay
from eval.replay.transcripts import Line, Transcript

SAMPLE = Path("eval/data/transcripts.sample.jsonl")
FILES = ("turns.jsonl", "run.json")


def talk(*said: str, id_: str = "t") -> Transcript:
    """Customer and person in turn."""
    return Transcript(id_, tuple(Line("person" if place % 2 else "customer", text) for place, text in enumerate(said)))


async def rows(sample: OpenShop, transcript: Transcript) -> list[dict[str, Any]]:
    return [json.loads(row) for row in (await Player(sample).play(transcript)).turns]


async def test_the_humans_facts_that_we_say_too_are_covered(sample: OpenShop) -> None:
    (row,) = await rows(sample, talk("How much is delivery to Canada?", "It's $12.95, and free from $120."))
    assert (row["coverage"], row["found_solution"], row["contradicts"], row["answered_by"]) == (1.0, True, [], "person")


async def test_a_humans_mistake_is_a_contradiction(sample: OpenShop) -> None:
    (row,) = await rows(sample, talk("How much is the pour-over kettle?", "It's $45.00."))
    assert row["contradicts"] == [{"kind": "money", "person": "$45.00", "reply": "$49.00"}]


async def test_the_next_turn_knows_what_the_human_said_and_not_what_we_said(sample: OpenShop) -> None:
    _, row = await rows(sample, talk("I need a present", "Have a look at the Fernhill Moka Pot!", "how much is it?"))
    assert "32.00" in row["reply"]


async def test_what_a_human_did_by_hand_should_have_been_handed_over(sample: OpenShop) -> None:
    done, told = await rows(
        sample, talk("cancel my order JL-100402", "I've cancelled it.", "how long for the refund?", "5 working days.")
    )
    assert (done["had_to_hand_over"], told["had_to_hand_over"]) == (True, False)


async def test_nobody_is_named_in_what_is_kept(sample: OpenShop) -> None:
    said = (
        "I'm Junko Tanizaki, order JL-100403, joanna.reyes@example.com, +1 907-555-0119",
        "Junko, JL-100403 was delivered.",
    )
    (row,) = await rows(sample, talk(*said))
    kept = json.dumps(row)
    assert not any(name in kept for name in ("Junko", "Tanizaki", "100403", "joanna.reyes", "555-0119"))
    assert row["answered"].startswith("[name-1], [order-1]")


async def test_wrong_proofs_of_one_transcript_lock_nothing_in_the_next(sample: OpenShop) -> None:
    wrong = [text for place in range(6) for text in (f"order JL-100403, wrong{place}@example.com", "No.")]
    await rows(sample, talk(*wrong))
    (row,) = await rows(sample, talk("order JL-100403, joanna.reyes@example.com", "Delivered.", id_="u"))
    assert "[order-1]" in row["reply"]
    assert "delivered" in row["reply"].casefold()


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Six conversations of the sample's."""
    file = tmp_path / "few.jsonl"
    lines = SAMPLE.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*lines[3:6], *lines[35:38]]) + "\n", encoding="utf-8")
    return file


def bytes_of(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in FILES]


@pytest.mark.slow
def test_shuffled_restarted_and_in_two_processes_the_bytes_are_the_same(
    few: Path, tmp_path: Path, sample_settings: Settings
) -> None:
    first = tmp_path / "first"
    replay(few, sample_settings, first)
    shuffled = tmp_path / "shuffled.jsonl"
    lines = few.read_text(encoding="utf-8").splitlines()
    random.Random(1).shuffle(lines)
    shuffled.write_text("\n".join(lines) + "\n", encoding="utf-8")
    replay(shuffled, sample_settings, tmp_path / "second", jobs=2)
    assert bytes_of(tmp_path / "second") == bytes_of(first)
    assert not list(first.glob("unfinished*"))

    class Killed(BaseException):
        pass

    def kill(step: str, done: int, of: int) -> None:
        if step == "conversations" and done == 3:
            raise Killed

    third = tmp_path / "third"
    with pytest.raises(Killed):
        replay(few, sample_settings, third, say=kill)
    with pytest.raises(keeping.NotARun, match="run it again"):
        keeping.about(third)
    with sqlite3.connect(third / "unfinished.sqlite") as database:
        assert database.execute("SELECT count(*) FROM done").fetchone() == (3,)
    done: list[int] = []
    replay(few, sample_settings, third, say=lambda step, count, of: done.append(count))
    assert min(count for count in done if count) == 4
    assert bytes_of(third) == bytes_of(first)


def test_an_unfinished_run_of_other_transcripts_is_not_gone_on_with(few: Path, tmp_path: Path) -> None:
    unfinished = keeping.Unfinished(tmp_path / "run", {"transcripts": "a"})
    unfinished.keep(keeping.Played("x", ("{}",), ("{}",)))
    unfinished.close()
    again = keeping.Unfinished(tmp_path / "run", {"transcripts": "b"})
    assert not again.has("x")
    again.close()


def test_a_run_is_explained_and_rerun_and_a_turn_that_is_not_there_is_told(
    few: Path,
    tmp_path: Path,
    sample_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SHOPCLERK_DATA_DIR", str(sample_settings.data_dir))
    out = tmp_path / "run"
    replaying.replay(few, out, as_json=True)
    assert json.loads(capsys.readouterr().out)["run"]["conversations"] == 6
    turn = json.loads((out / "turns.jsonl").read_text().splitlines()[0])
    replaying.explain(out, turn["turn"], as_json=True)
    assert json.loads(capsys.readouterr().out)["explained"]["route"]["intent"]
    replaying.rerun(out, turn["turn"], few, as_json=True)
    again = json.loads(capsys.readouterr().out)
    assert again["before"] == again["after"] == turn
    told = CliRunner().invoke(app, ["explain", str(out), "nobody:1"])
    assert told.exit_code == 2
    assert "CONVERSATION:NUMBER, such as" in told.output


def test_calls_made_at_once_get_their_own_results_and_gift_cards_are_followed() -> None:
    before: Any = {
        "orders": {"#1": {"order_id": "#1", "user_id": "u", "status": "pending", "payment_history": []}},
        "users": {"u": {"user_id": "u", "payment_methods": {"gift_card_1": {"balance": 10.0}}}},
    }  # fmt: skip
    after = {"order_id": "#1", "user_id": "u", "status": "cancelled", "payment_history": [{"transaction_type": "refund", "amount": 5.5, "payment_method_id": "gift_card_1"}]}  # fmt: skip
    transcript = f"1. User: cancel it\n2. Assistant TOOL CALL -> get_user_details {{'user_id': 'u'}}\n3. Assistant TOOL CALL -> cancel_pending_order {{'order_id': '#1'}}\n4. Tool a: Error: no\n5. Tool b: {json.dumps(after)}\n6. Assistant: Done."  # fmt: skip
    assert [(call.name, call.failed) for call in calls(transcript)] == [
        ("get_user_details", True),
        ("cancel_pending_order", False),
    ]
    state = end_state(transcript, before)
    assert agrees(
        state,
        {
            "orders": {"#1": after},
            "users": {"u": {"user_id": "u", "payment_methods": {"gift_card_1": {"balance": 15.5}}}},
        },
    )
    assert not agrees(state, {"orders": {"#1": after}})


def test_the_samples_transcripts_are_all_readable() -> None:
    assert sum(len(one.lines) for one in transcripts_of(SAMPLE)) == 196
