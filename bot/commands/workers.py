"""`shopclerk serve --workers`: several processes at one port, each a whole clerk; one that dies is begun again, and none outlives the first."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import wait
from threading import Thread
from typing import Any

from bot.errors import BadSetting

Given = Mapping[str, Any]
Serve = Callable[[Given], None]
"""A function of a module: a process of its own is told its name."""
_AGAIN_S = 0.5
"""Before another takes the place of one that was killed."""


def shared(host: str, port: int) -> socket.socket:
    """A socket at a port at which the other processes listen, too: the system spreads who connects over them."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind((host, port))
    return listening


def check_free(host: str, port: int) -> None:
    """Raises BadSetting where somebody listens there already: several processes would share the customers with them, and one couldn't begin."""
    if not port:
        raise BadSetting("SHOPCLERK_PORT", "0", "several processes need a port that all of them know.")
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((host, port))
    except OSError as error:
        raise BadSetting("SHOPCLERK_PORT", str(port), f"it can't be had at {host}: {error.strerror}; stop what listens there, or set another by --port.") from None  # fmt: skip


def supervise(serve: Serve, given: Given, count: int) -> int:
    """Until SIGTERM or Ctrl-C; the exit status. Each process calls `serve` with what was given.

    One that was killed, by the system or by a fault in a library, is begun again; where one ends by itself it couldn't begin, and all end.
    """
    spawn = multiprocessing.get_context("spawn")
    running = [spawn.Process(target=_serve, args=(serve, given)) for _ in range(count)]
    is_ending = False

    def end(number: int = 0, frame: object = None) -> None:
        nonlocal is_ending
        is_ending = True
        for process in running:
            process.terminate()

    for process in running:
        process.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    status = 0
    while running:
        over = wait([process.sentinel for process in running])
        for process in [one for one in running if one.sentinel in over]:
            process.join()
            running.remove(process)
            code = process.exitcode or 0
            if code < 0 and not is_ending:
                print(f"A process was ended by signal {-code}; another takes its place.", file=sys.stderr)
                time.sleep(_AGAIN_S)
                another = spawn.Process(target=_serve, args=(serve, given))
                another.start()
                running.append(another)
                if is_ending:  # since it was begun
                    another.terminate()
            if code >= 0 and not is_ending:
                status = code or 1
                end()
    return status


def _serve(serve: Serve, given: Given) -> None:
    Thread(target=_end_with_parent, daemon=True).start()
    serve(given)


def _end_with_parent() -> None:
    """However it ended: nobody would begin us again, and nobody end us."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os.kill(os.getpid(), signal.SIGTERM)
