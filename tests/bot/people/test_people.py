"""The desk without any board's messenger: hours, cases, summaries, ready answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import BadWording
from bot.people import case as cases
from bot.people.canned import load_canned
from bot.people.case import Case
from bot.people.desk import Desk
from bot.people.hours import is_staffed, next_opening, told_time
from bot.people.telling import Deed
from bot.stores import desk as desk_rows
from bot.stores.database import Database
from bot.stores.happenings import Happenings
from bot.tools.people import to_person
from bot.wiring import SAMPLE
from bot.writing.wordings import Wordings
from knowledge_base.shop import Shop, load_shop

SHOP = load_shop(SAMPLE)
"""Seattle: Monday to Friday 9 to 18, Saturday 10 to 16, closed on Sundays and on 26 November 2026."""
WAITING = Case("telegram:1", "telegram", "1", "en", "waiting", "asked", opened_at=100.0)


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-24T20:00", None),  # a Tuesday noon: people are there
        ("2026-11-25T03:00", "Wednesday, 25 November, 09:00"),
        ("2026-11-26T20:00", "Friday, 27 November, 09:00"),  # Thanksgiving
        ("2026-11-29T01:00", "Monday, 30 November, 09:00"),  # Saturday, 17 o'clock there
    ],
)
def test_the_next_opening_is_told_by_the_shops_own_clock(now: str, opens: str | None) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert is_staffed(SHOP, at) == (opens is None)
    if opens:
        found = next_opening(SHOP, at)
        assert found is not None
        assert told_time(found, "en") == opens
        assert told_time(found, "zh").endswith("09:00")


@pytest.mark.parametrize(
    ("shop", "at", "told"),
    [
        (SHOP, "2026-11-24T20:00", "people are at the desk now"),
        (SHOP, "2026-11-25T03:00", "nobody is at the desk right now"),
        (replace(SHOP, opening_hours={}), "2026-11-24T20:00", "I've noted that you would like a person. "),
    ],
)
def test_that_people_are_there_is_said_only_by_the_hours_that_the_shop_names(shop: Shop, at: str, told: str) -> None:
    findings = to_person("asked", {}, datetime.fromisoformat(at).replace(tzinfo=UTC), shop)
    assert told in Wordings.load(SAMPLE).say("en", findings.say, reach="")


def test_an_open_case_stays_and_a_closed_one_is_opened_once_more() -> None:
    taken = cases.taken(WAITING, "Eve", 200.0)
    assert cases.opened(taken, WAITING).state == "taken"
    again = cases.opened(cases.closed(taken, 300.0), WAITING)
    assert (again.state, again.number, again.by) == ("waiting", 2, "")


def test_the_clerk_is_back_when_nobody_at_the_desk_has_spoken_for_long() -> None:
    taken = cases.wrote(cases.taken(WAITING, "Eve", 200.0), 900.0)
    assert not cases.is_quiet(taken, 1000.0, 801.0)
    assert cases.is_quiet(taken, 1001.0, 801.0)
    assert not cases.is_quiet(cases.given_back(taken, 200.0), 9999.0, 801.0)


def test_who_waits_long_is_told_once() -> None:
    assert cases.is_late(WAITING, 700.0, 600.0)
    assert not cases.is_late(cases.taken(WAITING, "Eve", 200.0), 700.0, 600.0)


async def test_customers_read_a_colleagues_name_where_the_shop_wishes_so(tmp_path: Path) -> None:
    database = Database(tmp_path / "conversations.sqlite")
    for by_name, told in ((True, ["Mia has read what you wrote and is here now.", "Mia: Hello."]), (False, ["A colleague has read what you wrote and is here now.", "Hello."])):  # fmt: skip
        desk, conversation = Desk(database, SHOP, Wordings.load(), ["telegram"], by_name=by_name), f"telegram:{by_name}"
        with database.connection() as rows:
            desk_rows.keep(rows, replace(WAITING, conversation_id=conversation))
        await desk.take(conversation, Deed(f"take/{by_name}", "Mia"))
        await desk.say(conversation, Deed(f"say/{by_name}", "Mia"), "Hello.")
        happened = await Happenings(database).last(conversation, 9)
        assert [one.turn.reply.text for one in happened] == told
    database.close()


def test_ready_answers_are_read_beside_shop_toml(tmp_path: Path) -> None:
    assert load_canned(tmp_path) == {}
    (tmp_path / "canned.toml").write_text('[Late]\nen = "It is late."\nzh = "晚了。"\n', encoding="utf-8")
    answers = load_canned(tmp_path)
    assert cases.canned(" late ", answers, "zh") == "晚了。"
    assert cases.canned("late", answers, "fr") == "It is late."
    assert cases.canned("early", answers, "en") is None
    (tmp_path / "canned.toml").write_text('late = "It is late."\n')
    with pytest.raises(BadWording, match="late should be a table"):
        load_canned(tmp_path)
