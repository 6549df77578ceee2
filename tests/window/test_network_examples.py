"""The networks in the box, in the window: they open at the first click, and the Network page begins with one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from convlab.network.examples import EXAMPLES, FIRST
from convlab.window.header import NETWORK
from convlab.window.main_window import MainWindow
from convlab.window.network_examples import open_example
from convlab.window.settings import Settings

WAIT = 180_000


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[MainWindow]:
    settings = Settings(fresh=True)
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()
    settings.close()


def test_the_file_menu_offers_every_network_of_the_box(window: MainWindow) -> None:
    names = [command.name for command in window.commands["File"]]
    assert [example.title for example in EXAMPLES] == [
        name for name in names if name in {e.title for e in EXAMPLES}
    ]


def test_an_example_opens_with_a_drawing_and_undo_brings_back_the_image_before(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.show_page(NETWORK)
    before = window.network.session.image
    open_example(window, EXAMPLES[-1])
    session = window.network.session
    qtbot.waitUntil(lambda: session.path == EXAMPLES[-1].file, timeout=WAIT)
    assert session.image.name == "Digit 3" and session.names == tuple("0123456789")
    session.undo()
    assert session.image is before
    assert str(EXAMPLES[-1].file) not in window.settings.recent_files


def test_the_first_look_at_the_network_page_shows_clothes_and_a_drawn_shirt(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.begins_with_examples = True
    window.show_page(NETWORK)
    session = window.network.session
    qtbot.waitUntil(lambda: session.path == FIRST.file, timeout=WAIT)
    assert session.image.name == "T-shirt" and not session.history.can_undo


def test_a_network_that_was_asked_for_is_not_replaced_by_an_example(qtbot: QtBot, window: MainWindow) -> None:
    window.begins_with_examples = True
    window.open_network(EXAMPLES[2].file)
    qtbot.waitUntil(lambda: window.network.session.path is not None, timeout=WAIT)
    qtbot.wait(300)
    assert window.network.session.path == EXAMPLES[2].file


@pytest.mark.slow
def test_the_drawn_shirt_is_seen_as_one(qtbot: QtBot, window: MainWindow) -> None:
    window.begins_with_examples = True
    window.show_page(NETWORK)
    session = window.network.session
    qtbot.waitUntil(lambda: session.prediction is not None and session.maps.fresh, timeout=WAIT)
    prediction = session.prediction
    assert prediction is not None
    assert session.names[int(prediction.argmax())] in {"T-shirt/top", "shirt"}
