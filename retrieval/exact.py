"""Nearest vectors by looking at all of them: a scan in int8, whose best are scored again in float32. Files are mapped, not read."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.kept import mapped
from retrieval.by_meaning import by_meaning
from retrieval.lexical import Found, top
from retrieval.rows import Mask, Rows
from retrieval.seams import Embedder, Vectors
from retrieval.types import Hit, Where

SCAN = Path(__file__).parent / "models" / "scan.onnx"
"""One MatMulInteger, made by `retrieval.export.export_scan`: NumPy multiplies small integers many times slower."""
FEW = 512
"""Rows up to which all are scored in float32 at once."""
AGAIN = 2
"""How many times k the scan puts forward to be scored again, and at least _LEAST."""
_LEAST = 200
_LEVELS = 63
"""A question's steps from 0 up. Seven bits, so that two products fit the 16 bits that processors without VNNI add them in."""
_WHOLE = 4096
"""Rows of a matrix that is held in memory: 6 MB."""
_BATCH = 8192
_KEPT = 2
"""Questions whose scan is remembered: one is often asked with different limits."""


class Exact:
    """A Retriever by meaning over the rows of a matrix. Raises OSError or ValueError where the folder isn't whole."""

    def __init__(self, folder: Path, embedder: Embedder, rows: Rows) -> None:
        self._vectors, self._codes = _Vectors(folder / "vectors.npy"), mapped(folder / "codes.npy")
        self._scales, self._sums = (np.load(folder / f"{name}.npy", allow_pickle=False) for name in ("scales", "sums"))
        if len(self._vectors) != len(rows) or self._codes.shape != (self._vectors.dim, len(rows)):
            raise ValueError(f"{folder} has {len(self._vectors)} vectors for {len(rows)} passages")
        self._embedder, self._rows = embedder, rows
        self._scanned = lru_cache(_KEPT)(self._scan)

    @classmethod
    def build(cls, folder: Path, vectors: Vectors) -> None:
        """Write unit rows [n, dim] into an empty folder: as they are, and as int8 by column with a scale a row."""
        folder.mkdir(parents=True, exist_ok=True)
        count, dim = vectors.shape
        np.save(folder / "vectors.npy", vectors.astype(np.float32, copy=False), allow_pickle=False)
        codes = np.lib.format.open_memmap(folder / "codes.npy", mode="w+", dtype=np.int8, shape=(dim, count))
        scales, sums = np.ones(count, dtype=np.float32), np.zeros(count, dtype=np.int32)
        for start in range(0, count, _BATCH):
            batch = vectors[start : start + _BATCH]
            scale = np.maximum(np.abs(batch).max(axis=1), 1e-12) / 127
            rounded = np.rint(batch / scale[:, None]).astype(np.int8)
            codes[:, start : start + _BATCH] = rounded.T
            scales[start : start + _BATCH], sums[start : start + _BATCH] = scale, rounded.sum(axis=1, dtype=np.int32)
        codes.flush()
        np.save(folder / "scales.npy", scales, allow_pickle=False)
        np.save(folder / "sums.npy", sums, allow_pickle=False)

    def close(self) -> None:
        self._vectors.close()

    async def search(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        return self.find(text, k=k, where=where)

    def find(self, text: str, *, k: int = 8, where: Where | None = None) -> list[Hit]:
        return by_meaning(text, self, self._embedder, self._rows, k, where or Where())

    def between(self, rows: NDArray[np.int32]) -> NDArray[np.float32]:
        """The unit vector in the middle of these rows."""
        middle = self._vectors.of(rows).sum(axis=0)
        unit: NDArray[np.float32] = middle / max(float(np.linalg.norm(middle)), 1e-12)
        return unit

    def nearest(self, vector: NDArray[np.float32], k: int, where: Where, mask: Mask | None) -> Found:
        """The k rows within `mask` (which `where` stands for) nearest to a unit vector, and their cosines, best first."""
        count = len(self._rows) if mask is None else int(np.count_nonzero(mask))
        if count > FEW:
            allowed = np.arange(len(self._rows)) if mask is None else np.flatnonzero(mask)
            rows, _ = top(allowed.astype(np.int32), self._scanned(vector.tobytes()), max(_LEAST, AGAIN * k))
            rows = np.sort(rows)
        else:
            rows = np.arange(count, dtype=np.int32) if mask is None else np.flatnonzero(mask).astype(np.int32)
        cosines: NDArray[np.float32] = self._vectors.of(rows) @ vector
        order = np.argsort(-cosines, kind="stable")[:k]
        return rows[order], cosines[order]

    def _scan(self, asked: bytes) -> NDArray[np.float32]:
        """[rows] The cosine with a vector but for the rounding and one factor."""
        vector = np.frombuffer(asked, dtype=np.float32)
        step = max(float(np.abs(vector).max()), 1e-12) / _LEVELS
        levels = (np.rint(vector / step) + _LEVELS).astype(np.uint8)[None]
        scores: NDArray[np.float32] = (_product()(levels, self._codes)[0] - _LEVELS * self._sums) * self._scales
        return scores


class _Vectors:
    """Rows of a file, read one by one: mapped, the system would bring in the rows around them, and soon all 64 MB of 43,000."""

    def __init__(self, path: Path) -> None:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
        self._count, self.dim = array.shape
        self._starts_at = int(array.offset)
        self._whole = np.array(array) if self._count <= _WHOLE else None
        self._file = path.open("rb")

    def __len__(self) -> int:
        return int(self._count)

    def of(self, rows: NDArray[np.int32]) -> Vectors:
        """[rows, dim]"""
        if self._whole is not None:
            return self._whole[rows]
        handle, size, start = self._file.fileno(), 4 * self.dim, self._starts_at
        read = b"".join([os.pread(handle, size, start + size * row) for row in rows.tolist()])
        return np.frombuffer(read, dtype=np.float32).reshape(len(rows), self.dim)

    def close(self) -> None:
        self._file.close()


@cache
def _product() -> Callable[[NDArray[np.uint8], NDArray[np.int8]], NDArray[np.int32]]:
    """uint8 [1, dim] times int8 [dim, n] -> int32 [1, n], on one thread."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(SCAN), options, providers=["CPUExecutionProvider"])
    return lambda asked, codes: session.run(None, {"asked": asked, "codes": codes})[0]
