"""The shop's own words are counted once, and kept with the index."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bot.wiring import OpenShop
from knowledge_base.types import Faq, Knowledge, Product
from retrieval.vocabulary import load, save, vocabulary_of

SHOP = Knowledge(
    products=(
        Product("1", "Tarnby Kettle", "It boils water.", "Kitchen", Decimal(9), "USD", brand="Tarnby"),
        Product("1", "手冲壶", "烧水快。", "厨房", Decimal(9), "USD", locale="zh", keywords="电水壶"),
    ),
    faqs=(Faq("f", "包邮吗？", "满五十包邮。", locale="zh"),),
)


def test_words_of_names_count_more_than_words_of_texts() -> None:
    latin = vocabulary_of(SHOP).latin
    assert latin["tarnby"] > latin["kettle"] > latin["boils"] > 0


def test_chinese_names_are_taken_in_parts_and_whole() -> None:
    assert {"手冲壶", "手冲", "包邮"} <= vocabulary_of(SHOP).chinese.keys()
    assert "烧水快" not in vocabulary_of(SHOP).chinese


def test_what_was_kept_is_read_again(tmp_path: Path) -> None:
    save(vocabulary_of(SHOP), tmp_path / "v.json")
    assert load(tmp_path / "v.json") == vocabulary_of(SHOP)


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "v.json").write_text("{}", encoding="utf-8")
    with pytest.raises(KeyError):
        load(tmp_path / "v.json")


async def test_the_sample_shop_mends_what_it_sells(sample: OpenShop) -> None:
    speller = sample.index.current().speller
    assert speller.mend("headfones").text == "headphones"
    assert speller.mend("baowenbei").text == "保温杯"
    assert speller.mend("保文杯有货吗").text == "保温杯有货吗"
