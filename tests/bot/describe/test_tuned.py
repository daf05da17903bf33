"""The tuned writer: what it learns from a shop's own pairs, what it lets pass, and what it leaves to the template."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from bot.describe.asides import Asides
from bot.describe.consensus import chances, corpus_bleu, expected_bleu, words
from bot.describe.evidence import Evidence
from bot.describe.lessons import Lesson
from bot.describe.neighbours import Neighbours
from bot.describe.open import open_bench
from bot.describe.pairs import Pair, parse_mr, read_pairs, split
from bot.describe.placeholders import Placeholders
from bot.describe.slots import faults
from bot.describe.study import Plan
from bot.describe.training import train_describer
from bot.describe.tuned import TunedWriter
from bot.describe.types import Brief, Draft
from bot.describe.usage import Usage
from bot.errors import BadLine, NoDescriber, TakenFolder, TooFewPairs, WorseDescriber
from bot.settings import load_settings
from knowledge_base.types import Product

COLOURS, MATERIALS = ("red", "blue", "green"), ("wool", "linen")
NAMES = ("Aster", "Birk", "Corin", "Dune", "Ember", "Fjord", "Glen", "Heath", "Iris", "Juno")


def pairs() -> list[Pair]:
    return [
        Pair(
            (("name", name), ("colour", colour), ("material", material)),
            (f"{name} is a {colour} scarf of {material}.", f"The {colour} scarf {name} is made of {material}."),
        )
        for row, name in enumerate(NAMES)
        for colour, material in zip(COLOURS, (*MATERIALS, *MATERIALS)[row % 2 :], strict=False)
    ]


class Template:
    def write(self, brief: Brief) -> Sequence[Draft]:
        return [Draft(brief.product.title, ("a point",), "said by the template")]


def scarf(name: str, **attributes: str) -> Brief:
    return Brief(Product("1", name, "", "", Decimal(9), "USD", attributes=attributes), "en")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tuned") / "describer"
    train_describer(pairs(), out, plan=Plan(epochs=1, batch=16), device="cpu")
    return out


def test_an_unseen_product_is_described_with_its_own_values(trained: Path) -> None:
    drafts = TunedWriter.load(trained, Template()).write(scarf("Zephyr 12", colour="blue", material="linen"))
    assert all(value in drafts[0].text for value in ("Zephyr 12", "blue", "linen"))
    assert drafts[0].title == "Zephyr 12"
    assert drafts[-1].text == "said by the template"


def test_what_the_score_sheet_stops_is_said_by_the_template(trained: Path) -> None:
    writer = TunedWriter.load(trained, Template(), passes=lambda brief, draft: False)
    assert [draft.text for draft in writer.write(scarf("Zephyr", colour="blue", material="linen"))] == [
        "said by the template"
    ]


def test_a_language_that_was_not_learned_is_left_to_the_template(trained: Path) -> None:
    brief = Brief(scarf("Zephyr", colour="blue", material="linen").product, "zh")
    assert [draft.text for draft in TunedWriter.load(trained, Template()).write(brief)] == ["said by the template"]


def test_a_trained_folder_holds_a_card_and_nothing_pickled(trained: Path) -> None:
    card = json.loads((trained / "card.json").read_text())
    assert {"data_digest", "date", "score", "seed"} <= set(card)
    assert {file.suffix for file in trained.iterdir()} <= {".json", ".safetensors"}
    assert not trained.with_name("describer.training").exists()


def test_a_writer_that_is_no_better_is_not_taken(trained: Path) -> None:
    before = (trained / "card.json").read_bytes()
    with pytest.raises(WorseDescriber, match="--force"):
        train_describer(pairs(), trained, plan=Plan(epochs=1, batch=16), device="cpu")
    assert (trained / "card.json").read_bytes() == before


def test_a_training_that_was_cut_off_ends_with_the_same_weights(tmp_path: Path) -> None:
    class Killed(Exception):
        pass

    def killed(step: str, done: int, of: int) -> None:
        if step == "training" and done >= 5:
            raise Killed

    plan = Plan(epochs=2, batch=16, seed=3)
    with pytest.raises(Killed):
        train_describer(pairs(), tmp_path / "cut", plan=plan, device="cpu", say=killed)
    assert (tmp_path / "cut.training" / "checkpoint.pt").is_file()
    train_describer(pairs(), tmp_path / "cut", plan=plan, device="cpu")
    train_describer(pairs(), tmp_path / "whole", plan=plan, device="cpu")
    cut, whole = ((tmp_path / name / "model.safetensors").read_bytes() for name in ("cut", "whole"))
    assert cut == whole


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.txt").write_text("mine")
    with pytest.raises(TakenFolder):
        train_describer(pairs(), tmp_path)


def test_too_little_and_nothing_are_told(tmp_path: Path) -> None:
    with pytest.raises(TooFewPairs, match="20"):
        train_describer(pairs()[:3], tmp_path / "new")
    with pytest.raises(NoDescriber, match="train describer"):
        TunedWriter.load(tmp_path, Template())


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("<v0> is a red scarf of wool.", ()),
        ("<v0> is a scarf of wool.", ("missing colour: red",)),
        ("<v0> is a blue scarf of wool.", ("missing colour: red", "invented colour: blue")),
        ("A red scarf of wool.", ("missing name",)),
        ("<v0>: <v0> is a red scarf of wool.", ("repeated name",)),
        ("<v0> is a red scarf of wool, 30 cm wide.", ("invented number 30",)),
        ("<v0> is a red scarf of wool, as good as Birk.", ("invented name: Birk",)),
    ],
)
def test_a_slot_is_said_once_and_nothing_else_is(text: str, wrong: tuple[str, ...]) -> None:
    places = Placeholders.fit(pairs())
    said = [(places.hidden(pair.slots), places.hide(one, pair.slots)) for pair in pairs() for one in pair.texts]
    evidence = Evidence.fit(places.known, said)
    slots = (("name", "Aster"), ("colour", "red"), ("material", "wool"))
    assert faults([text], slots, places, evidence) == [wrong]


def test_a_value_of_two_attributes_is_said_only_beside_a_word_that_tells_of_which(tmp_path: Path) -> None:
    levels = ("high", "low")
    shops = [
        Pair(
            (("name", name), ("price", price), ("rating", rating)),
            (f"{name} has a {rating} rating and asks a {price} price.", f"At a {price} price, {name} has a {rating} rating."),
        )
        for name in NAMES for price in levels for rating in levels
    ]  # fmt: skip
    shops += [
        Pair((("name", name), ("price", one)), (f"{name} asks a {one} price.",)) for name in NAMES for one in levels
    ]
    shops += [
        Pair((("name", name), ("rating", one)), (f"{name} has a {one} rating.",)) for name in NAMES for one in levels
    ]
    places = Placeholders.fit(shops)
    said = [(places.hidden(pair.slots), places.hide(one, pair.slots)) for pair in shops for one in pair.texts]
    Evidence.fit(places.known, said).save(tmp_path)
    slots = (("name", "Aster"), ("price", "high"), ("rating", "low"))
    texts = ["<v0> has a low rating and asks a high.", "<v0> has a low rating and asks a high price."]
    of_none, of_price = faults(texts, slots, places, Evidence.load(tmp_path))
    assert "missing price: high" in of_none
    assert of_price == ()


def test_a_no_is_not_read_as_a_yes_for_the_words_behind_it() -> None:
    answers = [
        Pair((("name", name), ("family friendly", answer)), (f"{name} is {no}a family friendly place.", f"{name} {are}family friendly, we hear."))
        for name in NAMES
        for answer, no, are in (("yes", "", "is "), ("no", "not ", "is not "))
    ]  # fmt: skip
    places = Placeholders.fit(answers)
    said = [(places.hidden(pair.slots), places.hide(one, pair.slots)) for pair in answers for one in pair.texts]
    texts = ["<v0> is a family friendly place.", "<v0> is not a family friendly place."]
    found = faults(texts, (("name", "Aster"), ("family friendly", "yes")), places, Evidence.fit(places.known, said))
    assert found[0] == ()
    assert "missing family friendly: yes" in found[1]


def test_what_is_left_out_is_said_in_a_sentence_of_the_shops() -> None:
    lessons = [
        Lesson("en page ", (("colour", colour), ("material", material), ("name", "<v0>")), f"<v0> is {colour}. It is made of {material}.")
        for colour in COLOURS for material in MATERIALS for _ in range(5)
    ]  # fmt: skip
    known = {"colour": COLOURS, "material": MATERIALS}
    asides = Asides.of(lessons, Evidence.fit(known, [(one.slots, one.text) for one in lessons]))
    assert asides.completed("en page ", "<v0> is red.", (("material", "wool"),)) == ["<v0> is red. It is made of wool."]
    assert asides.completed("zh page ", "<v0> is red.", (("material", "wool"),)) == []


def test_wordings_of_things_like_ours_count_most() -> None:
    lessons = [
        Lesson("en page ", (("colour", "red"), ("size", "small")), "a red one, small"),
        Lesson("en page ", (("colour", "blue"), ("size", "large")), "big and blue"),
    ]
    chance = Usage.of(lessons).chances("en page ", (("colour", "red"), ("size", "small")))
    assert chance["red", "one"] > chance["and", "blue"] > 0
    assert Usage.of(lessons).chances("zh page ", ()) == {}


def test_a_neighbours_text_takes_our_values_and_the_right_article() -> None:
    lesson = Lesson("en page ", (("food", "Chinese"), ("name", "<v0>")), "<v0> is a Chinese place.")
    found = Neighbours.of([lesson]).rewritten("en page ", (("food", "English"), ("name", "<v0>")))
    assert found == [("<v0> is an English place.", 1)]


def test_the_usual_wording_is_expected_to_score_highest() -> None:
    chance = chances([(words("a red scarf of wool"), 1.0)] * 3 + [(words("scarf, red; wool"), 1.0)])
    usual, odd = (expected_bleu(words(text), chance, 5) for text in ("a red scarf of wool", "scarf, red; wool"))
    assert usual > odd
    assert corpus_bleu([words("a red scarf of wool")], [[words("a red scarf of wool"), words("wool")]]) == 1.0


def test_pairs_are_read_from_mr_strings_mappings_and_tables(tmp_path: Path) -> None:
    assert parse_mr("name[The Mill], priceRange[£20-25]") == (("name", "The Mill"), ("priceRange", "£20-25"))
    lines = tmp_path / "p.jsonl"
    lines.write_text(
        '{"mr": "name[Cotto], area[riverside]", "refs": ["One.", "Two."]}\n{"attributes": {"name": "X", "size": null}, "text": "X."}\n'
    )
    table = tmp_path / "p.csv"
    table.write_text("name,style,description\nBag,tote,A bag.\n")
    assert [pair.texts for pair in read_pairs(lines)] == [("One.", "Two."), ("X.",)]
    assert read_pairs(table) == [Pair((("name", "Bag"), ("style", "tote")), ("A bag.",))]
    lines.write_text('{"attributes": {"name": "X"}}\n')
    with pytest.raises(BadLine, match=r"p\.jsonl:1: .*no text"):
        read_pairs(lines)


def test_no_pair_is_on_both_sides_of_a_split() -> None:
    rest, held = split(pairs(), 0.2, 7)
    assert (len(rest), len(held)) == (24, 6)
    assert not {pair.slots for pair in rest} & {pair.slots for pair in held}


def test_the_command_takes_the_folder_that_the_settings_name(trained: Path) -> None:
    bench = open_bench(load_settings(describer=trained))
    brief = bench.briefs(["JL-COF-01"], style="short", locale="en")[0]
    assert bench.writer("tuned").writer.write(brief)
    with pytest.raises(NoDescriber, match="train describer"):
        open_bench(load_settings(describer=trained / "none")).writer("tuned")
