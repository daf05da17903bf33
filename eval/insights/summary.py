"""A language model's summary of a report, sentence by sentence under a lock: what the report's own lines don't back is dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.errors import NoWords
from bot.logs import logger
from bot.writing.prompts import Prompt
from eval.insights.blocks import Block, Cell, Links, Report
from knowledge_base.passages import sentences
from retrieval.text import content_words

LANGUAGES = {"en": "English", "zh": "Simplified Chinese (简体中文)"}
MOST = 6
_ROWS = 8
"""Of each table that the model is shown."""
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NEAR = {True: 36, False: 14}
"""Letters around a figure, Latin and Chinese, of whose words one stands beside the same figure in the report."""
_SHARED = 0.7
"""Share of the words of a clause that its line has, too."""
_BORDER = re.compile(r"[;；,，。]|\.(?!\d)")
_CLAUSES = re.compile(r"[,;，；、]\s*(?!\d)|[,;，；、]\s+|\band\b|\bwhile\b|而|其中")
_CLAIMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b(?:ris|rose|grow|grew|increas|climb|surg|jump|up from)\w*|上升|升高|增加|增长|升温|上涨",
        r"\b(?:fall|fell|drop|declin|decreas|down from|shr[iau]nk)\w*|下降|减少|降低|下滑",
        r"\b(?:most|majority|half|all|every|everyone|nearly|almost|only|none|nobody|no one|never|dozens?|hundreds?|twice|doubl\w*|tripl\w*|thirds?|quarters?)\b|大多|多数|一半|全部|所有|几乎|只有|没有人|从不|翻倍",
        r"\b(?:no|not|without|n't|nor)\b|n't\b|没有|不(?!足|予)|未|无",
        r"\b(?:because|since|due|caus|thanks to|therefore|so that|leads?|led)\w*|因为|由于|导致|所以|因此",
        r"\b(?:better|worse|best|worst|good|bad|great|poor|excellent|happy|unhappy|satisf|frustrat|popular|loved?)\w*|更好|更差|最好|最差|满意|优秀|糟|受欢迎",
        r"\b(?:more|less|fewer|higher|lower|faster|slower|than)\b|更多|更少|更高|更低|更快|更慢|超过",
    )
)
"""What a sentence may claim only where its lines do: a direction, a part of the whole, a denial, a reason, a judgement, a comparison."""
_SPELLED = re.compile(r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|hundred|thousand)\b|[一二三四五六七八九十百千两]+(?:个|位|次|人|成|倍|条|款)", re.IGNORECASE)  # fmt: skip

Ask = Callable[[str, str], str]
"""(the rules, the lines) -> the whole answer. Raises NoWords where there is none."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What may be said, and what was dropped."""

    kept: tuple[str, ...]
    dropped: tuple[str, ...]


def summary(report: Report, ask: Ask, prompt: Prompt, shop: str, locale: str) -> Summary:
    """Nothing where the endpoint gives no words: the report says all of it without."""
    lines = lines_of(report)
    try:
        answer = ask(prompt.filled(shop=shop, language=LANGUAGES.get(locale, "English")), "\n".join(lines))
    except NoWords as error:
        logger().info("no_summary", reason=error.reason)
        return Summary((), ())
    said = [" ".join(one.split()) for one in sentences(answer) if one.strip()]
    kept = [one for one in said if is_backed(one, lines)]
    return Summary(tuple(kept[:MOST]), tuple(one for one in said if one not in kept))


def lines_of(report: Report) -> list[str]:
    """The figures of a report, one line each: what is shown to the model, and what its sentences are held against."""
    made = [report.under, *(f"{name}: {value}" for name, value in report.figures), *(point.text for point in report.points)]  # fmt: skip
    for block in report.blocks:
        made += _of_block(block)
    return [" ".join(line.split()) for line in made if _NUMBER.search(line)]


def is_backed(sentence: str, lines: Sequence[str]) -> bool:
    """Each clause with figures has all of them in one line, beside the same words, and most of its other words there, too; whatever else
    the sentence claims stands in these lines. A sentence without figures is backed by nothing."""
    if _SPELLED.search(_without_quoted(sentence, lines)):
        return False
    clauses = [clause for clause in _CLAUSES.split(sentence) if _NUMBER.search(clause)]
    backing = [_line_of(clause, lines) for clause in clauses]
    if not backing or None in backing:
        return False
    there = "\n".join(filter(None, backing))
    if any(claim.search(sentence) and not claim.search(there) for claim in _CLAIMS):
        return False
    return _share(sentence, there) >= _SHARED


def _line_of(clause: str, lines: Sequence[str]) -> str | None:
    """The line that says it."""
    held = [line for line in lines if all(_stands(figure, near, line) for figure, near in _beside(clause))]
    best = max(held, key=lambda line: _share(clause, line), default=None)
    return best if best is not None and _share(clause, best) >= _SHARED else None


def _stands(figure: str, near: frozenset[str], line: str) -> bool:
    return any(figure == other and near & around for other, around in _beside(line))


def _share(text: str, line: str) -> float:
    """Of the words that mean something."""
    mine = _meaning(text)
    return len(mine & set(content_words(line))) / len(mine) if mine else 0.0


def _beside(text: str) -> list[tuple[str, frozenset[str]]]:
    """Each figure with the words around it."""
    found = []
    for match in _NUMBER.finditer(text):
        reach = _NEAR[text[max(0, match.start() - 8) : match.end() + 8].isascii()]
        before, behind = text[max(0, match.start() - reach) : match.start()], text[match.end() : match.end() + reach]
        around = f"{_BORDER.split(before)[-1]} {_BORDER.split(behind)[0]}"
        found.append((match.group(), frozenset(_meaning(around))))
    return found


def _meaning(text: str) -> set[str]:
    return {word for word in content_words(text) if not _NUMBER.fullmatch(word)} - _EMPTY


_EMPTY = frozenset("the a an of and in to is are was were ther it its for on at by with that thi as from or be hav had 由 占 的 了 和 在 是 有 也 都 为 与".split())  # fmt: skip


def _without_quoted(sentence: str, lines: Sequence[str]) -> str:
    """A question or a name that a line has word for word may have any words."""
    for quoted in re.findall(r"[“「\"]([^”」\"]+)[”」\"]", sentence):
        if any(quoted in line for line in lines):
            sentence = sentence.replace(quoted, "")
    return sentence


def _of_block(block: Block) -> list[str]:
    made = [f"{block.heading}: {block.told}"] if block.told else []
    made += [f"{block.heading}: {one.name}: {one.told}" for one in block.whiskers]
    for row in block.rows[:_ROWS]:
        cells = [f"{name}: {_text(cell)}" if name else _text(cell) for name, cell in zip(block.head, row, strict=False) if _text(cell)]  # fmt: skip
        made.append(f"{block.heading}: {'; '.join(cells)}")
    return made


def _text(cell: Cell) -> str:
    if isinstance(cell, Links):
        return ""
    return cell if isinstance(cell, str) else cell[0]
