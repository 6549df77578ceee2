""".convlab files: an experiment as a description and arrays, saved whole or not at all.

The file is a zip of `experiment.json` and one .npy for each array (see archive.py):

    {"format": 1, "application": "ConvLab", "version": "0.1.0",
     "image": {"array": "image.npy", "white": 9, "name": "letter A", "notes": []},
     "operations": [{"kind": "convolution", "kernel": "kernel-0.npy", "strides": [1, 1], …}],
     "view": {…}}

`read_parts` takes a file apart and runs in the reader process only; `from_parts` makes an experiment of checked parts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import convlab
from convlab.experiment import archive
from convlab.experiment.experiment import Experiment
from convlab.experiment.fields import FieldError, array, choice, table, text, texts, whole
from convlab.experiment.image import LEVELS, Image, image_of_bytes
from convlab.experiment.operation_fields import from_fields, to_fields
from convlab.experiment.whole_file import write_whole
from convlab.problems import Problem

FORMAT = 1
"""The number of the file format; it grows when older programs could no longer read what is written."""

SUFFIX = ".convlab"
MAX_OPERATIONS = 60

Arrays = dict[str, NDArray[Any]]


def to_parts(experiment: Experiment, extra: dict[str, Any] | None = None) -> tuple[dict[str, Any], Arrays]:
    """The description and the arrays of an experiment. extra: the state of the view, plain JSON values."""
    image = experiment.image
    arrays: Arrays = {"image.npy": _compact(image)}
    described = {
        "format": FORMAT,
        "application": "ConvLab",
        "version": getattr(convlab, "__version__", ""),
        "image": {"array": "image.npy", "white": image.white, "name": image.name, "notes": list(image.notes)},
        "operations": [to_fields(operation, i, arrays) for i, operation in enumerate(experiment.operations)],
        "view": dict(extra or {}),
    }
    return described, arrays


def from_parts(described: Any, arrays: Arrays) -> Experiment:
    """The experiment of parts that came from a file. Raises Problem, with one sentence, if any field is wrong."""
    try:
        _check_format(described)
        image = _image(table(described.get("image"), "the image"), arrays)
        operations = described.get("operations")
        if type(operations) is not list or len(operations) > MAX_OPERATIONS:
            raise FieldError(f"the operations are not a list of at most {MAX_OPERATIONS}")
        return Experiment(
            image, tuple(from_fields(item, f"operation {i}", arrays) for i, item in enumerate(operations, 1))
        )
    except FieldError as wrong:
        raise archive.damaged(f"It is damaged: {wrong}.") from None
    except Problem as problem:
        if problem.what.startswith("This "):
            raise
        raise archive.damaged(problem.sentence) from None


def view_of(described: dict[str, Any]) -> dict[str, Any]:
    """The state of the view in a description; empty if there is none. Its values are as strange as the file."""
    view = described.get("view")
    return view if type(view) is dict else {}


def read_parts(data: bytes) -> tuple[dict[str, Any], Arrays]:
    """The description and the arrays in a file's bytes. Raises only Problem. To be called in the reader process."""
    return archive.unpack(data)


def write(
    path: Path, experiment: Experiment, extra: dict[str, Any] | None = None, backup: bool = True
) -> None:
    """Saves an experiment: either the whole new file is there afterwards, or the old one as it was.

    With `backup` the file that is replaced is kept as `name.convlab.bak`. Raises Problem if it cannot be saved.
    """
    described, arrays = to_parts(experiment, extra)
    write_whole(path, lambda file: archive.pack(file, described, arrays), backup=backup)


def _compact(image: Image) -> NDArray[Any]:
    """The pixels (h, w, c) as bytes if that loses nothing, else as float32.

    Bytes hold the values themselves where levels are whole numbers, and 255ths for levels from 0 to 1.
    """
    scale = np.float32(255.0 if image.white == 1.0 else 1.0)
    compact = np.empty(image.pixels.shape, np.uint8)
    for channel, plane in enumerate(image.planes):
        if not (plane.min() >= 0 and plane.max() <= 255 / scale):
            return image.pixels
        levels = np.rint(plane * scale)
        if not np.array_equal(levels / scale, plane):
            return image.pixels
        compact[:, :, channel] = levels
    return compact


def _image(described: dict[str, Any], arrays: Arrays) -> Image:
    pixels = array(arrays, 3, (np.uint8, np.float32))(described.get("array"), "the image")
    white = choice(*LEVELS)(described.get("white"), "the white level of the image")
    name = text(described.get("name", ""), "the name of the image")
    notes = texts(described.get("notes", []), "the notes on the image")
    if pixels.dtype == np.uint8 and white == 1.0:
        return image_of_bytes(pixels, white, name, notes)
    return Image(pixels, white, name, notes)


def _check_format(described: Any) -> None:
    number = table(described, "the description").get("format")
    number = whole(1, 1_000_000)(number, "the number of the format")
    if number > FORMAT:
        raise Problem(
            "This ConvLab file cannot be opened.",
            f"It was made by a newer ConvLab (its format is {number}, this program knows {FORMAT}).",
            "Open it with the newest ConvLab.",
        )
