"""recommend.toml: what may stand in it, and what is said of what may not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge_base.errors import BadShopFile, UnreadableFile
from knowledge_base.reading import read_shop
from knowledge_base.recommending import Messages, Rules, load_rules
from knowledge_base.shop import load_shop

PRODUCTS = "id,title,category,price,stock\nKETTLE-1,Kettle,Coffee,49,3\nT1,Teapot,Tea,30,3\n"


def test_a_shop_without_the_file_has_no_rules(tmp_path: Path) -> None:
    assert load_rules(tmp_path) == Rules()


def test_every_rule_is_read_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "recommend.toml").write_text(
        'variety = 0.2\nmargin_weight = 1\n[[pin]]\nproducts = "K1"\n[[hide]]\ncategory = "Tea"\n[[boost]]\nbrand = "Fernhill"\nby = 2\n'
        '[[consumable]]\nattributes = { roast = "*" }\ndays = 30\n[[margin]]\ncategory = "Coffee"\nshare = 0.4\n'
        '[messages]\nper_week = 1\nquiet = "22:00-08:00"\n'
    )
    rules = load_rules(tmp_path)
    assert [which.where for which in rules.all()] == ["pin.0", "hide.0", "boost.0", "consumable.0", "margin.0"]
    assert (rules.variety, rules.boosts[0].by, rules.consumables[0].days) == (0.2, 2, 30)
    assert rules.messages == Messages(1, "22:00", "08:00")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[boost]]\nbrand = 'F'\nby = 99", "boost.0.by is 99"),
        ("[[boost]]\nbrand = 'F'", "boost.0.by is None; it is required"),
        ("[[hide]]\nbrnad = 'F'", "hide.0.brnad is 'F'; recommend.toml knows no such key. Allowed: products, category"),
        ("[[pin]]\n", "pin.0 is {}; names nothing; give products, category, brand or attributes"),
        ("variety = 2", "variety is 2"),
        ("[messages]\nquiet = 'at night'", "messages.quiet is 'at night'"),
        ("colour = 1", "colour is 1; recommend.toml knows no such key. Allowed: pin, hide"),
    ],
)
def test_a_wrong_rule_is_told_with_its_place_and_value(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "recommend.toml").write_text(text)
    with pytest.raises(BadShopFile) as error:
        load_rules(tmp_path)
    assert told in str(error.value)
    assert "recommend.toml" in str(error.value)


def test_what_is_no_toml_is_told(tmp_path: Path) -> None:
    (tmp_path / "recommend.toml").write_text("[[pin]\n")
    with pytest.raises(UnreadableFile, match=r"recommend\.toml"):
        load_rules(tmp_path)


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (
            '[[pin]]\nproducts = ["KETTLE-2"]',
            "pin.0.products is 'KETTLE-2'; there is no such product; did you mean 'KETTLE-1'?",
        ),
        (
            '[[hide]]\ncategory = "Cofee"',
            "hide.0.category is 'Cofee'; there is no such category; did you mean 'Coffee'?",
        ),
    ],
)
def test_a_rule_about_what_the_shop_does_not_have_is_refused_when_it_is_indexed(
    make_shop: Callable[..., Path], rule: str, told: str
) -> None:
    folder = make_shop({"products.csv": PRODUCTS})
    (folder / "recommend.toml").write_text(rule)
    with pytest.raises(BadShopFile) as error:
        read_shop(load_shop(folder))
    assert told in str(error.value)
