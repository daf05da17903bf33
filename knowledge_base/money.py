"""Prices as people and systems write them -> exact Decimals. What could be read in two ways is refused, never guessed."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

_CURRENCIES = {
    "us$": "USD", "u$s": "USD", "us $": "USD", "dollars": "USD", "元": "CNY", "rmb": "CNY", "人民币": "CNY", "cn¥": "CNY", "圆": "CNY",
    "€": "EUR", "euro": "EUR", "£": "GBP", "hk$": "HKD", "港币": "HKD", "nt$": "TWD", "円": "JPY", "jp¥": "JPY", "a$": "AUD", "au$": "AUD",
    "c$": "CAD", "ca$": "CAD", "nz$": "NZD", "s$": "SGD", "r$": "BRL", "₹": "INR", "₩": "KRW", "₽": "RUB", "฿": "THB", "₫": "VND",
    "zł": "PLN", "kč": "CZK", "₺": "TRY", "chf": "CHF",
}  # fmt: skip
_SHARED = {
    "$": ("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "MXN"),
    "¥": ("CNY", "JPY"),
    "kr": ("SEK", "NOK", "DKK"),
}
"""Marks of several currencies: the shop's own where it is among them, else the first."""

_MONEY = re.compile(r"(?P<before>[^0-9+\-.,]*)(?P<number>[+\-]?\.?[0-9](?:[0-9.,' ]*[0-9])?)(?P<after>[^0-9]*)")
_SHAPES = (
    (re.compile(r"\d*\.?\d+"), ""),  # 1299, 1299.00
    (re.compile(r"[1-9]\d{0,2}(,\d{2,3})*,\d{3}(\.\d+)?"), ","),  # 1,299.00 and 1,29,900
    (re.compile(r"[1-9]\d{0,2}([ ']\d{3})+(\.\d+)?"), " '"),  # 1 299.00, 1'299.00
    (re.compile(r"[1-9]\d{0,2}([. ']\d{3})+,\d{1,2}"), ". '"),  # 1.299,00
    (re.compile(r"[1-9]\d{0,2}(\.\d{3}){2,}"), "."),  # 1.299.000
    (re.compile(r"\d+,\d{1,2}|0,\d+"), ""),  # 49,90
)
_TWOFOLD = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")


def money(value: object, shop_currency: str = "") -> tuple[Decimal, str | None]:
    """`"1,299.00"`, `"¥1999"`, `"49,90 EUR"`, `12.5` -> (amount, currency code or None). ValueError says what is wrong."""
    text = number_text(value) if isinstance(value, (int, float, Decimal)) else str(value)
    text = " ".join(unicodedata.normalize("NFKC", text).replace("’", "'").split())
    match = _MONEY.fullmatch(text) if len(text) <= 60 else None
    if not match:
        raise ValueError("is not a price; write a number such as 49.00")
    currency = _currency_of(match["before"], match["after"], shop_currency)
    if match["number"].startswith("-"):
        raise ValueError("a price can't be negative")
    typed = not isinstance(value, str)
    amount = _amount(match["number"].lstrip("+"), typed or (currency or shop_currency) in _THREE_DECIMALS)
    if amount.adjusted() > 9:
        raise ValueError("a price of ten digits or more is taken for a mistake")
    return amount, currency


def number_text(value: float | Decimal) -> str:
    """A number as a person would write it: a float's 19.990000000000002 is 19.99, a Decimal's 1E+2 is 100."""
    if isinstance(value, float):
        value = Decimal(f"{value:.15g}")  # 15 digits are what a float is sure of
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _amount(number: str, dot_is_decimal: bool) -> Decimal:
    if _TWOFOLD.fullmatch(number) and not dot_is_decimal:
        raise ValueError(f"could be {number.replace('.', '')} or {number}; write it with two decimals")
    for shape, marks in _SHAPES:
        if shape.fullmatch(number):
            plain = re.sub(f"[{marks}]", "", number) if marks else number
            return _undamaged(Decimal(plain.replace(",", ".")))
    raise ValueError("is not a price; write a number such as 49.00")


def _undamaged(amount: Decimal) -> Decimal:
    """Of more than 15 digits the last are a float's noise, written out by some export."""
    return Decimal(f"{float(amount):.15g}") if len(amount.as_tuple().digits) > 15 else amount


def _currency_of(before: str, after: str, shop_currency: str) -> str | None:
    found = {currency_code(mark, shop_currency) for mark in (before.strip(), after.strip()) if mark}
    if len(found) > 1:
        raise ValueError(f"names two currencies, {' and '.join(sorted(found))}")
    return next(iter(found), None)


def currency_code(mark: str, shop_currency: str = "") -> str:
    """`$`, `usd` or `元` -> an ISO 4217 code. ValueError where it is none."""
    known = mark.strip().strip(".:").casefold()
    if known in _SHARED:
        return shop_currency if shop_currency in _SHARED[known] else _SHARED[known][0]
    if known in _CURRENCIES:
        return _CURRENCIES[known]
    if re.fullmatch(r"[a-z]{3}", known):
        return known.upper()
    if re.fullmatch(r"[a-z]{3} ?[$¥€£]", known):  # USD $
        return known[:3].upper()
    raise ValueError(f"{mark!r} is not a currency; write a code such as USD")
