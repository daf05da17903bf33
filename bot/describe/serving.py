"""The review page on this computer alone: a token in its address, each accepted text written into the catalogue at once."""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from bot.describe.accepting import accept_all
from bot.describe.batch import Written
from bot.describe.review import page
from bot.describe.score import Score
from bot.errors import BotError
from knowledge_base.errors import KnowledgeError
from knowledge_base.shop import Shop

_LARGEST = 200_000
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


def serve(
    shop: Shop, written: Sequence[Written], scores: Sequence[Score], *, port: int = 0, tell: Callable[[str], None]
) -> None:
    """Until Ctrl-C. Raises OSError where the port is taken."""
    server = server_of(shop, written, scores, port=port)
    tell(address_of(server))
    with suppress(KeyboardInterrupt):
        server.serve_forever()
    server.server_close()


def address_of(server: ReviewServer) -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/{server.token}/"


class ReviewServer(ThreadingHTTPServer):
    """`token` is in the page's address: who doesn't know it sees nothing and changes nothing."""

    daemon_threads = True

    def __init__(self, port: int, html: Callable[[str], str], accept: Callable[[Mapping[str, Any]], str]) -> None:
        self.token = secrets.token_urlsafe(24)
        self.html, self.accept, self.one_at_a_time = html(self.token), accept, threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)


def server_of(shop: Shop, written: Sequence[Written], scores: Sequence[Score], *, port: int = 0) -> ReviewServer:
    offered = {(one.brief.product.id, one.brief.locale) for one in written}

    def accept(row: Mapping[str, Any]) -> str:
        if (row.get("id"), row.get("locale")) not in offered or not str(row.get("text", "")).strip():
            raise ValueError("this page doesn't offer that product, or the text is empty")
        return "\n".join(accept_all(shop, [row]))

    return ReviewServer(port, lambda token: page(shop, written, scores, token), accept)


class _Handler(BaseHTTPRequestHandler):
    server: ReviewServer

    def do_GET(self) -> None:
        if not self._is_ours() or not hmac.compare_digest(self.path.encode(), f"/{self.server.token}/".encode()):
            return self._answer(404, {"error": "there is nothing here"})
        return self._send(200, self.server.html.encode("utf-8"), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        given = self.headers.get("X-Token", "")
        if not self._is_ours() or not hmac.compare_digest(given.encode(), self.server.token.encode()):
            return self._answer(403, {"error": "the token is wrong; open the page anew"})
        size = self.headers.get("Content-Length", "")
        if not size.isdecimal() or int(size) > _LARGEST:
            return self._answer(413, {"error": "the text is too long"})
        try:
            row = json.loads(self.rfile.read(int(size)))
            with self.server.one_at_a_time:
                return self._answer(200, {"told": self.server.accept(row)})
        except (BotError, KnowledgeError, ValueError, AttributeError, OSError) as error:
            return self._answer(400, {"error": str(error)})

    def _is_ours(self) -> bool:
        """Asked for under our own name: another site's name that points here is turned away."""
        port = self.server.server_address[1]
        return self.headers.get("Host") in (f"127.0.0.1:{port}", f"localhost:{port}")

    def _answer(self, status: int, body: Mapping[str, str]) -> None:
        self._send(status, json.dumps(body, ensure_ascii=False).encode("utf-8"), "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        for name, value in {**_HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the address has the token in it."""
