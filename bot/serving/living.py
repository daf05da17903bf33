"""Which processes live: each holds a lock on a file of its own, which the system lets go however it ends."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path
from typing import IO


class Living:
    """This process among those that serve one shop. A claim is this process's name and a number: `<name>:<number>`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self.name = folder, f"{os.getpid()}-{secrets.token_hex(4)}"
        self._lock = _locked(self._file(self.name))
        self._count = 0
        self._only: dict[str, IO[str]] = {}

    def new_claim(self) -> str:
        self._count += 1
        return f"{self.name}:{self._count}"

    def is_held(self, claim: str) -> bool:
        """Whether another process that made the claim lives. Our own earlier claims are nobody's: who makes a new one has let go."""
        name = claim.partition(":")[0]
        if name == self.name:
            return False
        file = self._file(name)
        try:
            with file.open("a+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                file.unlink(missing_ok=True)
        except BlockingIOError:
            return True
        except OSError:  # no room, no right: nobody can tell, so nothing is taken away from anyone
            return True
        return False

    def is_only(self, what: str) -> bool:
        """Whether this process is the one that does it, from the first asking until it ends."""
        if what not in self._only:
            lock = _locked(self._folder / f"only-{what}.lock")
            if lock is None:
                return False
            self._only[what] = lock
        return True

    def close(self) -> None:
        for lock in self._only.values():
            lock.close()
        self._only.clear()
        self._file(self.name).unlink(missing_ok=True)
        if self._lock:
            self._lock.close()

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.lock"


def _locked(file: Path) -> IO[str] | None:
    """The file, held for as long as it is open; None where another holds it."""
    lock = file.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock
