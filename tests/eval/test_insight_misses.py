"""Questions without an answer: one group a meaning, ranked by trouble, with what colleagues said; and the market."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.stores import proposals
from bot.stores.database import Database
from eval.insights import misses_told
from eval.insights.blocks import Links
from eval.insights.drafts import propose
from eval.insights.grouping import groups
from eval.insights.intervals import share
from eval.insights.kept import Visit
from eval.insights.market import Market, market
from eval.insights.misses import Clean, Misses, missed_in, misses
from eval.insights.rivals import Rivals
from eval.insights.withholding import LEAST
from eval.insights.words import Words
from eval.replay.identifiers.anonymise import Anonymiser
from knowledge_base.types import Product
from tests.insight_rows import MONTH, NOW, Meanings, asked, told, visit

ANSWER = "Dogs on a lead are welcome."
EMBEDDER = Meanings((("dog", "狗"), ("engrav", "刻字"), ("yoga", "瑜伽")))


def dogs(count: int, *, handed: bool = False) -> list[Visit]:
    """Every second asks in Chinese; who is handed over is answered."""
    made = []
    for n in range(count):
        locale = "zh" if n % 2 else "en"
        text = "可以带狗吗" if n % 2 else "are dogs allowed"
        first = asked(text, who=f"D{n}", said="unknown", locale=locale)
        call = asked("a person please", who=f"D{n}", minutes=1, intent="handoff", handed="asked", locale=locale)
        made.append(visit(first, call, told=[told(ANSWER if locale == "en" else "欢迎带狗")]) if handed else visit(first))  # fmt: skip
    return made


def as_it_is(visit: Visit) -> Clean:
    return lambda text: text


def by_patterns(visit: Visit) -> Clean:
    """As the report does it: who is named anywhere in the visit is known in all of it."""
    one = Anonymiser()
    for said in visit.asked:
        one.text(said.text)
    return one.text


def found(visits: list[Visit]) -> Misses:
    return misses(visits, EMBEDDER, as_it_is)


def test_what_means_the_same_is_one_question_in_both_languages() -> None:
    (one,) = found(dogs(10)).found
    assert (one.people, one.questions, set(one.locales), one.left) == (10, 10, {"en", "zh"}, 10)


def test_of_fewer_than_ten_people_the_question_is_shown_and_no_count() -> None:
    (one,) = found(dogs(9, handed=True)).found
    assert one.question == "are dogs allowed"
    assert (one.people, one.questions, one.handed, one.left, one.upset, one.again, one.shares) == (None,) * 6 + ({},)
    for locale in ("en", "zh"):
        words = Words(locale, "USD", UTC, LEAST)
        told_ = " ".join(str(cell) for block in misses_told.blocks(found(dogs(9)), words) for row in block.rows for cell in row if not isinstance(cell, Links))  # fmt: skip
        told_ += " ".join(point.text for point in misses_told.points(found(dogs(9)), words))
        assert "9" not in told_
        assert words.say("fewer", least=LEAST) in told_


def test_a_count_stands_with_its_interval() -> None:
    (one,) = found([*dogs(4, handed=True), *[replace(each, asked=tuple(replace(a, person=f"X{n}") for a in each.asked)) for n, each in enumerate(dogs(8))]]).found  # fmt: skip
    assert (one.people, one.handed) == (12, 4)
    assert one.shares["handed"] == share(4, 12)


def test_what_somebody_wrote_is_shown_without_them_even_where_they_were_named_elsewhere_in_the_visit() -> None:
    made = [
        visit(
            asked("hello, I'm Rowena Ashdown", who=f"D{n}", intent="greet"),
            asked("dogs? Rowena here" if n else "may ashdown's dog come too", who=f"D{n}", minutes=1, said="unknown"),
        )
        for n in range(4)
    ]
    (one,) = misses(made, EMBEDDER, by_patterns).found
    assert not [text for text in (one.question, *one.examples) if "rowena" in text.casefold() or "ashdown" in text.casefold()]  # fmt: skip


def test_of_wordings_one_that_had_nothing_taken_out_is_shown_first() -> None:
    named = [visit(asked("are dogs allowed? mail anna@example.org", who=f"N{n}", said="unknown")) for n in range(3)]
    plain = visit(asked("dogs ok?", who="P", said="unknown"))
    (one,) = misses([*named, plain], EMBEDDER, by_patterns).found
    assert one.question == "dogs ok?"


def test_questions_rank_by_the_trouble_they_made() -> None:
    engraved = [visit(asked("do you engrave?", who=f"E{n}", said="unknown"), asked("still no answer??", who=f"E{n}", minutes=1, said="unknown")) for n in range(11)]  # fmt: skip
    told_ = found([*dogs(12), *engraved])
    assert [one.question for one in told_.found] == ["do you engrave?", "are dogs allowed"]
    assert (told_.found[0].upset, told_.found[0].questions) == (11, 11), "a complaint is no question of its own"


def test_a_question_of_two_people_is_not_shown() -> None:
    told_ = found(dogs(2))
    assert (told_.found, told_.alone) == ((), None)
    assert found([visit(asked(f"is {n} a prime", who=f"A{n}", said="unknown")) for n in range(10)]).alone == 10


def test_what_is_answered_and_what_is_looked_for_is_no_miss() -> None:
    answered = visit(asked("do you ship?"), asked("thanks", minutes=1, intent="thank"))
    assert list(missed_in(answered, as_it_is)) == []
    assert found([visit(asked("yoga mats?", who=f"Y{n}", intent="find", said="found_nothing")) for n in range(5)]).found == ()  # fmt: skip


def test_the_draft_is_a_customers_question_with_a_colleagues_answer_in_each_language() -> None:
    (one,) = found(dogs(10, handed=True)).found
    assert {draft.locale: (draft.question, draft.answer) for draft in one.drafts} == {
        "en": ("Are dogs allowed?", ANSWER),
        "zh": ("可以带狗吗？", "欢迎带狗"),
    }
    assert (one.handed, one.left) == (10, 0)


@pytest.mark.parametrize("answer", ["I've noted it on your order.", "Sorry about the wait.", "Mail jo@example.org about the dog"])  # fmt: skip
def test_what_was_said_for_one_customer_is_no_draft(answer: str) -> None:
    made = [visit(asked("are dogs allowed", who=f"D{n}", said="unknown", handed="unknown"), told=[told(answer)]) for n in range(4)]  # fmt: skip
    (one,) = misses(made, EMBEDDER, by_patterns).found
    assert one.drafts == ()


def test_a_draft_is_proposed_once_even_after_it_was_refused(tmp_path: Path) -> None:
    database = Database(tmp_path / "conversations.sqlite")
    try:
        connection, told_ = database.connection(), found(dogs(6, handed=True))
        first = propose(connection, told_, EMBEDDER, NOW)
        proposals.decide(connection, first[0], "refused")
        assert (len(first), propose(connection, told_, EMBEDDER, NOW)) == (2, []), (
            "one in each language, and none again"
        )
        assert connection.execute("SELECT COUNT(*) FROM faq_questions").fetchone() == (6,)
        other = [replace(one, told=(told("Only dogs on a lead."),)) for one in dogs(6, handed=True)]
        assert propose(connection, found(other), EMBEDDER, NOW) == [], "another answer to a question that was decided"
    finally:
        database.close()


def test_groups_are_those_of_the_highest_mean_cosine() -> None:
    """Two pairs that are near each other, and one alone."""
    rows = np.array([[1, 0, 0], [0.8, 0.6, 0], [0, 0, 1], [0, -0.6, 0.8], [-1, 0, 0]], dtype=np.float32)
    assert [one.members for one in groups(rows, 0.75)] == [(0, 1), (2, 3), (4,)]
    assert len(groups(rows, 0.99)) == 5
    assert groups(rows[:0]) == []


class _Shelf:
    """A catalogue of two."""

    def __init__(self) -> None:
        self._products = {
            "KETTLE": Product("KETTLE", "Kettle", "", "kitchen", Decimal(60), "USD", stock=0),
            "MUG": Product("MUG", "Mug", "", "kitchen", Decimal(15), "USD", stock=3),
        }
        self.order = list(self._products)

    def get(self, product_id: str, locale: str) -> Product | None:
        return self._products.get(product_id)


def _shelf() -> Any:
    return _Shelf()


def seen(visits: list[Visit]) -> Market:
    return market(visits, _shelf(), "en", str, MONTH, EMBEDDER, Rivals(["Homeleaf"], ["mug"]), as_it_is)


def test_what_is_searched_and_not_found_is_demand() -> None:
    wanted = [visit(asked("any yoga mat", who=f"Y{n}", intent="find", said="found_nothing", query="yoga mat" if n % 2 else "瑜伽垫")) for n in range(10)]  # fmt: skip
    (one,) = seen(wanted).not_found
    assert (one.people, {one.wanted, *one.others}) == (10, {"yoga mat", "瑜伽垫"})
    assert seen(wanted[:2]).alone is None
    (few,) = seen(wanted[:4]).not_found
    assert few.people is None, "that somebody looked for it is told, not that it were four"


def test_a_search_that_names_somebody_is_shown_without_them() -> None:
    wanted = [visit(asked("any yoga mat", who=f"Y{n}", intent="find", said="found_nothing", query="yoga mat for anna@example.org")) for n in range(4)]  # fmt: skip
    (one,) = market(wanted, _shelf(), "en", str, MONTH, EMBEDDER, Rivals([], []), by_patterns).not_found
    assert one.wanted == "yoga mat for [email-1]"


def test_what_is_asked_for_and_sold_out_is_told_and_what_is_there_is_not() -> None:
    made = [visit(asked("the kettle?", who=f"K{n}", intent="describe", products=(product,), cards=(product,), sold_out=("KETTLE",))) for n in range(10) for product in ("KETTLE", "MUG")]  # fmt: skip
    (one,) = seen(made).shortages
    assert (one.product_id, one.people, one.sold_out) == ("KETTLE", 10, 10)
    (few,) = seen(made[:8]).shortages
    assert (few.people, few.sold_out) == (None, None)


def test_products_put_side_by_side_and_shops_that_are_named_are_counted_by_people() -> None:
    twice = [visit(asked("kettle or mug, it's cheaper at Homeleaf", who=f"C{n % 10}", minutes=n, intent="compare", products=("MUG", "KETTLE"))) for n in range(20)]  # fmt: skip
    told_ = seen(twice)
    assert [(one.products, one.people) for one in told_.pairs] == [(("KETTLE", "MUG"), 10)]
    assert [(one.name, one.is_listed, one.people) for one in told_.rivals] == [("Homeleaf", True, 10)]
    few = seen(twice[:3])
    assert ([one.people for one in few.pairs], [one.people for one in few.rivals]) == ([None], [None])


def test_a_rise_is_a_larger_share_than_before_beyond_chance() -> None:
    early = [visit(asked("mug", who=f"E{n}", days=25, products=("MUG",))) for n in range(40)]
    late = [visit(asked("mug", who=f"L{n}", days=3, products=("MUG",))) for n in range(40)]
    assert seen([*early, *late]).rises == (), "the only category can't have a larger share"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("the same is cheaper on Amazon", ["Amazon"]), ("my target price is 20", []), ("I saw it at Target for less", ["Target"]),
        ("Nordhaus sells the same flask", ["Nordhaus"]), ("淘宝上更便宜", ["Taobao 淘宝"]), ("我在网上看到更便宜", []),
        ("is it cheaper at Mug", []), ("cheaper on Monday?", []), ("does it come from Japan", []),
    ],
)  # fmt: skip
def test_a_shop_is_known_by_a_list_or_by_how_it_is_spoken_of(text: str, names: list[str]) -> None:
    assert [one.name for one in Rivals([], ["mug"]).named(text)] == names
