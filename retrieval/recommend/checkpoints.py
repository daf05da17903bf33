"""What a training that was cut off goes on from: finished parts as files, each under the digest of what it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from retrieval.recommend.links import Floats, Links


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """`folder` is None where nothing is to be kept."""

    folder: Path | None = None

    def under(self, name: str, *made_of: object) -> Checkpoints:
        """A folder of its own for what is made of just this."""
        mark = sha256(repr(made_of).encode()).hexdigest()[:12]
        return Checkpoints(None if self.folder is None else self.folder / f"{name}-{mark}")

    def links(self, name: str, make: Callable[[], Links]) -> Links:
        """Read where it was finished before, else made and kept."""
        if self.folder is None:
            return make()
        file = self.folder / f"{name}.npz"
        if file.is_file():
            with np.load(file, allow_pickle=False) as arrays:
                return Links.of_arrays(arrays, name)
        made = make()
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{name}.new").open("wb") as out:
            np.savez(out, **made.arrays(name))  # type: ignore[arg-type]
        (self.folder / f"{name}.new").replace(file)
        return Links.of_arrays(made.arrays(name), name)

    def array(self, name: str, make: Callable[[], Floats]) -> Floats:
        """Likewise of an array."""
        if self.folder is None:
            return make()
        file = self.folder / f"{name}.npy"
        if not file.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / f"{name}.new").open("wb") as out:
                np.save(out, make())
            (self.folder / f"{name}.new").replace(file)
        found: Floats = np.load(file, allow_pickle=False)
        return found
