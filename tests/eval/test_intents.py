"""eval intents: figures whose right answer is obvious, thresholds without the test rows, and errors that name the line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bot.settings import Settings
from eval import metrics
from eval.benchmarks import tuned
from eval.benchmarks.cases import measure, read
from eval.benchmarks.intents import Files, How, run
from eval.errors import BadRow, NothingToDo
from eval.tables.understanding import show_cases, show_intents

WEATHER = [
    f"{how} the weather {when}"
    for how in ("what is", "how is", "tell me")
    for when in ("today", "tomorrow", "on monday")
]
MUSIC = [
    f"play {what} {where}"
    for what in ("a song", "some jazz", "my album")
    for where in ("loud", "in the kitchen", "again")
]
STRANGE = [
    "how tall is a giraffe",
    "translate cat to french",
    "who wrote hamlet",
    "what is my bank balance",
    "how many legs has a spider",
]


def _quiet(step: str, done: int, of: int) -> None:
    return None


def _write(folder: Path, name: str, rows: list[tuple[str, str]]) -> Path:
    file = folder / name
    file.write_text("".join(json.dumps({"text": t, "intent": i}) + "\n" for t, i in rows), encoding="utf-8")
    return file


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """Two intents that a child could tell apart, and questions about neither."""
    train = [(t, "weather") for t in WEATHER[:6]] + [(t, "music") for t in MUSIC[:6]]
    test = [(t, "weather") for t in WEATHER[6:]] + [(t, "music") for t in MUSIC[6:]]
    return Files(
        train=_write(tmp_path, "train.jsonl", train),
        test=_write(tmp_path, "test.jsonl", test),
        oos_train=_write(tmp_path, "oos_train.jsonl", [(t, "oos") for t in STRANGE[:3]]),
        oos_test=_write(tmp_path, "oos_test.jsonl", [(t, "oos") for t in STRANGE[3:]]),
    )


def _run(files: Files, how: How, tmp_path: Path) -> dict[str, dict[str, float]]:
    report = run(files, how, settings=Settings(data_dir=tmp_path / "data"), say=_quiet)
    show_intents(report)
    assert set(report["data"]) == {file.name for file in files.there()}
    assert report["versions"]["scikit-learn"]
    systems: dict[str, dict[str, float]] = report["systems"]
    return systems


def test_what_is_easy_is_right_and_what_is_strange_told_apart(files: Files, tmp_path: Path) -> None:
    systems = _run(files, How(quick=True), tmp_path)
    assert list(systems) == ["tfidf", "minilm", "ours"]
    assert systems["ours"]["accuracy"] == 1
    assert systems["ours"]["oos_auroc"] == 1
    assert systems["ours"]["joint"] == pytest.approx(
        (systems["ours"]["kept_and_right"] + systems["ours"]["oos_recall"]) / 2
    )


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """In place of the bundled encoder one of a single narrow layer with weights of chance, its words numbered as they come."""
    from transformers import BertConfig, BertModel

    numbers: dict[str, int] = {}

    def tokenizer(text: str, *, truncation: bool, max_length: int) -> dict[str, list[int]]:
        ids = [numbers.setdefault(word, len(numbers) + 1) for word in text.split()]
        return {"input_ids": ids[:max_length] if truncation else ids}

    def encoder() -> tuple[object, object]:
        config = BertConfig(
            vocab_size=64, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
        )
        return BertModel(config), tokenizer

    monkeypatch.setattr(tuned, "_encoder", encoder)


@pytest.mark.usefixtures("tiny")
def test_an_encoder_is_tuned_and_asked_beside_ours(files: Files, tmp_path: Path) -> None:
    systems = _run(files, How(), tmp_path)
    assert list(systems) == ["tfidf", "minilm", "ours", "ours+encoder"]
    assert systems["ours+encoder"]["accuracy"] == 1
    assert systems["ours+encoder"]["oos_auroc"] == systems["ours"]["oos_auroc"]
    assert systems["ours+encoder"]["ece"] != systems["ours"]["ece"]


@pytest.mark.usefixtures("tiny")
def test_a_tuned_encoder_alone_tells_what_it_learned() -> None:
    texts, labels = WEATHER + MUSIC, np.array([0] * len(WEATHER) + [1] * len(MUSIC))
    found = tuned.Tuned.fit(texts, labels, seed=0, say=_quiet, step="encoder").chances(texts)
    assert found.argmax(axis=1).tolist() == labels.tolist()
    assert found.sum(axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)


def test_swapped_labels_in_the_test_are_all_wrong(files: Files, tmp_path: Path) -> None:
    swapped = [(t, "music") for t in WEATHER[6:]] + [(t, "weather") for t in MUSIC[6:]]
    _write(tmp_path, "test.jsonl", swapped)
    assert _run(files, How(quick=True), tmp_path)["ours"]["accuracy"] == 0


def test_the_threshold_does_not_hang_on_the_test_rows(files: Files, tmp_path: Path) -> None:
    before = _run(files, How(quick=True), tmp_path)
    _write(tmp_path, "oos_test.jsonl", [(WEATHER[0], "oos")])
    after = _run(files, How(quick=True), tmp_path)
    assert {n: s["threshold"] for n, s in before.items()} == {n: s["threshold"] for n, s in after.items()}
    assert after["ours"]["oos_recall"] == 0


def test_shots_are_drawn_evenly_and_averaged(files: Files, tmp_path: Path) -> None:
    systems = _run(files, How(shots=2, draws=3, quick=True), tmp_path)
    assert len(systems["ours"]["accuracies"]) == 3  # type: ignore[arg-type]
    assert systems["ours"]["accuracy"] == pytest.approx(np.mean(systems["ours"]["accuracies"]), abs=1e-3)


def test_folds_measure_on_the_training_rows_in_turn(files: Files, tmp_path: Path) -> None:
    assert _run(Files(train=files.train), How(folds=3, quick=True), tmp_path)["ours"]["accuracy"] == 1


def test_a_row_without_intent_is_named(files: Files, tmp_path: Path) -> None:
    files.train.write_text('{"text": "hi", "intent": "a"}\n{"text": "ho"}\n', encoding="utf-8")
    with pytest.raises(BadRow, match=r"train\.jsonl:2"):
        _run(files, How(quick=True), tmp_path)


def test_nothing_to_measure_on_is_told(files: Files, tmp_path: Path) -> None:
    with pytest.raises(NothingToDo, match="--test or --folds"):
        _run(Files(train=files.train), How(quick=True), tmp_path)


def test_calibration_error_of_chances_that_hold_and_of_boasts() -> None:
    hits = np.array([True] * 3 + [False])
    assert metrics.calibration_error(np.full(4, 0.75), hits) == pytest.approx(0)
    assert metrics.calibration_error(np.full(4, 0.95), hits) == pytest.approx(0.2)


def test_macro_f1_counts_every_label_alike() -> None:
    assert metrics.macro_f1(["a", "a", "a", "b"], ["a", "a", "a", "a"]) == pytest.approx((6 / 7 + 0) / 2)


def test_a_threshold_catches_what_it_must() -> None:
    none, hits, strange = np.linspace(0, 0.6, 100), np.ones(100, dtype=bool), np.linspace(0.4, 1, 100)
    at = metrics.threshold(none, hits, strange, caught=0.95)
    assert (strange >= at).mean() >= 0.95


CASES = [
    {"id": "1", "locale": "en", "text": "hello", "intent": "greet", "half": "dev"},
    {"id": "2", "locale": "zh", "text": "谢谢", "intent": "thank", "half": "dev"},
    {"id": "3", "locale": "zh", "text": "谢谢", "intent": "greet", "also": ["ask"], "half": "dev"},
    {"id": "4", "locale": "en", "text": "bye", "intent": "greet", "half": "frozen"},
]


def _cases(folder: Path, rows: list[dict[str, object]]) -> Path:
    file = folder / "cases.jsonl"
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return file


def test_the_router_is_measured_by_language_and_intent(
    make_shop: Callable[..., Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = make_shop({"products.csv": "id,title,price\nA,Kettle,20\n"})
    report = measure(_cases(tmp_path, CASES), shop, half="dev", say=_quiet)
    assert report["all"]["cases"] == 3
    assert report["locales"]["en"]["accuracy"] == 1
    assert report["locales"]["zh"]["accuracy"] == 0.5
    assert report["all"]["also_served"] == 0
    assert report["intents"]["zh thank"] == {"cases": 1, "recall": 1, "precision": 0.5}
    assert [wrong["id"] for wrong in report["wrong"]] == ["3"]
    show_cases(report)
    assert "cores; " in capsys.readouterr().out


@pytest.mark.parametrize("row", [{"intent": "greeting"}, {"half": "all"}, {"locale": "de"}, {"id": "2"}])
def test_a_case_that_cannot_be_read_is_named(tmp_path: Path, row: dict[str, object]) -> None:
    with pytest.raises(BadRow, match=r"cases\.jsonl:3"):
        read(_cases(tmp_path, [*CASES[:2], {**CASES[2], **row}]))
