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
from knowledge_base.types import Place
from retrieval.seams import Embedder


def check(folder: Path, today: date, embedder: Embedder | None = None) -> list[Problem]:
    """Every problem once, by file and line. Raises as `load_shop` and `read_files` do."""
    texts = texts_of(folder, today)
    found = chain(_plain(texts), twins.check(texts, embedder or embedder_of(load_settings(shop=folder))))
    return sorted(dict.fromkeys(found), key=lambda one: (one.place.file, one.place.line, one.rule, one.text))


def texts_of(folder: Path, today: date) -> Texts:
    shop = load_shop(folder)
    return Texts.of(shop, read_files(shop), today)


def _plain(texts: Texts) -> Iterator[Problem]:
    for refusal in texts.knowledge.refusals:
        place, said = Place(refusal.file, refusal.line), f"{refusal.field} {refusal.value!r}: {refusal.reason}"
        yield Problem("refused", place, f"line {refusal.line}", "", refusal.value, said)
    for module in (catalogue, expired, copies, links):
        yield from module.check(texts)
