"""The exports of shop systems are known by their headings and read as they are."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from kb_files import FAQ, products_of, read

from knowledge_base.errors import UnreadableFile
from knowledge_base.types import Product

G = 'xmlns:g="http://base.google.com/ns/1.0"'


def forms(product: Product) -> list[tuple[str, dict[str, str], Decimal, int | None]]:
    return [(v.id, dict(v.attributes), v.price, v.stock) for v in product.variants]


# Google Merchant

ITEM = (
    "<g:id>1</g:id><g:title>Lamp &amp; shade</g:title><g:description><![CDATA[<p>Warm light.</p>]]></g:description>"
    "<g:price>20.00 USD</g:price><g:sale_price>15.00 USD</g:sale_price><g:availability>out_of_stock</g:availability>"
    "<g:product_type>Home &gt; Lamps</g:product_type><g:color>brass</g:color><g:image_link>https://e.example/1.jpg</g:image_link>"
    "<g:product_detail><g:attribute_name>Socket</g:attribute_name><g:attribute_value>E27</g:attribute_value></g:product_detail>"
)


@pytest.mark.parametrize(
    "feed",
    [
        f'<?xml version="1.0"?><rss {G}><channel><title>Shop</title><item><link>https://e.example/1</link>{ITEM}</item></channel></rss>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" {G}><id>tag:feed</id><entry><id>tag:entry</id><title>other</title>'
        f'<link rel="alternate" href="https://e.example/1"> </link>{ITEM}</entry></feed>',
    ],
)
def test_a_google_feed_is_read_from_rss_and_atom(tmp_path: Path, feed: str) -> None:
    (lamp,) = products_of(tmp_path, "p.xml", feed)
    assert (lamp.id, lamp.title, lamp.description, lamp.price, lamp.compare_at) == (
        "1",
        "Lamp & shade",
        "Warm light.",
        15,
        20,
    )
    assert (lamp.in_stock, lamp.category, lamp.url, lamp.image) == (
        False,
        "Home > Lamps",
        "https://e.example/1",
        "https://e.example/1.jpg",
    )
    assert lamp.attributes == {"color": "brass", "Socket": "E27"}


@pytest.mark.parametrize("encoding", ["gb2312", "utf-16", "iso-8859-1", "koi8-r"])
def test_a_google_feed_says_its_encoding(tmp_path: Path, encoding: str) -> None:
    title = {"iso-8859-1": "Café", "koi8-r": "Лампа"}.get(encoding, "台灯")
    feed = f'<?xml version="1.0" encoding="{encoding}"?><rss {G}><item><g:id>1</g:id><g:title>{title}</g:title><g:price>5 USD</g:price></item></rss>'
    assert products_of(tmp_path, "p.xml", feed.encode(encoding))[0].title == title


def test_a_google_tsv_folds_its_groups(tmp_path: Path) -> None:
    text = (
        "id\ttitle\titem group id\tprice\tavailability\tcolor\tsize\timage link\n"
        "T1\tTee\tT\t20.00 USD\tin_stock\tred\tS\thttps://e.example/t\nT2\tTee\tT\t22.00 USD\tout_of_stock\tred\tM\thttps://e.example/t\n"
        "L1\tLamp\t\t5.00 USD\tin stock\t\t\t\n"
    )
    tee, lamp = products_of(tmp_path, "p.txt", text)
    assert (tee.id, tee.price, tee.attributes, tee.in_stock) == ("T", Decimal("20.00"), {"color": "red"}, False)
    assert forms(tee) == [("T1", {"size": "S"}, Decimal("20.00"), None), ("T2", {"size": "M"}, Decimal("22.00"), 0)]
    assert (lamp.id, lamp.variants) == ("L1", ())


@pytest.mark.parametrize(
    ("dates", "price"),
    [
        ("", 15),
        ("2026-11-01T00:00+0100/2026-11-30T00:00+0100", 15),
        ("2026-10-01T00:00Z/2026-10-31T00:00Z", 20),
        ("2026-12-01/", 20),
        ("/2026-11-24", 15),
    ],
)
def test_a_sale_price_holds_only_in_its_time(tmp_path: Path, dates: str, price: int) -> None:
    text = f"id,title,price,sale price,sale price effective date\nA,a,20,15,{dates}\n"
    (product,) = products_of(tmp_path, "p.csv", text)
    assert (product.price, product.compare_at) == (price, 20 if price == 15 else None)


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><rss><item><id>&c;</id></item></rss>',
        '<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item><id>&x;</id></item></rss>',
        "<rss><item>", "<rss></rss>", "", "no xml at all", '<?xml version="1.0" encoding="no-such"?><rss>',
    ],
)  # fmt: skip
def test_an_xml_bomb_or_a_broken_feed_ends_with_a_clear_error(tmp_path: Path, content: str) -> None:
    with pytest.raises(UnreadableFile, match=r"p\.xml can't be read"):
        products_of(tmp_path, "p.xml", content)


def test_xml_nested_a_hundred_thousand_deep_is_survived(tmp_path: Path) -> None:
    feed = (
        "<rss><item><id>1</id><title>x</title><price>5</price>" + "<a>" * 100_000 + "</a>" * 100_000 + "</item></rss>"
    )
    assert products_of(tmp_path, "p.xml", feed)[0].id == "1"


# Shopify

OLD = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,Status"
NEW = "URL handle,Title,Description,Vendor,Type,Tags,Published on online store,Option1 name,Option1 value,SKU,Inventory tracker,Inventory quantity,Continue selling when out of stock,Price,Compare-at price,Product image URL,Status"
ROWS = """
tee,Linen Tee,<p>Light &amp; soft.</p>,Marlow,Tops,"summer, linen",true,Size,S,T-S,shopify,2,deny,25.00,30.00,https://e.example/t.jpg,active
tee,,,,,,,,M,T-M,shopify,0,deny,27.00,,,
tee,,,,,,,,,,,,,,,https://e.example/t2.jpg,
card,Gift Card,,Marlow,,,true,Title,Default Title,,,0,deny,10.00,,,active
bag,Bag,,Marlow,,,true,Title,Default Title,BAG,shopify,-3,continue,40.00,,,active
draft,Draft,,Marlow,,,true,Title,Default Title,D,shopify,1,deny,1.00,,,draft
hidden,Hidden,,Marlow,,,false,Title,Default Title,H,shopify,1,deny,1.00,,,active
unpriced,Unpriced,,Marlow,,,true,Title,Default Title,U,shopify,1,deny,,,,active
"""


@pytest.mark.parametrize("head", [OLD, NEW])
def test_a_shopify_table_is_read_with_its_older_and_its_newer_headings(tmp_path: Path, head: str) -> None:
    knowledge = read(tmp_path, "p.csv products", {"p.csv": head + ROWS})
    tee, card, bag = knowledge.products
    assert (tee.id, tee.title, tee.description, tee.brand, tee.category) == (
        "tee",
        "Linen Tee",
        "Light & soft.",
        "Marlow",
        "Tops",
    )
    assert (tee.price, tee.compare_at, tee.stock, tee.image, tee.keywords) == (
        25,
        30,
        2,
        "https://e.example/t.jpg",
        "summer, linen",
    )
    assert forms(tee) == [("T-S", {"Size": "S"}, Decimal("25.00"), 2), ("T-M", {"Size": "M"}, Decimal("27.00"), 0)]
    assert (card.id, card.stock, card.in_stock) == ("card-only", None, None)  # nobody counts gift cards
    assert (bag.id, bag.stock) == ("BAG", None)  # it is sold on when it is out
    assert [(r.line, r.field, r.value, r.reason) for r in knowledge.refusals] == [(9, "price", "", "is required")]


def test_shopify_rows_may_stand_apart_and_other_columns_can_be_named(tmp_path: Path) -> None:
    text = (
        "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Fabric (metafield)\n"
        "tee,,,M,T-M,27.00,\nmug,Mug,Title,Default Title,MUG,5.00,clay\ntee,Linen Tee,Size,S,T-S,25.00,linen\n"
    )
    tee, mug = products_of(tmp_path, "p.csv", text, 'attribute_columns = { "Fabric (metafield)" = "fabric" }')
    assert (tee.title, [v.id for v in tee.variants]) == ("Linen Tee", ["T-M", "T-S"])
    assert mug.attributes == {"fabric": "clay"}


def test_shopify_products_json_is_read(tmp_path: Path) -> None:
    products = {"products": [
        {"id": 7, "title": "Tee", "handle": "tee", "body_html": "<p>Soft.</p>", "vendor": "Marlow", "product_type": "Tops", "tags": ["a", "b"],
         "options": [{"name": "Size"}], "images": [{"src": "https://e.example/t.jpg"}],
         "variants": [{"id": 71, "sku": "T-S", "price": "25.00", "option1": "S", "available": True},
                      {"id": 72, "sku": "", "price": "27.00", "option1": "M", "available": False}]},
        {"id": 8, "title": "Mug", "handle": "mug", "body_html": None, "vendor": "", "product_type": "", "tags": "",
         "options": [{"name": "Title"}], "images": [], "variants": [{"id": 81, "sku": "MUG", "price": "9.00", "compare_at_price": "12.00",
         "option1": "Default Title", "inventory_quantity": 4, "inventory_management": "shopify"}]},
        {"id": 9, "title": "Draft", "handle": "d", "status": "draft", "variants": [{"id": 91, "price": "1.00"}]},
    ]}  # fmt: skip
    tee, mug = products_of(tmp_path, "p.json", json.dumps(products))
    assert (tee.id, tee.title, tee.description, tee.category, tee.keywords, tee.image) == (
        "7", "Tee", "Soft.", "Tops", "a, b", "https://e.example/t.jpg")  # fmt: skip
    assert forms(tee) == [("T-S", {"Size": "S"}, Decimal("25.00"), None), ("72", {"Size": "M"}, Decimal("27.00"), 0)]
    assert (mug.price, mug.compare_at, mug.stock, mug.variants) == (Decimal("9.00"), Decimal("12.00"), 4, ())


# WooCommerce

WOO = "ID,Type,SKU,Name,Published,Description,Date sale price starts,Date sale price ends,In stock?,Stock,Sale price,Regular price,Categories,Tags,Images,Parent,Attribute 1 name,Attribute 1 value(s)\n"
WOO_SIMPLE = '5,simple,MUG,"Mug &amp; lid",1,<b>Holds</b> 300 ml.,,,1,8,9.00,12.00,"Home > Kitchen, Gifts",gift,"https://e.example/m.jpg, x",,Glaze,blue\n'
WOO_PARENT = '12,variable,TEE,Tee,1,Soft.,,,1,,,,Clothes,,,,Size,"S, M"\n'


@pytest.mark.parametrize("parent", ["id:12", "TEE"])
@pytest.mark.parametrize("order", ["parent first", "variations first"])
def test_woocommerce_variations_find_their_parent(tmp_path: Path, parent: str, order: str) -> None:
    variations = f"13,variation,TEE-S,Tee - S,1,,,,1,3,,25.00,,,,{parent},Size,S\n14,variation,TEE-M,Tee - M,1,,,,0,,,27.00,,,,{parent},Size,M\n"
    rows = WOO_PARENT + variations if order == "parent first" else variations + WOO_PARENT
    knowledge = read(tmp_path, "p.csv products", {"p.csv": WOO + rows + WOO_SIMPLE})
    tee, mug = knowledge.products
    assert knowledge.refusals == ()
    assert (tee.id, tee.title, tee.description, tee.category, tee.price, tee.stock) == (
        "TEE",
        "Tee",
        "Soft.",
        "Clothes",
        25,
        3,
    )
    assert forms(tee) == [("TEE-S", {"Size": "S"}, Decimal("25.00"), 3), ("TEE-M", {"Size": "M"}, Decimal("27.00"), 0)]
    assert (mug.id, mug.title, mug.description, mug.category) == ("MUG", "Mug & lid", "Holds 300 ml.", "Kitchen")
    assert (mug.price, mug.compare_at, mug.stock, mug.attributes, mug.image) == (
        9,
        12,
        8,
        {"Glaze": "blue"},
        "https://e.example/m.jpg",
    )


def test_woocommerce_sale_prices_end_and_hidden_products_stay_hidden(tmp_path: Path) -> None:
    rows = WOO_SIMPLE.replace(",,,1,8", ",,2026-11-01,1,8") + WOO_SIMPLE.replace(
        "5,simple,MUG", "6,simple,HID"
    ).replace(",1,<b>", ",0,<b>")
    (mug,) = products_of(tmp_path, "p.csv", WOO + rows)
    assert (mug.id, mug.price, mug.compare_at) == ("MUG", 12, None)


def test_a_variable_product_without_variations_is_refused_by_name(tmp_path: Path) -> None:
    (refusal,) = read(tmp_path, "p.csv products\nf.yaml faq", {"p.csv": WOO + WOO_PARENT, "f.yaml": FAQ}).refusals
    assert (refusal.line, refusal.field) == (2, "price")
    assert "neither this product nor a variant of it has a price" in refusal.reason
