"""What ships hears what a sentence of a review is about and how it feels, in both languages."""

from __future__ import annotations

import shutil
from collections import Counter
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from bot.errors import BadLabeller
from bot.sentiment.labelled_sentences import ASPECTS, taught
from bot.sentiment.listener import FEELINGS, SHIPPED, Listener, kept_aside, shipped
from bot.sentiment.word_reader import lessons_digest


def test_chances_of_a_text_add_up_and_dont_depend_on_its_neighbours() -> None:
    texts = ["The sound is muddy.", "味道很好，就是包装压扁了。", "The sound is muddy."]
    told = shipped().told(texts)
    assert told.about.shape == (3, len(ASPECTS) + 1)
    assert told.each.shape == (3, len(ASPECTS), 2)
    for chances in (told.about, told.feels, told.each):
        np.testing.assert_allclose(chances.sum(axis=-1), 1, atol=1e-5)
    for place, text in enumerate(texts):
        np.testing.assert_array_equal(shipped().told([text]).each[0], told.each[place])
    assert shipped().told([]).each.shape == (0, len(ASPECTS), 2)


@pytest.mark.parametrize(
    ("text", "aspect", "feels"),
    [
        ("Three washes and the cuffs hang in threads.", "durability", "negative"),
        ("质量很差，不推荐，客服也不理人。", "service", "negative"),
        ("早上灌的热水，晚上还冒热气。", "quality", "positive"),
        ("It was a present for my brother.", "", "neutral"),
    ],
)
def test_what_is_meant_is_heard_where_no_word_says_it(text: str, aspect: str, feels: str) -> None:
    told = shipped().told([text])
    assert FEELINGS[int(told.feels[0].argmax())] == feels
    assert aspect in {(*ASPECTS, "")[place] for place in told.about[0].argsort()[-2:]}


def test_the_card_is_of_the_files_beside_it_and_of_the_sentences_that_ship() -> None:
    files = (SHIPPED / "model.onnx").read_bytes() + (SHIPPED / "tokenizer.json").read_bytes()
    assert shipped().digest == sha256(files).hexdigest()
    assert shipped().lessons == lessons_digest(), "teach it anew: shopclerk train listener"


def test_one_sentence_in_ten_is_kept_aside() -> None:
    counts = Counter(kept_aside(one.text) for one in taught())
    assert 0.08 < counts[True] / counts.total() < 0.12


@pytest.mark.parametrize("gone", ["model.onnx", "tokenizer.json", "card.json"])
def test_a_folder_without_one_of_its_files_is_refused(tmp_path: Path, gone: str) -> None:
    for file in SHIPPED.iterdir():
        shutil.copy(file, tmp_path)
    (tmp_path / gone).write_bytes(b"torn")
    with pytest.raises(BadLabeller, match=r"can't be read"):
        Listener.load(tmp_path)
