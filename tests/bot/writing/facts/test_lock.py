"""The fact lock over the sample shop: what follows from the findings is said, what doesn't is stopped, told by its kind."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from bot.types import Findings, Message
from bot.wiring import SAMPLE
from bot.writing.facts import Lock
from knowledge_base.catalogue import Catalogue
from knowledge_base.passages import of_faq
from knowledge_base.reading import read_shop
from knowledge_base.shop import load_shop
from retrieval.types import Hit

NOW = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)
SHOP = load_shop(SAMPLE)


@cache
def knowledge() -> tuple[Catalogue, dict[tuple[str, str], object]]:
    read = read_shop(SHOP)
    return Catalogue(read.products, SHOP.locales), {(faq.id, faq.locale): faq for faq in read.faqs}


def lock(facts: str, asked: str = "", locale: str = "en", handoff: str = "") -> Lock:
    catalogue, faqs = knowledge()
    products, hits, texts = [], [], []
    for fact in facts.split(";"):
        source, _, name = fact.partition(":")
        if source == "product":
            product = catalogue.get(name, locale)
            assert product is not None
            products.append(product)
        elif source == "faq":
            hits.append(Hit(of_faq(faqs[name, locale]), 1.0, {}))  # type: ignore[arg-type]
        else:
            texts.append(name)
    findings = Findings("answer", products=tuple(products), hits=tuple(hits), answer="\n".join(texts), handoff=handoff)
    return Lock(findings, Message("m", "c", asked, NOW, locale=locale), SHOP, locale=locale, catalogue=catalogue)


KETTLE = "product:JL-COF-01"
TRUE = [
    (KETTLE, "It costs just under fifty dollars."),
    (KETTLE, "Two of them come to $98.00."),
    (KETTLE, "It holds 900 ml and weighs a little over a kilo."),
    (KETTLE, "It's $49, in matte black or white, and we have it in stock."),
    (KETTLE, "No, it can't go in the dishwasher."),
    ("faq:delivery-us-cost", "Delivery within the US is free from sixty dollars; below that it's $5.95."),
    ("faq:opening-hours", "On Saturdays we're open from ten to four."),
    ("faq:opening-hours", "On Sundays we're closed."),
    ("product:JL-COF-01;product:JL-COF-02", "The Set-Point Kettle is $129.00 and the Pour-Over Kettle $49.00."),
    ("product:JL-COF-01;product:JL-COF-02", "The Pour-Over Kettle is eighty dollars cheaper."),
    (KETTLE, "Shall I pass you to a person?"),
    (KETTLE, "You can write to hello@juniperlane.example or call +1 206-555-0142."),
]
FALSE = [
    (KETTLE, "It costs 59 dollars.", "price"),
    (KETTLE, "It costs €49.00.", "price"),
    (KETTLE, "It costs fifty-nine dollars.", "price"),
    (KETTLE, "Two of them come to $89.00.", "total"),
    (KETTLE, "It holds 1.2 L.", "measure"),
    (KETTLE, "It comes in red.", "colour"),
    (KETTLE, "It is dishwasher safe.", "attribute"),
    (KETTLE, "It's made of aluminium.", "attribute"),
    (KETTLE, "It's our bestseller.", "reason"),
    (KETTLE, "It is sold out.", "attribute"),
    (KETTLE, "I've cancelled your order.", "promise"),
    (KETTLE, "A colleague will call you within the hour.", "promise"),
    (KETTLE, "We match any competitor's price.", "promise"),
    (KETTLE, "Use the code SAVE20 at checkout.", "code"),
    (KETTLE, "Write to help@juniperlane.example.", "email"),
    (KETTLE, "Call +1 206-555-0143.", "phone"),
    (KETTLE, "See https://juniperlane.example/p/JL-COF-99.", "link"),
    ("faq:delivery-us-time", "Standard delivery takes 2–3 working days.", "duration"),
    ("faq:opening-hours", "On Saturdays we're open until six in the evening.", "hours"),
    ("product:JL-COF-01;product:JL-COF-02", "The Set-Point Kettle is $49.00.", "product"),
]  # fmt: skip
TRUE_ZH = [
    (KETTLE, "这款 49 美元，不到五十。"),
    (KETTLE, "两把一共九十八美元。"),
    (KETTLE, "容量 900 毫升，有现货。"),
    ("faq:delivery-us-cost", "美国境内满 60 美元包邮，不然 5.95 美元。"),
    ("faq:opening-hours", "周六上午十点到下午四点有人，周日休息。"),
    ("product:JL-BAG-03", "一公斤出头，能淋大雨，就是不能泡水里。"),
    ("product:JL-DRI-11", "九块钱不到，三支刷子都有了。"),
    ("product:JL-TEA-08", "二十包六块九，一包合三毛五左右。"),
    ("product:JL-TEA-12", "大号的锈红没了，墨蓝还有。"),
    ("product:JL-AUD-09", "小个头，才五十来克。"),
    ("product:JL-TEA-09", "想找三才碗？"),
    ("faq:gift-card-values", "二十五、五十和一百三种。"),
]
FALSE_ZH = [
    (KETTLE, "这款四十六美元。", "price"),
    (KETTLE, "这款 ４６ 美元。", "price"),
    (KETTLE, "可以放洗碗机。", "attribute"),
    (KETTLE, "有红色的。", "colour"),
    (KETTLE, "我已经帮您全额退款了。", "promise"),
    (KETTLE, "容量 1.2 升。", "measure"),
    ("faq:opening-hours", "周六我们开到傍晚六点。", "hours"),
    ("faq:opening-hours", "我们的营业时间按美东时间算。", "hours"),
    ("product:JL-KID-01", "每块都带磁铁。", "attribute"),
    ("product:JL-BAG-19", "除了石墨灰，还有雾蓝可以选。", "colour"),
    ("product:JL-AUD-09", "小个头，才七十来克。", "measure"),
    ("product:JL-TEA-08", "一包合五毛五左右。", "price"),
    ("product:JL-DRI-01", "是膳魔师的。", "attribute"),
    ("faq:lost-parcel", "我现在就给您补寄一份。", "promise"),
    ("product:JL-AUD-01;product:JL-AUD-05", "Bud 续航更长，比 Hush 久。", "product"),
]


@pytest.mark.parametrize(
    ("facts", "said", "locale"), [(*row, "en") for row in TRUE] + [(*row, "zh") for row in TRUE_ZH]
)
def test_what_follows_from_the_findings_is_said(facts: str, said: str, locale: str) -> None:
    assert lock(facts, locale=locale).stops(said) is None


@pytest.mark.parametrize(
    ("facts", "said", "kind", "locale"), [(*row, "en") for row in FALSE] + [(*row, "zh") for row in FALSE_ZH]
)
def test_what_does_not_follow_is_stopped_by_its_kind(facts: str, said: str, kind: str, locale: str) -> None:
    stopped = lock(facts, locale=locale).stops(said)
    assert stopped is not None
    assert stopped.kind == kind
    assert stopped.claim in said.replace("４６", "46")


def test_the_customers_own_number_passes_only_where_it_is_repeated_as_such() -> None:
    asked = "a kettle under 55"
    assert lock(KETTLE, asked).stops("You asked for something under 55.") is None
    assert lock(KETTLE, asked).stops("It costs 55 dollars.") is not None


def test_a_warranty_that_is_split_over_two_sentences_is_still_one_claim() -> None:
    told = lock("faq:warranty-length")
    assert told.stops("It has a warranty.") is None
    assert told.stops("Seven years of it, in fact.") is not None


def test_a_cell_of_a_table_is_said_of_its_column() -> None:
    two = "product:JL-COF-01;product:JL-COF-02"
    head = "|  | Fernhill Pour-Over Kettle 0.9 L | Fernhill Set-Point Kettle 1.0 L, 40–100 °C |"
    right, wrong = lock(two), lock(two)
    assert right.stops(head) is None
    assert right.stops("| Price | $49.00 | $129.00 |") is None
    wrong.stops(head)
    stopped = wrong.stops("| Price | $129.00 | $49.00 |")
    assert stopped is not None
    assert stopped.kind == "product"


def test_a_person_takes_over_only_where_one_does() -> None:
    said = "A person is taking over right here."
    assert lock(KETTLE).stops(said) is not None
    assert lock(KETTLE, handoff="asked").stops(said) is None


def test_a_verdict_tells_what_was_expected_instead() -> None:
    stopped = lock(KETTLE).stops("It costs 59 dollars.")
    assert stopped is not None
    assert "49.00 USD" in stopped.expected


@pytest.mark.parametrize(
    ("facts", "asked", "said", "kind"),
    [
        ("product:JL-BAG-06", "16 寸电脑放得下吗", "您的 16 英寸正好放得下。", "size"),
        ("product:JL-BAG-06", "13 寸电脑放得下吗", "您的 13 英寸正好放得下。", None),
        ("faq:dispatch-cutoff", "下午三点下的单，今天发吗", "今天还能发出，别担心。", "hours"),
        ("faq:dispatch-cutoff", "上午十一点下的单，今天发吗", "今天还能发出，别担心。", None),
    ],
)
def test_what_a_customer_names_is_held_against_limits_and_hours(
    facts: str, asked: str, said: str, kind: str | None
) -> None:
    stopped = lock(facts, asked, "zh").stops(said)
    assert (stopped.kind if stopped else None) == kind
