"""How columns find their fields, and what is told where they don't."""

from __future__ import annotations

from pathlib import Path

import pytest
from kb_files import FAQ, products_of, read, xlsx

from knowledge_base.errors import EmptyCatalogue


@pytest.mark.parametrize(
    "head",
    [
        "id,title,price",
        "SKU,Product Name,Unit_Price",
        "商品ID,商品名称,商品价格",
        "货号,品名,售价",
        "g:id,g:title,g:price",
        "ID,NAME,Price",
    ],
)
def test_the_usual_headings_are_known(tmp_path: Path, head: str) -> None:
    (product,) = products_of(tmp_path, "p.csv", f"{head}\nA,Kettle,5\n")
    assert (product.id, product.title, product.price) == ("A", "Kettle", 5)


def test_a_shop_names_its_own_headings(tmp_path: Path) -> None:
    toml = 'columns = { id = "Nr", title = "Bezeichnung", price = "VK" }\ndefaults = { brand = "Acme" }'
    (product,) = products_of(tmp_path, "p.csv", "Nr,Bezeichnung,VK,title\nA,Kessel,5,not this\n", toml)
    assert (product.id, product.title, product.brand) == ("A", "Kessel", "Acme")


def test_an_empty_column_switches_a_field_off(tmp_path: Path) -> None:
    text = "id,title,price,link\nA,a,5,https://photos.example/1\n"
    assert products_of(tmp_path, "p.csv", text)[0].url == "https://photos.example/1"
    assert products_of(tmp_path, "p.csv", text, 'columns = { url = "" }')[0].url == ""


@pytest.mark.parametrize(
    ("keys", "told"),
    [('columns = { stock = "Menge" }', "columns.stock"), ('attribute_columns = ["Menge"]', "attribute_columns"),
     ('detail_columns = ["Menge"]', "detail_columns")],
)  # fmt: skip
@pytest.mark.parametrize("name", ["p.csv", "p.jsonl", "p.xlsx"])
def test_a_column_that_no_record_has_is_told_by_name(tmp_path: Path, keys: str, told: str, name: str) -> None:
    content = {
        "p.csv": "id,title,price\nA,a,5\nB,b,5\n",
        "p.jsonl": '{"id": 1, "title": "x", "price": 5}',
        "p.xlsx": xlsx([["id", "title", "price"], ["A", "a", 5]]),
    }[name]
    knowledge = read(tmp_path, f"{name} products | {keys}", {name: content})
    (refusal,) = knowledge.refusals
    assert (refusal.file, refusal.line, refusal.field, refusal.value) == (name, 1, told, "Menge")
    assert "the columns seen are 'id', 'title', 'price'" in refusal.reason
    assert knowledge.products


def test_a_column_of_only_that_is_absent_is_told(tmp_path: Path) -> None:
    knowledge = read(
        tmp_path,
        'p.csv products | only = { live = "1" }\nf.yaml faq',
        {"p.csv": "id,title,price\nA,a,5\n", "f.yaml": FAQ},
    )
    assert [(r.field, r.value) for r in knowledge.refusals] == [("only", "live")]


@pytest.mark.parametrize(
    ("field", "head"), [("price", "id,title,Kosten"), ("title", "id,Bezeichnung,price"), ("id", "nr,title,price")]
)
def test_a_needed_column_that_is_missing_is_told_once_with_the_headings_seen(
    tmp_path: Path, field: str, head: str
) -> None:
    knowledge = read(tmp_path, "p.csv products\nf.yaml faq", {"p.csv": f"{head}\nA,a,5\nB,b,6\n", "f.yaml": FAQ})
    (refusal,) = knowledge.refusals
    assert (refusal.line, refusal.field) == (1, field)
    assert (
        f"no column holds the {field}; the columns seen are " + ", ".join(map(repr, head.split(","))) in refusal.reason
    )


def test_an_empty_catalogue_shows_the_first_reasons(tmp_path: Path) -> None:
    with pytest.raises(EmptyCatalogue, match=r"(?s)1 lines refused.*p\.csv:1: price '': no column holds the price"):
        products_of(tmp_path, "p.csv", "id,title,Kosten\nA,a,5\n")


def test_attributes_come_from_their_column_and_from_headings_together(tmp_path: Path) -> None:
    text = "id,title,price,attributes,size,attr:Voltage,属性:功率,style\nA,a,5,colour: red; wash: by hand,M,120 V,5W,plain\n"
    (product,) = products_of(tmp_path, "p.csv", text)
    assert product.attributes == {
        "colour": "red", "wash": "by hand", "size": "M", "Voltage": "120 V", "功率": "5W", "style": "plain"}  # fmt: skip


def test_attribute_and_detail_columns_may_be_renamed(tmp_path: Path) -> None:
    toml = 'attribute_columns = { gender_affinity = "made for" }\ndetail_columns = { manual_txt = "Manual" }'
    (product,) = products_of(tmp_path, "p.csv", "id,title,price,gender_affinity,manual_txt\nA,a,5,F,Read me.\n", toml)
    assert product.attributes == {"made for": "F"}
    assert product.details == (("Manual", "Read me."),)


def test_details_of_lists_and_objects_become_lines(tmp_path: Path) -> None:
    line = '{"id": 1, "title": "x", "price": 1, "faults": [{"code": "F1", "cure": "Wait.\\\\n【Then】"}, {"code": "F2", "cure": null}], "tips": ["a", "b"]}'
    (product,) = products_of(tmp_path, "p.jsonl", line, 'detail_columns = ["faults", "tips"]')
    assert product.details == (("faults", "F1: Wait.\n【Then】\nF2"), ("tips", "a\nb"))
