"""`shopclerk serve`, `shopclerk doctor` and `shopclerk export-embedder`."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from bot.settings import Settings, load_settings

Check = tuple[bool, str, str]
"""Whether all is well, what was looked at, and what to do."""


def serve(
    shop: Annotated[
        Path | None, typer.Argument(help="a folder with shop.toml; SHOPCLERK_SHOP or the sample shop where left out")
    ] = None,
    host: Annotated[str | None, typer.Option(help="address to listen on")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on")] = None,
) -> None:
    """Serve a shop over HTTP: POST /v1/chat, POST /v1/chat/stream, /healthz, /readyz, /docs.

    Example: shopclerk serve my-shop --port 8080
    """
    import uvicorn

    from bot.channels.web import create_app
    from bot.commands.indexing import progress
    from bot.logs import set_up
    from bot.wiring import index_root, index_shop, shop_of

    given = {name: value for name, value in (("shop", shop), ("host", host), ("port", port)) if value is not None}
    settings = load_settings(**given)
    set_up(settings.log_level)
    opened = shop_of(settings)
    if not (index_root(settings, opened) / "current").exists():
        with progress() as say:
            index_shop(settings, opened, on_progress=say)
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_level=settings.log_level)


def doctor(shop: Annotated[Path | None, typer.Argument(help="a folder with shop.toml")] = None) -> None:
    """Check versions, settings, data folder, index, prices, model and disk. Exit status 1 where something needs doing.

    Example: shopclerk doctor my-shop
    """
    settings = load_settings(**({"shop": shop} if shop else {}))
    checks = list(_checks(settings))
    for well, what, todo in checks:
        print(f"{'OK  ' if well else 'DO  '} {what}" + ("" if well else f": {todo}"))
    if not all(well for well, _, _ in checks):
        sys.exit(1)


def _checks(settings: Settings) -> Iterator[Check]:
    from bot.wiring import index_root, shop_of
    from knowledge_base.errors import KnowledgeError
    from knowledge_base.reading import read_shop
    from retrieval.embed import open_embedder
    from retrieval.errors import RetrievalError
    from retrieval.index import Index, sync

    libraries = ", ".join(f"{name} {version(name)}" for name in ("chromadb", "tantivy", "onnxruntime", "fastapi"))
    yield True, f"shopclerk {version('shopclerk')}, Python {platform.python_version()}, {libraries}", ""
    yield True, f"settings: {settings.model_dump(mode='json')}", ""
    free = shutil.disk_usage(_existing(settings.data_dir)).free / 1e9
    yield (
        free > 1,
        f"data folder {settings.data_dir.resolve()}, {free:.1f} GB free",
        "make room; an index needs up to 1 GB",
    )
    try:
        opened = shop_of(settings)
        knowledge = read_shop(opened)
        embedder = open_embedder(settings.embedder)
    except (KnowledgeError, RetrievalError) as error:
        yield False, "shop and model files", str(error)
        return
    yield (
        True,
        f"shop {opened.name}: {len(knowledge.products)} products, {len(knowledge.faqs)} answers, {len(knowledge.documents)} documents",
        "",
    )
    yield not knowledge.refusals, f"{len(knowledge.refusals)} lines refused", "`shopclerk index` names them"
    yield True, f"embedder {embedder.name}", ""
    index = Index(index_root(settings, opened), opened, embedder)
    if not index.exists():
        yield False, "index", "nothing is indexed; run `shopclerk index`"
        return
    report = sync(opened, knowledge, root=index_root(settings, opened), embedder=embedder, dry_run=True)
    fresh = report.embedded == 0 and report.removed == 0 and index.is_whole()
    yield (
        fresh,
        f"index generation {report.generation} against the catalogue",
        "it is behind the files; run `shopclerk index`",
    )
    as_of = knowledge.prices_as_of
    if opened.prices_max_age and as_of:
        yield (
            datetime.now(UTC) - as_of <= opened.prices_max_age,
            f"prices from {as_of:%Y-%m-%d}",
            "they are older than shop.toml allows; bring new files",
        )


def _existing(folder: Path) -> Path:
    return next(path for path in (folder.resolve(), *folder.resolve().parents) if path.exists())


def export_embedder(
    source: Annotated[Path, typer.Argument(help="a sentence-transformers folder")],
    out: Annotated[Path, typer.Argument(help="where the export goes")],
) -> None:
    """Turn a sentence-transformers folder into int8 ONNX with tokenizer and card.json; needs the [train] extra.

    Example: shopclerk export-embedder ./all-MiniLM-L6-v2 ./my-embedder
    """
    from retrieval.export import export

    card = export(source, out, lambda line: print(line, file=sys.stderr))
    print(
        f"{out}: cosine to the original {card['cosine_mean']} on average, {card['cosine_min']} at least, over {card['cosine_texts']} texts"
    )
