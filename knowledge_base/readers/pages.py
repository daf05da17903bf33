"""Pages and policies: Markdown, HTML, PDF, DOCX and plain text -> a Document of sections under their headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from knowledge_base.errors import UnreadableFile
from knowledge_base.readers.decode import read_text
from knowledge_base.types import Document, Section

Block = tuple[int, str]
"""A heading with its level from 1, or a paragraph with level 0."""


def read_document(file: Path, locale: str, document_id: str) -> Document:
    """Raises UnreadableFile for a file that can't be parsed, has no text, or has an ending that isn't known."""
    reader = READERS.get(file.suffix.lower())
    if reader is None:
        raise UnreadableFile(str(file), f"documents end in {', '.join(sorted(READERS))}")
    blocks = [(level, text.strip()) for level, text in reader(file) if text.strip()]
    if not blocks:
        raise UnreadableFile(str(file), "it has no text (a scanned PDF needs text recognition first)")
    title = next((text for level, text in blocks if level), "") or file.stem.replace("_", " ").replace("-", " ")
    return Document(document_id, title, tuple(_sections(blocks, title)), locale)


def _sections(blocks: Iterable[Block], title: str) -> list[Section]:
    sections: list[Section] = []
    path: list[tuple[int, str]] = [(1, title)]
    held: list[str] = []

    def close() -> None:
        if held:
            sections.append(Section(tuple(text for _, text in path), "\n".join(held)))
            held.clear()

    for level, text in blocks:
        if level:
            close()
            path[:] = [(depth, name) for depth, name in path if depth < level]
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
    for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(read_text(file)):
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
    return blocks


def _inline(children: Iterable[object]) -> str:
    parts = []
    for child in children:
        kind = getattr(child, "type", "")
        if kind in ("text", "code_inline"):
            parts.append(str(getattr(child, "content", "")))
        elif kind in ("softbreak", "hardbreak"):
            parts.append("\n")
    joined = "".join(parts)
    return re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n|\n(?=[\u3000-\u9fff\uff00-\uffef])", "", joined).replace(
        "\n", " "
    )


def row_text(headings: list[str], row: list[str]) -> str:
    """A table row as one line: the first cell, then each other cell behind its heading."""
    if not any(row):
        return ""
    pairs = [f"{heading} {cell}".strip() for heading, cell in zip(headings[1:], row[1:], strict=False) if cell]
    return f"{row[0]}: {'; '.join(pairs)}" if pairs else row[0]


def html_blocks(file: Path) -> list[Block]:
    return _html_blocks(read_text(file))


def html_text(markup: str) -> str:
    """The words of a piece of HTML, a line a block; text without markup comes back as it is."""
    if "<" not in markup:
        return markup.strip()
    return "\n".join(text for _, text in _html_blocks(markup))


def _html_blocks(markup: str) -> list[Block]:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

    tree = LexborHTMLParser(markup)
    tree.strip_tags(["script", "style", "nav", "header", "footer", "noscript", "template", "form"])
    blocks: list[Block] = []
    loose: list[str] = []

    def flush() -> None:
        text = re.sub(r"\s+", " ", "".join(loose)).strip()
        loose.clear()
        if text:
            blocks.append((0, text))

    def visit(node: LexborNode) -> None:
        for child in node.iter(include_text=True):
            tag = str(child.tag)
            if tag == "-text":
                loose.append(child.text_content or "")
            elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
                flush()
                blocks.append((int(tag[1]), re.sub(r"\s+", " ", child.text()).strip()))
            elif tag == "table":
                flush()
                blocks.extend((0, line) for line in _html_table(child))
            elif tag == "br":
                flush()
            elif tag in ("a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "sub", "sup", "u", "mark"):
                visit(child)
            else:
                flush()
                visit(child)
                flush()

    if tree.body is not None:
        visit(tree.body)
    flush()
    return blocks


def _html_table(table: object) -> list[str]:
    rows = [[re.sub(r"\s+", " ", cell.text()).strip() for cell in row.css("th,td")] for row in table.css("tr")]  # type: ignore[attr-defined]
    return [row_text(rows[0], row) for row in rows[1:]] if len(rows) > 1 else [" ".join(row) for row in rows]


def text_blocks(file: Path) -> list[Block]:
    """Paragraphs are set apart by empty lines; a short line alone that ends without a stop is a heading."""
    blocks: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", read_text(file)):
        lines = [line.strip() for line in paragraph.split("\n") if line.strip()]
        heading = len(lines) == 1 and len(lines[0]) <= 60 and not re.search(r"[.!?。！？:：;；,，]$", lines[0])
        blocks.append((2 if heading else 0, " ".join(lines)))
    return blocks


def pdf_blocks(file: Path) -> list[Block]:
    """The text layer, page by page; lines are joined into paragraphs at sentence ends. Headings aren't marked in a PDF."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        pages = [page.extract_text() for page in PdfReader(str(file)).pages]
    except (PyPdfError, OSError, ValueError, KeyError) as error:
        raise UnreadableFile(str(file), f"it isn't a readable PDF ({error})") from error
    blocks: list[Block] = []
    held = ""
    for line in "\n".join(pages).split("\n"):
        held = _joined(held, line.strip())
        if not line.strip() or re.search(r"[.!?。！？]$", held):
            blocks.append((0, held))
            held = ""
    return [*blocks, (0, held)]


def _joined(held: str, line: str) -> str:
    if not held or not line:
        return held or line
    han = "\u3000" <= held[-1] <= "\uffef" and "\u3000" <= line[0] <= "\uffef"
    return held + ("" if han else " ") + line


def docx_blocks(file: Path) -> list[Block]:
    """Paragraphs and tables in their order."""
    import zipfile

    from docx import Document as open_docx
    from docx.opc.exceptions import PackageNotFoundError
    from docx.table import Table

    try:
        document = open_docx(str(file))
    except (PackageNotFoundError, KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise UnreadableFile(str(file), f"it isn't a DOCX file ({error})") from error
    blocks: list[Block] = []
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            rows = [[cell.text.strip() for cell in row.cells] for row in item.rows]
            blocks.extend((0, row_text(rows[0], row)) for row in rows[1:])
        else:
            style = (item.style.name or "") if item.style is not None else ""
            level = re.match(r"(?:Heading|标题) ?(\d)", style)
            blocks.append((1 if style == "Title" else int(level[1]) if level else 0, item.text))
    return blocks


READERS: dict[str, Callable[[Path], list[Block]]] = {
    ".md": markdown_blocks, ".markdown": markdown_blocks, ".html": html_blocks, ".htm": html_blocks, ".pdf": pdf_blocks,
    ".docx": docx_blocks, ".txt": text_blocks, ".text": text_blocks,
}  # fmt: skip
