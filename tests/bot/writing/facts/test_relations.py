"""Relations between what is said: the same of another product, one form and not the other, a day and its hours, a rate, a reference."""

from __future__ import annotations

import pytest

from tests.bot.writing.facts.test_lock import lock

ORDER = "text:Order JL-1 was placed on 17 November and handed to UPS on 18 November."
PICKUP = "text:Order JL-2 is a pick-up order, ready since 21 November."
HOURS = "faq:opening-hours"
SKILLET = "product:JL-KIT-01"
FLASKS = "product:JL-DRI-01;product:JL-DRI-09"

FALSE = [
    # the same of another product, or of another form
    (FLASKS, "", "The flask is leakproof when locked, and so is the tumbler."),
    ("product:JL-KID-01;product:JL-KID-03", "", "The puzzle is from 12 months, as are the blocks."),
    ("product:JL-DRI-01;product:JL-DRI-09", "", "The tumbler is five dollars off. The same goes for the flask."),
    ("product:JL-COF-03", "", "The plastic one is $9.50. So is the white ceramic."),
    # one form and not the other
    ("product:JL-DRI-01", "", "The 350 ml one keeps drinks hot for about ten hours."),
    ("product:JL-KIT-13", "", "Take the 4.5 L one, it feeds about six."),
    ("product:JL-TEA-03", "", "The charcoal-roasted one is green and flowery."),
    ("product:JL-KIT-13", "", "The 6.5 L comes in cream as well, at $215.00."),
    ("product:JL-KIT-07", "", "Oat, dark green and slate blue are all in stock."),
    ("product:JL-AUD-18", "", "The left-handed one is $39.00. It's in stock."),
    ("product:JL-BAT-12", "", "The bath towel weighs 220 g."),
    # days and hours of the shop
    (HOURS, "", "We stay shut on the Friday as well."),
    (HOURS, "", "We're closed on 24 and 25 December."),
    (HOURS, "are you open on Independence Day?", "We are."),
    (HOURS, "", "Somebody is here until nine in the evening."),
    (HOURS, "", "The 26th of December is a Saturday, and we're there from nine to six."),
    # what happened to an order, and when
    (ORDER, "", "It was placed on a Tuesday and went to UPS on Friday."),
    (PICKUP, "", "It's already been collected."),
    ("text:Order JL-3 was placed on 22 November. Payment is open.", "", "The payment has come through."),
    ("text:The code is valid until 31 December 2026.", "", "It's valid until 25 December."),
    # how much is left, in words
    ("product:JL-BAT-16", "", "The soap dish is down to its very last piece."),
    ("product:JL-TEA-05", "", "A few are left at $14.90."),
    ("product:JL-COF-03", "", "Plenty of the moss green left."),
    # sizes, fractions, what comes with it
    ("product:JL-CLO-05", "", "Between two sizes, go for the larger one."),
    ("product:JL-CLO-16", "", "Down from $159.00 to $139.00, so that's a quarter off."),
    ("product:JL-HOM-13", "", "You get a duvet cover, two pillowcases and a fitted sheet."),
    ("product:JL-HOM-21", "", "One AA battery comes with it."),
    # what is promised
    ("product:JL-DRI-15", "", "The bottle is out of stock. It will be back next week."),
    (SKILLET, "", "One is now reserved under your name."),
    ("product:JL-DRI-04", "", "It'll be engraved and with you by the weekend."),
    ("product:JL-DRI-02", "", "The Trail Flask is the one for your cup holder."),
]
TRUE = [
    (
        FLASKS,
        "",
        "The push-button flask is leakproof, once it's locked. The tumbler isn't: its lid only stops splashes.",
    ),
    ("product:JL-AUD-04;product:JL-AUD-05", "", "Against sweat the cheaper pair does better, IPX5 rather than IPX4."),
    ("product:JL-KIT-06;product:JL-KIT-03", "", "Wipe the oak board; rinse the bamboo steamer without soap."),
    ("product:JL-DRI-01", "", "The 500 ml one keeps drinks hot for about ten hours."),
    ("product:JL-COF-12", "", "Of the 3-cup one (150 ml) we've got fifteen."),
    ("product:JL-HOM-13", "", "King comes in white and oat only."),
    ("product:JL-CLO-06", "", "Heather grey is sold out in M. There are four in S and seven in L."),
    (HOURS, "", "The 2nd of January 2027 is a Saturday, so we're back from ten to four."),
    (HOURS, "thanksgiving weekend?", "On Thursday, Thanksgiving, nobody's here. Friday we're back at nine."),
    (HOURS, "saturday hours?", "Saturdays we're here from 10 am until 4 pm. That's six hours."),
    ("faq:bot-or-person", "", "I'm a program; shall I pass you to one?"),
    ("faq:dispatch-cutoff", "", "Until just before two in the afternoon, federal holidays aside."),
    (PICKUP, "", "JL-2 has been ready since Saturday."),
    (ORDER, "", "It was placed last Tuesday and went to UPS the day after."),
    ("text:It left with USPS, tracking number 9400 1118 9922 3344 55.", "", "Here it is: 9400111899223344 55."),
    ("product:JL-COF-04", "at 2 a day?", "There are a hundred sheets, so at two a day it lasts fifty days."),
    ("product:JL-BAT-09", "at 3 hours an evening?", "About 45 hours in all, so fifteen evenings."),
    ("product:JL-TEA-17", "10 g?", "No, each takes up to five grams. For ten you'd need two."),
    ("product:JL-KIT-09", "", "The largest is fifteen millilitres, the smallest one millilitre."),
    ("product:JL-BAT-04", "almonds?", "Please leave the hand cream, because it contains almond oil."),
    ("faq:damaged-or-wrong", "my broken mug?", "If the mug was under $40 you can keep the pieces."),
    ("product:JL-DRI-06;product:JL-DRI-14", "price difference?", "$19.05: one is $35.00, the other $15.95."),
    ("product:JL-HOM-17", "", "There are two sets left at $54.00."),
    ("product:JL-BAG-01", "", "It comes in: black, clay (sold out) and moss green."),
]


def said_whole(facts: str, asked: str, reply: str) -> list[str]:
    turn = lock(facts, asked)
    parts = [part if part.endswith((".", "?", "!")) else f"{part}." for part in reply.split(". ")]
    return [stopped.claim for part in parts if (stopped := turn.stops(part)) is not None]


@pytest.mark.parametrize(("facts", "asked", "reply"), FALSE)
def test_a_relation_that_does_not_hold_is_stopped(facts: str, asked: str, reply: str) -> None:
    assert said_whole(facts, asked, reply)


@pytest.mark.parametrize(("facts", "asked", "reply"), TRUE)
def test_a_relation_that_holds_is_said(facts: str, asked: str, reply: str) -> None:
    assert said_whole(facts, asked, reply) == []


def test_a_question_that_the_reply_asks_itself_is_answered_by_its_next_sentence() -> None:
    for answer, stopped in (("Go ahead.", True), ("Better not.", False)):
        turn = lock("product:JL-HOM-15")
        assert turn.stops("Dishwasher?") is None
        assert (turn.stops(answer) is not None) is stopped
