"""A panel says with numpy what it learned with torch, and the same once it is kept."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from bot.errors import BadSetting
from bot.sentiment.heads import Linear, head_in
from bot.sentiment.panel import Panel
from bot.sentiment.states import States
from bot.sentiment.training import layers_of
from bot.sentiment.transformer import TransformerCard, TransformerLabeller
from bot.sentiment.ways import Tuning


def _panel() -> Panel:
    chance = np.random.default_rng(0)
    shapes = ((12,), (12,), (2, 12, 5), (2, 5), (2, 5, 3), (2, 3))
    return Panel(*(np.abs(chance.normal(size=shape)).astype(np.float16).astype(np.float32) for shape in shapes))


FEATURES = (10 * np.random.default_rng(1).normal(size=(300, 12))).astype(np.float32)


def test_a_panel_that_was_kept_says_the_same() -> None:
    panel = _panel()
    kept = panel.arrays()
    assert {array.dtype for array in kept.values()} == {np.dtype(np.float16)}
    again = head_in(kept)
    assert isinstance(again, Panel)
    assert again.scores(FEATURES).tolist() == panel.scores(FEATURES).tolist()
    with pytest.raises(KeyError, match="panel_second"):
        head_in({name: array for name, array in kept.items() if name != "panel_second"})


def test_a_linear_head_is_kept_too_and_a_model_may_have_none() -> None:
    weights = np.arange(26, dtype=np.float32).reshape(13, 2)
    again = head_in(Linear(weights).arrays())
    assert isinstance(again, Linear)
    assert again.scores(np.ones((1, 12), np.float32)).tolist() == [
        [float(weights[:, 0].sum()), float(weights[:, 1].sum())]
    ]
    assert head_in({"0.words": weights}) is None


@pytest.mark.slow
def test_numpy_and_torch_score_alike() -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from bot.sentiment.reading import over_layers, scored

    hidden = [torch.from_numpy(FEATURES[:6, :1].reshape(2, 3, 1) + at) for at in range(5)]
    mask = torch.tensor([[1, 1, 1], [1, 1, 0]])
    panel = _panel()
    features = over_layers(hidden, mask)
    assert features.shape == (2, 9)
    cut = Panel(panel.mean[:9], panel.spread[:9], panel.first[:, :9], panel.first_bias, panel.second, panel.second_bias)
    told = scored(SimpleNamespace(hidden_states=hidden), {"attention_mask": mask}, cut)
    assert told.numpy() == pytest.approx(cut.scores(features.numpy()), abs=1e-4)
    lone = over_layers([states[1:, :2] for states in hidden], mask[1:, :2])
    assert features[1].tolist() == pytest.approx(lone[0].tolist()), "what is padded counts for nothing"


@pytest.mark.slow
def test_a_long_text_keeps_its_head_and_its_tail() -> None:
    pytest.importorskip("transformers")
    from bot.sentiment.reading import shortened

    assert shortened(range(10), 10) == list(range(10))
    assert shortened(range(11), 5) == [0, 1, 8, 9, 10]


@pytest.mark.parametrize("said", ["-1", "some", "1.5", ""])
def test_layers_that_are_no_number_and_not_all_are_refused(said: str) -> None:
    with pytest.raises(BadSetting, match="from 0 on, or all"):
        layers_of(said)


def test_how_often_texts_are_gone_through_depends_on_what_learns() -> None:
    assert (layers_of("all"), layers_of("3")) == ("all", 3)
    assert [Tuning(layers).times for layers in (0, 3, "all")] == [6, 2, 2]
    assert Tuning(0, epochs=1).times == 1


class _Pipe:
    """An encoder by hand: a text's features are its length; what it was asked about is kept."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: list[str], **settings: Any) -> list[np.ndarray]:
        self.asked += texts
        return [np.full(12, len(text), np.float32) for text in texts]


def _labeller(folder: Path, head: Panel | Linear, known: States | None) -> tuple[TransformerLabeller, _Pipe]:
    pipe = _Pipe()
    card = cast(TransformerCard, SimpleNamespace(labels=("a", "b", "c"), shares=(1.0,)))
    return TransformerLabeller(folder, card, pipe, head, (), known), pipe


def test_a_linear_head_scores_each_text_in_its_place_and_is_asked_the_shortest_first(tmp_path: Path) -> None:
    weights = np.zeros((13, 3), np.float32)
    weights[0], weights[-1] = (1, 0, -1), (0, 2, 0)
    model, pipe = _labeller(tmp_path, Linear(weights), None)
    assert model.logits(["four", "a", "ab"]).tolist() == [[4, 2, -4], [1, 2, -1], [2, 2, -2]]
    assert pipe.asked == ["a", "ab", "four"]


def test_a_text_whose_states_are_known_is_read_again_once_they_are_forgotten(tmp_path: Path) -> None:
    known = States(tmp_path, 12)
    known.add(["known"], [np.full((1, 12), 5, np.float16)])
    known.keep()
    model, pipe = _labeller(tmp_path, _panel(), known)
    before = model.logits(["known", "new"])
    assert pipe.asked == ["new"]
    model.forget()
    assert model.logits(["known", "new"]).tolist() == before.tolist()
    assert pipe.asked[1:] == ["new", "known"]
