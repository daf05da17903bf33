"""aiogram without what we don't use of it: its 300 types are given their validators while it is imported, in four fifths of the time.

We take answers as JSON (api.py). A type of its that somebody does need is built by its own `model_rebuild`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import BaseModel

_TYPES = "aiogram.types."


@contextmanager
def unbuilt() -> Iterator[None]:
    """For the import of aiogram; other models are built as ever."""
    built: Any = BaseModel.__dict__["model_rebuild"]

    def model_rebuild(cls: type[BaseModel], **given: Any) -> bool | None:
        return None if cls.__module__.startswith(_TYPES) else built.__func__(cls, **given)

    BaseModel.model_rebuild = classmethod(model_rebuild)  # type: ignore[arg-type,assignment,method-assign]
    try:
        yield
    finally:
        BaseModel.model_rebuild = built  # type: ignore[method-assign]
