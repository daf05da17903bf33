"""Identifiers by the shape of their digits: e-mails, cards, identity numbers, phones, order numbers."""

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
        r"(?:电话|手机|座机|号码|联系|打给|拨打|微信|传真|打|短信|QQ号?是?)[^\d\n，。]{0,8}?(?<![\d#])(?P<it>\+?\d(?:[ -]?\d){6,13})(?!\d)",
    )
)  # fmt: skip

_ORDER_SHAPES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?i:{_L}JL[ _-]?(?=\d)(?:\d+)(?:[-/_]\d+)*{_R})",
        r"(?<![0-9A-Za-z])#[ ]?[A-Z]{0,3}-?\d{3,}(?:-[0-9A-Za-z]+)*(?![0-9A-Za-z])",
        r"(?<![0-9A-Za-z])#\d{1,}-\d+(?![0-9A-Za-z])",
        rf"{_L}[Ww]-?\d{{6,}}{_R}",
        rf"(?i:{_L}(?:WEB|ORD|ORDER|PO|SO|INV|TB|DD|RMA|REF)[- ]?\d{{3,}}(?:-\d+)*{_R})",
        rf"{_L}[A-Z]{{0,3}}-?20[2-3]\d[01]\d[0-3]\d-?(?:[A-Z]?\d{{2,8}}){_R}",
        rf"{_L}20[2-3]\d-\d{{4}}-\d{{3,6}}{_R}",
        r"(?<![\dA-Za-z.,/$€£¥-])\d{2,3}-\d{5,7}(?![\d-])",
        rf"{_L}[A-Z]{{1,4}}-\d{{5,}}(?:-[0-9A-Z]+)*{_R}",
        rf"{_L}[A-Z]{{1,4}}[-/]20[2-3]\d[-/]\d{{2,}}(?:[-/]\d+)*{_R}",
        r"(?<![0-9A-Za-z])J\.? ?L\.?\s?(?:[-–—_.#:/]\s?)?#?\d{3,}(?![0-9A-Za-z])",
        rf"{_L}(?!LOT|SN|EAN|ISBN|IMEI|USB|CR|BATCH)[A-Z]{{1,4}} ?\d{{5,}}{_R}",
        rf"{_L}(?:PO|SO|RMA|INV|ORD|REF)[ ]?[#:.][ ]?\d{{3,}}(?:-\d+)*{_R}",
        rf"(?i:{_L}order ?(?:no|nr)?\.?\d{{4,}}{_R})",
        r"(?<![0-9A-Za-z])#\d{3,}(?:/#?\d{2,})+(?![0-9A-Za-z])",
        rf"{_L}1Z(?:[ -]?[0-9A-Z]){{16}}{_R}",
        rf"{_L}[A-Z]{{2}}\d{{4}}(?: \d{{4}})+{_R}",
        rf"{_L}[A-Z]{{2}} ?\d{{3}} ?\d{{3}} ?\d{{3}} ?[A-Z]{{2}}{_R}",
        r"(?<!\S)(?=(?:[A-Z] )*\d \d)(?:[A-Z0-9] ){5,}[A-Z0-9](?!\S)",
    )
)
_ORDER_TOLD = re.compile(
    r"(?:\border(?:s|ed)?\b(?:'s| is| was)?|\bpurchase\b|\bconfirmation\b|\btickets?\b|\breference\b|\breturn\b|\binvoice\b|\brefund\b|\bparcel\b|\bref\b|\breceipt\b|\bdocket\b|\bquote\b|\bcase\b|\baccount\b|\bcustomer\b|\bclient\b|\bmember(?:ship)?\b|\bvoucher\b|\bcomplaint\b|\bbooking\b)"
    r"(?:[ ]?(?:numbers?|no\.?|nr\.?|num|id|is|was|for|of|under|reads|says|might be|it's|'s|the|my|a|with|about|order|code|and|or|called|starting|number's|placed|from|which|that|one|last|first|second|other|ending(?: in| with)?|ends(?: in| with)?)|[ ]?[:#=(\"“'‘’—–-])*[ ]*"
    r"(?P<it>(?<![0-9A-Za-z])(?=[A-Za-z-]{0,5}\d)[A-Za-z]{0,4}-?\d{4,}(?:-?[0-9A-Za-z]{1,8})*)(?![0-9A-Za-z%])", re.IGNORECASE,
)  # fmt: skip
_ORDER_WORD = re.compile(
    r"\b(?:orders?|ordered|purchase|confirmation|booking|reservation|reference|ref|tracking|receipt|invoice|consignment|parcel|shipment|package|tickets?|case|claim|rma|returns?|refund|"
    r"transaction|collection|pick-?up)\b(?: ?(?:number|no|nr|num|id|code|ref|reference|is|was|it's|it|says?|reads?|which|has|for|of|under|the|my|our|this|that|called|starting|with|"
    r"ending(?: in)?|ends in)\b\.?| ?[:#=(\"“'-])*[ ]{0,2}(?P<it>[A-Za-z0-9]+(?:[-/._][A-Za-z0-9]+)*)(?![0-9A-Za-z%])"
    r"|(?:订单|单号|运单|取件码|取货码|提货码|确认码|确认号|预订|预约|流水|交易|凭证|发票|工单|售后单|退货单|退款单|编码|参考)(?:编号|号码|号|码)?(?:[是为：: #（(“]|后面|尾号|写的|显示|叫|就|应该)*"
    r"(?P<zh>[A-Za-z0-9]+(?:[-/._][A-Za-z0-9]+)*)(?![0-9A-Za-z%])",
    re.IGNORECASE,
)
"""A word that a number of any shape may follow."""
_MEASURE = re.compile(
    r"\d+(?:[.x/-]\d+)*(?:mm|cm|m|km|ml|l|g|kg|mg|oz|lb|lbs|w|v|kw|wh|mah|hz|ghz|in|inch|ft|pcs|pc|pack|packs|x|days?|hours?|h|min|am|pm|st|nd|rd|th|years?|k|usd|eur|cad|gbp|cny|rmb|gb|tb)?|"
    r"(?:\d{1,2}[-/.]){2}\d{2,4}|(?:19|20)\d\d[-/.]\d{1,2}(?:[-/.]\d{1,2})?|usb-?c?\d*|ipx?\d+|a\d|mp\d|h\d{3}|v\d+",
    re.IGNORECASE,
)
"""What stands beside such a word and is none: an amount, a size, a day."""
_ORDER_TOLD_ZH = re.compile(
    r"(?:订单(?:编号|号码|号)?|单号|编号为|下的单|这单|那单|的单子|这个单|那个单|单子|尾号|尾数|订单尾数)"
    r"(?:[是为:# ：]|尾数|尾号|后几位|开头|应该|就是|大概|我的|号码|有两个|分别)*"
    r"(?P<it>[A-Za-z]{0,4}-?\d{4,}(?:-[0-9A-Za-z]+)*)(?![0-9A-Za-z])"
)
_ORDER_TOLD_AFTER = re.compile(
    r"(?<![0-9A-Za-z.-])(?P<it>[A-Za-z]{0,3}-?\d{5,}(?:-\d+)*)(?=(?:这|那|的)?(?:一)?(?:个)?(?:单|订单)(?!价|位|独|身|人|元|层|杯|个))"
)
_ORDER_BEFORE = re.compile(
    r"(?<![0-9A-Za-z.,$€£¥-])(?P<it>\d{4,}[A-Z]?)(?= (?:order|parcel|purchase|delivery|invoice|return|booking)\b)"
)
_MORE_ORDERS = re.compile(
    r"\s*(?:,|，|、|and|or|&|/|vs\.?|not|和|与|还有|跟|或者?|\+|then)+\s*(?:order |订单|#)?(?P<it>[A-Za-z]{0,4}-?\d{4,}(?:-[0-9A-Za-z]+)*)(?![0-9A-Za-z%])"
)
_DAY = re.compile(
    r"(?:19|20)\d\d-\d\d?-\d\d?|(?:19|20)\d{2}[01]\d[0-3]\d|\d{1,2}-\d{1,2}-(?:19|20)\d\d|1(?:95|96|00|23)\d{2,3}|95\d{3}"
)
_NO_ORDER = re.compile(
    r"^(?:19|20)\d\d$|^20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$|mm$|ml$|mah$|cm$|kg$", re.IGNORECASE
)


_ORDER_WIDE = re.compile(
    r"\b(?i:order|booking|reservation|confirmation|reference|ticket|voucher|claim|return|parcel)\b[^.!?\n]{0,30}?(?<![0-9A-Za-z-])(?P<it>[A-Z]{1,4}-?\d[0-9A-Z]*-[0-9A-Z-]+)(?![0-9A-Za-z])"
)
"""Capitals and digits with a dash between them, further behind such a word."""
_ORDER_SPOKEN = re.compile(
    r"\b(?:order|booking|reference|ticket|code|number)\b[ :#]*(?:number |is |no\.? )?(?P<it>(?:(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)\b[ -]?){4,}(?<=\w))",
    re.IGNORECASE,
)
_ORDER_PAIRS = re.compile(
    r"\b(?:order|booking|reference|ticket|invoice)(?:['’]s)?(?: (?:number|no\.?|nr\.?))(?:['’]s| is|:)* (?P<it>\d{1,4}(?: \d{2,4}){1,4})(?![\w.,]*\d)(?! ?(?:x|×|cm|mm|ml|g|kg)\b)",
    re.IGNORECASE,
)
_GROUPS = re.compile(rf"{_L}(?<![.,:/$€£¥+-])(?<!\d )\d{{2,}}(?:[ -]\d{{2,}}){{2,}}{_R}(?![.,]\d|%)")
_NO_NUMBER = re.compile(
    r"(?:(?<![A-Za-z])sn|s/n|serial|isbn|ean|barcode|batch|(?<![A-Za-z])lot|imei|序列号|条码|条形码|批号|(?<!订单)(?<!售后)编号)[^\d]{0,8}$",
    re.IGNORECASE,
)

_LONG = re.compile(
    rf"(?<![0-9A-Za-z.,/$€£¥#+-])(?=[0-9A-Za-z-]*\d[0-9A-Za-z-]*\d[0-9A-Za-z-]*\d[0-9A-Za-z-]*\d[0-9A-Za-z-]*\d)(?=[0-9A-Za-z-]*\d{{4}})[A-Za-z]{{0,4}}-?\d[0-9A-Za-z]*(?:-[0-9A-Za-z]+)*{_R}"
    r"(?!\s?(?:mm|cm|ml|mah|wh|kg|g|k|rpm|hz|lumens?|lm|dpi|steps|people|reviews|times|美元|元|块|毫安|毫米|毫升|克|条|人|次|件|步|流明|转|目|瓦|分)\b|[%.]\d|\s?[毫美元块克条人次件步流转目瓦分万])", re.IGNORECASE,
)  # fmt: skip
"""Five digits or more that nothing else explains: rather a placeholder too many than somebody's number."""


def emails(text: str) -> Iterator[Span]:
    yield from matches(EMAIL, text, "email")
    yield from matches(_SPELT_EMAIL, text, "email")
    yield from matches(_MISTYPED_EMAIL, text, "email")
    yield from matches(_HALF_EMAIL, text, "email")


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


def orders(text: str) -> Iterator[Span]:
    """By a shape that shops give their numbers, or because the words before say that it is one; also those listed after it."""
    shaped = [span for pattern in _ORDER_SHAPES for span in matches(pattern, text, "order")]
    told = [
        span for pattern in (_ORDER_TOLD, _ORDER_TOLD_ZH, _ORDER_TOLD_AFTER) for span in matches(pattern, text, "order")
    ]
    yield from _of_any_shape(text)
    told += [
        span
        for pattern in (_ORDER_WIDE, _ORDER_SPOKEN, _ORDER_PAIRS, _ORDER_BEFORE)
        for span in matches(pattern, text, "order")
    ]
    told += [span for span in matches(_LONG, text, "order") if _is_long(text[span.start : span.end])]
    yield from _grouped(text)
    for span in (*shaped, *told):
        if _NO_ORDER.search(text[span.start : span.end]) or _NO_NUMBER.search(text[: span.start]):
            continue
        yield span
        end = span.end
        while more := _MORE_ORDERS.match(text, end):
            if not _NO_ORDER.search(more["it"]):
                yield Span(*more.span("it"), "order")
            end = more.end()


def _is_long(said: str) -> bool:
    return sum(one.isdigit() for one in said) >= 5 and not _DAY.fullmatch(said)


def _grouped(text: str) -> Iterator[Span]:
    """Three groups of digits or more that nothing else explains, a group of four among them: no list of years or sizes."""
    for match in _GROUPS.finditer(text):
        groups = re.split("[ -]", match.group())
        years = sum(bool(re.fullmatch(r"(?:19|20)\d\d", one)) for one in groups)
        if sum(map(len, groups)) >= 9 and max(map(len, groups)) >= 4 and not years and not _NO_NUMBER.search(text[: match.start()]):  # fmt: skip
            yield Span(*match.span(), "order")


def _of_any_shape(text: str) -> Iterator[Span]:
    """After a word for an order, a booking or a parcel: capitals with two digits, letters with three, or six digits."""
    for match in _ORDER_WORD.finditer(text):
        group = "it" if match["it"] else "zh"
        said = match[group]
        digits, letters = sum(one.isdigit() for one in said), [one for one in said if one.isalpha()]
        if _DAY.fullmatch(said.replace("/", "-").replace(".", "-")) or (digits < 7 and _MEASURE.fullmatch(said)):
            continue
        mixed = bool(letters) and digits >= 2 and len(said) >= 5 and not any(one.islower() for one in letters)
        typed = bool(letters) and digits >= 3 and len(said) >= 6
        plain = not letters and digits >= (6 if said.isdigit() else 7)
        if mixed or typed or plain:
            yield Span(*match.span(group), "order")
