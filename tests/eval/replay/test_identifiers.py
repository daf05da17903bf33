"""Who somebody is doesn't leave a transcript, and stays one person within it."""

from __future__ import annotations

import pytest

from eval.benchmarks.identifiers import run
from eval.replay.identifiers.anonymise import Anonymiser, found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Mail me at ann.lee+shop@mail.example please", "Mail me at [email-1] please"),
        ("it's ann dot lee at gmail dot com", "it's [email-1]"),
        ("ring (615) 555-0122 after 5", "ring [phone-1] after 5"),
        ("手机１３７６１２０４４８５，谢谢", "手机[phone-1]，谢谢"),
        ("my card 4539 5787 6362 1486 was charged", "my card [card-1] was charged"),
        ("证件110101199003074233", "证件[identity-1]"),
        ("where is order JL-100402?", "where is order [order-1]?"),
        ("订单88120031少了一把勺子", "订单[order-1]少了一把勺子"),
        ("send it to Flat 3, 41 Holgate Road, York YO24 4AA today", "send it to [address-1] today"),
        ("寄到上海市徐汇区漕溪北路398号2单元1403室，谢谢", "寄到[address-1]，谢谢"),
        ("my name is Siobhan Murphy", "my name is [name-1]"),
        ("我叫陈立群", "我叫[name-1]"),
        ("my booking ref is QX7-44TB-9, thanks", "my booking ref is [order-1], thanks"),
        ("tracking 1Z999AA10123456784", "tracking [order-1]"),
        ("invoice 2026/00412", "invoice [order-1]"),
        ("取件码是A7-3321，在吗", "取件码是[order-1]，在吗"),
        ("deliver it to Rose Cottage, Little Snoring, Norfolk please", "deliver it to [address-1] please"),
        ("send it to 7 upper hythe, maidstone, me14 1aa", "send it to [address-1]"),
        ("Thanks in advance, Ingrid Solberg", "Thanks in advance, [name-1]"),
        ("姓名：古力米娜", "姓名：[name-1]"),
        ("to zoe @ fjord.example or bo@gmail", "to [email-1] or [email-2]"),
        ("ring oh seven nine double one, two three four five six", "ring [phone-1]"),
        ("电话一三八零零一三八零零零", "电话[phone-1]"),
        ("NI number AB 12 34 56 C", "NI number [identity-1]"),
        ("is it order 2041, or 2104?", "is it order [order-1], or [order-2]?"),
        ("the USPS number is 9400 1118 9292 3344 55", "the USPS number is [order-1]"),
        ("my addr is 4512 nw 23rd ave apt 12 portland or 97210", "my addr is [address-1]"),
        ("门牌是幸福里小区7-2-1102", "门牌是[address-1]"),
        ("surname Kowalczyk, first name Xiomara", "surname [name-1], first name [name-2]"),
        ("Signed, E. Whitcombe", "Signed, [name-1]"),
        ("我妈曹桂兰不会用手机", "我妈[name-1]不会用手机"),
        ("叫我阿强就好", "叫我[name-1]就好"),
        ("my order is 45 88 12", "my order is [order-1]"),
        ("order no. BK7 33 21", "order no. [order-1]"),
        ("pickup code 7F3K", "pickup code [order-1]"),
        ("refund to GB29 NWBK 6016 1331 9268 19 please", "refund to [card-1] please"),
        ("big mike 77 at yahoo dot com", "[email-1]"),
        ("取件码5-3-2011", "取件码[order-1]"),
        ("订单是六七八八二一", "订单是[order-1]"),
        ("汤唯一的订单怎么还没发", "[name-1]的订单怎么还没发"),
        ("the Visa ending in 4417 was charged", "the Visa ending in [card-1] was charged"),
        ("my card xxxx-xxxx-xxxx-4417", "my card [card-1]"),
        ("CVC 482", "CVC [card-1]"),
        ("尾号4417的信用卡", "尾号[card-1]的信用卡"),
        ("招行的5521扣了两次", "招行的[card-1]扣了两次"),
        ("swift: DEUTDEFF500", "swift: [card-1]"),
        ("my NRIC is S1234567D", "my NRIC is [identity-1]"),
        ("DOB: 3 March 1985", "DOB: [identity-1]"),
        ("身份证尾号423X", "身份证尾号[identity-1]"),
        ("车牌浙A12345", "车牌[identity-1]"),
        ("my handle is @jess.hill", "my handle is [name-1]"),
        ("微信号 jessie_88", "微信号 [name-1]"),
        ("order number 2019", "order number [order-1]"),
        ("confirmation code KHLMWX", "confirmation code [order-1]"),
        ("where is AX5521?", "where is [order-1]?"),
        ("催一下5521", "催一下[order-1]"),
        ("3021号订单退了吧", "[order-1]号订单退了吧"),
        ("42 oak cres, leeds", "[address-1]"),
        ("1600 Pennsylvania Ave NW", "[address-1]"),
        ("leave it at number 14", "leave it at number [address-1]"),
        ("D02 X285", "[address-1]"),
        ("12栋803", "[address-1]"),
        ("人民路5号", "[address-1]"),
        ("送到幸福里小区", "送到[address-1]"),
        ("thx lukas", "thx [name-1]"),
        ("我室友Kevin拿走了", "我室友[name-1]拿走了"),
        ("楼下张婶", "楼下[name-1]"),
        ("持卡人江一燕", "持卡人[name-1]"),
        ("anneliese, a.anneliese@web.example", "[name-1], [email-1]"),
    ],
)
def test_an_identifier_is_taken_out(text: str, shown: str) -> None:
    assert Anonymiser().text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "The kettle is 0.9 L and costs $49.00", "Is it 230 °C for 1 hour?", "the barcode says 9780140449136", "买 2 件打 9 折", "机身 SN:2611 0087 4432 1190",
        "11 月 15 日到 12 月 24 日下的单", "I'm afraid it's gone", "open 9:00-18:00, 2026-11-24",
        "order 500ml bottle", "SPRING15 on my order. BEAN10 too?", "a package of 100 filters", "ship to Germany, Austria and Italy?", "the case is 28cm deep",
        "我叫你们改地址", "我朋友说不好用，", "订单满99包邮", "收件人能改吗", "客服态度很好", "谢谢那位师傅", "金额太小", "送朋友的",
        "the Emma mug is cute", "an order of 1500 ml?", "The lamp says 2700-3000 K", "do you ship to Norway", "I'm Happy with it",
        "I want to order the KX-200", "I'd like to order 500 pieces", "reference photo 1024x768", "the order total 1299", "the 2 TB SSD or the 1TB", "张小泉的菜刀卖吗", "包装好", "I'm thankful",
        "220-240 V or 110-120 V", "10,000 mAh or 20,000 mAh?", "sizes 38 39 40 41 42", "2024 2025 2026",
        "**445 of them**", "it cost 109.27**", "something else", "I'm Italian", "part number 8R-2210", "Pantone 18-1750", "the invoice total is 1240", "item 40317 on page 12", "105 Rosewood",
        "我是南方人", "货号 40317-2", "GB/T 18401标准", "订单金额1299", "退款1299没到", "3室2厅", "卡里余额300",
    ],
)  # fmt: skip
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert Anonymiser().text(text) == text


@pytest.mark.parametrize(
    ("before", "text", "shown"),
    [
        ("What is your order number?", "it's 88213", "it's [order-1]"),
        ("麻烦报一下单号", "70045 12", "[order-1]"),
        ("And the postcode?", "BS8 1TH", "[address-1]"),
        ("Which e-mail did you use?", "noor underscore 92 at outlook dot com", "[email-1]"),
        ("May I have your name?", "sure, beatrix lang", "sure, [name-1]"),
        ("请问贵姓？", "刘", "[name-1]"),
        ("What is your order number?", "no idea, I bought 3 mugs for $45 on 12 November 2025", "no idea, I bought 3 mugs for $45 on 12 November 2025"),
        ("Your address, please?", "The refund of $45 is 3 days late", "The refund of $45 is 3 days late"),
        ("What is your size?", "it's 388", "it's 388"),
        ("Could you give me your address?", "is it free over 50?", "is it free over 50?"),
    ],
)  # fmt: skip
def test_an_answer_is_what_was_asked_for(before: str, text: str, shown: str) -> None:
    assert Anonymiser().text(text, before=before) == shown


def test_the_same_is_the_same_placeholder_all_through() -> None:
    one = Anonymiser()
    assert one.text("I'm Junko Tanizaki, order JL-1004, +1 206 555 0179") == "I'm [name-1], order [order-1], [phone-1]"
    assert one.text("Thanks, Junko. jl-1004 leaves today; is 206-555-0179 still right?") == "Thanks, [name-1]. [order-1] leaves today; is [phone-1] still right?"  # fmt: skip
    assert one.text("and JL-1005?") == "and [order-2]?"
    assert one.text("a box, tanizaki on it") == "a box, [name-1] on it"
    assert Anonymiser().text("JL-1005") == "[order-1]"


def test_what_the_shop_says_of_itself_stays() -> None:
    one = Anonymiser(["hello@shop.example", "418 Juniper Lane, Seattle, WA 98103"])
    assert one.text("write to hello@shop.example or come to 418 Juniper Lane, Seattle") == "write to hello@shop.example or come to 418 Juniper Lane, Seattle"  # fmt: skip


def test_the_shops_own_words_are_searched_for_people_of_the_transcript_alone() -> None:
    one = Anonymiser()
    one.text("I'm Hazel Okafor")
    assert one.own("In Rose and Hazel; ask Ella") == "In Rose and [name-1]; ask Ella"


def test_a_hostile_text_takes_no_long_time() -> None:
    for text in ("1 " * 1000, "a@" * 1000, "A, " * 1000, "上海市" * 300, "9" * 2000, "我叫" * 1000, "Flat 1, " * 200):
        found(text)


def test_most_planted_identifiers_of_the_half_for_tuning_are_found() -> None:
    report = run(None, "dev")["identifiers"]
    for language in ("en", "zh"):
        part = report[f"{language} dev"]
        assert part["recall"]["share"] >= 0.98
        assert part["lookalikes_taken"] <= 3
