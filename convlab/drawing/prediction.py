"""What a network's output says: as bars, and as one line on how a bar's number came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from convlab.drawing.numbers import cell_text
from convlab.drawing.softmax import is_exact, softmax_of
from convlab.network.description import Layer, Network

Kind = Literal["classes", "shares", "share", "numbers", "number", "maps"]
"""Probabilities that add up to 1; numbers between 0 and 1, each for itself; only one of these; any numbers; only one;
no row of numbers at all."""

Array = NDArray[np.float32]
ALL_SHOWN_TO = 20
FIRST = 5
_PASSING = ("Dropout", "Flatten", "Reshape", "Permute", "Identity")


@dataclass(frozen=True)
class Bar:
    """One number of the output. number: which; −1 for all that are not shown one by one.

    start, end: from where to where the bar reaches, 0 to 1 of its room. wins: it is the largest of all. true: the image is
    known to be of this class. aside: what is said of that beside the name, and what says less of it in less room.
    """

    number: int
    name: str
    text: str
    start: float = 0.0
    end: float = 0.0
    wins: bool = False
    true: bool = False
    aside: tuple[str, ...] = ()

    @property
    def spoken(self) -> str:
        """In words, for a tooltip and a screen reader."""
        return f"{self.name}{', the true class' if self.true else ''}: {self.text}"


def activation_of(network: Network, node: int) -> str:
    """The function that an output has gone through last: "softmax", "sigmoid"…, "linear" for none."""
    layer = network.layer_of(node)
    while layer.kind in _PASSING and len(network.nodes[node].inputs) == 1:
        node = network.nodes[node].inputs[0]
        layer = network.layer_of(node)
    return "softmax" if layer.kind == "Softmax" else _own_activation(layer)


def _own_activation(layer: Layer) -> str:
    return str(layer.settings.get("activation") or "linear").lower()


def kind_of(activation: str, shape: Sequence[int]) -> Kind:
    """What an output of `shape` means after an activation; maps of one cell are a row of numbers too."""
    count = int(np.prod(shape))
    if not shape or count != shape[-1]:
        return "maps"
    if activation == "softmax":
        return "classes"
    if activation in ("sigmoid", "hard_sigmoid", "hard_sigmoid_keras2"):
        return "shares" if count > 1 else "share"
    return "numbers" if count > 1 else "number"


def meaning_of(kind: Kind, activation: str) -> str:
    """In one sentence what the numbers are, where they are not simply the probabilities of classes."""
    function = "" if activation == "linear" else f" after {activation}"
    return {
        "classes": "",
        "shares": "Each number is from 0 to 1 for itself: together they need not be 100 %.",
        "share": "One number from 0 to 1: above 50 % is a yes.",
        "numbers": f"These are plain numbers{function}, no probabilities: the network does not end with softmax.",
        "number": f"One plain number{function}, as the network computes it.",
        "maps": "",
    }[kind]


# --- bars ---


def bars_of(
    values: NDArray[Any], kind: Kind, names: Sequence[str], room: int = ALL_SHOWN_TO, true: int = -1
) -> tuple[Bar, ...]:
    """A bar for each number (n,) of a few; of more than ALL_SHOWN_TO, or than there is room for, the largest ones, at
    most FIRST of them, and the rest as one. true: the number of the true class, always among them; −1 if not known."""
    known = np.where(np.isnan(values), -np.inf, values)
    probable = kind in ("classes", "shares", "share")
    zero, scale = (0.0, 1.0) if probable else _axis(values)
    count = len(values)
    few = count <= min(ALL_SHOWN_TO, max(room, 1))
    order = np.argsort(-known, kind="stable")[: max(1, min(FIRST, room - 1))].tolist()
    best = order[0] if count > 1 and np.isfinite(known[order[0]]) else -1
    if len(order) > 1 and 0 <= true < count and true not in order:
        order[-1] = true

    def bar(number: int) -> Bar:
        value = float(values[number])
        name = names[number] if number < len(names) else f"class {number}"
        place = zero + value / scale if np.isfinite(value) else zero
        start, end = sorted((zero, min(max(place, 0.0), 1.0)))
        text = share_text(value) if probable else cell_text(value, 7)
        aside = ("true class", "true") if number == true else ()
        return Bar(number, name, text, start, end, number == best, number == true, aside)

    if few:
        return tuple(map(bar, range(count)))
    bars = tuple(map(bar, order))
    if room >= 2:
        return (*bars, _rest(values, order, kind))
    wrong = 0 <= true < count and not bars[0].true
    return (replace(bars[0], aside=(f"in truth {bar(true).name}", "wrong")),) if wrong else bars


def _rest(values: NDArray[Any], shown: list[int], kind: Kind) -> Bar:
    """All others as one bar; only probabilities of classes add up to something."""
    count = len(values) - len(shown)
    name = "1 other" if count == 1 else f"{count:,} others"
    if kind != "classes":
        return Bar(-1, name, "")
    rest = max(float(np.delete(values, shown).sum()), 0.0)
    return Bar(-1, name, share_text(rest), 0.0, min(rest, 1.0))


def _axis(values: NDArray[Any]) -> tuple[float, float]:
    """Where zero lies, 0 to 1, and how much the whole room stands for."""
    finite = values[np.isfinite(values)].astype(np.float64)
    low, high = min(float(finite.min(initial=0)), 0.0), max(float(finite.max(initial=0)), 0.0)
    return (-low / (high - low), high - low) if high > low else (0.0, 1.0)


def share_text(value: float) -> str:
    """Such as "87.4 %"."""
    return f"{100 * value:.1f} %" if np.isfinite(value) else cell_text(value)


# --- how a number came about ---


def line_of(
    values: NDArray[Any], logits: Array | None, own: int, activation: str, names: Sequence[str]
) -> str:
    """How number `own` of the output follows from what the activation got; "" where that is not known."""
    if logits is None or logits.size != values.size or not 0 <= own < values.size:
        return ""
    numbers = logits.reshape(-1).astype(np.float64)
    name = names[own] if own < len(names) else f"class {own}"
    result = float(values.reshape(-1)[own])
    if activation == "softmax":
        return _softmax_line(numbers, own, name, result, tuple(names))
    x = cell_text(float(numbers[own]), 6)
    if activation == "sigmoid" and np.isfinite(numbers[own]):
        return f"{name}: x = {x}, 1 ÷ (1 + e^−x) = {cell_text(result, 6)}"
    return "" if activation == "linear" else f"{name}: x = {x}, {activation}(x) = {cell_text(result, 6)}"


def _softmax_line(
    numbers: NDArray[np.float64], own: int, name: str, result: float, names: tuple[str, ...]
) -> str:
    softmax = softmax_of(numbers, own, names)
    if softmax is None:
        return ""
    x = cell_text(float(numbers[own]), 6)
    quotient = f"{softmax.own_text} ÷ {softmax.sum_text} = {share_text(result)}"
    terms = " + ".join(f"{term.text} ({term.name})" for term in softmax.terms)
    said = f"{name}: x = {x}, {softmax.power} ÷ sum = {quotient}   ·   sum {softmax.sum_text} = {terms}"
    return said if is_exact(softmax, result) else f"{said}, rounded"
