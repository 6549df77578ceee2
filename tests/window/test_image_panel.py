"""The panel of the image: its facts, where another one comes from, and what can be done to it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from convlab.experiment.image import Image, blank
from convlab.experiment.samples import SAMPLES, load_sample
from convlab.window import theme
from convlab.window.image_panel import ImagePanel
from convlab.window.import_dialog import ImportDialog
from convlab.window.numbers_dialog import NumbersDialog


@pytest.fixture
def panel(qtbot: QtBot) -> ImagePanel:
    theme.apply(dark=False, scale=1.0, reduced_motion=True)
    panel = ImagePanel()
    qtbot.addWidget(panel)
    panel.resize(300, 600)
    panel.show_image(load_sample("letter-a"))
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def _button(panel: ImagePanel, name: str) -> QAbstractButton:
    return next(button for button in panel.findChildren(QAbstractButton) if button.accessibleName() == name)


def test_the_facts_of_the_image_are_shown(panel: ImagePanel) -> None:
    assert panel.facts.text() == "10 × 10 × 1, 100 numbers"
    assert panel.colour.currentText() == "Grey"
    assert panel.levels.currentText() == "Levels 0 to 9"


def test_notes_from_a_file_are_plain_text(panel: ImagePanel) -> None:
    panel.show_image(Image(blank(3, 3).pixels, name="<b>x</b>", notes=("<i>First</i> frame.",)))
    assert panel.notes.isVisibleTo(panel)
    assert panel.notes.textFormat() == panel.title.textFormat() == Qt.TextFormat.PlainText
    assert panel.title.text() == "<b>x</b>"


@pytest.mark.parametrize(
    ("name", "signal"),
    [
        ("Open a picture or numbers", "open_wished"),
        ("Paste a picture or numbers", "paste_wished"),
        ("Type numbers", "numbers_wished"),
        ("New blank image", "new_wished"),
    ],
)
def test_each_source_has_a_button(panel: ImagePanel, qtbot: QtBot, name: str, signal: str) -> None:
    with qtbot.waitSignal(getattr(panel, signal)):
        qtbot.mouseClick(_button(panel, name), Qt.MouseButton.LeftButton)


def test_a_click_on_a_sample_chooses_it(panel: ImagePanel, qtbot: QtBot) -> None:
    place = panel.samples.visualItemRect(panel.samples.item(1)).center()
    with qtbot.waitSignal(panel.sample_chosen) as told:
        QTest.mouseClick(
            panel.samples.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place
        )
    assert told.args == [SAMPLES[1].key]


def test_colour_and_levels_are_edits_with_a_name(panel: ImagePanel, qtbot: QtBot) -> None:
    panel.colour.setFocus()
    with qtbot.waitSignal(panel.image_edited) as told:
        QTest.keyClick(panel.colour, Qt.Key.Key_Down)
    label, image = told.args
    assert label == "Change Channels" and image.channels == 3
    with qtbot.waitSignal(panel.image_edited) as told:
        QTest.keyClick(panel.levels, Qt.Key.Key_Down)
    label, image = told.args
    assert label == "Change Levels" and image.white == 255


def test_the_present_image_is_cut_and_resized(panel: ImagePanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(_button(panel, "Resize or crop the image"), Qt.MouseButton.LeftButton)
    dialog = panel.findChild(ImportDialog)
    assert dialog is not None and dialog.levels.choice() == 9
    dialog.size_fields.show_size(20, 20)
    with qtbot.waitSignal(panel.image_edited) as told:
        dialog.accept()
    label, image = told.args
    assert label == "Resize Image" and (image.height, image.width, image.white) == (20, 20, 9)


def test_the_present_image_is_edited_as_numbers(panel: ImagePanel, qtbot: QtBot) -> None:
    qtbot.mouseClick(_button(panel, "Edit as numbers"), Qt.MouseButton.LeftButton)
    dialog = panel.findChild(NumbersDialog)
    assert dialog is not None
    dialog.text.setPlainText("1 2\n3 4")
    with qtbot.waitSignal(panel.image_edited) as told:
        dialog.accept()
    assert told.args[0] == "Edit Numbers" and told.args[1].pixels[:, :, 0].tolist() == [[1, 2], [3, 4]]


def test_a_photograph_is_not_edited_as_text(panel: ImagePanel) -> None:
    panel.show_image(blank(600, 600))
    assert not panel.edit_button.isEnabled()


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0])
def test_nothing_is_wider_than_the_panel(panel: ImagePanel, scale: float) -> None:
    theme.apply(scale=scale)
    try:
        for width in (200, 300, 500):
            width = max(width, panel.minimumSizeHint().width())
            panel.resize(width, 500)
            for _ in range(5):  # one layout asks for another
                QApplication.processEvents()
            for part in (panel.colour, panel.levels, panel.samples, panel.sources, panel.edits, panel.facts):
                assert part.mapTo(panel, part.rect().topRight()).x() < width
                assert part.width() >= part.minimumSizeHint().width()
    finally:
        theme.apply(scale=1.0)
