"""The API against its own description: Schemathesis makes requests of every operation, and looks at what comes back."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from bot.channels.access import Access
from bot.channels.web import create_app
from bot.settings import Settings
from bot.wiring import open_shop
from eval.access.door import KEYS


def run(settings: Settings, cases: int, say: Callable[[int, int], None] = lambda done, of: None) -> dict[str, Any]:
    """Counts by operation and status; `five_xx` and `violations` have to be 0. Operations that have few cases leave theirs to the others."""
    import schemathesis
    from hypothesis import HealthCheck, Phase, given
    from hypothesis import settings as plan
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
        operations = [found.ok() for found in schema.get_all_operations()]
        made = 0
        for left, operation in enumerate(sorted(operations, key=_is_small), 1):
            share = (cases - made) // (len(operations) - left + 1)

            def one(case: Any) -> None:
                nonlocal made
                made += 1
                answer = case.call(timeout=30)
                statuses[f"{case.operation.label} {answer.status_code}"] += 1
                try:
                    case.validate_response(answer, checks=checks)
                except FailureGroup as group:
                    for failure in group.exceptions:
                        violations[
                            f"{case.operation.label}: {type(failure).__name__}: {str(failure).splitlines()[0][:120]}"
                        ] += 1
                if made % 100 == 0:
                    say(made, cases)

            todo = plan(
                max_examples=max(share, 1),
                database=None,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            todo(given(case=operation.as_strategy())(one))()
    return {
        "cases": made, "operations": len(operations), "five_xx": sum(n for told, n in statuses.items() if told.split()[-1] >= "500"),
        "violations": sum(violations.values()), "what": dict(violations), "by_status": dict(sorted(statuses.items())),
    }  # fmt: skip


def _is_small(operation: Any) -> int:
    """Operations without anything to fill in come first: they have one case."""
    return len(operation.body) * 10 + len(operation.path_parameters) + len(operation.query)


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """The door on a port of its own, in a thread."""
    app = create_app(open_shop(settings), access=Access(keys=KEYS))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()
