"""What a transformer's lower layers make of texts, kept in a file: a text is read once, whatever is learned above it, however often.

Rows of float16, one a token, text after text. `places.npz` says whose they are; rows that it doesn't name are written over.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.errors import BadLabeller
from retrieval.generations import Progress

Rows = NDArray[np.float16]
LEFT_FREE = 1 << 30
"""Bytes of the disk that the states leave free."""
_ROWS, _PLACES = "states.f16", "places.npz"


class States:
    """Of one encoder, one number of layers and one length; `folder` should be named after all three."""

    def __init__(self, folder: Path, width: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.width = folder, width
        self._places = _read(folder / _PLACES)
        self._end = max((start + count for start, count in self._places.values()), default=0)
        (folder / _ROWS).touch()
        self._rows = self._mapped()

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Those that weren't read yet, each once."""
        return [text for text in dict.fromkeys(texts) if _key(text) not in self._places]

    def check_room(self, tokens: int) -> None:
        """Raises BadLabeller where so many more don't fit on the disk."""
        needed, free = tokens * self.width * 2, shutil.disk_usage(self.folder).free
        if needed + LEFT_FREE > free:
            raise BadLabeller(
                str(self.folder),
                f"the states of {tokens} tokens take {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB of the disk are free; "
                "make room, or use --layers all, which keeps none",
            )

    def add(self, texts: Sequence[str], rows: Sequence[Rows]) -> None:
        """One array [tokens, width] a text; they are there for good after `keep`."""
        with (self.folder / _ROWS).open("r+b") as file:
            file.seek(self._end * self.width * 2)
            for text, states in zip(texts, rows, strict=True):
                file.write(np.ascontiguousarray(states, np.float16).tobytes())
                self._places[_key(text)] = (self._end, len(states))
                self._end += len(states)

    def keep(self) -> None:
        part = self.folder / f"part-{_PLACES}"
        places = np.array(list(self._places.values()), np.int64).reshape(-1, 2)
        np.savez(part, allow_pickle=False, keys=np.array(list(self._places), "S32"), places=places)
        part.replace(self.folder / _PLACES)
        self._rows = self._mapped()

    def __contains__(self, text: str) -> bool:
        return _key(text) in self._places

    def tokens(self, text: str) -> int:
        return self._places[_key(text)][1]

    def of(self, text: str) -> Rows:
        """[tokens, width], mapped from the file. Raises KeyError where the text wasn't read."""
        start, count = self._places[_key(text)]
        return self._rows[start : start + count]

    def _mapped(self) -> Rows:
        rows = (self.folder / _ROWS).stat().st_size // (self.width * 2)
        if not rows:
            return np.zeros((0, self.width), np.float16)
        return np.memmap(self.folder / _ROWS, np.float16, "r", shape=(rows, self.width))


def digest_of(folder: Path) -> str:
    """Of a model's weights, words and shape."""
    whole = sha256()
    for file in sorted(folder.glob("*")):
        if file.suffix == ".safetensors" or file.name in ("config.json", "tokenizer.json", "vocab.txt"):
            with file.open("rb") as opened:
                while some := opened.read(1 << 24):
                    whole.update(some)
    return whole.hexdigest()


def filled(states: States, texts: Sequence[str], read: Iterable[tuple[list[str], list[Rows]]], say: Progress) -> None:
    """Put in what `read` gives, bit by bit; what is cut off goes on where it was."""
    done = 0
    for some, rows in read:
        states.add(some, rows)
        if done // 2000 < (done + len(some)) // 2000:
            states.keep()
        done += len(some)
        say("reading texts", done, len(texts))
    states.keep()


def _key(text: str) -> bytes:
    return sha256(text.encode()).hexdigest()[:32].encode()


def _read(file: Path) -> dict[bytes, tuple[int, int]]:
    try:
        with np.load(file, allow_pickle=False) as kept:
            return {
                bytes(key): (int(start), int(count))
                for key, (start, count) in zip(kept["keys"], kept["places"], strict=True)
            }
    except (OSError, ValueError, KeyError, BadZipFile):
        return {}
