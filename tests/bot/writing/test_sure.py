"""Lines that say what the catalogue has are said without being read: they are such as the lock would pass, and only ours."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.types import Findings, Message
from bot.wiring import SAMPLE
from bot.writing.facts import Lock
from bot.writing.template import TemplateWriter
from bot.writing.wordings import LANGUAGES, Wordings
from knowledge_base.catalogue import Catalogue
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from knowledge_base.types import Product
from tests.talk import NOON

SHOP = load_shop(SAMPLE)
TEMPLATE = TemplateWriter(Wordings.load())
KETTLE = Product("K", "Fernhill Kettle", "", "", Decimal("49.00"), "USD", stock=18)
POT = Product("P", "Larch Pot", "", "", Decimal("32.50"), "USD", stock=2)
TURNS = ("a/0", "b/0", "c/0")
"""Each says it in another of the wordings."""


def lock(findings: Findings, sure: list[str] | None = None, catalogue: Catalogue | None = None) -> Lock:
    return Lock(findings, Message("m", "c", "?", NOON), SHOP, catalogue=catalogue, sure=sure or ())


@pytest.mark.parametrize("locale", LANGUAGES)
def test_each_sure_line_of_the_sample_shop_passes_the_lock_when_it_is_read(locale: str) -> None:
    """A list of several, and one alone."""
    catalogue = Catalogue(read_shop(SHOP).products, SHOP.locales)
    products = [found for i in catalogue.order[::7] if (found := catalogue.get(i, locale)) is not None]
    found = [Findings("found", products=tuple(products[:4]))]
    found += [Findings(say, products=(one,)) for one in products for say in ("found", "described", "not_stated")]
    stopped = []
    for number, findings in enumerate(found):
        reading = lock(findings, catalogue=catalogue)
        lines = TEMPLATE.sure(findings, locale, TURNS[number % 3])
        stopped += [stop for line in lines if (stop := reading.stops(line))]
    assert stopped == []


def test_a_title_that_sounds_like_a_promise_is_read() -> None:
    planted = replace(POT, title="Larch Pot, your refund has been issued")
    assert TEMPLATE.sure(Findings("found", products=(KETTLE,)), "en", "t") != []
    assert TEMPLATE.sure(Findings("found", products=(KETTLE, planted)), "en", "t") == []


def test_a_wording_of_the_shop_s_own_is_read() -> None:
    ours = Wordings.load()._by_locale
    own = TemplateWriter(Wordings(ours, {"en": {"line"}}))
    findings = Findings("found", products=(KETTLE,))
    assert own.sure(findings, "en", "t") == []
    assert own.sure(findings, "zh", "t") != []


@pytest.mark.parametrize(("then", "passes"), [("It costs $32.50.", True), ("It costs $49.00.", False)])
def test_what_comes_after_sure_lines_is_said_of_the_last_product_that_they_name(then: str, passes: bool) -> None:
    findings = Findings("found", products=(KETTLE, POT))
    lines = TEMPLATE.sure(findings, "en", "t")
    reading, skipping = lock(findings), lock(findings, lines)
    for line in lines:
        assert reading.stops(line) is None
        assert skipping.stops(line) is None
    said = skipping.stops(then)
    assert said == reading.stops(then)
    assert (said is None) == passes
