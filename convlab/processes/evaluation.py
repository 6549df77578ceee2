"""How well a network does on images that it has not learned from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convlab.learning.events import Array, Wrong
from convlab.processes.training_messages import MOST_WRONG

_LEAST = 1e-7
"""The smallest probability that counts, as in Keras: the logarithm of 0 is not finite."""

Labels = NDArray[np.int64]


def loss_and_accuracy(probabilities: Array, labels: Labels) -> tuple[float, float]:
    """The mean of −log of what the true class is given (cross-entropy), and the share of images that are right.

    probabilities: (images, classes); labels: (images,)."""
    given = probabilities[np.arange(len(labels)), labels].astype(np.float64)
    loss = -np.log(np.clip(given, _LEAST, 1 - _LEAST)).mean()
    return float(loss), float((probabilities.argmax(axis=1) == labels).mean())


def confusion(probabilities: Array, labels: Labels) -> NDArray[np.int64]:
    """(classes, classes): how many images of the class of the row are taken for the class of the column."""
    classes = probabilities.shape[1]
    pairs = labels * classes + probabilities.argmax(axis=1)
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes).astype(np.int64)


def most_confidently_wrong(
    probabilities: Array, labels: Labels, images: Array, most: int = MOST_WRONG
) -> tuple[Wrong, ...]:
    """Images that are taken for another class, those first that are given the highest probability for it."""
    predicted = probabilities.argmax(axis=1)
    wrong = np.flatnonzero(predicted != labels)
    surest = wrong[np.argsort(-probabilities[wrong, predicted[wrong]], kind="stable")][:most]
    return tuple(
        Wrong(
            int(index),
            int(labels[index]),
            int(predicted[index]),
            float(probabilities[index, predicted[index]]),
            images[index],
        )
        for index in surest
    )
