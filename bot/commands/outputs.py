"""Where a command is to write, looked at before it works: what can't be written is told at once. Callbacks for typer's options."""

from __future__ import annotations

import os
from pathlib import Path

import typer


def a_file(path: Path | None) -> Path | None:
    """In a folder that is there; `-` is the terminal, where a command takes it. Raises typer.BadParameter."""
    if path is None or str(path) == "-":
        return path
    if path.is_dir():
        raise typer.BadParameter(f"{path} is a folder; name a file, such as {path / 'report.html'}")
    if not path.resolve().parent.is_dir():
        raise typer.BadParameter(f"there is no folder {path.resolve().parent}; make it, or name a file in one that is there")  # fmt: skip
    if not os.access(path if path.exists() else path.resolve().parent, os.W_OK):
        raise typer.BadParameter(f"{path} can't be written; name a file where you may write")
    return path


def a_folder(path: Path | None) -> Path | None:
    """It may be made on the way. Raises typer.BadParameter."""
    if path is None:
        return path
    if path.exists() and not path.is_dir():
        raise typer.BadParameter(f"{path} is a file; name a folder")
    there = next(one for one in (path.resolve(), *path.resolve().parents) if one.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        raise typer.BadParameter(f"{path} can't be made: {there} is {'not writable' if there.is_dir() else 'a file'}")
    return path
