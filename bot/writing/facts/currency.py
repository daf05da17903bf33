"""A currency must be one that something found is in."""

from __future__ import annotations

import re

from bot.writing.facts.scene import Fault, Scene

_CURRENCIES = re.compile(
    r"\b(euros?|pounds sterling|yen|francs|yuan|rmb|canadian dollars|australian dollars)\b|欧元|英镑|日元|人民币|港币|加元|澳元"
)


def currency(scene: Scene) -> Fault | None:
    """A currency that nothing found is in."""
    match = _CURRENCIES.search(scene.lower)
    if match is None or match.group() in scene.known.all_text or scene.doubts or scene.asks or scene.read.spans:
        return None
    if scene.known.is_own_money(f"money:{_CODES.get(match.group(), '')}"):
        return None
    return match.group(), "price", f"prices are in {scene.known.shop.currency}"


_CODES = {
    "euro": "EUR", "euros": "EUR", "pounds sterling": "GBP", "yen": "JPY", "francs": "CHF", "yuan": "CNY", "rmb": "CNY", "canadian dollars": "CAD",
    "australian dollars": "AUD", "欧元": "EUR", "英镑": "GBP", "日元": "JPY", "人民币": "CNY", "港币": "HKD", "加元": "CAD", "澳元": "AUD",
}  # fmt: skip
