"""/v1/events: what pages and the shop's server tell of customers; once each, of who they are by token alone."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import pytest
from fastapi.testclient import TestClient

from bot.behaviour import Act
from bot.channels.access import Access
from bot.channels.conversations import forget
from bot.channels.customers import Customers
from bot.channels.limits import Limits, MemoryBuckets
from bot.channels.signing import Keys
from bot.channels.web import create_app
from bot.settings import Settings
from bot.stores import behaviour
from bot.stores.behaviour import Behaviour
from bot.stores.visitors import new_token
from bot.wiring import open_shop

SECRET = b"a shop's secret of 32 bytes, yes."
KEYS = Keys.of("whsec_" + "b" * 32)
SHOP = "https://shop.example"
KETTLE = "JL-COF-01"


@pytest.fixture(scope="module")
def web(sample_settings: Settings) -> Iterator[TestClient]:
    access = Access(Customers("shopclerk", SECRET), KEYS, (SHOP,), Limits(MemoryBuckets(), 300, 10_000, 10_000))
    with TestClient(create_app(open_shop(sample_settings), access=access), raise_server_exceptions=False) as client:
        yield client


def acts(web: TestClient, conversation_id: str = "", customer_id: str | None = None) -> list[Act]:
    shop = web.app.state.shop  # type: ignore[attr-defined]
    connection = shop.conversations.database.connection()
    return [
        a
        for a in behaviour.acts(connection)
        if (a.conversation_id, a.customer_id)[bool(customer_id)] == (customer_id or conversation_id)
    ]


def signed_in(customer_id: str) -> dict[str, str]:
    claims = {"sub": customer_id, "aud": "shopclerk", "exp": int(time.time()) + 60}
    return {"authorization": f"Bearer {jwt.encode(claims, SECRET, 'HS256')}"}


def clicked(product: str = KETTLE, id: str = "e1", **more: Any) -> dict[str, Any]:
    return {"id": id, "kind": "clicked", "product_id": product, **more}


def visitor() -> tuple[str, dict[str, str]]:
    return uuid4().hex, {"x-conversation-token": new_token()}


def tell(web: TestClient, headers: dict[str, str], *events: dict[str, Any], **body: Any) -> Any:
    return web.post("/v1/events", json={"events": list(events), **body}, headers=headers)


def test_an_event_counts_once_however_often_it_is_sent(web: TestClient) -> None:
    where, by = visitor()
    first, again = (tell(web, by, clicked(), clicked(id="e2"), conversation_id=where).json() for _ in range(2))
    assert (first["taken"], first["known"]) == (2, 0)
    assert (again["taken"], again["known"]) == (0, 2)
    assert len(acts(web, where)) == 2


def test_ids_of_two_visitors_are_apart(web: TestClient) -> None:
    for _ in range(2):
        where, by = visitor()
        assert tell(web, by, clicked(), conversation_id=where).json()["taken"] == 1


def test_a_visitor_who_signs_in_is_joined_and_the_token_alone_tells_no_more(web: TestClient) -> None:
    where, by = visitor()
    customer = f"C-{where}"
    tell(web, by, clicked(), conversation_id=where)
    tell(web, {**by, **signed_in(customer)}, clicked(id="e2"), conversation_id=where)
    assert [act.person for act in acts(web, customer_id=customer)] == [customer] * 2
    assert tell(web, by, clicked(id="e3"), conversation_id=where).status_code == 403


def test_an_event_of_the_future_and_an_unknown_product_are_refused_by_name_and_the_others_kept(web: TestClient) -> None:
    where, by = visitor()
    now = datetime.now(UTC)
    told = tell(
        web, by, clicked("NO-SUCH"), clicked(id="e2", at=(now + timedelta(hours=1)).isoformat()),
        clicked(id="e3", at=(now - timedelta(days=40)).isoformat()), clicked(id="e4", at=(now - timedelta(hours=1)).isoformat()),
        conversation_id=where,
    ).json()  # fmt: skip
    assert told["taken"] == 1
    assert [(one["place"], one["id"], one["field"]) for one in told["refused"]] == [
        (0, "e1", "product_id"),
        (1, "e2", "at"),
        (2, "e3", "at"),
    ]
    assert told["refused"][0]["value"] == "NO-SUCH"
    assert "future" in told["refused"][1]["reason"]


def test_a_clock_that_goes_back_is_put_in_order(web: TestClient) -> None:
    where, by = visitor()
    now = datetime.now(UTC)
    for number, minutes in enumerate((1, 30, 10)):
        tell(
            web, by, clicked(id=f"e{number}", at=(now - timedelta(minutes=minutes)).isoformat()), conversation_id=where
        )
    assert [act.key[-2:] for act in acts(web, where)] == ["e1", "e2", "e0"]


def test_who_says_no_is_untracked_in_chat_as_well_until_they_say_yes(web: TestClient) -> None:
    where, by = visitor()
    tell(web, by, clicked(), conversation_id=where)
    told = tell(web, by, clicked(id="e2"), conversation_id=where, consent=False).json()
    assert told["untracked"]
    assert told["taken"] == 0
    web.post("/v1/chat", json={"text": "do you have a kettle?", "conversation_id": where}, headers=by)
    assert acts(web, where) == []
    tell(web, by, clicked(id="e3"), conversation_id=where, consent=True)
    assert len(acts(web, where)) == 1


def test_what_is_paid_is_believed_of_the_shops_server_alone(web: TestClient) -> None:
    where, by = visitor()
    customer = f"C-{where}"
    bought = {"id": "o-1", "kind": "bought", "product_id": KETTLE, "amount": "1000.00"}
    tell(web, by, bought, conversation_id=where)
    assert acts(web, where)[0].amount is None
    body = json.dumps({"customer_id": customer, "events": [{**bought, "amount": "49.00"}]}).encode()
    signed = {**KEYS.sign(uuid4().hex, datetime.now(UTC), body), "content-type": "application/json"}
    assert web.post("/v1/events", content=body, headers=signed).json()["taken"] == 1
    assert web.post("/v1/events", content=body, headers=signed).status_code == 409
    assert str(acts(web, customer_id=customer)[0].amount) == "49.00"
    assert web.post("/v1/events", content=body, headers={**signed, "webhook-signature": "v1,xxxx"}).status_code == 401


def test_a_customer_named_in_an_unsigned_body_is_nobody(web: TestClient) -> None:
    where, by = visitor()
    tell(web, by, clicked(), conversation_id=where, customer_id="C001")
    assert [act.customer_id for act in acts(web, where)] == [None]
    assert tell(web, {}, clicked(), customer_id="C001").status_code == 422


def test_a_signed_in_customer_has_all_forgotten_and_a_visitor_with_the_conversation(web: TestClient) -> None:
    where, by = visitor()
    customer = f"C-{where}"
    tell(web, signed_in(customer), clicked())
    assert web.delete("/v1/events", headers=by).status_code == 401
    assert web.delete("/v1/events", headers=signed_in(customer)).status_code == 204
    assert acts(web, customer_id=customer) == []
    tell(web, by, clicked(), conversation_id=where)
    assert web.delete(f"/v1/conversations/{where}", headers=by).status_code == 204
    assert acts(web, where) == []


def test_what_is_told_while_its_conversation_or_customer_is_forgotten_isnt_kept(web: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    where, by = visitor()
    customer, add = f"C-{where}", Behaviour.add

    async def late(self: Behaviour, told: Sequence[Act]) -> int:
        """Both go between the check of who asks and the keeping."""
        await forget(web.app.state.shop, where)  # type: ignore[attr-defined]
        await self.forget_customer(customer, datetime.now(UTC))
        return await add(self, told)

    monkeypatch.setattr(Behaviour, "add", late)
    for headers, body in ((by, {"conversation_id": where, "consent": True}), (signed_in(customer), {})):
        assert tell(web, headers, clicked(), **body).json()["taken"] == 0
    assert (acts(web, where), acts(web, customer_id=customer)) == ([], [])
    monkeypatch.undo()
    assert tell(web, by, clicked(), conversation_id=where).json()["taken"] == 1
    assert tell(web, signed_in(customer), clicked()).json()["taken"] == 1


def test_bad_bodies_are_refused_with_their_place(web: TestClient) -> None:
    where, by = visitor()
    for events, place in (([clicked(kind="stolen")], "events.0.kind"), ([clicked()] * 101, "events"), ([clicked(at="2026-11-01T10:00:00")], "events.0.at")):  # fmt: skip
        answer = tell(web, by, *events, conversation_id=where)
        assert (answer.status_code, place in answer.json()["detail"]) == (422, True)


def test_only_the_pages_that_are_named_may_tell_and_floods_are_turned_away(
    sample_settings: Settings, tmp_path: Path
) -> None:
    access = Access(origins=(SHOP,), limits=Limits(MemoryBuckets(), 2, 1000, 1000))
    settings = sample_settings
    with TestClient(create_app(open_shop(settings), access=access)) as web:
        ask = {
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type,x-conversation-token",
        }
        assert web.options("/v1/events", headers={"origin": SHOP, **ask}).headers["access-control-allow-origin"] == SHOP
        assert (
            "access-control-allow-origin"
            not in web.options("/v1/events", headers={"origin": "https://shop.example.evil", **ask}).headers
        )
        where, by = visitor()
        answers = [tell(web, by, clicked(id=f"e{n}"), conversation_id=where).status_code for n in range(4)]
        assert answers == [200, 200, 429, 429]
