"""What the numbers of a prediction are called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from convlab.network.description import Network, OpenShape
from convlab.plain_text import safe_text
from convlab.problems import Problem


@dataclass(frozen=True)
class DataSet:
    """Classes in the order in which the data set numbers them; pattern: how files and layers are called after it."""

    title: str
    names: tuple[str, ...]
    pattern: str


DATA_SETS = {
    "digits": DataSet("Digits (MNIST)", tuple("0123456789"), r"(?<![a-z])mnist|digit"),
    "clothes": DataSet(
        "Clothes (Fashion-MNIST)",
        (
            "T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag",
            "ankle boot",
        ),
        r"fashion",
    ),
    "CIFAR-10": DataSet(
        "CIFAR-10",
        ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        r"cifar[-_ ]?(10)?(?!\d)",
    ),
    "faces": DataSet(
        "Faces (FER-2013)",
        ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"),
        r"fer[-_ ]?20?13",
    ),
}  # fmt: skip
"""By a short name. Sources: LeCun's MNIST, Zalando's Fashion-MNIST, Krizhevsky's CIFAR-10, Kaggle's FER-2013."""

_GUESSED_IN_ORDER = ("clothes", "CIFAR-10", "faces", "digits")  # "fashion_mnist" holds "mnist" too
_NUMBERED = re.compile(r"\s*(\d+)\s*[\s:,;.)]\s*(\S.*)")


def names_for(network: Network) -> tuple[tuple[str, ...], str]:
    """A name for each number of the first output, and a few words on where the names are from.

    The file's own; else those of the data set that file or layers are called after, or that the image suggests; else
    numbers. Both are empty for an output that is no row of numbers.
    """
    count = class_count(network)
    if count is None:
        return (), ""
    if len(network.class_names) == count:
        return tuple(map(safe_text, network.class_names)), "from the file"
    return _guessed(network, count) or (numbered(network, count), "numbers: the file names no classes")


def class_count(network: Network) -> int | None:
    """How many numbers the first output has; None if it is an image, or not known."""
    if not network.outputs:
        return None
    node = network.nodes[network.outputs[0]]
    if node.shape is not None:
        return node.shape[0] if len(node.shape) == 1 else None
    units = network.layers[node.layer].settings.get("units")
    return units if isinstance(units, int) else None


def numbered(network: Network, count: int) -> tuple[str, ...]:
    """Names that only count: of classes if the output says how probable each is, else of outputs."""
    layer = network.layer_of(network.outputs[0])
    probable = layer.kind == "Softmax" or layer.settings.get("activation") in ("softmax", "sigmoid")
    return tuple(f"{'class' if probable and count > 1 else 'output'} {number}" for number in range(count))


def _guessed(network: Network, count: int) -> tuple[tuple[str, ...], str] | None:
    called = " ".join((network.name, *(layer.path for layer in network.layers))).lower()
    for key in _GUESSED_IN_ORDER:
        data_set = DATA_SETS[key]
        if len(data_set.names) == count and re.search(data_set.pattern, called):
            return data_set.names, f"guessed from a name: {data_set.title}"
    if count == 10 and _is_a_digit(network.input_shape):
        # Even if it is no digit that is recognised, the class's number is what is shown.
        return DATA_SETS["digits"].names, "guessed from the image, 28×28 in grey: digits"
    return None


def _is_a_digit(shape: OpenShape | None) -> bool:
    return shape in ((28, 28), (28, 28, 1), (784,))


def parse_names(lines: Sequence[str], count: int | None) -> tuple[str, ...]:
    """The names in the lines of a text file, one each; empty lines are left out.

    Lines that all begin with their number, from 0 or 1 on ("0 cat", "1: dog", as Teachable Machine writes), lose it.
    Raises Problem if they are not `count`.
    """
    written = [line.strip().removeprefix("\ufeff").strip() for line in lines]
    names = _without_numbers([line for line in written if line])
    if not names:
        raise Problem("The file holds no names.", "", "Write the name of one class on each line.")
    if count is not None and len(names) != count:
        raise Problem(
            f"The file holds {len(names):,} {'name' if len(names) == 1 else 'names'}, and the network tells"
            f" {count:,} {'class' if count == 1 else 'classes'} apart.",
            "Each line is the name of one class, in the order of the network's outputs.",
            "Choose a file with a line for each class.",
        )
    return tuple(safe_text(name) for name in names)


def _without_numbers(lines: list[str]) -> list[str]:
    matches = [_NUMBERED.fullmatch(line) for line in lines]
    found = [match for match in matches if match is not None]
    if len(found) < max(len(lines), 2):
        return lines
    first = int(found[0][1])
    in_order = all(int(match[1]) == first + place for place, match in enumerate(found))
    return [match[2].strip() for match in found] if first in (0, 1) and in_order else lines
