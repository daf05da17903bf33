"""[intents.<name>] in shop.toml: what is read, and how a mistake is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge_base.errors import BadShopFile
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop

FILES = {
    "products.csv": "id,title,price\nA,Kettle,20\n",
    "faq.yaml": "- id: bulk-orders\n  question: Do you sell in bulk?\n  answer: Yes, from 20 pieces.\n",
}
LINES = 'lines = ["wholesale?", "bulk prices", "可以批发吗"]\n'


def test_lines_come_from_the_toml_and_from_a_file_without_repeats(make_shop: Callable[..., Path]) -> None:
    toml = '[intents.wholesale]\nlines = ["wholesale?"]\nfile = "more.csv"\nfaq = "bulk-orders"\n'
    folder = make_shop(FILES, toml)
    (folder / "more.csv").write_text(
        "text,intent\nbulk prices,wholesale\nhi,greet\nwholesale?,\n批发,shop:wholesale\n", encoding="utf-8"
    )
    intent = load_shop(folder).intents[0]
    assert (intent.name, intent.lines, intent.faq) == (
        "wholesale",
        ("wholesale?", "bulk prices", "批发"),
        "bulk-orders",
    )
    read_shop(load_shop(folder))


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        (f"[intents.trade]\n{LINES}", r"intents\.trade is .*exactly one of faq, say and handoff = true; it has none"),
        (f'[intents.trade]\n{LINES}faq = "x"\nhandoff = true\n', r"intents\.trade is .*it has faq and handoff"),
        ("[intents.trade]\nhandoff = true\n", r"intents\.trade is .*needs lines, or a file"),
        ('[intents.trade]\nlines = ["one"]\nhandoff = true\n', r"intents\.trade\.lines is \['one'\]; at least 3"),
        (f'[intents.trade]\n{LINES}handof = true\n', r"intents\.trade\.handof .*Allowed: lines, file, faq, say, handoff"),
        (f'[intents.trade]\n{LINES}say = {{ fr = "Oui" }}\n', r"intents\.trade\.say in 'fr'"),
        ('[intents.trade]\nfile = "gone.csv"\nhandoff = true\n', r"shop\.toml: intents\.trade\.file is 'gone\.csv'; it can't be read"),
        (f'[intents."Big Trade"]\n{LINES}handoff = true\n', r"intents\.Big Trade"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(make_shop: Callable[..., Path], toml: str, told: str) -> None:
    with pytest.raises(BadShopFile, match=told):
        load_shop(make_shop(FILES, toml))


def test_a_line_of_the_file_without_text_is_named_by_its_number(make_shop: Callable[..., Path]) -> None:
    folder = make_shop(FILES, '[intents.trade]\nfile = "more.jsonl"\nhandoff = true\n')
    (folder / "more.jsonl").write_text('{"text": "wholesale?"}\n{"text": 5}\n', encoding="utf-8")
    with pytest.raises(BadShopFile, match=r"more\.jsonl:2: text is 5"):
        load_shop(folder)


def test_an_unknown_faq_entry_is_an_error_when_the_shop_is_read(make_shop: Callable[..., Path]) -> None:
    folder = make_shop(FILES, f'[intents.trade]\n{LINES}faq = "bulk-order"\n')
    with pytest.raises(BadShopFile, match=r"intents\.trade\.faq is 'bulk-order'; .*did you mean 'bulk-orders'"):
        read_shop(load_shop(folder))
