"""The training loop of the sequence model: epochs, early stopping on lessons held back, a checkpoint an epoch. Needs the extra `train`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.describe.lessons import Lesson
from bot.describe.phraser import Phraser, libraries
from retrieval.generations import Progress

_SMOOTHING, _TOGETHER = 0.1, 8


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train. `patience` is how many epochs in a row may bring nothing before it ends."""

    epochs: int = 12
    seed: int = 7
    batch: int = 64
    rate: float = 1e-3
    patience: int = 2


@dataclass(slots=True)
class _State:
    epoch: int = 0
    idle: int = 0
    losses: list[float] = field(default_factory=list)
    """On the lessons held back, after each epoch."""


def study(
    phraser: Phraser,
    lessons: Sequence[Lesson],
    held_back: Sequence[Lesson],
    plan: Plan,
    *,
    mark: str,
    work: Path,
    say: Progress,
) -> list[float]:
    """Train and keep the best epoch's weights; the loss of a held-back token after each epoch.

    What `work` holds of the same training (`mark`) is gone on with; equal lessons, plan and machine give equal weights either way.
    """
    run = _Run(phraser, lessons, held_back, plan, work, f"{mark} {asdict(plan)}")
    while not run.is_over:
        run.one_epoch(say)
    run.put_back()
    say("training", plan.epochs, plan.epochs)
    return run.state.losses


class _Run:
    def __init__(
        self, phraser: Phraser, lessons: Sequence[Lesson], held: Sequence[Lesson], plan: Plan, work: Path, mark: str
    ) -> None:
        self._torch, _ = libraries(work)
        self._torch.use_deterministic_algorithms(True)
        self._phraser, self._plan, self._file, self._mark = phraser, plan, work / "checkpoint.pt", mark
        self._lessons, self._held = [_pair(one) for one in lessons], [_pair(one) for one in held]
        self._a_epoch = -(-len(lessons) // plan.batch)
        self._optimizer = self._torch.optim.AdamW(phraser.model.parameters(), lr=plan.rate, betas=(0.9, 0.98))
        self._schedule = self._torch.optim.lr_scheduler.LambdaLR(self._optimizer, self._rate)
        self.state, self._best = _State(), _copy(phraser.model)
        self._go_on()

    @property
    def is_over(self) -> bool:
        return self.state.epoch >= self._plan.epochs or self.state.idle >= self._plan.patience

    def one_epoch(self, say: Progress) -> None:
        model, epoch, total = self._phraser.model, self.state.epoch, self._plan.epochs * self._a_epoch
        self._torch.manual_seed(self._plan.seed * 1000 + epoch)
        model.train()
        for done, batch in enumerate(_batches(self._lessons, self._plan, epoch)):
            say("training", epoch * self._a_epoch + done, total)
            loss = self._phraser.loss(batch, _SMOOTHING)
            self._optimizer.zero_grad()
            loss.backward()
            self._torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            self._optimizer.step()
            self._schedule.step()
        loss = self._held_loss()
        is_better = loss < min(self.state.losses, default=float("inf"))
        self.state.losses.append(loss)
        self.state.epoch, self.state.idle = epoch + 1, 0 if is_better else self.state.idle + 1
        if is_better:
            self._best = _copy(model)
        self._keep()

    def put_back(self) -> None:
        self._phraser.model.load_state_dict(self._best)

    def _rate(self, step: int) -> float:
        """Up over the first epoch, then down to a fiftieth."""
        total = self._a_epoch * self._plan.epochs
        return min((step + 1) / self._a_epoch, max(0.02, (total - step) / max(1, total - self._a_epoch)))

    def _held_loss(self) -> float:
        self._phraser.model.eval()
        total, tokens = 0.0, 0
        with self._torch.no_grad():
            for start in range(0, len(self._held), self._plan.batch):
                batch = self._held[start : start + self._plan.batch]
                count = sum(self._phraser.length(text) for _, text in batch)
                total, tokens = total + float(self._phraser.loss(batch)) * count, tokens + count
        return round(total / max(1, tokens), 5)

    def _keep(self) -> None:
        kept = {
            "mark": self._mark,
            "state": asdict(self.state),
            "best": self._best,
            "model": _copy(self._phraser.model),
        }
        kept |= {"optimizer": self._optimizer.state_dict(), "schedule": self._schedule.state_dict()}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._torch.save(kept, self._file.with_suffix(".new"))
        self._file.with_suffix(".new").replace(self._file)

    def _go_on(self) -> None:
        """From the checkpoint, read as data alone, where it is one of this training."""
        if not self._file.is_file():
            return
        kept: dict[str, Any] = self._torch.load(self._file, weights_only=True, map_location="cpu")
        if kept["mark"] != self._mark:
            return
        self._phraser.model.load_state_dict(kept["model"])
        self._optimizer.load_state_dict(kept["optimizer"])
        self._schedule.load_state_dict(kept["schedule"])
        self.state, self._best = _State(**kept["state"]), kept["best"]


_Taught = tuple[list[tuple[str, str]], str]


def _pair(lesson: Lesson) -> _Taught:
    return [("", lesson.manner), *lesson.slots], lesson.text


def _batches(lessons: Sequence[_Taught], plan: Plan, epoch: int) -> list[list[_Taught]]:
    """Texts of about one length go through together: padding would cost more than they do. The seed alone decides."""
    chance = random.Random(f"{plan.seed} {epoch}")
    order = chance.sample(list(lessons), len(lessons))
    wide = plan.batch * _TOGETHER
    alike = [sorted(order[start : start + wide], key=lambda one: len(one[1])) for start in range(0, len(order), wide)]
    found = [part[start : start + plan.batch] for part in alike for start in range(0, len(part), plan.batch)]
    chance.shuffle(found)
    return found


def _copy(model: Any) -> dict[str, Any]:
    return {name: value.detach().cpu().clone() for name, value in model.state_dict().items()}
