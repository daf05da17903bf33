"""Fine-tuning, on a transformer that is made here and knows a few dozen words."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.embed import OnnxEmbedder, open_embedder
from retrieval.errors import FolderTaken, ModelMissing, NotBetter, NotResumable, TooFewLessons
from retrieval.lessons import Lessons, Pair, lessons
from retrieval.student import MEASURE, Plan, Student, score
from retrieval.tune import tune
from tests.tiny_models import tiny_transformer

pytest.importorskip("sentence_transformers", reason="the [train] extra isn't installed")

# question words and answer words have nothing in common, so only training can bring them together
ASKED = ("cost", "sum", "fee", "toll", "rate", "fare", "bill", "tab")
THINGS = {
    "apple": "orchard",
    "coat": "tailor",
    "lamp": "electrician",
    "boat": "harbour",
    "bread": "oven",
    "horse": "stable",
}
PLAN = Plan(epochs=8, seed=3, batch=8, rate=5e-3, patience=3, checkpoint_every=3, learns_words=True)


def made_lessons() -> Lessons:
    pairs = [Pair(f"{word} {thing}", place) for word in ASKED for thing, place in THINGS.items()]
    return lessons(pairs, seed=1, held_back=0.25)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = made_lessons()
    texts = [*made.passages, *(one.question for one in (*made.train, *made.held_back))]
    return tiny_transformer(tmp_path_factory.mktemp("tiny"), texts)


@pytest.fixture(scope="module")
def tuned(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tuned") / "model"
    tune(made_lessons(), out, base=str(base), plan=PLAN, device="cpu")
    return out


def test_questions_that_were_held_back_find_their_passage_after_training(tuned: Path) -> None:
    card = json.loads((tuned / "card.json").read_text(encoding="utf-8"))
    assert card["before"][MEASURE] < 0.7 < card["after"][MEASURE]
    assert card["after_int8"][MEASURE] > 0.7


def test_the_result_serves_as_an_export_and_says_where_it_came_from(tuned: Path) -> None:
    embedder = open_embedder(str(tuned))
    assert isinstance(embedder, OnnxEmbedder)
    assert score(embedder.embed, made_lessons())[MEASURE] > 0.7
    card = json.loads((tuned / "card.json").read_text(encoding="utf-8"))
    assert card["data_digest"] == made_lessons().digest
    assert card["seed"] == 3
    assert embedder.name.startswith("model@")
    assert not (tuned.parent / "model.training").exists()


def test_equal_seeds_give_equal_weights(base: Path, tuned: Path, tmp_path: Path) -> None:
    tune(made_lessons(), tmp_path / "again", base=str(base), plan=PLAN, device="cpu")
    assert weights(tmp_path / "again") == weights(tuned)


def test_a_training_that_was_cut_off_and_resumed_ends_as_one_that_was_not(
    base: Path, tuned: Path, tmp_path: Path
) -> None:
    class Cut(Exception):
        pass

    def cut(step: str, done: int, of: int) -> None:
        if step == "training" and done == 13:
            raise Cut

    out = tmp_path / "model"
    with pytest.raises(Cut):
        tune(made_lessons(), out, base=str(base), plan=PLAN, device="cpu", say=cut)
    assert not out.exists()
    first: list[int] = []
    tune(
        made_lessons(), out, base=str(base), plan=PLAN, device="cpu", resume=True, say=lambda s, d, of: first.append(d)
    )
    assert first[0] == 12
    assert weights(out) == weights(tuned)


def test_a_checkpoint_of_other_lessons_is_not_resumed(base: Path, tmp_path: Path) -> None:
    def cut(step: str, done: int, of: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tune(made_lessons(), tmp_path / "m", base=str(base), plan=PLAN, device="cpu", say=cut)
    with pytest.raises(NotResumable, match="Leave --resume out"):
        tune(made_lessons(), tmp_path / "m", base=str(base), plan=replace(PLAN, seed=9), device="cpu", resume=True)


def test_a_better_model_is_not_replaced_unless_it_is_forced(base: Path, tuned: Path, tmp_path: Path) -> None:
    before = weights(tuned)
    worse = replace(PLAN, epochs=1)
    with pytest.raises(NotBetter, match=r"nothing was replaced.*--force"):
        tune(made_lessons(), tuned, base=str(base), plan=worse, device="cpu")
    assert weights(tuned) == before
    copy = tmp_path / "copy"
    tune(made_lessons(), copy, base=str(base), plan=PLAN, device="cpu")
    tune(made_lessons(), copy, base=str(base), plan=worse, device="cpu", force=True)
    assert weights(copy) != before


def test_a_model_that_learned_nothing_is_not_taken(base: Path, tmp_path: Path) -> None:
    with pytest.raises(NotBetter):
        tune(made_lessons(), tmp_path / "m", base=str(base), plan=replace(PLAN, rate=0.0, epochs=1), device="cpu")
    assert not (tmp_path / "m").exists()


def test_a_folder_that_holds_something_else_is_left_alone(base: Path, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(FolderTaken, match="is not empty"):
        tune(made_lessons(), tmp_path, base=str(base), plan=PLAN, device="cpu")


def test_lessons_that_the_model_cannot_read_are_left_out(base: Path, tmp_path: Path) -> None:
    foreign = lessons([Pair(f"问题{i}", f"答案{i}") for i in range(20)], seed=1)
    with pytest.raises(TooFewLessons):
        tune(foreign, tmp_path / "m", base=str(base), plan=PLAN, device="cpu")


def test_a_gpu_that_is_not_there_is_said_to_be_missing(base: Path, tmp_path: Path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(ModelMissing, match="no GPU"):
        tune(made_lessons(), tmp_path / "m", base=str(base), plan=PLAN, device="cuda")


def test_passages_that_are_right_as_well_are_not_taken_for_wrong(base: Path) -> None:
    student = Student(str(base))
    both = lessons(
        [Pair("cost apple", p) for p in ("orchard", "tailor")] + [Pair(f"fee {i}", "oven") for i in range(20)], seed=1
    )
    two = next(one for one in (*both.train, *both.held_back) if one.question == "cost apple")
    import torch

    from retrieval.student import Drawn

    torch.manual_seed(1)
    student._model.eval()
    alone = float(student.loss([Drawn(two, two.right[0], ())], both.passages))
    beside = float(student.loss([Drawn(two, two.right[0], (two.right[1],))], both.passages))
    assert alone == pytest.approx(0.0, abs=1e-6)
    assert beside == pytest.approx(0.0, abs=1e-6)


def weights(folder: Path) -> str:
    """Every weight, as one text that can be compared."""
    from safetensors.numpy import load_file

    found = load_file(folder / "weights" / "model.safetensors")
    return repr({name: float(np.abs(value).astype(np.float64).sum()) for name, value in sorted(found.items())})
