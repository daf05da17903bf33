"""A large shop's words are worked out in a process of their own; what it couldn't do is done here."""

from __future__ import annotations

import os
from collections.abc import Callable
from multiprocessing import parent_process
from pathlib import Path

import pytest

from knowledge_base.catalogue import Catalogue
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from retrieval.index import Index, sync
from tests.fakes import WordEmbedder

MakeShop = Callable[..., Path]
ROWS = "id,title,price,stock\n" + "".join(f"P{n},Thing number{n} kettle,9.00,3\n" for n in range(8))


def note_where(catalogue: Catalogue) -> None:
    (catalogue.folder or Path()).joinpath("by").write_text("process" if parent_process() else "here")


def die_elsewhere(catalogue: Catalogue) -> None:
    if parent_process():
        os._exit(3)
    note_where(catalogue)


@pytest.mark.parametrize(("prepare", "by"), [(note_where, "process"), (die_elsewhere, "here")])
async def test_words_come_from_the_process_or_where_it_died_from_here(
    prepare: Callable[[Catalogue], None],
    by: str,
    make_shop: MakeShop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("retrieval.beside.MANY", 1)
    shop, embedder = load_shop(make_shop({"products.csv": ROWS})), WordEmbedder()
    sync(shop, read_shop(shop), root=tmp_path / "index", embedder=embedder, prepare=prepare)
    generation = Index(tmp_path / "index", shop, embedder).current()
    assert (generation.folder / "by").read_text() == by
    assert (await generation.retriever.search("number3"))[0].passage.source_id == "P3"
    assert [folder.name for folder in (tmp_path / "index" / "generations").iterdir()] == ["000001"]
