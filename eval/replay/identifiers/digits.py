"""Digits in words, and the words around a number's end: what cards, phones and orders have in common."""

from __future__ import annotations

EN_DIGIT = r"(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|triple)"
ZH_DIGIT = "[零〇○一二三四五六七八九幺洞拐勾两壹贰叁肆伍陆柒捌玖]"
EN_END = r"(?:ending|ends?|ended|finish(?:es|ing)?|(?:the )?(?:last|final) (?:four|4|three|3|five|5|six|6)?(?: ?digits?| numbers?| figures?)?|tail)"
"""Before the last digits of a number: `ending in`, `last four`."""
ZH_END = r"(?:尾号|尾数|末尾|末[三四五六\d]位|最?后(?:面)?[三四五六几\d]?[个位](?:数字?|号码)?|结尾|卡尾)"
