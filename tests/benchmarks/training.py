"""Measurements of training: what the open page costs a training, and a training the window."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from convlab.learning.plan import CLOTHES, NPZ, Source
from convlab.processes.datasets import FASHION, data_home
from tests.benchmarks.network import _stalls, _wait

if TYPE_CHECKING:
    from convlab.window.learn_session import LearnSession
    from convlab.window.main_window import MainWindow

ROUNDS = 5
IMAGES, TEST_IMAGES = 60_000, 10_000
LONGEST = 600.0
NICENESS = 2
"""As the trainer's: what is measured is the page, not that the trainer lets other programs go first."""

BARE_FIT = """
import os, sys, time
os.nice(int(sys.argv[2]))
import numpy as np, keras
with np.load(sys.argv[1]) as data:
    x, y = data["x_train"][..., None].astype("float32") / 255, data["y_train"].astype("int64")
network = keras.Sequential([
    keras.Input((28, 28, 1)), keras.layers.Conv2D(8, 3, activation="relu"), keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"), keras.layers.Dense(10, activation="softmax")])
network.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
class Rounds(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        sys.stdin.readline()
        self.begin = time.perf_counter(), time.process_time()
    def on_epoch_end(self, epoch, logs=None):
        print(time.perf_counter() - self.begin[0], time.process_time() - self.begin[1], flush=True)
network.fit(x, y, epochs=1000, validation_split=0.2, verbose=0, callbacks=[Rounds()])
"""


def train_vs_bare_fit() -> float:
    """An epoch of fashion-first with the page open, against one of a bare `model.fit`: the median of some rounds in turn.

    The processor time of both is printed on stderr: it says the same on a machine that does other things besides.
    """
    with _data() as (npz, source), _bare(npz) as bare_epoch, _page(source) as (window, session):
        page_epoch = _epochs(session, window.neighbours.trainer.process_id)
        page_epoch(), bare_epoch()  # both compile in their first one
        rounds = [(page_epoch(), bare_epoch()) for _ in range(ROUNDS)]
    walls, loads = ([page[kind] / bare[kind] for page, bare in rounds] for kind in (0, 1))
    print(f"wall {walls}, processor {loads}, median {median(loads):.3f}", file=sys.stderr)
    return median(walls)


def gui_stall_training_ms() -> float:
    """The longest pause of the window's event loop during training, 99.9th percentile, in milliseconds."""
    with _data() as (_, source), _page(source) as (window, session):
        epoch = _epochs(session, window.neighbours.trainer.process_id)
        epoch()
        with _stalls() as stalls:
            epoch()
            epoch()
    print(f"{len(stalls)} turns, longest {1000 * max(stalls):.1f} ms", file=sys.stderr)
    return 1000 * float(np.quantile(stalls, 0.999))


@contextmanager
def _data() -> Iterator[tuple[Path, Source]]:
    """An .npz for the script, and the source for the page: Fashion-MNIST where it is, else random images of that size."""
    with TemporaryDirectory() as folder:
        npz = Path(folder) / "data.npz"
        if all((data_home() / remote.folder / remote.name).exists() for remote in FASHION):
            from convlab.processes import datasets

            data = datasets.load(Source(CLOTHES), lambda download: None)
            images = (data.x_train[..., 0] * 255).astype(np.uint8)
            np.savez(npz, x_train=images, y_train=data.y_train)
            yield npz, Source(CLOTHES)
            return
        random = np.random.default_rng(0)
        parts = {"train": IMAGES, "test": TEST_IMAGES}
        pixels = {
            f"x_{part}": random.integers(0, 256, (count, 28, 28), np.uint8) for part, count in parts.items()
        }
        np.savez(npz, **pixels, **{f"y_{part}": np.arange(count) % 10 for part, count in parts.items()})
        yield npz, Source(NPZ, str(npz))


@contextmanager
def _bare(npz: Path) -> Iterator[Callable[[], tuple[float, float]]]:
    """A script that trains for one epoch each time it is asked; returns its seconds, on the wall and of the processor."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # as the trainer has it
    script = subprocess.Popen(
        [sys.executable, "-c", BARE_FIT, str(npz), str(NICENESS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment,
    )

    def epoch() -> tuple[float, float]:
        assert script.stdin is not None and script.stdout is not None
        print("go", file=script.stdin, flush=True)
        wall, load = map(float, script.stdout.readline().split())
        return wall, load

    try:
        yield epoch
    finally:
        script.kill()
        script.wait()


@contextmanager
def _page(source: Source) -> Iterator[tuple[MainWindow, LearnSession]]:
    """The real window on the Learn page, a training of fashion-first under way."""
    from convlab.window import theme
    from convlab.window.application import make_application
    from convlab.window.header import LEARN
    from convlab.window.learn_session import FAILED
    from convlab.window.main_window import MainWindow
    from convlab.window.settings import Settings

    _keep = make_application(["bench"])
    theme.apply(reduced_motion=True)
    settings = Settings(fresh=True)
    window = MainWindow(settings)
    window.resize(1440, 900)
    window.show()
    window.show_page(LEARN)
    session = window.learn.session
    session.choose_recipe("fashion-first")
    session.choose_data(source)
    session.change(epochs=1000)
    session.train()
    _wait(lambda: session.run.begun is not None or session.state == FAILED, LONGEST)
    if session.state == FAILED:
        raise RuntimeError(f"it cannot be trained here: {session.trainer.why}")
    try:
        yield window, session
    finally:
        window.neighbours.close()
        window.hide()  # to close it would ask what becomes of the training
        settings.close()


def _epochs(session: LearnSession, process: int) -> Callable[[], tuple[float, float]]:
    """Lets the page train to the end of an epoch, then pauses; returns its seconds, on the wall and of the processor."""
    last = [0.0]

    def epoch() -> tuple[float, float]:
        done, before = len(session.run.epochs), _processor_seconds(process)
        session.resume()
        _wait(lambda: len(session.run.epochs) > done, LONGEST)
        session.pause()
        load = _processor_seconds(process) - before
        seconds = session.run.epochs[-1].seconds
        wall, last[0] = seconds - last[0], seconds
        return wall, load

    return epoch


def _processor_seconds(process: int) -> float:
    """Of all threads of a process (Linux)."""
    words = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
