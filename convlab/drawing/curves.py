"""Loss and accuracy of trainings as curves, drawn by matplotlib into a picture, on whatever thread asks for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from convlab.drawing.curve_ranges import (
    ACCURACY,
    LOSS,
    Range,
    is_settled,
    value_of,
    values_of,
    x_range,
    y_range,
)
from convlab.drawing.numbers import cell_text
from convlab.learning.run import History, Moment

OVERFITTING = "overfitting from here"
_DOTTED = 40  # epochs at most that have dots: more would be a chain of beads
RUNNING_ALPHA = 0.5
_ALONE = threading.Lock()  # matplotlib's fonts are not made for two threads at a time


@dataclass(frozen=True)
class Curve:
    """One training. training, validation: the colours of its lines. dashed: the line of the training is, where both have
    one colour. moments: its running values, if they are shown; parted: see `learning.run.parted`."""

    history: History
    training: str
    validation: str
    dashed: bool = False
    moments: tuple[Moment, ...] = ()
    parted: int | None = None


@dataclass(frozen=True)
class CurvesLook:
    """Sizes in device-independent pixels; ratio: device pixels in each. unit: how many make one at 100 %. head: pixels
    left free above each pane. Colours as "#rrggbb"; font: its file."""

    width: float
    height: float
    ratio: float
    unit: float
    head: float
    ground: str
    text: str
    muted: str
    line: str
    shade: str
    font: str
    font_size: float


@dataclass(frozen=True)
class Pane:
    """Where the curves of one kind lie in the picture, and what its sides stand for."""

    kind: str
    area: QRectF
    x: Range
    y: Range

    def x_of(self, epochs: float) -> float:
        return self.area.left() + (epochs - self.x[0]) / (self.x[1] - self.x[0]) * self.area.width()

    def y_of(self, value: float) -> float:
        return self.area.bottom() - (value - self.y[0]) / (self.y[1] - self.y[0]) * self.area.height()

    def epochs_at(self, x: float) -> float:
        return self.x[0] + (x - self.area.left()) / self.area.width() * (self.x[1] - self.x[0])


@dataclass(frozen=True, eq=False)
class Plot:
    """The picture, and what lies where. until: the last running value that is drawn, in epochs; seconds: of computing."""

    image: QImage
    panes: tuple[Pane, ...]
    until: float = 0.0
    seconds: float = 0.0


def draw(curves: Sequence[Curve], look: CurvesLook, kinds: Sequence[str], planned: int = 0) -> Plot:
    """Panes for these kinds, side by side or one below the other, whichever gives them the better shape.

    planned: how many epochs the training under way shall take. Slow: about a tenth of a second.
    """
    panes = panes_of(curves, look, kinds, planned)
    start = time.thread_time()
    with _ALONE:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        figure = Figure(figsize=(look.width / 72, look.height / 72), dpi=72 * look.ratio)
        canvas = FigureCanvasAgg(figure)
        figure.set_facecolor(look.ground)
        for place, pane in enumerate(panes):
            lowest = place == len(panes) - 1 or panes[-1].area.top() == pane.area.top()
            _draw_pane(figure, pane, curves, look, lowest)
        canvas.draw()
        pixels = np.asarray(canvas.buffer_rgba())
    until = max((curve.moments[-1].at for curve in curves if curve.moments), default=0.0)
    return Plot(_image_of(pixels, look.ratio), panes, until, time.thread_time() - start)


# --- where ---


def panes_of(
    curves: Sequence[Curve], look: CurvesLook, kinds: Sequence[str], planned: int
) -> tuple[Pane, ...]:
    """Where they would be drawn; quick."""
    epochs = [curve.history.epochs for curve in curves]
    moments = [moment for curve in curves for moment in curve.moments]
    x = x_range(epochs, moments, planned)
    areas = _areas(look, len(kinds))
    ranges = [y_range(kind, epochs, moments) for kind in kinds]
    return tuple(Pane(kind, area, x, y) for kind, area, y in zip(kinds, areas, ranges, strict=True))


def _areas(look: CurvesLook, count: int) -> list[QRectF]:
    """Of the panes: numbers stand left of each, and below the lowest ones."""
    left, right, foot = look.font_size * 4.2, look.font_size * 0.8, look.font_size * 1.8
    if count > 1 and look.width > 1.6 * look.height:
        width = look.width / count
        high = look.height - look.head - foot
        return [QRectF(n * width + left, look.head, width - left - right, high) for n in range(count)]
    gap = look.font_size * 0.9
    high = (look.height - foot - count * look.head - (count - 1) * gap) / count
    return [
        QRectF(left, look.head + n * (high + look.head + gap), look.width - left - right, max(high, 1.0))
        for n in range(count)
    ]


# --- what ---


def _draw_pane(figure: Any, pane: Pane, curves: Sequence[Curve], look: CurvesLook, lowest: bool) -> None:
    area = pane.area
    axes = figure.add_axes((
        area.left() / look.width, 1 - area.bottom() / look.height,
        area.width() / look.width, area.height() / look.height,
    ))  # fmt: skip
    axes.set_xlim(*pane.x)
    axes.set_ylim(*pane.y)
    _draw_frame(axes, pane, look, lowest)
    for curve in curves:
        _draw_curve(axes, pane.kind, curve, look)
    if curves and curves[0].parted is not None:
        _draw_parting(axes, pane, curves[0].parted + 1, look)


def _draw_frame(axes: Any, pane: Pane, look: CurvesLook, lowest: bool) -> None:
    from matplotlib.font_manager import FontProperties
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    font = FontProperties(fname=look.font, size=look.font_size)
    axes.set_facecolor(look.ground)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(look.line)
    axes.spines["bottom"].set_linewidth(look.unit)
    axes.grid(axis="y", color=look.line, linewidth=look.unit)
    axes.set_axisbelow(True)
    lines = max(2, min(5, int(pane.area.height() / (3 * look.font_size))))
    across = max(2, min(10, int(pane.area.width() / (4 * look.font_size))))
    axes.yaxis.set_major_locator(MaxNLocator(lines, steps=(1, 2, 2.5, 5, 10)))
    axes.xaxis.set_major_locator(MaxNLocator(across, integer=True, steps=(1, 2, 5, 10)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _number(value, pane.kind)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}" if value else ""))
    axes.tick_params(length=0, pad=look.font_size * 0.4, labelbottom=lowest, colors=look.muted)
    for text in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        text.set_fontproperties(font)
    if lowest:
        axes.annotate(
            "epoch", (0, 0), (0, -0.4 * look.font_size), "axes fraction", textcoords="offset points",
            ha="right", va="top", color=look.muted, fontproperties=font,
        )  # fmt: skip


def _number(value: float, kind: str) -> str:
    if kind == ACCURACY:
        return "" if value > 1 + 1e-9 else f"{cell_text(round(100 * value, 6))} %"
    return cell_text(round(value, 9))


def _draw_curve(axes: Any, kind: str, curve: Curve, look: CurvesLook) -> None:
    epochs = curve.history.epochs
    places = [one.epoch + 1 for one in epochs]
    dots = "o" if len(epochs) <= _DOTTED else ""
    if curve.moments and shows_running(curve):
        xs, ys = running_line(curve.moments, kind)
        axes.plot(xs, ys, color=curve.training, linewidth=look.unit, alpha=RUNNING_ALPHA)
    for number, color in ((0, curve.training), (1, curve.validation)):
        axes.plot(
            places,
            [values_of(one, kind)[number] for one in epochs],
            color=color,
            linewidth=look.unit * (1.8 if number else 1.4),
            linestyle=(0, (3.0, 1.6)) if curve.dashed and not number else "-",
            marker=dots or None,
            markersize=look.unit * (4.5 if number or not curve.dashed else 3.0),
            zorder=3 + number,
            clip_on=True,
        )


def shows_running(curve: Curve) -> bool:
    """Whether its running values are drawn: of many epochs they would be a thicket."""
    return len(curve.history.epochs) <= _DOTTED


def running_line(moments: Sequence[Moment], kind: str) -> tuple[list[float], list[float]]:
    """Running values as a line (epochs, values). They begin anew with each epoch: NaN is a gap in a line that would leap."""
    xs: list[float] = []
    ys: list[float] = []
    for moment in filter(is_settled, moments):
        if xs and np.floor(moment.at) > np.floor(xs[-1]) and moment.at != np.floor(moment.at):
            xs.append(np.floor(moment.at))
            ys.append(np.nan)
        xs.append(moment.at)
        ys.append(value_of(moment, kind))
    return xs, ys


def _draw_parting(axes: Any, pane: Pane, at: float, look: CurvesLook) -> None:
    """A light line and ground where it learns by heart; words where there is room for them, in the upper pane."""
    from matplotlib.font_manager import FontProperties

    if at >= pane.x[1]:
        return
    axes.axvspan(at, pane.x[1], color=look.shade, linewidth=0, zorder=0.4)
    axes.axvline(at, color=look.muted, linewidth=look.unit, linestyle=(0, (1, 2)), zorder=1.5)
    width = 0.56 * look.font_size * len(OVERFITTING)
    before, after = pane.x_of(at) - pane.area.left(), pane.area.right() - pane.x_of(at)
    if pane.kind != LOSS or max(before, after) < width:
        return
    to_right = after >= width
    away = look.font_size * (0.4 if to_right else -0.4)
    axes.annotate(
        OVERFITTING,
        (at, pane.y[1]),
        xytext=(away, -0.3 * look.font_size),
        textcoords="offset points",
        ha="left" if to_right else "right",
        va="top",
        color=look.muted,
        fontproperties=FontProperties(fname=look.font, size=look.font_size),
        zorder=6,
    )


def _image_of(pixels: np.ndarray[Any, Any], ratio: float) -> QImage:
    """RGBA bytes (rows, columns, 4) as a picture of its own."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, width * 4, QImage.Format.Format_RGBA8888).copy()
    image.setDevicePixelRatio(ratio)
    return image
