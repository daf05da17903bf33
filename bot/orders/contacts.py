"""What an order is proved by: the e-mail or the phone on it, found in a customer's words and compared in constant time."""

from __future__ import annotations

import hmac
import re
from hashlib import sha256

from bot.order import Order

_EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_PHONE = re.compile(r"(?<![\w.])\+?\(?\d(?:[ ().-]{0,2}\d){6,14}(?![\w])")
_DAY = re.compile(r"(?:19|20)\d\d[-./ ]\d{1,2}[-./ ]\d{1,2}")
_TOLD = 10
"""Digits of a phone that have to fit; what stands before them is the country's, which people leave out."""


def contact_in(text: str, order_id: str | None = None) -> str:
    """The last e-mail or phone of a text, as it is compared; empty where there is none."""
    plain = re.sub(re.escape(order_id), " ", text, flags=re.IGNORECASE) if order_id else text
    found = [(match.start(), match.group().casefold()) for match in _EMAIL.finditer(plain)]
    plain = _DAY.sub(" ", _EMAIL.sub(lambda match: " " * len(match.group()), plain))
    found += [(match.start(), _digits(match.group())) for match in _PHONE.finditer(plain)]
    return max(found)[1] if found else ""


def without_contacts(text: str, email: str, phone: str) -> str:
    """The text with `email` and `phone` in their place."""
    return _PHONE.sub(phone, _EMAIL.sub(email, text))


def told_by(contact: str) -> str:
    """What of a contact has to fit: of a phone its last digits, whatever country is put before them."""
    return contact[-_TOLD:] if contact.isdigit() else contact


def proves(contact: str, order: Order | None) -> bool:
    """Whether a contact is the one on an order. Without an order as much is compared, and nothing fits."""
    email, phone = (order.email.casefold().strip(), _digits(order.phone)) if order else ("", "")
    fits = (
        _same(contact, email) & bool(email),
        _same(told_by(contact), told_by(phone)) & (len(phone) >= 7) & contact.isdigit(),
    )
    return any(fits)


def _same(one: str, other: str) -> bool:
    """Digests are compared: neither length nor content tells by time."""
    return hmac.compare_digest(sha256(one.encode()).digest(), sha256(other.encode()).digest())


def _digits(text: str) -> str:
    return "".join(letter for letter in text if "0" <= letter <= "9")
