"""A comparison as one HTML page: light and dark, printable, with nothing that is fetched from anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from html import escape
from pathlib import Path
from typing import Any

from eval.replay.figures import MEASURES
from eval.replay.gate import Judged

_STYLE = Path(__file__).with_name("page.css")
_BETTER_DOWN = frozenset({"contradicts", "stopped", "repeats_itself", "asked_again", "upset", "failed", "handed_over"})


def page(report: Mapping[str, Any], rules: Sequence[Judged], title: str) -> str:
    """The whole page; `report` is compare's."""
    passed = all(rule.holds for rule in rules)
    parts = [
        f"<h1>{_t(title)}</h1>",
        f'<p class="lead">{report["turns"]} turns replayed, {report["changed"]} answered otherwise than before. <a href="#intents">By intent</a> · <a href="#languages">by language</a> · <a href="#times">times</a></p>',
        f'<section class="gate {"open" if passed else "shut"}"><h2>{"The gate is open" if passed else "The gate is shut"}</h2>{_rules(rules)}</section>' if rules else "",
        f"<section><h2>What changed</h2>{_measures(report['all'])}</section>",
        f"<section><h2>Turns, worst first</h2>{''.join(map(_turn, report['worst'])) or '<p>None changed.</p>'}{_rest(report)}</section>",
        f'<section id="intents"><h2>By intent</h2>{_groups(report["by_intent"])}</section>',
        f'<section id="languages"><h2>By language</h2>{_groups(report["by_language"])}</section>',
        f'<section id="times"><h2>Time of a turn</h2>{_times(report["took_ms"])}</section>',
    ]  # fmt: skip
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{_t(title)}</title>'
    return f'<!doctype html>\n<html lang="en"><head>{head}<style>{_STYLE.read_text(encoding="utf-8")}</style></head><body><main>{"".join(parts)}</main></body></html>\n'


def _rest(report: Mapping[str, Any]) -> str:
    left = report["changed"] - len(report["worst"])
    return (
        f"<p>{left} more that changed for the better or hardly at all are in the run's folder.</p>" if left > 0 else ""
    )


def _rules(rules: Iterable[Judged]) -> str:
    return "<ul>" + "".join(f'<li class="{"holds" if rule.holds else "broken"}"><b>{_t(rule.rule)}</b> {_t(rule.told)}</li>' for rule in rules) + "</ul>"  # fmt: skip


def _measures(told: Mapping[str, Any]) -> str:
    moved = {
        name: one
        for name, one in told.items()
        if one["before"] != one["after"] or one["low"] != one["high"] or name == "coverage"
    }
    rows = [
        f'<tr><th scope="row">{_t(MEASURES[name])}</th><td>{one["before"]:.1%}</td><td>{one["after"]:.1%}</td>'
        f'<td class="{_side(name, one)}">{100 * one["difference"]:+.1f}</td><td>{100 * one["low"]:+.1f} to {100 * one["high"]:+.1f}</td><td>{one["of"]}</td></tr>'
        for name, one in moved.items()
    ]
    still = "; ".join(
        f"{MEASURES[name]} {one['after']:.1%} of {one['of']}" for name, one in told.items() if name not in moved
    )
    return _table(("", "before", "after", "points", "95 %", "of"), rows) + (
        f'<p class="lead">As before: {_t(still)}.</p>' if still else ""
    )


def _side(name: str, one: Mapping[str, float]) -> str:
    """Coloured only where the interval leaves out zero."""
    if one["low"] <= 0 <= one["high"]:
        return ""
    return "worse" if (one["difference"] < 0) != (name in _BETTER_DOWN) else "better"


def _groups(groups: Mapping[str, Mapping[str, Any]]) -> str:
    shown = ("coverage", "found_solution", "handed_when_due", "contradicts", "language_right")
    rows = []
    for group, told in groups.items():
        cells = [
            f'<td class="{_side(name, told[name])}">{told[name]["before"]:.0%} → {told[name]["after"]:.0%}</td>'
            if name in told
            else "<td>–</td>"
            for name in shown
        ]
        turns = max((one["of"] for one in told.values()), default=0)
        rows.append(f'<tr><th scope="row">{_t(group)}</th><td>{turns}</td>{"".join(cells)}</tr>')
    return _table(("", "turns", "covered", "solution found", "handed when due", "contradicts", "language"), rows)


def _times(took: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    before, after = took["before"], took["after"]
    rows = [
        f'<tr><th scope="row">{_t(step)}</th>'
        + "".join(f"<td>{one.get(step, {}).get(at, 0):.1f} ms</td>" for at in ("p50", "p95") for one in (before, after))
        + "</tr>"
        for step in after
    ]
    return _table(("", "p50 before", "p50 after", "p95 before", "p95 after"), rows)


def _table(head: Sequence[str], rows: Sequence[str]) -> str:
    top = "".join(f'<th scope="col">{_t(name)}</th>' for name in head)
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _turn(one: Mapping[str, Any]) -> str:
    before, after = one["before"], one["after"]
    old, new = _marked(before["reply"], after["reply"])
    person = f'<div class="person"><h4>{"a person answered" if one["answered_by"] == "person" else "answered then"}</h4><p>{_t(one["answered"])}</p></div>' if one["answered"] else ""  # fmt: skip
    errors = "".join(f'<p class="error">{_t(text)}</p>' for text in (*one["fact_errors"], *one["changed_facts"]))
    return (
        f'<article id="{_t(one["turn"])}"><h3><code>{_t(one["turn"])}</code> <span class="{"worse" if one["worth"] < 0 else "better"}">{one["worth"]:+g}</span> '
        f'{_t(", ".join(one["why"]).replace("_", " "))}</h3><p class="asked">{_t(one["asked"])}</p>{errors}'
        f'<div class="sides"><div><h4>before · {_t(before["intent"])}{_passed(before)}</h4><p>{old}</p></div>'
        f"<div><h4>after · {_t(after['intent'])}{_passed(after)}</h4><p>{new}</p></div></div>{person}</article>"
    )


def _passed(side: Mapping[str, Any]) -> str:
    return " · handed over" if side["handed_over"] else ""


def _marked(before: str, after: str) -> tuple[str, str]:
    """Both replies with the words marked that only one of them has."""
    old, new = _cut(before), _cut(after)
    left, right = [], []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        mine, theirs = _t("".join(old[a:b])), _t("".join(new[c:d]))
        left.append(mine if what == "equal" else f"<del>{mine}</del>" if mine else "")
        right.append(theirs if what == "equal" else f"<ins>{theirs}</ins>" if theirs else "")
    return "".join(left), "".join(right)


def _cut(text: str) -> list[str]:
    """Words with the spaces between; Chinese by letters."""

    return re.findall(r"[A-Za-z0-9À-ž.,$€£%'’-]+|\s+|.", text)


def _t(text: object) -> str:
    return escape(str(text), quote=True)
