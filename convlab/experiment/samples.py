"""The images that come with the program. Where each is from stands in assets/ORIGINS.md."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convlab import resources
from convlab.experiment.image import Image, image_of_bytes


@dataclass(frozen=True)
class Sample:
    """A bundled image. file: a .npy of uint8 (h, w) or (h, w, 3) in assets/images.

    white: the levels it is opened with; a sample of white 9 is stored as 0…9, every other as 0…255.
    note: one line on what it is good for.
    """

    key: str
    title: str
    file: str
    white: float
    note: str


SAMPLES: tuple[Sample, ...] = (
    Sample(
        "letter-a", "Letter A", "letter-a.npy", 9, "Edges in every direction, small enough to sum by head."
    ),
    Sample(
        "letter-e", "Letter E", "letter-e.npy", 9, "Upright and level strokes only: Sobel tells them apart."
    ),
    Sample(
        "impulse",
        "Impulse",
        "impulse.npy",
        9,
        "One bright cell: the output shows the kernel itself, turned round.",
    ),
    Sample(
        "edge-vertical",
        "Vertical edge",
        "edge-vertical.npy",
        9,
        "Black beside white: what a gradient answers to.",
    ),
    Sample(
        "edge-horizontal",
        "Horizontal edge",
        "edge-horizontal.npy",
        9,
        "A detector of vertical edges sees nothing here.",
    ),
    Sample(
        "edge-diagonal",
        "Diagonal edge",
        "edge-diagonal.npy",
        9,
        "Both Sobel kernels answer, each with a part.",
    ),
    Sample(
        "checkerboard",
        "Checkerboard",
        "checkerboard.npy",
        9,
        "The finest pattern: a stride of 2 makes it vanish.",
    ),
    Sample(
        "gradient", "Gradient", "gradient.npy", 255, "Even steps of 17: Sobel gives one value, a Laplacian 0."
    ),
    Sample(
        "colours",
        "Colours",
        "colours.npy",
        9,
        "Red, green and blue light that overlap: three channels, one sum.",
    ),
    Sample(
        "letter-a-large",
        "Letter A, 28×28",
        "letter-a-large.npy",
        255,
        "The size of the digits networks learn from.",
    ),
    Sample(
        "letter-e-large",
        "Letter E, 28×28",
        "letter-e-large.npy",
        255,
        "Upright and level strokes with soft borders.",
    ),
    *(
        Sample(
            f"digit-{n}",
            f"Digit {n}",
            f"digit-{n}.npy",
            255,
            "A pen stroke on 28×28 cells, like a digit of MNIST.",
        )
        for n in range(10)
    ),
    *(
        Sample(
            title.lower().replace(" ", "-"),
            title,
            f"{title.lower().replace(' ', '-')}.npy",
            255,
            "Drawn on 28×28 cells, like the clothes of Fashion-MNIST.",
        )
        for title in ("T-shirt", "Pullover", "Trousers", "Dress", "Bag", "Sneaker", "Ankle boot")
    ),
    Sample("shapes", "Shapes", "shapes.npy", 255, "Round and straight borders in several greys."),
    Sample("text", "Text", "text.npy", 255, "Printed words: thin strokes for sharpening and line detectors."),
    Sample(
        "portrait",
        "Grace Hopper",
        "portrait.npy",
        255,
        "A photograph in colour, with soft and with hard edges.",
    ),
)


def load_sample(key: str) -> Image:
    """A bundled image by its key. Raises KeyError for an unknown one."""
    sample = next((sample for sample in SAMPLES if sample.key == key), None)
    if sample is None:
        raise KeyError(key)
    pixels = _stored(sample.file)
    if sample.white == 9:
        return Image(pixels.astype(np.float32), 9, sample.title)
    return image_of_bytes(pixels, sample.white, sample.title)


def first_image() -> Image:
    """The letter A that a first start shows."""
    return load_sample("letter-a")


def _stored(file: str) -> NDArray[np.uint8]:
    pixels: NDArray[np.uint8] = np.load(resources.path(f"images/{file}"), allow_pickle=False)
    return pixels
