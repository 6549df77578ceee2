"""Journeys over the Network page: the real window, the real processes next door, real mouse and keys."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from convlab.experiment.image import blank
from convlab.network.filters import zeroed
from convlab.window import theme
from convlab.window.application import make_application
from convlab.window.header import LAB, NETWORK
from convlab.window.main_window import MainWindow
from convlab.window.neighbours import Neighbours
from convlab.window.network_page import NetworkPage
from convlab.window.settings import Settings
from tests.window.network_file import SIDE, network_with_lambda, small_network

LEFT = Qt.MouseButton.LeftButton
WAIT = 180_000  # TensorFlow takes long to start where other work keeps the machine busy


@pytest.fixture(scope="module")
def neighbours() -> Iterator[Neighbours]:
    """One reader and one engine for all journeys: TensorFlow takes seconds to start."""
    near = Neighbours()
    yield near
    near.close()


@pytest.fixture
def window(qtbot: QtBot, neighbours: Neighbours) -> Iterator[MainWindow]:
    """The window on its Network page, without a network, with a square drawn in the middle of the image."""
    make_application(["test"])
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    settings = Settings(fresh=True)
    window = MainWindow(settings, neighbours)
    window.resize(1440, 900)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    window.show_page(NETWORK)
    image = blank(SIDE, SIDE)
    for row, column in ((5, 5), (5, 6), (6, 5), (6, 6)):
        image = image.with_cell(row, column, 1.0)
    window.network.session.edit_image("Draw", image)
    yield window
    window.network.session.close()
    window.network.session.mark_saved(window.network.session.work)
    window.session.mark_saved(window.session.experiment)
    neighbours.setParent(None)
    window.neighbours = Neighbours()  # what the window closes; the others serve the next test
    window.close()
    settings.close()
    window.deleteLater()


def fresh(page: NetworkPage) -> bool:
    session = page.session
    return session.map_array is not None and session.maps.fresh and not session.maps.busy


def open_file(qtbot: QtBot, window: MainWindow, file: Path) -> NetworkPage:
    window.open_files([file])
    qtbot.waitUntil(lambda: fresh(window.network), timeout=WAIT)
    return window.network


def choose(page: NetworkPage, name: str) -> None:
    assert page.session.network is not None
    page.session.choose_row([layer.name for layer in page.session.network.layers].index(name))


def click_cell(qtbot: QtBot, view: object, row: int, column: int, pane: int = 0) -> None:
    where = view.cell_rect(pane, row, column).center().toPoint()  # type: ignore[attr-defined]
    qtbot.mouseClick(view, LEFT, Qt.KeyboardModifier.NoModifier, where)


def test_from_a_file_to_a_cell_of_the_fourth_layer_and_back_to_the_pixel(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    page = open_file(qtbot, window, small_network(tmp_path))
    session = page.session
    qtbot.mouseClick(page.layer.tabs.button("filters"), LEFT)
    assert page.layer.tab == "filters" and page.filter.isVisible()
    qtbot.mouseClick(page.layer.tabs.button("maps"), LEFT)
    choose(page, "fourth")
    qtbot.waitUntil(lambda: fresh(page), timeout=WAIT)
    assert session.map_array.shape == (6, 6, 4)
    session.step_into(session.node, 3, 3, 2)
    step_page = page.step_page
    qtbot.waitUntil(lambda: step_page.player.current is not None, timeout=WAIT)
    step = step_page.player.current
    assert step.result == pytest.approx(float(session.maps.get((session.node, False))[3, 3, 2]), abs=1e-5)
    qtbot.waitUntil(lambda: "agrees" in step_page.verdict.text(), timeout=WAIT)
    for _ in range(4):  # pool, second, first, image
        before = len(step_page.breadcrumbs.texts)
        qtbot.keyClick(step_page.output.view, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda before=before: len(step_page.breadcrumbs.texts) > before, timeout=WAIT)
        qtbot.waitUntil(
            lambda: step_page.player.current is not None or step_page.cells.is_image, timeout=WAIT
        )
    assert step_page.cells.is_image
    qtbot.keyClick(step_page.output.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not page.stepping, timeout=WAIT)


def test_the_prediction_moves_while_one_draws(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    page = open_file(qtbot, window, small_network(tmp_path))
    before = page.session.prediction.copy()
    qtbot.mouseClick(page.image.draw_button, LEFT)
    view = page.image.view
    start, end = (view.cell_rect(0, 2, column).center().toPoint() for column in (1, 9))
    qtbot.mousePress(view, LEFT, pos=start)
    seen = []
    for step in range(1, 6):
        qtbot.mouseMove(view, start + (end - start) * step / 5)
        qtbot.waitUntil(lambda: fresh(page), timeout=WAIT)
        seen.append(page.session.prediction.copy())
    qtbot.mouseRelease(view, LEFT, pos=end)
    assert not np.allclose(seen[0], before) and not np.allclose(seen[-1], seen[0])
    qtbot.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: fresh(page), timeout=WAIT)
    np.testing.assert_allclose(page.session.prediction, before, atol=1e-6)  # the whole stroke is one step


def test_a_filter_is_silenced_watched_and_given_back(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    page = open_file(qtbot, window, small_network(tmp_path))
    before = page.session.prediction.copy()
    page.layer.show_tab("filters")
    page.session.choose_filter(3)
    menu = page.filter.buttons.zero.menu()
    menu.aboutToShow.emit()
    menu.actions()[0].trigger()
    qtbot.waitUntil(lambda: fresh(page), timeout=WAIT)
    assert not page.session.map_array[:, :, 3].any() and not np.allclose(page.session.prediction, before)
    assert window.isWindowModified()
    qtbot.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: fresh(page), timeout=WAIT)
    np.testing.assert_allclose(page.session.prediction, before, atol=1e-6)
    assert not window.isWindowModified()


@pytest.mark.slow
def test_changed_filters_are_saved_under_another_name_only(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    file, copy = small_network(tmp_path), tmp_path / "copy.keras"
    original = file.read_bytes()
    page = open_file(qtbot, window, file)
    page.session.choose_filter(0)
    page.filter.edits.change("Zero Filter", zeroed)
    window.network_actions.save_copy(file)
    assert "not written over" in window.messages.text and file.read_bytes() == original
    window.network_actions.save_copy(copy)
    qtbot.waitUntil(lambda: not page.session.changed_since_saved, timeout=WAIT)
    assert file.read_bytes() == original
    open_file(qtbot, window, copy)
    qtbot.waitUntil(lambda: page.session.path == copy and fresh(page), timeout=WAIT)
    weights = page.session.weights_of(page.session.row)
    assert not weights[0][:, :, :, 0].any() and weights[0][:, :, :, 1].any()


def test_a_network_with_a_lambda_shows_what_it_can_and_says_the_rest(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    page = open_file(qtbot, window, network_with_lambda(tmp_path))
    assert "scaled is a Lambda layer" in window.messages.text
    choose(page, "fourth")
    qtbot.waitUntil(lambda: page.session.weights_of(page.session.row) is not None, timeout=WAIT)
    assert page.session.map_array is None and "scaled" in page.session.no_maps_because
    assert page.filter.edits.present is not None


def test_a_damaged_file_leaves_everything_as_it_was(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    page = open_file(qtbot, window, small_network(tmp_path))
    network, prediction = page.session.network, page.session.prediction
    bad = tmp_path / "torn.h5"
    bad.write_bytes(b"\x89HDF\r\n\x1a\n" + os.urandom(3000))
    window.open_files([bad])
    qtbot.waitUntil(lambda: "torn.h5" in window.messages.text, timeout=WAIT)
    assert page.session.network is network and page.session.prediction is prediction


@pytest.mark.slow
def test_a_file_opened_while_another_is_loading_wins(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.open_files([network_with_lambda(tmp_path), small_network(tmp_path)])
    page = window.network
    qtbot.waitUntil(lambda: page.session.prediction is not None and fresh(page), timeout=WAIT)
    assert page.session.path.name == "small.keras" and "small.keras" in window.windowTitle()


@pytest.mark.slow
def test_a_first_filter_goes_to_the_lab_and_gives_the_same_map_there(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    page = open_file(qtbot, window, small_network(tmp_path))
    expected = page.session.map_array[:, :, 1].copy()
    page.layer.show_tab("filters")
    page.session.choose_filter(1)
    qtbot.mouseClick(page.filter.lab_button, LEFT)
    qtbot.waitUntil(lambda: window.page == LAB, timeout=WAIT)
    window.session.choose_stage(1)  # the activation, a stage of its own there
    qtbot.waitUntil(lambda: window.session.output_array is not None, timeout=WAIT)
    np.testing.assert_allclose(window.session.output_array[:, :, 0], expected, atol=1e-5)


@pytest.mark.slow
def test_a_filter_in_the_lab_is_other_work_than_the_file_that_was_open_there(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    file, work = tmp_path / "mine.convlab", window.work
    work._write(file)
    qtbot.waitUntil(lambda: work.path == file)
    saved = file.read_bytes()
    page = open_file(qtbot, window, small_network(tmp_path))
    page.layer.show_tab("filters")
    qtbot.mouseClick(page.filter.lab_button, LEFT)
    qtbot.waitUntil(lambda: window.page == LAB, timeout=WAIT)
    assert "mine" not in window.windowTitle() and window.isWindowModified()
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(window, Qt.Key.Key_S, control)
    assert isinstance(work.dialog, QFileDialog), "a new name is asked for"
    work.dialog.reject()
    assert file.read_bytes() == saved
    qtbot.keyClick(window, Qt.Key.Key_Z, control)
    assert "mine" in window.windowTitle() and not window.isWindowModified()
    qtbot.keyClick(window, Qt.Key.Key_Y, control)
    assert work.path is None, "the filter is not what is in the file"


def test_leaving_with_changed_filters_asks_first(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    from PySide6.QtCore import QTimer

    page = open_file(qtbot, window, small_network(tmp_path))
    page.filter.edits.change("Zero Filter", zeroed)

    def cancel() -> None:
        box = window.network_actions.dialog
        assert box is not None and "small.keras" in box.text()
        box.reject()

    QTimer.singleShot(300, cancel)
    window.open_network(tmp_path / "another.keras")
    assert page.session.opening is None and page.session.changed_since_saved


def test_the_window_closes_while_the_network_computes(qtbot: QtBot, tmp_path: Path) -> None:
    make_application(["test"])
    settings = Settings(fresh=True)
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.show()
    window.open_files([small_network(tmp_path)])
    engine, reader = window.neighbours.engine, window.neighbours.reader
    qtbot.waitUntil(lambda: engine.process_id != 0, timeout=WAIT)
    ids = [engine.process_id, reader.process_id]
    window.close()
    settings.close()
    assert not any(Path(f"/proc/{number}").exists() and _alive(number) for number in ids if number)


def _alive(number: int) -> bool:
    """Whether a process still runs; one that ended and is not yet buried does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().split(") ")[1][0] not in "ZX"
    except OSError:
        return False


def test_names_of_layers_are_never_rich_text(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    from PySide6.QtWidgets import QLabel

    from tests.window.network_file import layers

    items = layers()
    items[1]["config"]["name"] = "<b>bold</b><img src=x>"
    page = open_file(qtbot, window, small_network(tmp_path, "markup.keras", items))
    assert page.session.layer.name.startswith("<b>")
    shown = [label for label in window.findChildren(QLabel) if "<b>" in label.text()]
    assert shown and all(label.textFormat() == Qt.TextFormat.PlainText for label in shown)
    hints = [widget.toolTip() for widget in page.findChildren(QLabel) if "<b>" in widget.toolTip()]
    assert hints == []


def test_a_drop_opens_a_network(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    from PySide6.QtCore import QMimeData, QPointF, QUrl
    from PySide6.QtGui import QDragEnterEvent, QDropEvent
    from PySide6.QtWidgets import QApplication

    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(small_network(tmp_path)))])
    place, action, none = QPointF(QPoint(300, 300)), Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(place.toPoint(), action, data, LEFT, none))
    QApplication.sendEvent(window, QDropEvent(place, action, data, LEFT, none))
    qtbot.waitUntil(lambda: fresh(window.network), timeout=WAIT)


@pytest.mark.slow
def test_the_way_through_wide_and_narrow_layers_keeps_to_its_maps(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    """Six maps, then five, then four: a smaller range of the field for the map is no choice of the user."""
    page = open_file(qtbot, window, small_network(tmp_path))
    choose(page, "second")
    qtbot.waitUntil(lambda: fresh(page), timeout=WAIT)
    page.session.step_into(page.session.node, 6, 6, 4)
    step_page = page.step_page
    qtbot.waitUntil(lambda: step_page.player.current is not None, timeout=WAIT)
    step_page.journey.to_input(0, 6, 6, 5)
    qtbot.waitUntil(lambda: step_page.journey.here.filter == 5 and step_page.cells.filter == 5, timeout=WAIT)
    step_page.journey.back()
    qtbot.waitUntil(lambda: step_page.player.current is not None, timeout=WAIT)
    assert step_page.journey.here.filter == step_page.cells.filter == step_page.output.filter.value() == 4
