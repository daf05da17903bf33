"""Events from files: a shop's own words for what was done, what was paid, and nothing of the future."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge_base.errors import BadShopFile, UnreadableFile
from knowledge_base.reading import read_files
from knowledge_base.shop import load_shop
from knowledge_base.types import InteractionKind, Knowledge

PRODUCTS = "id,title,price\nP,Pan,10\n"
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def read(folder: Path, events: str, source: str = "", file: str = "events.csv", now: datetime = NOW) -> Knowledge:
    toml = f'name = "S"\n[[sources]]\nfile = "products.csv"\nkind = "products"\n[[sources]]\nfile = "{file}"\nkind = "events"\n{source}\n'
    for name, text in (("products.csv", PRODUCTS), (file, events), ("shop.toml", toml)):
        (folder / name).write_text(text, encoding="utf-8")
    return read_files(load_shop(folder), now=now)


def test_a_shops_own_words_for_kinds_are_read_and_some_left_out(tmp_path: Path) -> None:
    events = "uid,sku,what,ts,paid\nA,P,order_completed,2026-10-01,9.50\nA,P,heartbeat,2026-10-02,\nA,P,click,2026-10-03,\nA,P,stolen,2026-10-04,\n"
    told = read(
        tmp_path, events,
        'columns = { customer_id = "uid", kind = "what", at = "ts" }\nkinds = { order_completed = "bought", heartbeat = "" }',
    )  # fmt: skip
    assert [(one.kind, one.amount) for one in told.interactions] == [("bought", Decimal("9.50")), ("clicked", None)]
    assert [(one.line, one.field, one.value) for one in told.refusals] == [(5, "kind", "stolen")]


def test_rows_are_put_in_order_once_each_and_those_of_the_future_are_refused_by_place(tmp_path: Path) -> None:
    rows = [
        "A,P,bought,2026-10-09T10:00:00Z",
        "A,P,bought,2026-10-01T10:00:00Z",
        "A,P,bought,2026-10-09T10:00:00Z",
        "A,P,bought,2026-11-02",
    ]
    told = read(tmp_path, "\n".join(["customer_id,product_id,kind,at", *rows]))
    assert [one.at.day for one in told.interactions] == [1, 9]
    (refusal,) = told.refusals
    assert (refusal.file, refusal.line, refusal.field) == ("events.csv", 5, "at")
    assert "future" in refusal.reason


def test_a_clock_a_little_ahead_is_forgiven(tmp_path: Path) -> None:
    at = (NOW + timedelta(minutes=4)).isoformat()
    told = read(tmp_path, f"customer_id,product_id,kind,at\nA,P,bought,{at}\n")
    assert [one.kind for one in told.interactions] == [InteractionKind.BOUGHT]


def test_lines_of_json_are_events_too_and_a_torn_one_is_named(tmp_path: Path) -> None:
    good = '{"customer_id": "A", "product_id": "P", "kind": "浏览", "at": 1759312800}\n'
    told = read(tmp_path, good + '{"customer_id": "A", \n', file="events.jsonl")
    assert [one.kind for one in told.interactions] == ["viewed"]
    assert told.refusals[0].line == 2


def test_a_kind_that_is_none_of_ours_is_refused_in_shop_toml(tmp_path: Path) -> None:
    with pytest.raises(BadShopFile, match="kinds"):
        read(tmp_path, "customer_id,product_id,kind,at\n", 'kinds = { x = "adored" }')


def test_a_parquet_table_is_read_row_by_row_and_a_broken_one_is_named(tmp_path: Path) -> None:
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    rows = {"customer_id": ["A", "A"], "product_id": ["P", "P"], "kind": ["bought", "stolen"], "at": [NOW, NOW]}
    (tmp_path / "products.csv").write_text(PRODUCTS, encoding="utf-8")
    (tmp_path / "shop.toml").write_text(
        'name = "S"\n[[sources]]\nfile = "products.csv"\nkind = "products"\n[[sources]]\nfile = "events.parquet"\nkind = "events"\n'
    )
    parquet.write_table(pyarrow.table(rows), tmp_path / "events.parquet")
    told = read_files(load_shop(tmp_path), now=NOW)
    assert [(one.kind, one.at) for one in told.interactions] == [("bought", NOW)]
    assert [(one.line, one.value) for one in told.refusals] == [(2, "stolen")]
    (tmp_path / "events.parquet").write_bytes(b"PAR1 torn PAR1")
    with pytest.raises(UnreadableFile, match=r"events\.parquet"):
        read_files(load_shop(tmp_path), now=NOW)


def test_parquet_without_its_library_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(UnreadableFile, match=r"shopclerk\[parquet\]"):
        read(tmp_path, "PAR1", file="events.parquet")
