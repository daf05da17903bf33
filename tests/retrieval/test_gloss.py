"""Chinese word vectors in the bundled model's own space."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest

from retrieval.cedict import Entry, cleaned, glosses_of, readings, simplifications
from retrieval.embed import BUNDLED, OnnxEmbedder, open_embedder
from retrieval.errors import ModelMissing
from retrieval.gloss import BUNDLED as GLOSSES
from retrieval.gloss import TRUST, GlossEmbedder, GlossTable, unpack
from retrieval.gloss_build import frequent, quantise, stems, unit
from retrieval.gloss_fit import Lines, fit, held_back
from retrieval.seams import Embedder
from tests.fakes import WordEmbedder


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return open_embedder("bundled")


def nearest(embedder: Embedder, question: str, passages: Sequence[str]) -> str:
    cosines = embedder.embed(passages) @ embedder.embed([question])[0]
    return passages[int(cosines.argmax())]


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("包邮", "free shipping"),
        ("我想退货", "How do I return something?"),
        ("烧水壶", "electric kettle"),
        ("什么时候发货？", "When will my order be shipped?"),
        ("可以用信用卡付款吗", "Which payment cards do you take?"),
        ("羊毛围巾", "a wool scarf"),
    ],
)
def test_chinese_finds_its_english_counterpart(embedder: Embedder, chinese: str, english: str) -> None:
    others = ["free shipping", "How do I return something?", "electric kettle", "When will my order be shipped?",
              "Which payment cards do you take?", "a wool scarf"]  # fmt: skip
    assert nearest(embedder, chinese, others) == english


def test_english_finds_its_chinese_counterpart(embedder: Embedder) -> None:
    passages = ["收到商品后三十天内可以退款。", "我们接受信用卡和支付宝。", "这款水壶的容量是一升。"]
    assert nearest(embedder, "How long do I have to get a refund?", passages) == passages[0]
    assert nearest(embedder, "Can I pay by credit card?", passages) == passages[1]
    assert nearest(embedder, "How big is the kettle?", passages) == passages[2]


def test_other_words_for_the_same_thing_are_near(embedder: Embedder) -> None:
    assert nearest(embedder, "多久能到货", ["送达需要几天", "怎么清洗杯子", "有没有红色"]) == "送达需要几天"


def test_rows_are_unit_whatever_the_script(embedder: Embedder) -> None:
    rows = embedder.embed(["包邮吗", "free shipping", "iPhone 15 手机壳", "123", "?!", "😀"])
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)


def test_english_texts_keep_the_models_vectors(embedder: Embedder) -> None:
    model = OnnxEmbedder(BUNDLED)
    assert np.allclose(embedder.embed(["Where is my parcel?"]), model.embed(["Where is my parcel?"]), atol=1e-6)


def test_latin_words_in_a_chinese_text_are_heard(embedder: Embedder) -> None:
    assert nearest(embedder, "kindle多少钱", ["kindle的价格", "手表的价格"]) == "kindle的价格"


def test_traditional_characters_read_like_simplified_ones(embedder: Embedder) -> None:
    traditional, simplified = embedder.embed(["電熱水壺可以退貨嗎", "电热水壶可以退货吗"])
    assert traditional @ simplified > 0.99


def test_a_word_that_the_dictionary_lacks_is_read_by_its_parts(embedder: Embedder) -> None:
    table = GlossTable(GLOSSES)
    (whole,) = table.rows("水壶")
    assert table.rows("水壶咕噜噜哩")[0] == whole
    assert len(table.rows("水壶咕噜噜哩")) > 1


def test_what_nobody_knows_is_no_error(embedder: Embedder) -> None:
    rows = embedder.embed(["㐀㐁㐂", "\u9fff", ""])
    assert rows.shape == (3, 384)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4)
    assert embedder.reads("㐀㐁㐂") < 0.5


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


def test_an_empty_text_is_read_by_nobody(embedder: Embedder) -> None:
    assert embedder.reads("") == 0.0
    assert np.isfinite(embedder.embed([""])).all()


def test_the_same_text_gives_the_same_vector_alone_and_in_company(embedder: Embedder) -> None:
    alone = open_embedder("bundled").embed(["七天无理由退货"])[0]
    assert np.array_equal(embedder.embed(["水壶", "七天无理由退货", "a kettle"])[1], alone)


def test_chinese_is_read_and_trusted_less_than_english(embedder: Embedder) -> None:
    assert embedder.reads("什么时候发货？") == 1.0
    assert embedder.trust("什么时候发货？") == pytest.approx(TRUST)
    assert embedder.trust("When do you ship?") == 1.0
    assert TRUST < embedder.trust("iPhone 15 Pro 手机壳") < 1


def test_the_name_tells_model_and_table(embedder: Embedder) -> None:
    assert embedder.name == f"{OnnxEmbedder(BUNDLED).name}+{GlossTable(GLOSSES).name}"


def test_a_table_made_with_another_model_is_refused() -> None:
    with pytest.raises(ModelMissing, match="were made with"):
        GlossEmbedder(WordEmbedder(384), GlossTable(GLOSSES))


def test_the_table_opens_quickly_and_is_small() -> None:
    took = []
    for _ in range(5):
        start = time.perf_counter()
        GlossTable(GLOSSES)
        took.append(time.perf_counter() - start)
    assert min(took) < 0.2
    assert sum(file.stat().st_size for file in GLOSSES.iterdir()) <= 20_000_000


@pytest.mark.parametrize(
    ("definition", "gloss"),
    [
        ("kettle", "kettle"),
        ("CL:個|个[ge4],把[ba3]", ""),
        ("surname Wang", ""),
        ("old variant of 裡|里[li3]", ""),
        ("(coll.) to ask sb for sth", "to ask someone for something"),
        ("abbr. for 中國國際航空公司|中国国际航空公司[Zhong1guo2], Air China", "Air China"),
        ('(question particle for "yes-no" questions)', 'question particle for "yes-no" questions'),
    ],
)
def test_a_gloss_is_plain_english_or_nothing(definition: str, gloss: str) -> None:
    assert cleaned(definition) == gloss


def test_readings_take_turns_and_names_come_only_alone() -> None:
    entries = [Entry("黃", "黄", True, ("Huang",)), Entry("黃", "黄", False, ("yellow", "pornographic")),
               Entry("黃", "黄", False, ("to fall through",)), Entry("國航", "国航", True, ("Air China",))]  # fmt: skip
    assert glosses_of(entries) == {"黄": ["yellow", "to fall through", "pornographic"], "国航": ["Air China"]}


def test_characters_are_kept_before_frequent_words() -> None:
    assert frequent(["水壶", "快递", "壶"], {"水壶": 5, "快递": 9}, 2) == ["壶", "快递"]


def test_four_bits_keep_the_direction() -> None:
    vectors = np.random.default_rng(0).standard_normal((20, 384)).astype(np.float32)
    packed, steps = quantise(vectors)
    assert packed.shape == (20, 192)
    back = unpack(packed) * steps[:, None]
    assert (unit(back) * unit(vectors)).sum(axis=1).min() > 0.99


def test_a_character_that_simplified_texts_use_too_stays() -> None:
    entries = [
        Entry("著", "着", False, ("-ing",)),
        Entry("著名", "著名", False, ("famous",)),
        Entry("貨", "货", False, ("goods",)),
    ]
    assert simplifications(entries) == {"貨": "货"}


def test_own_glosses_stand_before_those_of_the_dictionary() -> None:
    entries = [Entry("退", "退", False, ("to retreat", "to withdraw"))]
    assert glosses_of(entries, {"退": ["refund"]}) == {"退": ["refund", "to retreat", "to withdraw"]}
    assert glosses_of(entries, {"退": ["return", "refund"]}) == {"退": ["return", "refund"]}


def test_a_word_read_otherwise_than_its_characters_stands_by_itself() -> None:
    entries = [Entry("行", "行", False, ("to go",), ("xing",)), Entry("旅行", "旅行", False, ("travel",), ("lv", "xing")),
               Entry("銀行", "银行", False, ("bank",), ("yin", "hang"))]  # fmt: skip
    common, odd = readings(entries, {"旅行": 9})
    assert common["行"] == "xing"
    assert odd == {"银行": ("yin", "hang")}


def test_glosses_are_kept_as_stems_without_what_dictionaries_have_everywhere() -> None:
    assert stems(["to return something", "the returns", "shipping cost"]) == "return|ship cost"


def turned(count: int, entries: int) -> Lines:
    """Lines whose English is their Chinese with two numbers exchanged."""
    chinese = unit(np.random.default_rng(1).standard_normal((count, 8)).astype(np.float32))
    english = chinese[:, [1, 0, *range(2, 8)]]
    return Lines(chinese, np.zeros_like(chinese), english, np.array([f"e{i % entries}" for i in range(count)]))


def test_the_turn_is_learned_from_many_lines_and_hardly_from_few() -> None:
    many, few = turned(2000, 20), turned(5, 5)
    assert np.abs(many.chinese @ fit(many, 1.0) - many.english).max() < 0.1
    assert np.abs(fit(few, 100.0) - np.eye(8)).max() < 0.1


def test_the_turn_is_judged_on_entries_that_it_was_not_learned_from() -> None:
    judged = held_back(turned(1000, 200))
    assert judged["lines"] == 1000
    assert judged["after"] > judged["before"]
