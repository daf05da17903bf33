"""`python -m tests.worker FOLDER PORT COUNT`: processes that share a port, each telling its number to whoever connects."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.commands.workers import shared, supervise


def serve(given: Mapping[str, Any]) -> None:
    with shared("127.0.0.1", given["port"]) as listening:
        listening.listen()
        Path(given["folder"], str(os.getpid())).touch()
        while True:
            connection, _ = listening.accept()
            with connection:
                connection.sendall(str(os.getpid()).encode())


if __name__ == "__main__":
    folder, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    sys.exit(supervise(serve, {"folder": folder, "port": port}, count))
