"""The last requests of this process: one that comes again is known without a look at the disk, and takes nothing from anyone's limit."""

from __future__ import annotations

_MOST = 10_000
"""Then the oldest is let go: it is known from the disk alone."""


class Latest:
    def __init__(self) -> None:
        self._keys: dict[str, None] = {}

    def is_first(self, key: str) -> bool:
        """Whether it comes for the first time; from now on it has come."""
        if key in self._keys:
            return False
        if len(self._keys) >= _MOST:
            del self._keys[next(iter(self._keys))]
        self._keys[key] = None
        return True

    def forget(self, key: str) -> None:
        """It may come again."""
        self._keys.pop(key, None)
