"""The breaker leaves a failing endpoint alone, and finds out by itself when it is well again."""

from __future__ import annotations

from bot.writing.breaker import Breaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def failing(clock: Clock, times: int) -> Breaker:
    breaker = Breaker(clock, failures=5, rest_s=15)
    for _ in range(times):
        assert breaker.enters()
        breaker.failed()
    return breaker


def test_five_failures_in_a_row_open_it() -> None:
    assert failing(Clock(), 4).enters()
    assert not failing(Clock(), 5).enters()


def test_a_success_between_starts_the_count_anew() -> None:
    breaker = failing(Clock(), 4)
    breaker.succeeded()
    breaker.failed()
    assert breaker.state == "closed"


def test_after_its_rest_one_is_let_through_and_closes_or_opens_it() -> None:
    clock = Clock()
    breaker = failing(clock, 5)
    clock.now += 15
    assert (breaker.state, breaker.enters(), breaker.enters()) == ("half-open", True, False)
    breaker.failed()
    assert breaker.state == "open"
    clock.now += 15
    assert breaker.enters()
    breaker.succeeded()
    assert (breaker.state, breaker.enters(), breaker.enters()) == ("closed", True, True)


def test_a_trial_that_was_given_up_leaves_room_for_the_next() -> None:
    clock = Clock()
    breaker = failing(clock, 5)
    clock.now += 15
    assert breaker.enters()
    breaker.left()
    assert breaker.enters()


def test_who_asks_to_be_left_alone_is_left_alone_at_once() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.failed(rest_s=2)
    assert not breaker.enters()
    clock.now += 2
    assert breaker.enters()
