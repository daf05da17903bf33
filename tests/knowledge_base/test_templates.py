"""What `shopclerk init` writes is a shop that reads, and its comments are keys that exist."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import knowledge_base
from knowledge_base.passages import cut
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop

ROOM = Path(knowledge_base.__file__).parent


@pytest.fixture
def new_shop(tmp_path: Path) -> Path:
    shutil.copytree(ROOM / "templates", tmp_path / "shop")
    return tmp_path / "shop"


def test_a_new_shop_reads_without_refusals(new_shop: Path) -> None:
    knowledge = read_shop(load_shop(new_shop))
    assert knowledge.refusals == ()
    assert [p.id for p in knowledge.products] == ["SHOP-1", "SHOP-2"]
    assert [f.id for f in knowledge.faqs] == ["opening-hours"]
    assert [(d.title, d.sections[0].headings) for d in knowledge.documents] == [("Delivery", ("Delivery", "Cost"))]
    assert not any("Customers never see" in passage.text for passage in cut(knowledge))


def test_every_template_is_commented_where_its_format_has_comments(new_shop: Path) -> None:
    for file in [*new_shop.glob("*.toml"), *new_shop.glob("*.yaml"), *new_shop.glob("policies/*.md")]:
        assert re.match(r"# \w+|<!-- \w+", file.read_text("utf-8")), file


def test_each_line_of_shop_toml_that_is_commented_out_can_be_used(new_shop: Path) -> None:
    file = new_shop / "shop.toml"
    lines = file.read_text("utf-8").split("\n")
    for number, line in enumerate(lines):
        if re.match(r"# \w+ = ", line) and "events.csv" not in line and "reviews.csv" not in line:
            tried = [*lines[:number], line.removeprefix("# "), *lines[number + 1 :]]
            if line.startswith(("# kind", "# mon", "# sun", "# kitchen", "# lines", '# file = "wholesale', "# say")):
                continue
            file.write_text("\n".join(tried), encoding="utf-8")
            load_shop(new_shop)
    file.write_text(
        "\n".join(re.sub(r"^# (?=\w+ = |\[)", "", line) for line in lines).replace(
            'locales = ["en"]', 'locales = ["en", "zh"]'
        ),
        "utf-8",
    )
    (new_shop / "wholesale.csv").write_text("text\nselling to resellers\n", encoding="utf-8")
    shop = load_shop(new_shop)
    assert [(intent.name, len(intent.lines)) for intent in shop.intents] == [("wholesale", 5)]
    assert [source.kind for source in shop.sources] == ["products", "faq", "documents", "interactions", "reviews"]
    assert shop.opening_hours == {"mon": "09:00-17:00", "sun": "closed"}


def test_the_sample_shop_reads_without_refusals_and_each_id_is_one() -> None:
    knowledge = read_shop(load_shop(ROOM / "sample"))
    assert knowledge.refusals == ()
    ids = [passage.id for passage in cut(knowledge)]
    assert len(ids) == len(set(ids)) > 50
