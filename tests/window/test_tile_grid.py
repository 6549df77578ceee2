"""Tiles that are scrolled, chosen and zoomed by mouse and keys; only those in sight are painted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from convlab.drawing.tiles import TileScales
from convlab.window import theme
from convlab.window.map_tiles import MapFacts, MapPictures, bars_of
from convlab.window.tile_grid import TileGrid


class Watched(MapPictures):
    """Remembers which tiles were asked for."""

    def __init__(self, facts: MapFacts) -> None:
        super().__init__(facts, facts.scales("each", 1.0, False))
        self.asked: set[int] = set()

    def values_of(self, tiles: Sequence[int], rows: int, columns: int) -> np.ndarray:
        self.asked |= set(tiles)
        return super().values_of(tiles, rows, columns)


def maps(count: int, side: int = 7) -> Watched:
    return Watched(MapFacts.of(np.random.default_rng(1).random((side, side, count), np.float32)))


@pytest.fixture
def grid(qtbot: QtBot) -> Iterator[TileGrid]:
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    grid = TileGrid("Maps")
    qtbot.addWidget(grid)
    grid.resize(500, 300)
    grid.show()
    qtbot.waitExposed(grid)
    yield grid
    theme.apply(dark=False, scale=1.0)


def press(qtbot: QtBot, grid: TileGrid, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(grid, key)


def click(qtbot: QtBot, grid: TileGrid, tile: int) -> None:
    place = grid.tile_rect(tile).center().toPoint()
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)


def turn(grid: TileGrid, notches: float, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    where = QPointF(100, 100)
    event = QWheelEvent(
        where, where, QPoint(0, 0), QPoint(0, round(120 * notches)), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(grid.viewport(), event)


def test_of_two_thousand_maps_only_those_in_sight_are_made(grid: TileGrid, qtbot: QtBot) -> None:
    content = maps(2048)
    with qtbot.waitSignal(grid.painted):
        grid.show_tiles(content)
    assert 0 < len(content.asked) < 40
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    grid.grab()
    assert 2047 in content.asked and len(content.asked) < 80


def test_what_is_painted_has_the_colours_of_the_values(grid: TileGrid) -> None:
    content = maps(20)
    grid.show_tiles(content)
    picture = grid.viewport().grab().toImage()
    expected = content.scales_of([3]).of(0).colors_of(content.values_of([3], 7, 7)[0])
    rect = grid.tile_rect(3)
    for row, column in ((0, 0), (3, 5), (6, 6)):
        x = rect.left() + (column + 0.5) * rect.width() / 7
        y = rect.top() + (row + 0.5) * rect.height() / 7
        shown = picture.pixelColor(round(x), round(y))
        assert [shown.red(), shown.green(), shown.blue()] == expected[row, column].tolist()


def test_what_was_scrolled_looks_as_if_painted_anew(grid: TileGrid) -> None:
    grid.show_tiles(maps(300))
    grid.viewport().grab()
    for value in (13, 57, 301, 290):
        grid.verticalScrollBar().setValue(value)
        QApplication.processEvents()
    scrolled = grid.grab().toImage()
    grid.viewport().update()
    assert scrolled == grid.grab().toImage()


def test_the_chosen_tile_stays_in_sight_when_the_view_gets_smaller(grid: TileGrid) -> None:
    grid.show_tiles(maps(300))
    grid.show_chosen(40)
    for width, height in ((500, 160), (260, 160), (500, 300)):
        grid.resize(width, height)
        QApplication.processEvents()
        assert grid.viewport().rect().contains(grid.tile_rect(40).toRect())


def test_a_resize_does_not_bring_back_a_tile_that_was_scrolled_away(grid: TileGrid) -> None:
    grid.show_tiles(maps(300))
    grid.show_chosen(40)
    grid.verticalScrollBar().setValue(grid.verticalScrollBar().maximum())
    grid.resize(500, 160)
    QApplication.processEvents()
    assert not grid.viewport().rect().intersects(grid.tile_rect(40).toRect())


def test_tiles_lie_in_the_order_that_is_told(grid: TileGrid, qtbot: QtBot) -> None:
    grid.show_tiles(maps(5), [4, 2, 0, 1, 3])
    assert grid.tile_rect(4).left() < grid.tile_rect(2).left() < grid.tile_rect(0).left()
    with qtbot.waitSignal(grid.tile_chosen) as chosen:
        click(qtbot, grid, 4)
    assert chosen.args == [4]


def test_a_click_chooses_and_a_double_click_opens(grid: TileGrid, qtbot: QtBot) -> None:
    grid.show_tiles(maps(12))
    click(qtbot, grid, 5)
    assert grid.chosen == 5
    with qtbot.waitSignal(grid.tile_opened) as opened:
        place = grid.tile_rect(6).center().toPoint()
        qtbot.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == [6]


def test_keys_go_to_every_tile_and_bring_it_in_sight(grid: TileGrid, qtbot: QtBot) -> None:
    grid.show_tiles(maps(500))
    across = round(grid.tile_rect(1).left() - grid.tile_rect(0).left())
    columns = sum(grid.tile_rect(n).top() == grid.tile_rect(0).top() for n in range(20))
    assert across > 0 and columns > 2
    press(qtbot, grid, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left)
    assert grid.chosen == columns
    press(qtbot, grid, Qt.Key.Key_End)
    assert grid.chosen == 499
    assert grid.viewport().rect().contains(grid.tile_rect(499).toAlignedRect())
    press(qtbot, grid, Qt.Key.Key_PageUp, Qt.Key.Key_Home, Qt.Key.Key_Up)
    assert grid.chosen == 0
    with qtbot.waitSignal(grid.tile_opened):
        press(qtbot, grid, Qt.Key.Key_Return)


def test_what_is_chosen_is_told_to_screen_readers(grid: TileGrid, qtbot: QtBot) -> None:
    grid.show_tiles(maps(12))
    press(qtbot, grid, Qt.Key.Key_Right)
    assert grid.accessibleName() == "Maps"
    assert grid.accessibleDescription().startswith("Map 0: ")


@pytest.mark.parametrize(("width", "height", "lines"), [(620, 170, 1), (560, 240, 2), (430, 260, 2)])
def test_eight_maps_are_all_in_sight_in_even_lines(
    grid: TileGrid, width: int, height: int, lines: int
) -> None:
    grid.resize(width, height)
    grid.show_tiles(maps(8, 3))
    tops = [grid.tile_rect(tile).top() for tile in range(8)]
    assert sorted(map(tops.count, set(tops))) == [8 // lines] * lines
    assert grid.verticalScrollBar().maximum() == 0


def test_ctrl_and_the_wheel_change_the_size_and_the_wheel_alone_scrolls(grid: TileGrid) -> None:
    grid.show_tiles(maps(300))
    before = grid.side
    turn(grid, 1, Qt.KeyboardModifier.ControlModifier)
    assert grid.side > before
    turn(grid, -2, Qt.KeyboardModifier.ControlModifier)
    assert grid.side < before
    turn(grid, -1)
    assert grid.verticalScrollBar().value() > 0


def test_the_chosen_tile_stays_in_sight_when_tiles_grow(grid: TileGrid) -> None:
    grid.show_tiles(maps(300))
    grid.show_chosen(280)
    for _ in range(4):
        grid.zoom(1)
        assert grid.tile_rect(280).intersects(grid.viewport().rect().toRectF())


def test_a_few_maps_are_shown_larger_than_many(grid: TileGrid) -> None:
    grid.show_tiles(maps(300))
    many = grid.side
    grid.show_tiles(maps(4))
    assert grid.side > many
    assert grid.verticalScrollBar().maximum() == 0


def test_cells_of_a_map_are_equally_large_and_crisp() -> None:
    content = maps(3, 28)
    for side in (40, 78, 150, 300):
        cell = content.tile_size(side, 900, 1.0).width() / 28
        assert cell == int(cell)


def test_a_map_larger_than_its_tile_is_averaged(grid: TileGrid) -> None:
    board = np.indices((400, 400)).sum(axis=0) % 2
    facts = MapFacts.of(np.repeat(board[:, :, np.newaxis], 40, axis=2).astype(np.float32))
    grid.show_tiles(MapPictures(facts, facts.scales("each", 1.0, False)))
    picture = grid.viewport().grab().toImage()
    shown = picture.pixelColor(grid.tile_rect(0).center().toPoint())
    assert 120 <= shown.red() <= 135


@pytest.mark.parametrize("dark", [False, True])
def test_a_map_in_the_colour_of_its_card_has_an_edge_that_hides_no_cell(grid: TileGrid, dark: bool) -> None:
    theme.apply(dark=dark, scale=1.0, reduced_motion=True)
    ground = theme.color("card").redF() if dark else 1.0
    constant = MapFacts.of(np.full((7, 7, 3), ground, np.float32))
    grid.show_tiles(MapPictures(constant, constant.scales("fixed", 1.0, False)))
    picture, rect = grid.viewport().grab().toImage(), grid.tile_rect(1).toRect()
    line, corner = theme.color("field_line").rgb(), rect.topLeft()
    inside = picture.pixel(corner)
    assert inside == picture.pixel(rect.center()) != line
    for x, y in ((-1, -1), (-1, 3), (3, -1), (rect.width(), 3), (3, rect.height())):
        assert picture.pixel(corner + QPoint(x, y)) == line
    assert picture.pixel(corner + QPoint(-2, 3)) == theme.color("card").rgb()


def test_numbers_are_bars_with_their_values(grid: TileGrid) -> None:
    bars = bars_of(MapFacts.of(np.array([0.1, -0.9, 0.4], np.float32)), ["cat", "dog", "<b>cow</b>"])
    grid.show_tiles(bars)
    assert bars.describe(2) == "<b>cow</b>: 0.4"
    picture, rect = grid.viewport().grab().toImage(), grid.tile_rect(1)
    colors = {
        picture.pixelColor(x, round(rect.center().y())).name()
        for x in range(int(rect.left()), int(rect.right()))
    }
    assert len(colors) > 3


def test_an_empty_grid_says_why_and_offers_what_helps(grid: TileGrid, qtbot: QtBot) -> None:
    grid.show_tiles(None)
    grid.say("There is nothing yet.", "Open a network…")
    assert grid.empty.isVisible()
    grid.show_tiles(maps(3))
    assert not grid.empty.isVisible()
    press(qtbot, grid, Qt.Key.Key_Right)
    assert grid.chosen == 0


def test_pictures_take_bounded_memory(grid: TileGrid) -> None:
    content = maps(900, 60)
    grid.show_tiles(content)
    for value in range(0, grid.verticalScrollBar().maximum(), 200):
        grid.verticalScrollBar().setValue(value)
        grid.grab()
    assert content.kept_bytes <= 48_000_000


def test_scales_are_those_of_the_chosen_tiles() -> None:
    facts = MapFacts.of(np.dstack([np.full((2, 2), 3.0), np.full((2, 2), -1.0)]).astype(np.float32))
    scales: TileScales = MapPictures(facts, facts.scales("layer", 1.0, False)).scales_of([1])
    assert (scales.lows.tolist(), scales.highs.tolist(), scales.signed.tolist()) == ([-3.0], [3.0], [True])
