"""Bytes to text: UTF-8 with or without a mark, UTF-16, GB18030, else what the letters say."""

from __future__ import annotations

import codecs
from pathlib import Path

from knowledge_base.errors import UnreadableFile


def read_text(file: Path) -> str:
    """The file's text with one kind of line end. Raises UnreadableFile where it isn't text."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise UnreadableFile(str(file), error.strerror or str(error)) from error
    return decode(raw, str(file)).replace("\r\n", "\n").replace("\r", "\n")


def decode(raw: bytes, name: str) -> str:
    """Marks first, then UTF-8, then UTF-16 by its zero bytes, then GB18030, then a guess."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return _try(raw, encoding) or _fail(name)
    text = _try(raw, "utf-8")
    if text is not None and "\x00" not in text:
        return text
    if raw[:400].count(0) > len(raw[:400]) // 8:
        little = raw[1:400:2].count(0) >= raw[0:400:2].count(0)
        text = _try(raw, "utf-16-le" if little else "utf-16-be")
        return text if text is not None and "\x00" not in text else _fail(name)
    text = _try(raw, "gb18030")
    return text if text is not None and _has_han(text) else _guess(raw, name)


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _has_han(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def _guess(raw: bytes, name: str) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(raw).best()
    return str(best) if best is not None else _fail(name)


def _fail(name: str) -> str:
    raise UnreadableFile(name, "it isn't text in UTF-8, UTF-16 or GB18030; save it as UTF-8")
