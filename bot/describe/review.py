"""The page that sets before and after side by side: one file, nothing foreign in it; it takes choices back as accepted.jsonl or by a token."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from bot.describe.batch import Written
from bot.describe.score import Score
from knowledge_base.shop import Shop

_SLOT = "{data}"


def page(shop: Shop, written: Sequence[Written], scores: Sequence[Score], token: str = "") -> str:
    """The whole page as HTML. With a `token` each choice is posted to `accept` at once, without one they are downloaded together."""
    items: list[dict[str, Any]] = [
        {**one.row, "score": score.as_json()} for one, score in zip(written, scores, strict=True)
    ]
    names = {locale: shop.name_in(locale) for locale in shop.locales}
    data = json.dumps({"shop": shop.name, "names": names, "token": token, "items": items}, ensure_ascii=False)
    before, after = files("bot.describe").joinpath("review.html").read_text(encoding="utf-8").split(_SLOT)
    return before + _within_script(data) + after


def _within_script(data: str) -> str:
    """JSON that can't end the element that it stands in."""
    return data.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
