"""A model as ONNX and its tokenizer, in one folder; torch is never loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.seams import Vectors


class Exported:
    """Opens model.onnx and tokenizer.json; what is longer than so many tokens is cut, nothing is padded."""

    def __init__(self, folder: Path, longest: int, *, threads: int = 1) -> None:
        """Raises what onnxruntime and tokenizers raise where a file isn't theirs."""
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {entry.name for entry in self._session.get_inputs()}
        self.tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(longest)

    def run(self, input_ids: Sequence[int], token_type_ids: Sequence[int] | None = None) -> Vectors:
        """The first output for one text, without the axis of texts.

        One text at a time: int8 scales are taken over a whole batch, so in a batch what is said of a text would depend on its neighbours
        (cosine .96 to itself for a short one), and padding makes batches slower on few cores (38 texts/s by 32, 65 by 1).
        """
        ids = np.array([input_ids], dtype=np.int64)
        kinds = np.zeros_like(ids) if token_type_ids is None else np.array([token_type_ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": kinds}
        answer: Vectors = self._session.run(None, {name: feed[name] for name in self._inputs})[0][0]
        return answer
