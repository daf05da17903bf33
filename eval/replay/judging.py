"""A language model's verdict on each turn of a finished replay, in a file beside the others. No outcome and no gate goes by it unless a shop says so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, get_args

from bot.errors import BotError, NoWords
from bot.types import Spent
from eval.replay.errors import BadPromptFile, JudgeStopped
from eval.replay.keeping import Row, rows

JUDGE = "judge.jsonl"
PROMPT = Path(__file__).with_name("judge.md")
Word = Literal["good", "bad", "unsure", "unread"]
"""`unread`: no answer could be read, however often it was asked."""
MOST_TRIES = 3
_OWN_FAULT = frozenset({"empty", "length", "content_filter"})
"""Why an answer came to nothing that may come to something when it is asked for again; what else is wrong is the endpoint's."""
_LONGEST = 300
"""Letters of a reason that are kept."""
_BEFORE = 4
"""Earlier things said that a judge is shown."""

Ask = Callable[[str, str], tuple[str, Spent]]
"""(rules, question) -> what was answered, and its cost. Raises NoWords."""
Said = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """`of` is the digest of what was judged, by which prompt and model: the same isn't asked again."""

    turn: str
    verdict: Word
    reason: str
    tries: int
    tokens_in: int
    tokens_out: int
    cost: str
    estimated: bool
    of: str


def load_prompt(file: Path | None) -> str:
    """The judge's rules. Raises BadPromptFile."""
    try:
        said = (file or PROMPT).read_text(encoding="utf-8-sig").strip()
    except FileNotFoundError as error:
        raise BadPromptFile(file, "it isn't there") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadPromptFile(file, "it can't be read as a text in UTF-8") from error
    if '"verdict"' not in said:
        raise BadPromptFile(file, f'it has to ask for {{"verdict": ..., "reason": ...}}; begin with a copy of {PROMPT}')
    return said


def judge(folder: Path, ask: Ask, prompt: str, model: str, most: Decimal | None, say: Said) -> None:
    """Every turn of a finished replay, the kept verdicts of the same turns left as they are. `most` is money: beyond it nothing more is asked
    and JudgeStopped is raised, as it is where the endpoint gives nothing. Raises NotARun."""
    known: dict[str, Row] = {one["of"]: one for one in judged(folder)}
    every = [
        (turn, question, sha256(f"{model}\n{prompt}\n{question}".encode()).hexdigest()[:16])
        for turn, question in _questions(folder)
    ]
    cost = Decimal(0)
    try:
        for place, (turn, question, of) in enumerate(every, 1):
            if of not in known:
                if most is not None and cost >= most:
                    raise JudgeStopped(f"it has cost {cost}, and SHOPCLERK_LLM_DAILY_COST is {most}")
                one = _judged(turn, question, ask, prompt, of)
                cost += Decimal(one.cost)
                known[of] = asdict(one)
            say("judging", place, len(every))
    finally:
        told = [{**known[of], "turn": turn} for turn, _, of in every if of in known]
        text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in told)
        (folder / JUDGE).write_text(text, encoding="utf-8")


def judged(folder: Path) -> list[Row]:
    """The verdicts that are kept; none where nobody judged. A line that was cut off is asked for again."""
    file = folder / JUDGE
    found = []
    for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
        try:
            found.append(json.loads(line))
        except ValueError:
            break
    return found


def _questions(folder: Path) -> Iterator[tuple[str, str]]:
    """(turn, what the judge is shown of it), without anybody's name: of the rows that are kept."""
    talk: list[str] = []
    conversation = ""
    for row in rows(folder):
        if row["conversation"] != conversation:
            conversation, talk = row["conversation"], []
        told = {
            "before": talk[-_BEFORE:],
            "customer": row["asked"],
            "person": row["answered"] if row["answered_by"] == "person" else "",
            "clerk": row["reply"],
            "cards": row["cards"],
        }
        yield str(row["turn"]), json.dumps(told, ensure_ascii=False)
        talk += [f"customer: {row['asked']}", f"shop: {row['answered'] or row['reply']}"]


def _judged(turn: str, question: str, ask: Ask, prompt: str, of: str) -> Judged:
    spent, wrong = Spent(), ""
    for number in range(1, MOST_TRIES + 1):
        asked = question if not wrong else f"{question}\n\nYour answer before could not be read: {wrong}"
        try:
            answer, cost = ask(prompt, asked)
        except NoWords as none:
            if none.reason not in _OWN_FAULT:
                raise JudgeStopped(f"the endpoint gave no answer ({none.reason})") from none
            wrong = "it was empty or cut off"
            continue
        except BotError as error:
            raise JudgeStopped(str(error)) from error
        spent += cost
        try:
            verdict, reason = verdict_of(answer)
        except ValueError as error:
            wrong = str(error)
            continue
        return _made(turn, verdict, reason, number, spent, of)
    return _made(turn, "unread", wrong, MOST_TRIES, spent, of)


def _made(turn: str, verdict: Word, reason: str, tries: int, spent: Spent, of: str) -> Judged:
    return Judged(
        turn, verdict, reason[:_LONGEST], tries, spent.tokens_in, spent.tokens_out, str(spent.cost), spent.estimated, of
    )


def verdict_of(answer: str) -> tuple[Word, str]:
    """Exactly one object with exactly these two. Raises ValueError with what is wrong."""
    try:
        read = json.loads(answer)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is no JSON ({error.msg})") from error
    if not isinstance(read, dict) or set(read) != {"verdict", "reason"}:
        raise ValueError("it has to be one object with verdict and reason, and nothing else")
    verdict, reason = read["verdict"], read["reason"]
    if verdict not in get_args(Word)[:3] or not isinstance(reason, str):
        raise ValueError("verdict has to be good, bad or unsure, and reason a sentence")
    return verdict, reason


def shares(one: Sequence[Row], other: Sequence[Row]) -> dict[str, Any] | None:
    """How many of the turns that were judged in both are good before and after; None where there are none."""
    old, new = ({row["turn"]: row["verdict"] == "good" for row in verdicts if row["verdict"] in ("good", "bad")} for verdicts in (one, other))  # fmt: skip
    both = old.keys() & new.keys()
    if not both:
        return None
    before, after = (sum(which[turn] for turn in both) / len(both) for which in (old, new))
    return {
        "before": round(before, 4),
        "after": round(after, 4),
        "difference": round(after - before, 4),
        "of": len(both),
    }
