"""A trial of recommendations: who is held out and who gets which model, told by a hash of the person alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

HELD_OUT = "held_out"
DEFAULT = "default"
"""The model that the shop serves."""
COUNTED, POPULAR = "counted", "popular"
"""What is bought together and nothing learned, and what everybody likes."""
BUILT_IN = (DEFAULT, COUNTED, POPULAR)
Shows = Literal["popular", "nothing"]
_NAME = re.compile(r"[A-Za-z0-9._-]{1,40}")


@dataclass(frozen=True, slots=True)
class Trial:
    """A new `name` deals the arms anew; a larger `held_out` share keeps those who are held out."""

    name: str = "1"
    held_out: float = 0.0
    shows: Shows = "popular"
    """What who is held out gets: what everybody likes, or no recommendation."""
    models: tuple[str, ...] = (DEFAULT,)

    @property
    def key(self) -> str:
        """All of it in one line, kept with each act: what is reported is the trial as it was."""
        return f"{self.name}|{self.held_out:g}|{self.shows}|{','.join(self.models)}"

    @classmethod
    def of(cls, key: str) -> Trial:
        """Raises ValueError where it is no key."""
        name, share, shows, models = key.split("|")
        if shows not in ("popular", "nothing"):
            raise ValueError(f"{key!r} names no trial")
        return cls(name, float(share), "popular" if shows == "popular" else "nothing", tuple(models.split(",")))

    def arm(self, person: str) -> str:
        """HELD_OUT or the name of a model; the same person always has the same."""
        if share_of(f"{self.name}\n{person}") < self.held_out:
            return HELD_OUT
        return self.models[int(share_of(f"{self.name}\nmodel\n{person}") * len(self.models))]

    def shares(self) -> Mapping[str, float]:
        """Arm -> the share of people that it is meant to have."""
        rest = (1 - self.held_out) / len(self.models)
        held = {HELD_OUT: self.held_out} if self.held_out else {}
        return {**held, **dict.fromkeys(self.models, rest)}


def share_of(text: str) -> float:
    """0 up to 1, evenly, by the text alone."""
    return int.from_bytes(sha256(text.encode()).digest()[:7]) / 2**56


def models_named(told: str) -> Mapping[str, Path | None]:
    """The models of a trial as they are set, `default,spring=models/spring`: name -> its folder, None for one that is built in.

    Raises ValueError with what is wrong.
    """
    found: dict[str, Path | None] = {}
    for part in filter(None, (part.strip() for part in told.split(","))):
        name, mark, folder = (piece.strip() for piece in part.partition("="))
        if not _NAME.fullmatch(name) or name == HELD_OUT:
            raise ValueError(
                f"{name!r} is no name: write up to 40 letters, digits, dots and dashes, such as spring=models/spring"
            )
        if name in found:
            raise ValueError(f"{name!r} stands there twice; each model is an arm of its own")
        if mark and (name in BUILT_IN or not folder):
            raise ValueError(
                f"{part!r} names no trained model; write another name and its folder, such as spring=models/spring"
            )
        if not mark and name not in BUILT_IN:
            raise ValueError(
                f"there is no model {name!r}; there are {', '.join(BUILT_IN)}, and one that was trained is written {name}=FOLDER"
            )
        found[name] = Path(folder) if mark else None
    if not found:
        raise ValueError(
            f"it names no model; there are {', '.join(BUILT_IN)}, and spring=FOLDER for one that was trained"
        )
    return found
