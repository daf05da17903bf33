"""A shop that is written in one language answers customers who write the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.wiring import SAMPLE, open_shop
from tests.talk import Talk


def half_of_the_sample(make_shop: Callable[..., Path], locale: str) -> Path:
    faq = (SAMPLE / f"faq.{locale}.yaml").read_text(encoding="utf-8")
    folder = make_shop({f"faq.{locale}.yaml": faq}, name=locale)
    source = f'[[sources]]\nfile = "faq.{locale}.yaml"\nkind = "faq"\nlocale = "{locale}"\n'
    (folder / "shop.toml").write_text(f'name = "Half"\nlocales = ["{locale}"]\n{source}', encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("written", "asked", "answer"),
    [
        ("en", "可以用信用卡付款吗？", "Visa"),
        ("en", "怎么退货？", "return"),
        ("zh", "Can I pay by credit card?", "Visa"),
        ("zh", "How many days do I have to return something?", "30"),
    ],
)
async def test_a_question_in_the_other_language_gets_the_shops_answer(
    make_shop: Callable[..., Path], tmp_path: Path, written: str, asked: str, answer: str
) -> None:
    settings = Settings(data_dir=tmp_path / "data", shop=half_of_the_sample(make_shop, written), _env_file=None)
    async with open_shop(settings) as opened:
        reply = await Talk(opened.engine)(asked)
        assert reply.intent == "ask"
        assert answer in reply.text


@pytest.mark.slow
async def test_what_the_shop_has_not_written_is_not_answered_in_the_other_language_either(
    make_shop: Callable[..., Path], tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path / "data", shop=half_of_the_sample(make_shop, "en"), _env_file=None)
    async with open_shop(settings) as opened:
        reply = await Talk(opened.engine)("珠穆朗玛峰有多高？")
        assert not reply.cites
