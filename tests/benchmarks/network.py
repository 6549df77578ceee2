"""Measurements of trained networks: how soon filters and maps are on screen, and that the window never waits."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

import numpy as np

from tests.benchmarks.network_files import make

if TYPE_CHECKING:
    from convlab.processes.client import Engine
    from convlab.window.main_window import MainWindow

OPENINGS = 5
QUESTIONS = 60
STROKES = 150
LONGEST = 120  # seconds that anything may take

KERAS_SCRIPT = """
import sys
import keras, matplotlib
matplotlib.use("Agg")
from matplotlib import pyplot
network = keras.models.load_model(sys.argv[1], compile=False)
kernel = next(layer.kernel.numpy() for layer in network.layers if hasattr(layer, "kernel"))
figure, grid = pyplot.subplots(8, 8)
for index, axes in enumerate(grid.flat):
    axes.imshow(kernel[:, :, 0, index % kernel.shape[3]], cmap="RdBu_r")
    axes.axis("off")
figure.savefig(sys.argv[2])
"""

BARE_CALL = """
import statistics, sys, time
import numpy as np, keras, tensorflow as tf
network = keras.models.load_model(sys.argv[1], compile=False)
every_map = keras.Model(network.inputs, [layer.output for layer in network.layers])
call = tf.function(lambda x: every_map(x, training=False))
images = [tf.constant(np.random.rand(1, *network.inputs[0].shape[1:]).astype("float32")) for _ in range(4)]
for image in images:
    call(image)
times = []
for number in range(int(sys.argv[2])):
    start = time.perf_counter()
    maps = call(images[number % 4])
    maps[-1].numpy()
    times.append(time.perf_counter() - start)
print(statistics.median(times))
"""


@contextmanager
def network_file(name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield make(name, Path(folder) / f"{name}.keras")


def _run(*arguments: str) -> str:
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    ran = subprocess.run(
        [sys.executable, *arguments], check=True, capture_output=True, text=True, env=environment
    )
    return ran.stdout


def _wait(until: Callable[[], object], seconds: float = LONGEST) -> None:
    """Let the event loop run until something holds."""
    from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

    end = time.perf_counter() + seconds
    wake = QTimer(interval=20)
    wake.start()
    while not until():
        if time.perf_counter() > end:
            raise TimeoutError("it did not come")
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


# --- opening ---


def open_vs_keras_script() -> float:
    """The program started with a file until its filters are painted, over a script with Keras and matplotlib."""
    with network_file("six") as file:
        picture = str(file.with_suffix(".png"))
        ours = ["-m", "convlab", "--fresh", "--report-filters", str(file)]
        _run(*ours)
        _run("-c", KERAS_SCRIPT, str(file), picture)
        pairs = []
        for _ in range(OPENINGS):
            start = time.time()
            here = float(_run(*ours).split()[0]) - start
            start = time.time()
            _run("-c", KERAS_SCRIPT, str(file), picture)
            pairs.append((here, time.time() - start))
    return median(here for here, _ in pairs) / median(there for _, there in pairs)


def open_vgg16_s() -> float:
    """A file of 528 MB: seconds from opening it to the filters of the chosen layer painted; the worst of five.

    A window that is blocked for more than 50 ms meanwhile makes it a failure.
    """
    with network_file("vgg16") as file, _window() as window:
        times = [_seconds_to_filters(window, file) for _ in range(OPENINGS)]
    longest = max(stall for _, stall in times)
    if longest > 0.05:
        raise AssertionError(f"the window was blocked for {1000 * longest:.0f} ms")
    return max(seconds for seconds, _ in times)


def _seconds_to_filters(window: MainWindow, file: Path) -> tuple[float, float]:
    session = window.network.session
    painted = window.network.layer.filters_painted
    seen: list[float] = []
    session.close()
    painted.connect(lambda: seen.append(time.perf_counter()))
    with _stalls() as stalls:
        start = time.perf_counter()
        window.open_network(file)
        window.network.layer.show_tab("filters")
        _wait(lambda: session.network is not None and seen and seen[-1] > start)
        seconds = seen[-1] - start
    painted.disconnect()
    return seconds, max(stalls)


# --- maps ---


def maps_vs_bare_call() -> float:
    """One question to the engine and its answer, over a bare compiled call that returns all maps."""
    with network_file("six") as file:
        return _question_seconds(file, QUESTIONS) / float(_run("-c", BARE_CALL, str(file), str(QUESTIONS)))


def resnet50_maps_s() -> float:
    """The same for a network as large as ResNet50 at 224×224, where computing is nearly everything."""
    with network_file("resnet50") as file:
        return _question_seconds(file, 15) / float(_run("-c", BARE_CALL, str(file), "15"))


def _question_seconds(file: Path, count: int) -> float:
    """The median of the seconds from an image to the maps of one layer and the prediction."""
    with _engine(file) as (engine, network):
        shape = tuple(network.input_shape)
        images = [np.random.default_rng(n).random(shape, np.float32) for n in range(4)]
        wanted = [(len(network.nodes) // 2, False), (network.outputs[0], False)]
        times = [
            _answered(engine, {network.inputs[0]: np.array(images[number % 4])}, wanted)
            for number in range(count + 3)
        ]
    return median(times[3:])


def _answered(engine: Engine, images: dict[int, np.ndarray], wanted: list[tuple[int, bool]]) -> float:
    came: list[float] = []
    start = time.perf_counter()
    engine.maps(
        images, wanted, done=lambda maps: came.append(time.perf_counter()), failed=lambda problem: 1 / 0
    )
    _wait(lambda: came)
    return came[0] - start


@contextmanager
def _engine(file: Path) -> Iterator[tuple[Engine, object]]:
    """The real reader and engine, with the network loaded and nothing else."""
    from PySide6.QtCore import QCoreApplication

    from convlab.window.neighbours import Neighbours
    from convlab.window.weight_store import WeightStore

    application = QCoreApplication.instance() or QCoreApplication(["bench"])
    near = Neighbours()
    store = WeightStore(near.reader)
    opened: list[object] = []
    loaded: list[object] = []
    near.reader.open_network(file, done=opened.append, failed=lambda problem: 1 / 0)
    _wait(lambda: opened)
    store.begin(opened[0], file)  # type: ignore[arg-type]
    _wait(lambda: store.complete)
    near.engine.load(opened[0], store.all, done=loaded.append, failed=lambda problem: 1 / 0)  # type: ignore[arg-type]
    _wait(lambda: loaded)
    yield near.engine, opened[0]
    near.close()
    application.processEvents()


def maps_while_drawing_ms() -> float:
    """From a stroke's edit to the newer maps and the prediction painted: the 95th percentile in milliseconds."""
    with network_file("six") as file, _window() as window:
        session = window.network.session
        window.open_network(file)
        _wait(lambda: session.map_array is not None and session.prediction is not None)
        times = [_stroke(window, number) for number in range(STROKES)]
    return 1000 * quantiles(times[10:], n=20)[-1]


def _stroke(window: MainWindow, number: int) -> float:
    """One more cell drawn; until the maps that belong to it have been painted."""
    from PySide6.QtWidgets import QApplication

    session = window.network.session
    image = session.image
    row, column = divmod((7 * number) % (image.height * image.width), image.width)
    inverted = image.white - float(image.pixels[row, column, 0])
    start = time.perf_counter()
    session.edit_image("Draw", image.with_cell(row, column, inverted), "stroke")
    _wait(lambda: session.maps.fresh and not session.maps.busy)
    QApplication.processEvents()  # the paint events of what was told
    return time.perf_counter() - start


# --- the window ---


@contextmanager
def _window(page: str = "network") -> Iterator[MainWindow]:
    """The real window on a page, with all that it starts."""
    from convlab.window import theme
    from convlab.window.application import begin, make_application
    from convlab.window.main_window import MainWindow
    from convlab.window.settings import Settings

    application = make_application(["bench"])
    theme.apply(reduced_motion=True)
    settings = Settings(fresh=True)
    window = MainWindow(settings)
    window.resize(1440, 900)
    window.show()
    application.processEvents()
    if page != window.page:
        begin(window, [])
        window.show_page(page)
        _wait(lambda: window.neighbours.reader.ready and window.page == page)
        application.processEvents()
    yield window
    window.network.session.close()
    window.close()
    settings.close()


@contextmanager
def _stalls() -> Iterator[list[float]]:
    """How long the event loop did not come round, each time, in seconds."""
    from PySide6.QtCore import QTimer

    gaps, last = [0.0], time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(now - last)
        last = now

    timer = QTimer(interval=1)
    timer.timeout.connect(tick)
    timer.start()
    yield gaps
    tick()
    timer.stop()


def gui_stall_ms() -> float:
    """The longest pause of the event loop, in milliseconds, from the first frame of the program on: while the Network
    page is made, TensorFlow starts and a network loads."""
    from convlab.window.application import begin

    with network_file("six") as file, _window("lab") as window, _stalls() as stalls:
        begin(window, [])
        window.open_network(file)
        _wait(lambda: window.has_network_page)
        session = window.network.session
        _wait(lambda: session.map_array is not None and session.prediction is not None)
    return 1000 * max(stalls)
