"""Labelled texts and what learns from them: lines are named, a model keeps what it knows, and worse ones aren't written."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest

from bot.errors import BadLabeller, BadLine, BadSetting, OneLabel, WorseLabeller
from bot.sentiment.labeller import Labeller
from bot.sentiment.rows import Fields, Labelled, read_labelled, to_learn
from bot.sentiment.training import Plan, fitted, load, sentences
from bot.sentiment.units import runs, spans

GOOD = ("lovely", "great", "perfect", "好用", "喜欢")
BAD = ("awful", "broken", "useless", "很差", "坏了")
THINGS = ("kettle", "lamp", "scarf", "mug", "bag", "杯子", "围巾", "台灯", "书包", "水壶")
ROWS = [
    Labelled(f"{word} {thing} {number}", label)
    for label, words in (("positive", GOOD), ("negative", BAD))
    for word in words
    for number, thing in enumerate(THINGS)
]


def _quiet(step: str, done: int, of: int) -> None:
    return None


def _file(folder: Path, *lines: str, name: str = "rows.jsonl") -> Path:
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"text": "fine", "label"', "not JSON"),
        ('["fine", "good"]', "not an object"),
        ('{"text": "   ", "label": "good"}', "text is missing or empty"),
        ('{"text": "fine"}', "label is missing"),
        ('{"text": "fine", "label": null}', "label is missing"),
        (json.dumps({"text": "x" * 20_001, "label": "good"}), "longer than"),
    ],
)
def test_a_line_that_cant_be_learned_from_is_named(tmp_path: Path, line: str, told: str) -> None:
    file = _file(tmp_path, '{"text": "fine", "label": "good"}', line)
    with pytest.raises(BadLine, match=told) as caught:
        list(read_labelled(file))
    assert caught.value.line == 2
    assert "None" not in str(caught.value), "where nothing stands, nothing is shown"


def test_csv_and_gzip_say_the_same_as_jsonl(tmp_path: Path) -> None:
    wanted = [Labelled("very, very good", "1", "tea"), Labelled("坏了", "0", "")]
    table = 'review,stars,kind\n"very, very good",1,tea\n坏了,0,\n'
    lines = [{"review": "very, very good", "stars": 1, "kind": "tea"}, {"review": "坏了", "stars": 0}]
    (tmp_path / "a.csv").write_text(table, encoding="utf-8")
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(table.encode()))
    _file(tmp_path, *(json.dumps(line) for line in lines), name="a.jsonl")
    for name in ("a.csv", "a.csv.gz", "a.jsonl"):
        assert list(read_labelled(tmp_path / name, Fields("review", "stars", "kind"))) == wanted


def test_a_file_that_is_torn_missing_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    whole = gzip.compress(b'{"text": "fine", "label": "good"}\n' * 1000)
    (tmp_path / "torn.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "rows.parquet").write_bytes(b"PAR1")
    (tmp_path / "headless.csv").write_text("fine,good\n", encoding="utf-8")
    for name in ("torn.jsonl.gz", "rows.parquet", "none.jsonl"):
        with pytest.raises(BadSetting, match=name):
            list(read_labelled(tmp_path / name))
    with pytest.raises(BadLine, match="columns text and label"):
        list(read_labelled(tmp_path / "headless.csv"))


def test_one_label_or_too_few_of_one_is_refused_with_the_counts() -> None:
    with pytest.raises(OneLabel, match="positive 50"):
        to_learn(row for row in ROWS if row.label == "positive")
    with pytest.raises(OneLabel, match="odd 1"):
        to_learn([*ROWS, Labelled("hm", "odd")])


def test_runs_are_the_same_beside_whatever_other_text() -> None:
    alone, beside = runs(["Good bag, 好包！"]), runs(["x y", "Good bag, 好包！", "z"])
    here = beside[0] == 1
    assert alone[1].tolist() == beside[1][here].tolist()
    assert set(runs(["GOOD BAG"])[1]) <= set(alone[1])
    assert [("don't", "好"), ("don't", "好")][0] == tuple("don't 好"[a:b] for a, b in spans("don't 好"))


def test_a_repeated_unit_is_counted_in_its_text_alone() -> None:
    assert all(len(part) == 0 for part in runs(["   "]))
    rows, _, counts = runs(["b a b", "b"])
    assert counts[rows == 0].sum() == 5
    assert counts[rows == 0].max() == 2
    assert counts[rows == 1].tolist() == [1]


def test_what_was_learned_is_told_of_other_things_and_survives_saving(tmp_path: Path) -> None:
    model = Labeller.fit(to_learn(ROWS))
    asked = ["an awful teapot", "a lovely teapot", "这把椅子坏了", "这把椅子我喜欢"]
    chances = model.chances(asked)
    assert [model.card.labels[i] for i in chances.argmax(axis=1)] == ["negative", "positive", "negative", "positive"]
    assert np.allclose(chances.sum(axis=1), 1)
    model.save(tmp_path / "m")
    again = load(tmp_path / "m")
    assert np.allclose(again.chances(asked), chances, atol=0.01)
    assert again.card == model.card
    assert model.chances([]).shape == (0, 2)


def test_equal_rows_give_equal_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        Labeller.fit(to_learn(ROWS)).save(tmp_path / name)
    assert (tmp_path / "a/weights.npz").read_bytes() == (tmp_path / "b/weights.npz").read_bytes()


def test_a_shops_own_categories_are_learned_as_any_labels() -> None:
    words = {"billing": "invoice", "returns": "refund", "delivery": "parcel"}
    rows = [Labelled(f"{word} of my {thing}", label) for label, word in words.items() for thing in THINGS]
    model = Labeller.fit(to_learn(rows))
    assert model.card.labels == ("billing", "delivery", "returns")
    assert model.card.labels[int(model.chances(["where is the parcel"]).argmax())] == "delivery"


def test_shuffled_labels_are_noticed_and_nothing_is_written(tmp_path: Path) -> None:
    labels = [row.label for row in ROWS]
    random.Random(3).shuffle(labels)
    shuffled = [Labelled(row.text, label) for row, label in zip(ROWS, labels, strict=True)]
    with pytest.raises(WorseLabeller, match="guessing"):
        fitted(shuffled, tmp_path / "m", Plan(), None, say=_quiet)
    assert not (tmp_path / "m").exists()
    fitted(shuffled, tmp_path / "m", Plan(), None, say=_quiet, force=True)
    assert load(tmp_path / "m").card.macro_f1 < 0.65


def test_a_better_model_isnt_replaced_by_a_worse_one(tmp_path: Path) -> None:
    fitted(ROWS, tmp_path / "m", Plan(), None, say=_quiet)
    chance = random.Random(5)
    spoilt = [
        Labelled(r.text, r.label if chance.random() < 0.8 else chance.choice(["positive", "negative"])) for r in ROWS
    ]
    with pytest.raises(WorseLabeller, match="what is there"):
        fitted(spoilt, tmp_path / "m", Plan(), None, say=_quiet)
    assert load(tmp_path / "m").card.macro_f1 > 0.95


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m/notes.txt").write_text("mine")
    with pytest.raises(BadSetting, match="holds no model"):
        fitted(ROWS, tmp_path / "m", Plan(), None, say=_quiet)
    with pytest.raises(BadLabeller, match=r"card\.json"):
        load(tmp_path / "m")
    assert (tmp_path / "m/notes.txt").read_text() == "mine"


def test_the_sentences_that_ship_are_six_hundred_a_language_or_more() -> None:
    for locale in ("en", "zh"):
        rows = sentences(locale)
        assert len({row.text for row in rows if row.label != "neutral"}) >= 600
        assert {row.label for row in rows} == {"positive", "negative", "neutral"}
