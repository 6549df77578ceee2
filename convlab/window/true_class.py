"""Whether a prediction is right, where the image's name tells its class: "ankle boot, test image 17".

So images of the data are called that the Learn page gives. Any other image, a drawing of a shirt say, has no true class:
nobody but whoever drew it knows what it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convlab.learning.class_words import one, short_name
from convlab.plain_text import safe_text

_OF_DATA = re.compile(r"(.+), (?:test )?image [\d,]+")
_LONGEST = 24  # characters of a class's name in a sentence beside the title


@dataclass(frozen=True)
class Truth:
    """number: of the class among the numbers of the prediction. name: what it is called, for people."""

    number: int
    name: str


def class_word(image: str) -> str:
    """The class that an image is called after; "" for one that is called otherwise."""
    found = _OF_DATA.fullmatch(image)
    return found[1] if found is not None else ""


def truth_of(image: str, *namings: Sequence[str]) -> Truth | None:
    """The class of an image by its name. namings: what the classes are called, or may be called too.

    None where no class has that name, or where several have it.
    """
    word = class_word(image)
    for names in namings if word else ():
        known = tuple(map(safe_text, names))
        found = [n for n in range(len(known)) if word in (known[n], short_name(known, n))]
        if len(found) == 1:
            return Truth(found[0], known[found[0]])
    return None


def is_right(values: NDArray[np.float32], truth: Truth) -> bool:
    """Whether the largest of the numbers (n,) is that of the true class."""
    return int(np.where(np.isnan(values), -np.inf, values).argmax()) == truth.number


def verdict_words(truth: Truth, right: bool) -> str:
    """Such as "wrong: it is an ankle boot"."""
    return f"{'right' if right else 'wrong'}: it is {one(safe_text(truth.name, _LONGEST))}"
