"""A sentence-transformers folder -> int8 ONNX, tokenizer and card.json. For maintainers: needs the `[train]` extra."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.errors import ModelMissing

SAMPLE = (
    "How much is delivery to Canada?", "Can I return a dress that I tried on?", "My kettle stopped working after a year.",
    "electric gooseneck kettle, 0.9 L, matte black", "A warm wool scarf in forest green, 180 cm long.", "Do you take Alipay?",
    "Where is my parcel?", "a birthday present for my six year old niece", "wireless headphones with noise cancelling under $100",
    "Gift cards are valid for five years and can't be exchanged for cash.", "Is the lid dishwasher safe?", "thanks, bye",
    "Orders placed before 14:00 Pacific on working days leave the same day.", "Which of these two backpacks is lighter?",
    "I'd like to talk to a person.", "The battery lasts up to thirty hours with noise cancelling switched off.",
)  # fmt: skip


def export(source: Path, out: Path, say: Callable[[str], None] = lambda line: None) -> dict[str, Any]:
    """Write the export into `out` and return its card. Raises ModelMissing where the extra or the source is missing.

    The card's `cosine_mean` compares int8 with the original on a fixed sample of sentences.
    """
    try:
        import torch
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise ModelMissing(str(source), f"{error.name} isn't installed; pip install 'shopclerk[train]'") from error
    if not source.is_dir():
        raise ModelMissing(str(source), "there is no such folder")
    say(f"Loading {source}")
    model = SentenceTransformer(str(source), device="cpu", model_kwargs={"attn_implementation": "eager"})
    transformer = model[0].auto_model.eval()
    out.mkdir(parents=True, exist_ok=True)

    class Hidden(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.inner = transformer

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            return self.inner(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state

    say("Exporting to ONNX, in int8")
    quantised(Hidden(), ("input_ids", "attention_mask", "token_type_ids"), {"hidden": "tokens"}, out / "model.onnx")
    _write_tokenizer(source, out)
    for licence in ("LICENSE", "LICENSE.txt"):
        if (source / licence).is_file():
            shutil.copy(source / licence, out / "LICENSE")
    dim = int(model.get_embedding_dimension() or 0)
    card: dict[str, Any] = {"model": source.name, "digest": _digest(out), "source_digest": _digest(source), "dim": dim}
    card["made_at"] = datetime.now(UTC).isoformat(timespec="seconds")
    (out / "card.json").write_text(json.dumps(card), encoding="utf-8")
    card |= _compare(model, out)
    (out / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return card


def quantised(model: Any, inputs: Sequence[str], outputs: Mapping[str, str], file: Path) -> None:
    """Write a torch model as ONNX with weights in int8. Inputs are [texts, tokens]; the second axis of an output is "tokens", or fixed
    where it is called otherwise."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    padded = torch.tensor([[1] * 8, [1] * 5 + [0] * 3])  # a mask of ones alone would be traced away
    example = {"attention_mask": padded, "token_type_ids": torch.zeros((2, 8), dtype=torch.int64)}
    axes = {name: {0: "batch", 1: "tokens"} for name in inputs}
    axes |= {name: {0: "batch"} | ({1: axis} if axis == "tokens" else {}) for name, axis in outputs.items()}
    with tempfile.TemporaryDirectory() as work:
        full = Path(work) / "full.onnx"
        torch.onnx.export(
            model,
            tuple(example.get(name, torch.ones((2, 8), dtype=torch.int64)) for name in inputs),
            str(full),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(str(full), str(file), weight_type=QuantType.QInt8, per_channel=True)


def _write_tokenizer(source: Path, out: Path) -> None:
    """The tokenizer without the padding and truncation that the source may have frozen into it."""
    settings = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    settings["padding"] = settings["truncation"] = None
    (out / "tokenizer.json").write_text(json.dumps(settings, ensure_ascii=False), encoding="utf-8")


def _digest(folder: Path) -> str:
    total = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.suffix in (".onnx", ".safetensors", ".bin") or file.name == "tokenizer.json":
            total.update(file.read_bytes())
    return total.hexdigest()


def _compare(model: Any, out: Path) -> dict[str, float]:
    from retrieval.embed import OnnxEmbedder

    ours = OnnxEmbedder(out).embed(SAMPLE)
    theirs = model.encode(list(SAMPLE), normalize_embeddings=True, convert_to_numpy=True)
    cosine = np.sum(ours * theirs, axis=1)
    return {
        "cosine_mean": round(float(cosine.mean()), 4),
        "cosine_min": round(float(cosine.min()), 4),
        "cosine_texts": len(SAMPLE),
    }


def export_scan(file: Path) -> None:
    """The model of `retrieval.exact`: scores = asked [1, dim] uint8 x codes [dim, n] int8 -> [1, n] int32."""
    import onnx
    from onnx import TensorProto, helper

    shapes = (("asked", TensorProto.UINT8, [1, "dim"]), ("codes", TensorProto.INT8, ["dim", "n"]))
    inputs = [helper.make_tensor_value_info(*shape) for shape in shapes]
    output = helper.make_tensor_value_info("scores", TensorProto.INT32, [1, "n"])
    product = helper.make_node("MatMulInteger", ["asked", "codes"], ["scores"])
    graph = helper.make_graph([product], "scan", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(file))
