"""Topics of what customers ask: groups, names that stay, trends, quotes."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from eval.insights import topic_groups, topics
from eval.insights.topic_names import Text, told_apart
from eval.insights.topic_views import Views
from eval.insights.topics import Row, section, trend
from eval.insights.topics_kept import BadTopics, keep_topics, known_topics
from eval.insights.topics_told import told
from eval.insights.withholding import LEAST
from eval.insights.words import Words
from knowledge_base.types import Faq
from retrieval.seams import Vectors

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SUBJECTS = {
    "parcel": ("where is my parcel", "parcel not here, tracking silent", "包裹到哪了 parcel"),
    "refund": ("refund still missing", "when is the refund paid", "退款还没到 refund"),
    "kettle": ("kettle leaks at the base", "kettle stopped boiling", "水壶漏水 kettle"),
    "jumper": ("is the jumper true to size", "jumper in medium or large", "毛衣偏大吗 jumper"),
    "candle": ("candle burns unevenly", "how long does a candle burn", "蜡烛能烧多久 candle"),
    "invoice": ("invoice with company name", "send the invoice again", "开发票 invoice"),
}


class ByWord:
    """An embedder by hand: texts that share one of the subjects are alike, the rest of their words tell them slightly apart."""

    name = "by-word"

    def embed(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for place, subject in enumerate(SUBJECTS):
                row[place] = float(subject in text)
            row += np.random.default_rng(zlib.crc32(text.encode())).normal(0, 0.04, 64)
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def reads(self, text: str) -> float:
        return 1.0

    def trust(self, text: str) -> float:
        return 1.0


def _week(times: int, name: str = "p", **more: int) -> list[Row]:
    """Each subject asked `times` times in each of its wordings, one person a question; `more` times of some."""
    return [
        Row(f"{wording} {name}{number}", f"{name}-{subject}-{number}-{place}", NOON, f"c-{subject}-{number}")
        for subject, wordings in SUBJECTS.items()
        for number in range(more.get(subject, times))
        for place, wording in enumerate(wordings)
    ]


def _views() -> Views:
    return Views(ByWord())


def test_groups_that_stand_apart_are_found_whatever_their_number() -> None:
    rng = np.random.default_rng(0)
    for count in (6, 9):
        rows = np.concatenate([rng.normal(np.eye(12)[place] * 5, 0.3, (15, 12)) for place in range(count)])
        groups = topic_groups.grouped(rows.astype(np.float32))
        assert len(set(groups.tolist())) == count
        assert all(len(set(groups[place * 15 : place * 15 + 15].tolist())) == 1 for place in range(count))


def test_more_rows_than_the_tree_takes_go_to_the_nearest_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topic_groups, "SEEN", 60)
    rng = np.random.default_rng(1)
    rows = np.concatenate([rng.normal(np.eye(12)[place] * 5, 0.3, (40, 12)) for place in range(6)]).astype(np.float32)
    assert np.bincount(topic_groups.grouped(rows)).tolist() == [40] * 6


def test_a_word_of_one_customer_names_nothing() -> None:
    texts = [Text("parcel for Wilhelmina", "a"), Text("the parcel again", "b"), Text("refund please", "c")]
    words = told_apart(texts, [0, 0, 1], {})
    assert list(words[0]["en"]) == ["parcel"]


def test_a_topic_has_the_tags_of_the_answers_that_it_is_near_in_each_language() -> None:
    faqs = [
        Faq("track", "where is my parcel", "by the parcel link", ("tracking",), "en"),
        Faq("track", "parcel 到哪了", "看 parcel 链接", ("物流",), "zh"),
        Faq("back", "when is my refund paid", "the refund takes five days", ("refunds",), "en"),
    ]
    views = Views(ByWord(), faqs)
    placed = views.of(["parcel late"] * 3)
    assert max(views.tags(placed, "en").items(), key=lambda one: one[1])[0] == "tracking"
    assert views.tags(placed, "zh")["物流"] > 2.5


def test_topics_hold_both_languages_and_count_people() -> None:
    rows = [*_week(6), Row("where is my parcel", "p-parcel-0-0", NOON)] * 2
    found = section(rows, (), _views())
    assert len(found.topics) == len(SUBJECTS)
    assert {topic.people for topic in found.topics} == {18}
    assert all(topic.languages == {"en": None, "zh": None} for topic in found.topics), (
        "twelve of eighteen would tell the six"
    )
    assert all(topic.ratio is None and topic.turn == "unknown" for topic in found.topics)


def test_topics_of_few_people_are_counted_and_not_shown() -> None:
    found = section(_week(6, candle=2), (), _views())
    assert len(found.topics) == len(SUBJECTS) - 1
    assert found.few == 1
    assert "candle" not in json.dumps(found.as_json())


def test_a_topic_keeps_its_name_in_the_next_week_and_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "topics.chats.json"
    assert known_topics(file) == ()
    first = section(_week(6), (), _views())
    keep_topics(file, first.known)
    later = section(
        [Row(row.text + " hello again", row.person, row.at) for row in _week(6, "q")], (), _views(), known_topics(file)
    )
    assert {topic.names["en"] for topic in later.topics} == {topic.names["en"] for topic in first.topics}
    assert all(topic.is_known for topic in later.topics)
    assert "person" not in file.read_text(encoding="utf-8")
    assert "p-parcel" not in file.read_text(encoding="utf-8")
    file.write_text("[{", encoding="utf-8")
    with pytest.raises(BadTopics, match=r"topics\.chats\.json"):
        known_topics(file)


def test_what_is_asked_more_and_what_is_new_is_told_and_the_rest_is_as_before() -> None:
    found = section(_week(12, parcel=40, candle=14), _week(12, "before", parcel=12, candle=0), _views())
    turns = {subject: topic for topic in found.topics for subject in SUBJECTS if subject in topic.words["en"]}
    assert turns["parcel"].turn == "rising"
    assert turns["parcel"].ratio is not None
    assert turns["parcel"].ratio.low > 0
    assert turns["candle"].turn == "new"
    assert turns["candle"].people_before == 0
    assert turns["kettle"].turn in ("steady", "falling")


def test_a_trend_of_few_is_not_told() -> None:
    assert trend(4, 100, 5, 100, 1) == (None, "unknown")
    assert trend(40, 100, 3, 100, 1)[0] is None, "how few they were can't be worked out"
    assert trend(40, 100, 3, 100, 1)[1] == "new"
    assert trend(40, 100, 38, 100, 12)[1] == "steady"


def test_quotes_have_no_identifiers_and_lead_to_their_conversation() -> None:
    rows = [
        Row(f"where is my parcel, mail me at rosa{number}@mail.example", f"r{number}", NOON, f"c{number}")
        for number in range(20)
    ]
    found = section([*rows, *_week(6, parcel=0)], (), _views())
    quotes = [quote for topic in found.topics for quote in topic.quotes]
    assert len({quote.where for quote in quotes}) > LEAST
    assert "@" not in json.dumps(found.as_json())
    assert any("[email-1]" in quote.text for quote in quotes)


@pytest.mark.parametrize(("locale", "heading"), [("en", "What customers ask about"), ("zh", "顾客在问什么")])
def test_the_block_says_every_topic_with_its_interval(locale: str, heading: str) -> None:
    found = section(_week(12, parcel=40), _week(12, "before"), _views())
    block = told(found, Words(locale, "USD", ZoneInfo("UTC"), LEAST))
    assert block.heading == heading
    assert len(block.rows) == len(found.topics) == len(block.terms)
    assert "–" in str(block.rows[0][1])
    empty = told(topics.section((), (), _views()), Words(locale, "USD", ZoneInfo("UTC"), LEAST))
    assert not empty.rows
    assert empty.told
