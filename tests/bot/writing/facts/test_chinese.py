"""What the lock understands of Chinese: denials, the customer's own figures, forms, what comes with a product, what is enough."""

from __future__ import annotations

import pytest

from tests.bot.writing.facts.test_lock import lock

TRUE = {
    "a relative clause ends what it denies": ("faq:split-parcels", "还有一件呢", "先到的是一个，另一个还在路上。"),
    "a condition ends what it denies": ("faq:cancel-order", "能取消吗", "没发出都免费取消。"),
    "分别 denies nothing": ("product:JL-TEA-14", "有啥", "四件分别是茶碗、茶筅、茶勺、筅托。"),
    "two denials beside each other are two": ("product:JL-TEA-08", "能堆肥？", "没有塑料也没有订书钉。"),
    "也是 goes on with what was denied": (
        "faq:delivery-other-countries",
        "寄韩国吗",
        "韩国暂时寄不了，墨西哥和欧盟也是。",
    ),
    "9 块 5 is one price": ("product:JL-COF-03", "多少钱", "树脂 9 块 5，陶瓷 22，陶瓷的贵 12 块 5。"),
    "the customer's figure passes a limit": ("faq:delivery-us-cost", "买 65 运费多少", "65 过了 60 的线，免运费。"),
    "the customer's figure is spoken of": ("faq:warranty-length", "台灯三年了还保吗", "灯具保两年，三年就过保了。"),
    "the bound is of the figure behind it": (
        "faq:damaged-or-wrong",
        "才 35 块要寄回吗",
        "三十五块不到 40，不用寄回来。",
    ),
    "a list shares its unit": ("product:JL-KIT-09", "最小多少", "最小的 1 毫升，最大 15 毫升。"),
    "a sum that is spelled out": ("product:JL-BAG-14;product:JL-BAG-13", "一起多少", "34.95 加 12，46.95。"),
    "a name is known by a part of it": (
        "product:JL-AUD-16;product:JL-AUD-15",
        "差多少",
        "支架 44，大号桌垫 36，差八块。",
    ),
    "no fee is none where it is free": (
        "faq:delivery-canada-cost",
        "168 的锅寄多伦多",
        "满 120 就包邮，所以运费是零。",
    ),
    "what somebody likes is no claim": ("product:JL-BAT-13", "我 171", "喜欢宽松就选 L/XL。"),
}
LIES = {
    "what is denied of the same": ("product:JL-BAT-08", "浴缸能用吗", "带喷头的按摩浴缸也能用。"),
    "of one of a list that is denied": ("faq:payment-not-accepted", "支票行吗", "支票可以，货到付款不行。"),
    "of what can't be done": ("product:JL-DRI-16", "珍珠", "大颗珍珠也吸得上来。"),
    "of the other form": ("product:JL-COF-03", "哪种重", "陶瓷款轻便，树脂款手感沉。"),
    "of the form for others": ("product:JL-BAT-06", "我头发油", "容易出油就选燕麦洋甘菊款。"),
    "not in the box": ("product:JL-COF-16", "送电池吗", "盒里已经放好两节五号电池。"),
    "more than there are": ("product:JL-TEA-16", "抹茶要三罐", "三罐没问题，够的。"),
    "all forms, where one is sold out": ("product:JL-BAT-09", "都有吗", "三种味道都有货。"),
    "the form that was asked about is sold out": ("product:JL-BAT-09", "洁净亚麻的有吗", "这个味现在还有十来只。"),
    "one price for both": ("product:JL-TEA-03", "浓香贵吗", "两种同价，19.5。"),
    "an opposite number": ("faq:exchange", "境外换货", "境外每单也能免费换一次。"),
    "a number of a described thing": ("product:JL-TEA-13", "几个杯", "配四只 50 毫升的杯。"),
    "a number in an order": ("text:订单 JL-1310：炭灰围巾 1 条，11 月 22 日发出。", "买了啥", "里面是两条炭灰围巾。"),
    "only one of two": ("product:JL-KIT-07", "几个口袋", "只有一个口袋，很深。"),
    "a pack of another size": ("product:JL-HOM-09", "一份几个", "一份三只。"),
    "another year": ("text:积分于 2026 年 6 月 1 日获得，18 个月后过期。", "何时作废", "2027 年 6 月 1 日到期。"),
    "the customer's figure doesn't reach": ("faq:delivery-us-cost", "我买 58", "58 正好够包邮。"),
    "who pays": ("faq:delivery-duties", "寄日本的税", "关税我们先替您垫上。"),
}


@pytest.mark.parametrize("why", TRUE)
def test_a_true_reply_is_said(why: str) -> None:
    facts, asked, reply = TRUE[why]
    assert lock(facts, asked, locale="zh").stops(reply) is None


@pytest.mark.parametrize("why", LIES)
def test_a_lie_is_stopped(why: str) -> None:
    facts, asked, reply = LIES[why]
    assert lock(facts, asked, locale="zh").stops(reply) is not None
