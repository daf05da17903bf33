"""A report put out: to a page, as JSON, or on the terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from eval.insights.blocks import Report
    from eval.insights.words import Words


def put_out(figures: Mapping[str, Any], report: Report, words: Words, html: Path | None, as_json: bool) -> None:
    from eval.insights.blocks import printed
    from eval.insights.page import page

    if html is not None:
        html.write_text(page(report, words.locale), encoding="utf-8")
        print(f"{html} is written.", file=sys.stderr)
    if as_json:
        print(as_text(figures))
    elif html is None:
        printed(report)


def as_text(figures: Mapping[str, Any]) -> str:
    """As JSON; money and shares as numbers, times and days as ISO writes them."""
    return json.dumps(figures, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: object) -> object:
    return (
        value.isoformat()
        if isinstance(value, (datetime, date))
        else float(value)
        if isinstance(value, Decimal)
        else str(value)
    )
