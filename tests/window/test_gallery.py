"""The gallery of samples, by keys and by mouse."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from convlab.experiment.samples import SAMPLES, load_sample
from convlab.window.gallery import Gallery, SampleList


def _gallery(qtbot: QtBot) -> Gallery:
    gallery = Gallery()
    qtbot.addWidget(gallery)
    gallery.show()
    qtbot.waitExposed(gallery)
    return gallery


def test_every_sample_has_a_name_a_note_and_a_picture(qtbot: QtBot) -> None:
    samples = _gallery(qtbot).list
    assert samples.count() == len(SAMPLES)
    for index, sample in enumerate(SAMPLES):
        item = samples.item(index)
        assert item.text() == sample.title
        assert item.toolTip() == sample.note
        assert not item.data(Qt.ItemDataRole.UserRole + 1).isNull()


def test_arrow_and_enter_choose_a_sample(qtbot: QtBot) -> None:
    gallery = _gallery(qtbot)
    QTest.keyClick(gallery.list, Qt.Key.Key_Right)
    with qtbot.waitSignal(gallery.sample_chosen) as told:
        QTest.keyClick(gallery.list, Qt.Key.Key_Return)
    assert told.args == [SAMPLES[1].key]
    assert not gallery.isVisible()


def test_the_note_of_the_sample_in_focus_is_shown(qtbot: QtBot) -> None:
    gallery = _gallery(qtbot)
    QTest.keyClick(gallery.list, Qt.Key.Key_Right)
    assert gallery.note.text() == SAMPLES[1].note


def test_escape_chooses_nothing(qtbot: QtBot) -> None:
    gallery = _gallery(qtbot)
    with qtbot.assertNotEmitted(gallery.sample_chosen):
        QTest.keyClick(gallery.list, Qt.Key.Key_Escape)
    assert not gallery.isVisible()


def test_the_chosen_image_is_the_sample(qtbot: QtBot) -> None:
    gallery = _gallery(qtbot)
    gallery.list.show_sample("checkerboard")
    assert (gallery.image().pixels == load_sample("checkerboard").pixels).all()


def test_one_click_chooses_where_that_is_wanted(qtbot: QtBot) -> None:
    samples = SampleList(one_click=True)
    qtbot.addWidget(samples)
    samples.resize(400, 300)
    samples.show()
    qtbot.waitExposed(samples)
    place = samples.visualItemRect(samples.item(2)).center()
    with qtbot.waitSignal(samples.sample_chosen) as told:
        QTest.mouseClick(samples.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert told.args == [SAMPLES[2].key]
