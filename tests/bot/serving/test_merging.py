"""Several short messages in a row are one turn, and nobody waits longer than they must."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.dialogue.clauses import clauses
from bot.mail import Incoming
from bot.serving.merging import Merging, merged
from bot.stores.inbox import Waiting
from bot.types import Message

T = 1000.0
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def row(place: int, at: float, text: str = "hi", *, merges: bool = True, address: str = "a", written: float | None = None) -> Waiting:  # fmt: skip
    written_at = NOON + timedelta(seconds=at - T if written is None else written)
    message = Message(f"m{place}", "c", text, written_at, channel="chat")
    return Waiting(place, Incoming(message, f"m{place}", address, None, merges), at, "", 0)


@pytest.mark.parametrize(
    ("rows", "count", "due"),
    [
        ([row(1, T)], 1, T + 1.5),
        ([row(1, T), row(2, T + 1)], 2, T + 2.5),
        ([row(1, T), row(2, T + 1), row(3, T + 3)], 2, T),  # the third comes too late to join: nothing to wait for
        ([row(n, T + n) for n in range(7)], 7, T + 6),  # the first waits six seconds at most
        ([row(n, T + n) for n in range(9)], 7, T),
        ([row(1, T, merges=False)], 1, T),
        ([row(1, T), row(2, T + 1, merges=False)], 1, T),  # a press behind it: the words before it are a turn now
        ([row(1, T), row(2, T, address="b")], 1, T),
        ([row(1, T, written=-600), row(2, T, written=-10)], 1, T),  # both waited while nobody served
        ([row(1, T, "x" * 600), row(2, T, "y" * 600)], 1, T),
    ],
)
def test_which_messages_make_a_turn_and_when(rows: list[Waiting], count: int, due: float) -> None:
    assert Merging(1.5, 6.0).first_turn(rows) == (count, due)


def test_without_a_window_each_message_is_a_turn_at_once() -> None:
    rows = [row(1, T), row(2, T)]
    assert Merging(0.0).first_turn(rows) == (1, T)
    assert Merging(0.0).taken_in(rows) == (1, T)
    assert not Merging(0.0).may_grow(rows[:1])


def test_a_newer_message_is_taken_in_until_the_first_has_waited_long_enough() -> None:
    assert Merging(1.5, 6.0).taken_in([row(1, T), row(2, T + 5), row(3, T + 7)]) == (2, T)


def test_merged_messages_are_one_of_all_their_words_under_the_first_ones_id() -> None:
    rows = [row(1, T, "do you have "), row(2, T + 1, "a kettle"), row(3, T + 1, "  ")]
    assert merged(rows) == replace(rows[0].incoming.message, text="do you have\na kettle")
    assert merged(rows[:1]) == rows[0].incoming.message


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("do you have\na kettle", 1),
        ("hi\nhow much is delivery to Canada", 1),
        ("show me kettles\nhow long can I return things", 2),
        ("你好\n寄到加拿大多少钱", 1),
        ("有没有\n保温杯", 1),
    ],
)
def test_lines_are_read_as_sentences_where_each_can_stand_alone(text: str, wishes: int) -> None:
    assert len(clauses(text)) == wishes
