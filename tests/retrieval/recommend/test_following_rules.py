"""recommend.toml is taken up when it changes; one that can't be used leaves the rules as they were, and says why."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from retrieval.index import Generation, Index, sync
from tests.fakes import WordEmbedder
from tests.shops import shop_in

PRODUCTS = "id,title,category,price,currency,stock\n" + "\n".join(f"P{n},Thing {n},Sets,9.00,USD,5" for n in range(6))
PIN = '[[pin]]\nproducts = "{}"\n'


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = shop_in(tmp_path / "shop", {"products.csv": PRODUCTS})
    (folder / "recommend.toml").write_text(PIN.format("P1"))
    return folder


def opened(folder: Path) -> Index:
    shop, root = load_shop(folder), folder.parent / "index"
    sync(shop, read_shop(shop), root=root, embedder=WordEmbedder())
    return Index(root, shop, WordEmbedder())


def write(folder: Path, text: str) -> None:
    file = folder / "recommend.toml"
    before = file.stat().st_mtime_ns
    file.write_text(text)
    os.utime(file, ns=(before + 1_000_000_000, before + 1_000_000_000))


def first(generation: Generation) -> str:
    return generation.recommender.recommend(None, k=1)[0].product_id


def test_other_rules_hold_from_the_next_look_and_turns_in_flight_keep_theirs(shop: Path) -> None:
    index = opened(shop)
    old = index.current()
    write(shop, PIN.format("P4"))
    assert (first(index.refresh()), first(old)) == ("P4", "P1")
    (shop / "recommend.toml").unlink()
    assert first(index.refresh()) not in ("P4", "")
    assert (index.rules.pin, index.fault_of_rules) == ((), "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[pin", "recommend.toml"),
        ('[[boost]]\nproducts = "P2"\nby = 99\n', "boost.0.by"),
        (PIN.format("P9"), "no such product"),
    ],
)
def test_a_file_that_cannot_be_used_leaves_the_rules_as_they_were(shop: Path, text: str, told: str) -> None:
    index = opened(shop)
    index.current()
    write(shop, text)
    assert first(index.refresh()) == "P1"
    assert told in index.fault_of_rules
    write(shop, PIN.format("P2"))
    assert (first(index.refresh()), index.fault_of_rules) == ("P2", "")


def test_a_rule_for_a_product_that_is_yet_to_come_holds_once_it_has_come(shop: Path) -> None:
    index = opened(shop)
    index.current()
    write(shop, PIN.format("P9"))
    assert first(index.refresh()) == "P1"
    (shop / "products.csv").write_text(PRODUCTS + "\nP9,Thing 9,Sets,9.00,USD,5")
    described = load_shop(shop)
    sync(described, read_shop(described), root=shop.parent / "index", embedder=WordEmbedder())
    assert (first(index.refresh()), index.fault_of_rules) == ("P9", "")


def test_nothing_is_opened_again_while_nothing_changes(shop: Path) -> None:
    index = opened(shop)
    old = index.current()
    write(shop, PIN.format("P1"))
    assert index.refresh() is old
