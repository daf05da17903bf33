"""What stands in the log of a request."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI

from bot.channels.server import config_of
from bot.settings import load_settings


@pytest.fixture
def lines() -> Iterator[list[str]]:
    told = list[str]()
    log, handler = logging.getLogger("uvicorn.access"), logging.Handler()
    handler.emit = lambda record: told.append(record.getMessage())  # type: ignore[method-assign]
    kept = log.level, list(log.handlers), list(log.filters)
    config_of(FastAPI(), load_settings(log_level="info"))
    log.addHandler(handler)
    yield told
    log.level, log.handlers, log.filters = kept


def test_a_key_that_stands_in_a_path_isnt_logged(lines: list[str]) -> None:
    for path in ("/v1/chatwoot/the-key-of-24-characters", "/v1/reminders/the-key-of-24-characters?a=b", "/v1/chat"):
        logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', "1.2.3.4:5", "POST", path, "1.1", 200)
    assert lines == [
        '1.2.3.4:5 - "POST /v1/chatwoot/*** HTTP/1.1" 200', '1.2.3.4:5 - "POST /v1/reminders/***?a=b HTTP/1.1" 200',
        '1.2.3.4:5 - "POST /v1/chat HTTP/1.1" 200',
    ]  # fmt: skip
