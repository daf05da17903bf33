"""`shopclerk describe`: product descriptions written, scored, compared and accepted."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import ShopIs
from bot.settings import load_settings

if TYPE_CHECKING:
    from bot.describe.batch import Written
    from bot.describe.open import Bench, Made
    from bot.describe.types import Brief


def describe(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="products by id")] = None,
    every: Annotated[bool, typer.Option("--all", help="every product of the shop")] = False,
    shop: ShopIs = None,
    style: Annotated[str, typer.Option(help="short, page, social or seo")] = "page",
    locale: Annotated[str | None, typer.Option(help="one of the shop's languages; all of them where left out")] = None,
    writer: Annotated[str, typer.Option(help="template, chat or tuned")] = "template",
    out: Annotated[
        Path | None, typer.Option(help="a file ending in .jsonl, .csv or .md (with --review: .html)")
    ] = None,
    praise: Annotated[bool, typer.Option("--praise", help="quote praise of the shop's reviews")] = False,
    emoji: Annotated[bool, typer.Option("--emoji", help="social: one emoji in front")] = False,
    hashtags: Annotated[bool, typer.Option("--hashtags/--no-hashtags", help="social: tags behind")] = True,
    market: Annotated[
        list[str] | None, typer.Option(help="forbidden words of cn, us or eu; by the language where left out")
    ] = None,
    per_minute: Annotated[float, typer.Option(min=0, help="at most so many calls of chat; 0 is without limit")] = 30,
    yes: Annotated[bool, typer.Option("--yes", help="don't ask before chat costs something")] = False,
    score: Annotated[
        Path | None, typer.Option(help="score texts instead: JSONL or CSV with id and text (title, style, locale)")
    ] = None,
    review: Annotated[
        bool, typer.Option("--review", help="compare before and after in a page; accept one by one")
    ] = False,
    accept: Annotated[
        Path | None, typer.Option(help="put accepted texts (JSONL with id, locale, text) into the catalogue's file")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="of --review without --out; any free one where 0")] = 0,
) -> None:
    """Write descriptions from name, attributes and category, check them, and put the accepted ones into the catalogue.

    A stopped run goes on where it was. Nothing in the catalogue changes before you accept it; the old text is kept beside.

    Examples: shopclerk describe JL-COF-01; shopclerk describe --all --style seo --out seo.csv;
    shopclerk describe --all --review; shopclerk describe --score texts.jsonl; shopclerk describe --accept accepted.jsonl
    """
    from bot.describe.open import open_bench

    bench = open_bench(load_settings(**({"shop": shop} if shop else {})), markets=market or ())
    if score is not None:
        return _score(bench, score, style, locale, out)
    if accept is not None:
        return _accept(bench, accept)
    briefs = bench.briefs(ids or (), every=every, style=style, locale=locale, praise=praise)
    written = _written(bench, briefs, writer, out, per_minute, yes, emoji, hashtags, review)
    failed = [one for one in written if one.draft is None]
    for one in failed:
        print(f"skipped  {one.brief.product.id} ({one.brief.locale}): {one.error}", file=sys.stderr)
    done = [one for one in written if one.draft is not None]
    if review:
        return _review(bench, done, out, port)
    _put_out(bench, done, out)
    if failed and not done:
        sys.exit(1)
    return None


def _written(
    bench: Bench, briefs: Sequence[Brief], writer: str, out: Path | None, per_minute: float, yes: bool, emoji: bool,
    hashtags: bool, review: bool,
) -> list[Written]:  # fmt: skip
    from bot.commands.indexing import progress
    from bot.describe.batch import Pace, write_all
    from bot.describe.putting_out import ENDINGS, check_ending

    if out is not None:
        check_ending(out, (".html", ".htm") if review else ENDINGS)
    made = _chat(bench) if writer == "chat" else bench.writer(writer, emoji=emoji, hashtags=hashtags)
    if made.cost is not None and not yes:
        _ask(made.cost(briefs), len(briefs))
    journal = bench.journal(writer) if len(briefs) > 1 and writer != "template" else None
    with progress() as say:
        told: Callable[[str, int, int], None] = say if len(briefs) > 1 else (lambda step, done, of: None)
        return write_all(
            briefs, made.writer, journal=journal, name=made.name, again=made.again, say=told,
            pace=Pace(per_minute if made.cost is not None else 0),
        )  # fmt: skip


def _chat(bench: Bench) -> Made:
    """The endpoint that the settings name. Raises BadSetting where they name none."""
    from bot.commands.endpoint import asking
    from bot.describe.chat import ChatDescriber
    from bot.describe.open import Made
    from bot.writing.lines import Price
    from bot.writing.prompts import load_prompts

    settings = load_settings(writer="chat")
    prompt = load_prompts(bench.shop.folder)["describe"]
    writer = ChatDescriber(asking(settings), prompt, bench.shop, bench.sheet, bench.template())
    price = Price(settings.llm_price_in, settings.llm_price_out)
    return Made(
        f"chat {settings.llm_model} {prompt.label}",
        writer,
        cost=lambda briefs: writer.cost(briefs, price, bench.shop.currency),
    )


def _ask(cost: str, count: int) -> None:
    """Before anything is spent; where nobody can answer, nothing is."""
    print(f"{count} descriptions, about {cost}.", file=sys.stderr)
    if not sys.stdin.isatty():
        sys.exit("shopclerk describe: nothing was asked of the endpoint. Add --yes to go on.")
    if not typer.confirm("Go on?", err=True):
        sys.exit("shopclerk describe: nothing was asked of the endpoint.")


def _put_out(bench: Bench, done: Sequence[Written], out: Path | None) -> None:
    from bot.describe.putting_out import as_markdown, put_out

    rows = [{**one.row, "score": score.as_json()} for one, score in zip(done, bench.scores(done), strict=True)]
    faulty = [row for row in rows if row["score"]["faults"]]
    if out is None:
        print(as_markdown(rows))
    else:
        put_out(rows, out)
        print(f"{len(rows)} descriptions in {out}; {len(faulty)} with faults.", file=sys.stderr)
    for row in faulty[:20]:
        faults = "; ".join(f"{fault['kind']}: {fault['words']}" for fault in row["score"]["faults"])
        print(f"look at  {row['id']} ({row['locale']}): {faults}", file=sys.stderr)


def _score(bench: Bench, file: Path, style: str, locale: str | None, out: Path | None) -> None:
    from bot.describe.putting_out import check_ending, put_out, read_texts

    if out is not None:
        check_ending(out, (".jsonl", ".csv"))
    rows = bench.scored(read_texts(file), style, locale)
    if out is not None:
        put_out(rows, out)
    else:
        for row in rows:
            print(json.dumps(row, ensure_ascii=False))
    known = [row for row in rows if "coverage" in row]
    mean = sum(row["coverage"] for row in known) / len(known) if known else 0.0
    print(
        f"{len(rows)} texts, {sum(not r.get('faults') for r in known)} without fault, coverage {mean:.3f}",
        file=sys.stderr,
    )


def _accept(bench: Bench, file: Path) -> None:
    from bot.describe.accepting import accept_all
    from bot.describe.putting_out import read_texts

    for told in accept_all(bench.shop, read_texts(file)):
        print(told)
    print("Run `shopclerk index` to answer from the new texts.", file=sys.stderr)


def _review(bench: Bench, done: Sequence[Written], out: Path | None, port: int) -> None:
    from bot.describe.putting_out import replace_file
    from bot.describe.review import page
    from bot.describe.serving import serve

    if out is not None:
        replace_file(out, page(bench.shop, done, bench.scores(done)).encode("utf-8"))
        print(f"Open {out} in a browser; then: shopclerk describe --accept accepted.jsonl", file=sys.stderr)
        return

    def tell(url: str) -> None:
        print(f"Compare and accept at {url} (this computer alone; end with Ctrl-C).", file=sys.stderr)

    serve(bench.shop, done, bench.scores(done), port=port, tell=tell)


__all__ = ["describe"]
