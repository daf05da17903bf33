"""Rows become products: variants fold, oddities are refused by name, duplicates are told with both lines."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from kb_files import FAQ, products_of, read

from knowledge_base.errors import CurrencyMix
from knowledge_base.types import Refusal


def refusals_of(tmp_path: Path, name: str, content: str, about: str = "") -> tuple[Refusal, ...]:
    return read(tmp_path, f"{name} products\nf.yaml faq", {name: content, "f.yaml": FAQ}, about).refusals


@pytest.mark.parametrize(
    ("row", "field", "value", "reason"),
    [
        ('"id": "", "title": "x", "price": 1', "id", "", "is required"),
        ('"id": 1, "title": "  ", "price": 1', "title", "", "is required"),
        ('"id": 1, "title": "x", "price": null', "price", "", "is required"),
        ('"id": true, "title": "x", "price": 1', "id", "True", "is not a text"),
        ('"id": ["a"], "title": "x", "price": 1', "id", "['a']", "is not a text"),
        ('"id": 1, "title": {"en": "x"}, "price": 1', "title", "{'en': 'x'}", "string"),
        ('"id": 1, "title": "x", "price": true', "price", "True", "is not a price"),
        ('"id": 1, "title": "x", "price": {"amount": 5}', "price", "{'amount': 5}", "is not a price"),
        ('"id": 1, "title": "x", "price": NaN', "price", "nan", "is not a price"),
        ('"id": 1, "title": "x", "price": 1, "stock": "three or so 3"', "stock", "three or so 3", "is not a stock count"),
        ('"id": 1, "title": "x", "price": 1, "stock": 1e400', "stock", "1E+400", "is not a stock count"),
        ('"id": 1, "title": "x", "price": 1, "attributes": "red"', "attributes", "red", "is not a list of attributes"),
        ('"id": 1, "title": "x", "price": 1, "variants": "S, M"', "variants", "S, M", "is not a list of objects"),
        ('"id": 1, "title": "x", "price": 1, "variants": [7]', "variants", "7", "is not an object"),
        ('"id": 1, "title": "x", "price": 1, "variants": [{"id": "v", "price": "?"}]', "variants.price", "?", "is not a price"),
        ('"id": 1, "title": "x", "price": 1, "variants": [{"id": "v", "price": "5 EUR"}]', "variants.price", "5 EUR", "is in EUR"),
        ('"id": 1, "title": "x", "price": "5 EUR", "currency": "USD"', "currency", "USD", "contradicts the price"),
        ('"id": 1, "title": "x", "price": 5, "currency": "pebbles"', "currency", "pebbles", "is not a currency"),
        ('"id": 1, "title": "x", "price": 5, "locale": "fr"', "locale", "fr", "none of the shop's languages, en, zh"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_refused_by_name(
    tmp_path: Path, row: str, field: str, value: str, reason: str
) -> None:
    (refusal,) = refusals_of(
        tmp_path, "p.jsonl", '{"id": "0", "title": "good", "price": 1, "stock": 1, "variants": []}\n{' + row + "}\n"
    )
    assert (refusal.file, refusal.line, refusal.field, refusal.value) == ("p.jsonl", 2, field, value)
    assert reason in refusal.reason


def test_an_endless_value_is_refused_and_shown_short(tmp_path: Path) -> None:
    (refusal,) = refusals_of(tmp_path, "p.jsonl", '{"id": 1, "price": 1, "title": "' + "x" * 10_000_000 + '"}')
    assert (refusal.field, len(refusal.value)) == ("title", 200)


def test_halves_of_letters_and_control_characters_are_dropped(tmp_path: Path) -> None:
    (product,) = products_of(
        tmp_path,
        "p.jsonl",
        '{"id": "A", "title": "Ke\\ud83dtt\\u0000le", "price": 1, "attributes": {"c\\ud83d": "red\\u0007"}}',
    )
    assert (product.title, product.attributes) == ("Kettle", {"c": "red"})


@pytest.mark.parametrize(
    ("written", "stock", "in_stock"),
    [("3", 3, True), ("0", 0, False), ("-2", 0, False), ("3.0", 3, True), ("1,200", 1200, True), ("", None, None), ("in stock", None, True),
     ("sold out", 0, False), ("缺货", 0, False), ("10+", None, None), ("> 5", None, None)],
)  # fmt: skip
def test_stock_is_a_count_or_unknown(tmp_path: Path, written: str, stock: int | None, in_stock: bool | None) -> None:
    (product,) = products_of(tmp_path, "p.csv", f'id,title,price,stock\nA,a,1,"{written}"\n')
    assert (product.stock, product.in_stock) == (stock, in_stock)


@pytest.mark.parametrize(
    ("written", "stock"),
    [("已下架", 0), ("已上架", None), ("http://schema.org/OutOfStock", 0), ("in_stock", None), ("no", 0), ("1", None)],
)
def test_availability_in_words_is_understood(tmp_path: Path, written: str, stock: int | None) -> None:
    assert products_of(tmp_path, "p.csv", f"id,title,price,in stock\nA,a,1,{written}\n")[0].stock == stock


def test_bool_and_number_oddities_become_words(tmp_path: Path) -> None:
    line = '{"id": 7, "title": 501, "price": 0, "stock": true, "attributes": {"washable": true, "W": 2.50, "n": null, "l": ["a", 1]}, "tags": ["x", null, 2]}'
    (product,) = products_of(tmp_path, "p.jsonl", line)
    assert (product.id, product.title, product.price, product.stock, product.keywords) == ("7", "501", 0, None, "x, 2")
    assert product.attributes == {"washable": "yes", "W": "2.50", "l": "a, 1"}


def test_a_free_product_is_a_product(tmp_path: Path) -> None:
    assert [p.price for p in products_of(tmp_path, "p.csv", "id,title,price\nA,a,0\nB,b,0.00\n")] == [0, 0]


def test_rows_of_a_parent_fold_whatever_their_order(tmp_path: Path) -> None:
    text = (
        "id,parent,title,price,stock,colour,description\nT-R,T,,,2,red,\nT,,Tee,20.00,,,Soft.\nT-B,T,,22.00,0,blue,\n"
    )
    (tee,) = products_of(tmp_path, "p.csv", text)
    assert (tee.id, tee.title, tee.description, tee.price, tee.stock) == ("T", "Tee", "Soft.", Decimal("20.00"), 2)
    assert [(v.id, dict(v.attributes), v.price, v.stock) for v in tee.variants] == [
        ("T-R", {"colour": "red"}, Decimal("20.00"), 2), ("T-B", {"colour": "blue"}, Decimal("22.00"), 0)]  # fmt: skip


def test_a_bad_variant_is_refused_and_its_siblings_are_kept(tmp_path: Path) -> None:
    knowledge = read(
        tmp_path, "p.csv products", {"p.csv": "id,group,title,price,size\nA,T,Tee,5,S\nB,T,,cheap,M\nC,T,,7,L\n"}
    )
    assert [v.id for v in knowledge.products[0].variants] == ["A", "C"]
    assert [(r.line, r.field, r.value) for r in knowledge.refusals] == [(3, "price", "cheap")]


def test_variants_stand_in_a_list_or_in_a_mapping_and_may_bring_the_price(tmp_path: Path) -> None:
    lines = (
        '{"id": "A", "title": "a", "variants": [{"sku": "A1", "price": 5, "qty": 2, "options": {"size": "S"}}, {"sku": "A2", "price": 4.50, "available": false}]}\n'
        '{"id": "B", "title": "b", "variants": {"B1": {"price": 9, "options": {"size": "S"}}}}\n{"id": "C", "title": "c"}\n'
    )
    knowledge = read(tmp_path, "p.jsonl products", {"p.jsonl": lines})
    first, second = knowledge.products
    assert [(v.id, dict(v.attributes), v.price, v.stock) for v in first.variants] == [
        ("A1", {"size": "S"}, 5, 2),
        ("A2", {}, Decimal("4.50"), 0),
    ]
    assert (first.price, first.stock, second.variants[0].id, second.price) == (Decimal("4.50"), 2, "B1", 9)
    assert [(r.line, r.field) for r in knowledge.refusals] == [(3, "price")]


def test_a_product_that_is_gone_has_no_variant_left(tmp_path: Path) -> None:
    line = '{"id": "A", "title": "a", "price": 5, "status": "sold out", "variants": [{"id": "A1", "stock": 3}]}'
    assert products_of(tmp_path, "p.jsonl", line)[0].in_stock is False


def test_a_duplicate_id_is_told_with_both_lines_and_the_last_wins(tmp_path: Path) -> None:
    head = "id,title,price\n"
    knowledge = read(
        tmp_path, "a.csv products\nb.csv products", {"a.csv": head + "A,a,1\nB,b,2\nA,a,3\n", "b.csv": head + "A,a,4\n"}
    )
    assert {p.id: p.price for p in knowledge.products} == {"A": 4, "B": 2}
    assert [(r.file, r.line, r.field, r.value) for r in knowledge.refusals] == [
        ("a.csv", 4, "id", "A"),
        ("b.csv", 2, "id", "A"),
    ]
    assert "the one of line 2 is replaced" in knowledge.refusals[0].reason
    assert "the one of a.csv:4 is replaced" in knowledge.refusals[1].reason


def test_a_duplicate_variant_is_told_with_both_lines(tmp_path: Path) -> None:
    knowledge = read(
        tmp_path, "p.csv products", {"p.csv": "id,group,title,price,size\nA,T,Tee,5,S\nA,T,Tee,6,S\nB,T,Tee,7,M\n"}
    )
    assert [(v.id, v.price) for v in knowledge.products[0].variants] == [("A", 6), ("B", 7)]
    assert [(r.line, "line 2" in r.reason) for r in knowledge.refusals] == [(3, True)]


def test_one_id_in_two_languages_is_no_duplicate(tmp_path: Path) -> None:
    knowledge = read(tmp_path, "p.csv products", {"p.csv": "id,title,price,language\nA,Kettle,5,en\nA,壶,5,zh-CN\n"})
    assert [(p.id, p.locale) for p in knowledge.products] == [("A", "en"), ("A", "zh")]
    assert knowledge.refusals == ()


def test_a_dollar_is_the_shops_own_and_another_currency_ends_the_reading(tmp_path: Path) -> None:
    assert products_of(tmp_path, "p.csv", "id,title,price\nA,a,$5\n", about='currency = "CAD"\n')[0].currency == "CAD"
    with pytest.raises(CurrencyMix, match=r"sells in CAD, but products are priced in EUR \(e.g. B\)"):
        products_of(tmp_path, "p.csv", "id,title,price\nA,a,$5\nB,b,5 €\n", about='currency = "CAD"\n')


def test_markup_in_a_description_becomes_lines(tmp_path: Path) -> None:
    (product,) = products_of(
        tmp_path, "p.csv", 'id,title,price,description\nA,a,1,"<p>One &amp; two.</p><ul><li>Three</li></ul> 5 < 6"\n'
    )
    assert product.description == "One & two.\nThree\n5 < 6"
