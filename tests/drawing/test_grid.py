"""Cells as pictures: their colours, digits, padding, veil and marks, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from pytestqt.qtbot import QtBot

from convlab.drawing import overlays
from convlab.drawing.colors import ColorScale, scale_for
from convlab.drawing.digits import FILLED, NARROWEST, digit_font, squeeze_for, text_width
from convlab.drawing.grid import GridContent, GridStyle, coverage, padded_values, paint_grid
from convlab.drawing.layout import Layout
from convlab.drawing.marks import Marks, written_between

RED, GREEN, BLUE = QColor("#ff0000"), QColor("#00ff00"), QColor("#0000ff")
STYLE = GridStyle(
    font=QFont("Inter"),
    grid=QColor("#ffffff"),
    padding_ground=QColor("#eceef2"),
    hatch=QColor("#c9cdd6"),
    text=QColor("#1b1c1e"),
    muted=QColor("#5f6368"),
    unread=GREEN,
    unwritten=BLUE,
    unwritten_line=QColor("#e1e4e8"),
    outline=RED,
    outline_contrast=QColor("#000000"),
    accent=QColor("#1558b0"),
)
NO_PADDING = ((0, 0), (0, 0))


@pytest.fixture(autouse=True)
def application(qapp: object) -> None:
    """Pictures with text in them need one."""


def painted(
    values: np.ndarray, cell: float, *, padding: tuple = NO_PADDING, ratio: float = 1.0, scale: ColorScale | None = None,
    content: GridContent | None = None, marks: Marks | None = None,
) -> QImage:  # fmt: skip
    rows, columns = values.shape[:2]
    layout = Layout(rows, columns, padding, 1, 1, cell, 16, 0, QPointF(0, 0))
    picture = QImage(
        max(1, round(layout.width * ratio)), max(1, round(layout.height * ratio)), QImage.Format.Format_ARGB32
    )
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor("#123456"))
    painter = QPainter(picture)
    area = QRectF(0, 0, layout.width, layout.height)
    content = content or GridContent(values, scale or ColorScale("grey", 0, 1), (0,))
    paint_grid(painter, content, layout, STYLE, area)
    if marks:
        marks.paint(painter, layout, 0, area, STYLE)
    painter.end()
    return picture


def color(picture: QImage, x: float, y: float) -> tuple[int, int, int]:
    return picture.pixelColor(round(x), round(y)).getRgb()[:3]


def test_every_cell_has_the_colour_of_its_value() -> None:
    values = np.arange(12, dtype=np.float32).reshape(3, 4, 1) / 11
    picture = painted(values, 10)
    for (row, column), value in np.ndenumerate(values[:, :, 0]):
        level = round(float(value) * 255)
        assert color(picture, column * 10 + 5, row * 10 + 5) == pytest.approx((level,) * 3, abs=1)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_large_array_is_averaged_not_sampled(ratio: float) -> None:
    stripes = np.zeros((400, 400, 1), np.float32)
    stripes[:, ::2] = 1
    picture = painted(stripes, 0.25, ratio=ratio)
    assert color(picture, 20, 20) == pytest.approx((128,) * 3, abs=2)


def test_colours_of_a_photograph_are_shown_as_they_are() -> None:
    values = np.zeros((2, 2, 3), np.float32)
    values[0, 0], values[1, 1] = (1, 0.5, 0), (0, 0, np.nan)
    content = GridContent(values, ColorScale("grey", 0, 1), "color")
    picture = painted(values, 10, content=content)
    assert color(picture, 5, 5) == pytest.approx((255, 128, 0), abs=1)
    assert color(picture, 15, 15)[2] == 128, "a missing value is neutral"


def test_a_planar_array_looks_like_any_other() -> None:
    values = np.random.default_rng(1).random((5, 7, 3)).astype(np.float32)
    planar = np.moveaxis(np.ascontiguousarray(np.moveaxis(values, 2, 0)), 0, 2)
    for panes in ((1,), "color"):
        pictures = [
            painted(array, 9, content=GridContent(array, ColorScale("grey", 0, 1), panes))
            for array in (values, planar)
        ]
        assert pictures[0] == pictures[1]


def test_digits_are_drawn_where_there_is_room_and_only_there() -> None:
    black = np.zeros((2, 2, 1), np.float32)
    assert _has_ink(painted(black, 40), 2, 2, 38, 38)
    assert not _has_ink(painted(black, 19), 2, 2, 17, 17)


def _has_ink(picture: QImage, left: int, top: int, right: int, bottom: int) -> bool:
    """Whether something lighter than black stands there."""
    return any(color(picture, x, y)[0] > 100 for x in range(left, right) for y in range(top, bottom))


def test_digits_are_as_large_as_the_cell_permits() -> None:
    font = QFont("Inter")
    assert digit_font(font, 40, {"0", "9"}).pixelSize() == 23
    wide = {"9", "−1020"}
    smaller = digit_font(font, 40, wide)
    assert smaller.pixelSize() < 23
    squeeze = squeeze_for(smaller, 40, wide)
    assert NARROWEST - 0.03 <= squeeze <= 1
    assert max(text_width(text, smaller) for text in wide) * squeeze <= 40 * FILLED + 0.5


@pytest.mark.parametrize(
    ("mode", "corner"),
    [("zeros", [[0, 0], [0, 1]]), ("edge", [[1, 1], [1, 1]]), ("reflect", [[5, 4], [2, 1]])],
)
def test_the_padding_holds_the_values_that_the_operation_uses(mode: str, corner: list[list[int]]) -> None:
    plane = np.arange(1, 10, dtype=np.float32).reshape(3, 3)
    mirrored = padded_values(plane, np.array([-1, 0]), np.array([-1, 0]), mode)
    assert mirrored.tolist() == corner
    numpy_mode = {"zeros": "constant", "edge": "edge", "reflect": "reflect"}[mode]
    positions = np.arange(-2, 5)
    assert np.array_equal(padded_values(plane, positions, positions, mode), np.pad(plane, 2, mode=numpy_mode))  # type: ignore[call-overload]


def test_the_padding_is_hatched_so_that_it_is_not_a_black_pixel() -> None:
    picture = painted(np.zeros((2, 2, 1), np.float32), 12, padding=((1, 1), (1, 1)))
    ring = {color(picture, x, 5) for x in range(48)}
    assert (0, 0, 0) not in ring and len(ring) > 2
    assert color(picture, 18, 18) == (0, 0, 0)


def test_cells_that_nothing_reads_are_greyed() -> None:
    values = np.zeros((3, 3, 1), np.float32)
    unread = (np.array([True, True, False]), np.array([True, False, True]))
    content = GridContent(values, ColorScale("grey", 0, 1), (0,), unread=unread)
    picture = painted(values, 10, content=content)
    veiled = {(r, c) for r in range(3) for c in range(3) if color(picture, c * 10 + 5, r * 10 + 5)[1] > 200}
    assert veiled == {(0, 1), (1, 1), (2, 0), (2, 1), (2, 2)}


def test_a_photograph_of_which_every_second_row_is_read_is_half_greyed() -> None:
    values = np.zeros((400, 400, 1), np.float32)
    unread = (np.arange(400) % 2 == 0, np.ones(400, bool))
    content = GridContent(values, ColorScale("grey", 0, 1), (0,), unread=unread)
    picture = painted(values, 0.25, content=content)
    assert color(picture, 50, 50)[1] == pytest.approx(0.41 * 255, abs=3)


def test_coverage_adds_up() -> None:
    marked = np.random.default_rng(2).random(997) < 0.3
    for pixels in (1, 10, 333, 997, 2500):
        part = coverage(marked, pixels)
        assert part.min() >= -1e-6 and part.max() <= 1 + 1e-6
        assert part.mean() == pytest.approx(marked.mean(), abs=1e-3)


# --- marks ---


def test_the_window_is_outlined_in_two_tones_on_black_and_on_white() -> None:
    values = np.zeros((6, 6, 1), np.float32)
    values[:, 3:] = 1
    picture = painted(values, 16, marks=Marks(window=([1, 2, 3], [1, 2, 3])))
    line = [color(picture, 32, y) for y in range(10, 24)]
    assert any(r > 200 and g < 60 for r, g, _ in line)
    on_white = [color(picture, x, 40) for x in range(58, 72)]
    assert (255, 255, 255) in on_white and any(sum(rgb) < 150 for rgb in on_white)


def test_the_window_on_a_photograph_is_large_enough_to_be_found() -> None:
    values = np.ones((500, 2000, 1), np.float32)
    picture = painted(values, 0.2, marks=Marks(window=([250, 251, 252], [1000, 1001, 1002])))
    marked = [
        (x, y) for x in range(380, 420) for y in range(30, 70) if color(picture, x, y) != (255, 255, 255)
    ]
    xs, ys = zip(*marked, strict=True)
    assert max(xs) - min(xs) >= 8 and max(ys) - min(ys) >= 8


def test_a_dilated_window_shows_which_cells_it_reads() -> None:
    picture = painted(np.zeros((7, 7, 1), np.float32), 19, marks=Marks(window=([1, 3, 5], [1, 3, 5])))
    reads, skips = _reds(picture, 1, 3), _reds(picture, 2, 2)
    assert reads > 20 and skips == 0


def _reds(picture: QImage, row: int, column: int) -> int:
    inside = range(2, 17)
    return sum(color(picture, column * 19 + x, row * 19 + y)[0] > 200 for x in inside for y in inside)


@pytest.mark.parametrize("count", [0, 1, 6, 7, 13, 41, 42])
def test_only_written_cells_are_shown(count: int) -> None:
    picture = painted(np.ones((6, 7, 1), np.float32), 10, marks=Marks(written=count))
    shown = [color(picture, c * 10 + 5, r * 10 + 5) == (255, 255, 255) for r in range(6) for c in range(7)]
    assert shown == [number < count for number in range(42)]


@pytest.mark.parametrize(
    ("before", "after"), [(0, 1), (6, 8), (7, 14), (3, 3), (None, 5), (40, None), (20, 2)]
)
def test_what_is_painted_anew_covers_every_cell_that_changes(before: int | None, after: int | None) -> None:
    layout = Layout(6, 7, ((1, 1), (1, 1)), 1, 1, 10.0, 16, 0, QPointF(3, 5))
    rect = written_between(layout, 0, before, after)
    low, high = sorted(42 if count is None else count for count in (before, after))
    changed = [layout.cell_rect(0, *divmod(number, 7)) for number in range(low, high)]
    assert all(rect.contains(cell) for cell in changed)
    assert rect.isEmpty() == (not changed)


def test_highlighted_cells_are_those_that_were_named() -> None:
    picture = painted(np.ones((6, 6, 1), np.float32), 10, marks=Marks(readers=([0, 1, 4], [2, 5])))
    tinted = {(r, c) for r in range(6) for c in range(6) if color(picture, c * 10 + 5, r * 10 + 5)[1] < 230}
    assert tinted == {(r, c) for r in (0, 1, 4) for c in (2, 5)}


def test_highlights_of_a_whole_photograph_are_cheap(qtbot: QtBot) -> None:
    """A weight with a stride of 2 multiplies every second cell of every second row: two million of them."""
    import time

    values = np.ones((2160, 4096, 1), np.float32)
    marks = Marks(marked=(tuple(range(0, 2160, 2)), tuple(range(0, 4096, 2))))
    picture = painted(values, 0.25, marks=marks)
    assert color(picture, 300, 300) == pytest.approx((255, 236, 236), abs=2), "a quarter of 0.3 of the colour"
    layout = Layout(2160, 4096, NO_PADDING, 1, 1, 0.25, 16, 0, QPointF(0, 0))
    painter = QPainter(picture)
    started = time.thread_time()
    marks.paint(painter, layout, 0, QRectF(0, 0, 1024, 540), STYLE)
    painter.end()
    assert time.thread_time() - started < 0.25  # of this thread: others may keep the machine busy


def test_every_mark_says_where_it_is_painted() -> None:
    layout = Layout(6, 7, ((1, 1), (1, 1)), 1, 1, 10.0, 16, 0, QPointF(3, 5))
    marks = Marks(
        window=([-1, 0, 1], [2, 3, 4]), cell=(5, 6), readers=([1], [2]), marked=([0, 5], [0, 6]), hidden=(2, 2),
        winners=[(0, 1), (1, 0)], loop=(0, 0, 2, 2), region=(1, 1, 1, 5), cursor=(3, 3),
    )  # fmt: skip
    blank = QImage(100, 100, QImage.Format.Format_ARGB32)
    for name in ("window", "cell", "readers", "marked", "hidden", "winners", "loop", "region", "cursor"):
        picture = QImage(blank)
        picture.fill(QColor("white"))
        painter = QPainter(picture)
        Marks(**{name: getattr(marks, name)}).paint(painter, layout, 0, QRectF(0, 0, 100, 100), STYLE)
        painter.end()
        places = marks.places(name, layout, 0, STYLE)
        drawn = [
            (x, y) for x in range(100) for y in range(100) if picture.pixelColor(x, y) != QColor("white")
        ]
        assert drawn, name
        outside = [
            (x, y) for x, y in drawn if not any(rect.toAlignedRect().contains(x, y) for rect in places)
        ]
        assert outside == [], name


def test_an_outline_grows_around_its_middle() -> None:
    grown = overlays.at_least(QRectF(100, 50, 0.6, 30))
    assert grown.center().x() == pytest.approx(100.3) and grown.width() == overlays.SMALLEST_MARK
    assert (grown.top(), grown.height()) == (50, 30)


def test_scales_of_an_image_keep_zero_and_white(qapp: object) -> None:
    values = np.array([[[0], [9]]], np.float32)
    picture = painted(values, 10, scale=scale_for(values, 9))
    assert color(picture, 5, 5) == (0, 0, 0) and color(picture, 15, 5) == (255, 255, 255)
