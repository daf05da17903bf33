"""What is true passes in other words than the shop's, and a lie in ordinary words is stopped."""

from __future__ import annotations

import pytest

from tests.bot.writing.facts.test_lock import lock

TRUE = [
    ("product:JL-KIT-04", "", "At $36.00 that's nine dollars a bowl."),
    ("product:JL-KIT-09;product:JL-KIT-16", "10 spoon sets and 10 scrapers", "That's $124.50 in all."),
    ("product:JL-TEA-04", "", "The cake weighs about twelve and a half ounces."),
    ("product:JL-CLO-08", "", "No zip, you pull it over your head."),
    ("product:JL-CLO-16", "", "There's no softener and no dryer for this one."),
    ("product:JL-BAG-02", "", "Thanks for waiting, it's out of the blue that I found it."),
    ("product:JL-AUD-01", "", "32 hours with noise cancelling, and thirteen more without it."),
    ("product:JL-COF-04", "one cup a day", "There are 100 sheets, so a little over three months at one a day."),
    ("faq:warranty-claim", "", "We'd repair it if we can, and if neither works you'd get a refund."),
    ("faq:delivery-us-time", "", "Express takes a day or two."),
    ("faq:delivery-mainland-china", "", "It takes roughly two to three weeks."),
    ("faq:return-abroad", "how do I return it from the UK", "The postage from the UK is at your own cost."),
    ("faq:pickup", "pick up today at 5 pm?", "It takes two hours, so order by three."),
    ("faq:damaged-or-wrong", "it cost 45 dollars", "As it cost more than $40, we'd need it back."),
    ("faq:return-deadline", "after 35 days?", "That's five days too many, I'm afraid."),
    ("faq:delivery-other-countries", "Berlin?", "Berlin is out of reach, I'm sorry: we don't deliver to the EU."),
    ("product:JL-TEA-08;product:JL-TEA-17", "", "$6.90 + $4.90 = $11.80."),
    ("product:JL-AUD-07", "item number of the small speaker in moss?", "It's JL-AUD-07-MO."),
    (
        "faq:promo-codes",
        "can I use SAVE5 and LUCKY10 together?",
        "Of SAVE5 and LUCKY10, take the one that saves you more.",
    ),
    ("product:JL-KIT-16", "", "Here they are 😄 That's $3.95."),
    ("product:JL-HOM-21", "", "要 1 节 5 号，盒内不含。"),
    ("text:Order JL-1 was cancelled, and 49.00 US dollars were refunded.", "", "The $49 went back to you."),
]
FALSE = [
    ("product:JL-TEA-08;product:JL-TEA-17", "", "$6.90 + $4.90 = $11.90.", "price"),
    ("product:JL-AUD-07", "", "It's JL-AUD-07-XX.", "code"),
    ("faq:promo-codes", "does SAVE5 work?", "SAVE5 works.", "code"),
    ("product:JL-HOM-03", "", "Yes, it comes with its bulb.", "attribute"),
    ("product:JL-TEA-13", "", "You'd need to buy the strainer separately.", "attribute"),
    ("product:JL-TEA-16", "", "It's rather low in caffeine.", "attribute"),
    ("product:JL-TEA-11", "", "It's a bright orange-red clay.", "colour"),
    ("product:JL-KID-12", "", "Natural rubber with a fleece lining.", "attribute"),
    ("faq:contact", "whatsapp number?", "The same number works on WhatsApp.", "attribute"),
    ("product:JL-HOM-06", "how many in the set", "Three in a set, for $14.90.", "count"),
    ("product:JL-HOM-14", "", "It's $119.00 in Queen, marked down from $139.00.", "price"),
    ("product:JL-CLO-08", "bust 94", "At 94 cm I'd put you in an S.", "size"),
    ("product:JL-TEA-14;product:JL-TEA-16", "", "$58 and $19.50, so together you stay below $75.", "total"),
    ("product:JL-HOM-16", "how many clocks are left", "Fewer than five.", "count"),
]


@pytest.mark.parametrize(("facts", "asked", "said"), TRUE)
def test_a_true_reply_passes_in_other_words(facts: str, asked: str, said: str) -> None:
    assert lock(facts, asked).stops(said) is None


@pytest.mark.parametrize(("facts", "asked", "said", "kind"), FALSE)
def test_a_lie_in_ordinary_words_is_stopped(facts: str, asked: str, said: str, kind: str) -> None:
    stopped = lock(facts, asked).stops(said)
    assert stopped is not None
    assert stopped.kind == kind


def test_a_price_within_the_customers_limit_is_said_only_where_it_is() -> None:
    asked = "are the plain headphones under 80? and under 90?"
    assert lock("product:JL-AUD-02", asked).stops("Yes, they're under 90.") is None
    assert lock("product:JL-AUD-02", asked).stops("Yes, they're under 80.") is not None
