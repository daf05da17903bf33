"""Standard Webhooks: what a live key has signed comes in once, near its time; everything else stays out."""

from __future__ import annotations

import base64
import hmac
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.signing import SKEW, Keys
from bot.errors import Unsigned, WeakSecret
from bot.stores.file import SqliteFile
from bot.stores.seen import KEPT, SCHEMA, Seen

NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
BODY = b'{"text": "hello"}'


def key(letter: str, size: int = 24) -> str:
    return "whsec_" + base64.b64encode(letter.encode() * size).decode()


OLD, NEW = key("o"), key("n")


def raw(headers: object) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in dict(headers).items()]  # type: ignore[call-overload]


def test_what_is_signed_comes_in() -> None:
    keys = Keys.of(OLD)
    assert keys.verify(raw(keys.sign("msg_1", NOW, BODY)), BODY, NOW).id == "msg_1"


def test_the_signature_is_the_one_of_the_specification() -> None:
    """The example of the Standard Webhooks specification."""
    keys = Keys.of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = datetime.fromtimestamp(1614265330, UTC)
    signed = keys.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}')
    assert signed["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_while_a_key_is_replaced_both_count() -> None:
    both = Keys.of(f"{NEW} {OLD}")
    for sender in (Keys.of(OLD), Keys.of(NEW), both):
        assert both.verify(raw(sender.sign("a", NOW, BODY)), BODY, NOW)
    assert Keys.of(OLD).verify(raw(both.sign("a", NOW, BODY)), BODY, NOW), "a receiver with the old key knows ours"
    with pytest.raises(Unsigned, match="live key"):
        Keys.of(NEW).verify(raw(Keys.of(OLD).sign("a", NOW, BODY)), BODY, NOW)


@pytest.mark.parametrize(("apart", "counts"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_a_clock_may_be_five_minutes_off_either_way(apart: int, counts: bool) -> None:
    keys = Keys.of(OLD)
    headers = raw(keys.sign("a", NOW + timedelta(seconds=apart), BODY))
    if counts:
        assert keys.verify(headers, BODY, NOW)
    else:
        with pytest.raises(Unsigned, match=str(SKEW.seconds)):
            keys.verify(headers, BODY, NOW)


@pytest.mark.parametrize(
    "secret", ["", "whsec_", key("x", 23), key("x", 65), "whsec_ää", f"{OLD} {NEW} {OLD}", "x" * 32 + "!"]
)
def test_no_start_with_a_secret_that_is_none(secret: str) -> None:
    with pytest.raises(WeakSecret) as told:
        Keys.of(secret)
    assert not secret or secret not in str(told.value)


def test_id_time_and_body_cant_change_places() -> None:
    """`a` at 1 over `2.x` is signed as `a.1` at 2 over `x` would be: so an id has no full stop."""
    secret = b"o" * 24
    seconds = str(int(NOW.timestamp()))
    mark = base64.b64encode(hmac.new(secret, f"a.b.{seconds}.x".encode(), sha256).digest()).decode()
    headers = raw({"webhook-id": "a.b", "webhook-timestamp": seconds, "webhook-signature": f"v1,{mark}"})
    with pytest.raises(Unsigned, match="full stop"):
        Keys.of(OLD).verify(headers, b"x", NOW)


def test_a_header_that_is_there_twice_is_none() -> None:
    keys = Keys.of(OLD)
    headers = raw(keys.sign("a", NOW, BODY))
    with pytest.raises(Unsigned, match="2 times"):
        keys.verify([*headers, headers[0]], BODY, NOW)


NASTY = st.one_of(
    st.binary(max_size=60),
    st.sampled_from([b"v1,", b"v1", b"\xb2", b"1e9", b"-1", b"9" * 400, b"v1,\xe9", b"NaN", b""]),
)


@given(NASTY, NASTY, NASTY, st.binary(max_size=40))
def test_whatever_headers_hold_they_are_refused_and_nothing_breaks(
    one: bytes, at: bytes, mark: bytes, body: bytes
) -> None:
    with pytest.raises(Unsigned):
        Keys.of(OLD).verify([(b"webhook-id", one), (b"webhook-timestamp", at), (b"Webhook-Signature", mark)], body, NOW)


async def test_a_request_counts_once_also_after_a_restart(tmp_path: Path) -> None:
    for first, at in ((True, NOW), (False, NOW + timedelta(minutes=4)), (True, NOW + KEPT + timedelta(hours=1))):
        file = SqliteFile(tmp_path / "access.sqlite", SCHEMA)
        assert await Seen(file).first("webhook a 1", at) is first
        await file.close()


def test_signatures_are_compared_in_constant_time() -> None:
    """Read in the source: a clock is too coarse to see it."""
    import ast
    import inspect

    from bot.channels import signing
    from bot.orders import contacts
    from bot.stores import visitors

    for module, function in ((signing, "_matches"), (visitors, "_may"), (contacts, "_same")):
        tree = ast.parse(inspect.getsource(module))
        body = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function)
        called = {ast.unparse(node.func) for node in ast.walk(body) if isinstance(node, ast.Call)}
        compared = [ast.unparse(node) for node in ast.walk(body) if isinstance(node, ast.Compare)]
        assert "hmac.compare_digest" in called, f"{module.__name__}.{function}"
        assert not [one for one in compared if "==" in one or " in " in one], compared
