"""Small files of every format, made by hand, and a shop.toml beside them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from knowledge_base.types import Knowledge, Product

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FAQ = "- question: Do you deliver?\n  answer: Yes.\n"


def write_shop(folder: Path, sources: str, files: Mapping[str, str | bytes], about: str = "") -> Path:
    """shop.toml with these [[sources]] (each `file kind`, more keys after a `|`), and the files."""
    entries = []
    for source in sources.strip().splitlines():
        (file, kind), *more = source.split("|")[0].split(), *source.split("|")[1:]
        entries.append(
            f'[[sources]]\nfile = "{file}"\nkind = "{kind}"\n' + "\n".join(part.strip() for part in more) + "\n"
        )
    head = 'name = "Test"\nlocales = ["en", "zh"]\n' + about
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "shop.toml").write_text(head + "".join(entries), encoding="utf-8")
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def read(folder: Path, sources: str, files: Mapping[str, str | bytes], about: str = "") -> Knowledge:
    return read_shop(load_shop(write_shop(folder, sources, files, about)), now=NOON)


def products_of(folder: Path, name: str, content: str | bytes, keys: str = "", about: str = "") -> Sequence[Product]:
    return read(
        folder, f"{name} products {keys and '| ' + keys.replace(chr(10), '|')}", {name: content}, about
    ).products


def xlsx(rows: Sequence[Sequence[object]], *, sheets_before: Sequence[Sequence[Sequence[object]]] = ()) -> bytes:
    """A workbook with inline strings, numbers and booleans, as bare as readers take it."""
    sheets = [*sheets_before, rows]
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    names = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, len(sheets) + 1))
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{kinds}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kinds}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{kinds}"><sheets>{names}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{links}</Relationships>',
    }
    for n, sheet in enumerate(sheets, 1):
        lines = "".join(
            f'<row r="{r}">{"".join(_cell(f"{chr(64 + c)}{r}", cell) for c, cell in enumerate(row, 1))}</row>'
            for r, row in enumerate(sheet, 1)
        )
        parts[f"xl/worksheets/sheet{n}.xml"] = f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>'
    return zipped(parts)


def _cell(place: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float)):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return held.getvalue()


def pdf(*lines: str) -> bytes:
    """One page of Helvetica, a line below the other."""
    shown = "".join(f"({line}) Tj 0 -16 Td " for line in lines)
    stream = f"BT /F1 12 Tf 72 720 Td {shown}ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(out),
    )


def docx(*blocks: tuple[str, str] | Sequence[Sequence[str]]) -> bytes:
    """(style, text) paragraphs and tables (lists of rows)."""
    import docx as library

    document = library.Document()
    for block in blocks:
        if isinstance(block, tuple):
            document.add_paragraph(block[1], style=block[0])
            continue
        table = document.add_table(rows=0, cols=len(block[0]))
        for row in block:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()
