"""What customers feel about what, and since when."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from bot.sentiment.labelled_sentences import Opinion
from eval.insights.changes import change
from eval.insights.feelings import Feelings, Row, section, unhappy_chance
from eval.insights.feelings_told import sentence, told
from eval.insights.plain_words import blame_odds
from eval.insights.withholding import LEAST
from eval.insights.words import Words
from knowledge_base.types import Product

NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2026, 4, 1, 16, tzinfo=UTC)
PHONES = Product("P1", "Over-ear", "", category="audio", price=Decimal(10), currency="USD")


class ByWord:
    """A reader by hand: `battery bad` and `battery good` are opinions on it."""

    def opinions(self, texts: Sequence[str]) -> list[tuple[Opinion, ...]]:
        return [
            tuple(
                Opinion(aspect, "negative" if "bad" in text else "positive")
                for aspect in ("battery", "sound")
                if aspect in text
            )
            for text in texts
        ]


def _product(product_id: str) -> Product | None:
    return PHONES if product_id == "P1" else None


def _rows(feels: Sequence[str], aspect: str = "battery", product_id: str = "P1") -> list[Row]:
    """One a day."""
    return [
        Row(f"I like it. The {aspect} is {feel}.", f"{aspect}-{day}", product_id, START + timedelta(days=day), f"R{day}")
        for day, feel in enumerate(feels)
    ]  # fmt: skip


def _read(rows: Sequence[Row]) -> Feelings:
    return section(rows, ByWord(), _product, NEW_YORK)


def test_what_went_bad_is_told_from_the_day_on_which_it_did() -> None:
    found = _read([*_rows(["good"] * 32 + ["bad"] * 31 + ["good"] * 3), *_rows(["good"] * 40, "sound")])
    worst = found.felt[0]
    assert (worst.aspect, worst.since, worst.unhappy, worst.before) == ("battery", date(2026, 5, 3), 31, (0, 32))
    words = Words("en", "USD", NEW_YORK, LEAST)
    of_product = next(one for one in found.felt if one.level == "product" and one.aspect == "battery")
    assert sentence(of_product, words) == "Over-ear, battery: 31 of 34 unhappy since 3 May 2026"
    assert {one.level for one in found.felt if one.aspect == "battery"} == {"product", "category", "shop"}
    assert all(one.unhappy == 0 and one.before is None for one in found.felt if one.aspect == "sound")


def test_a_share_that_stays_as_it_is_has_no_day_of_change() -> None:
    found = _read(_rows(["good", "bad", "good"] * 20))
    assert {one.since for one in found.felt} == {date(2026, 4, 1)}
    assert {one.before for one in found.felt} == {None}


def test_by_chance_alone_a_change_is_seldom_found_and_a_real_one_is() -> None:
    rng = np.random.default_rng(0)
    false = sum(change((rng.random(60) < 0.4).tolist(), list(range(60))) is not None for _ in range(12))
    right = sum(
        change((rng.random(60) < np.repeat([0.1, 0.8], 30)).tolist(), list(range(60))) in range(26, 35)
        for _ in range(4)
    )
    assert false <= 2
    assert right >= 3


def test_rows_of_one_day_are_not_parted() -> None:
    assert change([False] * 20 + [True] * 20, [1.0] * 40) is None


def test_a_person_counts_once_and_as_unhappy_where_anything_is_bad() -> None:
    again = [
        Row("the battery is good", "battery-0", "P1", START + timedelta(days=60)),
        Row("battery bad", "battery-0", "P1", START),
    ]
    found = _read([*_rows(["good"] * 20), *again])
    assert {(one.people, one.unhappy) for one in found.felt} == {(20, 1)}


def test_who_speaks_of_two_products_counts_for_each_and_once_for_each() -> None:
    rows = [*_rows(["good"] * 20), *_rows(["bad"] * 20, product_id="P2"), *_rows(["bad"] * 20, product_id="P2")]
    found = _read(rows)
    assert {(one.level, one.people, one.unhappy) for one in found.felt if one.level == "shop"} == {("shop", 40, 20)}
    alone = [
        Row("battery bad", f"p{person}", f"Q{product}", START) for person in range(LEAST - 1) for product in range(5)
    ]
    assert not _read(alone).felt, "many products, and few people"


def test_stars_decide_what_a_sentence_leaves_open_and_not_what_it_says() -> None:
    open_, clear = Opinion("battery", "negative", 0.6, 0.6), Opinion("battery", "negative", 0.9, 0.99)
    assert unhappy_chance(open_, 5) < 0.5 < unhappy_chance(open_, 2)
    assert unhappy_chance(clear, 5) > 0.5
    assert unhappy_chance(open_, None) == pytest.approx(0.6)


@pytest.mark.parametrize(
    "text",
    [
        "质量很差，不推荐，客服也不理人。",
        "Bad quality, would not recommend, and support ignores me.",
        "I'll never buy from them again.",
    ],
)
def test_blame_in_so_many_words_is_blame_whatever_the_model_reads(text: str) -> None:
    praise = Opinion("quality", "positive", 0.8, 0.95)
    assert unhappy_chance(praise, None) < 0.5 < unhappy_chance(praise, None, blame_odds(text))


@pytest.mark.parametrize(
    "text",
    ["质量不差，推荐", "包装很差，但是客服很好", "价格差不多", "I can't recommend it enough!", "not bad at all", "Poor quality box, but the kettle is great."],
)  # fmt: skip
def test_what_is_denied_or_set_against_praise_is_left_to_the_model(text: str) -> None:
    assert blame_odds(text) == 0


def test_what_few_speak_of_is_left_out_of_words_and_figures() -> None:
    found = _read([*_rows(["bad"] * (LEAST - 1)), *_rows(["good"] * 12, "sound", "P2")])
    assert {one.aspect for one in found.felt} == {"sound"}
    assert found.few == 2
    assert "battery" not in json.dumps(found.as_json(), default=str)
    months = found.felt[0].months
    assert months == (("2026-04", 0, 12),)


def test_quotes_are_sentences_without_identifiers_the_latest_first() -> None:
    rows = _rows(["bad, write to rosa.lee@mail.example"] * 12)
    quotes = _read(rows).felt[0].quotes
    assert [quote.where for quote in quotes] == ["R11", "R10", "R9"]
    assert "rosa" not in quotes[0].text
    assert quotes[0].text.startswith("The battery is bad")
    assert "I like it" not in quotes[0].text


def test_reviews_without_a_day_are_counted_without_one() -> None:
    found = _read([Row("battery bad", f"p{number}", "P1") for number in range(12)])
    assert {one.since for one in found.felt} == {None}
    assert sentence(found.felt[0], Words("en", "USD", NEW_YORK, LEAST)).endswith("12 of 12 unhappy")


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_block_has_a_row_and_quotes_for_each(locale: str) -> None:
    words = Words(locale, "USD", NEW_YORK, LEAST)
    found = _read(_rows(["good"] * 32 + ["bad"] * 31))
    block = told(found, words)
    assert len(block.rows) == len(block.terms) == len(found.felt) == 3
    assert "31" in str(block.rows[0][2])
    assert not told(_read([]), words).rows
