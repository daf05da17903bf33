"""Transcripts as shops have them, and the lines that can't be read."""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from eval.errors import BadRow, EvalError
from eval.replay import errors
from eval.replay.readers.reading import transcripts_of
from eval.replay.transcripts import Transcript, exchanges

SAMPLE = Path("eval/data/transcripts.sample.jsonl")


def written(file: Path, *rows: object) -> Path:
    file.write_text(
        "".join(f"{row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)}\n" for row in rows),
        encoding="utf-8",
    )
    return file


def said(transcript: Transcript) -> list[tuple[str, str]]:
    return [(line.who, line.text) for line in transcript.lines]


ASKED = [("customer", "Is it warm?"), ("person", "Very.")]


def test_every_format_gives_the_same_conversation(tmp_path: Path) -> None:
    turns = [{"who": "customer", "text": "Is it warm?"}, {"who": "person", "text": "Very."}]
    files = [
        written(tmp_path / "whole.jsonl", {"id": "a", "turns": turns}),
        written(tmp_path / "lines.jsonl", *({"conversation": "a", **turn} for turn in turns)),
        written(tmp_path / "table.csv", "conversation,who,text", "a,customer,Is it warm?", "a,agent,Very."),
        written(tmp_path / "chatwoot.json", json.dumps({"data": {"payload": [{"id": 7, "messages": [
            {"message_type": 0, "content": "Is it warm?", "created_at": 1}, {"message_type": 2, "content": "assigned"},
            {"message_type": 1, "content": "a note", "private": True}, {"message_type": 1, "content": "Very.", "sender": {"type": "user"}},
        ]}]}}, indent=1)),
    ]  # fmt: skip
    for file in files:
        assert [said(one) for one in transcripts_of(file)] == [ASKED], file.name


def test_openai_messages_without_what_is_not_said_aloud(tmp_path: Path) -> None:
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": "You are nice."}, {"role": "user", "content": [{"type": "text", "text": "Is it warm?"}]},
        {"role": "assistant", "content": None, "tool_calls": []}, {"role": "tool", "content": "{}"}, {"role": "assistant", "content": "Very."},
    ]  # fmt: skip
    file = written(tmp_path / "o.jsonl", {"messages": messages})
    assert [said(one) for one in transcripts_of(file)] == [[("customer", "Is it warm?"), ("clerk", "Very.")]]


def test_a_simulation_is_read_without_its_calls_and_its_judge(tmp_path: Path) -> None:
    talk = "1. Assistant: Hi!\n2. User: Is it warm?\n3. Assistant TOOL CALL -> look {'id': '1'}\n4. Tool call_1: {\"a\": 1}\n5. Assistant: Very.\n\nIt is wool.\n6. User: Bye ###STOP###\n\nJudging instructions:\n- pass"  # fmt: skip
    file = written(tmp_path / "t.jsonl", {"task_id": "3", "reward": 1.0, "transcript": talk, "judge_verdicts": ["no"]})
    (one,) = transcripts_of(file)
    assert one.id == "tau2-3"
    assert [(turn.text, turn.by("clerk")) for turn in exchanges(one)] == [
        ("Is it warm?", "Very.\n\nIt is wool."),
        ("Bye", ""),
    ]


def test_our_own_conversations_with_what_colleagues_said(tmp_path: Path) -> None:
    file = tmp_path / "conversations.sqlite"
    at = datetime(2026, 1, 1, tzinfo=UTC).isoformat()

    def turn(id_: str, asked: str, reply: str, intent: str = "ask") -> str:
        return json.dumps({"message": {"id": id_, "text": asked, "at": at}, "reply": {"text": reply, "intent": intent}})

    with sqlite3.connect(file) as database:
        database.executescript(
            "CREATE TABLE conversations (id, state); CREATE TABLE turns (place INTEGER PRIMARY KEY, conversation_id, turn);"
        )
        database.executemany("INSERT INTO conversations VALUES (?, ?)", [("a", "{}"), ("b", '{"tracked": false}')])
        told = [("a", turn("1", "Is it warm?", "I don't know.")), ("a", turn("2", "Somebody?", "", "person")), ("a", turn("desk/1", "", "Very.", "person")), ("b", turn("1", "secret", "no"))]  # fmt: skip
        database.executemany("INSERT INTO turns (conversation_id, turn) VALUES (?, ?)", told)
    (one,) = transcripts_of(tmp_path)
    assert [(turn.text, turn.by("clerk"), turn.by("person")) for turn in exchanges(one)] == [("Is it warm?", "I don't know.", ""), ("Somebody?", "", "Very.")]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "error", "told"),
    [
        (['{"id": "a", "turns": [{"who": "customer", "text": "x"}]}', '{"id": "b", "turns": [{"who": "cus'], errors.TornLine, ":2:"),
        ([{"id": "a", "turns": [{"who": "Ann", "text": "x"}, {"who": "Bob", "text": "y"}]}], errors.UnknownSpeaker, "--customer 'Ann'"),
        ([{"id": "a", "turns": [{"who": "user", "text": "x", "at": "2026-01-01T10:00:00"}, {"who": "bot", "text": "y", "at": "2026-01-01T10:00:05Z"}]}], errors.MixedClocks, "--zone"),
        ([{"id": "a", "turns": [{"who": "user", "text": "x", "at": "2026-01-01T10:00:00+08:00"}, {"who": "bot", "text": "y", "at": "2026-01-01T01:00:00Z"}]}], errors.MixedClocks, "earlier"),
        ([{"conversation": "a", "who": "user", "text": "x"}, {"conversation": "b", "who": "user", "text": "x"}, {"conversation": "a", "who": "user", "text": "x"}], errors.TwiceTheSame, ":3:"),
        ([{"id": "a", "turns": [{"who": "bot", "text": "x"}]}], BadRow, "no customer"),
        ([{"id": "a", "turns": [{"who": "user", "text": "x"}]}, {"id": "b"}], BadRow, ":2:"),
        ([{"name": "a"}], errors.UnknownFormat, "'name'"),
        ([], errors.UnknownFormat, "empty"),
        ([{"id": "a", "turns": [{"who": "user", "text": "x"}] * 100_000}], errors.TooLong, "more than 2000"),
        ([{"id": "a", "turns": [{"who": "user", "text": "x" * 20_001}]}], errors.TooLong, "more than the 20000"),
        ([{"id": "a", "turns": [{"who": "user", "text": "x", "at": "soon"}]}], BadRow, "'soon' is no time"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_with_its_line(
    tmp_path: Path, rows: list[Any], error: type[Exception], told: str
) -> None:
    file = written(tmp_path / "bad.jsonl", *rows)
    with pytest.raises(error) as caught:
        list(transcripts_of(file))
    assert told in str(caught.value)


def test_a_table_with_an_open_quote_or_a_missing_field_is_named(tmp_path: Path) -> None:
    for row in ('a,customer,"Is it', "a,customer", "a,customer,Is,it"):
        file = written(tmp_path / "bad.csv", "conversation,who,text", "a,customer,hello", row)
        with pytest.raises(BadRow, match=r":[34]:"):
            list(transcripts_of(file))


def test_names_become_customers_and_people_where_the_customers_are_named(tmp_path: Path) -> None:
    file = written(
        tmp_path / "n.jsonl",
        {"id": "a", "turns": [{"who": "Ann", "text": "Is it warm?"}, {"who": "Bob", "text": "Very."}]},
    )
    assert [said(one) for one in transcripts_of(file, frozenset({"Ann"}))] == [ASKED]


def test_clocks_without_a_zone_stand_where_it_is_said(tmp_path: Path) -> None:
    file = written(
        tmp_path / "z.jsonl", {"id": "a", "turns": [{"who": "user", "text": "x", "at": "2026-01-01T08:00:00"}]}
    )
    (one,) = transcripts_of(file, zone=ZoneInfo("Asia/Shanghai"))
    assert one.lines[0].at == datetime(2026, 1, 1, tzinfo=UTC)


def test_a_conversation_called_after_its_customer_is_called_otherwise(tmp_path: Path) -> None:
    file = written(tmp_path / "i.jsonl", {"id": "ann@example.com", "turns": [{"who": "user", "text": "x"}]})
    (one,) = transcripts_of(file)
    assert "ann" not in one.id


def test_the_samples_transcripts_are_in_both_languages() -> None:
    ids = [one.id for one in transcripts_of(SAMPLE)]
    assert len(ids) == len(set(ids)) == 64
    assert {id_[:2] for id_ in ids} == {"en", "zh"}


def test_a_long_file_is_read_in_flat_memory(tmp_path: Path) -> None:
    import tracemalloc

    def peak(conversations: int) -> int:
        rows = ({"id": f"c{n}", "turns": [{"who": "user", "text": "Is it warm? " * 4}, {"who": "bot", "text": "Very."}] * 5} for n in range(conversations))  # fmt: skip
        file = written(tmp_path / "long.jsonl", *rows)
        tracemalloc.start()
        assert sum(1 for _ in transcripts_of(file)) == conversations
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    assert peak(2000) - peak(200) < 600_000  # ids alone grow: the texts of 1,800 conversations would be 3 MB


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("nowhere.jsonl", None, "there is no such file"), ("empty.jsonl", b"", "an empty file"), ("empty.csv", b"", "an empty file"),
        ("plain.jsonl.gz", b"{}", "isn't whole gzip"), ("cut.jsonl.gz", gzip.compress(b'{"id": 1}' * 99, mtime=0)[:-9], "isn't whole gzip"),
        ("deep.json", b"[" * 100_000, "nested so deeply"), ("binary.jsonl", b"\xff\xfe\x00", "not UTF-8"), ("word.json", b'"x"', "a list of conversations is wanted"),
    ],
)  # fmt: skip
def test_a_file_that_holds_no_transcripts_is_told_in_words(
    tmp_path: Path, name: str, said: bytes | None, told: str
) -> None:
    if said is not None:
        (tmp_path / name).write_bytes(said)
    with pytest.raises(EvalError, match=told) as caught:
        list(transcripts_of(tmp_path / name))
    assert name in str(caught.value)
    assert "Errno" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "said", "told"),
    [
        ("latin.csv", "conversation,who,text\na,customer,café\n".encode("latin-1"), "not UTF-8"),
        ("number.jsonl", b'{"id": ' + b"9" * 6000 + b', "turns": []}', "number.jsonl:1: a number of more than"),
        ("late.jsonl", b'{"id": "x", "turns": [{"who": "customer", "text": "a", "at": "9999-12-31T23:59:59-12:00"}]}', "is no time"),
        ("early.jsonl", b'{"id": "x", "turns": [{"who": "customer", "text": "a", "at": "0001-01-01T00:00:00+14:00"}]}', "is no time"),
        ("parts.jsonl", b'{"messages": [{"role": "user", "content": {"text": "a"}}]}', "text can't be {'text': 'a'}"),
    ],
)  # fmt: skip
def test_what_no_type_can_hold_is_told_with_its_line(tmp_path: Path, name: str, said: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(said)
    with pytest.raises(BadRow, match=re.escape(told)):
        list(transcripts_of(tmp_path / name))


def test_what_chatwoots_api_answers_in_one_line_is_read(tmp_path: Path) -> None:
    message = {"message_type": 0, "content": "Is it warm?", "created_at": 1}
    file = written(tmp_path / "api.json", {"data": {"meta": {}, "payload": [{"id": 3, "messages": [message]}]}})
    assert [said(one) for one in transcripts_of(file)] == [[("customer", "Is it warm?")]]


def test_parts_of_a_message_may_be_plain_texts_and_half_a_character_is_one_that_can_be_written(tmp_path: Path) -> None:
    file = written(
        tmp_path / "parts.jsonl", '{"messages": [{"role": "user", "content": ["is it", "warm \\ud83d today"]}]}'
    )
    assert [said(one) for one in transcripts_of(file)] == [[("customer", "is it\nwarm \ufffd today")]]
