"""The main window: arranges the parts, connects them, and holds the menus. Nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QMimeData, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QMenuBar,
    QVBoxLayout,
    QWidget,
)

from convlab.experiment.image import Image
from convlab.window import menus, theme
from convlab.window.closing import may_close
from convlab.window.commands import Command, fill_menu, refresh
from convlab.window.header import LAB, LEARN, NETWORK, Header
from convlab.window.image_actions import ImageActions
from convlab.window.lab_page import LabPage
from convlab.window.lazy_page import LazyPage
from convlab.window.message_bar import MessageBar
from convlab.window.neighbours import Neighbours
from convlab.window.pages import Pages
from convlab.window.player import Player
from convlab.window.predicting import Score
from convlab.window.presentation import Clicked, Presentation
from convlab.window.session import Session
from convlab.window.settings import Settings
from convlab.window.transport import Transport
from convlab.window.work import Work

if TYPE_CHECKING:  # the other pages are made when they are first looked at
    from convlab.window.learn_page import LearnPage
    from convlab.window.network_actions import NetworkActions
    from convlab.window.network_page import NetworkPage
    from convlab.window.network_session import NetworkSession


class MainWindow(QMainWindow):
    """One window with one session."""

    def __init__(self, settings: Settings, neighbours: Neighbours | None = None) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.settings = settings
        self.begins_with_examples = False
        self.neighbours = neighbours or Neighbours()
        self.neighbours.setParent(self)
        self.session = Session(parent=self)
        self.player = Player(self.session, self)
        self.score = Score(self.player, self)
        self.messages = MessageBar()
        self.lab = LabPage(self.session, self.player, self.score)
        self.work = Work(self)
        self.images = ImageActions(self)
        self.presentation = Presentation(self, lambda: self.clicked_player)
        self._network: LazyPage[NetworkPage] = LazyPage("convlab.window.network_making", self)
        self._learn: LazyPage[LearnPage] = LazyPage("convlab.window.learn_making", self)
        self._arrange()
        self._make_menus()
        self._connect()
        self.setAcceptDrops(True)
        self.show_title()
        self.lab.output.view.setFocus()

    def _arrange(self) -> None:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._message_space = QWidget()
        self._message_row = QHBoxLayout(self._message_space)
        self._message_row.addWidget(self.messages)
        self.pages = Pages(self.lab)
        self.pages.add(NETWORK, self._network)
        self.pages.add(LEARN, self._learn)
        column.addWidget(self._message_space)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(holder)
        self.header = Header()
        self.header.show_page(LAB)
        self.header.page_chosen.connect(self.show_page)
        self.setMenuWidget(self.header)
        theme.follow(self, self._restyle)
        self._space()

    def menuBar(self) -> QMenuBar:
        """The menus; they stand in the header, beside the switch between the pages."""
        return self.header.menu_bar

    def _space(self) -> None:
        self._message_row.setContentsMargins(theme.px(16), 0, theme.px(16), 0)

    def _restyle(self) -> None:
        self._space()
        self.show_title()

    # --- pages ---

    @property
    def network(self) -> NetworkPage:
        """The Network page, with its session and its commands; made now if it was not yet."""
        return self._network.get()

    @property
    def network_actions(self) -> NetworkActions:
        return self.network.commands

    @property
    def has_network_page(self) -> bool:
        """Whether the Network page was made already."""
        return self._network.made

    @property
    def learn(self) -> LearnPage:
        """The Learn page, with its session and its commands; made now if it was not yet."""
        return self._learn.get()

    @property
    def has_learn_page(self) -> bool:
        """Whether the Learn page was made already."""
        return self._learn.made

    @property
    def page(self) -> str:
        """Which page one looks at."""
        return self.pages.name

    @property
    def shown_page(self) -> QWidget:
        return self.pages.currentWidget() or self.lab

    def show_page(self, page: object) -> None:
        """Turn to a page, as soon as it is made; what is played on the other one is paused."""
        self.header.show_page(str(page))
        self.pages.turn_to(str(page))

    def open_network(self, path: Path, image: Image | None = None) -> None:
        """Open a network's file, on its page, with this image if there is one; a network with changed filters is not given
        up unasked."""

        def open_now() -> None:
            if self.network_actions.may_leave():
                self.messages.clear()
                self.network.session.open(path, image)

        self.show_page(NETWORK)
        self._network.when_made(open_now)

    def open_data(self, path: Path) -> None:
        """Images with labels, an .npz or a folder: the Learn page trains on them from now on."""
        self.show_page(LEARN)
        self._learn.when_made(lambda: self.learn.commands.use_path(path))

    @property
    def active(self) -> Session | NetworkSession:
        """The session of the page one looks at: what images and files are about; the Lab's on the Learn page."""
        return self.network.session if self.page == NETWORK else self.session

    def undo(self) -> None:
        """Undo on the page one looks at; on the Learn page only the removing of a training can be undone."""
        self.learn.commands.bring_back() if self.page == LEARN else self.active.undo()

    def redo(self) -> None:
        if self.page != LEARN:
            self.active.redo()

    @property
    def active_player(self) -> Player:
        """The player that step commands move: the Lab's, or that of the cell stepped into on the Network page."""
        player = self.network.player if self.page == NETWORK else None
        return player or self.player

    @property
    def clicked_player(self) -> Clicked:
        """What a clicker moves: the lesson of the Lab while it is open, else the player."""
        return self.lab.lesson.player if self.is_learning else self.active_player

    @property
    def is_learning(self) -> bool:
        """Whether one looks at the lesson about one kernel."""
        return self.page == LAB and self.lab.learning

    @property
    def active_transport(self) -> Transport:
        """The transport of that player."""
        stepping = self.page == NETWORK and self.network.stepping
        return self.network.step_page.transport if stepping else self.lab.transport

    def choose_filter(self, way: int) -> None:
        """The next filter or map of what one looks at, or the one before (way = −1)."""
        if self.page == LEARN:
            return
        stepping = self.page == NETWORK and self.network.stepping
        source = self.network.step_page.cells if stepping else self.active
        source.choose_filter(source.filter + way)

    @property
    def can_step(self) -> bool:
        """Whether there is a player to be seen."""
        return (self.page == LAB and not self.lab.learning) or (
            self.page == NETWORK and self.network.stepping
        )

    def shown_plane(self) -> NDArray[np.float32] | None:
        """The output or map that one looks at, as rows and columns of numbers."""
        session = self.active
        array = session.output_array if isinstance(session, Session) else session.map_array
        if array is None:
            return None
        return (
            array.reshape(1, -1) if array.ndim == 1 else array[:, :, min(session.filter, array.shape[2] - 1)]
        )

    def save(self) -> None:
        """Save the work of the page one looks at."""
        self.work.save() if self.page == LAB else self._save_network()

    def save_as(self) -> None:
        self.work.save_as() if self.page == LAB else self._save_network()

    def _save_network(self) -> None:
        """The open network with its changes, or the one that was trained."""
        self.network_actions.save() if self.page == NETWORK else self.learn.commands.save()

    # --- menus and keys ---

    def _make_menus(self) -> None:
        self._made: list[tuple[Command, object]] = []
        self.commands: dict[str, list[Command]] = {}
        self.bare_keys: dict[str, Callable[[], object]] = {}
        for title, entries in menus.all_menus(self):
            menu = self.menuBar().addMenu(title)
            made = fill_menu(menu, entries, self)
            for _, action in made:
                self.addAction(action)  # so that the keys work also while the menu bar is folded away
            self._made += made
            self.commands[title.replace("&", "")] = [command for command, _ in made]
            for command, _ in made:
                if command.bare:
                    self.bare_keys |= {QKeySequence(key).toString(): command.slot for key in command.keys}
        self.lab.keys |= self.bare_keys

    def refresh_menus(self) -> None:
        refresh(self._made)  # type: ignore[arg-type]

    def _connect(self) -> None:
        self.pages.leaving.connect(lambda: self.active_player.pause())
        self.pages.turned.connect(self.show_title)
        self.pages.turned.connect(self.messages.turn_page)
        self.session.problem_met.connect(self.messages.show_problem)
        self.session.experiment_changed.connect(self.show_title)
        self.work.changed.connect(self.show_title)
        self.presentation.changed.connect(self._present)

    def _present(self, on: bool) -> None:
        self.header.setVisible(not on)
        self.lab.present(on)
        if self.has_network_page:
            self.network.present(on)
        if self.has_learn_page:
            self.learn.present(on)
        if self.page == LAB:
            self.lab.setFocus()

    def toggle_full_screen(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def show_title(self) -> None:
        """What is open, in the title of the window and in the header."""
        name, changed, state = self._document()
        self.setWindowTitle(f"{name}[*] — ConvLab")
        self.setWindowModified(changed)
        self.header.show_document(f"{name} · {state}" if state else name)

    def _document(self) -> tuple[str, bool, str]:
        """What is open on this page: its name, whether it was changed, and its state in a word."""
        if self.page == NETWORK:
            session = self.network.session
            changed = session.changed_since_saved
            return self.network_actions.name, changed, "filters changed" if changed else ""
        if self.page == LEARN:
            return self.learn.session.recipe.title, False, ""
        changed = self.session.changed_since_saved
        state = "edited" if changed else ("saved" if self.work.path else "example")
        return self.work.name, changed, state

    # --- coming and going ---

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.WindowStateChange:
            self.lab.rescale()
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.images.takes(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        data = QMimeData()  # the event's own data dies with the event
        data.setUrls(event.mimeData().urls())
        data.setImageData(event.mimeData().imageData())
        data.setText(event.mimeData().text())
        QTimer.singleShot(0, self, lambda: self.images.take(data))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask what to do with changes and with a training; then remember the layout and end the other processes."""
        if not may_close(self):
            event.ignore()
            return
        self.player.pause()
        self.presentation.leave()
        self.settings.set("window/geometry", self.saveGeometry())
        if not self.lab.keeps_shares:
            self.settings.set("window/splitter", self.lab.splitter.saveState())
        self.settings.save()
        self.work.close()
        self.neighbours.close()
        event.accept()

    def restore_layout(self) -> None:
        """The window as it was left, on a screen that exists (Qt sees to that); else a comfortable size."""
        if not self.restoreGeometry(self.settings.layout("window/geometry")):
            screen = QApplication.primaryScreen().availableGeometry()
            self.resize(min(1440, screen.width()), min(900, screen.height()))
        if self.lab.splitter.restoreState(self.settings.layout("window/splitter")):
            self.lab.keeps_shares = False

    def open_files(self, paths: list[Path]) -> None:
        """Open files that were named on the command line: the last one is what is looked at."""
        for path in paths:
            self.images.open_path(path)
