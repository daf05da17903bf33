"""Words find what they stand in, the rarer the better, and a name that everything bears decides nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from retrieval.types import Where
from tests.retrieval.shelf_of_passages import lexical

INN = {
    **{f"inn/{number}": f"Gold Lion Inn has a room {number}." for number in range(9)},
    "inn/free": "The parking is free.",
    **{f"bar/{number}": "A bar without parking." for number in range(30)},
}


async def test_the_rarer_word_decides(tmp_path: Path) -> None:
    index = lexical(tmp_path, {"a": "red kettle", "b": "red scarf", "c": "red mug", "d": "blue scarf"})
    assert [hit.passage.id for hit in await index.search("a blue kettle in red")][:2] in (["a", "d"], ["d", "a"])


async def test_another_form_of_the_word_is_found(tmp_path: Path) -> None:
    index = lexical(tmp_path, {"a": "Parcels are delivered on Mondays.", "b": "Gift cards never expire."})
    assert (await index.search("When do you deliver a parcel?"))[0].passage.id == "a"


async def test_chinese_is_found_by_its_characters(tmp_path: Path) -> None:
    index = lexical(tmp_path, {"a": "七天内可以退货", "b": "满一百元免运费"})
    assert (await index.search("能退吗"))[0].passage.id == "a"


async def test_within_one_source_its_name_says_nothing(tmp_path: Path) -> None:
    index = lexical(tmp_path, INN)
    hits = await index.search("Does the Gold Lion Inn have parking?", where=Where(source_ids=frozenset({"inn"})))
    assert hits[0].passage.id == "inn/free"


def test_rarity_is_counted_where_the_search_looks(tmp_path: Path) -> None:
    index = lexical(tmp_path, INN)
    inn = Where(source_ids=frozenset({"inn"}))
    everywhere = index.rarity(["lion", "park"], Where(), None)
    within = index.rarity(["lion", "park"], inn, index.rows.mask(inn))
    assert everywhere["lion"] > everywhere["park"]
    assert within["lion"] < within["park"]


def test_a_word_that_nothing_has_is_the_rarest(tmp_path: Path) -> None:
    rarity = lexical(tmp_path, INN).rarity(["zebra", "lion", "park"], Where(), None)
    assert max(rarity, key=lambda term: rarity[term]) == "zebra"


@pytest.mark.parametrize("text", ["", "?!", "🦊"])
async def test_without_words_nothing_is_found(tmp_path: Path, text: str) -> None:
    assert await lexical(tmp_path, INN).search(text) == []
