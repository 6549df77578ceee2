"""Whole journeys through the real window, with mouse and keys, as a person makes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Picture
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QComboBox, QFileDialog
from pytestqt.qtbot import QtBot

from convlab.experiment import files
from convlab.experiment.samples import load_sample
from convlab.operations.convolution import Convolution
from convlab.window.array_view import ArrayView
from convlab.window.fields import IntField
from convlab.window.main_window import MainWindow
from convlab.window.session import IMAGE_STAGE
from convlab.window.settings import Settings

Left = Qt.MouseButton.LeftButton
NoModifier = Qt.KeyboardModifier.NoModifier


def at(view: ArrayView, row: int, column: int, pane: int = 0) -> QPoint:
    return view.cell_rect(pane, row, column).center().toPoint()


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = NoModifier) -> None:
    """A key for whatever has the focus in the window."""
    target = QApplication.focusWidget() or window.lab.output.view
    qtbot.keyClick(target, key, modifier)


def draw_stroke(qtbot: QtBot, view: ArrayView, cells: list[tuple[int, int]]) -> None:
    qtbot.mousePress(view, Left, NoModifier, at(view, *cells[0]))
    for cell in cells[1:]:
        qtbot.mouseMove(view, at(view, *cell))
    qtbot.mouseRelease(view, Left, NoModifier, at(view, *cells[-1]))


def choose_kernel(qtbot: QtBot, window: MainWindow, name: str) -> None:
    """Open the list of kernels, type the beginning of the name, and press Enter."""
    boxes = window.lab.findChildren(QComboBox)
    box = next(b for b in boxes if b.accessibleName() == "Kernel from the gallery" and b.isVisible())
    box.setFocus()
    box.showPopup()
    popup = box.view()
    qtbot.keyClicks(popup, name)
    qtbot.keyClick(popup, Qt.Key.Key_Return)


def wait_for_image(qtbot: QtBot, window: MainWindow, shape: tuple[int, ...]) -> None:
    qtbot.waitUntil(lambda: window.session.experiment.image.pixels.shape == shape, timeout=15_000)
    qtbot.waitUntil(lambda: window.session.output_array is not None, timeout=15_000)


def test_draw_a_letter_step_step_back_and_undo_the_stroke(qtbot: QtBot, window: MainWindow) -> None:
    lab, session, player = window.lab, window.session, window.player
    qtbot.mouseClick(lab.input.tools.clear_button, Left)
    assert not session.experiment.image.pixels.any()
    qtbot.mouseClick(lab.input.tools.buttons["pen"], Left)
    draw_stroke(qtbot, lab.input.view, [(1, 4), (5, 4), (8, 4)])
    image = session.experiment.image
    assert image.pixels[1:9, 4, 0].tolist() == [9] * 8, "a fast stroke leaves no gaps"
    lab.output.view.setFocus()
    qtbot.keyClick(lab.output.view, Qt.Key.Key_Space)
    qtbot.keyClick(lab.output.view, Qt.Key.Key_Space)
    assert player.index == 2
    qtbot.keyClick(lab.output.view, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert player.index == 1
    assert session.history.undo_label == "Paint Stroke"
    qtbot.keyClick(lab.output.view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not session.experiment.image.pixels.any(), "one stroke is one step of undo"


def test_load_a_photograph_choose_sobel_stride_two_play_to_the_end(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    lab, session, player = window.lab, window.session, window.player
    pixels = (load_sample("portrait").resized((48, 40)).pixels).astype(np.uint8)
    Picture.fromarray(pixels).save(tmp_path / "photo.png")
    window.images.open_path(tmp_path / "photo.png")
    wait_for_image(qtbot, window, (48, 40, 3))
    session.choose_stage(0)
    choose_kernel(qtbot, window, "Sobel, horizontal edges")
    for name in ("Stride down", "Stride right"):
        field = next(f for f in lab.findChildren(IntField) if f.accessibleName() == name and f.isVisible())
        field.setFocus()
        qtbot.keyClick(field, Qt.Key.Key_Up)
    operation = session.operation
    assert isinstance(operation, Convolution) and operation.strides == (2, 2)
    assert session.output_shape == (24, 20, 1)
    session.choose_display(show_all=False)
    player.to_start()
    player.set_speed(1000)
    lab.output.view.setFocus()
    with qtbot.waitSignal(
        player.playing_changed, timeout=20_000, check_params_cb=lambda playing: not playing
    ):
        qtbot.keyClick(lab.output.view, Qt.Key.Key_P)
    assert player.written == 480
    output = session.output_array
    assert output is not None
    np.testing.assert_allclose(output, operation.apply(session.experiment.image.pixels), rtol=1e-5, atol=1e-4)


def test_a_colour_image_is_the_sum_of_three_slices(qtbot: QtBot, window: MainWindow) -> None:
    session, player = window.session, window.player
    window.images.open_sample("colours")
    qtbot.waitUntil(lambda: session.output_array is not None, timeout=10_000)
    operation = session.operation
    assert isinstance(operation, Convolution) and operation.kernel.shape[2] == 3
    player.go(9, 9)
    step = player.current
    assert step is not None
    total = sum(float(part) for part in step.partial_sums)  # type: ignore[attr-defined]
    assert step.result == pytest.approx(total + step.bias)  # type: ignore[attr-defined]
    strip = window.lab.step_panel.strip

    def names() -> list[str]:
        return [term.name.lower() for term in strip.arithmetic.terms] if strip.arithmetic else []

    qtbot.waitUntil(lambda: names() == ["red", "green", "blue"], timeout=2000)


def test_convolution_relu_and_max_pooling_are_stepped_one_after_the_other(
    qtbot: QtBot, window: MainWindow
) -> None:
    lab, session, player = window.lab, window.session, window.player
    for stage in range(3):
        session.choose_stage(stage)
        qtbot.keyClick(lab.output.view, Qt.Key.Key_Home)
        seen = []
        for _ in range(player.count):
            step = player.current
            assert step is not None
            seen.append(step.result)
            qtbot.keyClick(lab.output.view, Qt.Key.Key_Space)
        output = session.output_array
        assert output is not None
        np.testing.assert_allclose(seen, output[:, :, 0].ravel(), rtol=1e-5)


def test_paste_a_matrix_from_a_spreadsheet(qtbot: QtBot, window: MainWindow) -> None:
    data = QMimeData()
    data.setText("1\t2\t3\n4\t5\t6\n7\t8\t9\n0\t0\t1\n")
    data.setImageData(QImage(8, 8, QImage.Format.Format_RGB32))  # a spreadsheet puts a picture there too
    QGuiApplication.clipboard().setMimeData(data)
    window.lab.output.view.setFocus()
    qtbot.keyClick(window.lab.output.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    pixels = window.session.experiment.image.pixels
    assert pixels.shape == (4, 3, 1) and pixels[:, :, 0].tolist()[:2] == [[1, 2, 3], [4, 5, 6]]
    assert window.session.history.undo_label == "Paste Numbers"


def test_predict_three_values(qtbot: QtBot, window: MainWindow) -> None:
    lab, player, score = window.lab, window.player, window.score
    player.go(4, 0)
    lab.output.view.setFocus()
    qtbot.keyClick(lab.output.view, Qt.Key.Key_G)
    for guess, right in (("13", 1), ("35", 2), ("5", 2)):
        qtbot.keyClick(lab.output.view, Qt.Key.Key_Space)
        assert player.hidden
        field = lab.step_panel.guess.field
        field.setFocus()
        qtbot.keyClicks(field, guess)
        qtbot.keyClick(field, Qt.Key.Key_Return)
        assert not player.hidden and score.right == right
        lab.output.view.setFocus()
    assert (score.right, score.asked) == (2, 3)
    assert "2 of 3" in lab.step_panel.guess.points.text()


def test_save_damage_the_file_open_it_and_lose_nothing(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    file = tmp_path / "lesson.convlab"
    window.images.open_sample("letter-e")
    qtbot.keyClick(window.lab.output.view, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dialog = window.work.dialog
    assert isinstance(dialog, QFileDialog)
    dialog.selectFile(str(file))
    dialog.fileSelected.emit(str(file))
    dialog.close()
    qtbot.waitUntil(file.exists, timeout=5000)
    qtbot.waitUntil(lambda: not window.session.changed_since_saved, timeout=5000)
    file.write_bytes(file.read_bytes()[:200])
    before = window.session.experiment
    window.images.open_path(file)
    qtbot.waitUntil(lambda: "lesson" in window.messages.text, timeout=15_000)
    assert window.session.experiment is before


def test_what_a_crashed_run_left_behind_is_offered_and_restored(qtbot: QtBot, window: MainWindow) -> None:
    experiment = window.session.experiment.with_image(load_sample("letter-e"))
    folder = window.settings.state_folder / "autosave"
    folder.mkdir(parents=True)
    files.write(folder / "run-0123456789ab.convlab", experiment, {"row": 2, "column": 3})
    window.work.offer_recovery()
    assert "ended unexpectedly" in window.messages.text
    qtbot.mouseClick(window.messages._buttons[0], Left)
    qtbot.waitUntil(lambda: window.session.experiment.image.name == experiment.image.name, timeout=15_000)
    np.testing.assert_array_equal(window.session.experiment.image.pixels, experiment.image.pixels)
    assert window.session.changed_since_saved, "restored work is not saved yet"
    qtbot.waitUntil(lambda: not (folder / "run-0123456789ab.convlab").exists(), timeout=5000)


def test_present_with_the_keys_of_a_clicker_only(qtbot: QtBot, window: MainWindow) -> None:
    lab, player, presentation = window.lab, window.player, window.presentation
    press(qtbot, window, Qt.Key.Key_F5)
    assert presentation.active and not lab.chain_bar.isVisible()
    press(qtbot, window, Qt.Key.Key_PageDown)
    press(qtbot, window, Qt.Key.Key_PageDown)
    press(qtbot, window, Qt.Key.Key_PageUp)
    assert player.index == 1
    press(qtbot, window, Qt.Key.Key_Period)
    assert presentation.blank.isVisible()
    press(qtbot, window, Qt.Key.Key_B)
    assert not presentation.blank.isVisible() and player.index == 1
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not presentation.active and lab.chain_bar.isVisible()
    press(qtbot, window, Qt.Key.Key_Escape)
    assert not presentation.active, "leaving twice is harmless"


def test_closing_without_changes_asks_nothing(qtbot: QtBot, window: MainWindow) -> None:
    assert window.close()


def test_the_image_stage_offers_the_samples(qtbot: QtBot, window: MainWindow) -> None:
    window.session.choose_stage(IMAGE_STAGE)
    assert window.lab.operation.image_panel.isVisible()
    window.lab.operation.image_panel.sample_chosen.emit("impulse")
    assert window.session.experiment.image.width == 9


def test_a_second_window_of_settings_remembers_the_looks(qtbot: QtBot) -> None:
    settings = Settings()
    settings.set("looks/theme", "dark")
    assert Settings().text("looks/theme", "system") == "dark"
