"""Measurements of one step in the real window: how long it takes from the key until it is painted."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.window import _settle, _window

if TYPE_CHECKING:
    from convlab.window.main_window import MainWindow

ROUNDS = 5
STEPS = 200  # of one round
WARM = 20
_SETTINGS_DPI = 100


def step_paint_ms() -> float:
    """One step of a 3×3 kernel over a drawn digit of 28×28, painted, 1920×1080: the 95th percentile.

    Of several rounds the least disturbed one counts: what else runs on the machine can only add to it.
    """
    with _window(28, 28) as window:
        _open_digit(window)
        rounds = [_step_times(window) for _ in range(ROUNDS)]
    return min(quantiles(times, n=20)[-1] for times in rounds) * 1000


def step_vs_matplotlib() -> float:
    """The median step of the window over the median step of a figure of the same size that is updated by blitting."""
    with _window(28, 28) as window:
        _open_digit(window)
        pixels, output = window.session.input_array, window.session.output_array
        assert pixels is not None and output is not None
        figure_step = _matplotlib_figure(pixels[:, :, 0], output[:, :, 0])
        ours, theirs = [], []
        for number in range(120):  # in turns, so that both meet the same machine
            ours.append(_timed(lambda: _step(window)))
            theirs.append(_timed(lambda number=number: figure_step(number)))  # type: ignore[misc]
    return median(ours[20:]) / median(theirs[20:])


def step_cost_4k_vs_28() -> float:
    """The median step on a photograph of 4096×2160×3 over the median step on 28×28×3, both explained and painted."""
    medians = []
    for rows, columns in ((2160, 4096), (28, 28)):
        with _window(rows, columns) as window:
            window.player.go(rows // 2, columns // 4)
            _settle(window)
            medians.append(median(_step_times(window)))
    return medians[0] / medians[1]


def _open_digit(window: MainWindow) -> None:
    """A digit with numbers in all its cells, in the middle of a Sobel kernel's way."""
    from convlab.experiment.experiment import Experiment
    from convlab.experiment.samples import load_sample
    from convlab.operations.convolution import Convolution
    from convlab.window.grid_style import DIGITS_FROM

    kernel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], np.float32)[:, :, None, None]
    operation = Convolution(kernel, padding="same", activation="relu")
    window.session.replace(Experiment(load_sample("digit-3"), (operation,)), saved=True)
    window.lab.splitter.setSizes([740, 380, 740])  # as one drags it, to read the numbers
    window.player.seek(28 * 6)
    _settle(window)
    assert window.lab.input.view.cell_rect(0, 0, 0).width() >= DIGITS_FROM


def _step_times(window: MainWindow) -> list[float]:
    if window.player.index + WARM + STEPS >= window.player.count:
        window.player.to_start()
    for _ in range(WARM):
        _step(window)
    times = [_timed(lambda: _step(window)) for _ in range(STEPS)]
    assert not window.session.busy
    return times


def _step(window: MainWindow) -> None:
    """What the step key does, until everything that it changed is painted."""
    from PySide6.QtWidgets import QApplication

    window.player.step()
    QApplication.processEvents()


def _timed(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def _matplotlib_figure(pixels: np.ndarray[Any, Any], output: np.ndarray[Any, Any]) -> Callable[[int], None]:
    """Input and output with their numbers, and the sum as text, as one would write it by hand: everything that stays
    is kept as a background; outlines, the written part and the text are drawn over it by blitting.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.patches import Rectangle

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(19.2, 10.8), dpi=_SETTINGS_DPI)
    padded = np.pad(pixels, 1)
    left.imshow(padded, cmap="gray")
    for (row, column), value in np.ndenumerate(padded):
        left.text(column, row, f"{value:g}", ha="center", va="center", fontsize=7, color="tab:blue")
    written = np.full(output.shape, np.nan)
    shown = right.imshow(output, cmap="RdBu_r", animated=True)
    texts = [
        right.text(c, r, f"{value:g}", ha="center", va="center", fontsize=7, animated=True)
        for (r, c), value in np.ndenumerate(output)
    ]
    window = left.add_patch(Rectangle((0, 0), 3, 3, fill=False, ec="orange", lw=2, animated=True))
    cell = right.add_patch(Rectangle((0, 0), 1, 1, fill=False, ec="orange", lw=2, animated=True))
    line = figure.text(0.05, 0.04, "", animated=True)
    figure.canvas.draw()
    background = figure.canvas.copy_from_bbox(figure.bbox)  # type: ignore[attr-defined]

    def step(number: int) -> None:
        index = 28 * 7 + number
        row, column = divmod(index, output.shape[1])
        part = padded[row : row + 3, column : column + 3]
        written.flat[: index + 1] = output.flat[: index + 1]
        shown.set_data(written)
        window.set_xy((column - 0.5, row - 0.5))
        cell.set_xy((column - 0.5, row - 0.5))
        line.set_text(" + ".join(f"{value:g}" for value in part.flat) + f" = {output[row, column]:g}")
        figure.canvas.restore_region(background)  # type: ignore[attr-defined]
        right.draw_artist(shown)
        for text in texts[: index + 1]:
            right.draw_artist(text)
        left.draw_artist(window)
        right.draw_artist(cell)
        figure.draw_artist(line)
        figure.canvas.blit(figure.bbox)

    return step
