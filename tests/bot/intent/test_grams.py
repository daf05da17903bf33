"""Grams keep what texts share, in both languages, without a vocabulary."""

from __future__ import annotations

from bot.intent.grams import Grams, grams, shape

TEXTS = ["where is my parcel", "where are my shoes", "my parcels are late", "我的包裹在哪里", "包裹还没到", "礼物推荐"]


def test_texts_that_share_words_are_nearer_than_those_that_share_none() -> None:
    rows = Grams.fit(TEXTS).rows(TEXTS)
    near = rows @ rows.T
    assert near[0, 1] > near[0, 3] + 0.1
    assert near[3, 4] > near[3, 5] + 0.05


def test_a_misspelt_word_still_shares_its_pieces() -> None:
    known = Grams.fit(TEXTS)
    one, other, far = known.rows(["where is my parcel", "were is my pacel", "礼物推荐"])
    assert one @ other > 0.3
    assert abs(one @ far) < 0.1


def test_what_was_never_seen_says_nothing() -> None:
    known = Grams.fit(TEXTS)
    assert not known.rows(["xqzw"]).any()
    assert known.known(["xqzw", "where is my parcel", ""]).tolist() == [0, 1, 0]


def test_case_and_width_make_no_difference() -> None:
    assert list(grams("ＷＨＥＲＥ is it？")) == list(grams("where IS it?"))


def test_shape_tells_length_digits_and_questions() -> None:
    rows = shape(["hi", "多少钱？", "is it 40 cm long"])
    assert rows[0].tolist() == [1, 0, 0, 0, 0, 0, 0]
    assert rows[1].tolist() == [0, 1, 0, 0, 0, 0, 1]
    assert rows[2].tolist() == [0, 0, 1, 0, 0, 1, 0]
