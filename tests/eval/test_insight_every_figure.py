"""Every figure of the report's JSON worked out again from the rows in plain Python, in both languages; and every number of its page looked up in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.figures import report
from tests.figures.customers import customers
from tests.figures.market import market
from tests.figures.numbers import strangers
from tests.figures.report import Given, Made
from tests.figures.said import chats, feelings, reviews
from tests.figures.shares import flat
from tests.figures.trial import recommendations

WORDS = ("names", "words", "quotes", "is_known", "id", "wanted")
"""What the JSON has beside figures: the report's words, and what customers wrote."""
Whole = tuple[Mapping[str, Made], Given, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    at_hand = tmp_path_factory.mktemp("every-figure")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SHOPCLERK_DATA_DIR", str(at_hand / "data"))
        yield report.made(at_hand / "shop")


def _again(part: str, locale: str, given: Given, turns: list[dict[str, Any]]) -> dict[str, Any]:
    if part == "customers":
        return customers(locale)
    if part == "recommendations":
        return recommendations()
    if part == "market":
        return market(turns, given.searches, locale)
    return {"topics": lambda: chats(turns, given), "reviews": lambda: reviews(given), "feelings": lambda: feelings(given, locale)}[part]()  # fmt: skip


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize("part", ["topics", "reviews", "feelings", "customers", "recommendations", "market"])
def test_every_figure_is_what_the_rows_say(told: Whole, part: str, locale: str) -> None:
    reports, given, turns = told
    found, expected = _figures(reports[locale].figures[part]), flat(_again(part, locale, given, turns))
    assert found.keys() == expected.keys(), "every figure of the JSON is worked out again here"
    for at, value in expected.items():
        assert found[at] == (pytest.approx(value, abs=1e-9) if isinstance(value, float) else value), at


def _figures(part: Any) -> dict[str, Any]:
    def without(value: Any) -> Any:
        if isinstance(value, Mapping):
            kept = {name: one for name, one in value.items() if name not in WORDS}
            return {name: without(one) for name, one in kept.items() if "wanted" not in value or name != "others"}
        return [without(one) for one in value] if isinstance(value, list) else value

    return flat(without(part))


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_every_number_of_the_page_stands_in_the_json(told: Whole, locale: str) -> None:
    reports, _, _ = told
    assert strangers(reports[locale].html, reports[locale].figures, locale) == []
