"""A circuit breaker: an endpoint that failed several times in a row is left alone for a while, then tried once."""

from __future__ import annotations

from collections.abc import Callable


class Breaker:
    """Shared by all turns of a process. `clock` gives seconds.

    Closed it lets everyone through; after `failures` in a row it is open for `rest_s`; then one is let through, and what
    becomes of that one closes it or opens it anew.
    """

    def __init__(self, clock: Callable[[], float], *, failures: int = 5, rest_s: float = 10.0) -> None:
        self._clock, self._most, self._rest_s = clock, failures, rest_s
        self._failed = 0
        self._open_until = 0.0
        self._trying = False

    @property
    def state(self) -> str:
        """closed, open, or half-open: the next one is a trial."""
        if self._clock() < self._open_until:
            return "open"
        return "half-open" if self._failed >= self._most else "closed"

    def enters(self) -> bool:
        """Whether this call may be made; a call that may must tell how it ended, by one of the three below."""
        state = self.state
        if state == "open" or (state == "half-open" and self._trying):
            return False
        self._trying = state == "half-open"
        return True

    def succeeded(self) -> None:
        self._failed, self._open_until, self._trying = 0, 0.0, False

    def failed(self, rest_s: float | None = None) -> None:
        """`rest_s` where the endpoint said how long it wants to be left alone: then at once, whatever came before."""
        self._failed += 1
        self._trying = False
        if self._failed >= self._most or rest_s is not None:
            self._open_until = self._clock() + (self._rest_s if rest_s is None else rest_s)

    def left(self) -> None:
        """Given up by us: that tells nothing of the endpoint."""
        self._trying = False
