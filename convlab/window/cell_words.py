"""What the channels, inputs and cells of a network's layer are called."""

from __future__ import annotations

from convlab.network.banks import reads_picture
from convlab.network.preparation import Preparation
from convlab.plain_text import safe_text
from convlab.window.cell_layer import CellLayer
from convlab.window.shown_cells import ShownCells

_COLOURS = ("red", "green", "blue")
_LONGEST = 40  # letters of a name


def input_names(layer: CellLayer | None, preparation: Preparation) -> tuple[str, ...]:
    """Of a merge the layers that it reads; of an image the colours; else nothing, and numbers serve."""
    if layer is None or not layer.input_shapes:
        return ()
    if layer.merge is not None:
        return tuple(layer_name(layer, node) for node in layer.sources)
    shape = layer.input_shapes[0]
    if layer.part or len(shape) != 3 or shape[-1] != 3:
        return ()
    if not layer.sources:
        return _COLOURS
    if not reads_picture(layer.network, layer.network.nodes[layer.node].layer):
        return ()
    blue_first = preparation.scaling == "caffe" or preparation.channels == "BGR"
    return _COLOURS[::-1] if blue_first else _COLOURS


def layer_name(layer: CellLayer, node: int) -> str:
    """The name of a node's layer, short enough for a title."""
    return "Image" if is_image(layer, node) else safe_text(layer.network.layer_of(node).name, _LONGEST)


def is_image(layer: CellLayer, node: int) -> bool:
    return layer.network.is_image(node)


def number_text(
    cells: ShownCells,
    row: int,
    column: int,
    filter: int,
    names: tuple[str, ...] = (),
    *,
    word: str = "number",
) -> str:
    """A cell of a vector or a table, as operations count. names: of the numbers; word: what these are."""
    if len(cells.shape) == 2:
        return f"Row {column}, column {filter}"
    name = safe_text(names[filter], _LONGEST) if names else ""
    says_nothing = name in ("", str(filter), f"class {filter}")
    number = f"{word.capitalize()} {filter:,}"
    return number if says_nothing else f"{number}: {name}"


def pixel_text(row: int, column: int, channel: int, channels: int) -> str:
    """A number of the image as a network gets it."""
    text = f"Pixel in row {row}, column {column}"
    if channels == 1:
        return text
    return f"{text}, channel {channel}"
