"""The trained networks that come with the program, each with a card that says how it was made and how good it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from convlab import resources, strict_json

_MAX_CARD_BYTES = 100_000


@dataclass(frozen=True)
class Example:
    """key: the file's name without its ending. title, note: for people. image: the key of a sample image to begin with."""

    key: str
    title: str
    note: str
    image: str

    @property
    def file(self) -> Path:
        return resources.path(f"networks/{self.key}.keras")

    @property
    def card_file(self) -> Path:
        return resources.path(f"networks/{self.key}.json")

    @property
    def card(self) -> Mapping[str, Any]:
        """recipe, data, licence of the data, command, epochs, weights, accuracies in validation and test, date."""
        return _card(self.card_file)


EXAMPLES = (
    Example("fashion-six", "Clothes, six convolutions", "Ten kinds of clothes, through six convolutions.", "t-shirt"),
    Example("fashion-first", "Clothes, first network", "Ten kinds of clothes, through one convolution.", "ankle-boot"),
    Example("digits-small", "Digits, small", "Written digits, through one convolution.", "digit-7"),
    Example("digits-deep", "Digits, deep", "Written digits, through two convolutions.", "digit-3"),
)  # fmt: skip
FIRST = EXAMPLES[0]
"""What the Network page opens with on its first day."""


@cache
def _card(file: Path) -> Mapping[str, Any]:
    card: Mapping[str, Any] = strict_json.loads(file.read_bytes(), _MAX_CARD_BYTES)
    return card
