"""The main window: arranges the parts, connects them, and holds the menus. Nothing else."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from convlab.window import menus, theme
from convlab.window.commands import Command, fill_menu, refresh
from convlab.window.image_actions import ImageActions
from convlab.window.lab_page import LabPage
from convlab.window.message_bar import MessageBar
from convlab.window.player import Player
from convlab.window.predicting import Score
from convlab.window.presentation import Presentation
from convlab.window.session import Session
from convlab.window.settings import Settings
from convlab.window.widgets import label
from convlab.window.work import Work


class MainWindow(QMainWindow):
    """One window with one session."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.setObjectName("main_window")
        self.settings = settings
        self.session = Session(parent=self)
        self.player = Player(self.session, self)
        self.score = Score(self.player, self)
        self.messages = MessageBar()
        self.lab = LabPage(self.session, self.player, self.score)
        self.work = Work(self)
        self.images = ImageActions(self)
        self.presentation = Presentation(self, self.player)
        self._arrange()
        self._make_menus()
        self._connect()
        self.setAcceptDrops(True)
        self._show_title()
        self.lab.output.view.setFocus()

    def _arrange(self) -> None:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._message_space = QWidget()
        self._message_row = QHBoxLayout(self._message_space)
        self._message_row.addWidget(self.messages)
        column.addWidget(self._message_space)
        column.addWidget(self.lab, 1)
        self.setCentralWidget(holder)
        self.document = label("", "caption")
        self.menuBar().setCornerWidget(self.document, Qt.Corner.TopRightCorner)
        theme.follow(self, self._restyle)
        self._space()

    def _space(self) -> None:
        side = theme.px(16)
        self._message_row.setContentsMargins(side, 0, side, 0)
        self.document.setContentsMargins(0, theme.px(8), side, 0)

    def _restyle(self) -> None:
        self._space()
        self._show_title()

    # --- menus and keys ---

    def _make_menus(self) -> None:
        self._made: list[tuple[Command, object]] = []
        self.commands: dict[str, list[Command]] = {}
        for title, entries in menus.all_menus(self):
            menu = self.menuBar().addMenu(title)
            made = fill_menu(menu, entries, self)
            for _, action in made:
                self.addAction(action)  # so that the keys work also while the menu bar is folded away
            self._made += made
            self.commands[title.replace("&", "")] = [command for command, _ in made]
            for command, _ in made:
                if command.bare:
                    self.lab.keys |= {QKeySequence(key).toString(): command.slot for key in command.keys}

    def refresh_menus(self) -> None:
        refresh(self._made)  # type: ignore[arg-type]

    def _connect(self) -> None:
        self.session.problem_met.connect(self.messages.show_problem)
        self.session.experiment_changed.connect(self._show_title)
        self.work.changed.connect(self._show_title)
        self.presentation.changed.connect(self._present)

    def _present(self, on: bool) -> None:
        self.menuBar().setVisible(not on)
        self.lab.present(on)
        self.lab.output.view.setFocus()

    def toggle_full_screen(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def _show_title(self) -> None:
        name = self.work.name
        self.setWindowTitle(f"{name}[*] — ConvLab")
        self.setWindowModified(self.session.changed_since_saved)
        state = "edited" if self.session.changed_since_saved else ("saved" if self.work.path else "example")
        self.document.setText(f"{name} · {state}")
        self.menuBar().setCornerWidget(self.document, Qt.Corner.TopRightCorner)  # else it keeps its old width
        self.document.show()

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
        QTimer.singleShot(0, lambda: self.images.take(data))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask what to do with changes; then remember the layout and end the other processes."""
        if not self.work.may_leave():
            event.ignore()
            return
        self.player.pause()
        self.presentation.leave()
        self.settings.set("window/geometry", self.saveGeometry())
        if not self.lab.keeps_shares:
            self.settings.set("window/splitter", self.lab.splitter.saveState())
        self.settings.save()
        self.work.close()
        self.images.close()
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
