"""Each check of a simulated conversation finds its planted fault, and only that, in an otherwise good conversation."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.benchmarks.outcomes import Read, chosen, part, run
from eval.errors import NothingToDo
from eval.replay.faults.story import head, named
from eval.replay.faults.table import CHECKS, faults

LAMPS = {
    "1000000001": {"options": {"color": "white", "brightness": "high"}, "available": True, "price": 60.0},
    "1000000002": {"options": {"color": "black", "brightness": "low"}, "available": True, "price": 45.0},
    "1000000003": {"options": {"color": "red", "brightness": "low"}, "available": False, "price": 40.0},
}
LAMP = {"name": "Desk Lamp", "item_id": "1000000001", "price": 60.0}
HOSE = {"name": "Garden Hose", "item_id": "2000000001", "price": 20.0}
SHOP: dict[str, dict[str, Any]] = {
    "products": {
        "p1": {"name": "Desk Lamp", "variants": LAMPS},
        "p2": {"name": "Garden Hose", "variants": {"2000000001": {"options": {}, "available": True, "price": 20.0}}},
    },
    "users": {"ann": {"orders": ["#W1", "#W2"]}},
    "orders": {
        "#W1": {
            "status": "delivered",
            "payment_history": [],
            "items": [LAMP, HOSE],
            "fulfillments": [{"tracking_id": ["777888"]}],
        },
        "#W2": {"status": "pending", "payment_history": [], "items": [LAMP, HOSE]},
    },
}
Step = tuple[str, Any]
HELLO: Sequence[Step] = (("call", ("find_user_id_by_email", {}, "ann")),)
LOOKED: Sequence[Step] = (("call", ("get_product_details", {"product_id": "p1"}, {"price": 60.0, "other": 45.0})),)
BOTH: Sequence[Step] = tuple(("call", ("get_order_details", {"order_id": id_}, {"sums": [60.0, 20.0]})) for id_ in ("#W1", "#W2"))  # fmt: skip


def user(text: str) -> Step:
    return "User", text


def shop(text: str) -> Step:
    return "Assistant", text


def call(tool: str, result: Any = None, **given: Any) -> Step:
    after = {"order_id": given.get("order_id"), "user_id": "ann", "payment_history": [], "price": 60.0}
    return "call", (tool, given, after if result is None else result)


def returned(*items: str) -> Step:
    return call("return_delivered_order_items", order_id="#W1", item_ids=list(items), payment_method_id="paypal_1")


def exchanged(new: str) -> Step:
    return call("exchange_delivered_order_items", order_id="#W1", item_ids=[LAMP["item_id"]], new_item_ids=[new])


def cancelled(reason: str = "no longer needed") -> Step:
    return call("cancel_pending_order", order_id="#W2", reason=reason)


def moved(tool: str = "modify_pending_order_address") -> Step:
    return call(tool, order_id="#W2", address1="2 Elm St")


def transcript(*said: Step) -> str:
    """As tau2's simulations are written, numbered, a result under each call."""
    lines: list[str] = []
    for who, what in (*HELLO, *said):
        if who == "call":
            tool, given, result = what
            lines += [
                f"Assistant TOOL CALL -> {tool} {given}",
                f"Tool {tool}: {result if isinstance(result, str) else json.dumps(result)}",
            ]
        else:
            lines.append(f"{who}: {what}")
    return "\n".join(f"{place}. {line}" for place, line in enumerate(lines, 1))


ASKS, YES, BYE = shop("Shall I go on? Please confirm."), user("Yes, please go ahead."), user("Thank you, bye!")
WANTS_LAMP = user("I want to return the lamp.")
OFFERS = shop("Which one would you like? Please confirm.")
CANCELS = user("Cancel order #W2, I no longer need it.")
PLANTED: Mapping[str, tuple[Sequence[Step], Sequence[Step]]] = {
    "product_forgotten": (
        (user("I want to return the lamp and the hose."), ASKS, YES, returned("1000000001"), BYE),
        (user("I want to return the lamp and the hose. I'd rather keep the hose."), ASKS, YES, returned("1000000001"), BYE),
    ),
    "address_left": (
        (user("Please change the address of order #W2 to 2 Elm St."), ASKS, YES, call("modify_user_note"), BYE),
        (user("Please change the address of order #W2 to 2 Elm St."), ASKS, YES, moved(), BYE),
    ),
    "failure_left": (
        (WANTS_LAMP, ASKS, YES, call("return_delivered_order_items", "Error: no", order_id="#W1", item_ids=["1000000001"]), user("I'll keep the lamp.")),
        (WANTS_LAMP, ASKS, YES, call("return_delivered_order_items", "Error: no", order_id="#W1", item_ids=["1000000001"]), returned("1000000001"), BYE),
    ),
    "agreed_not_done": (
        (user("What can be done about order #W1?"), ASKS, user("Fine, refund to the original card.")),
        (user("What can be done about order #W1?"), ASKS, user("Thanks for going ahead with nothing.")),
    ),
    "orders_not_looked_at": (
        (user("Which of all my orders is the dearest?"), BOTH[0], shop("#W1."), BYE),
        (user("Which of all my orders is the dearest?"), *BOTH, shop("#W1."), BYE),
    ),
    "tracking_not_told": (
        (user("What is the tracking number of #W1?"), shop("There is none."), BYE),
        (user("What is the tracking number of #W1?"), shop("It is 777888."), BYE),
    ),
    "claimed_not_done": (
        (CANCELS, ASKS, YES, cancelled(), shop("### Done\nThe address has been updated."), BYE),
        (CANCELS, ASKS, YES, cancelled(), shop("### Done\nThe order is cancelled."), BYE),
    ),
    "miscounted": (
        (user("How many lamps are there?"), *LOOKED, shop("There are 3 lamp options."), BYE),
        (user("How many lamps are there?"), *LOOKED, shop("There are 2 lamp options."), BYE),
    ),
    "wrongly_offered": (
        (user("Which lamps are there?"), *LOOKED, shop("You can have:\n1. Item ID: 1000000003, red"), BYE),
        (user("Which lamps are there?"), *LOOKED, shop("You can have:\n1. Item ID: 1000000002\n2. Item ID: 1000000003, not available"), BYE),
    ),
    "wrong_amount": (
        (CANCELS, *BOTH, ASKS, YES, cancelled(), shop("$60.00 will be refunded."), BYE),
        (CANCELS, *BOTH, ASKS, YES, cancelled(), shop("$80.00 will be refunded."), BYE),
    ),
    "figure_from_nowhere": (
        (user("How much is order #W1?"), *BOTH, shop("It was $77.00."), BYE),
        (user("How much is order #W1?"), *BOTH, shop("It was $80.00."), BYE),
    ),
    "reason_not_given": (
        (user("Cancel order #W2."), ASKS, YES, cancelled(), BYE),
        (user("Cancel order #W2. It was a mistake."), ASKS, YES, cancelled("ordered by mistake"), BYE),
    ),
    "more_than_named": (
        (user("Cancel the hose, I no longer need it."), ASKS, YES, cancelled(), BYE),
        (user("Cancel the hose, I no longer need it."), shop("Only the whole order can be cancelled. Please confirm."), user("Then please the whole order."), cancelled(), BYE),
    ),
    "not_agreed": (
        (WANTS_LAMP, returned("1000000001"), BYE),
        (WANTS_LAMP, ASKS, YES, returned("1000000001"), BYE),
    ),
    "not_the_cheapest": (
        (user("Exchange the lamp for the cheapest lamp."), OFFERS, YES, exchanged("1000000001"), BYE),
        (user("Exchange the lamp for the cheapest lamp."), OFFERS, YES, exchanged("1000000002"), BYE),
    ),
}  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
def test_a_planted_fault_is_found_and_the_same_talk_without_it_is_good(check: str) -> None:
    planted, mended = PLANTED[check]
    assert faults(transcript(*planted), SHOP) == {check}
    assert faults(transcript(*mended), SHOP) == set()


def test_an_option_that_the_variant_hasnt_is_wrongly_offered() -> None:
    said = user("Which lamps are there?"), *LOOKED, shop("1. Color: white\n   Item ID: 1000000002"), BYE
    assert faults(transcript(*said), SHOP) == {"wrongly_offered"}


def test_a_refusal_that_the_customer_takes_takes_the_wish_back() -> None:
    said = WANTS_LAMP, shop("Unfortunately, that is not possible."), user("I understand. Bye!")
    assert faults(transcript(*said), SHOP) == set()


def test_a_reason_that_the_shop_names_alone_and_the_customer_agrees_to_is_given() -> None:
    named_alone = shop("I'd cancel order #W2 as no longer needed. Please confirm.")
    choice = shop("Is it no longer needed or ordered by mistake? Please confirm.")
    wish = user("Cancel order #W2.")
    assert faults(transcript(wish, named_alone, YES, cancelled(), BYE), SHOP) == set()
    assert faults(transcript(wish, choice, YES, cancelled(), BYE), SHOP) == {"reason_not_given"}


def test_what_comes_after_a_heading_is_read() -> None:
    said = user("What is the tracking number of #W1?"), shop("Here:\n### Tracking\n777888"), user("Thanks ###STOP###")
    assert faults(transcript(*said), SHOP) == set()


@pytest.mark.parametrize(
    ("name", "word"),
    [("Electric Kettle", "kettle"), ("Luggage Set", "luggage"), ("Wristwatch", "watch"), ("Sunglasses", "sunglasse")],
)
def test_a_product_is_called_by_the_last_word_of_its_name(name: str, word: str) -> None:
    assert head(name) == word
    assert named(f"my {name.split()[-1 if word != 'luggage' else 0].lower()}, please", frozenset([word])) == {word}


def test_a_bed_isnt_in_what_is_described() -> None:
    assert named("as described, both shelves", frozenset(["bed", "bookshelf", "shelf"])) == {"shelf"}


def test_a_check_is_gone_by_when_it_was_right_twice_and_more_often_than_wrong() -> None:
    once, twice, both = "miscounted", "address_left", "not_agreed"
    read = [Read(False, frozenset([twice, both, once])), Read(False, frozenset([twice, both]))]
    assert chosen([*read, *[Read(True, frozenset([both]))] * 2]) == {twice}


def test_outcomes_are_told_with_intervals_by_what_was_read_and_for_other_rows(tmp_path: Path) -> None:
    rows = [transcript(*talk) for pair in (PLANTED["not_agreed"], PLANTED["reason_not_given"]) * 2 for talk in pair]
    files = {"transcripts/tau2_retail_sim_train.jsonl": "\n".join(json.dumps({"task_id": str(n), "reward": n % 2, "transcript": row, "judge_verdicts": n}) for n, row in enumerate(rows)),
             "agent/tau2_retail/db.json": json.dumps(SHOP), "agent/tau2_retail/tasks_train.json": "[]",
             "agent/tau2_retail/expected_end_states_train.json": json.dumps({str(n): {} for n in range(len(rows))})}  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = run(tmp_path, tmp_path / "transcripts/tau2_retail_sim_train.jsonl")
    assert report["readers"]["always good"]["right"] == 4
    assert report["readers"]["ours, each check gone by"]["right"] == report["test"]["ours"]["right"] == 8
    assert (
        report["readers"]["ours, checks chosen without the row"]["right"] == 4
    )  # alone in its training, a check isn't gone by
    assert set(report["by_part"]) == {part(str(n)) for n in range(len(rows))}
    with pytest.raises(NothingToDo, match=r"none\.jsonl isn't there"):
        run(tmp_path, tmp_path / "none.jsonl")
