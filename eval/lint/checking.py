"""All checks over one shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path

from bot.settings import load_settings
from bot.wiring import embedder_of
from eval.lint import catalogue, copies, expired, links, twins
from eval.lint.types import Problem, Texts
from knowledge_base.reading import read_files
from knowledge_base.shop import load_shop
from retrieval.seams import Embedder


def check(folder: Path, today: date, embedder: Embedder | None = None) -> list[Problem]:
    """Every problem once, by file and line. Raises as `load_shop` and `read_files` do."""
    shop = load_shop(folder)
    texts = Texts.of(shop, read_files(shop), today)
    found = chain(_plain(texts), twins.check(texts, embedder or embedder_of(load_settings(shop=folder))))
    return sorted(dict.fromkeys(found), key=lambda one: (one.place.file, one.place.line, one.rule, one.text))


def _plain(texts: Texts) -> Iterator[Problem]:
    for module in (catalogue, expired, copies, links):
        yield from module.check(texts)
