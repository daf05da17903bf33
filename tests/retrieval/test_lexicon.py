"""A question's words in the other language, by the dictionary."""

from __future__ import annotations

import pytest

from retrieval.gloss import BUNDLED
from retrieval.lexicon import MOST, Lexicon


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon(BUNDLED, {"水壶", "运费", "围巾", "退货"}.__contains__)


def test_chinese_words_become_their_glosses(lexicon: Lexicon) -> None:
    said = lexicon.across("这条围巾多少钱", "zh")
    assert any("scarf" in alternatives for alternatives in said)


def test_english_words_become_the_chinese_ones_that_the_shop_has(lexicon: Lexicon) -> None:
    (scarf,) = lexicon.across("scarf", "en")
    assert set(scarf) == {"scarf", "围巾"}


def test_names_and_measures_stay_as_they_are_on_both_sides(lexicon: Lexicon) -> None:
    assert {"tarnby": 1.0} in lexicon.across("Tarnby 500 毫升", "zh")
    assert {"500ml": 1.0} in lexicon.across("Tarnby 0.5 升", "zh")
    assert {"tarnby": 1.0} in lexicon.across("Tarnby", "en")


def test_a_word_that_the_dictionary_lacks_is_read_by_characters_at_half_weight(lexicon: Lexicon) -> None:
    weights = [weight for alternatives in lexicon.across("围毯", "zh") for weight in alternatives.values()]
    assert weights
    assert max(weights) <= 0.5


def test_no_set_of_alternatives_is_empty_or_long(lexicon: Lexicon) -> None:
    for text, spoken in (("吗吗呢", "zh"), ("the of", "en"), ("帮我看看这个东西能不能寄到我家里", "zh"), ("", "en")):
        assert all(0 < len(alternatives) <= MOST + 1 for alternatives in lexicon.across(text, spoken))
