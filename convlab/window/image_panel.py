"""ImagePanel: the middle of the Lab while the image is in focus: where it comes from, what it is, other images."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from convlab.experiment.image import LEVELS, Image
from convlab.plain_text import safe_text
from convlab.processes.client import Picture
from convlab.window import theme
from convlab.window.fields import combo, show_in_combo
from convlab.window.gallery import SampleList
from convlab.window.icons import icon
from convlab.window.image_dialog import ImageDialog
from convlab.window.import_dialog import ImportDialog
from convlab.window.numbers_dialog import MAX_EDITED, NumbersDialog
from convlab.window.widgets import label, push_button

_WIDE = 260  # from this width on two fields stand side by side


class ImagePanel(QWidget):
    """Shows the image's facts and the samples; tells what is wished. `image_edited` tells a label and the next image."""

    sample_chosen = Signal(str)
    open_wished = Signal()
    paste_wished = Signal()
    numbers_wished = Signal()
    new_wished = Signal()
    image_edited = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Image")
        self._image: Image | None = None
        self.sources = ButtonGrid()
        self.edits = ButtonGrid()
        self._add_buttons()
        self.facts = label("", "caption", wrap=True)
        self.notes = label("", "caption", wrap=True)
        self.colour = combo("Colour", [("Grey", 1), ("RGB", 3)], self._choose_channels)
        levels: list[tuple[str, object]] = [(text, white) for white, text in LEVELS.items()]
        self.levels = combo("Levels", levels, self._choose_levels)
        self.colour.setToolTip("Colour")
        self.levels.setToolTip("Levels: the values from black to white")
        self.samples = SampleList(one_click=True)
        self.samples.sample_chosen.connect(self.sample_chosen)
        self._arrange()
        theme.follow(self, self._space)
        self._space()

    def show_image(self, image: Image) -> None:
        """Show what the image is, and what was done to it when it was opened."""
        self._image = image
        self.title.setText(safe_text(image.name, 40) or "Image")
        size = f"{image.height:,} × {image.width:,} × {image.channels}"
        self.facts.setText(f"{size}, {image.pixels.size:,} numbers")
        show_in_combo(self.colour, image.channels)
        show_in_combo(self.levels, image.white)
        self.notes.setText("\n".join(safe_text(note, 200) for note in image.notes))
        self.notes.setVisible(bool(image.notes))
        few = image.pixels.size <= MAX_EDITED
        self.edit_button.setEnabled(few)
        self.edit_button.setToolTip("Edit as numbers (Ctrl+D)" if few else "Too many numbers to edit as text")

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(150), theme.px(160))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        wide = self.width() >= theme.px(_WIDE)
        self._row.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
        for index, levels in enumerate(LEVELS.values()):
            self.levels.setItemText(index, f"Levels {levels}" if wide else levels)

    # --- parts ---

    def _add_buttons(self) -> None:
        self.sources.add("Open…", "open", self.open_wished.emit, "Open a picture or numbers", "Ctrl+O")
        self.sources.add("Paste", "paste", self.paste_wished.emit, "Paste a picture or numbers", "Ctrl+V")
        self.sources.add("Type…", "numbers", self.numbers_wished.emit, "Type numbers", "Ctrl+M")
        self.sources.add("Blank…", "new", self.new_wished.emit, "New blank image", "Ctrl+Shift+N")
        self.edits.add("Resize…", "crop", self._resize, "Resize or crop the image")
        self.edit_button = self.edits.add("Numbers…", "pen", self._edit_numbers, "Edit as numbers", "Ctrl+D")

    def _arrange(self) -> None:
        self.title = label("", "title", wrap=True)
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.addWidget(self.colour, 2)
        self._row.addWidget(self.levels, 3)
        self._column.addWidget(self.title)
        self._column.addWidget(self.facts)
        self._column.addLayout(self._row)
        another = label("Another image", "strong")
        rest: list[QWidget] = [self.edits, self.notes, another, self.sources]
        for part in rest:
            self._column.addWidget(part)
        self._column.addWidget(self.samples, 1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def _space(self) -> None:
        side = theme.px(16)
        self._column.setContentsMargins(side, theme.px(12), side, theme.px(12))
        self._column.setSpacing(theme.px(8))
        self._row.setSpacing(theme.px(8))
        self.samples.setMinimumHeight(theme.px(120))

    # --- edits ---

    def _choose_channels(self, channels: object) -> None:
        if self._image is not None:
            image = self._image.to_rgb() if channels == 3 else self._image.to_grey()
            self._tell("Change Channels", image)

    def _choose_levels(self, white: object) -> None:
        if self._image is not None and isinstance(white, float):
            self._tell("Change Levels", self._image.with_white(white))

    def _resize(self) -> None:
        if self._image is not None:
            image = self._image
            picture = Picture(image.pixels, image.notes, image.name, white=image.white)
            self._ask("Resize Image", ImportDialog(picture, self))

    def _edit_numbers(self) -> None:
        if self._image is not None:
            self._ask("Edit Numbers", NumbersDialog(self._image, self))

    def _ask(self, name: str, dialog: ImageDialog) -> None:
        dialog.image_made.connect(lambda image: self._tell(name, image))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _tell(self, name: str, image: Image) -> None:
        if image is not self._image:
            self.image_edited.emit(name, image)


class ButtonGrid(QWidget):
    """Buttons of an icon and a word, two in a line; where there is no room for the words, icons alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: list[tuple[QPushButton, str, str]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._wide = 0
        theme.follow(self, self._space)

    def add(
        self, text: str, picture: str, slot: Callable[[], object], name: str, key: str = ""
    ) -> QPushButton:
        """One more button; `name` says in full what it does, `key` by which key it can be done too."""
        button = push_button(text, slot, name=name)
        button.setToolTip(f"{name} ({key})" if key else name)
        button.setMinimumWidth(1)
        place = len(self._buttons)
        self._grid.addWidget(button, place // 2, place % 2)
        self._buttons.append((button, picture, text))
        self._space()
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()

    def _space(self) -> None:
        self._grid.setSpacing(theme.px(8))
        for button, picture, text in self._buttons:
            button.setIcon(icon(picture))
            button.setIconSize(QSize(theme.px(16), theme.px(16)))
            button.setText(text)
        self._wide = max(button.sizeHint().width() for button, _, _ in self._buttons)
        self._fold()

    def _fold(self) -> None:
        words = self.width() >= 2 * self._wide + theme.px(8)
        for button, _, text in self._buttons:
            button.setText(text if words else "")
