"""JSON, JSONL and YAML: records at a path, exact numbers, and texts that stay texts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from kb_files import FAQ, products_of, read

from knowledge_base.errors import BadShopFile, UnreadableFile
from knowledge_base.readers.records import at_path, walk

ONE = '{"id": "A", "title": "Kettle", "price": 0.1}'


@pytest.mark.parametrize(
    ("name", "content", "path"),
    [
        ("p.json", f"[{ONE}]", ""),
        ("p.json", ONE, ""),
        ("p.json", f'{{"products": [{ONE}]}}', ""),
        ("p.json", f"{ONE}\n{ONE}", ""),  # JSON Lines under the wrong ending
        ("p.json", f'{{"data": {{"items": [{ONE}]}}}}', "data.items"),
        ("p.json", f'{{"shops": {{"1": {{"A": {ONE}}}}}}}', "shops.*.*"),
        ("p.json", f'{{"kitchen": [{ONE}]}}', "*"),
        ("p.json", f"[[{ONE}]]", "0"),
        ("p.jsonl", f"{ONE}\n\n", ""),
        ("p.jsonl", f'{{"item": {ONE}}}', "item"),
        ("p.yaml", "- {id: A, title: Kettle, price: 0.1}", ""),
    ],
)
def test_records_lie_at_the_top_or_at_a_path(tmp_path: Path, name: str, content: str, path: str) -> None:
    (product,) = products_of(tmp_path, name, content, f'path = "{path}"' if path else "")
    assert (product.id, str(product.price)) == ("A", "0.1")


@pytest.mark.parametrize(("name", "content"), [("p.json", f'{{"data": [{ONE}]}}'), ("p.yaml", "data: [{id: A}]")])
def test_a_path_where_nothing_lies_is_told_with_what_is_there(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(UnreadableFile, match=r"nothing lies at path 'goods'; at the top are 'data'"):
        products_of(tmp_path, name, content, 'path = "goods"')


def test_a_path_where_nothing_lies_in_a_line_of_jsonl_refuses_the_line(tmp_path: Path) -> None:
    refusals = read(tmp_path, 'p.jsonl products | path = "item"', {"p.jsonl": f'{{"item": {ONE}}}\n{ONE}\n'}).refusals
    assert [(r.line, "'item'" in r.reason) for r in refusals] == [(2, True)]


def test_a_path_into_a_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="`path` = 'data' means nothing in csv"):
        products_of(tmp_path, "p.csv", "id,title,price\nA,a,1\n", 'path = "data"')


def test_a_torn_line_is_refused_and_the_others_are_kept(tmp_path: Path) -> None:
    knowledge = read(tmp_path, "p.jsonl products", {"p.jsonl": f'{ONE}\n{{"id": \n[1]\n7\n'})
    assert [p.id for p in knowledge.products] == ["A"]
    assert [(r.line, r.reason.split(" (")[0]) for r in knowledge.refusals] == [
        (2, "is not JSON"), (3, "is not an object with named fields"), (4, "is not an object with named fields")]  # fmt: skip


def test_an_empty_json_list_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="it has no records"):
        products_of(tmp_path, "p.json", "[]")


def test_yaml_scalars_stay_what_is_written_and_lines_are_known(tmp_path: Path) -> None:
    text = "- question: Do you deliver?\n  answer: Yes\n- question: 型号？\n  answer: 007\n  id: 1.10\n- question: x\n  answer: ~\n"
    knowledge = read(tmp_path, "faq.yaml faq", {"faq.yaml": text})
    assert [f.answer for f in knowledge.faqs] == ["Yes", "007"]
    assert knowledge.faqs[1].id == "1.10"
    assert [(r.line, r.field) for r in knowledge.refusals] == [(6, "answer")]


def test_yaml_merges_and_plain_aliases_are_read(tmp_path: Path) -> None:
    text = "- &base {question: q, answer: a, tags: [x]}\n- <<: *base\n  question: other\n"
    assert [(f.question, f.answer, f.tags) for f in read(tmp_path, "f.yaml faq", {"f.yaml": text}).faqs] == [
        ("q", "a", ("x",)), ("other", "a", ("x",))]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.json", "[" * 100_000), ("p.json", '{"a":' * 100_000), ("p.jsonl", "[" * 100_000 + "\n"), ("p.json", "[" + "9" * 5000 + "]"),
        ("p.yaml", "[" * 20_000), ("p.yaml", "- &a [*a]"), ("p.yaml", "x: ["), ("p.yaml", "- !!python/object:os.system {}\n- *no"),
        ("p.yaml", "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))),
    ],
)  # fmt: skip
def test_bombs_and_broken_files_end_with_a_clear_error_or_a_refusal(tmp_path: Path, name: str, content: str) -> None:
    if name == "p.jsonl":
        assert (
            "nested too deeply"
            in read(tmp_path, f"{name} products\nf.yaml faq", {name: content, "f.yaml": FAQ}).refusals[0].reason
        )
        return
    with pytest.raises(UnreadableFile, match=name):
        products_of(tmp_path, name, content)


def test_columns_may_lie_deep(tmp_path: Path) -> None:
    line = '{"id": "A", "name": {"zh": "壶"}, "price": {"amount": 5.50}, "photos": [{"src": "a.jpg"}, {"src": "b.jpg"}], "spec": {"W": 7}}'
    keys = 'columns = { title = "name.zh", price = "price.amount", image = "photos.0.src" }\nattribute_columns = { "spec.W" = "power" }'
    (product,) = products_of(tmp_path, "p.jsonl", line, keys)
    assert (product.title, product.price, product.image, product.attributes) == (
        "壶",
        Decimal("5.50"),
        "a.jpg",
        {"power": "7"},
    )


def test_walking_takes_keys_places_and_stars() -> None:
    value = {"a": [{"b": 1}, {"b": 2}], "c": {"x": {"b": 3}}}
    assert list(walk(value, "a.*.b")) == [1, 2]
    assert list(walk(value, "a.1.b")) == [2]
    assert list(walk(value, "c.*")) == [{"b": 3}]
    assert list(walk(value, "a.9.b")) == list(walk(value, "a.b.c")) == []
    assert at_path({"a.b": 1, "a": {"b": 2}}, "a.b") == 1
    assert at_path({"a": [{"b": 1}, {"b": 2}]}, "a.*.b") == [1, 2]


@pytest.mark.parametrize(
    ("price", "shown"),
    [
        ("19.99", "19.99"),
        ("19.990000000000002", "19.99"),
        ("1e2", "100"),
        ('"¥1,299.00"', "1299.00"),
        ("0", "0"),
        ("0.10", "0.10"),
    ],
)
def test_json_numbers_are_exact_prices(tmp_path: Path, price: str, shown: str) -> None:
    (product,) = products_of(
        tmp_path, "p.jsonl", f'{{"id": 1, "title": "x", "price": {price}}}', about='currency = "CNY"\n'
    )
    assert str(product.price) == shown


def test_a_shop_file_nested_too_deeply_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="nested too deeply"):
        products_of(tmp_path, "p.csv", "", about="x = " + "[" * 5000 + "\n")


def test_only_the_records_with_a_value_are_read(tmp_path: Path) -> None:
    lines = f'{ONE[:-1]}, "live": true}}\n{ONE.replace("A", "B", 1)[:-1]}, "live": false}}\n'
    assert [p.id for p in products_of(tmp_path, "p.jsonl", lines, "only = { live = true }")] == ["A"]


def test_an_unknown_field_under_columns_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadShopFile, match=r"p\.csv.*knows no field 'tilte'"):
        products_of(tmp_path, "p.csv", "", 'columns = { tilte = "Name" }')
