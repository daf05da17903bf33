"""Accepted texts go into the catalogue's own column; every other byte stays."""

from __future__ import annotations

import csv
import http.client
import io
import json
import shutil
import threading
import zipfile
from importlib.resources import files
from pathlib import Path

import pytest

from bot.describe.accepting import accept_all
from bot.describe.batch import Written
from bot.describe.review import page
from bot.describe.score import Sheet
from bot.describe.serving import ReviewServer, server_of
from bot.describe.types import Brief, Draft
from bot.errors import BadSetting
from bot.wiring import SAMPLE
from knowledge_base.reading import read_shop
from knowledge_base.shop import Shop, load_shop

TOML = 'name = "S"\n[[sources]]\nfile = "{file}"\nkind = "products"\n'
ROW = {"id": "A-1", "text": 'Neu, "gut"\nzweite Zeile'}


def shop_with(folder: Path, name: str, content: bytes) -> Shop:
    (folder / name).write_bytes(content)
    (folder / "shop.toml").write_text(TOML.format(file=name))
    return load_shop(folder)


def descriptions(shop: Shop) -> dict[str, str]:
    return {product.id: product.description for product in read_shop(shop).products}


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_keeps_every_other_cell_its_quotes_and_line_ends(tmp_path: Path, end: str, mark: bytes) -> None:
    rows = ["id;name;description;price", 'A-1;"Pan; big";"old ""one""";5', "A-2;Pot;pot text;6,5", "", "A-3;Lid;;7"]
    shop = shop_with(tmp_path, "p.csv", mark + end.join(rows).encode())
    accept_all(shop, [ROW])
    text = (tmp_path / "p.csv").read_bytes().removeprefix(mark).decode()
    assert text.startswith(
        f'id;name;description;price;description_original{end}A-1;"Pan; big";"Neu, ""gut""\nzweite Zeile";5;"old ""one"""{end}'
    )
    assert f"A-2;Pot;pot text;6,5;{end}" in text
    assert descriptions(shop)["A-2"] == "pot text"


def test_the_first_original_stays_and_the_file_as_it_was_is_kept(tmp_path: Path) -> None:
    before = b"id,title,description,price\nA-1,Pan,old,5\n"
    shop = shop_with(tmp_path, "p.csv", before)
    accept_all(shop, [ROW])
    accept_all(shop, [{"id": "A-1", "text": "third"}])
    (row,) = csv.DictReader(io.StringIO((tmp_path / "p.csv").read_text()))
    assert (row["description"], row["description_original"]) == ("third", "old")
    assert before in {file.read_bytes() for file in tmp_path.glob("p.csv.*.bak")}


def test_jsonl_of_the_sample_changes_in_one_line_and_one_language(tmp_path: Path) -> None:
    folder = tmp_path / "sample"
    shutil.copytree(SAMPLE, folder)
    shop = load_shop(folder)
    accept_all(shop, [{"id": "JL-COF-02", "locale": "zh", "text": '新"文"案'}])
    old, new = ((place / "products.jsonl").read_text(encoding="utf-8").split("\n") for place in (SAMPLE, folder))
    assert [place for place, pair in enumerate(zip(old, new, strict=True)) if pair[0] != pair[1]] == [1]
    was, now = json.loads(old[1]), json.loads(new[1])
    assert now.pop("description_zh_original") == was["description_zh"]
    assert {**was, "description_zh": '新"文"案'} == now


def test_json_lists_are_changed_in_place(tmp_path: Path) -> None:
    text = '[\n  {"id": "A-0", "title": "{x", "description": "d", "price": 1},\n  {"id": "A-1", "title": "Pan", "description": "old", "price": 5.50}\n]\n'
    shop = shop_with(tmp_path, "p.json", text.encode())
    accept_all(shop, [{"id": "A-1", "text": "new"}])
    expected = text.replace('"old"', '"new", "description_original": "old"')
    assert (tmp_path / "p.json").read_text() == expected


def workbook() -> bytes:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:D2"/><sheetData>'
        '<row r="1" spans="1:4"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c></row>'
        '<row r="2" spans="1:4"><c r="A2" t="s"><v>4</v></c><c r="B2" t="s"><v>5</v></c><c r="C2" s="7" t="s"><v>6</v></c><c r="D2"><v>5.5</v></c></row>'
        "</sheetData></worksheet>"
    )
    words = ["id", "title", "description", "price", "A-1", "Pan &amp; lid", "old"]
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/sharedStrings.xml": '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + "".join(f"<si><t>{word}</t></si>" for word in words) + "</sst>",
        "xl/worksheets/sheet1.xml": sheet,
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_workbook_changes_in_two_cells_and_reads_as_before(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, "p.xlsx", workbook())
    before = read_shop(shop).products[0]
    accept_all(shop, [ROW])
    after = read_shop(shop).products[0]
    assert (after.description, after.title, after.price) == (ROW["text"], before.title, before.price)
    with zipfile.ZipFile(tmp_path / "p.xlsx") as new, zipfile.ZipFile(io.BytesIO(workbook())) as old:
        assert {n for n in old.namelist() if old.read(n) != new.read(n)} == {"xl/worksheets/sheet1.xml"}
        assert b">old<" in new.read("xl/worksheets/sheet1.xml")
    accept_all(shop, [{"id": "A-1", "text": "third"}])
    with zipfile.ZipFile(tmp_path / "p.xlsx") as new:
        assert new.read("xl/worksheets/sheet1.xml").count(b"description_original") == 1


def test_a_product_that_no_file_has_stops_all_of_it(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, "p.csv", b"id,title,description,price\nA-1,Pan,old,5\n")
    with pytest.raises(BadSetting, match="Z-9"):
        accept_all(shop, [ROW, {"id": "Z-9", "text": "x"}])
    assert descriptions(shop) == {"A-1": "old"}


@pytest.fixture
def served(tmp_path: Path) -> ReviewServer:
    shop = shop_with(tmp_path, "p.csv", b"id,title,description,price\nA-1,Pan,old,5\n")
    (product,) = read_shop(shop).products
    written = [Written(Brief(product, "en"), Draft("Pan", (), "New."))]
    scores = [Sheet(shop, [product]).score(product, Draft("Pan", (), "New."))]
    server = server_of(shop, written, scores)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def asked(server: ReviewServer, method: str, path: str, body: str = "", **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_the_served_page_takes_a_choice_with_its_token_alone(served: ReviewServer, tmp_path: Path) -> None:
    body = json.dumps({"id": "A-1", "locale": "en", "text": "New."})
    assert asked(served, "GET", "/")[0] == 404
    assert asked(served, "GET", f"/{served.token}/", Host="evil.example")[0] == 404
    assert asked(served, "POST", "/x/accept", body, **{"X-Token": "wrong"})[0] == 403
    assert "New." in asked(served, "GET", f"/{served.token}/")[1]
    assert "old" in (tmp_path / "p.csv").read_text()
    status, told = asked(served, "POST", f"/{served.token}/accept", body, **{"X-Token": served.token})
    assert (status, "1 descriptions" in told) == (200, True)
    assert "A-1,Pan,New.,5,old" in (tmp_path / "p.csv").read_text()
    served.shutdown()


def test_a_text_cannot_end_the_pages_script(tmp_path: Path) -> None:
    shop = shop_with(tmp_path, "p.csv", b"id,title,description,price\nA-1,Pan,</script><script>alert(1)</script>,5\n")
    (product,) = read_shop(shop).products
    draft = Draft("Pan", (), "</script><img src=http://evil.example>")
    html = page(shop, [Written(Brief(product, "en"), draft)], [Sheet(shop, [product]).score(product, draft)])
    assert html.count("</script>") == 2
    template = files("bot.describe").joinpath("review.html").read_text(encoding="utf-8")
    assert "http" not in template.replace("http-equiv", "")
