"""Pages and policies: Markdown, HTML, PDF, DOCX and plain text -> a Document of sections under their headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from knowledge_base.errors import UnreadableFile
from knowledge_base.readers.decode import checked, checked_zip, clean, read_text
from knowledge_base.readers.markup import Block, html_blocks, markup_blocks, row_text, table_lines
from knowledge_base.types import Document, Section


def read_document(file: Path, locale: str, document_id: str, format: str | None = None) -> Document:
    """Raises UnreadableFile for a file that can't be parsed, has no text, or is of a format that isn't known."""
    checked(file)
    reader = _READERS.get(format or _FORMATS.get(file.suffix.lower(), ""))
    if reader is None:
        raise UnreadableFile(
            str(file), f"documents end in {', '.join(sorted(_FORMATS))}; else set `format` in shop.toml"
        )
    blocks = [(level, text) for level, raw in reader(file) if (text := clean(raw).strip())]
    if not blocks:
        raise UnreadableFile(str(file), "it has no text (a scanned PDF needs text recognition first)")
    title = _title(blocks) or clean(file.stem).replace("_", " ").replace("-", " ")
    sections = _sections(blocks, title) or [Section((title,), title)]
    return Document(document_id, title, tuple(sections), locale)


def _title(blocks: Sequence[Block]) -> str | None:
    """The first heading, where all others stand below it."""
    levels = [level for level, _ in blocks if level]
    if not levels or levels[0] > 1 or levels.count(levels[0]) > 1:
        return None
    return next(text for level, text in blocks if level)


def _sections(blocks: Iterable[Block], title: str) -> list[Section]:
    """The title stands first in each heading path; a heading with nothing under it is left out."""
    sections: list[Section] = []
    path: list[tuple[int, str]] = [(0, title)]
    held: list[str] = []

    def close() -> None:
        if held:
            sections.append(Section(tuple(text for _, text in path), "\n".join(held)))
            held.clear()

    for level, text in blocks:
        if level:
            close()
            path[:] = [(depth, name) for depth, name in path if depth < level]
            if not (level == 1 and text == title):
                path.append((level, text))
        else:
            held.append(text)
    close()
    return sections


def markdown_blocks(file: Path) -> list[Block]:
    """Headings, paragraphs, list items and table rows; a table row is told with its column headings."""
    from markdown_it import MarkdownIt

    blocks: list[Block] = []
    level = 0
    row: list[str] = []
    headings: list[str] = []
    in_table = in_head = False
    text = re.sub(r"\A---\n.*?\n---\n", "", read_text(file), flags=re.DOTALL)  # front matter is no text for customers
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = 0
        elif token.type in ("thead_open", "thead_close"):
            in_head = token.type == "thead_open"
        elif token.type in ("table_open", "table_close"):
            in_table = token.type == "table_open"
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            if in_head:
                headings = row
            else:
                blocks.append((0, row_text(headings, row)))
        elif token.type == "inline":
            text = _inline(token.children or [])
            if in_table:
                row.append(text)
            else:
                blocks.append((level, text))
        elif token.type in ("fence", "code_block"):
            blocks.append((0, token.content))
        elif token.type == "html_block":
            blocks += markup_blocks(token.content)
    return blocks


def _inline(children: Iterable[object]) -> str:
    parts = []
    for child in children:
        kind = getattr(child, "type", "")
        if kind in ("text", "code_inline", "image"):  # an image's words are its alternative text
            parts.append(str(getattr(child, "content", "")))
        elif kind in ("softbreak", "hardbreak") or (
            kind == "html_inline" and str(getattr(child, "content", "")).casefold().startswith("<br")
        ):
            parts.append("\n")
    joined = "".join(parts)
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n|\n(?=[\u3000-\u9fff\uff00-\uffef])", "", joined).replace(
        "\n", " "
    )


def text_blocks(file: Path) -> list[Block]:
    """Paragraphs are set apart by empty lines; a short line alone that ends without a stop is a heading."""
    blocks: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", read_text(file)):
        lines = [line.strip() for line in paragraph.split("\n") if line.strip()]
        heading = len(lines) == 1 and 0 < len(lines[0]) <= 60 and not re.search(r"[.!?。！？:：;；,，]$", lines[0])
        blocks.append((2 if heading else 0, " ".join(lines)))
    return blocks


def pdf_blocks(file: Path) -> list[Block]:
    """The text layer, page by page; lines are joined into paragraphs at sentence ends. Headings aren't marked in a PDF."""
    from pypdf import PdfReader

    try:
        reader = PdfReader(str(file))
        pages = [] if reader.is_encrypted and not reader.decrypt("") else [page.extract_text() for page in reader.pages]
    except Exception as error:  # pypdf raises whatever a broken file leads it to
        raise UnreadableFile(str(file), f"it isn't a readable PDF ({_said(error)})") from error
    if not pages:
        raise UnreadableFile(str(file), "it has no pages that can be read without a password")
    blocks: list[Block] = []
    held = ""
    for line in "\n".join(pages).split("\n"):
        held = _joined(held, line.strip())
        if not line.strip() or re.search(r"[.!?。！？]$", held):
            blocks.append((0, held))
            held = ""
    return [*blocks, (0, held)]


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def _joined(held: str, line: str) -> str:
    if not held or not line:
        return held or line
    han = "\u3000" <= held[-1] <= "\uffef" and "\u3000" <= line[0] <= "\uffef"
    return held + ("" if han else " ") + line


def docx_blocks(file: Path) -> list[Block]:
    """Paragraphs and tables in their order."""
    import docx
    from docx.table import Table

    checked_zip(file)
    try:
        blocks: list[Block] = []
        for item in docx.Document(str(file)).iter_inner_content():
            if isinstance(item, Table):
                blocks += [(0, line) for line in table_lines([_docx_row(row) for row in item.rows])]
            else:
                blocks.append((_docx_level(item), item.text))
    except Exception as error:  # so do python-docx and lxml below it
        raise UnreadableFile(str(file), f"it isn't a readable DOCX file ({_said(error)})") from error
    titled = any(level < 0 for level, _ in blocks)  # then Heading 1 stands below the Title
    return [(1 if level < 0 else level + titled if level else 0, text) for level, text in blocks]


def _docx_row(row: Any) -> list[str]:
    """A merged cell comes once for each column it spans."""
    cells = {cell._tc: cell.text.strip() for cell in row.cells}
    return list(cells.values())


def _docx_level(paragraph: Any) -> int:
    """A heading's level, -1 for the document's title, 0 for a paragraph."""
    style = str(paragraph.style.name or "") if paragraph.style is not None else ""
    heading = re.match(r"(?:Heading|标题) ?(\d)", style, re.IGNORECASE)
    return -1 if style == "Title" else int(heading[1]) if heading else 0


_FORMATS: Mapping[str, str] = {
    ".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".pdf": "pdf", ".docx": "docx",
    ".txt": "text", ".text": "text",
}  # fmt: skip

_READERS: Mapping[str, Callable[[Path], list[Block]]] = {
    "markdown": markdown_blocks,
    "html": html_blocks,
    "pdf": pdf_blocks,
    "docx": docx_blocks,
    "text": text_blocks,
}
