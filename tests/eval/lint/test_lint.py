"""`shopclerk lint`: a small shop in two languages is clean; each thing spoilt in it is named with its file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import load_settings
from bot.wiring import SAMPLE, embedder_of
from eval.lint.checking import check
from eval.lint.planting import broken, run
from retrieval.seams import Embedder

TODAY = date(2026, 11, 24)
PRODUCTS = """\
{"id": "K1", "title_en": "Kettle", "title_zh": "水壶", "description_en": "Boils 0.9 L in 4 minutes.", "description_zh": "容量 0.9 升，4 分钟烧开。", "price": "49", "compare_at": "59", "attributes_en": {"care": "wipe", "power": "1000 W"}, "attributes_zh": {"洗护": "擦拭", "功率": "1000 瓦"}, "goes_with": ["P1"]}
{"id": "P1", "title_en": "Pan", "title_zh": "平底锅", "description_en": "A pan of iron.", "description_zh": "铁制平底锅。", "price": "20", "attributes_en": {"care": "dry it", "power": "none"}, "attributes_zh": {"洗护": "擦干", "功率": "无"}, "goes_with": []}
"""
FAQ_EN = """\
- id: returns
  question: Can I return it?
  answer: "Within 30 days from delivery, at shop.example/returns."
- id: duties
  question: Who pays duties?
  answer: "Duties are paid by the recipient."
"""
FAQ_ZH = """\
- id: returns
  question: 可以退货吗？
  answer: "从送达那天算 30 天内，打开 shop.example/returns。"
- id: duties
  question: 关税谁付？
  answer: "关税由收件人承担。"
"""
SHOP = """\
name = "S"
locales = ["en", "zh"]
currency = "USD"
closed_on = ["12-25"]
[contacts]
url = "https://shop.example"
email = "hello@shop.example"
[[sources]]
file = "products.jsonl"
kind = "products"
locale = "en"
columns = { title = "title_en", description = "description_en", attributes = "attributes_en" }
[[sources]]
file = "products.jsonl"
kind = "products"
locale = "zh"
columns = { title = "title_zh", description = "description_zh", attributes = "attributes_zh" }
[[sources]]
file = "faq.*.yaml"
kind = "faq"
"""
FILES = {"products.jsonl": PRODUCTS, "faq.en.yaml": FAQ_EN, "faq.zh.yaml": FAQ_ZH, "shop.toml": SHOP}
Spoil = Callable[..., Path]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return embedder_of(load_settings())


@pytest.fixture
def spoilt(tmp_path: Path) -> Spoil:
    def make(file: str = "", old: str = "", new: str = "") -> Path:
        for name, text in FILES.items():
            if name == file:
                assert text.count(old) == 1, old
            (tmp_path / name).write_text(text.replace(old, new) if name == file else text, encoding="utf-8")
        return tmp_path

    return make


def test_a_shop_whose_texts_agree_has_no_problem(spoilt: Spoil, embedder: Embedder) -> None:
    assert check(spoilt(), TODAY, embedder) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "says"),
    [
        ("faq.en.yaml", "30 days", "14 days", "figures-differ", "14 days"),
        ("faq.zh.yaml", "从送达那天算", "从下单那天算", "words-differ", "counted from"),
        ("faq.zh.yaml", "由收件人承担", "已含在结账金额里", "words-differ", "who pays duties"),
        ("faq.en.yaml", "shop.example/returns", "shop.example/retuns", "dead-link", "retuns"),
        ("faq.en.yaml", "shop.example/returns", "help@other.example", "dead-link", "not one of shop.example"),
        ("faq.en.yaml", "at shop", "until 1 November 2026 at shop", "expired", "2026-11-01"),
        ("faq.en.yaml", "question: Who pays duties?", "question: Can I return it?", "duplicate", "returns"),
        ("products.jsonl", '"compare_at": "59"', '"compare_at": "39"', "prices-differ", "39"),
        ("products.jsonl", '"goes_with": ["P1"]', '"goes_with": ["P9"]', "dead-link", "P9"),
        ("products.jsonl", '{"洗护": "擦拭", "功率"', '{"功率"', "missing", "洗护"),
        ("products.jsonl", "in 4 minutes", "in 6 minutes", "figures-differ", "6 minutes"),
        ("products.jsonl", '"title_en": "Pan"', '"title_en": "Kettle"', "duplicate", "K1"),
        ("products.jsonl", '"price": "20"', '"price": "cheap"', "refused", "cheap"),
        ("shop.toml", '["12-25"]', '["12-25", "2025-11-27"]', "expired", "2025-11-27"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_rule(
    spoilt: Spoil, embedder: Embedder, file: str, old: str, new: str, rule: str, says: str
) -> None:
    found = check(spoilt(file, old, new), TODAY, embedder)
    assert [one for one in found if one.rule == rule and says in f"{one.says} {one.text}"], found


def test_a_year_in_which_the_shop_began_has_not_expired(spoilt: Spoil, embedder: Embedder) -> None:
    folder = spoilt("faq.en.yaml", '"Duties', '"Open since May 2014. Duties')
    assert "expired" not in {one.rule for one in check(folder, TODAY, embedder)}


def test_text_and_sarif_name_the_line_and_ci_fails(spoilt: Spoil) -> None:
    folder = spoilt("products.jsonl", '"goes_with": ["P1"]', '"goes_with": ["P9"]')
    told = CliRunner().invoke(app, ["lint", str(folder), "--today", "2026-11-24"])
    assert told.exit_code == 1
    assert "products.jsonl:1: dead-link: product K1" in told.output
    result = CliRunner().invoke(app, ["lint", str(folder), "--today", "2026-11-24", "--sarif"])
    (run_of,) = json.loads(result.stdout)["runs"]
    where = run_of["results"][0]["locations"][0]["physicalLocation"]
    assert (where["artifactLocation"]["uri"], where["region"]["startLine"]) == ("products.jsonl", 1)
    left = CliRunner().invoke(app, ["lint", str(folder), "--today", "2026-11-24", "--ignore", "dead-link"])
    assert left.exit_code == 0


def test_a_rule_or_a_day_that_there_isnt_is_refused(spoilt: Spoil) -> None:
    for wrong in (["--ignore", "spelling"], ["--today", "tomorrow"]):
        told = CliRunner().invoke(app, ["lint", str(spoilt()), *wrong])
        assert told.exit_code == 2
        assert wrong[1] in told.output


@pytest.mark.slow
def test_planted_faults_are_counted_only_where_a_problem_speaks_of_them(tmp_path: Path) -> None:
    """The second changes nothing that is wrong, so nothing may be found."""
    rows = [
        {"id": "a", "kind": "dead_link", "file": "products.jsonl", "locale": "both", "says": "x", "old": '"goes_with":["JL-TEA-10","JL-TEA-12","JL-COF-14"]', "new": '"goes_with":["JL-NONE"]'},
        {"id": "b", "kind": "contradiction", "file": "faq.en.yaml", "locale": "en", "says": "x", "old": "How much is delivery within the US?", "new": "How much is delivery in the US?"},
    ]  # fmt: skip
    file = tmp_path / "faults.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    report = run(faults=file, shop=SAMPLE, half="all", say=lambda *_: None)
    assert (report["faults"], report["found"], [one["id"] for one in report["missed"]]) == (2, 1, ["b"])
    assert broken(report) == ["too few faults are found"]
