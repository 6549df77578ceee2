"""The card with the image as the network gets it: drawn on here, loaded, prepared; shaded by receptive fields."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from convlab.drawing.colors import ColorScale
from convlab.drawing.numbers import cell_text, full_text
from convlab.drawing.viewport import EDGE
from convlab.experiment.image import Image
from convlab.network.preparation import picture_size
from convlab.network.receptive_field import pixels_of, receptive_field
from convlab.plain_text import safe_text
from convlab.problems import Problem
from convlab.window import theme
from convlab.window.button_column import ButtonColumn
from convlab.window.fitted_view import FittedView
from convlab.window.network_drawing import Canvas, canvas_of, fitting_brush, input_text
from convlab.window.network_session import NetworkSession
from convlab.window.paint_gesture import PaintGesture
from convlab.window.pen_tools import PenTools
from convlab.window.preparation_panel import PreparationButton, PreparationPanel
from convlab.window.tooltips import show_plain_tooltip
from convlab.window.true_class import class_word
from convlab.window.widgets import Card, Elided

_LARGEST = 512  # rows or columns of an image that can be drawn on
_TIGHT_BELOW = 230
_WORDS_FROM = 240  # pixels inside the card from which on the buttons have words
_MOST_VALUES = 4


class NetworkImageCard(Card):
    """Shows the image, and tells the session what is drawn on it, how it is prepared and which pixel is pointed at."""

    open_wished = Signal()
    paste_wished = Signal()
    samples_wished = Signal()
    lab_wished = Signal()
    drawing_wished = Signal()  # somebody is about to draw
    tight_side = 16

    def __init__(self, session: NetworkSession, parent: QWidget | None = None) -> None:
        super().__init__("Image", parent=parent)
        self._session = session
        self._canvas: Canvas | None = None
        self._size = (0, 0)
        self.view = FittedView()
        self.view.setAccessibleName("Image of the network")
        self.gesture = PaintGesture(self.view, self)
        self.tools = PenTools()
        self.buttons = ButtonColumn("Image")
        self.note = Elided("", "caption")
        self.preparation = PreparationButton()
        self._add_buttons()
        self._arrange()
        self._connect()
        theme.follow(self, self._place)
        self.refresh()

    def _add_buttons(self) -> None:
        add = self.buttons.add
        self.draw_button = add(
            "Draw", "pen", "Draw on the image", self._toggle_drawing, key="D", checkable=True
        )
        add("Load…", "open", "Load a picture", self.open_wished.emit)
        add("Samples", "gallery", "Sample images", self.samples_wished.emit)
        add("Clear", "trash", "Make the image black", self.clear)
        add("Paste", "paste", "Paste a picture", self.paste_wished.emit)
        add("From Lab", "image", "Take the image of the Lab", self.lab_wished.emit)

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.view, 1)
        left.addWidget(self.note)
        left.addStretch()
        self._row = QHBoxLayout()
        self._row.addLayout(left, 1)
        self._row.addWidget(self.buttons)
        self.body.addLayout(self._row, 1)
        self.body.addWidget(self.tools)
        self.header.addWidget(self.preparation)
        self.tools.setVisible(False)

    def _connect(self) -> None:
        session = self._session
        for signal in (session.network_changed, session.work_changed):
            signal.connect(self.refresh)
        session.pointed_changed.connect(self._show_receptive_field)
        self.gesture.stroke_moved.connect(self._edit)
        self.gesture.stroke_ended.connect(session.seal)
        self.gesture.value_picked.connect(self.tools.show_value)
        self.tools.tool_chosen.connect(self.gesture.set_tool)
        self.tools.brush_changed.connect(self.gesture.set_brush)
        self.view.cell_pointed.connect(self._pointed)
        self.preparation.clicked.connect(self.open_panel)

    # --- told ---

    def refresh(self) -> None:
        """Show the image as the network gets it now."""
        shape = self._shape()
        try:
            self._canvas = canvas_of(self._session.work, shape)
        except Problem as problem:
            self._canvas = None
            self.view.show_array(None)
            self.view.set_empty(problem.sentence)
        self._show_picture()
        self._show_preparation(shape)
        self._show_receptive_field()
        self._show_note()

    def _shape(self) -> tuple[int, ...] | None:
        """Of the network's input; None while no network tells one."""
        shape = self._session.input_shape
        return None if shape is None else tuple(n or 1 for n in shape)

    def _show_picture(self) -> None:
        canvas = self._canvas
        can_draw = canvas is not None and max(canvas.image.height, canvas.image.width) <= _LARGEST
        self.gesture.show_image(canvas.image if canvas is not None and can_draw else None)
        self.draw_button.setEnabled(can_draw)
        self.view.has_cursor = canvas is not None
        if canvas is None:
            return
        self.tools.show_image(canvas.image)
        if canvas.picture.shape[:2] != self._size:
            self._size = canvas.picture.shape[:2]
            self.tools.show_brush_size(fitting_brush(*self._size))
        panes = "color" if canvas.picture.shape[2] == 3 else (0,)
        grey = ColorScale("grey", 0.0, 1.0, theme.current().dark)  # resizing may leave values a trace above 1
        self.view.show_array(canvas.picture, grey, panes=panes)

    def _show_preparation(self, shape: tuple[int, ...] | None) -> None:
        self.preparation.setVisible(shape is not None and self._canvas is not None)
        if shape is not None and self._canvas is not None:
            chosen = self._session.work.preparation
            text, short = input_text(shape, chosen), input_text(shape, chosen, short=True)
            self.preparation.show_text(text, short, f"{text}: how the image is prepared for the network")
        self._place()

    # --- pointing ---

    def _pointed(self, pane: int, row: int, column: int) -> None:
        self._session.point(pixel=(row, column) if row >= 0 and column >= 0 else None)
        self._show_note()

    def _show_note(self) -> None:
        """What the network gets at the pixel that is pointed at; else what the image is called."""
        pixel, shape = self._session.pointed_pixel, self._shape()
        values = self._values_at(*pixel) if pixel is not None and shape is not None else ()
        if pixel is None or not len(values):
            self._show_name()
            return
        show_plain_tooltip(self.note, "")
        row, column = pixel
        said, brief = (
            ", ".join(text(float(value)) for value in values[:_MOST_VALUES])
            for text in (full_text, cell_text)
        )
        more = "…" if len(values) > _MOST_VALUES else ""
        self.note.show_texts(
            f"row {row:,}, column {column:,}: {said}{more}",
            f"{row:,}, {column:,}: {brief}{more}",
            f"{brief}{more}",
        )

    def _show_name(self) -> None:
        """The image's name, or only its class where there is no room for more."""
        name = safe_text(self._session.image.name) if self._canvas is not None else ""
        self.note.show_texts(name, *filter(None, (class_word(name),)))
        show_plain_tooltip(self.note, name)

    def _values_at(self, row: int, column: int) -> NDArray[np.float32]:
        prepared = self._session.prepared() if self._canvas is not None else None
        if prepared is None:
            return np.empty(0, np.float32)
        image = prepared.reshape(picture_size(prepared.shape))
        inside = row < image.shape[0] and column < image.shape[1]
        return image[row, column] if inside else np.empty(0, np.float32)

    def _show_receptive_field(self) -> None:
        """Shade what the cell that is pointed at in a map does not depend on."""
        self.view.show_shade(self._mask())
        self._show_note()

    def _mask(self) -> NDArray[np.bool_] | None:
        cell, network, shape = self._session.pointed, self._session.sized, self._shape()
        if cell is None or network is None or shape is None or not network.inputs:
            return None
        try:
            found = receptive_field(network, *cell).get(network.inputs[0])
            return None if found is None else pixels_of(found, shape)
        except (IndexError, Problem):
            return None

    # --- drawing ---

    @property
    def drawing(self) -> bool:
        """Whether the mouse draws, instead of pointing only."""
        return self.draw_button.isChecked()

    def draw(self, tool: str = "pen") -> None:
        """Draw with a tool: "pen", "line", "eraser" or "fill"; "point" ends that."""
        wanted = tool != "point" and self.draw_button.isEnabled()
        self.draw_button.setChecked(wanted)
        if wanted:
            self.drawing_wished.emit()
            self.tools.choose_tool(tool)
        self._use_tools()

    def clear(self) -> None:
        """All black, of the network's own size."""
        if self._canvas is not None:
            self._edit("Clear Image", self._canvas.image.cleared(), None)

    @property
    def keys(self) -> dict[str, Callable[[], object]]:
        """Keys by their portable names, and what each does; for whoever owns the keyboard."""
        tools = {"V": "point", "D": "pen", "S": "line", "E": "eraser", "F": "fill"}
        keys: dict[str, Callable[[], object]] = {}
        for key, tool in tools.items():
            keys[key] = lambda tool=tool: self.draw(tool)  # type: ignore[misc]
        keys["<"] = lambda: self.tools.change_brush_size(-1)
        keys[">"] = lambda: self.tools.change_brush_size(+1)
        return keys

    def _toggle_drawing(self) -> None:
        self._use_tools()

    def _use_tools(self) -> None:
        self.tools.setVisible(self.drawing)
        self.gesture.set_tool(self.tools.tool if self.drawing else "point")
        self.gesture.set_brush(self.tools.brush)
        cursor = Qt.CursorShape.CrossCursor if self.drawing else Qt.CursorShape.ArrowCursor
        self.view.setCursor(cursor)

    def _edit(self, label: str, image: Image, merge_key: str | None) -> None:
        if self._canvas is not None:
            self._session.edit(label, self._canvas.drawn(self._session.work, image), merge_key)

    # --- the preparation ---

    def open_panel(self) -> PreparationPanel:
        """Show how the image is prepared, to change it."""
        panel = PreparationPanel(self._session, self)
        panel.open_below(self.preparation)
        return panel

    # --- layout ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def set_bare(self, bare: bool) -> None:
        """Under a switch that says "Image" already."""
        super().set_bare(bare)
        self._place()

    def _place(self) -> None:
        """Where there is no room for both, what the network gets stands in the place of the title."""
        self.set_tight(self.height() < theme.px(_TIGHT_BELOW))
        margins = self.body.contentsMargins()
        inside = self.width() - margins.left() - margins.right()
        self.buttons.show_words(inside >= theme.px(_WORDS_FROM))
        gap = theme.px(10)
        self._row.setSpacing(gap)
        wanted = self.title.sizeHint().width() + self.preparation.sizeHint().width() + 2 * theme.px(8)
        self.title.setVisible(not self.is_bare and (wanted <= inside or self.preparation.isHidden()))
        with_title = self.title.isVisibleTo(self)
        self.caption.setVisible(with_title)
        self.header.setAlignment(
            self.preparation, Qt.AlignmentFlag(0) if with_title else Qt.AlignmentFlag.AlignLeft
        )
        width = inside - self.buttons.sizeHint().width() - gap - 2 * EDGE
        rows, columns = self._size
        if rows and width > 0:
            # So that the picture begins beside the first button, not in the middle of what is left below it.
            self.view.setMaximumHeight(max(theme.px(60), rows * width // columns + 2 * EDGE))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(130), theme.px(100))
