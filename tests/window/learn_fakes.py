"""A LearnSession without processes: its trainer answers in this process, as asynchronously as the real one.

`fake_session()` has data and no run; `filled_session()` is in the middle of a training, or has finished it. The film
is made by a small network of ours whose kernels go from noise to edges, so that pictures of it look like the real ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from convlab.experiment.samples import load_sample
from convlab.learning.events import (
    Begun,
    DataInfo,
    Download,
    EpochEnd,
    Event,
    Frame,
    LayerInfo,
    Progress,
    Result,
    Samples,
    Wrong,
)
from convlab.learning.plan import DIGITS, Plan, Source
from convlab.learning.run import Run
from convlab.problems import Problem
from convlab.processes.recipes import RECIPES
from convlab.processes.run_files import KeptRun, Record, RunFiles, new_run
from convlab.window.learn_session import LearnSession

Array = NDArray[np.float32]

CLASSES = tuple("0123456789")
INFO = DataInfo(
    "Digits (MNIST)",
    CLASSES,
    (28, 28, 1),
    0.0,
    255.0,
    (5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949),
    (980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009),
)
PLAN = RECIPES["digits-deep"].plan(Source(DIGITS))
LAYERS = (
    LayerInfo("conv2d", (3, 3, 1, 32), (26, 26, 32)),
    LayerInfo("conv2d_1", (3, 3, 32, 64), (11, 11, 64)),
)
BATCHES = 375


class FakeRequest:
    """One question; its answer comes when the event loop runs, unless it was cancelled."""

    def __init__(self, owner: QObject, answer: Callable[[], object] | None = None) -> None:
        self.active = True
        if answer is not None:
            QTimer.singleShot(0, owner, lambda: self._answer(answer))

    def _answer(self, answer: Callable[[], object]) -> None:
        if self.active:
            self.active = False
            answer()

    def cancel(self) -> None:
        self.active = False


class FakeTrainer(QObject):
    """Has Trainer's methods. Data come at once, unless `holds`: then the test calls `tell` with a Download, or ends it.

    A training does nothing by itself: the test tells its events with `tell`, and ends it with `finish` or `fail`.
    asked: names of what was asked, in order.
    """

    state_changed = Signal()

    def __init__(self, info: DataInfo = INFO, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state, self.why = "ready", ""
        self.paused = self.holds = False
        self.info = info
        self.refuses: Problem | None = None
        self.asked: list[str] = []
        self.plan: Plan | None = None
        self.folder: Path | None = None
        self.went_on = False
        self._callbacks: tuple[Callable[[Any], object], ...] = ()
        self._request: FakeRequest | None = None

    def start(self) -> None:
        self.asked.append("start")

    def close(self) -> None:
        self._callbacks = ()

    def load(self, source: Source, *, told: Any, done: Any, failed: Any) -> FakeRequest:
        self.asked.append(f"load {source.kind}")
        self._callbacks = (told, done, failed)
        return self._answering(lambda: done(self.info), failed, self.holds)

    def samples(self, part: str, indices: Sequence[int], *, done: Any, failed: Any) -> FakeRequest:
        self.asked.append(f"samples {part} {indices[0]}")
        return self._answering(lambda: done(samples_of(self.info, part, indices)), failed)

    def train(
        self, plan: Plan, folder: Path, image: Array, *, go_on: bool, told: Any, done: Any, failed: Any
    ) -> FakeRequest:
        self.asked.append("go on" if go_on else "train")
        self.plan, self.folder, self.went_on, self.paused = plan, folder, go_on, False
        self._callbacks = (told, done, failed)
        return self._answering(lambda: None, failed, holds=True)

    def pause(self) -> None:
        self.paused = True
        self.asked.append("pause")

    def resume(self) -> None:
        self.paused = False
        self.asked.append("resume")

    def stop(self) -> None:
        self.asked.append("stop")

    # --- told by the test ---

    def tell(self, event: Event | Download) -> None:
        """What the trainer tells of the question that is open."""
        if self._request is not None and self._request.active:
            self._callbacks[0](event)

    def finish(self, answer: Result | DataInfo) -> None:
        """The open question is answered."""
        self._end(1, answer)

    def fail(self, problem: Problem) -> None:
        """The open question fails."""
        self._end(2, problem)

    def _end(self, which: int, answer: object) -> None:
        if self._request is not None and self._request.active:
            self._request.active = False
            self._callbacks[which](answer)

    def _answering(self, answer: Callable[[], object], failed: Any, holds: bool = False) -> FakeRequest:
        refuses = self.refuses
        if refuses is not None:
            return FakeRequest(self, lambda: failed(refuses))
        request = FakeRequest(self, None if holds else answer)
        if holds:
            self._request = request
        return request


def fake_trainer(info: DataInfo = INFO) -> FakeTrainer:
    return FakeTrainer(info)


def fake_session(runs: Path = Path("/nowhere"), info: DataInfo = INFO, *, wait: bool = True) -> LearnSession:
    """A session whose data are loaded; its `trainer` is a FakeTrainer."""
    trainer = FakeTrainer(info)
    session = LearnSession(trainer, runs)  # type: ignore[arg-type]
    trainer.setParent(session)
    session.choose_recipe(PLAN.recipe)
    if wait:
        session.load()
        settle(session)
    return session


def trainer_of(session: LearnSession) -> FakeTrainer:
    assert isinstance(session.trainer, FakeTrainer)
    return session.trainer


def settle(session: LearnSession, rounds: int = 20) -> None:
    """Let the answers come that are on their way."""
    for _ in range(rounds):
        QCoreApplication.processEvents()


def filled_session(
    runs: Path = Path("/nowhere"), *, epochs: int = 7, frames: int = 60, done: bool = True
) -> LearnSession:
    """A session with a run of so many epochs and frames: finished, or in the middle of the next epoch."""
    session = fake_session(runs)
    fill(session, epochs, frames, done=done)
    return session


def fill(session: LearnSession, epochs: int = 7, frames: int = 60, *, done: bool = True) -> None:
    """Train by telling everything at once. The session's trainer is a FakeTrainer."""
    session.train()
    settle(session)
    assert session.image is not None
    for event in events(session.image, epochs, frames, done=done, planned=session.plan.epochs):
        trainer_of(session).tell(event)
    if done:
        trainer_of(session).finish(result(session.image, epochs))
    settle(session)


def filled_run(epochs: int = 7, frames: int = 60, *, done: bool = True) -> Run:
    """The record of such a training, without a session."""
    run = Run(PLAN, CLASSES)
    image = digit(3)
    for event in events(image, epochs, frames, done=done):
        run.take(event)
    run.result = result(image, epochs) if done else None
    return run


def kept_run(runs: Path, recipe: str = "digits-small", epochs: int = 2) -> KeptRun:
    """A training that ended before its time, in a folder of its own, with all that it takes to go on."""
    files = new_run(recipe, runs)
    keep(files, RECIPES[recipe].plan(), epochs)
    kept = files.kept()
    assert kept is not None and kept.resumable
    return kept


def keep(files: RunFiles, plan: Plan, epochs: int) -> None:
    """What the trainer writes into the folder of a training after so many epochs."""
    if epochs:
        done = tuple(epoch_end(number) for number in range(epochs))
        files.write(Record(plan, "MNIST", CLASSES, 347_146, done, epochs - 1))
        files.checkpoint.write_bytes(b"weights")


# --- a training as it is told ---


def events(
    image: Array, epochs: int = 7, frames: int = 60, *, done: bool = True, planned: int = 10
) -> list[Event]:
    """Begun, then frames, progress and epochs in their order. Validation is best in the fourth epoch, and parts then."""
    total = epochs * BATCHES + (0 if done else BATCHES * 2 // 5)
    told: list[tuple[float, Event]] = [(-1, Begun(LAYERS, 225_034, BATCHES, 0))]
    moments = np.unique(np.geomspace(1, total, frames).round()).astype(int)
    told += [(batch, frame(image, int(batch), total)) for batch in (0, *moments)]
    for batch in range(BATCHES // 5, total + 1, BATCHES // 5):
        told.append((batch + 0.1, progress(batch, planned)))
    told += [((epoch + 1) * BATCHES + 0.2, epoch_end(epoch)) for epoch in range(epochs)]
    return [event for _, event in sorted(told, key=lambda one: one[0])]


def progress(batch: int, planned: int = 10) -> Progress:
    epoch, within = divmod(batch - 1, BATCHES)
    loss = 1.9 * float(np.exp(-batch / 400)) + 0.25 / (1 + batch / 900)
    left = (planned * BATCHES - batch) * 0.024
    return Progress(epoch, within + 1, BATCHES, loss, 1 - loss / 2.6, batch * 0.024, max(left, 0.0))


def epoch_end(epoch: int) -> EpochEnd:
    loss, accuracy = 0.42 / (1 + epoch) ** 1.3, 1 - 0.13 / (1 + epoch) ** 1.2
    rise = 0.012 * max(epoch - 3, 0)
    val_loss = 0.11 + 0.16 / (1 + epoch) ** 1.6 + rise
    return EpochEnd(
        epoch, loss, accuracy, val_loss, 0.985 - 0.05 / (1 + epoch) - rise / 4, (epoch + 1) * BATCHES * 0.024
    )


def frame(image: Array, batch: int, total: int) -> Frame:
    """Kernels that went so far from noise to edges, and the maps that they make of the image."""
    share = np.float32(1 - np.exp(-4 * batch / max(total, 1)))
    kernels = tuple(
        (1 - share) * noise + share * learned
        for noise, learned in zip(_random_kernels(1), _edge_kernels(), strict=True)
    )
    first = _convolved(image, kernels[0])
    pooled = first[:26, :26].reshape(13, 2, 13, 2, -1).max(axis=(1, 3))
    maps = first, _convolved(pooled, kernels[1])
    for array in (*kernels, *maps):
        array.setflags(write=False)
    return Frame(batch, kernels, maps)


def result(image: Array, epochs: int, *, stopped: bool = False) -> Result:
    random = np.random.default_rng(7)
    counts = np.asarray(INFO.test_counts)
    confusion = np.zeros((10, 10), np.int64)
    for _ in range(140):
        label = int(random.integers(10))
        confusion[label, (label + int(random.choice([1, 2, 5, 6], p=[0.2, 0.2, 0.3, 0.3]))) % 10] += 1
    confusion[np.diag_indices(10)] = counts - confusion.sum(axis=1)
    wrong = tuple(
        Wrong(97 * n % 10_000, n % 10, (n + 5) % 10, 0.998 - 0.009 * n, digit(n % 10, n)) for n in range(40)
    )
    accuracy = float(np.trace(confusion) / confusion.sum())
    return Result(
        stopped, min(3, epochs - 1), 0.047, accuracy, confusion, wrong, "/nowhere/digits-deep.keras"
    )


# --- data ---


def digit(number: int, seed: int = 0) -> Array:
    """A bundled digit (28, 28, 1) from 0 to 1, moved a little by the seed."""
    drawn = load_sample(f"digit-{number}")
    pixels = drawn.pixels / np.float32(drawn.white)
    random = np.random.default_rng(seed)
    moved = np.roll(pixels, tuple(random.integers(-2, 3, 2)) if seed else (0, 0), (0, 1))
    moved = np.clip(moved * np.float32(random.uniform(0.8, 1.1)), 0, 1).astype(np.float32)
    moved.setflags(write=False)
    return moved


def samples_of(info: DataInfo, part: str, indices: Sequence[int]) -> Samples:
    """Digits in an order that looks random; of other shapes, their corner or some noise."""
    labels = np.asarray([(7 * n + n // 3 + (part == "test")) % len(info.class_names) for n in indices])
    pixels = np.stack(
        [_fitted(digit(int(label) % 10, n + 1), info.shape) for label, n in zip(labels, indices, strict=True)]
    )
    pixels.setflags(write=False)
    return Samples(part, pixels, labels, np.asarray(indices))


def _fitted(pixels: Array, shape: tuple[int, int, int]) -> Array:
    grown = np.zeros(shape, np.float32)
    rows, columns = min(shape[0], 28), min(shape[1], 28)
    grown[:rows, :columns] = pixels[:rows, :columns]
    return grown


# --- the small network ---


def _random_kernels(seed: int) -> tuple[Array, ...]:
    random = np.random.default_rng(seed)
    shapes = [layer.kernel_shape for layer in LAYERS]
    return tuple(
        (random.standard_normal(shape) / np.sqrt(np.prod(shape[:3]))).astype(np.float32) for shape in shapes
    )


def _edge_kernels() -> tuple[Array, ...]:
    """Edges at all angles, and of the second layer mixtures of them."""
    rows, columns = np.mgrid[-1:2, -1:2]
    angles = np.linspace(0, 2 * np.pi, LAYERS[0].kernel_shape[3], endpoint=False)
    edges = np.cos(angles) * columns[..., None] + np.sin(angles) * rows[..., None]
    noise = _random_kernels(2)
    mixed = noise[1] * 0.5 + 0.3 * edges[:, :, None, :].repeat(32, 2).repeat(2, 3) * np.sign(
        noise[1][1:2, 1:2]
    )
    return (0.45 * edges[:, :, None, :]).astype(np.float32), (0.3 * mixed).astype(np.float32)


def _convolved(image: Array, kernel: Array) -> Array:
    """Valid cross-correlation and ReLU."""
    rows, columns, channels, filters = kernel.shape
    windows = sliding_window_view(image, (rows, columns), axis=(0, 1))
    high, wide = windows.shape[:2]
    flat = windows.reshape(high * wide, -1) @ kernel.transpose(2, 0, 1, 3).reshape(-1, filters)
    return np.maximum(flat, 0).reshape(high, wide, filters).astype(np.float32)
