"""A cross-encoder as a scorer: question and passage are read together. Better and a hundred times slower than `rerank.Ranker`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from retrieval.errors import ModelMissing
from retrieval.exported import Exported
from retrieval.types import Hit

LONGEST = 256
"""Tokens of question and passage together that are read."""


class OnnxCrossEncoder:
    """A folder with model.onnx (one or two logits) and tokenizer.json; torch isn't needed."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        if not (folder / "tokenizer.json").is_file():
            raise ModelMissing(str(folder), "tokenizer.json is missing beside model.onnx")
        self._model = Exported(folder, LONGEST, threads=threads)

    def __call__(self, question: str, hits: Sequence[Hit]) -> Sequence[float]:
        return [self._score(question, hit.passage.text) for hit in hits]

    def _score(self, question: str, passage: str) -> float:
        pair = self._model.tokenizer.encode(question, passage)
        logits = self._model.run(pair.ids, pair.type_ids)
        return float(logits[-1] - (logits[0] if len(logits) > 1 else 0.0))


class TorchCrossEncoder:
    """A sentence-transformers CrossEncoder folder; needs the extra `train`, and seconds to load."""

    def __init__(self, folder: Path) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        try:
            from sentence_transformers import CrossEncoder
        except ImportError:
            reason = "it isn't an ONNX export, and the [train] extra that reads it isn't installed"
            raise ModelMissing(str(folder), reason) from None
        try:
            self._model = CrossEncoder(str(folder), device="cpu", max_length=LONGEST)
        except (OSError, ValueError) as error:
            raise ModelMissing(str(folder), str(error).splitlines()[0]) from error

    def __call__(self, question: str, hits: Sequence[Hit]) -> Sequence[float]:
        if not hits:
            return ()
        logits = np.asarray(
            self._model.predict([(question, hit.passage.text) for hit in hits], show_progress_bar=False)
        )
        scores = logits if logits.ndim == 1 else logits[:, -1] - logits[:, 0]
        return [float(score) for score in scores]


def open_cross_encoder(folder: Path) -> OnnxCrossEncoder | TorchCrossEncoder:
    """Raises ModelMissing."""
    if (folder / "model.onnx").is_file():
        return OnnxCrossEncoder(folder)
    if not (folder / "config.json").is_file():
        raise ModelMissing(
            str(folder), "there is neither a ranker's card.json, nor model.onnx, nor a cross-encoder's config.json"
        )
    return TorchCrossEncoder(folder)
