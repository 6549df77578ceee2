"""Network files to measure with, made by Keras with random weights: `python -m tests.benchmarks.network_files NAME FILE`.

Run as a program of its own: the process that measures the window must not have TensorFlow in it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NAMES = ("six", "vgg16", "resnet50")


def make(name: str, file: Path) -> Path:
    """The file, made by a process of its own. six: six convolutions on 28×28; the others as large as their names."""
    subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.network_files", name, str(file)],
        check=True,
        capture_output=True,
    )
    return file


def network(name: str) -> object:
    """The Keras network."""
    import keras

    if name == "vgg16":
        return keras.applications.VGG16(weights=None)
    if name == "resnet50":
        return keras.applications.ResNet50(weights=None)
    layers = keras.layers

    def convolution(filters: int) -> object:
        return layers.Conv2D(filters, 3, padding="same", activation="relu")

    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            *(convolution(64), convolution(32), layers.MaxPooling2D()),
            *(convolution(32), convolution(16), layers.MaxPooling2D()),
            *(convolution(16), convolution(8), layers.MaxPooling2D()),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


if __name__ == "__main__":
    network(sys.argv[1]).save(sys.argv[2])  # type: ignore[attr-defined]
