"""Which house a conversation speaks of: by name, by part of a name, misspelt; the one named last."""

from __future__ import annotations

import pytest

from eval.benchmarks.entities import FEATURES, HouseFinder, Names, features

HOUSES = (
    "ACORN GUEST HOUSE", "WORTH HOUSE", "AUTUMN HOUSE", "GONVILLE HOTEL", "THE LENSFIELD HOTEL", "ASHLEY HOTEL", "PIZZA HUT",
    "PIZZA HUT CITY CENTRE", "A AND B GUEST HOUSE", "ROSA'S BED AND BREAKFAST", "BRIDGE GUEST HOUSE", "THE NIRALA", "THE COTTO",
)  # fmt: skip


def named(*turns: str) -> list[str]:
    return [mention.entity for mention in Names(HOUSES).mentions(turns)]


@pytest.mark.parametrize(
    ("text", "house"),
    [
        ("How about the Acorn Guest House?", "ACORN GUEST HOUSE"),
        ("The Acorn Guesthouse is full.", "ACORN GUEST HOUSE"),
        ("the acorn, please", "ACORN GUEST HOUSE"),
        ("Accorn Guesthouse", "ACORN GUEST HOUSE"),
        ("goonville hotel", "GONVILLE HOTEL"),
        ("I am looking for lensfield hotel", "THE LENSFIELD HOTEL"),
        ("pizza hut city center", "PIZZA HUT CITY CENTRE"),
        ("Pizza Hut, then", "PIZZA HUT"),
        ("A & B Guesthouse", "A AND B GUEST HOUSE"),
        ("Rosas B&B", "ROSA'S BED AND BREAKFAST"),
    ],
)
def test_a_house_is_known_however_it_is_written(text: str, house: str) -> None:
    assert named(text) == [house]


@pytest.mark.parametrize("text", ["I need a hotel in the centre", "a house, please", "pizza", "of it", ""])
def test_common_words_name_no_house(text: str) -> None:
    assert named(text) == []


def test_mentions_say_in_which_turn_and_in_what_order() -> None:
    found = Names(HOUSES).mentions(["Gonville Hotel or Worth House?", "the acorn", "Is it quiet?"])
    assert [(m.entity, m.ago) for m in found] == [("GONVILLE HOTEL", 2), ("WORTH HOUSE", 2), ("ACORN GUEST HOUSE", 1)]
    place = {entity: values[FEATURES.index("place")] for entity, values in features(found).items()}
    assert place == {"ACORN GUEST HOUSE": 0.0, "WORTH HOUSE": 1.0, "GONVILLE HOTEL": 2.0}


def test_the_finder_learns_that_the_last_house_is_meant_unless_another_has_the_answer() -> None:
    turns = ("the gonville hotel", "booked", "now pizza hut", "booked", "a question")
    samples = [(turns, frozenset({"PIZZA HUT"}), lambda house: 0.5)] * 8
    samples += [(turns, frozenset({"GONVILLE HOTEL"}), lambda house: 0.9 if house == "GONVILLE HOTEL" else 0.1)] * 8
    finder = HouseFinder(HOUSES).fit(samples)
    assert finder.find(turns, lambda house: 0.5)[0][0] == "PIZZA HUT"
    assert finder.find(turns, lambda house: 0.9 if house == "GONVILLE HOTEL" else 0.1)[0][0] == "GONVILLE HOTEL"
    assert finder.find(("hello",), lambda house: 0.5) == []
    assert finder.named_last(("the acorn guest house", "the gonville")) == ["ACORN GUEST HOUSE"]
