"""The widget for a shop's own pages: hand-written files, served as one script. Nothing is built; indents and comments stay at home."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from knowledge_base.shop import Shop

_HERE = Path(__file__).parent
_PARTS = ("words.js", "wire.js", "drawing.js", "widget.js")
"""In this order they are one script."""


def script(shop: Shop) -> str:
    """The widget of a shop, whose name it knows."""
    names = {locale: shop.name_in(locale) for locale in ("en", "zh")}
    known = {"SHOP": _inside(names), "CSS": _inside(_tight((_HERE / "widget.css").read_text(encoding="utf-8")))}
    lines = [f"const {name} = {value};" for name, value in known.items()]
    for part in _PARTS:
        lines += _bare((_HERE / part).read_text(encoding="utf-8"))
    return "(() => {\n" + "\n".join(['"use strict";', *lines]) + "\n})();\n"


def _inside(value: str | Mapping[str, str]) -> str:
    """As a literal of JavaScript that can't end a script element."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/")


def _bare(text: str) -> list[str]:
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("//")]


def _tight(css: str) -> str:
    return re.sub(r"\s*([{};,>])\s*|(?<=:)\s+", r"\1", css)
