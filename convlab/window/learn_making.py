"""How the Learn page is made, with its session and its commands: in pieces, between which the window answers."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from convlab.processes.client import runs_folder
from convlab.window.learn_actions import LearnActions
from convlab.window.learn_page import LearnPage
from convlab.window.learn_session import LearnSession

if TYPE_CHECKING:
    from convlab.window.main_window import MainWindow


def make(window: MainWindow) -> Generator[None, None, LearnPage]:
    """Make the page of a window."""
    runs = window.neighbours.runs = runs_folder(window.settings.state_folder)
    session = LearnSession(window.neighbours.trainer, runs, window)
    yield
    page = LearnPage(session, window.pages)
    page.hide()
    yield from page.build()
    yield
    page.commands = LearnActions(window, page)
    for signal in (session.plan_changed, session.state_changed):
        signal.connect(window.show_title)
    window.pages.addWidget(page)
    return page
