"""Two real catalogues are read by a shop.toml of a few lines and no code."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge_base.passages import body, cut
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from knowledge_base.types import Knowledge, Product

TRIALS = Path(__file__).parents[2] / "docs" / "trials"


def trial(name: str) -> Knowledge:
    shop = load_shop(TRIALS / name)
    data = shop.folder / shop.sources[0].file
    if not data.exists():
        pytest.skip(f"the data of the trial {name} is not here: {data}")
    return read_shop(shop)


def one(knowledge: Knowledge, product_id: str) -> Product:
    return next(product for product in knowledge.products if product.id == product_id)


def test_the_english_catalogue_comes_whole() -> None:
    knowledge = trial("retail-demo")
    assert (len(knowledge.products), knowledge.refusals) == (2465, ())
    assert Counter(product.category for product in knowledge.products).most_common(2) == [
        ("furniture", 245),
        ("apparel", 231),
    ]
    assert all(
        product.title and product.description and product.price > 0 and product.stock is not None
        for product in knowledge.products
    )
    assert (min(p.price for p in knowledge.products), max(p.price for p in knowledge.products)) == (
        Decimal("1.99"),
        Decimal("24999.99"),
    )
    assert not any(product.url for product in knowledge.products)  # its `link` is a photographer's page
    ids = [passage.id for passage in cut(knowledge)]
    assert len(ids) == len(set(ids))


def test_an_english_product_comes_with_all_it_has() -> None:
    knowledge = trial("retail-demo")
    backpack = one(knowledge, "6579c22f-be2b-444c-a52b-0116dd82df6c")
    assert (backpack.title, backpack.category, str(backpack.price), backpack.currency, backpack.stock) == (
        "Adventure-Ready Expedition Backpack", "accessories", "129.99", "USD", 15)  # fmt: skip
    assert backpack.attributes == {"style": "backpack", "made for": "F"}
    assert backpack.image == "6579c22f-be2b-444c-a52b-0116dd82df6c.jpg"
    assert any("pizza slice" in product.keywords for product in knowledge.products)


def test_the_chinese_catalogue_comes_whole_with_its_long_texts() -> None:
    knowledge = trial("appliances-zh")
    assert (len(knowledge.products), knowledge.refusals) == (52, ())
    heater = one(knowledge, "100112573665")
    assert heater.title.startswith("美的（Midea）60升超薄双胆扁桶电热水器")
    assert (heater.price, heater.currency, heater.locale, heater.in_stock) == (1999, "CNY", "zh", None)
    assert [name for name, _ in heater.details] == [
        "安装说明",
        "维修说明",
        "常见故障",
        "辅材材料",
        "赠品信息",
        "可换货商品",
    ]
    assert dict(heater.details)["常见故障"].startswith("F001: 加热缓慢: 检查电源连接")
    assert str(one(knowledge, "100069341608").price) == "26.97"


def test_chinese_long_texts_become_passages_of_a_size_that_can_be_embedded() -> None:
    passages = cut(trial("appliances-zh"))
    assert len({passage.id for passage in passages}) == len(passages) > 500
    assert max(len(body(passage)) for passage in passages) < 300
    assert any("> 安装说明 > 安装流程\n" in passage.text for passage in passages)
    assert not any("\\n" in passage.text for passage in passages)
