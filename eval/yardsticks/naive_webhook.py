"""A webhook as one writes it in an afternoon: verify the signature, insert, commit, acknowledge. No order, nothing known again, no turn."""

from __future__ import annotations

import hmac
import os
import sqlite3
import sys
import time
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

import uvicorn
from fastapi import FastAPI, HTTPException, Request


def naive_app(file: Path, secret: str) -> FastAPI:
    """Durable as ours is (WAL, synchronous FULL), and without a hop to a thread: the commit is waited for where it is."""
    app, key = FastAPI(), b64decode(secret.removeprefix("whsec_"))
    database = sqlite3.connect(file, check_same_thread=False)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, message_id TEXT, body TEXT)")

    @app.post("/v1/webhook", status_code=202)
    async def take(request: Request) -> dict[str, str]:
        body = await request.body()
        message_id, at, given = (
            request.headers.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature")
        )
        mark = b64encode(hmac.new(key, f"{message_id}.{at}.".encode() + body, sha256).digest()).decode()
        if not hmac.compare_digest(f"v1,{mark}", given) or abs(time.time() - int(at)) > 300:
            raise HTTPException(401)
        database.execute("INSERT INTO messages (message_id, body) VALUES (?, ?)", (message_id, body.decode()))
        database.commit()
        return {"status": "accepted"}

    return app


if __name__ == "__main__":
    uvicorn.run(naive_app(Path(sys.argv[1]), os.environ["SECRET"]), port=int(sys.argv[2]), log_level="error")
