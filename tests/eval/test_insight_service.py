"""Visits and how they ended: figures whose right answer is obvious."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.stores.database import Database
from eval.insights.kept import Kept, Visit
from eval.insights.periods import BadSince, Period, period_since
from eval.insights.service import ending_of, service
from tests.insight_rows import MONTH, NOW, asked, keep, told, turn_row, visit


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "conversations.sqlite")
    yield made
    made.close()


@pytest.mark.parametrize(
    ("one", "ending"),
    [
        (visit(asked("do you ship?"), asked("thanks", minutes=1, intent="thank")), "confirmed"),
        (visit(asked("do you ship?")), "assumed"),
        (visit(asked("do you ship?"), came_again=True), "reopened"),
        (visit(asked("a person please", handed="asked"), told=[told("Hello")]), "by_person"),
        (visit(asked("a person please", handed="asked")), "not_met"),
        (visit(asked("are dogs allowed?", said="unknown")), "unanswered"),
        (visit(asked("a kettle", said="which_one")), "unanswered"),
        (visit(asked("are dogs allowed?", said="unknown"), is_open=True), "open"),
    ],
)
def test_a_visit_ends_in_one_way(one: Visit, ending: str) -> None:
    assert ending_of(one) == ending


def many() -> list[Visit]:
    """Thirty people served by the clerk, twelve by a person after 10 minutes, three on Telegram."""
    alone = [visit(asked("do you ship?", who=f"P{n}")) for n in range(30)]
    handed = [visit(asked("where is it", who=f"H{n}", intent="order", handed="order", locale="zh"), told=[told("Soon")]) for n in range(12)]  # fmt: skip
    return [*alone, *handed, *(visit(asked("hello", who=f"T{n}", channel="telegram")) for n in range(3))]


def test_shares_have_intervals_and_what_is_of_few_people_is_withheld() -> None:
    found = service(many(), MONTH, UTC)
    assert (found.visits, found.people, found.messages) == (45, 45, 45)
    assert found.alone
    assert found.alone.value == pytest.approx(33 / 45)
    assert found.alone.low < 33 / 45 < found.alone.high
    assert dict(found.handed) == {"order": 12}
    channels = {row.name: row for row in dict(found.by)["channel"]}
    assert channels["telegram"].visits is None
    assert channels["telegram"].alone is None
    assert channels["web"].visits is None, "what would tell the small one is withheld, too"
    assert {row.name: row.visits for row in dict(found.by)["language"]} == {"en": 33, "zh": 12}
    assert found.person
    assert (found.person.n, found.person.p50) == (12, 600.0)
    assert found.clerk
    assert found.clerk.p95 == 0.2
    assert json.dumps(found.as_json(), default=str)


def test_of_a_few_people_no_figure_is_told() -> None:
    found = service(many()[:9], MONTH, UTC)
    assert (found.visits, found.people, found.alone, found.resolved, found.clerk) == (None, None, None, None, None)
    assert all(not count for _, count in (*found.endings, *found.bins))


def test_a_resolved_visit_costs_what_models_cost_by_how_many_are_resolved() -> None:
    visits = [visit(asked("do you ship?", who=f"P{n}", tokens=100, cost=Decimal("0.02"))) for n in range(20)]
    found = service(visits, MONTH, UTC)
    assert (found.tokens, found.cost, found.per_resolved) == (2000, Decimal("0.40"), Decimal("0.0200"))


def test_a_day_without_a_word_begins_another_visit_and_the_same_question_opens_the_first_again(database: Database) -> None:  # fmt: skip
    at = NOW - timedelta(days=9)
    later = at + timedelta(days=2)
    keep(
        database.connection(),
        turn_row("m1", "does the kettle whistle?", at), turn_row("m2", "and is it heavy?", at + timedelta(hours=1)),
        turn_row("m3", "does the kettle whistle?", later), turn_row("m4", "/help", later, sign="/help"),
        turn_row("desk/1", "", later + timedelta(minutes=5), explained={"deed": "said", "by": "Ines", "key": "k"}),
    )  # fmt: skip
    first, second = Kept(database.connection(), MONTH)
    assert [one.text for one in first.asked] == ["does the kettle whistle?", "and is it heavy?"]
    assert (first.came_again, second.came_again) == (True, False)
    assert [one.text for one in second.told] == ["reply"]
    assert second.asked[0].took_ms == 150


def test_a_visit_belongs_to_the_time_in_which_it_began(database: Database) -> None:
    at = NOW - timedelta(days=9)
    keep(database.connection(), turn_row("m1", "hello", at), turn_row("m2", "still there?", at + timedelta(hours=2)))
    assert list(Kept(database.connection(), Period(at + timedelta(hours=1), NOW))) == []
    (one,) = Kept(database.connection(), Period(at - timedelta(hours=1), at + timedelta(hours=1)))
    assert len(one.asked) == 2


def test_who_opted_out_is_in_no_figure(database: Database) -> None:
    at = NOW - timedelta(days=3)
    keep(database.connection(), turn_row("m1", "hello", at, customer="C1"), turn_row("m2", "hi", at, conversation="d"))
    database.connection().execute("INSERT INTO untracked (who) VALUES ('customer:C1')")
    assert [one.conversation_id for one in Kept(database.connection(), MONTH)] == ["d"]


def test_since_is_a_day_of_the_shop_or_days_back() -> None:
    seattle = ZoneInfo("America/Los_Angeles")
    assert period_since("2026-11-01", NOW, seattle).start.isoformat() == "2026-11-01T07:00:00+00:00"
    assert period_since("7d", NOW, seattle).start.isoformat() == "2026-11-20T08:00:00+00:00"
    for wrong in ("soon", "2026-13-01", "2027-01-01"):
        with pytest.raises(BadSince, match=wrong):
            period_since(wrong, NOW, seattle)
