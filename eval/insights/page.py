"""A report as one page that needs nothing else: light and dark, on paper, no script, no request. Every text is escaped here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from itertools import groupby, pairwise
from pathlib import Path

from eval.insights.blocks import Block, Cell, Links, Report, Talk, Whisker


def page(report: Report, locale: str) -> str:
    talks = {talk.conversation_id: place for place, talk in enumerate(report.talks, 1)}
    return f"""<!doctype html>
<html lang="{"zh-CN" if locale == "zh" else "en"}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(report.title)}</title>
<style>{_style()}</style>
</head>
<body>
<header><h1>{escape(report.title)}</h1><p>{escape(report.under)}</p></header>
<main>
{_figures(report.figures)}{_warnings(report.warnings)}{_summary(report)}{_points(report, talks)}{_contents(report.blocks)}{_parts(report.blocks, talks)}{_talks(report)}
</main>
<footer>{escape(report.foot)}</footer>
</body>
</html>
"""


_MANY = 7
"""Columns beyond which a table is set closer."""
Places = Mapping[str, int]
"""The number of each conversation that the page shows."""


def _parts(blocks: Sequence[Block], talks: Places) -> str:
    """A part begins with its heading; without parts the blocks stand alone."""
    told, level = [], 3 if any(block.part for block in blocks) else 2
    for part in _by_part(blocks):
        if part[0].part:
            told.append(f'<h2 class="part" id="{escape(part[0].id)}-part">{escape(part[0].part)}</h2>\n')
        told += [_row(half, list(rows), talks, level) for half, rows in groupby(part, lambda block: block.half)]
    return "".join(told)


def _by_part(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    starts = [place for place, block in enumerate(blocks) if block.part or place == 0]
    for start, end in pairwise([*starts, len(blocks)]):
        yield list(blocks[start:end])


def _row(half: bool, blocks: Sequence[Block], talks: Places, level: int) -> str:
    """Halves stand side by side where there is room."""
    told = "".join(_section(block, talks, level) for block in blocks)
    return f'<div class="beside">{told}</div>\n' if half else told


def _section(block: Block, talks: Places, level: int) -> str:
    note = f'<p class="note">{escape(block.told)}</p>' if block.told else ""
    named = f' id="{escape(block.id)}"' if block.id else ""
    inside = (_whiskers(block.whiskers, block.zero), _table(block, talks), _terms(block.terms))
    return f"<section{named}><h{level}>{escape(block.heading)}</h{level}>{note}{''.join(inside)}</section>\n"


def _contents(blocks: Sequence[Block]) -> str:
    told = "".join(f'<a href="#{escape(block.id)}-part">{escape(block.part)}</a>' for block in blocks if block.part)
    return f"<nav>{told}</nav>\n" if told else ""


def _summary(report: Report) -> str:
    if not report.summary:
        return ""
    return f'<section class="summary"><h2>{escape(report.summary_heading)}</h2><p>{escape(" ".join(report.summary))}</p></section>\n'  # fmt: skip


def _points(report: Report, talks: Places) -> str:
    """What to do, each with where to look."""
    if not report.points_heading:
        return ""
    rows = "".join(f"<li><p>{escape(point.text)}</p>{_links(point.conversations, talks, point.block)}</li>" for point in report.points)  # fmt: skip
    note = f'<p class="note">{escape(report.points_told)}</p>' if report.points_told else ""
    return f'<section class="points"><h2>{escape(report.points_heading)}</h2>{note}<ol>{rows}</ol></section>\n'


def _links(conversations: Sequence[str], talks: Places, block: str = "") -> str:
    told = "".join(f'<a href="#talk-{talks[one]}">{talks[one]}</a>' for one in conversations if one in talks)
    told += f'<a class="more" href="#{escape(block)}">→</a>' if block else ""
    return f'<span class="links">{told}</span>' if told else ""


def _talks(report: Report) -> str:
    """Conversations that are linked to, shut until they are looked at."""
    if not report.talks:
        return ""
    told = "".join(_talk(talk, place) for place, talk in enumerate(report.talks, 1))
    return f'<section class="talks"><h2>{escape(report.talks_heading)}</h2>{told}</section>\n'


def _talk(talk: Talk, place: int) -> str:
    """A link to what is inside opens it."""
    lines = "".join(f"<dt>{escape(who)}</dt><dd>{escape(text)}</dd>" for who, text in talk.lines)
    return f'<details><summary><b>{place}</b> {escape(talk.heading)}</summary><dl class="told" id="talk-{place}">{lines}</dl></details>\n'  # fmt: skip


def _figures(rows: Sequence[tuple[str, str]]) -> str:
    told = "".join(f"<div><dt>{escape(name)}</dt><dd>{_figure(value)}</dd></div>" for name, value in rows)
    return f'<dl class="figures">{told}</dl>' if rows else ""


def _figure(value: str) -> str:
    """What stands in brackets, an interval say, is small."""
    place = min((at for at in (value.find(" ("), value.find("（")) if at > 0), default=len(value))
    return escape(value[:place]) + (f" <small>{escape(value[place:].strip())}</small>" if value[place:] else "")


def _warnings(texts: Sequence[str]) -> str:
    return f'<ul class="warnings">{"".join(f"<li>{escape(text)}</li>" for text in texts)}</ul>' if texts else ""


def _terms(rows: Sequence[tuple[str, str]]) -> str:
    told = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in rows)
    return f'<dl class="told">{told}</dl>' if rows else ""


def _table(block: Block, talks: Places) -> str:
    if not block.rows:
        return ""
    bars = {place for row in block.rows for place, cell in enumerate(row) if isinstance(cell, tuple)}
    links = {place for row in block.rows for place, cell in enumerate(row) if isinstance(cell, Links)}
    top = "".join(
        f'<th scope="col"{_side(place, place in links)}>{escape(name)}</th>{"<td class=bar></td>" if place in bars else ""}'
        for place, name in enumerate(block.head)
    )
    body = "".join(f"<tr>{''.join(_cell(cell, place, place in bars, talks) for place, cell in enumerate(row))}</tr>" for row in block.rows)  # fmt: skip
    dense = ' class="dense"' if len(block.head) > _MANY else ""
    return (
        f'<div class="wide" tabindex="0"><table{dense}><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _whiskers(rows: Sequence[Whisker], zero: str) -> str:
    """Intervals under each other on one scale, with a line at nothing."""
    if not rows:
        return ""
    low, high = min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows))
    room = (high - low) * 0.06 or 1.0

    def x(value: float) -> float:
        return round(100 * (value - low + room) / (high - low + 2 * room), 2)

    drawn = "".join(
        f'<div class="whisker"><span class="name">{escape(row.name)}</span>'
        f'<svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{escape(row.told)}">'
        f'<line class="zero" x1="{x(0)}" x2="{x(0)}" y1="0" y2="10"/>'
        f'<rect class="range" x="{x(row.low)}" width="{max(0.4, round(x(row.high) - x(row.low), 2))}" y="3.6" height="2.8"/>'
        f'<rect class="point" x="{round(x(row.value) - 0.4, 2)}" width=".8" y="1.6" height="6.8"/></svg>'
        f'<span class="value">{escape(row.told)}</span></div>'
        for row in rows
    )
    return f'<div class="whiskers">{drawn}<p class="zero-name">┊ {escape(zero)}</p></div>'


def _cell(cell: Cell, place: int, has_bar: bool, talks: Places) -> str:
    if isinstance(cell, Links):
        return f'<td class="number talks-cell">{_links(cell.conversations, talks)}</td>'
    text, part = (cell, None) if isinstance(cell, str) else cell
    if place == 0:
        return f'<th scope="row">{escape(text)}</th>'
    bar = f'<i style="width:{round(100 * min(1.0, max(0.0, part)), 1)}%"></i>' if part else ""
    return f'<td class="number">{escape(text)}</td>' + (f'<td class="bar">{bar}</td>' if has_bar else "")


def _side(place: int, has_links: bool = False) -> str:
    return f' class="number{" talks-cell" if has_links else ""}"' if place else ""


@lru_cache(1)
def _style() -> str:
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8").replace("</", "<\\/")
