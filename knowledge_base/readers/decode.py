"""Files to bytes, bytes to text: UTF-8 with or without a mark, UTF-16, GB18030, else what the letters say."""

from __future__ import annotations

import codecs
import os
import re
import stat
import zipfile
from pathlib import Path

from knowledge_base.errors import UnreadableFile, why

LARGEST = 1_000_000_000
"""Bytes of the largest file that is read whole, and of what a zipped one (XLSX, DOCX) may unpack to."""

_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufeff\uffa0\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LIKELY = re.compile("[\t\n\r -~\u00a0-\u00ff\u2010-\u203b\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_SAMPLE = 200_000
"""Bytes that a guess looks at; even, so that UTF-16 isn't cut within a letter."""


def clean(text: str) -> str:
    """Without control characters and halves of a letter, which no index, database or screen takes, without marks that turn the
    direction of writing (a title must not make a reply read otherwise than it is), and without what only a machine sees: zero-width
    and filling marks, invisible twins of letters."""
    return _UNWANTED.sub("", text)


def checked(file: Path) -> Path:
    """The file, if it can be read whole. Raises UnreadableFile for a folder, a loop of links, a device, no permission."""
    try:
        facts = file.stat()
    except (OSError, ValueError) as error:
        raise UnreadableFile(str(file), _why(error)) from error
    if stat.S_ISDIR(facts.st_mode):
        raise UnreadableFile(str(file), "it is a folder; name the files in it, such as `folder/*.md`")
    if not stat.S_ISREG(facts.st_mode):
        raise UnreadableFile(str(file), "it isn't a plain file")
    if facts.st_size > LARGEST:
        raise UnreadableFile(str(file), f"it has more than {LARGEST:,} bytes; split it")
    if not os.access(file, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
        raise UnreadableFile(str(file), "there is no permission to read it")
    return file


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file; correct `file` under [[sources]] in shop.toml"
    return why(error)


def checked_zip(file: Path) -> Path:
    """`checked`, and what it unpacks to is not beyond all measure; a file that isn't a zip is left to its own reader."""
    checked(file)
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return file
    if unpacked > LARGEST:
        raise UnreadableFile(str(file), f"it unpacks to {unpacked:,} bytes, which is taken for an attack")
    return file


def read_bytes(file: Path) -> bytes:
    try:
        return checked(file).read_bytes()
    except OSError as error:
        raise UnreadableFile(str(file), _why(error)) from error


def read_text(file: Path) -> str:
    """The file's text with one kind of line end. Raises UnreadableFile where it isn't text."""
    return decode(read_bytes(file), str(file)).replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")


def decode(raw: bytes, name: str) -> str:
    """Marks first, then UTF-8, then UTF-16, then GB18030 where the letters make sense in it, then a guess."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _without_nul(_must(raw, encoding, name), name)
    text = _try(raw, "utf-8")
    if text is not None and "\x00" not in text:
        return text
    if (wide := _utf16(raw)) is not None:
        return _without_nul(wide, name)
    if text is not None or b"\x00" in raw:
        return _without_nul(text if text is not None else raw.decode("latin-1"), name)
    _refuse_torn_utf8(raw, name)
    if _looks_chinese(raw) and (text := _try(raw, "gb18030")) is not None:
        return text
    return _guess(raw, name)


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _must(raw: bytes, encoding: str, name: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(
            name, f"line {line}: it starts as {encoding}, but has a byte that isn't; save it again as UTF-8"
        ) from error


def _without_nul(text: str, name: str) -> str:
    place = text.find("\x00")
    if place < 0:
        return text
    line = text.count("\n", 0, place) + 1
    raise UnreadableFile(name, f"line {line}: it has zero bytes, so it isn't text; export it again as UTF-8")


def _utf16(raw: bytes) -> str | None:
    """UTF-16 without a mark: of the two byte orders the one in which nearly all letters are of scripts that shops write."""
    if len(raw) % 2 or not raw:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        sample = raw[:_SAMPLE].decode(encoding, "replace")
        if len(_LIKELY.findall(sample)) >= 0.95 * len(sample) and (text := _try(raw, encoding)) is not None:
            return text
    return None


def _refuse_torn_utf8(raw: bytes, name: str) -> None:
    """UTF-8 with a few broken bytes would make nonsense in GB18030: better told than guessed."""
    text = raw[:_SAMPLE].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    letters = sum(letter > "\u07ff" for letter in text) - broken
    if letters >= 5 * broken > 0 or (not broken and raw[_SAMPLE:]):
        _must(raw, "utf-8", name)


def _looks_chinese(raw: bytes) -> bool:
    """Chinese fills runs of high bytes with common characters; in Latin-1 a high byte stands alone among plain letters."""
    runs = [len(run.group()) for run in _HIGH_RUN.finditer(raw[:_SAMPLE])]
    paired = sum(length for length in runs if length % 2 == 0 or length >= 4)
    if max(runs, default=0) < 4 or paired < 0.7 * sum(runs):
        return False
    letters = [letter for letter in raw[:_SAMPLE].decode("gb18030", "ignore") if letter > "\x7f"]
    return sum(map(_is_common, letters)) >= 0.6 * len(letters)


def _is_common(letter: str) -> bool:
    """Whether a letter is of GB 2312's punctuation or of its 3,755 common characters."""
    lead = letter.encode("gb18030")[0]
    return len(letter.encode("gb18030")) == 2 and (0xB0 <= lead <= 0xD7 or 0xA1 <= lead <= 0xA3)


def _guess(raw: bytes, name: str) -> str:
    runs = [len(run.group()) for run in _HIGH_RUN.finditer(raw[:_SAMPLE])]
    if sum(length for length in runs if length <= 2) >= 0.8 * sum(runs) and (text := _try(raw, "cp1252")) is not None:
        return text
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:_SAMPLE], cp_isolation=["cp1251", "cp1252", "big5", "shift_jis", "euc_kr"]).best()
    text = _try(raw, best.encoding) if best is not None else None
    if text is None:
        raise UnreadableFile(name, "it isn't text in UTF-8, UTF-16 or GB18030; save it as UTF-8")
    return text
