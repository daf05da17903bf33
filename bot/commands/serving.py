"""`shopclerk serve`, `shopclerk doctor`, `shopclerk export-embedder` and `shopclerk build-gloss`."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import Host, Port, ShopAt
from bot.settings import Settings, load_settings
from bot.threads import one_each

if TYPE_CHECKING:
    from bot.channels.access import Access
    from bot.channels.chatwoot.webhook import ChatwootHook
    from bot.channels.telegram.webhook import Webhook
    from knowledge_base.shop import Shop
    from knowledge_base.types import Knowledge
    from retrieval.seams import Embedder

Check = tuple[bool, str, str]
"""Whether all is well, what was looked at, and what to do."""

STARTUP_FAILURE = 3
"""The exit status where serving couldn't begin, as uvicorn's own."""
_RECALL = 0.8
"""Share of the nearest passages that Chroma's index has to find; it has .89 at 50,000 random vectors, more on texts."""


def serve(
    shop: ShopAt = None,
    host: Host = None,
    port: Port = None,
    workers: Annotated[int, typer.Option(min=1, help="processes that share the port: one for each core")] = 1,
) -> None:
    """Serve a shop over HTTP: POST /v1/chat, /v1/chat/stream and /v1/chat/completions, /healthz, /readyz, /docs.

    Example: shopclerk serve my-shop --port 8080
    """
    given = {name: value for name, value in (("shop", shop), ("host", host), ("port", port)) if value is not None}
    if workers == 1:
        serve_one(given)
        return
    from bot.commands.workers import check_free, supervise

    settings = load_settings(**given)
    check_free(settings.host, settings.port)
    _index_first(settings)
    if settings.limits.get_secret_value() == "memory":
        print("Each process counts limits alone: set SHOPCLERK_LIMITS to a Redis, docs/access.md.", file=sys.stderr)
    sys.exit(supervise(serve_shared, given, workers))


def serve_shared(given: Mapping[str, Any]) -> None:
    """As one of several processes at one port."""
    serve_one(given, shares=True)


def serve_one(given: Mapping[str, Any], *, shares: bool = False) -> None:
    """Until SIGTERM or Ctrl-C. `given` are settings that win over those of the environment."""
    one_each()

    from bot.channels.access import access_of
    from bot.channels.server import Server, config_of
    from bot.channels.web import create_app, send_off
    from bot.commands.indexing import progress
    from bot.commands.workers import check_free, shared
    from bot.logs import set_up
    from bot.memory import settled
    from bot.wiring import open_shop

    settings = load_settings(**given)
    if not shares:
        check_free(settings.host, settings.port)
    set_up(settings.log_level)
    access = access_of(settings)
    with progress() as say:
        opening = open_shop(settings, on_progress=say)
    limit = settings.body_limit_kb * 1024
    hooks = hooks_of(settings, access)
    for hook in hooks:
        opening = hook.over(opening)
    app = create_app(
        settled(opening), body_limit=limit, access=access, doors=lambda shop: [door for hook in hooks for door in hook.doors(shop)]
    )  # fmt: skip
    for hook in hooks:
        hook.add_to(app)
    told = f"Serving at http://{settings.host}:{settings.port}, described at /docs; end with Ctrl-C."
    server = Server(config_of(app, settings), lambda: print(told, file=sys.stderr), lambda: send_off(app))
    with suppress(KeyboardInterrupt):
        server.run([shared(settings.host, settings.port)] if shares else None)
    if not server.started:
        sys.exit(STARTUP_FAILURE)


def _index_first(settings: Settings) -> None:
    """Where nothing is indexed: once, before each process opens it."""
    from bot.commands.indexing import progress
    from bot.wiring import index_root, index_shop, shop_of
    from retrieval.generations import current_number

    shop = shop_of(settings)
    if not current_number(index_root(settings, shop)):
        with progress() as say:
            index_shop(settings, shop, on_progress=say)


def hooks_of(settings: Settings, access: Access) -> list[Webhook | ChatwootHook]:
    """The services that bring messages to a path of their own."""
    from bot.channels.chatwoot.webhook import hook_of

    hooks: list[Webhook | ChatwootHook] = []
    if settings.telegram_bot_token and settings.telegram_webhook_secret:
        from bot.channels.telegram.webhook import webhook_of

        hooks.append(webhook_of(settings))
    if (chatwoot := hook_of(settings, access)) is not None:
        hooks.append(chatwoot)
    return hooks


def doctor(shop: Annotated[Path | None, typer.Argument(help="a folder with shop.toml")] = None) -> None:
    """Check versions, settings, data folder, mail server, index, prices, model and disk. Exit status 1 where something needs doing.

    Example: shopclerk doctor my-shop
    """
    settings = load_settings(**({"shop": shop} if shop else {}))
    found = list(checks(settings))
    for well, what, todo in found:
        print(f"{'OK  ' if well else 'DO  '} {what}" + ("" if well else f": {todo}"))
    if not all(well for well, _, _ in found):
        sys.exit(1)


def checks(settings: Settings) -> Iterator[Check]:
    """Later checks need the earlier ones; the first that fails for good ends the list."""
    from bot.wiring import embedder_of, shop_of
    from knowledge_base.errors import KnowledgeError
    from knowledge_base.reading import read_shop
    from retrieval.errors import RetrievalError

    libraries = ", ".join(f"{name} {version(name)}" for name in ("chromadb", "onnxruntime", "tokenizers", "fastapi"))
    yield True, f"shopclerk {version('shopclerk')}, Python {platform.python_version()}, {libraries}", ""
    shown = ", ".join(f"{name}={value}" for name, value in settings.model_dump(mode="json").items())
    yield True, f"settings: {shown}", ""
    yield _data_folder(settings.data_dir)
    if settings.smtp_host:
        yield _post(settings)
    try:
        shop = shop_of(settings)
        knowledge = read_shop(shop)
    except KnowledgeError as error:
        yield False, "shop", str(error) + _of_rules(error)
        return
    ids = {
        "products": {product.id for product in knowledge.products},
        "answers": {faq.id for faq in knowledge.faqs},
        "documents": {document.id for document in knowledge.documents},
    }
    counts = ", ".join(f"{len(found)} {name}" for name, found in ids.items())
    yield True, f"shop {shop.name} in {shop.folder}: {counts}", ""
    yield _words(settings, shop)
    yield not knowledge.refusals, f"{len(knowledge.refusals)} lines refused", "`shopclerk index` names them"
    held = len(knowledge.withheld)
    yield not held, f"{held} texts held back (docs/security.md)", "`shopclerk index` names them"
    try:
        embedder = embedder_of(settings)
    except RetrievalError as error:
        yield False, "model files", str(error)
        return
    yield True, f"model {embedder.name}", ""
    yield _sureness(settings)
    yield from recommenders(settings, shop)
    yield from _index_checks(settings, shop, knowledge, embedder)


def _of_rules(error: Exception) -> str:
    """What a fault in recommend.toml does to a clerk that runs already."""
    from knowledge_base.recommending import FILE

    return " A clerk that is running keeps the rules that it has." if FILE in str(error) else ""


def recommenders(settings: Settings, shop: Shop) -> Iterator[Check]:
    """The trained model that is served, where there is one, and those of a trial."""
    from bot.errors import BotError
    from bot.wiring import recommender_root, rivals_of
    from retrieval.errors import NoRecommender
    from retrieval.recommend.folder import card_of, is_recommender

    root = recommender_root(settings, shop)
    try:
        models = {"": root} if settings.recommender or is_recommender(root) else {}
        for name, folder in (*models.items(), *rivals_of(settings).items()):
            card = card_of(folder)
            what = f"recommender {name or 'default'} in {folder}, made {card['made_at'][:10]} of {card['customers']} customers"
            yield True, f"{what}, NDCG@10 {card['score']['ndcg@10']:.3f}", ""
    except (BotError, NoRecommender) as error:
        yield False, "recommender", str(error)


def _sureness(settings: Settings) -> Check:
    """Whether how sure an answer must be was fitted with the embedder that searches."""
    from retrieval.answerable import open_answerable
    from retrieval.errors import BadCard

    if settings.answerable is None:
        other = "; `python -m eval calibrate --out FILE`, then SHOPCLERK_ANSWERABLE=FILE, fits it anew"
        fitted = "how sure an answer must be: as fitted with the bundled embedder"
        return True, fitted if settings.embedder == "bundled" else f"{fitted}, not with this one{other}", ""
    try:
        open_answerable(settings.answerable, settings.embedder)
    except BadCard as error:
        return False, "how sure an answer must be", str(error)
    return True, f"how sure an answer must be: {settings.answerable}", ""


def _words(settings: Settings, shop: Shop) -> Check:
    """The shop's own wordings and prompts, and who writes."""
    from bot.errors import BotError
    from bot.wiring import check_writer
    from bot.writing.prompts import load_prompts
    from bot.writing.wordings import Wordings

    try:
        Wordings.load(shop.folder)
        prompts = ", ".join(prompt.label for prompt in load_prompts(shop.folder).values())
        check_writer(settings)
    except BotError as error:
        return False, "words", str(error)
    return True, f"words by {settings.writer}" + ("" if settings.writer == "template" else f", prompts {prompts}"), ""


def _data_folder(folder: Path) -> Check:
    there = next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())
    if not there.is_dir():
        return False, f"data folder {folder}", f"{there} is a file; set SHOPCLERK_DATA_DIR to a folder"
    free = shutil.disk_usage(there).free / 1e9
    what = f"data folder {folder.resolve()}, {free:.1f} GB free"
    if not os.access(there, os.W_OK):
        return False, what, f"{there} can't be written; set SHOPCLERK_DATA_DIR"
    return free > 1, what, "make room; an index needs up to 1 GB"


def _post(settings: Settings) -> Check:
    """The mail server, as far as signing in: nothing is sent."""
    from bot.channels.mailing import wrong_with
    from bot.channels.outward import mail_server_of

    wrong = wrong_with(mail_server_of(settings))
    who = f" as {settings.smtp_user}" if settings.smtp_user else ""
    return not wrong, f"mail by {settings.smtp_host}:{settings.smtp_port}, {settings.smtp_tls}{who}", wrong


def _index_checks(settings: Settings, shop: Shop, knowledge: Knowledge, embedder: Embedder) -> Iterator[Check]:
    from bot.wiring import index_root
    from retrieval.errors import RetrievalError
    from retrieval.index import Index, compare

    root = index_root(settings, shop)
    index = Index(root, shop, embedder)
    if not index.exists():
        yield False, "index", "nothing is indexed; run `shopclerk index`"
        return
    report = compare(shop, knowledge, root=root, embedder=embedder)
    behind = f"{report.embedded} passages to embed, {report.removed} to remove; run `shopclerk index`"
    yield report.up_to_date, f"index generation {report.generation} against the catalogue", behind
    try:
        index.current()
        yield _vectors(index.current().folder, embedder)
    except RetrievalError as error:
        yield False, "index files", str(error)
    warning = shop.warning_of_prices(knowledge.prices_as_of, datetime.now(UTC))
    yield (
        warning is None,
        f"prices from {knowledge.prices_as_of:%Y-%m-%d}" if knowledge.prices_as_of else "prices",
        warning or "",
    )


def _vectors(folder: Path, embedder: Embedder) -> Check:
    from retrieval.dense import recall
    from retrieval.rows import Rows

    rows = Rows.open(folder / "knowledge.sqlite")
    found = recall(folder, embedder, rows)
    if found is None:
        return True, f"vectors of {len(rows)} passages, all looked at", ""
    what = (
        f"vectors of {len(rows)} passages in Chroma's index, which finds {found:.1%} of the 10 nearest without a filter"
    )
    return found >= _RECALL, what, "run `shopclerk index` to build it anew"


def export_embedder(
    source: Annotated[Path, typer.Argument(help="a sentence-transformers folder")],
    out: Annotated[Path, typer.Argument(help="where the export goes")],
) -> None:
    """Turn a sentence-transformers folder into int8 ONNX with tokenizer and card.json; needs the extra `train`.

    Example: shopclerk export-embedder ./all-MiniLM-L6-v2 ./my-embedder
    """
    from retrieval.export import export

    card = export(source, out, lambda line: print(line, file=sys.stderr))
    print(
        f"{out}: cosine to the original {card['cosine_mean']} on average, {card['cosine_min']} at least, over {card['cosine_texts']} texts"
    )


def build_gloss(
    out: Annotated[Path, typer.Argument(help="where the word vectors go")],
    words: Annotated[int, typer.Option(help="how many of the most frequent words; 192 bytes each")] = 93_000,
    shop: Annotated[
        Path | None,
        typer.Option(help="a shop whose lines in both languages teach the vectors; the sample where left out"),
    ] = None,
    characters: Annotated[
        Path | None, typer.Option(help="where the tables of simplified characters and pinyin go, too")
    ] = None,
) -> None:
    """Make Chinese word vectors for the bundled embedder from a Chinese-English dictionary; needs the extra `train`.

    Example: shopclerk build-gloss ./cedict-minilm-int4
    """
    from bot.wiring import SAMPLE
    from knowledge_base.reading import read_shop
    from knowledge_base.shop import load_shop
    from retrieval.embed import BUNDLED, OnnxEmbedder
    from retrieval.gloss_build import build, build_characters
    from retrieval.parallel import parallels

    model = OnnxEmbedder(BUNDLED, threads=os.cpu_count() or 1)
    lines = parallels(read_shop(load_shop(shop or SAMPLE)))
    if characters is not None:
        build_characters(characters)
    card = build(out, model, lines, words=words, say=lambda line: print(line, file=sys.stderr))
    print(f"{out}: {card['words']} words, {card['dim']} numbers each, cosine to the unquantised {card['cosine_mean']}")
