"""Whatever lies at a path, reading ends with Knowledge or with a clear KnowledgeError."""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from kb_files import FAQ, docx, pdf, products_of, read, write_shop, xlsx, zipped

from knowledge_base.errors import KnowledgeError, UnreadableFile
from knowledge_base.passages import cut
from knowledge_base.readers import decode
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop

KINDS = [
    "p.csv products",
    "p.jsonl products",
    "p.xlsx products",
    "p.xml products",
    "d.md documents",
    "d.pdf documents",
    "d.docx documents",
]


@pytest.mark.parametrize("source", KINDS)
def test_a_folder_with_a_files_name_is_told(tmp_path: Path, source: str) -> None:
    (tmp_path / source.split()[0]).mkdir()
    with pytest.raises(UnreadableFile, match="it is a folder"):
        read(tmp_path, source, {})


@pytest.mark.parametrize("source", ["p.csv products", "d.md documents"])
def test_a_loop_of_links_is_told(tmp_path: Path, source: str) -> None:
    name = source.split()[0]
    (tmp_path / name).symlink_to(tmp_path / "other")
    (tmp_path / "other").symlink_to(tmp_path / name)
    with pytest.raises(UnreadableFile, match="symbolic links"):
        read(tmp_path, source, {})


def test_a_folder_that_links_to_itself_does_not_trap_a_pattern(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "again").symlink_to(tmp_path)
    assert "a" in [d.title for d in read(tmp_path, "**/*.md documents", {"a.md": "hello"}).documents]


def test_a_pipe_or_a_device_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p.csv")
    for file in ("p.csv", "/dev/zero"):
        with pytest.raises(UnreadableFile, match="isn't a plain file"):
            read(tmp_path, f"{file} products | format = 'csv'", {})


@pytest.mark.parametrize("source", [s.replace(".", "-missing.") for s in KINDS])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, source: str) -> None:
    with pytest.raises(UnreadableFile, match=r"-missing.*there is no such file; correct `file`"):
        read(tmp_path, source, {})


def test_a_pattern_that_matches_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"policies/\*\.md.*no file matches"):
        read(tmp_path, "policies/*.md documents", {})


@pytest.fixture
def as_nobody() -> Iterator[None]:
    """Root may read everything, so the test becomes someone who may not."""
    was = os.geteuid()
    if was == 0:
        os.seteuid(65534)
    yield
    os.seteuid(was)


@pytest.mark.parametrize("locked", ["file", "folder"])
@pytest.mark.parametrize("source", ["sub/p.csv products", "sub/d.pdf documents"])
def test_a_file_without_permission_is_told(
    tmp_path: Path, locked: str, source: str, request: pytest.FixtureRequest
) -> None:
    shop = load_shop(write_shop(tmp_path, source, {source.split()[0]: pdf("x")}))
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.geteuid() and folder != Path("/tmp"):
            folder.chmod(0o755)
    target = tmp_path / source.split()[0]
    (target if locked == "file" else target.parent).chmod(0)
    request.getfixturevalue("as_nobody")
    with pytest.raises(UnreadableFile, match=r"(?i)permission"):
        read_shop(shop)


def test_absolute_and_upward_paths_are_read(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("id,title,price\nA,a,1\n")
    shop = tmp_path / "shop"
    for file in ("../out.csv", str(tmp_path / "out.csv"), "./../shop/../out.csv"):
        assert read(shop, f"{file} products", {}).products[0].id == "A"


def test_a_name_with_brackets_is_a_name_where_such_a_file_lies(tmp_path: Path) -> None:
    assert products_of(tmp_path, "p[1].csv", "id,title,price\nA,a,1\n")[0].id == "A"


def test_a_zero_byte_in_a_file_name_is_told(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError):
        read(tmp_path, "p\\u0000.csv products", {})


@pytest.mark.parametrize("name", ["b.xlsx", "b.docx"])
def test_what_unpacks_beyond_measure_is_not_unpacked(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decode, "LARGEST", 10_000_000)  # a bomb of the true size would take minutes to make
    bomb = zipped({"xl/worksheets/sheet1.xml": b"0" * 20_000_000, "word/document.xml": b"0"})
    kind = "products" if name.endswith("xlsx") else "documents"
    with pytest.raises(UnreadableFile, match=r"it unpacks to 20,000,001 bytes"):
        read(tmp_path, f"{name} {kind}", {name: bomb})


def test_a_file_too_large_to_be_held_is_told(tmp_path: Path) -> None:
    with (tmp_path / "p.csv").open("wb") as file:
        file.truncate(decode.LARGEST + 1)  # sparse
    with pytest.raises(UnreadableFile, match="more than 1,000,000,000 bytes"):
        read(tmp_path, "p.csv products", {})


@pytest.mark.parametrize(
    "content", [b"", b"no workbook", b"PK\x03\x04", xlsx([["id"]])[:-60], xlsx([]), zipped({"a.txt": "x"})]
)
def test_a_broken_or_empty_workbook_is_told(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"isn't a readable XLSX workbook|no sheet has any row"):
        read(tmp_path, "p.xlsx products", {"p.xlsx": content})


BASE: dict[str, bytes] = {
    "p.xlsx products": xlsx([["id", "title", "price"], ["A", "Kettle", 19.99], ["B", "Mug", 5]]),
    "d.docx documents": docx(("Title", "Care"), ("Normal", "By hand."), [["a", "b"], ["c", "d"]]),
    "d.pdf documents": pdf("Delivery takes two days.", "It is free."),
    "p.xml products": b"<rss><item><id>1</id><title>Lamp</title><price>20.00</price></item></rss>",
    "p.json products": b'{"products": [{"id": "A", "title": "x", "price": 1.5, "variants": [{"id": "v", "price": 2}]}]}',
    "f.yaml faq": FAQ.encode(),
    "p.csv products": 'id,title,price\nA,"Kettle, big",1.00\nB,壶,2\n'.encode(),
    "d.html documents": b"<h1>A</h1><p>b <b>c</b></p><table><tr><td>1</td></tr></table>",
    "d.md documents": b"# A\n\ntext\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
}


@pytest.mark.parametrize("source", BASE)
def test_a_file_damaged_anywhere_is_read_or_told(tmp_path: Path, source: str) -> None:
    name, whole, chance = source.split()[0], BASE[source], random.Random(11)
    read(tmp_path, source, {name: whole})
    for _ in range(60):
        place, length = chance.randrange(len(whole)), chance.randint(1, 12)
        torn = (
            whole[:place]
            if chance.random() < 0.3
            else whole[:place] + chance.randbytes(length) + whole[place + length :]
        )
        with contextlib.suppress(KnowledgeError):
            cut(read(tmp_path, source, {name: torn}))
