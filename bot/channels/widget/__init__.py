"""The widget for a shop's own pages: hand-written files, served as one script. Nothing is built; comments and blanks stay at home."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from knowledge_base.shop import Shop

_HERE = Path(__file__).parent
_PARTS = ("words.js", "../event_stream.js", "wire.js", "drawing.js", "widget.js")
"""In this order they are one script, which exports nothing."""
_BLANKS = re.compile(r'("(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)|[ \t]*([][{}();,=:?&|<>+*])[ \t]*')
_AFTER = re.compile(r"([{}(,;])\n")
_LAST = re.compile(r";(?=})")


def script(shop: Shop) -> str:
    """The widget of a shop, whose name it knows."""
    return _script(tuple((locale, shop.name_in(locale)) for locale in ("en", "zh")))


@lru_cache(4)
def _script(names: tuple[tuple[str, str], ...]) -> str:
    known = {"SHOP": _inside(dict(names)), "CSS": _inside(_tight((_HERE / "widget.css").read_text(encoding="utf-8")))}
    head = "".join(f"const {name}={value};\n" for name, value in known.items())
    body = "\n".join(_bare((_HERE / part).read_text(encoding="utf-8")) for part in _PARTS)
    return f'(() => {{\n"use strict";\n{head}{body}\n}})();\n'


def _inside(value: str | Mapping[str, str]) -> str:
    """As a literal of JavaScript that can't end a script element."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")


def _bare(text: str) -> str:
    """Without comments, exports, indents and the blanks around signs, but for those in strings; in a regular expression a blank is written \\s."""
    lines = (re.sub(r"\s// .*", "", line).strip().removeprefix("export ") for line in text.splitlines())
    kept = "\n".join(line for line in lines if line and not line.startswith("//"))
    tight = _AFTER.sub(r"\1", _BLANKS.sub(lambda found: found[1] or found[2], kept))
    return _LAST.sub("", tight)


def _tight(css: str) -> str:
    return _LAST.sub("", re.sub(r"\s*([{};,>])\s*|(?<=:)\s+", r"\1", css))
