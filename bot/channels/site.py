"""What the shop's pages load: the widget's one script, and at `/` a demo page with it."""

from __future__ import annotations

import gzip
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse

from bot.channels.widget import script
from bot.channels.widget.demo import POLICY, page
from bot.wiring import OpenShop
from knowledge_base.shop import Shop

routes = APIRouter(include_in_schema=False)
_FILES = Path(__file__).parent / "widget"
_ANYWHERE = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
"""A shop's pages lie elsewhere than the clerk."""
_FRESH = {"cache-control": "public, max-age=300", "x-content-type-options": "nosniff"}


@routes.get("/widget.js")
async def widget(request: Request) -> Response:
    plain, packed, tag = _script(_shop(request).shop)
    headers = {**_ANYWHERE, **_FRESH, "etag": tag, "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(plain, headers=headers, media_type="text/javascript")
    return Response(packed, headers={**headers, "content-encoding": "gzip"}, media_type="text/javascript")


@routes.get("/")
async def demo(request: Request, lang: str = "", category: str = "") -> HTMLResponse:
    shop = _shop(request)
    asked = lang or ("zh" if request.headers.get("accept-language", "").strip().lower().startswith("zh") else "")
    told = page(shop.shop, shop.index.current().catalogue, asked, category)
    return HTMLResponse(told, headers={"content-security-policy": POLICY, "referrer-policy": "no-referrer"})


@routes.get("/demo.css")
async def demo_css() -> FileResponse:
    return FileResponse(_FILES / "demo.css", headers=_FRESH)


@routes.get("/demo.js")
async def demo_js() -> FileResponse:
    return FileResponse(_FILES / "demo.js", headers=_FRESH)


@lru_cache(4)
def _script_of(text: str) -> tuple[bytes, bytes, str]:
    plain = text.encode()
    return plain, gzip.compress(plain, 9, mtime=0), f'W/"{sha256(plain).hexdigest()[:16]}"'


def _script(shop: Shop) -> tuple[bytes, bytes, str]:
    """(plain, packed, tag)."""
    return _script_of(script(shop))


def _shop(request: Request) -> OpenShop:
    shop: OpenShop = request.app.state.shop
    return shop
