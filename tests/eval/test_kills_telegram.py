"""Which turn a send in Telegram tells, and what the yardstick of the kill trial counts."""

from __future__ import annotations

from eval.kills.aiogram import counted
from eval.kills.telegram import aligned

EXPECTED = [(("1", 0), "Hello"), (("2", 0), "Hello"), (("3", 0), "A kettle"), (("3", 1), "It is red")]


def test_sends_are_known_by_the_words_of_their_turns() -> None:
    assert aligned(EXPECTED, ["Hello", "Hello", "A kettle", "It is red"]) == [part for part, _ in EXPECTED]


def test_a_send_that_came_twice_is_the_same_part_twice() -> None:
    assert aligned(EXPECTED, ["Hello", "Hello", "A kettle", "A kettle", "It is red"])[2:4] == [("3", 0), ("3", 0)]


def test_a_send_that_came_too_early_is_out_of_order() -> None:
    assert aligned(EXPECTED, ["Hello", "Hello", "It is red", "A kettle"])[2:] == [("3", 1), ("3", 0)]


def test_what_aiogram_loses_swaps_and_doubles_is_counted() -> None:
    heard = {7: ["You said: hello [1]", "You said: hello [3]", "You said: hello [2]", "You said: hello [2]"]}
    told = counted({7: [1, 2, 3, 4]}, heard)
    assert told == {"messages": 4, "lost": 1, "out_of_order": 1, "doubled_replies": 1}
