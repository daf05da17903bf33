"""Texts are cut into words that a question and its answer share, in both languages."""

from __future__ import annotations

import pytest

from retrieval import text


def test_two_forms_of_an_english_word_meet() -> None:
    assert text.words("Kettles shipped, batteries, boxes") == ["kettl", "ship", "battery", "box"]
    assert text.words("kettle ships battery box") == ["kettl", "ship", "battery", "box"]


def test_chinese_gives_characters_words_and_pairs() -> None:
    terms = text.words("退货运费")
    assert set("退货运费") <= set(terms)
    assert {"退货", "货运", "运费"} <= set(terms)


def test_full_width_capitals_and_invisible_marks_make_no_difference() -> None:
    assert text.words("ＡＢＣ\u200b Ｋｅｔｔｌｅ") == text.words("abc kettle")


def test_a_question_is_asked_without_english_function_words() -> None:
    assert text.asked("Do you have the kettle?") == ["kettl"]


def test_a_question_of_function_words_alone_keeps_them() -> None:
    assert text.asked("Do you have it?") == ["do", "you", "have", "it"]


def test_chinese_function_words_stay_in_what_is_asked() -> None:
    assert "吗" in text.asked("有货吗")


@pytest.mark.parametrize(("term", "is_part"), [("退货", True), ("退", False), ("kettl", False), ("3c", False)])
def test_a_part_is_a_chinese_term_of_several_characters(term: str, is_part: bool) -> None:
    assert text.is_part(term) is is_part


@pytest.mark.parametrize(
    ("said", "locale"),
    [
        ("Do you ship abroad?", "en"),
        ("有现货吗", "zh"),
        ("iPhone 充电器有吗", "zh"),
        ("送料はいくらですか", "ja"),
        ("12345", "fr"),
    ],
)
def test_the_language_is_told_by_the_script_and_nothing_tells_nothing(said: str, locale: str) -> None:
    assert text.guess_locale(said, "fr") == locale


def test_numbers_stay_whole() -> None:
    assert text.words("model 0.9 for 1,299.00") == ["model", "0.9", "for", "1,299.00"]


@pytest.mark.parametrize(
    "written", ["500ml", "500 ML", "500 毫升", "0.5L", "0.5 升", "半升", "0.5 litres", "５００ｍｌ", "500-ml"]
)
def test_one_measure_has_one_term_however_it_is_written(written: str) -> None:
    assert text.words(written) == ["500ml"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("30 cm", "30公分"),
        ("1.2 kg", "1200克"),
        ("两斤", "1 kg"),
        ("16寸", "16-inch"),
        ("60W", "60 瓦"),
        ("24 hours", "24小时"),
    ],
)
def test_units_of_both_languages_meet(one: str, other: str) -> None:
    assert text.words(one) == text.words(other)


@pytest.mark.parametrize("said", ["统一升级", "size L", "iPhone 15", "5 left", "2x", "第一米"])
def test_what_is_no_measure_stays(said: str) -> None:
    assert text.with_measures(text.normalise(said)) == text.normalise(said)


def test_traditional_characters_are_indexed_and_asked_as_simplified_ones() -> None:
    assert text.words("電熱水壺可以退貨嗎") == text.words("电热水壶可以退货吗")
    assert text.words("烘乾機") == text.words("烘干机")
    assert text.normalise("乾坤") == "乾坤"
