"""CSV, TSV and XLSX: rows come with the line they start at, and cells with what stands in them."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path

import pytest
from kb_files import products_of, read, xlsx

from knowledge_base.errors import UnreadableFile

HEAD = "id,title,price\n"


def test_a_tsv_is_read(tmp_path: Path) -> None:
    assert products_of(tmp_path, "p.tsv", "id\ttitle\tprice\nA\tKettle, big\t5\n")[0].title == "Kettle, big"


@pytest.mark.parametrize(
    "head", ["id;title;price", '"id, of, all, ours";title;price', "sep=;\nid;title;price", "\n\nid;title;price"]
)
def test_the_delimiter_is_seen_in_the_heading_line(tmp_path: Path, head: str) -> None:
    toml = 'columns = { id = "id, of, all, ours" }' if "ours" in head else ""
    (product,) = products_of(tmp_path, "p.csv", f"{head}\nA;Kettle, big;5,90\n", toml)
    assert (product.title, product.price) == ("Kettle, big", Decimal("5.90"))


def test_lines_are_counted_through_quoted_line_ends_and_whatever_line_end(tmp_path: Path) -> None:
    text = HEAD + '\r\nA,"two\r\nlines",5\r\n\r\nB,x,cheap\r\n'
    assert [r.line for r in read(tmp_path, "p.csv products", {"p.csv": text.replace("\n\n", "\n")}).refusals] == [6]


def test_a_row_with_more_cells_than_headings_is_refused_and_not_shifted(tmp_path: Path) -> None:
    knowledge = read(tmp_path, "p.csv products", {"p.csv": "id,title,price,stock\nA,Kettle,1,299.00,3\nB,Mug,5,1,,\n"})
    assert [p.id for p in knowledge.products] == ["B"]
    assert "has 5 cells under 4 headings" in knowledge.refusals[0].reason
    assert knowledge.refusals[0].line == 2


def test_a_row_may_be_short(tmp_path: Path) -> None:
    assert products_of(tmp_path, "p.csv", "id,title,price,stock,brand\nA,Kettle,5\n")[0].stock is None


def test_of_two_columns_with_one_heading_the_first_filled_one_counts(tmp_path: Path) -> None:
    rows = xlsx([["id", "title", "price", "price"], ["A", "a", 0, 7], ["B", "b", None, 7]])
    assert [p.price for p in products_of(tmp_path, "p.xlsx", rows)] == [0, 7]


@pytest.mark.parametrize("row", ['B,"Mug,6\nC,Pan,7\n', 'B,"Mug,6'])
def test_a_quote_that_is_never_closed_is_told_with_its_line(tmp_path: Path, row: str) -> None:
    with pytest.raises(UnreadableFile, match="line 3: a quote mark is opened there and never closed"):
        products_of(tmp_path, "p.csv", HEAD + "A,Kettle,5\n" + row)


def test_a_quote_within_a_cell_is_an_inch(tmp_path: Path) -> None:
    assert products_of(tmp_path, "p.csv", HEAD + 'A,Screen 24",5\n')[0].title == 'Screen 24"'


def test_a_cell_of_ten_megabytes_ends_with_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="line 2: a cell has more than 1,000,000 characters"):
        products_of(tmp_path, "p.csv", HEAD + "A," + "x" * 10_000_000 + ",5\n")


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_table_is_told(tmp_path: Path, content: str) -> None:
    with pytest.raises(UnreadableFile, match="it is empty"):
        products_of(tmp_path, "p.csv", content)


def test_a_workbook_gives_exact_prices_plain_ids_and_the_line(tmp_path: Path) -> None:
    rows = [
        ["商品编号", "名称", "价格", "库存", "重量"],
        [6901234567890, "壶", 19.990000000000002, 3.0, 0.1 + 0.2],
        ["B", "杯", 0.1, None],
        ["C", "锅", "贵", 1],
    ]
    knowledge = read(tmp_path, "p.xlsx products", {"p.xlsx": xlsx(rows)})
    assert [(p.id, str(p.price), p.stock) for p in knowledge.products] == [
        ("6901234567890", "19.99", 3),
        ("B", "0.1", None),
    ]
    assert knowledge.products[0].attributes == {"重量": "0.3"}
    assert [(r.line, r.field, r.value) for r in knowledge.refusals] == [(4, "price", "贵")]


def test_the_first_sheet_with_rows_counts_wherever_its_heading_stands(tmp_path: Path) -> None:
    content = xlsx([[None, None], ["id", "title", "price"], ["A", "Kettle", 5]], sheets_before=[[]])
    assert products_of(tmp_path, "p.xlsx", content)[0].title == "Kettle"


def test_an_id_that_a_sheet_has_rounded_is_refused(tmp_path: Path) -> None:
    knowledge = read(tmp_path, "p.xlsx products\nf.yaml faq", {"p.xlsx": xlsx([["id", "title", "price"], [123456789012345678, "x", 1]]),
                                                                "f.yaml": "- {question: q, answer: a}"})  # fmt: skip
    assert [(r.field, "store the column as text" in r.reason) for r in knowledge.refusals] == [("id", True)]


@pytest.mark.slow
def test_43000_rows_are_read_in_a_few_seconds(tmp_path: Path) -> None:
    """Measured: about 2 s on two cores."""
    rows = "".join(
        f"SKU-{n},Kettle number {n},A kettle of steel.,Kitchen,{n % 900}.99,{n % 7},Acme,black,M\n"
        for n in range(43_000)
    )
    started = time.perf_counter()
    products = products_of(tmp_path, "p.csv", "id,title,description,category,price,stock,brand,colour,size\n" + rows)
    assert len(products) == 43_000
    assert time.perf_counter() - started < 15
