"""Identifiers by the shape of their digits: e-mails, cards, identity numbers, phones."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.spans import Span, matches

_L, _R = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"

EMAIL = re.compile(r"(?:[A-Za-z0-9À-ž_.+%'’-]+|\"[^\"\n@]{1,40}\")@[A-Za-z0-9À-ž-]+(?:\.[A-Za-z0-9À-ž-]+)+")
_MISTYPED_EMAIL = re.compile(
    r"[A-Za-z0-9_.+%'-]+@[A-Za-z0-9-]+[,;，。·](?:com|net|org|cn|de|fr|co\.uk|uk)(?![A-Za-z0-9])", re.IGNORECASE
)
_HALF_EMAIL = re.compile(
    r"[A-Za-z0-9_.+%'-]+@(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|live|gmx|aol|proton(?:mail)?|qq|163|126|sina|foxmail)(?![A-Za-z0-9.])"
    r"|(?<![\w.])[A-Za-z0-9_.+-]*[._\d][A-Za-z0-9_.+-]* at (?:gmail|yahoo|hotmail|outlook|icloud|aol|protonmail)\b",
    re.IGNORECASE,
)
"""Of a house that everybody knows, its end left out."""
_SPELT_EMAIL = re.compile(
    r"[A-Za-z0-9_.+%-]+(?:(?: dot |\[dot\]|\(dot\))[A-Za-z0-9_-]+)*"
    r"(?:[\s_]*(?:[\[({]\s?(?:at|a|@)\s?[\])}]|＠|@|#@#)[\s_]*|\s+(?:at|AT)\s+|\s+@\s*|\s*@\s+|艾特)"
    r"[A-Za-z0-9-]+(?:[\s_]*(?:[\[({]\s?(?:dot|punkt|\.)\s?[\])}]|点)[\s_]*|\s+(?:dot|DOT)\s+|\.)(?:[A-Za-z0-9-]+(?:\s+dot\s+|\[dot\]|\(dot\)|\.|点))*"
    r"(?:com|net|org|co|edu|uk|cn|de|fr|io|me|info|example|ca|au|nl|it|es|eu|jp|in|br|se|no|pl|ch|at)(?![A-Za-z0-9])", re.IGNORECASE,
)  # fmt: skip

_SAID_EMAIL = re.compile(
    r"(?<![\w@.'’])(?P<it>(?:(?!(?:is|it|its|email|mail|address|me|to|my|the|at|on|use|with|via|and|or|please|send|reach|write|under|for|from)\b)[\w.+-]+ ){0,4}?[\w.+-]+"
    r" (?:at|AT) (?:[\w-]+(?: (?:dash|hyphen|minus) [\w-]+)?)(?: (?:dot|DOT|point) \w{2,})+)(?!\w)",
    re.IGNORECASE,
)
"""`big mike 77 at yahoo dot com`, `noor underscore 92 at outlook dot com`: from the first word that isn't about it."""
_ODD_EMAIL = re.compile(
    r"[A-Za-z0-9_.+%-]+[ ]?(?:<at>|\{at\}|#|圈a|圈A|＠|艾特|爱特|小老鼠|@)[ ]?(?:[A-Za-z0-9\u4e00-\u9fff-]+[ ]?(?:<dot>|\{dot\}|\.|点|。)[ ]?)+(?:com|net|org|cn|example|co|de|fr|uk|io|me|info|公司|网络|中国)(?![A-Za-z0-9])",
    re.IGNORECASE,
)

_IDENTITY = re.compile(
    rf"{_L}\d{{6}}[ -]?(?:18|19|20)\d\d[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])[ -]?\d{{3}}[ -]?[\dXx]{_R}"
)
_IDENTITY_TOLD = re.compile(
    r"(?:身份证|证件|护照|通行证|passport|social security|ssn|driv(?:er'?s|ing) licen[cs]e|national id|ID (?:card|number)|insurance number|社保卡号?|驾照号?|台胞证|回乡证|信用代码|税号)[^\d\n,，。]{0,16}?"
    rf"{_L}(?P<it>(?:(?=[A-Z0-9]*\d[A-Z0-9]*\d[A-Z0-9]*\d)[A-Z0-9]{{6,18}}|[A-Z]{{2}}(?: ?\d\d){{3}} ?[A-D]|[A-Z]{{1,2}}\d{{6,9}}(?:\(\d\))?|\d{{15}}|\d{{3}}-\d{{2}}-\d{{4}}|\d{{17}}[\dXx]|[A-Z]\d{{2}} ?\d{{3}} ?\d{{3}})){_R}", re.IGNORECASE,
)  # fmt: skip

_IDENTITY_SHAPES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_L}[A-CEGHJ-PR-TW-Z]{{2}} ?\d\d ?\d\d ?\d\d ?[A-D]{_R}",
        rf"{_L}[A-Z9]{{5}}\d{{6}}[A-Z9]{{2}}\d[A-Z]{{2}}{_R}",
        rf"{_L}[A-Z]{{1,2}}\d{{6}}\([\dA]\)",
        rf"{_L}[A-Z]{{6}}\d\d[A-Z]\d\d[A-Z]\d{{3}}[A-Z]{_R}",
        rf"{_L}\d{{3}}-\d{{2}}-\d{{4}}{_R}",
    )
)
"""National Insurance and a driving licence of Britain, Hong Kong's identity card, Italy's tax code, a number of the United States."""

_CARD = re.compile(rf"{_L}\d(?:[ ._-]?\d){{11,18}}{_R}")
_CARD_GROUPS = re.compile(
    r"\d{4}([ ._-])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}[ -]\d{6}[ -]\d{4,5}|\d{6}[ -]\d{10,13}"
)
_CARD_WORD = re.compile(r"card|visa|amex|master|debit|credit|卡|银联|招行|建行|农行|工行|中行|邮储", re.IGNORECASE)
_NO_CARD = re.compile(
    r"(?:sn|s/n|serial|isbn|ean|barcode|batch|lot|tracking|imei|序列号|条码|条形码|批号|物流|运单|快递单号|(?<!订单)(?<!售后)编号)[^\d]{0,8}$",
    re.IGNORECASE,
)

_ACCOUNTS = (
    re.compile(rf"{_L}(?:A[DELTZ]|B[AEGHRY]|C[HRYZ]|D[EKO]|E[EGS]|F[IOR]|G[BEILRT]|H[RU]|I[ELQST]|JO|K[WZ]|L[BCITUVY]|M[CDEKRTU]|N[LO]|P[KLST]|QA|R[OS]|S[ACEIKMV]|T[LNR]|UA|VG|XK)\d\d(?: ?[A-Z0-9]{{4}}){{2,7}}(?: ?[A-Z0-9]{{1,4}})?{_R}"),
    re.compile(r"\bsort ?code\b[^\d\n]{0,8}(?P<it>\d\d[ -]?\d\d[ -]?\d\d)(?!\d)", re.IGNORECASE),
    re.compile(r"(?:\b(?:account|acct|a/c|routing|bank)(?: (?:number|no\.?|details))?|对公账[号户]|银行账[号户]|账[号户])[^\w\n]{0,3}(?:is |是|为)?[^\w\n]{0,2}(?P<it>\d(?:[ -]?\d){7,20})(?!\d)", re.IGNORECASE),
)  # fmt: skip
"""An IBAN, a British sort code, and what is called an account."""

_PHONES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_L}(?:\(?\+?\(?(?:00)?86\)?[ -]?)?1[3-9]\d(?:[ -]?\d{{4}}){{2}}(?!\d)",
        rf"{_L}(?:\(?\+?\(?(?:00)?86\)?[ -]?)?1[3-9]\d[ -]\d{{3}}[ -]\d{{5}}(?!\d)",
        rf"{_L}(?:\+?86[ -]?)?\(?0(?:10|2\d|[3-9]\d{{2}})\)?(?: ?- ?| )?[2-9]\d{{2,3}}[ -]?\d{{4}}(?:(?:[ -]?(?:转|ext\.?|x|-)[ ]?)\d{{1,5}})?(?!\d)",
        rf"{_L}[48]00[ -]?\d{{3,4}}[ -]?\d{{3,4}}(?!\d)",
        rf"{_L}(?:00)?(?:852|853|886)[ -]\d{{3,4}}[ -]?\d{{4,6}}(?!\d)",
        r"(?<![\w+])\+\d{1,3}(?:[ .()-]{0,2}\d){6,13}(?:\s?(?:x|ext\.?|extension)\s?\d{1,5})?(?!\d)",
        rf"{_L}(?<!\d )00[1-9]\d(?:[ .()-]{{0,2}}\d){{7,12}}(?!\d)",
        r"(?<![\w.+-])(?:1[ ./-]?)?(?:\(\d{3}\) ?-?|\d{3}[ ./-])\d{3}[ ./-]\d{4}(?:,?\s?(?:x|ext\.?|extension)\s?\d{1,5})?(?![\d-])",
        rf"{_L}(?<!\d )\(?0\d{{2,4}}\)?[ -]\d{{3,4}}[ -]?\d{{3,4}}(?![\d-])",
        rf"{_L}0[1-9]\d{{2,3}} ?\d{{5,6}}(?![\d-])",
        rf"{_L}0[1-9]\d{{1,3}}(?:[ -]\d{{2,4}}){{2,3}}(?![\d-])",
        r"\(0\)\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}(?!\d)",
        rf"{_L}\(0\d\)[ -]?\d{{3,4}}[ -]?\d{{3,4}}(?!\d)",
        rf"{_L}0\d-\d{{8}}(?!\d)",
        rf"{_L}0[1-9][ -]\d{{3,4}}[ -]\d{{3,4}}(?![\d-])",
        rf"{_L}1-8\d\d-[A-Z0-9](?:-?[A-Z0-9]){{6,9}}{_R}",
        rf"{_L}0\d{{2,4}}/\d{{5,9}}(?!\d)",
        rf"{_L}[1-9]\d[ -]\d{{4,5}}[ -]\d{{4,6}}(?![\d-])",
        rf"{_L}0\d(?:[ .]\d\d){{4}}(?!\d)",
        rf"{_L}04\d\d[ -]?\d{{3}}[ -]?\d{{3}}(?!\d)",
        rf"{_L}555-\d{{4}}{_R}",
        r"(?:phone|call|ring|text|tel|\bph|whats ?app|mobile|cell|reach|number(?:'s| is)?|fax)\b[^\d\n]{0,24}?(?<![\d#-])(?P<it>\+?\(?\d(?:[ ().-]{0,2}\d){6,13})(?![\d-])",
        r"\b(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)\b[ ,.-]{0,2}){6,}(?<=\w)",
        r"[零〇○一二三四五六七八九幺]{7,}",
        rf"{_L}\d(?: \d){{6,12}}(?! ?\d)",
        rf"{_L}1[3-9]\d\*{{4}}\d{{4}}(?!\d)",
        rf"{_L}1[3-9]\d[.·]\d{{4}}[.·]\d{{4}}(?!\d)",
        r"(?:[零〇○一二三四五六七八九幺][ ，,、-]{0,2}){6,}[零〇○一二三四五六七八九幺]",
        r"(?:电话|手机|座机|号码|联系|打给|拨打|微信|传真|打|短信|QQ号?是?)[^\d\n，。]{0,8}?(?<![\d#])(?P<it>\+?\d(?:[ -]?\d){6,13})(?!\d)",
    )
)  # fmt: skip


def emails(text: str) -> Iterator[Span]:
    yield from matches(EMAIL, text, "email")
    yield from matches(_SPELT_EMAIL, text, "email")
    yield from matches(_MISTYPED_EMAIL, text, "email")
    yield from matches(_HALF_EMAIL, text, "email")
    yield from matches(_SAID_EMAIL, text, "email")
    yield from matches(_ODD_EMAIL, text, "email")


def identities(text: str) -> Iterator[Span]:
    yield from matches(_IDENTITY, text, "identity")
    yield from matches(_IDENTITY_TOLD, text, "identity")
    for pattern in _IDENTITY_SHAPES:
        yield from matches(pattern, text, "identity")


def cards(text: str) -> Iterator[Span]:
    """12 to 19 digits that are grouped as on a card, pass Luhn's sum, begin as UnionPay's do, or are called a card."""
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if digits.startswith(("978", "979")) or _NO_CARD.search(text[: match.start()]):
            continue
        begins = digits[0] in "3456" or (digits[0] == "2" and 2221 <= int(digits[:4]) <= 2720)
        near = _CARD_WORD.search(text[max(0, match.start() - 40) : match.end() + 20])
        known = _CARD_GROUPS.fullmatch(match.group()) or (len(digits) >= 15 and digits.startswith("62"))
        if (begins and len(digits) >= 14 and (known or near or luhn(digits))) or (near and len(digits) >= 15):
            yield Span(*match.span(), "card")

    for pattern in _ACCOUNTS:
        yield from matches(pattern, text, "card")


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, annex B."""
    return sum(sum(divmod(int(d) * (1 + place % 2), 10)) for place, d in enumerate(reversed(digits))) % 10 == 0


def phones(text: str) -> Iterator[Span]:
    for pattern in _PHONES:
        for span in matches(pattern, text, "phone"):
            digits = sum(letter.isdigit() for letter in text[span.start : span.end])
            if (digits >= 7 or not digits) and not re.fullmatch(
                r"20\d\d[-. ]\d\d[-. ]\d\d", text[span.start : span.end]
            ):
                yield _with_bracket(text, span)


def _with_bracket(text: str, span: Span) -> Span:
    return (
        Span(span.start - 1, span.end, span.kind)
        if span.start and text[span.start - 1] == "(" and ")" in text[span.start : span.end]
        else span
    )
