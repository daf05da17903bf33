"""The small network beside the wording: served without torch, the same whatever is asked beside, and found again after a training that was cut off."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.errors import BadLabeller
from bot.sentiment import network_fit, training
from bot.sentiment.labeller import Labeller
from bot.sentiment.network import LONGEST
from bot.sentiment.network_fit import Plan
from bot.sentiment.rows import Labelled
from bot.sentiment.training import fitted, load

pytest.importorskip("torch")

THINGS = ("kettle", "lamp", "scarf", "mug", "bag", "杯子", "围巾", "台灯", "书包", "水壶")
WORDS = {"negative": ("awful", "broken", "很差", "坏了"), "positive": ("lovely", "great", "好用", "喜欢")}
ROWS = [Labelled(f"{thing} {word} {n}", label) for label, words in WORDS.items() for word in words for n, thing in enumerate(THINGS)]  # fmt: skip
TEXTS, TARGETS = [row.text for row in ROWS], np.eye(2, dtype=np.float32)[[int(row.label == "positive") for row in ROWS]]
PLAN = Plan(dim=8, filters=8, epochs=12, batch=16, rate=0.01, mean=0.9)


@pytest.fixture(scope="module")
def model() -> Labeller:
    return Labeller.fit(ROWS, network=PLAN, quick=True)


def test_it_tells_labels_of_other_things_and_is_served_without_torch(model: Labeller, tmp_path: Path) -> None:
    asked = ["an awful teapot", "a lovely teapot", "这把椅子坏了", "这把椅子我喜欢"]
    chances = model.chances(asked)
    assert [model.card.labels[i] for i in chances.argmax(axis=1)] == ["negative", "positive"] * 2
    model.save(tmp_path / "m")
    served = (
        "import sys; from pathlib import Path; from bot.sentiment.labeller import Labeller; "
        f"m = Labeller.load(Path({str(tmp_path / 'm')!r})); print(m.chances({asked!r}).argmax(axis=1).tolist(), 'torch' in sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", served], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "[0, 1, 0, 1] False"
    again = load(tmp_path / "m")
    assert again.card.encoder == "network"
    assert np.allclose(again.chances(asked), chances, atol=0.01)


def test_what_is_asked_beside_a_text_changes_nothing_nor_do_its_middle_or_its_length(model: Labeller) -> None:
    network = network_fit.fit(TEXTS, TARGETS, PLAN)
    long = "awful " * LONGEST
    alone = network.scores(["an awful kettle"])
    assert np.allclose(network.scores([long, "an awful kettle", "", "！"])[1], alone[0], atol=1e-5)
    middle = f"{'kettle ' * (LONGEST // 2)}lovely {'kettle ' * (LONGEST // 2)}"
    assert np.allclose(network.scores([middle]), network.scores([middle.replace("lovely", "awful")]), atol=1e-5)
    assert model.chances([]).shape == (0, 2)


def test_the_numbers_are_those_of_torch() -> None:
    import torch
    from torch.nn import functional

    network = network_fit.fit(TEXTS, TARGETS, replace(PLAN, epochs=1))
    (text,) = some = ["the 杯子 is broken"]
    parts = []
    for one in network.readings:
        rows = network_fit.padded(network_fit.numbered(network_fit.unit_hashes([text], words=one.words), one.known))
        there = torch.from_numpy(one.embedding[rows]).transpose(1, 2)
        for _, weights, bias in one.filters:
            found = functional.conv1d(
                there, torch.from_numpy(weights.transpose(2, 1, 0).copy()), torch.from_numpy(bias)
            )
            parts.append(functional.relu(found).amax(2))
    wanted = torch.cat(parts, 1).numpy() @ network.weights + network.bias
    assert np.allclose(network.scores(some), wanted, atol=1e-5)


def test_a_training_that_was_cut_off_goes_on_to_the_same_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = replace(PLAN, epochs=2)

    def weights(seed: int = 0) -> list[bytes]:
        made = network_fit.remembered(TEXTS, TARGETS, plan, seed=seed, work=tmp_path)
        return [array.tobytes() for array in made.arrays().values()]

    whole = weights()
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:200])
    assert weights() == whole, "a torn file is made anew, the same"
    assert weights(seed=5) != whole
    monkeypatch.setattr(network_fit, "fit", None)
    assert weights() == whole, "what is there isn't trained again"


def test_what_was_kept_for_a_training_cut_off_is_gone_when_the_model_is_written(tmp_path: Path) -> None:
    heard: list[str] = []
    fitted(
        ROWS,
        tmp_path / "m",
        training.Plan("network", quick=True, epochs=1),
        None,
        say=lambda step, *_: heard.append(step),
    )
    assert "training the network" in heard
    assert [one.name for one in tmp_path.iterdir()] == ["m"]
    assert load(tmp_path / "m").card.encoder == "network"


def test_weights_that_are_torn_or_lack_a_part_are_refused(model: Labeller, tmp_path: Path) -> None:
    model.save(tmp_path / "m")
    file = tmp_path / "m/weights.npz"
    with np.load(file) as kept:
        arrays = {name: kept[name] for name in kept if name != "network/out"}
    np.savez_compressed(file, allow_pickle=False, **arrays)
    with pytest.raises(BadLabeller, match="can't be read"):
        load(tmp_path / "m")
