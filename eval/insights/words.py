"""The words of the pages, and how each language writes numbers, money and days."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.writing.forms import money
from eval.insights.intervals import Interval


@dataclass(frozen=True, slots=True)
class Words:
    locale: str
    currency: str
    timezone: tzinfo
    least: int

    def say(self, key: str, **values: object) -> str:
        """Raises KeyError for a wording that there isn't."""
        return str(_wordings()[self.locale][key]).format(**values)

    def people(self, count: int | None) -> str:
        return self.say("withheld") if count is None else f"{count:,}"

    def count(self, count: int | None) -> str:
        """Of people or what they did; None is of too few to tell how many."""
        return self.say("fewer", least=self.least) if count is None else f"{count:,}"

    def share(self, share: Interval | None) -> str:
        """With its interval, in whole per cent."""
        if share is None:
            return self.say("withheld")
        return self.say("share_of", value=f"{share.value:.0%}".rstrip("%"), low=f"{share.low:.0%}".rstrip("%"), high=f"{share.high:.0%}".rstrip("%"))  # fmt: skip

    def seconds(self, seconds: float) -> str:
        key, size = next((key, size) for key, size in (("hours", 3600), ("minutes", 60), ("seconds", 1)) if seconds >= size or size == 1)  # fmt: skip
        return self.say(f"in_{key}", n=f"{seconds / size:.{0 if seconds / size >= 10 else 1}f}")

    def percent(self, share: float | None, signed: bool = False) -> str:
        return self.say("nothing") if share is None else f"{share:{'+' if signed else ''}.1%}".replace("%", " %")

    def money(self, amount: float | Decimal | None) -> str:
        if amount is None:
            return self.say("nothing")
        return money(Decimal(str(round(amount, 2))).quantize(Decimal("0.01")), self.currency, self.locale)

    def days(self, days: float | None) -> str:
        return self.say("nothing") if days is None else self.say("days", days=f"{days:.0f}")

    def day(self, at: datetime | None) -> str:
        if at is None:
            return self.say("nothing")
        local = at.astimezone(self.timezone)
        return f"{local.year}年{local.month}月{local.day}日" if self.locale == "zh" else f"{local.day} {local:%B %Y}"

    def span(self, low: object, high: object) -> str:
        return self.say("more", low=low) if high is None else self.say("to", low=low, high=high)


@lru_cache(1)
def _wordings() -> dict[str, dict[str, Any]]:
    """Of every words*.toml here; a part of the report may bring a file of its own."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(Path(__file__).parent.glob("words*.toml")):
        for locale, told in tomllib.loads(file.read_text(encoding="utf-8")).items():
            found.setdefault(locale, {}).update(told)
    return found
