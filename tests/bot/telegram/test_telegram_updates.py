"""What is read of Telegram's updates, and whom a message in a group is for."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.telegram.presses import LONGEST, Press, press_of
from bot.channels.telegram.updates import Me, command_of, for_us, heard

ME = Me(99, "junipers_bot")


def message(text: str = "", chat: str = "private", **more: Any) -> dict[str, Any]:
    sender = {"id": 7, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    return {
        "update_id": 5,
        "message": {"message_id": 3, "date": 1, "chat": {"id": 7, "type": chat}, "from": sender, "text": text, **more},
    }


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        (message("a kettle?"), "a kettle?"),
        (message("a kettle?", "group"), None),
        (
            message(
                "😀 @Junipers_Bot, a kettle?", "supergroup", entities=[{"type": "mention", "offset": 3, "length": 13}]
            ),
            "😀 , a kettle?",
        ),
        (message("@other_bot a kettle?", "group", entities=[{"type": "mention", "offset": 0, "length": 10}]), None),
        (message("and cheaper?", "group", reply_to_message={"from": {"id": 99}}), "and cheaper?"),
        (message("and cheaper?", "group", reply_to_message={"from": {"id": 8}}), None),
        (message("/help", "group"), None),
        (message("/help@junipers_bot", "group"), "/help@junipers_bot"),
        (message("/help@other_bot", "group"), None),
    ],
)
def test_in_a_group_only_what_is_meant_for_us_is_read(raw: dict[str, Any], meant: str | None) -> None:
    said = heard(raw)
    assert said is not None
    assert for_us(said, ME) == meant


def test_what_no_person_said_is_nothing() -> None:
    joined = message(new_chat_members=[{"id": 9}])
    assert heard(joined) is None
    assert heard(message("hi", **{"from": {"id": 1, "is_bot": True, "first_name": "B"}})) is None
    assert heard({"update_id": 1, "poll": {}}) is None


def test_a_caption_is_what_was_written_and_what_it_came_with_is_a_sign() -> None:
    photo, voice = heard(message(caption="this one", photo=[{}])), heard(message(voice={}))
    assert photo
    assert (photo.text, photo.sign) == ("this one", "photo")
    assert voice
    assert (voice.text, voice.sign) == ("", "voice")


def test_a_changed_message_is_of_the_time_when_it_was_changed() -> None:
    raw = message("hi", date=100, edit_date=5000)
    for said in (heard({"update_id": 6, "edited_message": raw["message"]}), heard(message("hi", date=5000))):
        assert said
        assert said.at.timestamp() == 5000


def test_a_command_is_ours_unless_it_names_another_bot() -> None:
    for text, command in [
        ("/help", ("help", "")),
        ("/Language@JUNIPERS_bot zh", ("language", "zh")),
        ("/help@other", None),
        ("a/b", None),
    ]:
        said = heard(message(text))
        assert said
        assert command_of(said, ME) == command


def test_a_press_tells_what_its_button_said() -> None:
    rows = [[{"text": "Yes", "callback_data": "q|en|0"}, {"text": "No", "callback_data": "q|en|1"}]]
    asked = {
        "message_id": 8,
        "date": 1,
        "chat": {"id": 7, "type": "private"},
        "reply_markup": {"inline_keyboard": rows},
    }
    said = heard(
        {
            "update_id": 6,
            "callback_query": {"id": "c1", "from": {"id": 7, "first_name": "A"}, "data": "q|en|1", "message": asked},
        }
    )
    assert said
    assert (said.label, said.press, said.message_id) == ("No", "q|en|1", 8)


@pytest.mark.parametrize("about", ["JL-KIT-01", "x" * 200, "茶" * 30, ""])
def test_a_buttons_data_is_short_and_read_back(about: str) -> None:
    press = Press("details", "zh", about)
    assert len(press.data.encode()) <= LONGEST
    read = press_of(press.data)
    assert read
    assert read.wish == "details"
    assert read.data == press.data
    assert press_of("delete everything") is None
