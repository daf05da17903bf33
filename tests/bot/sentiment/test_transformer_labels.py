"""A transformer learns labels through transformers' own Trainer, and shows which words it looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import BadLabeller, BadSetting
from bot.sentiment.explaining import explained, marked_lines, page, summary
from bot.sentiment.rows import Labelled
from bot.sentiment.training import Plan, fitted, load
from bot.sentiment.ways import Layers, Tuning
from tests.tiny_models import tiny_bert

pytest.importorskip("torch")
pytest.importorskip("accelerate", reason="transformers' Trainer needs it: make setup")

THINGS = ("kettle", "lamp", "scarf", "mug", "bag", "cup", "desk", "chair", "pen", "box")
ROWS = [
    Labelled(f"the {thing} is {word} {number}", label)
    for label, words in (("positive", ("lovely", "great", "perfect")), ("negative", ("awful", "broken", "useless")))
    for word in words
    for number, thing in enumerate(THINGS)
]


def _quiet(step: str, done: int, of: int) -> None:
    return None


@pytest.mark.slow
@pytest.mark.parametrize("layers", [0, 1, "all"])
def test_a_folder_is_tuned_opened_again_and_explained(tmp_path: Path, layers: Layers) -> None:
    base = tiny_bert(tmp_path / "base", [row.text for row in ROWS], seed=1, labels=2)
    steps: list[tuple[str, int, int]] = []
    plan = Plan("transformer", base, Tuning(layers))
    fitted(ROWS, tmp_path / "m", plan, None, say=lambda *step: steps.append(step), force=True)
    assert steps[-1][1] == steps[-1][2]
    model = load(tmp_path / "m")
    assert model.card.labels == ("negative", "positive")
    assert model.card.judged == 6
    assert len({file.stat().st_mode & 0o777 for file in (tmp_path / "m").iterdir()}) == 1, "weights are no secret"
    chances = model.chances(["the lamp is awful", "the lamp is lovely"])
    assert chances.sum(axis=1) == pytest.approx([1, 1], abs=1e-5)
    found = explained(model, ["the lamp is <b>awful</b>", "ok"])
    assert [found[0].text[a:b] for a, b, _ in found[0].words] == [
        "the",
        "lamp",
        "is",
        "<",
        "b",
        ">",
        "awful",
        "<",
        "/",
        "b",
        ">",
    ]
    assert max(weight for _, _, weight in found[0].words) == pytest.approx(1)
    assert summary(found)["texts"] == 1
    html = page(found, "a <title>")
    assert "<b>awful" not in html
    assert "a &lt;title&gt;" in html
    assert "http" not in html
    assert len(marked_lines(found, styled=True)) == 2
    assert -1 <= summary(found)["agreement"] <= 1
    with pytest.raises(BadSetting, match="--model"):
        fitted(ROWS, tmp_path / "n", Plan("transformer"), None, say=_quiet)


def test_a_folder_that_is_no_transformer_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadLabeller, match="empty"):
        fitted(ROWS, tmp_path / "m", Plan("transformer", tmp_path / "empty"), None, say=_quiet)
    assert not (tmp_path / "m").exists()
