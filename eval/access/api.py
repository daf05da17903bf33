"""The API against its own description: Schemathesis makes requests of every operation, and looks at what comes back."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import uvicorn

from bot.channels.access import Access
from bot.channels.web import create_app
from bot.settings import Settings
from bot.stores.visitors import new_token
from bot.wiring import open_shop
from eval.access.door import KEYS


def run(settings: Settings, cases: int, say: Callable[[int, int], None] = lambda done, of: None) -> dict[str, Any]:
    """Counts by operation and status; `five_xx` and `violations` have to be 0. Operations that have few cases leave theirs to the others."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, given
    from hypothesis import settings as plan
    from hypothesis.errors import Unsatisfiable
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.core.failures import FailureGroup
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
    ]
    statuses: Counter[str] = Counter()
    violations: Counter[str] = Counter()
    with served(settings) as address:
        schema = schemathesis.openapi.from_url(f"{address}/openapi.json")
        operations = [_known(found) for found in schema.get_all_operations()]
        made = 0
        conversation = begun(address)

        def one(case: Any) -> None:
            nonlocal made
            made += 1
            answer = helped(case, made, conversation).call(timeout=30)
            statuses[f"{case.operation.label} {answer.status_code}"] += 1
            try:
                case.validate_response(answer, checks=checks)
            except FailureGroup as group:
                for failure in group.exceptions:
                    told = f"{case.operation.label}: {type(failure).__name__}: {str(failure).splitlines()[0][:120]}"
                    violations[told] += 1
            if made % 100 == 0:
                say(made, cases)

        for place, operation in enumerate(sorted(operations, key=_is_dear)):
            left = [_weight(one) for one in sorted(operations, key=_is_dear)[place:]]
            share = (cases - made) * left[0] // sum(left)
            for mode in (GenerationMode.NEGATIVE, GenerationMode.POSITIVE):
                todo = plan(
                    max_examples=max(share // 2, 1), database=None, deadline=None, phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck),
                )  # fmt: skip
                with suppress(Unsatisfiable):  # an operation without anything to fill in can't be asked wrongly
                    todo(given(case=operation.as_strategy(generation_mode=mode))(one))()
    return {
        "cases": made, "operations": len(operations), "five_xx": sum(n for told, n in statuses.items() if told.split()[-1] >= "500"),
        "violations": sum(violations.values()), "what": dict(violations), "by_status": dict(sorted(statuses.items())),
    }  # fmt: skip


_DEAR = ("/v1/chat", "/v1/chat/stream", "/v1/chat/completions")
"""A case of these is a whole turn."""


def _is_dear(operation: Any) -> tuple[bool, int]:
    """Those of one case come first, whole turns last."""
    return operation.path in _DEAR, len(operation.body) + len(operation.path_parameters)


def _weight(operation: Any) -> int:
    return 1 if operation.path in _DEAR else 3


def begun(address: str) -> Mapping[str, str]:
    """A conversation of the trial's own with something said in it, so that not all is 404 or empty."""
    told: Mapping[str, str] = httpx.post(f"{address}/v1/conversations", timeout=30).json()
    said = {"text": "hello", "conversation_id": told["conversation_id"]}
    httpx.post(f"{address}/v1/chat", json=said, headers={"x-conversation-token": told["token"]}, timeout=30)
    return told


def helped(case: Any, number: int, conversation: Mapping[str, str]) -> Any:
    """Every second case is let in where it is somebody's: what it asks stays as it was made."""
    if number % 2:
        return case
    if case.operation.path == "/v1/webhook":
        case.headers = {**(case.headers or {}), **_signature(case)}
    elif case.operation.path == "/v1/chat/completions":
        case.headers = {**(case.headers or {}), "authorization": f"Bearer {new_token()}"}
    elif "{conversation_id}" in case.operation.path and case.operation.method.upper() == "GET":
        case.path_parameters = {"conversation_id": conversation["conversation_id"]}
        case.headers = {**(case.headers or {}), "x-conversation-token": conversation["token"]}
    return case


def _signature(case: Any) -> Mapping[str, str]:
    """Over the bytes as they will be sent."""
    sent = _sent(case)
    return KEYS.sign(uuid4().hex, datetime.now(UTC), sent)


def _sent(case: Any) -> bytes:
    """What goes over the wire."""
    import requests

    kwargs = case.as_transport_kwargs(base_url="http://trial")
    prepared = requests.Request(
        **{name: kwargs[name] for name in ("method", "url", "json", "data", "headers") if name in kwargs}
    ).prepare()
    body = prepared.body or b""
    if not isinstance(body, (str, bytes)):
        raise TypeError(f"A body of {type(body).__name__} can't be signed.")
    return body.encode() if isinstance(body, str) else body


def _known(found: Any) -> Any:
    return found.ok()


_STREAM_S = 0.05
"""How long a stream of events goes on: each case that is let in hears it to its end."""


@contextmanager
def served(settings: Settings, access: Access = Access(keys=KEYS)) -> Iterator[str]:  # noqa: B008 (frozen)
    """The door on a port of its own, in a thread."""
    app = create_app(open_shop(settings), access=access, stream_s=_STREAM_S)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
