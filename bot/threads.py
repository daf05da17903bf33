"""A process that answers many at once gains nothing from several threads for one small product of matrices: they wait for each other, and use cores up."""

from __future__ import annotations

import os

_LIBRARIES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def one_each() -> None:
    """One thread for each call of numpy's linear algebra, unless the environment says otherwise. To be called before numpy is loaded."""
    for name in _LIBRARIES:
        os.environ.setdefault(name, "1")
