"""An answer of a colleague's goes into the shop's own FAQ file: behind what is there, comments and all, and never with what is somebody's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import NotKept
from bot.people.answers import accept, personal_in
from bot.stores.proposals import Proposal
from knowledge_base.readers import open_records
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop

MakeShop = Callable[..., Path]
CONTACTS = '[contacts]\nemail = "hello@juniper.example"\nphone = "+1 206-555-0142"\nurl = "https://juniper.example"\n'
TOLD = Proposal(3, "c", "Do you gift-wrap?", 'We do: $4, "wrapped by hand".\nSay so in the note.', "en", "Mia", 0.0)
FILES = {
    "faq.yaml": "# Ours, in the order of the counter\n- id: open\n  question: When are you open?   # always first\n  answer: 9 to 5.\n",
    "faq.jsonl": '{"question": "When are you open?", "answer": "9 to 5."}\n',
    "faq.csv": "id;question;answer;tags\nopen;When are you open?;9 to 5.;shop\n",
    "faq.tsv": "question\tanswer\nWhen are you open?\t9 to 5.",
    "faq.md": "# Questions\n\n## When are you open?\n\n9 to 5.\n",
    "faq.yml": "  - 问题: 几点开门？\r\n    回答: 九点。\r\n",
}


@pytest.mark.parametrize("name", FILES)
def test_the_entry_stands_behind_what_is_there_and_every_byte_before_it_stays(make_shop: MakeShop, name: str) -> None:
    folder = make_shop({})
    (folder / name).write_text(FILES[name], encoding="utf-8", newline="")
    (folder / "shop.toml").write_text(
        f'name = "T"\nlocales = ["en", "zh"]\n{CONTACTS}[[sources]]\nfile = "{name}"\nkind = "faq"\n'
    )
    told = TOLD if name not in ("faq.tsv",) else replace(TOLD, answer="We do: $4.")
    assert accept(load_shop(folder), told) == folder / name
    assert (folder / name).read_bytes().startswith(FILES[name].encode())
    first, last = read_shop(load_shop(folder)).faqs
    assert first.answer in ("9 to 5.", "九点。")
    assert (last.question, " ".join(last.answer.split())) == (told.question, " ".join(told.answer.split()))


def test_the_file_of_its_language_gets_it(make_shop: MakeShop) -> None:
    folder = make_shop({"faq.en.yaml": FILES["faq.yaml"], "faq.zh.yaml": FILES["faq.yaml"]})
    told = replace(TOLD, question="可以包装成礼物吗？", answer="可以，4 美元。", locale="zh")
    assert accept(load_shop(folder), told).name == "faq.zh.yaml"
    assert len(open_records(folder / "faq.en.yaml", "faq")) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Write to ann@example.com", "ann@example.com"), ("I called you on +1 718-555-0154", "718-555-0154"), ("已打您的电话 13912345678", "13912345678"),
        ("Your order JL-100423 left today", "JL-100423"), ("订单 88412 今天发出", "88412"), ("Parcel 1Z999AA10123456784", "1Z999AA10123456784"),
        ("See https://elsewhere.example/x", "elsewhere.example"), ("It is #A7 now", "#A7"),
    ],
)  # fmt: skip
def test_what_is_somebodys_is_refused_until_it_is_edited(make_shop: MakeShop, text: str, found: str) -> None:
    folder = make_shop({"faq.yaml": FILES["faq.yaml"]}, CONTACTS)
    shop, before = load_shop(folder), (folder / "faq.yaml").read_bytes()
    for field in ("question", "answer"):
        with pytest.raises(NotKept, match="3") as told:
            accept(shop, replace(TOLD, **{field: text}), orders=["#A7"])  # type: ignore[arg-type]
        assert found in str(told.value)
        assert f"--{field}" in str(told.value)
    assert (folder / "faq.yaml").read_bytes() == before
    accept(shop, TOLD, orders=["#A7"])


@pytest.mark.parametrize(
    "text",
    [
        "Write to hello@juniper.example or call +1 206-555-0142", "See https://juniper.example/gifts", "Free from $49.00 on, until 2026-12-24",
        "In 3-5 days; 1,250 g; 30 x 40 cm", "满 49 美元包邮，3 到 5 天送到",
    ],
)  # fmt: skip
def test_what_is_the_shops_own_or_nobodys_may_stand_there(make_shop: MakeShop, text: str) -> None:
    shop = load_shop(make_shop({"faq.yaml": FILES["faq.yaml"]}, CONTACTS))
    assert personal_in(text, shop.own) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("faq.json", '[{"question": "When are you open?", "answer": "9 to 5."}]'),
        ("faq.yaml", '[{question: "When are you open?", answer: "9 to 5."}]\n'),
    ],
)
def test_a_file_that_would_be_spoilt_stays_as_it_is(make_shop: MakeShop, name: str, text: str) -> None:
    folder = make_shop({name: text})
    with pytest.raises(NotKept, match="by hand"):
        accept(load_shop(folder), TOLD)
    assert (folder / name).read_text() == text


def test_a_heading_in_an_answer_makes_no_second_question(make_shop: MakeShop) -> None:
    folder = make_shop({"faq.md": FILES["faq.md"]})
    with pytest.raises(NotKept, match="by hand"):
        accept(load_shop(folder), replace(TOLD, answer="We do.\n\n## Another question\n\nAnswer"))
    assert (folder / "faq.md").read_text() == FILES["faq.md"]
