"""How the image is prepared for the network: always in sight as a button, changed in a small panel below it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QToolButton, QVBoxLayout, QWidget

from convlab.network.preprocessing import CHANNELS, FITS, SCALINGS, guess, picture_size
from convlab.problems import Problem
from convlab.window import theme
from convlab.window.fields import combo, show_in_combo
from convlab.window.form import Form, PairField
from convlab.window.network_session import NetworkSession
from convlab.window.widgets import label, push_button, tool_button

_LARGEST = 4096
_WIDTH = 364


class PreparationButton(QWidget):
    """A flat button with a text that is shortened where there is no room for it."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = self._short = ""
        self.button: QToolButton = tool_button("", "Preparation", self.clicked.emit, text=" ", role="flat")
        self.button.setParent(self)
        theme.follow(self, self._show)

    def show_text(self, text: str, short: str, tip: str) -> None:
        """`short` is shown where `text` has no room."""
        self._text, self._short = text, short
        self.button.setToolTip(tip)
        self.button.setAccessibleName(f"Preparation: {text}")
        self._show()

    def sizeHint(self) -> QSize:
        metrics = self.button.fontMetrics()
        width = metrics.horizontalAdvance(self._text) + metrics.horizontalAdvance(self._written(""))
        return QSize(width + theme.px(16), self._height())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(60), self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show()

    def _height(self) -> int:
        return self.button.sizeHint().height()

    def _show(self) -> None:
        self.button.setGeometry(self.rect())
        metrics = self.button.fontMetrics()
        room = self.width() - theme.px(16) - metrics.horizontalAdvance(self._written(""))
        fitting = [text for text in (self._text, self._short) if metrics.horizontalAdvance(text) <= room]
        elided = metrics.elidedText(self._short, Qt.TextElideMode.ElideRight, max(room, 0))
        shown = fitting[0] if fitting else elided
        self.button.setText(self._written(shown))
        self.updateGeometry()

    def _written(self, text: str) -> str:
        return f"{text} ▾"


class PreparationPanel(QFrame):
    """A small window of its own; Esc closes it. Each change is an edit that can be undone."""

    def __init__(self, session: NetworkSession, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Preparation")
        self.setFont(theme.font())
        self._session = session
        self.fit = combo("Size", [(text, key) for key, text in FITS.items()], self._choose_fit)
        self.scaling = combo("Numbers", [(key, key) for key in SCALINGS], self._choose_scaling)
        self.channels = combo(
            "Colours", [(text, key) for key, text in CHANNELS.items()], self._choose_channels
        )
        self.invert = QCheckBox("Black becomes white")
        self.invert.setAccessibleName("Invert")
        self.invert.clicked.connect(lambda on: self._change(invert=on))
        self.size_fields = PairField(("Rows", "Columns"), 1, _LARGEST, between="×")
        self.size_fields.done.connect(self._choose_size)
        self.meaning = label("", "caption", wrap=True)
        self.why = label("", "caption", wrap=True)
        self.back = push_button("Back to the guess", self._take_guess)
        self._arrange()
        session.work_changed.connect(self.refresh)
        session.network_changed.connect(self.close)
        self.refresh()

    def open_below(self, widget: QWidget) -> None:
        """Show it at a widget's lower right corner, within the screen, with the focus in it."""
        size = self.size()
        corner = widget.mapToGlobal(QPoint(widget.width() - size.width(), widget.height() + theme.px(4)))
        screen = widget.screen() or QGuiApplication.primaryScreen()
        area = screen.availableGeometry()
        left = min(max(corner.x(), area.left()), max(area.right() - size.width(), area.left()))
        above = widget.mapToGlobal(QPoint(0, -size.height() - theme.px(4))).y()
        top = corner.y() if corner.y() + size.height() <= area.bottom() else max(above, area.top())
        self.move(left, top)
        self.show()
        self.scaling.setFocus(Qt.FocusReason.PopupFocusReason)

    def refresh(self) -> None:
        """Show what is chosen."""
        work, network = self._session.work, self._session.network
        if network is None:
            return
        chosen = work.preparation
        show_in_combo(self.fit, chosen.fit)
        show_in_combo(self.scaling, chosen.scaling)
        show_in_combo(self.channels, chosen.channels)
        self.invert.setChecked(chosen.invert)
        self.form.show_row("Colours", self._has_colours())
        self.form.show_row("Image size", work.size is not None)
        if work.size is not None:
            self.size_fields.show_pair(work.size)
        self.meaning.setText(f"{SCALINGS[chosen.scaling][0].upper()}{SCALINGS[chosen.scaling][1:]}.")
        guessed = guess(network).preparation
        self.why.setText(f"Guess: {guessed.scaling}. {self._session.guess}")
        self.back.setVisible(guessed != chosen)
        self._take_height()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    # --- parts ---

    def _arrange(self) -> None:
        self._column = column = QVBoxLayout(self)
        side = theme.px(16)
        column.setContentsMargins(side, theme.px(12), side, theme.px(12))
        column.setSpacing(theme.px(8))
        self.form = Form()
        self.form.add_row("Numbers", self.scaling)
        self.form.add_row("Fitted", self.fit)
        self.form.add_row("Image size", self.size_fields)
        self.form.add_row("Colours", self.channels)
        self.form.add_row("Invert", self.invert)
        column.addWidget(label("What the network gets", "strong"))
        column.addWidget(self.form)
        column.addWidget(self.meaning)
        column.addWidget(self.why)
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self.setFixedWidth(theme.px(_WIDTH))

    def _take_height(self) -> None:
        """As high as its lines of text are at its width."""
        column = self._column
        column.activate()
        self.resize(self.width(), column.totalHeightForWidth(self.width()))
        column.activate()
        self.setFixedHeight(column.totalHeightForWidth(self.width()))

    def _has_colours(self) -> bool:
        shape = self._session.input_shape or ()
        try:
            return picture_size([n or 1 for n in shape])[2] >= 3
        except Problem:
            return False

    # --- edits ---

    def _choose_fit(self, fit: object) -> None:
        self._change(fit=fit)

    def _choose_scaling(self, scaling: object) -> None:
        self._change(scaling=scaling)

    def _choose_channels(self, channels: object) -> None:
        self._change(channels=channels)

    def _change(self, **changes: Any) -> None:
        work = self._session.work
        self._session.edit("Change Preparation", work.with_preparation(replace(work.preparation, **changes)))

    def _choose_size(self) -> None:
        """When a field is left: each digit that is typed would be another network."""
        size = self.size_fields.first.value(), self.size_fields.second.value()
        if self._session.work.size is not None:
            self._session.edit("Change Image Size", self._session.work.with_size(size))

    def _take_guess(self) -> None:
        network = self._session.network
        if network is not None:
            preparation = guess(network).preparation
            self._session.edit("Change Preparation", self._session.work.with_preparation(preparation))
