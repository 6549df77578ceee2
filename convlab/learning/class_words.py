"""What confusions of classes are called: "17 shirts were taken for pullovers". Names of the user's own data stay as they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_SINGULAR_AND_PLURAL = {
    "t-shirt/top": ("T-shirt", "T-shirts"),
    "trouser": ("trouser", "trousers"),
    "dress": ("dress", "dresses"),
    "deer": ("deer", "deer"),
    "0": ("zero", "zeros"),
    "1": ("one", "ones"),
    "2": ("two", "twos"),
    "3": ("three", "threes"),
    "4": ("four", "fours"),
    "5": ("five", "fives"),
    "6": ("six", "sixes"),
    "7": ("seven", "sevens"),
    "8": ("eight", "eights"),
    "9": ("nine", "nines"),
}
_PLAIN = (
    "pullover", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot",
    "airplane", "automobile", "bird", "cat", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip


def name_of(names: tuple[str, ...], label: int) -> str:
    """A class's name; "class 3" where it has none."""
    return names[label] if 0 <= label < len(names) else f"class {label}"


def one(name: str) -> str:
    """A thing of a class, as in "a coat"; of classes that we do not know "“name”"."""
    known = _known(name)
    if known is None:
        return f"“{name}”"
    return f"{'an' if known[0][0] in 'aeiou' and known[0] != 'one' else 'a'} {known[0]}"


def many(name: str) -> str:
    """Things of a class, as in "coats"."""
    known = _known(name)
    return known[1] if known is not None else f"images of “{name}”"


def _known(name: str) -> tuple[str, str] | None:
    lower = name.lower()
    if lower in _PLAIN:
        return lower, f"{lower}s"
    return _SINGULAR_AND_PLURAL.get(lower)


def confusion_words(confusion: NDArray[np.int64], names: tuple[str, ...], label: int, taken: int) -> str:
    """A cell of the matrix as a sentence. confusion: (classes, classes) counts, rows are the true classes."""
    count, total = int(confusion[label, taken]), int(confusion[label].sum())
    name, other = name_of(names, label), name_of(names, taken)
    if label == taken:
        return f"{count:,} of {total:,} {many(name)} {_were(count)} recognised."
    if count == 0:
        return f"None of {total:,} {many(name)} was taken for {one(other)}."
    known = _known(name)
    if count == 1:
        thing = f"1 {known[0]}" if known is not None else f"1 image of “{name}”"
        return f"{thing} was taken for {one(other)}."
    return f"{count:,} {many(name)} were taken for {_others(other)}."


def taken_words(names: tuple[str, ...], label: int, taken: int) -> str:
    """The images of a cell: "Shirts taken for pullovers"; of the diagonal, all mistakes of that class."""
    of_class = many(name_of(names, label))
    other = "something else" if label == taken else _others(name_of(names, taken))
    return f"{of_class[:1].upper()}{of_class[1:]} taken for {other}"


def mistake_words(names: tuple[str, ...], label: int, taken: int, probability: float) -> str:
    """Of one image: "shirt, taken for coat, 98 %"; never 100 %, unless it is."""
    name, other = (_short(name_of(names, one)) for one in (label, taken))
    return f"{name}, taken for {other}, {sureness(probability)}"


def sureness(probability: float) -> str:
    """A probability in whole per cent; more than 99.5 % is told as "more than 99 %", unless it is all."""
    if not np.isfinite(probability):
        return "unknown"
    whole = round(100 * probability)
    return "more than 99 %" if whole == 100 and probability < 1 else f"{whole} %"


def short_name(names: tuple[str, ...], label: int) -> str:
    """A class's name in the middle of a sentence."""
    return _short(name_of(names, label))


def _short(name: str) -> str:
    known = _known(name)
    return known[0] if known is not None and not name.isdigit() else name


def most_confused(confusion: NDArray[np.int64]) -> tuple[int, int] | None:
    """The pair (true class, what it is taken for) with the most mistakes; None where there is none."""
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    if wrong.size == 0 or wrong.max() <= 0:
        return None
    label, taken = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return int(label), int(taken)


def _others(name: str) -> str:
    """Several images were taken for these."""
    return many(name) if _known(name) is not None else one(name)


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
