"""HTML -> blocks or plain lines, by a stack and not by recursion: whoever writes the markup decides how deep it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import Any

from knowledge_base.readers.decode import read_text

Block = tuple[int, str]
"""A heading with its level from 1, or a paragraph with level 0."""


def row_text(headings: list[str], row: list[str]) -> str:
    """A table row as one line: the first cell, then each other cell behind its heading."""
    if not any(row):
        return ""
    pairs = [f"{heading} {cell}".strip() for heading, cell in zip(headings[1:], row[1:], strict=False) if cell]
    return f"{row[0]}: {'; '.join(pairs)}" if pairs else row[0]


def table_lines(rows: Sequence[list[str]]) -> list[str]:
    """Each row told with the headings of the first; a single row is its cells."""
    return [row_text(rows[0], row) for row in rows[1:]] if len(rows) > 1 else [" ".join(row) for row in rows]


def html_blocks(file: Path) -> list[Block]:
    return markup_blocks(read_text(file))


def html_text(markup: str) -> str:
    """The words of a piece of HTML, a line a block; text without markup keeps its lines."""
    if not _TAG.search(markup):
        return unescape(markup).strip()
    return "\n".join(text for _, text in markup_blocks(markup))


_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_INLINE = frozenset(
    """
    a abbr b bdi cite code del em font i ins kbd label mark q s small span strong sub sup u wbr
    """.split()
)


def markup_blocks(markup: str) -> list[Block]:
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(_ANY_TAG.sub(" ", markup) if _is_nested_beyond_reason(markup) else markup)
    tree.strip_tags(["script", "style", "nav", "header", "footer", "noscript", "template", "form", "head"])
    blocks: list[Block] = []
    loose: list[str] = []
    for kind, text in _pieces(tree.body):
        if kind == "words":
            loose.append(text)
            continue
        if paragraph := _one_line("".join(loose)):
            blocks.append((0, paragraph))
        loose.clear()
        if kind != "break":
            blocks.append((int(kind), text))
    return blocks


_ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>?")
_NEVER_DEEP = frozenset(
    """
    area base br col embed hr img input link meta source track wbr p li dt dd td th tr option
    """.split()
)


def _is_nested_beyond_reason(markup: str) -> bool:
    """The parser's time grows with the square of the depth: a minute for 100,000 open tags."""
    depth = 0
    for closing, tag in _ANY_TAG.findall(markup) if markup.count("<") > 1000 else ():
        depth = max(0, depth + (0 if tag.lower() in _NEVER_DEEP else -1 if closing else 1))
        if depth > 1000:
            return True
    return False


def _pieces(body: Any) -> Iterator[tuple[str, str]]:
    """(`words`, text), (`break`, nothing), (a heading's level, its text) in their order; by a stack, as nesting has no limit."""
    stack: list[Any] = [body] if body is not None else []
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            yield node
            continue
        tag = str(node.tag)
        if tag[0] not in "-_!" and _is_hidden(node):
            continue
        if tag == "-text":
            yield "words", node.text_content or ""
        elif re.fullmatch("h[1-6]", tag):
            yield "break", ""
            yield tag[1], _one_line(node.text())
        elif tag == "table":
            yield "break", ""
            yield from (("0", line) for line in _table(node))
        elif tag == "br":
            yield "break", ""
        else:
            edge = [] if tag in _INLINE else [("break", "")]
            stack += [*edge, *reversed(list(node.iter(include_text=True))), *edge]
    yield "break", ""


_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?!\.?[1-9])|opacity\s*:\s*0(?!\.?0*[1-9])"
    r"|(?:left|top|text-indent)\s*:\s*-\d{3,}|color\s*:\s*(?:transparent|white|#fff(?:fff)?)\b|clip\s*:\s*rect\(0",
    re.IGNORECASE,
)
"""Styles by which a reader of the page doesn't see an element; what stands in a style sheet isn't looked up."""


def _is_hidden(node: Any) -> bool:
    given = node.attributes
    return "hidden" in given or given.get("aria-hidden") == "true" or bool(_HIDDEN.search(given.get("style") or ""))


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _table(table: Any) -> list[str]:
    return table_lines([[_one_line(cell.text()) for cell in row.css("th,td")] for row in table.css("tr")])
