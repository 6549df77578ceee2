"""The message bar: one place where problems and notices are said, with what happened, why, and what to do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from convlab.problems import Problem
from convlab.window import theme
from convlab.window.icons import icon
from convlab.window.widgets import label, push_button, tool_button

_NOTICE_MS = 12_000
_READ_MS = 3000  # so long a notice is seen before it goes with the page that it was said on
Remedy = tuple[str, Callable[[], object]]


class MessageBar(QFrame):
    """Hidden while there is nothing to say; the newest message replaces the one before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message_bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Message")
        self._picture = QLabel()
        self._text = label("", wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._buttons: list[QPushButton] = []
        self._close = tool_button("close", "Close this message", self.clear, key="Esc", role="flat")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._picture)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._fade)
        self._since = QElapsedTimer()
        self._serious = False
        theme.follow(self, self._refresh)
        self._refresh()
        self.hide()

    @property
    def text(self) -> str:
        """What is said now; empty when nothing is."""
        return self._text.text() if not self.isHidden() else ""

    def show_problem(self, problem: Problem, *remedies: Remedy) -> None:
        """Say a problem; it stays until it is closed or something newer is said."""
        self._say(problem.sentence, serious=True, remedies=remedies)

    def show_notice(self, text: str, *remedies: Remedy) -> None:
        """Say something that needs no answer; it goes by itself, unless the mouse or the focus is on it."""
        self._say(text, serious=False, remedies=remedies)

    def clear(self) -> None:
        self.hide()
        self._timer.stop()

    def turn_page(self) -> None:
        """Another page is looked at: what was said in passing, and read, is not of it."""
        if self._timer.isActive() and self._since.elapsed() >= _READ_MS:
            self.clear()

    def _say(self, text: str, *, serious: bool, remedies: tuple[Remedy, ...]) -> None:
        self._serious = serious
        self._text.setText(text)
        for button in self._buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons = [self._remedy_button(*remedy) for remedy in remedies]
        for place, button in enumerate(self._buttons):
            self._row.insertWidget(2 + place, button)
        self._refresh()
        self.show()
        self._since.start()
        self._timer.stop() if serious or remedies else self._timer.start(_NOTICE_MS)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def _remedy_button(self, text: str, slot: Callable[[], object]) -> QPushButton:
        def remedy() -> None:
            self.clear()
            slot()

        return push_button(text, remedy)

    def _fade(self) -> None:
        focus = QApplication.focusWidget()  # not self.focusWidget(): that is who had it here last
        looked_at = self.underMouse() or (focus is not None and self.isAncestorOf(focus))
        self._timer.start(_NOTICE_MS) if looked_at else self.hide()

    def _refresh(self) -> None:
        colors = theme.colors()
        ground, edge = (
            (colors.warning_ground, colors.warning) if self._serious else (colors.accent_soft, colors.accent)
        )
        self.setStyleSheet(
            f"#message_bar {{ background: {ground}; border: 1px solid {edge}; border-radius: {theme.px(8)}px; }}"
        )
        side = theme.px(18)
        self._picture.setPixmap(icon("warning" if self._serious else "info").pixmap(side, side))
        self._row.setContentsMargins(theme.px(12), theme.px(6), theme.px(8), theme.px(6))
        self._row.setSpacing(theme.px(12))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
        else:
            super().keyPressEvent(event)
