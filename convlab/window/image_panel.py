"""ImagePanel: the middle of the Lab while the image is in focus: where it comes from, what it is, other images."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from convlab.experiment.image import Image
from convlab.plain_text import safe_text
from convlab.window import theme
from convlab.window.gallery import SampleList
from convlab.window.icons import icon
from convlab.window.image_dialog import Form, colour_switch, levels_switch
from convlab.window.widgets import label, push_button


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
        self._icons: list[tuple[QPushButton, str]] = []
        self.buttons = QGridLayout()
        self._add_buttons()
        self.name = label("", "strong", wrap=True)
        self.facts = label("", "caption", wrap=True)
        self.colour = colour_switch()
        self.levels = levels_switch()
        self.notes = label("", "caption", wrap=True)
        self.samples = SampleList(one_click=True)
        self._arrange()
        self.colour.chosen.connect(self._choose_channels)
        self.levels.chosen.connect(self._choose_levels)
        self.samples.sample_chosen.connect(self.sample_chosen)
        theme.follow(self, self._space)
        self._space()

    def show_image(self, image: Image) -> None:
        """Show what the image is, and what was done to it when it was opened."""
        self._image = image
        self.name.setText(safe_text(image.name) or "Image")
        size = f"{image.height:,} × {image.width:,} × {image.channels}"
        self.facts.setText(f"{size} · {image.pixels.size:,} numbers")
        self.colour.show_choice(image.channels)
        self.levels.show_choice(image.white)
        self.notes.setText("\n".join(safe_text(note, 200) for note in image.notes))
        self.notes.setVisible(bool(image.notes))

    # --- parts ---

    def _add_buttons(self) -> None:
        wishes = (
            ("Open…", "open", self.open_wished, "Ctrl+O"),
            ("Paste", "paste", self.paste_wished, "Ctrl+V"),
            ("Type numbers…", "numbers", self.numbers_wished, "Ctrl+M"),
            ("New blank…", "new", self.new_wished, "Ctrl+Shift+N"),
        )
        for index, (text, picture, signal, key) in enumerate(wishes):
            button = push_button(text, signal.emit, name=text.rstrip("…"))
            button.setToolTip(f"{text.rstrip('…')} ({key})")
            self._icons.append((button, picture))
            self.buttons.addWidget(button, index // 2, index % 2)

    def _arrange(self) -> None:
        self._form = Form()
        self._form.add("Colour", self.colour)
        self._form.add("Levels", self.levels)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self.buttons)
        for part in (self.name, self.facts, self._form, self.notes):
            self._column.addWidget(part)
        self._heading = label("Samples", "strong")
        self._column.addWidget(self._heading)
        self._column.addWidget(self.samples, 1)

    def _space(self) -> None:
        self._column.setSpacing(theme.px(8))
        self.buttons.setSpacing(theme.px(8))
        self.samples.setMinimumHeight(theme.px(120))
        for button, picture in self._icons:
            button.setIcon(icon(picture))

    # --- edits ---

    def _choose_channels(self, channels: object) -> None:
        if self._image is not None:
            image = self._image.to_rgb() if channels == 3 else self._image.to_grey()
            self.image_edited.emit("Change Channels", image)

    def _choose_levels(self, white: object) -> None:
        if self._image is not None and isinstance(white, float):
            self.image_edited.emit("Change Levels", self._image.with_white(white))
