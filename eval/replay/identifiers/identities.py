"""Numbers that a state, a school or an employer gave somebody, their day of birth and their car's plate: by shape, or behind a word for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.digits import EN_END, ZH_END
from eval.replay.identifiers.runs import run_at
from eval.replay.identifiers.spans import Span, matches

_L, _R = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
_SHAPES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_L}\d{{6}}[ -]?(?:18|19|20)\d\d[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])[ -]?\d{{3}}[ -]?[\dXx]{_R}",  # China
        rf"{_L}[1-8]\d{{5}}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{{3}}{_R}",  # China until 1999
        rf"{_L}[A-CEGHJ-PQR-TW-Z]{{2}} ?\d\d ?\d\d ?\d\d ?[A-D]{_R}",  # Britain, insurance
        rf"{_L}[A-Z9]{{5}}\d{{6}}[A-Z9]{{2}}\d[A-Z]{{2}}{_R}",  # Britain, driving
        rf"{_L}[A-Z]{{1,2}}\d{{6}}\([\dA]\)",  # Hong Kong
        rf"{_L}[A-Z][12]\d{{8}}{_R}",  # Taiwan
        rf"{_L}[STFGM]\d{{7}}[A-Z]{_R}",  # Singapore
        rf"{_L}[A-Z]{{6}}\d\d[A-Z]\d\d[A-Z]\d{{3}}[A-Z]{_R}",  # Italy
        rf"{_L}\d{{3}}-\d{{2}}-\d{{4}}{_R}",  # United States
        rf"{_L}\d{{3}}\.\d{{3}}\.\d{{3}}-\d\d{_R}",  # Brazil
        rf"{_L}[A-Z]{{3}}[PCHFATBLJG][A-Z]\d{{4}}[A-Z]{_R}",  # India, tax
        rf"{_L}[XYZ]-?\d{{7}}-?[A-Z]{_R}",  # Spain, foreigners
        rf"{_L}[A-Z]{{4}}\d{{6}}[HM][A-Z]{{5}}[A-Z0-9]\d{_R}",  # Mexico
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][· ]?(?=[A-Z0-9 ]*\d)[A-Z0-9] ?[A-Z0-9]{4,5}(?![A-Za-z0-9])",  # plates
    )
)  # fmt: skip
_TOLD = re.compile(
    r"(?<![A-Za-z])(?:passport|social security|social insurance|social|ssn|sin|nino|ni|national insurance|nat(?:ional)? ?id|id|identity|hkid|nric|dni|nie|nif|nit|cpf|rfc|curp|aadhaa?r|pan|codice fiscale|"
    r"(?:personal)?ausweis|personnummer|cpr|bsn|pesel|cnic|ein|vat|tax|steuer-?id|steuernummer|utr|abn|acn|tfn|gst(?:in)?|eori|medicare|medicaid|nhs|health|student|employee|staff|driv(?:er'?s|ing|er) ?licen[cs]e|licen[cs]e|dl|"
    r"residen(?:ce|t) (?:permit|card)|green card|visa)(?: ?(?:card|permit|registration|reg|id))?(?P<mark>(?: ?(?:numbers?|nos?\.?|nr\.?|num|id|code|#))?)(?:[ :=#(-]|\b(?:is|was|it's|its|reads?|says|of|mine|my|ending|ends|in|with)\b|the last \w+|'s)*",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"passport|social|ssn|nino|ni\b|national|hkid|nric|dni|nie|nif|cpf|curp|aadh|codice|(?:personal)?ausweis|personnummer|bsn|pesel|cnic|ein\b|vat|steuer|utr|abn|acn|tfn|gst|eori|nhs|medicare|driv|licen|dl\b|residen|green",
    re.IGNORECASE,
)
"""What needs no `number` behind it."""
_TOLD_ZH = re.compile(
    r"(?:身份证|证件|护照|通行证|台胞证|回乡证|居住证|居留证|永居证|驾驶证|驾照|行驶证|社保卡?|医保卡?|军官证|士兵证|学生证|学号|工号|工牌|员工号|准考证|税号|纳税人识别号|信用代码|营业执照|组织机构代码|户口本|出生证)"
    rf"(?:号码|编号|号|[是为：:（(写填 ]|上|的|我|{ZH_END}|军字第)*"
)
_DAY = r"(?:\d{1,2}[./ -](?:\d{1,2}|[A-Za-z]{3,9})[./ -]\d{2,4}|\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}(?:st|nd|rd|th)? (?:of )?[A-Z][a-z]{2,8},? \d{4}|[A-Z][a-z]{2,8} \d{1,2}(?:st|nd|rd|th)?,? \d{4})"
_BESIDE = (
    re.compile(r"(?:身份证|证件)[^\d\n，。]{0,8}(?P<it>\d{3,5}[\dXx])(?![\dA-Za-z])"),
    re.compile(rf"\b(?:dob|d\.o\.b\.?|date of birth|birth ?date|birthday|born(?: on)?)(?: (?:is|was|on))*[ :]*(?P<it>(?i:{_DAY}))(?!\d)", re.IGNORECASE),
    re.compile(r"(?:生日|出生日期|出生年月日?|生于)[是为：: ]{0,2}(?P<it>(?:19|20)\d\d[-年./]\d{1,2}[-月./](?:\d{1,2}[日号]?)?)"),
    re.compile(r"\b(?:number ?plate|licen[cs]e plate|plate(?: number)?|reg(?:istration)?(?: (?:number|no\.?|plate)))(?: (?:is|was))?[ :]*(?P<it>(?=[A-Z0-9 -]*\d)[A-Z0-9]{1,4}[ -]?[A-Z0-9]{2,4}(?:[ -][A-Z0-9]{1,3})?)(?![\w-])"),
    re.compile(rf"\b{EN_END}(?: \w+){{0,2}} (?:of|on) (?:my |the )?(?:social|ssn|passport|id|licen[cs]e)\w*[^\d.!?\n]{{0,20}}?(?P<it>\d{{3,5}})(?!\d)", re.IGNORECASE),
)  # fmt: skip


def identities(text: str) -> Iterator[Span]:
    for pattern in (*_SHAPES, *_BESIDE):
        yield from matches(pattern, text, "identity")
    for cue in _TOLD.finditer(text):
        if (cue["mark"] or _ALONE.match(cue.group())) and (run := run_at(text, cue.end(), 4)):
            yield Span(run[0], _bracket(text, run[1]), "identity")
    for cue in _TOLD_ZH.finditer(text):
        if run := run_at(text, cue.end(), 3):
            yield Span(run[0], _bracket(text, run[1]), "identity")


def _bracket(text: str, end: int) -> int:
    """Hong Kong's check digit stands in brackets."""
    match = re.match(r"\([\dA]\)|号", text[end:])
    return end + len(match.group()) if match else end
