"""What a button carries: at most 64 bytes that mean the same after a restart, and in the language of the message it stands under."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from knowledge_base.catalogue import Catalogue
from knowledge_base.types import Locale, Product

LONGEST = 64
KINDS = {
    "d": "details", "s": "similar", "c": "cheaper", "o": "colours", "m": "more", "b": "before", "q": "say", "x": "do",
}  # fmt: skip
"""In a button's data -> what is wished for."""
_LETTERS = {name: letter for letter, name in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Press:
    """`about` is a product's id, a message's id, the number of a suggestion, or a command."""

    wish: str
    locale: Locale
    about: str = ""

    @property
    def data(self) -> str:
        """As it stands in the button; a product's id that is too long is told by its digest."""
        data = f"{_LETTERS[self.wish]}|{self.locale}|{self.about}"
        if len(data.encode()) > LONGEST:
            data = f"{_LETTERS[self.wish]}|{self.locale}|{_digest(self.about)}"
        return data


def press_of(data: str) -> Press | None:
    """None for what no button of ours carries."""
    letter, _, rest = data.partition("|")
    locale, mark, about = rest.partition("|")
    return Press(KINDS[letter], locale, about) if letter in KINDS and mark and locale else None


def product_of(press: Press, catalogue: Catalogue) -> Product | None:
    """The product as it is now; None where it isn't sold any more."""
    found = catalogue.get(press.about, press.locale)
    if found is None and press.about.startswith("#"):
        known = next((one for one in catalogue.order if _digest(one) == press.about), None)
        found = catalogue.get(known, press.locale) if known else None
    return found


def _digest(about: str) -> str:
    return "#" + sha256(about.encode()).hexdigest()[:24]
