"""Texts to unit vectors with a sentence-transformers model exported to int8 ONNX; torch is never loaded."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from retrieval.errors import ModelMissing
from retrieval.exported import Exported
from retrieval.gloss import BUNDLED as GLOSSES
from retrieval.gloss import GlossEmbedder, GlossTable
from retrieval.seams import Embedder, Vectors

BUNDLED = Path(__file__).parent / "models" / "all-MiniLM-L6-v2-int8"
_REMEMBERED = 2000
"""Texts whose vectors are remembered: within a turn, and for what many customers ask, in the same words."""
LONGEST = 256
"""Tokens of a text that are read; the rest is cut, as the model's authors do."""


class OnnxEmbedder:
    """An export made by `shopclerk export-embedder`: model.onnx, tokenizer.json and card.json in one folder."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        for name in ("model.onnx", "tokenizer.json", "card.json"):
            if not (folder / name).is_file():
                raise ModelMissing(str(folder), f"{name} is missing; make the folder with `shopclerk export-embedder`")
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        self._model = _bundled(threads) if folder == BUNDLED else Exported(folder, LONGEST, threads=threads)
        self._tokenizer = self._model.tokenizer
        self._unknown = self._tokenizer.token_to_id("[UNK]")
        self._dim = int(card["dim"])
        self._name = f"{card['model']}@{card['digest'][:12]}"
        self._remembered = lru_cache(_REMEMBERED)(lambda text: self._row(self._tokenizer.encode(text).ids))
        self.reads_glosses = bool(card.get("glosses"))
        """Whether it was tuned from the bundled model, so that the bundled Chinese word vectors go with it."""

    @property
    def name(self) -> str:
        return self._name

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit rows [len(texts), dim], float32; mean over the tokens, as the model was trained."""
        rows = np.zeros((len(texts), self._dim), dtype=np.float32)
        for place, text in enumerate(texts):
            rows[place] = self._remembered(text)
        return rows

    def _row(self, ids: list[int]) -> Vectors:
        mean: Vectors = self._model.run(ids).mean(axis=0)
        return mean / max(float(np.linalg.norm(mean)), 1e-12)

    def reads(self, text: str) -> float:
        ids = self._tokenizer.encode(text, add_special_tokens=False).ids
        return 1 - sum(i == self._unknown for i in ids) / len(ids) if ids else 0.0

    def trust(self, text: str) -> float:
        return 1.0


class SentenceTransformerEmbedder:
    """A sentence-transformers folder or hub id as it is; needs the `[train]` extra. For serving, export it."""

    def __init__(self, name: str, *, allow_download: bool = False) -> None:
        if not allow_download:  # set before the import: without a network the hub is otherwise waited for
            os.environ["HF_HUB_OFFLINE"] = "1"
        try:
            from huggingface_hub import snapshot_download
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging
        except ImportError:
            raise ModelMissing(
                name, "it isn't an export, and the [train] extra that reads it isn't installed"
            ) from None
        logging.disable_progress_bar()  # who indexes tells its own progress
        try:
            # Whoever imported the hub's library before has read the variable, and it would ask and ask: the folder it keeps is looked up.
            here = allow_download or Path(name).expanduser().is_dir()
            place = name if here else snapshot_download(name, local_files_only=True)
            self._model = SentenceTransformer(place, device="cpu")
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise ModelMissing(name, f"{reason} (set SHOPCLERK_ALLOW_DOWNLOAD=1 where the hub may be asked)") from error
        self._name = f"sentence-transformers:{name}"

    @property
    def name(self) -> str:
        return self._name

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self._model.get_embedding_dimension() or 0), dtype=np.float32)
        rows: Vectors = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return rows

    def reads(self, text: str) -> float:
        tokenizer = self._model.tokenizer
        ids = tokenizer.encode(text, add_special_tokens=False)
        return 1 - sum(i == tokenizer.unk_token_id for i in ids) / len(ids) if ids else 0.0

    def trust(self, text: str) -> float:
        return 1.0


@lru_cache(maxsize=2)
def _bundled(threads: int) -> Exported:
    """What ships doesn't change while a process runs, so that one copy serves all who open it."""
    return Exported(BUNDLED, LONGEST, threads=threads)


@cache
def _glosses() -> GlossTable:
    return GlossTable(GLOSSES)


def open_embedder(name: str = "bundled", *, threads: int = 1, allow_download: bool = False) -> Embedder:
    """`bundled` (with its Chinese word vectors), a folder (an export, or a sentence-transformers model), or a hub id.

    Raises ModelMissing.
    """
    if name == "bundled":
        return GlossEmbedder(OnnxEmbedder(BUNDLED, threads=threads), _glosses())
    folder = Path(name).expanduser()
    if (folder / "model.onnx").is_file():
        model = OnnxEmbedder(folder, threads=threads)
        return GlossEmbedder(model, _glosses(), tuned=True) if model.reads_glosses else model
    if not folder.is_dir() and (name.startswith((".", "/", "~")) or name.count("/") != 1):
        raise ModelMissing(name, "there is no such folder, and a hub id has the form owner/name")
    return SentenceTransformerEmbedder(name, allow_download=allow_download)
