"""The networks in the box: File > Examples, and what the Network page begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlab.experiment.samples import load_sample
from convlab.network.examples import EXAMPLES, FIRST, Example
from convlab.window.commands import Command, Submenu

if TYPE_CHECKING:
    from convlab.window.main_window import MainWindow


def examples_menu(window: MainWindow) -> Submenu:
    """One entry for each network; its card says how good it is."""
    return Submenu("E&xamples", tuple(_entry(window, example) for example in EXAMPLES))


def _entry(window: MainWindow, example: Example) -> Command:
    return Command(example.title, lambda: open_example(window, example), tip=example.note)


def open_example(window: MainWindow, example: Example) -> None:
    """Open it with a drawing of what it knows; undo brings back the image that was there."""
    window.open_network(example.file, load_sample(example.image))


def begin_with_example(window: MainWindow) -> None:
    """For a page that nothing was opened on: the first network of the box, and a drawn shirt."""
    session = window.network.session
    if session.network is None and session.opening is None and not session.history.can_undo:
        image = load_sample(FIRST.image)
        session.begin_with(image)
        session.open(FIRST.file)
