"""Measurements of the whole window: how fast it is there, how fast it answers, how much memory it takes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from statistics import median, quantiles
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from convlab.experiment.experiment import Experiment
    from convlab.window.main_window import MainWindow

STARTS = 11
EDITS = 80
BARE_WINDOW = """
import sys, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

class Window(QMainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, self.painted)
    def painted(self):
        print(time.time(), flush=True)
        self.close()

application = QApplication(sys.argv)
window = Window()
window.resize(1440, 900)
window.show()
application.exec()
"""


def _seconds_to_first_frame(arguments: list[str]) -> float:
    """From just before the process is made until it says that it has painted."""
    # As for a user: Python keeps what it compiled. Some test machines forbid that, which would only hit us.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.time()
    ran = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=60, check=True, env=environment
    )
    return float(ran.stdout.split()[0]) - started


def start_vs_bare_window() -> float:
    """The median start of ConvLab over the median start of an empty window, taken in turns."""
    ours, bare = ["-m", "convlab", "--fresh", "--report-first-frame"], ["-c", BARE_WINDOW]
    for arguments in (ours, bare):
        _seconds_to_first_frame(arguments)  # the first one reads everything from the disk
    times = [(_seconds_to_first_frame(ours), _seconds_to_first_frame(bare)) for _ in range(STARTS)]
    return median(mine for mine, _ in times) / median(other for _, other in times)


@contextmanager
def _window(rows: int, columns: int) -> Iterator[MainWindow]:
    """The real window, 1920×1080, with a coloured picture of that size and a 3×3 convolution over it."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from convlab.window import theme
    from convlab.window.application import make_application
    from convlab.window.main_window import MainWindow
    from convlab.window.settings import Settings

    make_application(["benchmark"])
    theme.apply(dark=False, scale=1.0)
    settings = Settings(fresh=True)
    window = MainWindow(settings)
    window.resize(1920, 1080)
    window.show()
    window.session.replace(_photograph(rows, columns), saved=True)
    _settle(window)
    yield window
    window.session.computer.finish()
    window.session.mark_saved(window.session.experiment)
    window.close()
    settings.close()


def _photograph(rows: int, columns: int) -> Experiment:
    """Waves and noise in three channels, planar in memory as images are, convolved with one filter."""
    from convlab.experiment.experiment import Experiment
    from convlab.experiment.image import Image
    from convlab.operations.convolution import Convolution

    random = np.random.default_rng(7)
    planes = random.random((3, rows, columns), dtype=np.float32)
    planes += np.sin(np.arange(columns, dtype=np.float32) / 40)
    kernel = random.standard_normal((3, 3, 3, 1)).astype(np.float32)
    np.clip(planes, 0, 1, out=planes)  # in place: a second copy would count as the window's memory
    image = Image(np.moveaxis(planes, 0, -1), 1, "photograph")
    return Experiment(image, (Convolution(kernel, padding="same"),))


def _settle(window: MainWindow) -> None:
    """Wait until everything is computed and painted."""
    from PySide6.QtWidgets import QApplication

    quiet = 0
    while quiet < 5:
        QApplication.processEvents()
        quiet = 0 if window.session.busy else quiet + 1
        time.sleep(0.002)


def kernel_edit_1080p_ms() -> float:
    """From the edit of one weight until the new output is painted: the 95th percentile, in milliseconds."""
    with _window(1080, 1920) as window:
        times = [_edit_one_weight(window, number) for number in range(EDITS)]
    return quantiles(times[5:], n=20)[-1]


def _edit_one_weight(window: MainWindow, number: int) -> float:
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    session = window.session
    convolution = session.operation
    kernel = convolution.kernel.copy()  # type: ignore[union-attr]
    kernel[number % 3, number // 3 % 3, 0, 0] += np.float32(0.5)
    edited = replace(convolution, kernel=kernel)  # type: ignore[type-var]
    before = session.output_array
    started = time.perf_counter()
    session.edit("Edit kernel", session.experiment.with_operation(0, edited), "weight")
    while session.busy or session.output_array is before:
        # Waits as the program does; asking again and again would take the interpreter from the thread that computes.
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    QApplication.sendPostedEvents()  # lay out, and ask for the paint …
    QApplication.processEvents()  # … which happens here
    seconds = time.perf_counter() - started
    assert session.output_array is not before
    _settle(window)
    return seconds * 1000


def memory_4k_mb() -> float:
    """The most memory that the window's process ever held, in MB: 4096×2160×3 convolved, stepped, one weight edited."""
    import resource

    from PySide6.QtWidgets import QApplication

    with _window(2160, 4096) as window:
        for _ in range(50):
            window.player.step()
            QApplication.processEvents()
        for number in range(3):
            _edit_one_weight(window, number)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024 if sys.platform != "darwin" else 1024 * 1024)
