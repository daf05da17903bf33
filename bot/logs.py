"""Structured logs on standard error: facts as fields, no customer's text above debug."""

from __future__ import annotations

import logging
import sys
from functools import cache
from typing import Any

_chosen = {"level": "warning"}


def set_up(level: str) -> None:
    """From now on; nothing is loaded before there is something to log."""
    _chosen["level"] = level
    _configured.cache_clear()


def logger() -> Any:
    """structlog's, configured. Its import takes a twentieth of a second, and most processes log nothing."""
    return _configured().get_logger()


@cache
def _configured() -> Any:
    import structlog

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars, structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, _chosen["level"].upper())),
        logger_factory=lambda *args: structlog.PrintLogger(sys.stderr),  # as it is now, not as it was at the first line
    )  # fmt: skip
    return structlog
