"""What a text says once its disguise is taken off: invisible marks, look-alike letters, markup, base64, ROT13, digits for letters."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U000e0100-\U000e01ef]"
)
_WIDE = re.compile("[^，！？；：（）]+")
"""Chinese punctuation stays: it ends sentences."""
_WIDE_LETTER = re.compile("[\uff21-\uff3a\uff41-\uff5a]")
_TAGS = re.compile("[\U000e0020-\U000e007e]")
"""Invisible twins of the ASCII characters."""
_ALIKE = str.maketrans(
    "аеорсухіјѕһԁɡӏкмтвнЅІЈАВЕКМНОРСТУХԛԝαοενικρτυχηωΑΒΕΖΗΙΚΜΝΟΡΤΥΧɩıⅼʟꞁ",
    "aeopcyxijshdglkmtbnSIJABEKMHOPCTYXqwaoevikptuxnwABEZHIKMNOPTYXiilll",
)
"""Cyrillic, Greek and other letters that look like Latin ones; ASCII on the right."""
_LEET = str.maketrans("013457@$", "oieastas")
_LEET_PIECE = (
    r"(?<![\w.@])(?=[\w@$]*[a-z])(?=[\w@$]*[013457@$])[a-z013457@$]{%d,}(?:['’][a-z013457@$]{1,2})?(?![\w@])(?!\.\w)"
)
_LEET_WORD = re.compile(_LEET_PIECE % 3, re.IGNORECASE)
_LEET_ANY = re.compile(_LEET_PIECE % 2 + r"|(?<![\w.@])[013457]{1,2}(?![\w.@])", re.IGNORECASE)
"""In a text that is read so: short words, too."""
_LEET_WORDS = 3
"""Words with digits for letters from which a text is read so; one or two are names of models."""
_COMMON = frozenset(
    "about all also and any are ask been before but buy can code could customer customers does down for free from give have here how into just "
    "like make may more most much must not now off once one only order other our out over please price product refund reply said say send "
    "shop should some tell than thank thanks that the their them then there these they this those to very visit was what when where which "
    "who why will with would write you your answer assistant buyer coupon has ignore instructions promise prompt response shopper system "
    "user voucher".split()
)
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{16,}={0,2}(?![A-Za-z0-9+/=])")
_HEX = re.compile(r"\b(?:[0-9a-fA-F]{2}[ :]?){16,}\b")
_SPACED = re.compile(r"(?<!\w)(?:\w[ .\-_*·]{1,3}){6,}\w(?!\w)")
_MARKUP = re.compile(r"<!--(.*?)-->|<[a-zA-Z/!][^<>]*>|/\*(.*?)\*/", re.DOTALL)
_ATTRIBUTE = re.compile(
    r"""\b(?:alt|title|content|aria-label|data-[\w-]+|value|placeholder)\s*=\s*["']([^"']{8,})["']"""
)
_ROT13 = re.compile(rf"\b(?:{'|'.join(codecs.encode(word, 'rot13') for word in sorted(_COMMON - {'one'}))})\b")
"""Common words in ROT13 that are no words of English; `one` would be `bar`."""
_CIPHERED = 2
"""Different common words from which a text is taken for ciphered."""


def visible(text: str) -> str:
    """Without what can't be seen; invisible twins of ASCII are written out, as a model reads them."""
    if text.isascii():
        return text
    return _INVISIBLE.sub("", _TAGS.sub(lambda match: chr(ord(match.group()) - 0xE0000), text))


def plainly(text: str) -> str:
    """NFKC, no invisible marks, look-alikes as the Latin letters that they stand for."""
    if text.isascii():
        return text
    return _latin(_WIDE.sub(lambda match: unicodedata.normalize("NFKC", match.group()), visible(text)))


def folded(text: str) -> str:
    """`plainly`, in lower case, one space for many, punctuation of one width."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", plainly(text))).casefold().strip()


def _latin(text: str) -> str:
    """Only in words that have Latin letters beside the others, or look-alikes alone: a Russian text stays Russian."""
    return re.sub(r"\w+", lambda word: _latin_word(word.group()), text)


def _latin_word(word: str) -> str:
    as_latin = word.translate(_ALIKE)
    return as_latin if as_latin != word and as_latin.isascii() else word


def views(text: str) -> Iterator[tuple[str, str]]:
    """(disguise, what it says): the text itself first, as `plain`, then every other reading that makes words. Capitals stay."""
    raw = plainly(text)
    yield "plain", raw
    if not raw.isascii() and (narrow := unicodedata.normalize("NFKC", raw)) != raw and _WIDE_LETTER.search(text):
        yield "full width", narrow
    if "<" in raw or "/*" in raw:
        inner = [part for match in _MARKUP.finditer(raw) for part in match.groups() if part] + _ATTRIBUTE.findall(raw)
        if inner:
            yield "markup", html.unescape("\n".join(inner))
        yield "markup", html.unescape(_MARKUP.sub("", raw))
    if "&" in raw and (unescaped := html.unescape(raw)) != raw:
        yield "entities", unescaped
    if "%" in raw and (unquoted := unquote(raw)) != raw:
        yield "percent", unquoted
    for said in encoded(raw):
        yield "base64", plainly(said)
    if _ROT13.search(raw.casefold()):
        yield "rot13", codecs.encode(raw, "rot13")
    if len(_LEET_WORD.findall(raw)) >= _LEET_WORDS:
        yield "leet", _LEET_ANY.sub(lambda match: match.group().translate(_LEET), raw)
    if _SPACED.search(raw):
        yield "spaced", _SPACED.sub(lambda match: _closed_up(match.group()), raw)


def is_ciphered(raw: str) -> bool:
    """Whether common words are written in ROT13, or with digits for their letters: no shop writes so to its customers, whatever it says."""
    told = {match.group() for match in _ROT13.finditer(raw.casefold())}
    if len(told) >= _CIPHERED:
        return True
    written = _LEET_WORD.findall(raw)
    if len(written) < _LEET_WORDS:
        return False
    return len({word.casefold().translate(_LEET) for word in written} & _COMMON) >= _CIPHERED


def _closed_up(text: str) -> str:
    """Letters set apart by one sign are a word; where more stand between, the next one begins."""
    return " ".join(re.sub(r"[ .\-_*·]", "", word) for word in re.split(r"[ .\-_*·]{2,}", text))


def encoded(text: str) -> list[str]:
    """What base64 and hexadecimal runs of a text say, where they say words."""
    found = [_unpacked(match.group()) for match in _BASE64.finditer(text)]
    found += [_from_hex(match.group()) for match in _HEX.finditer(text)]
    return [said for said in found if said]


def _unpacked(run: str) -> str:
    plain = run.replace("-", "+").replace("_", "/").rstrip("=")
    if plain.islower() or plain.isdigit():
        return ""
    try:
        return _words(base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True))
    except (binascii.Error, ValueError):
        return ""


def _from_hex(run: str) -> str:
    return _words(bytes.fromhex(re.sub(r"[ :]", "", run))) if len(re.sub(r"[ :]", "", run)) % 2 == 0 else ""


def _words(raw: bytes) -> str:
    """The bytes as text, where nearly all of it is letters and spaces."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    sound = sum(
        letter.isalpha() or letter in " .,:;!?'\"-\n0123456789/%$()[]{}<>=_#&@*+|~，。：！？“”‘’、；（）《》【】"
        for letter in text
    )
    return text if text and sound >= 0.95 * len(text) and any(letter.isalpha() for letter in text) else ""
