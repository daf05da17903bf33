"""Options of whatever learns or measures the labels of texts: `train sentiment` and `eval sentiment`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from retrieval.seams import Embedder

Encoder = Annotated[
    str,
    typer.Option(
        help="lexical (wording alone), embedding (and meaning; eval measures it beside lexical) or transformer (learns from --model)"
    ),
]
Transformers = Annotated[
    Path | None,
    typer.Option(
        "--model",
        metavar="DIR",
        help="for --encoder transformer: a local folder as save_pretrained writes it, or multilingual-e5-small, which the extra train brings along",
    ),
]
TextColumn = Annotated[str, typer.Option("--text", help="what the column of texts is called")]
LabelColumn = Annotated[str, typer.Option("--label", help="what the column of labels is called")]
Epochs = Annotated[
    int, typer.Option("--epochs", min=0, help="of a transformer: so often through all texts; 0: as often as is usual")
]
LayersSaid = Annotated[
    str,
    typer.Option(
        "--layers",
        metavar="N|all",
        help="of a transformer: so many layers learn, counted from the top; 0: what they say is learned from, which is quick",
    ),
]


@dataclass(frozen=True, slots=True)
class Encoding:
    """What texts are read by: an embedder where the encoder is one, a folder of transformers where it is that."""

    encoder: Literal["lexical", "embedding", "transformer"]
    embedder: Embedder | None
    base: Path | None


def encoding_of(encoder: str, model: Path | None, settings: Settings, *, threads: int) -> Encoding:
    """Raises typer.BadParameter where there is no such encoder, and what opening one raises."""
    from bot.sentiment.training import ENCODERS
    from bot.wiring import embedder_of
    from retrieval.encoders import folder_of

    if encoder not in ENCODERS:
        raise typer.BadParameter(f"there is no encoder {encoder!r}; there are {', '.join(ENCODERS)}")
    return Encoding(
        cast('Literal["lexical", "embedding", "transformer"]', encoder),
        embedder_of(settings, threads=threads) if encoder == "embedding" else None,
        folder_of(model, settings.data_dir) if model and encoder == "transformer" else model,
    )
