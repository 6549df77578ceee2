"""Recipes: the classic small networks, each in a few lines of Keras. Importing this does not import Keras.

`layers` is keras.layers; `dropout` the share of units that a Dropout leaves out, `classes` how many classes there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from convlab.learning.plan import CLOTHES, COLOR, DIGITS, FOLDER, NPZ, Plan, Source

Layers = Callable[[Any, float, int], list[Any]]


@dataclass(frozen=True)
class Recipe:
    """name: for the command line and for files; title, about: for people. data: the kinds of data it is meant for, the
    usual one first. layers: makes its layers. The rest: how it is trained where the user does not say otherwise.
    seed: of the first weights and of the order of the images. validation: the share of the training images that is kept for validation. goal: the accuracy that the recipe is known
    for: in "validation" or in the "test", and how much."""

    name: str
    title: str
    about: str
    data: tuple[str, ...]
    layers: Layers
    epochs: int
    batch: int = 32
    optimizer: str = "adam"
    rate: float = 0.001
    dropout: float = 0.0
    validation: float = 0.1
    seed: int = 1
    goal: tuple[str, float] | None = None

    def plan(self, source: Source | None = None) -> Plan:
        """How it is trained where nobody says otherwise."""
        return Plan(
            self.name,
            source or Source(self.data[0]),
            self.epochs,
            self.batch,
            self.optimizer,
            self.rate,
            validation=self.validation,
            seed=self.seed,
        )


def classifier(layers: Any, dropout: float, classes: int) -> list[Any]:
    """What every recipe but the last ends with: 128 units look at everything that was found, and decide."""
    left_out = [layers.Dropout(dropout), layers.Dropout(dropout)] if dropout else []
    return [
        *left_out[:1],
        layers.Flatten(),
        layers.Dense(128, activation="relu"),
        *left_out[1:],
        layers.Dense(classes, activation="softmax"),
    ]


def first(layers: Any, dropout: float, classes: int, filters: int = 8) -> list[Any]:
    return [
        layers.Conv2D(filters, 3, activation="relu"),
        *classifier(layers, 0, classes),
    ]


def first_32(layers: Any, dropout: float, classes: int) -> list[Any]:
    return first(layers, dropout, classes, filters=32)


def six(layers: Any, dropout: float, classes: int) -> list[Any]:
    return [
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.Conv2D(16, 3, padding="same"),
        layers.MaxPooling2D(2),
        layers.Conv2D(16, 3, padding="same"),
        layers.Conv2D(8, 3, padding="same"),
        layers.MaxPooling2D(2),
        *classifier(layers, 0, classes),
    ]


def six_reversed(layers: Any, dropout: float, classes: int) -> list[Any]:
    return [
        layers.Conv2D(8, 3, padding="same", activation="relu"),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(16, 3, padding="same", activation="relu"),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(32, 3, padding="same", activation="relu"),
        layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2),
        *classifier(layers, dropout, classes),
    ]


def small(layers: Any, dropout: float, classes: int) -> list[Any]:
    return [
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        *classifier(layers, dropout, classes),
    ]


def deep(layers: Any, dropout: float, classes: int) -> list[Any]:
    return [
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(64, 3, activation="relu"),
        layers.MaxPooling2D(2),
        *classifier(layers, dropout, classes),
    ]


def dense(layers: Any, dropout: float, classes: int) -> list[Any]:
    return classifier(layers, 0, classes)


def color(layers: Any, dropout: float, classes: int) -> list[Any]:
    return [
        layers.Conv2D(32, 3, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.MaxPooling2D(2),
        layers.SeparableConv2D(64, 3, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.MaxPooling2D(2),
        layers.SeparableConv2D(128, 3, padding="same", use_bias=False),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.GlobalAveragePooling2D(),
        *([layers.Dropout(dropout)] if dropout else []),
        layers.Dense(classes, activation="softmax"),
    ]


_ALL = (
    Recipe(
        "fashion-first",
        "Clothes, first network",
        "One convolution of 8 filters, then 128 units: the smallest network that sees shapes.",
        (CLOTHES, DIGITS),
        first,
        epochs=3,
        optimizer="rmsprop",
        validation=0.2,
        seed=3,
        goal=("validation", 0.893),
    ),
    Recipe(
        "fashion-first-32",
        "Clothes, 32 filters",
        "The same with 32 filters instead of 8: what do four times as many bring?",
        (CLOTHES, DIGITS),
        first_32,
        epochs=3,
        optimizer="rmsprop",
        validation=0.2,
    ),
    Recipe(
        "fashion-six",
        "Clothes, six convolutions",
        "Three pairs of convolutions with pooling after each: few weights, deep filters.",
        (CLOTHES, DIGITS),
        six,
        epochs=7,
        validation=0.05,
        goal=("test", 0.9137),
    ),
    Recipe(
        "fashion-six-reversed",
        "Clothes, six reversed",
        "The six convolutions with few filters first and many last, and dropout: fewer mistakes in less time.",
        (CLOTHES, DIGITS),
        six_reversed,
        epochs=12,
        batch=64,
        dropout=0.3,
        validation=0.05,
        goal=("test", 0.9137),
    ),
    Recipe(
        "digits-small",
        "Digits, small",
        "One convolution with pooling, and dropout against learning by heart.",
        (DIGITS, CLOTHES),
        small,
        epochs=10,
        batch=128,
        dropout=0.4,
        goal=("test", 0.98),
    ),
    Recipe(
        "digits-overfit",
        "Digits, overfitting",
        "The same without dropout: watch the curves of training and validation part.",
        (DIGITS, CLOTHES),
        small,
        epochs=10,
        batch=128,
    ),
    Recipe(
        "digits-deep",
        "Digits, deep",
        "Two convolutions with pooling, and dropout: better than 99 of 100 digits.",
        (DIGITS, CLOTHES),
        deep,
        epochs=10,
        batch=128,
        dropout=0.4,
        goal=("test", 0.99),
    ),
    Recipe(
        "fashion-small",
        "Clothes, small",
        "The small network for digits, on clothes: harder pictures, more mistakes.",
        (CLOTHES, DIGITS),
        small,
        epochs=10,
        batch=128,
        dropout=0.4,
    ),
    Recipe(
        "dense-only",
        "No convolution",
        "Every pixel to every unit, without any convolution: what is gained by sliding a small kernel?",
        (DIGITS, CLOTHES),
        dense,
        epochs=10,
        batch=128,
    ),
    Recipe(
        "color-small",
        "Color images",
        "Filters for red, green and blue, batch normalisation, and convolutions that are separable in depth.",
        (COLOR, NPZ, FOLDER),
        color,
        epochs=20,
        batch=64,
        dropout=0.3,
    ),
)

RECIPES = {recipe.name: recipe for recipe in _ALL}
