"""What a customer typed is mended by the shop's own words, and only where it is sure."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from retrieval.text import normalise
from retrieval.text.pinyin import keys_of, toneless
from retrieval.text.speller import Speller, Vocabulary
from retrieval.text.spelling import Neighbours, distance, skeleton
from retrieval.vocabulary import english, rare_english

LATIN = {
    "kettle": 9,
    "kettles": 3,
    "headphones": 9,
    "thermos": 5,
    "scarf": 9,
    "stainless": 5,
    "tarnby": 20,
    "lamp": 9,
    "delivery": 20,
}
CHINESE = {"保温杯": 9, "围巾": 9, "耳机": 9, "快递": 9, "多少钱": 5, "茶壶": 5, "旅行": 4}
SPELLER = Speller(Vocabulary(LATIN, CHINESE), english(), rare_english)


def mended(text: str) -> str:
    return SPELLER.mend(text).text


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("headfones", "headphones"),
        ("hedfones please", "headphones please"),
        ("a ketle", "a kettle"),
        ("thermus?", "thermos?"),
        ("scraf", "scarf"),
        ("stanles", "stainless"),
        ("Ketle", "Kettle"),
        ("deilvrey", "delivery"),
    ],
)
def test_a_misspelling_of_the_shops_word_is_mended(said: str, meant: str) -> None:
    assert mended(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "baowenbei", "bao wen bei", "BaoWenBei", "bǎowēnbēi", "bao3wen1bei1", "bao3 wen1 bei1", "bǎo wēn bēi",
    ],
)  # fmt: skip
def test_pinyin_becomes_the_shops_word_however_it_is_typed(said: str) -> None:
    assert mended(said) == "保温杯"


def test_pinyin_within_a_sentence_of_either_language_is_found() -> None:
    assert mended("do you have weijin") == "do you have 围巾"
    assert mended("有erji吗") == "有耳机吗"
    assert mended("lvxing chahu") == "旅行 茶壶"
    assert mended("baowenbeiduoshaoqian") == "保温杯多少钱"


@pytest.mark.parametrize("said", ["can you help me", "long men", "lamp", "women can sing", "bang", "tan pan"])
def test_english_that_could_be_pinyin_stays_english(said: str) -> None:
    assert mended(said) == said


def test_chinese_typed_by_ear_becomes_the_word_that_sounds_so() -> None:
    assert mended("保文杯有吗") == "保温杯有吗"
    assert mended("我的快第到哪了") == "我的快递到哪了"
    assert mended("要一条围斤") == "要一条围巾"


@pytest.mark.parametrize("said", ["保温的", "男朋友不回消息", "这茶是哪里产的", "电脑", "为今天"])
def test_chinese_that_is_no_typing_error_stays(said: str) -> None:
    assert mended(said) == said


def test_traditional_characters_typed_by_ear_are_mended_too() -> None:
    assert mended("保文杯") == mended("保文杯".replace("杯", "盃").replace("盃", "杯")) == "保温杯"
    assert mended("圍斤") == "围巾"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("🎧", "headphones 耳机"),
        ("any 🎧?", "any headphones?"),
        ("有🎧吗", "有耳机吗"),
        ("🧣️", "scarf 围巾"),
        ("😀", "😀"),
    ],
)
def test_an_emoji_that_names_a_thing_is_a_word(said: str, meant: str) -> None:
    assert mended(said) == meant


def test_an_emoji_that_only_decorates_is_none() -> None:
    assert mended("I want a new kettle ☕") == "I want a new kettle ☕"


@pytest.mark.parametrize(
    "said",
    [
        "JL-COF-01", "jl-ketle-7", "order KETLE123", "me@ketle.com", "https://ketle.shop/scraf", "ketle.com", "#scraf", "1299.00",
        "my name is Ketle", "Tarnby", "toaster", "cheapest", "strollers", "gonna", "thx",
    ],
)  # fmt: skip
def test_ids_numbers_addresses_names_and_known_words_are_never_changed(said: str) -> None:
    assert mended(said) == said


def test_two_words_equally_near_leave_it_alone() -> None:
    assert Neighbours({"lamps": 5, "lumps": 5}).nearest("lomps") is None
    assert Neighbours({"lamps": 50, "lumps": 5}).nearest("lomps") == "lamps"


def test_changes_say_what_and_why_in_order() -> None:
    changes = SPELLER.mend("ketle and baowenbei 🧣 or 保文杯").changes
    assert [(c.said, c.meant, c.why) for c in changes] == [
        ("ketle", "kettle", "spelling"), ("baowenbei", "保温杯", "pinyin"), ("🧣", "围巾", "emoji"), ("保文杯", "保温杯", "homophone"),
    ]  # fmt: skip


PIECES = st.sampled_from(
    [
        *LATIN,
        *CHINESE,
        "ketle",
        "headfones",
        "baowenbei",
        "bao",
        "wen",
        "bei",
        "保文杯",
        "🎧",
        "☕",
        "JL-COF-01",
        "1.5L",
        "，",
        "!",
        "a1b2",
        "ü",
    ]
)
TYPED = st.one_of(
    st.text(max_size=60), st.lists(PIECES, max_size=8).map(" ".join), st.lists(PIECES, max_size=8).map("".join)
)


@settings(max_examples=400, deadline=None)
@given(TYPED)
@example("KETLE🎧0")
def test_mending_is_total_and_mends_at_once(text: str) -> None:
    once = SPELLER.mend(text)
    assert SPELLER.mend(once.text).text == once.text
    assert bool(once.changes) == (once.text != text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(["JL-COF-01", "SKU_9", "A-100", "ketle", "保文杯", "baowenbei"]), max_size=8))
def test_ids_stay_in_their_order(words: list[str]) -> None:
    ids = [word for word in words if word[0].isupper()]
    assert [word for word in mended(" ".join(words)).split() if word[0].isupper()] == ids


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*LATIN, *CHINESE, "please", "cheapest", "return"]), max_size=8))
def test_known_words_are_never_changed(words: list[str]) -> None:
    assert mended(" ".join(words)) == " ".join(words)


def test_a_long_message_of_unknown_words_is_mended_in_time() -> None:
    mended("headfones baowenbei")
    text = (
        "wehn wil teh ketle i oderd lsat wek arive at my adress in sprngfield, i ned it fr the wedding on saturdy " * 1
    )
    took = []
    for _ in range(20):
        start = time.process_time()
        SPELLER.mend(text)
        took.append(time.process_time() - start)
    assert min(took) < 0.005
    start = time.process_time()
    for _ in range(200):
        SPELLER.mend("do you have a blue scarf for my mother, and how long is delivery?")
    assert (time.process_time() - start) / 200 < 0.0005


@settings(max_examples=200, deadline=None)
@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_the_distance_is_symmetric_and_zero_for_equals_alone(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)


def test_neighbours_exchanged_are_one_edit_and_sounds_have_one_skeleton() -> None:
    assert distance("scraf", "scarf") == 1
    assert skeleton("headfones") == skeleton("headphones")


def test_a_word_is_heard_as_it_is_read_and_as_its_characters_are() -> None:
    assert keys_of("银行") == {"yinhang", "yinxing"}
    assert keys_of("旅行") == {"lvxing"}
    assert toneless("lǚxíng") == "lvxing"
    assert normalise("ＢＡＯ") == "bao"


def test_a_letter_without_an_end_is_no_word_and_breaks_nothing() -> None:
    assert Neighbours({"aaaa": 5, "lamps": 5}).nearest("a" * 4000) is None
    assert Neighbours({"lamps": 5}).nearest("lamps" * 200) is None
