"""A Transformer over a customer's history, served by ONNX: it points to where the next item is, among all of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.recommend.histories import Places
from retrieval.recommend.links import Floats, Links

NETWORK = "sequence.onnx"


class Sequence:
    """`vectors` [items, width] are in and out; `leaning` [items] is how much each is wanted by anybody."""

    def __init__(self, vectors: Floats, leaning: Floats, longest: int, network: bytes) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
        self.vectors, self.leaning, self.longest, self._network = vectors, leaning, longest, network

    def scores(self, history: Places) -> Floats:
        """[items] Log chances of what comes next."""
        if not len(history):
            return self.leaning - _log_sum(self.leaning)
        given = self.vectors[history[-self.longest :]][None]
        pointed: Floats = self._session.run(None, {"vectors": given})[0][0]
        scores: Floats = self.vectors @ pointed + self.leaning
        return scores - _log_sum(scores)

    def grown(self, kin: Links) -> Sequence:
        """With an item for each row, which stands amid its kin."""
        vectors = np.zeros((len(kin), self.vectors.shape[1]), dtype=np.float32)
        leaning = np.full(len(kin), self.leaning.min(initial=0), dtype=np.float32)
        for item in range(len(kin)):
            to, weights = kin.row(item)
            if len(to):
                vectors[item], leaning[item] = weights @ self.vectors[to], weights @ self.leaning[to]
        return Sequence(
            np.concatenate([self.vectors, vectors]),
            np.concatenate([self.leaning, leaning]),
            self.longest,
            self._network,
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        return {
            "sequence.vectors": self.vectors,
            "sequence.leaning": self.leaning,
            "sequence.longest": np.array(self.longest),
        }

    def save(self, folder: Path) -> None:
        (folder / NETWORK).write_bytes(self._network)

    @classmethod
    def of_arrays(cls, arrays: Any, folder: Path) -> Sequence:
        network = (folder / NETWORK).read_bytes()
        return cls(arrays["sequence.vectors"], arrays["sequence.leaning"], int(arrays["sequence.longest"]), network)


def _log_sum(scores: Floats) -> np.float32:
    top = scores.max(initial=-np.inf)
    return np.float32(top + np.log(np.exp(scores - top).sum()))
