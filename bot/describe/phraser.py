"""The sequence model of the tuned writer: attributes in, wordings out. Needs the extra `train`; torch is loaded when it is made.

From scratch it is a small BART (Lewis et al., 2020) with its own byte-pair tokenizer; any encoder-decoder folder of
transformers may take its place. Weights are safetensors, and no code of the folder is run.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bot.errors import NoDescriber

WIDTH, LAYERS, HEADS, DROPOUT = 128, 2, 4, 0.2
VOCABULARY = 1000
LONGEST = 160
"""Tokens of a text that are learned or written."""
_SPECIAL = ("<pad>", "<s>", "</s>", "<unk>")
_KEY = "<k{}>"
_SPACED = re.compile(r" +([.,;:!?])(?=\s|$)")
Source = Sequence[tuple[str, str]]


class Phraser:
    """`keys` are the attributes that it knows, `marks` the placeholders; `longest` is how many tokens it writes at most."""

    def __init__(self, model: Any, tokenizer: Any, keys: Sequence[str], device: str) -> None:
        self.model, self._tokenizer, self._keys = (
            model.to(device),
            tokenizer,
            {k: _KEY.format(i) for i, k in enumerate(keys)},
        )
        self.keys, self.device, self.longest = tuple(keys), device, LONGEST

    @classmethod
    def small(
        cls, texts: Iterable[str], keys: Sequence[str], marks: Sequence[str], *, seed: int, device: str
    ) -> Phraser:
        """Untrained, its words being those of `texts`. Raises NoDescriber where the extra is missing."""
        torch, transformers = libraries("")
        tokenizer = transformers.PreTrainedTokenizerFast(
            tokenizer_object=_byte_pairs(texts, [*(_KEY.format(i) for i in range(len(keys))), *marks]),
            pad_token="<pad>", bos_token="<s>", eos_token="</s>", unk_token="<unk>",
        )  # fmt: skip
        config = transformers.BartConfig(
            vocab_size=len(tokenizer), d_model=WIDTH, encoder_layers=LAYERS, decoder_layers=LAYERS,
            encoder_attention_heads=HEADS, decoder_attention_heads=HEADS, encoder_ffn_dim=4 * WIDTH, decoder_ffn_dim=4 * WIDTH,
            max_position_embeddings=LONGEST + 2, dropout=DROPOUT, attention_dropout=DROPOUT / 2, scale_embedding=True,
            init_std=0.05, pad_token_id=0, bos_token_id=1, eos_token_id=2, decoder_start_token_id=1, forced_eos_token_id=None,
        )  # fmt: skip
        torch.manual_seed(seed)
        return cls(transformers.BartForConditionalGeneration(config), tokenizer, keys, device)

    @classmethod
    def from_model(cls, folder: Path, keys: Sequence[str], marks: Sequence[str], *, device: str) -> Phraser:
        """A pretrained encoder-decoder of a local folder, with our marks among its words."""
        model, tokenizer = _opened(folder)
        tokenizer.add_tokens([*(_KEY.format(i) for i in range(len(keys))), *marks], special_tokens=True)
        model.resize_token_embeddings(len(tokenizer))
        return cls(model, tokenizer, keys, device)

    @classmethod
    def load(cls, folder: Path, keys: Sequence[str], *, device: str) -> Phraser:
        return cls(*_opened(folder), keys, device)

    def save(self, folder: Path) -> None:
        self.model.save_pretrained(folder)
        self._tokenizer.save_pretrained(folder)

    def loss(self, batch: Sequence[tuple[Source, str]], smoothing: float = 0.0) -> Any:
        """Mean cross entropy of a token."""
        torch, _ = libraries("")
        sources, mask = self._padded([self._source(source) for source, _ in batch])
        wanted, there = self._padded([self._ids(text) for _, text in batch])
        start = torch.full((len(batch), 1), self.model.config.decoder_start_token_id, device=self.device)
        logits = self.model(
            input_ids=sources, attention_mask=mask, decoder_input_ids=torch.cat([start, wanted[:, :-1]], dim=1)
        ).logits
        wanted = wanted.masked_fill(there == 0, -100)
        return torch.nn.functional.cross_entropy(
            logits.flatten(0, 1).float(), wanted.flatten(), ignore_index=-100, label_smoothing=smoothing
        )

    def propose(self, source: Source, *, beams: int, samples: int, seed: int) -> list[str]:
        """Wordings, the likeliest first, then drawn ones; equal seeds draw the same."""
        torch, _ = libraries("")
        self.model.eval()
        ids, mask = self._padded([self._source(source)])
        given = {"input_ids": ids, "attention_mask": mask, "max_new_tokens": self.longest, "max_length": None}
        with torch.no_grad():
            found = list(self.model.generate(**given, num_beams=beams, num_return_sequences=beams, do_sample=False))
            if samples:
                torch.manual_seed(seed)
                found += list(
                    self.model.generate(
                        **given, num_beams=1, do_sample=True, top_k=0, top_p=0.95, temperature=0.8, num_return_sequences=samples
                    )
                )  # fmt: skip
        return [self._text(row.tolist()) for row in found]

    def length(self, text: str) -> int:
        return len(self._ids(text))

    def _source(self, source: Source) -> list[int]:
        return self._ids("".join(self._keys.get(key, "") + value for key, value in source))

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False)[: LONGEST - 1]
        return [*ids, self.model.config.eos_token_id]

    def _text(self, ids: Sequence[int]) -> str:
        config = self.model.config
        plain = [i for i in ids if i not in (config.pad_token_id, config.eos_token_id, config.decoder_start_token_id)]
        text: str = self._tokenizer.decode(plain, skip_special_tokens=False, clean_up_tokenization_spaces=False)
        return _SPACED.sub(r"\1", " ".join(text.split()))

    def _padded(self, rows: Sequence[Sequence[int]]) -> tuple[Any, Any]:
        torch, _ = libraries("")
        pad, width = self.model.config.pad_token_id, max(map(len, rows))
        ids = torch.tensor([[*row, *[pad] * (width - len(row))] for row in rows], device=self.device)
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=self.device)
        return ids, mask


def libraries(folder: Path | str) -> tuple[Any, Any]:
    """torch and transformers. Raises NoDescriber where they aren't installed."""
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    try:
        import torch
        import transformers
    except ImportError as error:
        raise NoDescriber(str(folder), f"{error.name} isn't installed; pip install 'shopclerk[train]'") from error
    return torch, transformers


def device_of(name: str) -> str:
    """`auto` is the first GPU, else the CPU. Raises NoDescriber where one is named that isn't there."""
    torch, _ = libraries("")
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise NoDescriber(name, "this torch sees no GPU; give --device cpu")
    return name if name != "auto" else "cuda" if torch.cuda.is_available() else "cpu"


def check_model(folder: Path) -> None:
    """Raises NoDescriber where there is no such folder of a model; a name is never looked for anywhere else."""
    if not (folder / "config.json").is_file():
        raise NoDescriber(
            str(folder), "there is no model's folder with a config.json; name one that save_pretrained wrote"
        )


def _opened(folder: Path) -> tuple[Any, Any]:
    _, transformers = libraries(folder)
    check_model(folder)
    transformers.utils.logging.disable_progress_bar()
    try:
        model = transformers.AutoModelForSeq2SeqLM.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, trust_remote_code=False
        )
        tokenizer = transformers.AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False, clean_up_tokenization_spaces=False
        )
    except (OSError, ValueError) as error:
        raise NoDescriber(str(folder), str(error).splitlines()[0]) from error
    return model, tokenizer


def _byte_pairs(texts: Iterable[str], marks: Sequence[str]) -> Any:
    """A reversible tokenizer: spaces are tokens' beginnings, each special mark a token of its own."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    said = list(texts)
    letters = {letter for text in said for letter in text}
    made = Tokenizer(models.BPE(unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Metaspace(prepend_scheme="first", split=True), pre_tokenizers.Punctuation("isolated")]
    )
    made.decoder = decoders.Metaspace(prepend_scheme="first")
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY + len(marks) + len(letters),
        min_frequency=2,
        special_tokens=[*_SPECIAL, *marks],
        show_progress=False,
        limit_alphabet=3000,
    )
    made.train_from_iterator(said, trainer)
    return made
