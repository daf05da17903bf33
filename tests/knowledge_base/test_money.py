"""Prices are exact, and what could be read in two ways is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.money import money


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1,299.00", "1299.00"), ("1.299,00", "1299.00"), ("1 299,00", "1299.00"), ("1\u202f299,00", "1299.00"),
        ("1'299.00", "1299.00"), ("1,29,900", "129900"), ("1.299.000", "1299000"), ("12,345,678.9", "12345678.9"),
        ("49,90", "49.90"), ("0,125", "0.125"), ("0.125", "0.125"), (".99", ".99"), ("１，２９９．００", "1299.00"), ("1,299", "1299"),
        ("0", "0"), ("0.00", "0.00"), (0, "0"),
    ],
)  # fmt: skip
def test_thousand_marks_and_decimal_marks_are_told_apart(written: object, amount: str) -> None:
    assert str(money(written)[0]) == str(Decimal(amount))


@pytest.mark.parametrize(
    ("number", "amount"),
    [(19.99, "19.99"), (19.990000000000002, "19.99"), (0.1, "0.1"), (0.1 + 0.2, "0.3"), (1e3, "1000"), (Decimal("1E+2"), "100"),
     ("19.990000000000002", "19.99"), ("0.1000000000000000055511151231257827", "0.1"), (Decimal("1.299"), "1.299")],
)  # fmt: skip
def test_a_floats_noise_never_reaches_a_price(number: object, amount: str) -> None:
    assert str(money(number)[0]) == amount


@given(st.decimals(min_value=0, max_value=999_999_999, places=2))
def test_any_price_comes_back_as_written_from_a_text_a_float_and_thousand_marks(price: Decimal) -> None:
    assert money(str(price)) == money(f"{price:,}") == money(Decimal(price)) == (price, None)
    assert money(float(price))[0] == price


@pytest.mark.parametrize(
    ("written", "currency"),
    [
        ("$5", "USD"), ("US$ 5.00", "USD"), ("5 USD", "USD"), ("usd 5", "USD"), ("USD $5", "USD"), ("¥1999", "CNY"), ("￥1999", "CNY"),
        ("1999元", "CNY"), ("¥1999元", "CNY"), ("RMB 5", "CNY"), ("5 €", "EUR"), ("£5", "GBP"), ("HK$5", "HKD"), ("C$5", "CAD"), ("5", None),
    ],
)  # fmt: skip
def test_currency_marks_are_codes(written: str, currency: str | None) -> None:
    assert money(written)[1] == currency


@pytest.mark.parametrize(("written", "home"), [("$5", "CAD"), ("¥500", "JPY"), ("5 kr", "NOK"), ("HK$5", "HKD")])
def test_a_mark_of_several_currencies_is_the_shops_own(written: str, home: str) -> None:
    assert money(written, home)[1] == home


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("1.299", "could be 1299 or 1.299"), ("€12.500", "could be 12500 or 12.500"), ("free", "is not a price"), ("", "is not a price"),
        ("NaN", "is not a price"), (float("nan"), "is not a price"), (float("inf"), "is not a price"), (True, "is not a price"),
        ("5 6", "is not a price"), ("1,5,0", "is not a price"), ("$5-$10", "is not a price"), ("1.3E+03", "."), ("-3", "can't be negative"),
        ("10万", "is not a currency"), ("199/件", "is not a currency"), ("5 bananas", "is not a currency"), ("$5 EUR", "names two currencies"),
        ("99999999999", "ten digits"), ("1" * 100, "is not a price"), ("9" * 10_000, "is not a price"),
    ],
)  # fmt: skip
def test_what_is_no_price_or_two_is_refused_with_the_reason(written: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        money(written)


def test_three_decimals_are_a_price_where_the_currency_has_three() -> None:
    assert money("1.299", "KWD") == (Decimal("1.299"), None)
