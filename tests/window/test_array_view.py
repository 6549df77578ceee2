"""ArrayView, worked with mouse and keys as a person would, and looked at."""

from __future__ import annotations

from statistics import median
from time import perf_counter

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from convlab.drawing.colors import ColorScale, scale_for
from convlab.window import theme
from convlab.window.application import make_application
from convlab.window.array_view import ArrayView

NONE = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
GREY = ColorScale("grey", 0, 1)
RING = ((1, 1), (1, 1))


@pytest.fixture
def view(qtbot: QtBot) -> ArrayView:
    """600×600, with 10×10 cells of 40 pixels and one row of padding."""
    make_application(["test"])
    theme.apply(dark=False, scale=1.0)
    view = ArrayView()
    qtbot.addWidget(view)
    view.resize(600, 600)
    view.show_array(ramp(10, 10), GREY, padding=RING)
    view.set_cell_size(40)
    view.show()
    qtbot.waitExposed(view)
    QApplication.processEvents()
    return view


def ramp(rows: int, columns: int, channels: int = 1) -> np.ndarray:
    return np.linspace(0, 1, rows * columns * channels, dtype=np.float32).reshape(rows, columns, channels)


def middle(view: ArrayView, row: int, column: int, pane: int = 0) -> QPoint:
    return view.cell_rect(pane, row, column).center().toPoint()


def told(signal: object) -> list[tuple]:
    """What a signal tells from now on."""
    calls: list[tuple] = []
    signal.connect(lambda *arguments: calls.append(arguments))  # type: ignore[attr-defined]
    return calls


def picture_of(view: ArrayView) -> QImage:
    QApplication.processEvents()
    return view.grab().toImage()


def color_at(picture: QImage, point: QPointF | QPoint) -> tuple[int, ...]:
    ratio = picture.devicePixelRatio()
    return picture.pixelColor(int(point.x() * ratio), int(point.y() * ratio)).getRgb()[:3]


# --- size and place ---


def test_everything_fits_with_its_padding_in_whole_pixels(view: ArrayView) -> None:
    assert view.fit_cell_size() == 49  # 588 / 12
    view.set_cell_size(view.fit_cell_size())
    for corner in ((-1, -1), (10, 10)):
        assert QRectF(view.rect()).contains(view.cell_rect(0, *corner))


def test_three_channels_stand_side_by_side_in_a_wide_view(view: ArrayView) -> None:
    view.resize(900, 300)
    view.show_array(ramp(8, 8, 3), GREY, panes=(0, 1, 2), titles=("red", "green", "blue"))
    view.set_cell_size(view.fit_cell_size())
    tops = {view.cell_rect(pane, 0, 0).top() for pane in range(3)}
    lefts = [view.cell_rect(pane, 0, 0).left() for pane in range(3)]
    assert len(tops) == 1 and lefts == sorted(lefts)
    assert view.cell_rect(2, 7, 7).right() <= 900


@pytest.mark.parametrize(
    ("rows", "columns", "size"), [(2160, 4096, 0.1445), (128, 128, 4.0), (1, 5000, 16.0), (3, 3, 197.0)]
)
def test_any_array_is_seen(view: ArrayView, rows: int, columns: int, size: float) -> None:
    view.show_array(ramp(rows, columns), GREY)
    assert view.fit_cell_size() == pytest.approx(size, rel=0.01)
    view.set_cell_size(view.fit_cell_size())
    picture = picture_of(view)
    seen = {color_at(picture, QPoint(place, place)) for place in range(0, 600, 3)}
    seen |= {color_at(picture, QPoint(place, 300)) for place in range(0, 600, 3)}
    assert len(seen) > 2


def test_a_white_array_has_an_edge_on_its_white_card(view: ArrayView) -> None:
    view.show_array(np.ones((5, 5, 1), np.float32), GREY)
    picture, rect = picture_of(view), view.pane_rects()[0].toRect()
    line = theme.color("field_line").rgb()
    for outside in (QPoint(-1, 3), QPoint(3, -1), QPoint(rect.width(), 3), QPoint(3, rect.height())):
        assert picture.pixel(rect.topLeft() + outside) == line
    assert picture.pixel(rect.topLeft()) == 0xFFFFFFFF == picture.pixel(rect.topLeft() - QPoint(3, 3))


def test_zooming_keeps_what_is_in_the_middle(view: ArrayView) -> None:
    view.show_array(ramp(100, 100), GREY)
    view.set_cell_size(40)
    view.ensure_cells_visible([70], [30])
    before = view.cell_at(QPointF(300, 300))
    view.set_cell_size(90)
    after = view.cell_at(QPointF(300, 300))
    assert before and after and abs(before[1] - after[1]) <= 1 and abs(before[2] - after[2]) <= 1


@pytest.mark.parametrize("panes", [(0,), (0, 1)])
def test_zooming_by_the_wheel_keeps_what_is_under_the_mouse(view: ArrayView, panes: tuple[int, ...]) -> None:
    view.show_array(ramp(100, 100, 2), GREY, panes=panes)
    view.zoom_wished.connect(lambda factor: view.set_cell_size(view.cell_size * factor))
    view.set_cell_size(8)  # from where it is larger than the view; before it is centred
    mouse = QPointF(450, 400)
    for way in (120, 120, 120, -120, 120):
        before = exactly_at(view, mouse)
        turn(view, QPoint(0, way), CTRL, mouse)
        after = exactly_at(view, mouse)
        assert before[0] == after[0]
        moved = max(abs(before[1] - after[1]), abs(before[2] - after[2])) * view.cell_size
        assert moved <= 2, "pixels are rounded"
    assert view.cell_size > 8


def exactly_at(view: ArrayView, point: QPointF) -> tuple[int, float, float]:
    """The pane at a point, and the row and column with their fractions."""
    place = view.cell_at(point)
    assert place is not None
    inside = (point - view.cell_rect(*place).topLeft()) / view.cell_size
    return place[0], place[1] + inside.y(), place[2] + inside.x()


def test_the_wheel_scrolls_what_is_larger_and_ctrl_zooms(view: ArrayView, qtbot: QtBot) -> None:
    view.show_array(ramp(100, 100), GREY)
    view.set_cell_size(40)
    zooms, scrolls = told(view.zoom_wished), told(view.scrolled)
    top = view.cell_rect(0, 0, 0).topLeft()
    turn(view, QPoint(0, -120))
    assert view.cell_rect(0, 0, 0).topLeft() == top + QPointF(0, -60)
    turn(view, QPoint(0, -120), SHIFT)
    assert view.cell_rect(0, 0, 0).topLeft() == top + QPointF(-60, -60)
    turn(view, QPoint(0, 120), CTRL)
    assert zooms == [(1.25,)] and len(scrolls) == 2


def turn(
    view: ArrayView, way: QPoint, modifiers: Qt.KeyboardModifier = NONE, place: QPointF | None = None
) -> None:
    place = place or QPointF(view.rect().center())
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(place, view.mapToGlobal(place), QPoint(), way, buttons, modifiers, phase, False)
    QApplication.sendEvent(view, event)


def test_the_wheel_over_what_fits_is_for_the_page(view: ArrayView) -> None:
    place = QPointF(view.rect().center())
    event = QWheelEvent(
        place, view.mapToGlobal(place), QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton, NONE,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    assert not event.isAccepted()


def test_the_middle_button_drags_the_array(view: ArrayView, qtbot: QtBot) -> None:
    view.show_array(ramp(100, 100), GREY)
    view.set_cell_size(40)
    turn(view, QPoint(0, -1200))
    top = view.cell_rect(0, 0, 0).top()
    qtbot.mousePress(view, MIDDLE, pos=QPoint(300, 300))
    qtbot.mouseMove(view, QPoint(300, 350))
    qtbot.mouseRelease(view, MIDDLE, pos=QPoint(300, 350))
    assert view.cell_rect(0, 0, 0).top() == top + 50


def test_one_cannot_scroll_beyond_the_ends(view: ArrayView) -> None:
    view.show_array(ramp(100, 100), GREY)
    view.set_cell_size(40)
    for way in (QPoint(0, 9000), QPoint(9000, 0)):
        turn(view, way)
    assert view.cell_rect(0, 0, 0).topLeft() == QPointF(6, 6)
    for _ in range(20):
        turn(view, QPoint(0, -9000))
    assert view.cell_rect(0, 99, 0).bottom() == 594


@pytest.mark.parametrize("cell", [(0, 0), (99, 99), (50, 3), (3, 50)])
def test_a_step_is_brought_into_sight(view: ArrayView, cell: tuple[int, int]) -> None:
    view.show_array(ramp(100, 100), GREY)
    view.set_cell_size(40)
    view.ensure_cells_visible([40, 41, 42], [60, 61, 62])
    view.ensure_cells_visible([cell[0]], [cell[1]])
    assert QRectF(view.rect()).contains(view.cell_rect(0, *cell))


def test_a_smaller_array_is_not_left_scrolled_away(view: ArrayView) -> None:
    view.show_array(ramp(100, 100), GREY)
    view.set_cell_size(40)
    view.ensure_cells_visible([99], [99])
    view.show_array(ramp(10, 10), GREY)
    assert QRectF(view.rect()).contains(view.cell_rect(0, 0, 0))
    assert QRectF(view.rect()).contains(view.cell_rect(0, 9, 9))


# --- the mouse ---


def test_a_click_tells_press_release_and_click(view: ArrayView, qtbot: QtBot) -> None:
    pressed, released, clicked = told(view.cell_pressed), told(view.cell_released), told(view.cell_clicked)
    qtbot.mouseClick(view, LEFT, NONE, middle(view, 4, 2))
    assert pressed == [(0, 4, 2, NONE, LEFT)]
    assert released == clicked == [(0, 4, 2, NONE)]


def test_a_drag_tells_every_cell_once_and_is_no_click(view: ArrayView, qtbot: QtBot) -> None:
    dragged, released, clicked = told(view.cell_dragged), told(view.cell_released), told(view.cell_clicked)
    qtbot.mousePress(view, LEFT, NONE, middle(view, 4, 2))
    for column in (2, 3, 3, 4):
        qtbot.mouseMove(view, middle(view, 4, column))
    qtbot.mouseRelease(view, LEFT, NONE, middle(view, 4, 4))
    assert [place[:3] for place in dragged] == [(0, 4, 3), (0, 4, 4)]
    assert [place[:3] for place in released] == [(0, 4, 4)] and clicked == []


def test_a_drag_that_ends_outside_still_ends(view: ArrayView, qtbot: QtBot) -> None:
    released, clicked = told(view.cell_released), told(view.cell_clicked)
    qtbot.mousePress(view, LEFT, NONE, middle(view, 4, 2))
    qtbot.mouseRelease(view, LEFT, NONE, QPoint(2, 2))
    assert [place[:3] for place in released] == [(0, 4, 2)] and clicked == []


def test_nothing_is_pressed_beside_the_cells_or_on_their_padding(view: ArrayView, qtbot: QtBot) -> None:
    pressed = told(view.cell_pressed)
    qtbot.mouseClick(view, LEFT, NONE, QPoint(3, 3))
    qtbot.mouseClick(view, LEFT, NONE, middle(view, -1, 4))
    assert pressed == []


def test_pointing_tells_cells_and_the_padding_and_leaving(view: ArrayView, qtbot: QtBot) -> None:
    pointed = told(view.cell_pointed)
    for place in (middle(view, 4, 2), middle(view, 4, 2) + QPoint(3, 0), middle(view, 10, 3), QPoint(1, 1)):
        qtbot.mouseMove(view, place)
    assert pointed == [(0, 4, 2), (0, 10, 3), (-1, -1, -1)]


def test_a_pane_is_told_too(view: ArrayView, qtbot: QtBot) -> None:
    view.resize(900, 300)
    view.show_array(ramp(8, 8, 3), GREY, panes=(0, 1, 2))
    view.set_cell_size(view.fit_cell_size())
    clicked = told(view.cell_clicked)
    qtbot.mouseClick(view, LEFT, NONE, middle(view, 2, 5, pane=1))
    assert clicked == [(1, 2, 5, NONE)]


def test_shift_and_drag_chooses_a_region_where_that_is_wanted(view: ArrayView, qtbot: QtBot) -> None:
    regions, pressed = told(view.region_selected), told(view.cell_pressed)
    view.selects_regions = True
    qtbot.mousePress(view, LEFT, SHIFT, middle(view, 6, 7))
    qtbot.mouseMove(view, middle(view, 4, 9))
    qtbot.mouseMove(view, middle(view, -1, 10))
    qtbot.mouseRelease(view, LEFT, SHIFT, middle(view, 2, 10))
    assert regions == [(2, 7, 6, 9)] and pressed == []


def test_an_array_that_goes_away_in_the_middle_of_a_drag_does_no_harm(view: ArrayView, qtbot: QtBot) -> None:
    view.selects_regions = True
    for modifiers in (NONE, SHIFT):
        place = middle(view, 6, 7)
        qtbot.mousePress(view, LEFT, modifiers, place)
        view.show_array(None)
        qtbot.mouseMove(view, QPoint(200, 200))
        qtbot.mouseRelease(view, LEFT, modifiers, QPoint(200, 200))
        view.show_array(ramp(10, 10), GREY, padding=RING)
        QApplication.processEvents()


# --- the keyboard ---


def test_arrows_tell_where_to_go(view: ArrayView, qtbot: QtBot) -> None:
    ways = told(view.navigate)
    view.setFocus()
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)
    assert ways == [(0, -1), (0, 1), (-1, 0), (1, 0)]


def test_arrows_move_the_cursor_where_there_is_one(view: ArrayView, qtbot: QtBot) -> None:
    view.has_cursor = True
    pointed, ways = told(view.cell_pointed), told(view.navigate)
    focus(view, qtbot)
    before = picture_of(view)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Up):
        qtbot.keyClick(view, key)
    assert view.cursor_cell() == (1, 1) and pointed[-1] == (0, 1, 1) and ways == []
    assert picture_of(view) != before
    assert "row 1, column 1" in view.accessibleDescription()


def focus(view: ArrayView, qtbot: QtBot) -> None:
    view.activateWindow()
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)


def test_the_cursor_stays_on_the_array(view: ArrayView, qtbot: QtBot) -> None:
    view.has_cursor = True
    focus(view, qtbot)
    for _ in range(15):
        qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.cursor_cell() == (9, 0)
    view.show_array(ramp(4, 4), GREY)
    assert view.cursor_cell() == (0, 0)


def test_other_keys_are_for_the_page(view: ArrayView, qtbot: QtBot) -> None:
    class Page(QPushButton):
        pressed_keys: list[int] = []  # noqa: RUF012

        def keyPressEvent(self, event: object) -> None:
            self.pressed_keys.append(event.key())  # type: ignore[attr-defined]

    page = Page()
    qtbot.addWidget(page)
    page.show()
    view.setParent(page)
    view.show()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_7):
        qtbot.keyClick(view, key)
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    view.setParent(None)
    assert [key for key in page.pressed_keys if key != Qt.Key.Key_Alt] == [
        Qt.Key.Key_Space, Qt.Key.Key_7, Qt.Key.Key_Left,
    ]  # fmt: skip


# --- what is seen ---


def test_marks_are_painted_and_go_away_again(view: ArrayView) -> None:
    """Only what changes is painted anew: the picture must be the one that painting all of it gives."""
    clean = picture_of(view)
    changes = [
        lambda: view.show_window([3, 4, 5], [1, 2, 3]),
        lambda: view.show_window([3, 4, 5], [2, 3, 4]),
        lambda: view.show_window([-1, 0, 1], [8, 9, 10]),
        lambda: view.show_cell((7, 7)),
        lambda: view.show_cell((9, 9)),
        lambda: view.show_written(37),
        lambda: view.show_written(38),
        lambda: view.show_written(12),
        lambda: view.show_hidden((3, 8)),
        lambda: view.show_readers([1, 2], [5, 7]),
        lambda: view.show_marked([6, 8], [0]),
        lambda: view.show_winners([(2, 2), (3, 3)]),
        lambda: view.show_loop((5, 5, 8, 9)),
        view.hide_window,
        lambda: view.show_cell(None),
        lambda: view.show_written(None),
        lambda: view.show_hidden(None),
        lambda: view.show_readers((), ()),
        lambda: view.show_marked((), ()),
        lambda: view.show_winners([]),
        lambda: view.show_loop(None),
    ]
    screen = Screen(view)
    for number, change in enumerate(changes):
        change()
        assert screen.after_updates() == picture_of(view), f"change {number}"
    assert picture_of(view) == clean


class Screen:
    """What the screen shows after Qt has painted the regions that it was told of, and no others."""

    def __init__(self, view: ArrayView) -> None:
        self.view = view
        QApplication.processEvents()

    def after_updates(self) -> QImage:
        QApplication.processEvents()
        return (
            self.view.screen()
            .grabWindow(self.view.winId())
            .toImage()
            .convertToFormat(picture_of(self.view).format())
        )


def test_the_same_array_again_paints_nothing(view: ArrayView, qtbot: QtBot) -> None:
    values = ramp(10, 10)
    unread = (np.arange(10) < 9, np.ones(10, bool))
    view.show_array(values, GREY, padding=RING, unread=unread)
    QApplication.processEvents()
    paints = PaintCount(view)
    view.show_array(
        values, ColorScale("grey", 0, 1), padding=RING, unread=tuple(part.copy() for part in unread)
    )  # type: ignore[arg-type]
    view.show_window([1], [2])
    view.hide_window()
    view.set_cell_size(40)
    QApplication.processEvents()
    assert paints.area <= 60 * 60
    view.show_array(values.copy(), GREY, padding=RING, unread=unread)
    QApplication.processEvents()
    assert paints.area >= 600 * 600


class PaintCount:
    """How many pixels a view has painted."""

    def __init__(self, view: ArrayView) -> None:
        from PySide6.QtCore import QEvent, QObject

        class Filter(QObject):
            area = 0

            def eventFilter(self, watched: QObject, event: QEvent) -> bool:
                if event.type() == QEvent.Type.Paint:
                    rect = event.region().boundingRect()  # type: ignore[attr-defined]
                    self.area += rect.width() * rect.height()
                return False

        self._filter = Filter(view)
        view.installEventFilter(self._filter)

    @property
    def area(self) -> int:
        return self._filter.area


def test_a_dimmed_view_keeps_its_picture_paler(view: ArrayView) -> None:
    view.show_array(np.zeros((10, 10, 1), np.float32), GREY)
    view.set_digits(False)
    view.set_dimmed(True)
    level = color_at(picture_of(view), middle(view, 5, 5))
    assert level == pytest.approx((round(0.55 * 255),) * 3, abs=2)
    view.set_dimmed(False)
    assert color_at(picture_of(view), middle(view, 5, 5)) == (0, 0, 0)


def test_an_empty_view_says_what_would_be_here_and_offers_a_button(view: ArrayView, qtbot: QtBot) -> None:
    clicked = told(view.empty_clicked)
    view.show_array(None)
    view.set_empty("Here is the output of an operation.", "Add one")
    button = view.findChild(QPushButton)
    assert not view.has_array and button is not None and button.isVisible()
    qtbot.mouseClick(button, LEFT)
    assert clicked == [()]
    assert view.cell_at(QPointF(300, 300)) is None and view.window_rect() is None
    view.show_array(ramp(3, 3), GREY)
    assert not button.isVisible()


def test_digits_can_be_switched_off_and_need_room(view: ArrayView) -> None:
    assert view.shows_digits
    with_digits = picture_of(view)
    view.set_digits(False)
    assert not view.shows_digits and picture_of(view) != with_digits
    view.set_digits(True)
    view.set_cell_size(10)
    assert not view.shows_digits


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
def test_it_follows_the_theme(view: ArrayView, dark: bool, scale: float) -> None:
    theme.apply(dark=dark, scale=scale)
    try:
        view.show_written(0)
        picture = picture_of(view)
        assert QColor(*color_at(picture, middle(view, 5, 5))) == theme.color("unwritten")
        assert QColor(*color_at(picture, QPoint(1, 1))) == theme.color("card")
        assert view.legible_cell_size >= 22 * scale
    finally:
        theme.apply(dark=False, scale=1.0)


def test_presenting_makes_outlines_heavier(view: ArrayView) -> None:
    view.show_array(np.ones((10, 10, 1), np.float32), GREY)
    view.set_digits(False)
    view.show_cell((5, 5))
    usual = _inked(picture_of(view), view.cell_rect(0, 5, 5))
    view.set_presentation(True)
    assert _inked(picture_of(view), view.cell_rect(0, 5, 5)) > 1.2 * usual


def _inked(picture: QImage, rect: QRectF) -> int:
    """How dark the pixels in and around a cell are, all together."""
    around = rect.adjusted(-8, -8, 8, 8).toRect()
    xs, ys = range(around.left(), around.right()), range(around.top(), around.bottom())
    return sum(255 - picture.pixelColor(x, y).lightness() for x in xs for y in ys)


@pytest.mark.parametrize(
    "values", [[[1e-6, 1e9], [np.nan, np.inf]], [[-np.inf, 3.4e38], [-3.4e38, 1e-45]], [[np.nan] * 2] * 2]
)
def test_awkward_values_are_shown_without_a_word_of_warning(
    view: ArrayView, values: list, recwarn: object
) -> None:
    array = np.array(values, np.float32)[:, :, None]
    view.show_array(array, scale_for(array))
    view.set_cell_size(60)
    picture_of(view)
    assert len(recwarn) == 0  # type: ignore[arg-type]


def test_a_screen_reader_is_told_the_cell_and_its_value(view: ArrayView) -> None:
    assert view.accessibleName()
    view.announce("row 4, column 2: 35")
    assert view.accessibleDescription() == "row 4, column 2: 35"


def test_a_step_over_a_photograph_costs_what_one_over_a_digit_costs(view: ArrayView) -> None:
    """The median of many, with room for a busy machine."""
    seconds = []
    for rows, columns in ((28, 28), (2160, 4096)):
        view.show_array(ramp(rows, columns), GREY)
        view.set_cell_size(view.fit_cell_size())
        seconds.append(median(_step(view, rows // 2, column) for column in range(1, 27)))
    assert seconds[1] < 2.5 * seconds[0]


def _step(view: ArrayView, row: int, column: int) -> float:
    started = perf_counter()
    view.show_window(range(row - 1, row + 2), range(column - 1, column + 2))
    view.show_cell((row, column))
    view.show_written(row * 20 + column)
    QApplication.processEvents()
    return perf_counter() - started
