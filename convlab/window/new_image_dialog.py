"""NewImageDialog: the size, colour and levels of a blank image; ResizeDialog: another size for the present one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from convlab.experiment.image import Image, blank
from convlab.window.image_dialog import (
    DRAWN_SIDES,
    FieldGrid,
    ImageDialog,
    SizeFields,
    colour_switch,
    levels_switch,
)
from convlab.window.widgets import label


class NewImageDialog(ImageDialog):
    """Asks for a blank image; starts with what the present image is."""

    def __init__(self, like: Image | None = None, parent: QWidget | None = None) -> None:
        super().__init__("New blank image", "&Create", parent)
        self.size_fields = SizeFields(DRAWN_SIDES, DRAWN_SIDES)
        self.colour = colour_switch()
        self.levels = levels_switch()
        form = FieldGrid()
        form.add("&Rows × columns", self.size_fields)
        form.add("C&olour", self.colour)
        form.add("&Levels", self.levels)
        self.content.addWidget(form)
        self._start_from(like)
        self.finish(self.size_fields.rows)

    def _start_from(self, like: Image | None) -> None:
        low, high = DRAWN_SIDES
        drawable = like is not None and max(like.height, like.width) <= high
        rows, columns = (like.height, like.width) if like is not None and drawable else (10, 10)
        self.size_fields.show_size(max(rows, low), max(columns, low))
        self.colour.show_choice(like.channels if like else 1)
        self.levels.show_choice(like.white if like else 9.0)
        self.size_fields.rows.selectAll()

    def image(self) -> Image:
        rows, columns = self.size_fields.size_wished()
        channels, white = self.colour.choice(), self.levels.choice()
        assert isinstance(channels, int) and isinstance(white, float)
        return blank(rows, columns, channels, white)


class ResizeDialog(ImageDialog):
    """Another size for a drawing, which stays in the middle."""

    def __init__(self, present: Image, parent: QWidget | None = None) -> None:
        super().__init__("Image size", "&Resize", parent)
        self._present = present
        self.size_fields = SizeFields(DRAWN_SIDES, DRAWN_SIDES)
        self.size_fields.show_size(present.height, present.width)
        form = FieldGrid()
        form.add("&Rows × columns", self.size_fields)
        self.content.addWidget(form)
        self.content.addWidget(
            label("The drawing stays in the middle; new cells are black.", "caption", wrap=True)
        )

    def image(self) -> Image:
        return self._present.with_size(*self.size_fields.size_wished())
