"""What is worked out from a generation's products is kept beside them: made once, before they are served or by whoever asks first.

A folder is called after the code that made it, so that other code makes its own and nothing has to be numbered by hand.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from hashlib import blake2b
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray


class Keepable(Protocol):
    """Arrays and words that can be laid into an empty folder and taken up again."""

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Raises OSError, ValueError, KeyError, TypeError where the files aren't whole."""
        ...

    def save(self, folder: Path) -> None: ...


T = TypeVar("T", bound=Keepable)


def kept(of: type[T], make: Callable[[], T], folder: Path | None, name: str, made_by: Sequence[Path]) -> T:
    """What lies in the folder under this name, else what `make` gives, laid there where it can be; `made_by` is code, by file or folder."""
    if folder is None:
        return make()
    place = folder / f"{name}-{_digest(tuple(made_by))}"
    with suppress(OSError, ValueError, KeyError, TypeError):
        return of.load(place)
    made = make()
    with suppress(OSError, ValueError):  # read-only: then it stays in memory
        _lay(made, place)
        return of.load(place)
    return made


def _lay(made: Keepable, place: Path) -> None:
    half = Path(mkdtemp(prefix=f"{place.name}-", dir=place.parent))
    try:
        made.save(half)
        half.chmod(0o755)
        with suppress(OSError):  # another process was quicker
            half.rename(place)
    finally:
        shutil.rmtree(half, ignore_errors=True)


@cache
def _digest(made_by: tuple[Path, ...]) -> str:
    digest = blake2b(digest_size=6)
    for code in made_by:
        for file in sorted([*code.glob("*.py"), *code.glob("*.toml")]) if code.is_dir() else [code]:
            digest.update(file.read_bytes())
    return digest.hexdigest()


def mapped(file: Path) -> NDArray[Any]:
    """An array of which only what is looked at is read; a plain one, as NumPy's own kind of mapped array is slow to slice."""
    return np.asarray(np.load(file, mmap_mode="r", allow_pickle=False))


def save_arrays(folder: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    for name, values in arrays.items():
        np.save(folder / f"{name}.npy", values, allow_pickle=False)


def save_words(folder: Path, words: object) -> None:
    (folder / "words.json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")


def load_words(folder: Path) -> Any:
    return json.loads((folder / "words.json").read_text(encoding="utf-8"))


class Words:
    """What JSON holds, kept by itself."""

    def __init__(self, words: Any) -> None:
        self.words = words

    @classmethod
    def load(cls, folder: Path) -> Words:
        return cls(load_words(folder))

    def save(self, folder: Path) -> None:
        save_words(folder, self.words)
