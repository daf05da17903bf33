"""eval sentiment and aspects: figures whose right answer is obvious, no test row in training, and the seam of the report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from rich.text import Text

from bot.errors import OneLabel
from bot.sentiment.explaining import Explained, marked_lines
from bot.sentiment.labelled_sentences import Opinion, Sentence, read_sentences
from bot.sentiment.labeller import Labeller
from bot.sentiment.rows import Fields, Labelled
from eval.benchmarks import sentiment
from eval.benchmarks.aspects import AGAIN, OURS, again, scored
from eval.benchmarks.aspects import run as run_aspects
from eval.benchmarks.label_figures import figures
from eval.benchmarks.label_tasks import Asked
from eval.benchmarks.sentiment import run
from eval.benchmarks.trained_labels import trained
from eval.errors import NothingToDo
from eval.insights.sentiment import Feelings
from eval.tables.feeling import show_sentiment
from retrieval.embed import open_embedder

WORDS = {"1": ("lovely", "great", "好用"), "0": ("awful", "broken", "很差")}
ROWS = [
    {"text": f"{word} {thing} {number}", "label": int(label), "cat": "odd" if number % 2 else "even"}
    for label, words in WORDS.items()
    for word in words
    for number, thing in enumerate(("kettle", "lamp", "杯子", "mug", "bag", "围巾"))
]


def _quiet(step: str, done: int, of: int) -> None:
    return None


def _file(folder: Path, rows: list[dict[str, object]], name: str) -> Path:
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder / name


def test_folds_and_groups_left_out_measure_what_is_easy_as_right(tmp_path: Path) -> None:
    file = _file(tmp_path, ROWS, "rows.jsonl")
    for asked in (Asked(file, folds=3), Asked(file, without=("odd", "even"))):
        report = run(asked, embedder=None, kept=tmp_path, say=_quiet)
        ours = report["systems"]["lexical"]
        assert ours["accuracy"] == ours["auroc"] == 1
        assert report["systems"]["most frequent"]["accuracy"] == 0.5
        assert set(report["systems"]) == {"most frequent", "tfidf", "lexical"}
        assert report["rows"]["test"] == len(ROWS)
        assert len(report["data"]["rows.jsonl"]) == 64


def test_folds_that_were_cut_off_go_on_with_what_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, kept = Asked(_file(tmp_path, ROWS, "rows.jsonl"), folds=3, yardsticks=False), tmp_path / "vectors"

    def cut(step: str, done: int, of: int) -> None:
        if step == "measuring on fold 2":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(asked, embedder=None, kept=kept, say=cut)
    resumed = run(asked, embedder=None, kept=kept, say=_quiet)
    whole = run(asked, embedder=None, kept=tmp_path / "afresh/vectors", say=_quiet)
    assert (resumed["from_before"], whole["from_before"]) == (1, 0)
    for report in (resumed, whole):
        del report["systems"]["lexical"]["texts_per_cpu_s"]
    assert resumed["systems"] == whole["systems"]
    monkeypatch.setattr(sentiment, "code_digest", lambda: "another")
    assert run(asked, embedder=None, kept=kept, say=_quiet)["from_before"] == 0


def test_folds_go_by_what_the_encoders_folder_holds_and_not_by_its_name(tmp_path: Path) -> None:
    task = sentiment.Task("fold 1", [Labelled("fine", "1")], [Labelled("bad", "0")])
    marks = []
    for name, weights in (("one", b"a"), ("two", b"a"), ("one", b"b")):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "model.safetensors").write_bytes(weights)
        marks.append(sentiment._mark(task, Asked(None, encoder="transformer", base=tmp_path / name), None, "code"))
    same, renamed, retrained = marks
    assert same == renamed
    assert same != retrained
    again = sentiment.Task("fold 1", [Labelled("fine", "0")], [Labelled("bad", "0")])
    asked = Asked(None, encoder="transformer", base=tmp_path / "one")
    assert sentiment._mark(again, asked, None, "code") != retrained
    assert sentiment._mark(task, asked, None, "other code") != retrained


def test_what_a_kill_left_of_a_fold_goes_with_the_next_run(tmp_path: Path) -> None:
    left = tmp_path / f"{sentiment.UNFINISHED}x1"
    (left / "m").mkdir(parents=True)
    (left / "m" / "model.safetensors").write_bytes(b"large")
    (tmp_path / sentiment.STATES).mkdir()
    (tmp_path / "labelled").mkdir()
    file = _file(tmp_path, ROWS, "rows.jsonl")
    run(Asked(file, folds=2, quick=True, yardsticks=False), embedder=None, kept=tmp_path / "kept", say=_quiet)
    assert not left.exists()
    assert not (tmp_path / sentiment.STATES).exists()
    assert file.exists()


def test_a_test_that_shares_rows_with_training_is_refused(tmp_path: Path) -> None:
    train, test = _file(tmp_path, ROWS, "train.jsonl"), _file(tmp_path, ROWS[:3], "test.jsonl")
    with pytest.raises(NothingToDo, match="3 rows of the test are among the training rows"):
        run(Asked(train, test), embedder=None, kept=tmp_path, say=_quiet)


def test_unknown_labels_groups_and_a_single_label_are_refused(tmp_path: Path) -> None:
    train = _file(tmp_path, ROWS, "train.jsonl")
    strange = _file(tmp_path, [{"text": "so so", "label": 2}], "strange.jsonl")
    one = _file(tmp_path, [row for row in ROWS if row["label"]], "one.jsonl")
    for asked, error, told in (
        (Asked(train, strange), NothingToDo, "labels that the model doesn't know: 2"),
        (Asked(train, without=("tea",)), NothingToDo, "has: even, odd"),
        (Asked(train), NothingToDo, "--folds"),
        (Asked(one, folds=2), OneLabel, "Two labels"),
    ):
        with pytest.raises(error, match=told):
            run(asked, embedder=None, kept=tmp_path, say=_quiet)


def test_figures_are_what_they_are_called() -> None:
    rows = [Labelled("a", "n"), Labelled("b", "n"), Labelled("c", "p"), Labelled("d", "p")]
    chances = np.array([[0.9, 0.1], [0.4, 0.6], [0.3, 0.7], [0.2, 0.8]], np.float32)
    told = figures(chances, ["n", "p"], rows, 1.0)
    assert told["accuracy"] == 0.75
    assert told["auroc"] == 1
    assert told["macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_the_model_that_ships_is_measured_on_a_shops_own_file(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"review": "I love it, works perfectly.", "stars": 1}, {"review": "Terrible quality, I want a refund.", "stars": 0},
    ]  # fmt: skip
    file = _file(tmp_path, rows, "own.jsonl")
    report = trained(None, file, Fields("review", "stars"), {"1": "positive", "0": "negative"})
    assert report["systems"]["trained"]["accuracy"] == 1
    with pytest.raises(NothingToDo, match="it knows negative, neutral, positive"):
        trained(None, file, Fields("review", "stars"), {})


def test_the_words_that_count_are_marked_in_the_terminal_and_plainly_where_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learned = [Labelled(str(row["text"]), "good" if row["label"] else "bad") for row in ROWS]
    Labeller.fit(learned).save(tmp_path / "m")
    texts = ("[b] awful [/b] \x1b", "杯子很差，水壶 2")
    test = _file(tmp_path, [{"text": text, "label": "bad"} for text in texts], "own.jsonl")
    report = trained(tmp_path / "m", test, Fields(), {}, Path("-"))
    show_sentiment(report)
    out = capsys.readouterr().out
    assert "*awful*" in out
    assert "/b]" in out, "what looks like markup is text"
    assert "杯子*很差*，" in out
    assert "\x1b" not in out
    assert report["explained"]["marked_drop"] > report["explained"]["random_drop"]
    assert "agreement" not in report["explained"], "taken out one by one they can't but agree"
    styled = marked_lines([Explained(**one) for one in report["shown"]], styled=True)
    assert Text.from_markup(styled[0]).plain.startswith("bad")
    assert "[bold reverse]awful[/]" in styled[0]


def test_pairs_of_aspects_are_counted_over_all_sentences() -> None:
    good, bad = Opinion("look", "positive"), Opinion("size", "negative")
    pairs = [(Sentence("1", "a", (good, bad)), (good,)), (Sentence("2", "b", ()), (bad,))]
    assert scored(pairs, lambda o: o.aspect) == {"precision": 0.5, "recall": 0.5, "f1": 0.5}


def test_a_second_labelling_is_counted_on_the_sentences_that_have_both() -> None:
    good, bad = Opinion("look", "positive"), Opinion("size", "negative")
    pairs = [(Sentence("1", "a", (good,)), (bad,)), (Sentence("2", "b", (good,)), (good,))]
    report = again(pairs, [Sentence("1", "a", (good, bad)), Sentence("9", "z", (bad,))])
    assert report is not None
    assert report["sentences"] == 1
    assert report["pairs"]["f1"] == 0.6667
    assert report["ours_against_first"]["f1"] == 0
    assert report["ours_against_second"]["f1"] == 0.6667
    assert again(pairs, []) is None


def test_what_was_labelled_twice_is_of_dev_alone() -> None:
    dev = {one.text for file in OURS for one in read_sentences(file) if one.half == "dev"}
    second = read_sentences(AGAIN)
    assert len(second) == 60
    assert {one.text for one in second} <= dev


def test_a_sentence_that_was_learned_from_isnt_measured(tmp_path: Path) -> None:
    learned = Path(__file__).parents[2] / "bot/sentiment/sentences/aspects.en.jsonl"
    with pytest.raises(NothingToDo, match="among the sentences that are learned from"):
        run_aspects([learned], "all", open_embedder())


def test_feelings_come_one_a_text_with_each_opinion_once() -> None:
    texts = ["The battery is great. Great battery! 就是快递太慢了，等了十天。", "", "!!!"]
    found = Feelings(open_embedder()).of(texts)
    assert len(found) == 3
    pairs = [(opinion.aspect, opinion.sentiment) for opinion in found[0].opinions]
    assert pairs == [("battery", "positive"), ("delivery", "negative")]
    assert found[1].opinions == found[2].opinions == ()
    assert all(0 < one.confidence <= 1 for one in found)
