"""How the Network page is made, with its session and its commands: in pieces, between which the window answers."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from convlab.window.network_actions import NetworkActions
from convlab.window.network_page import NetworkPage
from convlab.window.network_session import NetworkSession

if TYPE_CHECKING:
    from convlab.window.main_window import MainWindow


def make(window: MainWindow) -> Generator[None, None, NetworkPage]:
    """Make the page of a window."""
    near = window.neighbours
    session = NetworkSession(near.reader, near.engine, window.session.image, window)
    yield
    page = NetworkPage(session, window.pages)
    page.hide()
    yield from page.build()
    yield
    page.keys |= window.bare_keys | page.image.keys
    page.commands = NetworkActions(window, page)
    for signal in (session.network_changed, session.work_changed, session.state_changed):
        signal.connect(window.show_title)
    window.pages.addWidget(page)
    return page
