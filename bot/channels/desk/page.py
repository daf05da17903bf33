"""The page's own files, under a policy that lets nothing else in: no inline script, no text that becomes a page, no frame around it."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_HERE = Path(__file__).parent
FILES = {name: _HERE / name for name in ("desk.css", "desk.js", "drawing.js", "wire.js", "words.js")}
FILES["event_stream.js"] = _HERE.parent / "event_stream.js"
_SAFE = {"x-content-type-options": "nosniff", "cross-origin-resource-policy": "same-origin", "cache-control": "no-cache"}  # fmt: skip
_PAGE = {"content-security-policy": POLICY, "referrer-policy": "no-referrer", "cross-origin-opener-policy": "same-origin"}  # fmt: skip

routes = APIRouter(prefix="/desk", include_in_schema=False)


@routes.get("")
async def page() -> FileResponse:
    """Anybody may see it: it holds nothing before somebody signs in."""
    return FileResponse(_HERE / "desk.html", headers={**_SAFE, **_PAGE})


@routes.get("/files/{name}")
async def file(name: str) -> FileResponse:
    if name not in FILES:
        raise HTTPException(404, "There is no such file.")
    return FileResponse(FILES[name], headers=_SAFE)
