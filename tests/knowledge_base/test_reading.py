"""A shop's own files become Knowledge; what is wrong in them is named."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from knowledge_base import passages, snapshot
from knowledge_base.catalogue import Catalogue
from knowledge_base.errors import BadShopFile, CurrencyMix, EmptyCatalogue, UnreadableFile
from knowledge_base.money import money
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from knowledge_base.where import Where

PRODUCTS = "id,title,price,stock,colour\nK1,Kettle,49.00,3,black\nK2,Mug,9.50,,white\n"


def shop_with(folder: Path, toml: str = "", **files: str | bytes) -> Path:
    """A folder with a shop.toml and the files; `products_csv` is written as products.csv."""
    sources = "".join(f'[[sources]]\nfile = "{name}"\nkind = "{kind}"\n' for name, kind in
                      ((n.replace("__", "/").rsplit("_", 1)[0] + "." + n.rsplit("_", 1)[1], n.split("_")[0]) for n in files))  # fmt: skip
    (folder / "shop.toml").write_text('name = "Test"\nlocales = ["en", "zh"]\n' + toml + sources, encoding="utf-8")
    for name, content in files.items():
        path = folder / (name.rsplit("_", 1)[0] + "." + name.rsplit("_", 1)[1])
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_a_table_of_products_is_read(tmp_path: Path) -> None:
    knowledge = read_shop(load_shop(shop_with(tmp_path, products_csv=PRODUCTS)))
    kettle, mug = knowledge.products
    assert (kettle.id, kettle.price, kettle.stock, kettle.in_stock, kettle.currency) == (
        "K1",
        Decimal("49.00"),
        3,
        True,
        "USD",
    )
    assert kettle.attributes == {"colour": "black"}
    assert mug.stock is None
    assert mug.in_stock is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_chinese_files_are_read_in_any_common_encoding(tmp_path: Path, encoding: str) -> None:
    text = "商品ID,商品名称,商品价格,库存\nA1,手冲咖啡壶套装,199,2\nA2,陶瓷马克杯,39,0\n"
    knowledge = read_shop(load_shop(shop_with(tmp_path, products_csv=text.encode(encoding))))
    assert [p.title for p in knowledge.products] == ["手冲咖啡壶套装", "陶瓷马克杯"]


def test_a_bad_row_is_refused_by_name_and_the_others_are_kept(tmp_path: Path) -> None:
    knowledge = read_shop(load_shop(shop_with(tmp_path, products_csv=PRODUCTS + "K3,Pan,cheap,1,red\n")))
    assert [p.id for p in knowledge.products] == ["K1", "K2"]
    (refusal,) = knowledge.refusals
    assert (refusal.file, refusal.line, refusal.field, refusal.value) == ("products.csv", 4, "price", "cheap")
    assert "is not a price" in refusal.reason


def test_the_last_of_two_rows_with_one_id_wins_and_it_is_told(tmp_path: Path) -> None:
    knowledge = read_shop(load_shop(shop_with(tmp_path, products_csv=PRODUCTS + "K1,Kettle,59.00,3,black\n")))
    assert {p.id: p.price for p in knowledge.products}["K1"] == Decimal("59.00")
    assert any("duplicate id" in r.reason for r in knowledge.refusals)


def test_shopify_rows_fold_into_a_product_with_variants(tmp_path: Path) -> None:
    text = (
        "Handle,Title,Body (HTML),Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty\n"
        "tee,Linen Tee,<p>Light &amp; soft.</p>,Marlow,Size,S,T-S,25.00,2\ntee,,,,,M,T-M,27.00,0\n"
    )
    (tee,) = read_shop(load_shop(shop_with(tmp_path, products_csv=text))).products
    assert (tee.id, tee.title, tee.description, tee.price, tee.stock) == (
        "tee",
        "Linen Tee",
        "Light & soft.",
        Decimal("25.00"),
        2,
    )
    assert [(v.id, dict(v.attributes), v.price) for v in tee.variants] == [
        ("T-S", {"Size": "S"}, Decimal("25.00")), ("T-M", {"Size": "M"}, Decimal("27.00"))]  # fmt: skip


def test_a_google_feed_is_read(tmp_path: Path) -> None:
    text = (
        '<rss xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:id>1</g:id><g:title>Lamp</g:title>'
        "<g:price>20.00 USD</g:price><g:availability>out_of_stock</g:availability></item></channel></rss>"
    )
    (lamp,) = read_shop(load_shop(shop_with(tmp_path, products_xml=text))).products
    assert (lamp.id, lamp.price, lamp.in_stock) == ("1", Decimal("20.00"), False)


def test_two_currencies_end_with_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(CurrencyMix, match=r"EUR \(e.g. E1\)"):
        read_shop(load_shop(shop_with(tmp_path, products_csv="id,title,price\nU1,a,1.00\nE1,b,2.00 EUR\n")))


def test_an_empty_catalogue_ends_with_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(EmptyCatalogue, match="1 lines refused"):
        read_shop(load_shop(shop_with(tmp_path, products_csv="id,title,price\nU1,a,?\n")))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, products_csv=PRODUCTS)
    (shop / "products.csv").unlink()
    with pytest.raises(UnreadableFile, match=r"products\.csv"):
        read_shop(load_shop(shop))


@pytest.mark.parametrize(
    ("line", "told"),
    [("colour = 1\n", "colour"), ('currency = "dollars"\n', "dollars"), ('timezone = "Mars"\n', "Mars")],
)
def test_a_wrong_key_in_shop_toml_is_named_with_its_value(tmp_path: Path, line: str, told: str) -> None:
    with pytest.raises(BadShopFile, match=told):
        load_shop(shop_with(tmp_path, toml=line, products_csv=PRODUCTS))


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("1,299.00", "1299.00", None),
        ("¥1999", "1999", "CNY"),
        ("49,90 EUR", "49.90", "EUR"),
        ("$5", "5", "USD"),
        ("12.5", "12.5", None),
    ],
)
def test_prices_are_read_as_people_write_them(text: str, amount: str, currency: str | None) -> None:
    assert money(text) == (Decimal(amount), currency)


@pytest.mark.parametrize("text", ["", "free", "-3", "NaN", "12 bananas", "99999999999"])
def test_what_is_no_price_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        money(text)


def test_sentences_end_where_a_reader_would_end_them() -> None:
    assert passages.sentences("It holds 1.5 L. Mr. Ashby says so! 保温12小时。可以洗碗机洗吗？可以") == [
        "It holds 1.5 L.", "Mr. Ashby says so!", "保温12小时。", "可以洗碗机洗吗？", "可以"]  # fmt: skip


def test_a_snapshot_comes_back_exactly(tmp_path: Path) -> None:
    faq = "- question: Do you deliver?\n  answer: Yes.\n  also: [shipping]\n"
    knowledge = read_shop(load_shop(shop_with(tmp_path, products_csv=PRODUCTS + "bad,,,,\n", faq_yaml=faq)))
    snapshot.write(tmp_path / "k.sqlite", knowledge)
    assert snapshot.read(tmp_path / "k.sqlite") == knowledge


def test_limits_are_met_exactly(tmp_path: Path) -> None:
    catalogue = Catalogue(read_shop(load_shop(shop_with(tmp_path, products_csv=PRODUCTS))).products)
    assert catalogue.select(Where(price_to=Decimal(10))) == {"K2"}
    assert catalogue.select(Where(in_stock=True)) == {"K1"}
    assert catalogue.cheapest_first(catalogue.ids()) == ["K2", "K1"]


@pytest.mark.parametrize(
    ("stock", "in_stock"),
    [
        ("3", True),
        ("0", False),
        ("in stock", True),
        ("yes", True),
        ("有货", True),
        ("out of stock", False),
        ("无货", False),
        ("", None),
        ("soon", None),
    ],
)
def test_stock_that_is_only_said_in_words_is_known_without_a_count(
    tmp_path: Path, stock: str, in_stock: bool | None
) -> None:
    (product,) = read_shop(
        load_shop(shop_with(tmp_path, products_csv=f"id,title,price,stock\nA,Pan,5.00,{stock}\n"))
    ).products
    assert product.in_stock is in_stock


def test_marks_that_turn_the_direction_of_writing_are_dropped(tmp_path: Path) -> None:
    (product,) = read_shop(
        load_shop(shop_with(tmp_path, products_csv="id,title,price\nA,Pan \u202e00.5$\u200b,5.00\n"))
    ).products
    assert product.title == "Pan 00.5$"
