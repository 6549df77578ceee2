"""A step as a line of arithmetic whose visible numbers add up, or that says "rounded"."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np

from convlab.drawing.decimals import (
    EXACT_DECIMALS,
    added_up,
    decimals_for,
    exact,
    is_short,
    number_text,
    quantized,
    trimmed,
)
from convlab.drawing.merges import merged
from convlab.drawing.numbers import cell_text, full_text, signed
from convlab.drawing.softmax import is_exact, softmax_of
from convlab.drawing.straight import STRAIGHT
from convlab.drawing.sum_parts import MOST_PARTS
from convlab.drawing.sums import weighted_sum
from convlab.drawing.terms import MOST_TERMS, Arithmetic, Telling, Term
from convlab.operations.step import MergeStep, PointwiseStep, PoolingStep, Step, WeightedSum

__all__ = [
    "MOST_PARTS",
    "MOST_TERMS",
    "Arithmetic",
    "Telling",
    "Term",
    "arithmetic_of",
    "exact",
    "number_text",
    "trimmed",
]

_PLAIN = Telling()
_UNCHANGED = ("dropout", "linear")
_NOTES = {"dropout": "drops values only in training", "linear": "passes on unchanged"}
_COPIES = ("copy", "reshape", "permute", "flatten")
_GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "epsilon": "ε"}  # as formulas have them


def arithmetic_of(step: Step, unfold: int | None = None, telling: Telling = _PLAIN) -> Arithmetic:
    """The line of a step. unfold: instead of telling's, a part that is shown in full."""
    if unfold is not None:
        telling = replace(telling, unfold=unfold)
    if isinstance(step, MergeStep):
        return merged(step, telling.channels)
    if isinstance(step, WeightedSum):
        return weighted_sum(step, telling)
    if isinstance(step, PoolingStep):
        return _pooling(step)
    if isinstance(step, PointwiseStep):
        return _pointwise(step, telling.classes)
    raise TypeError(f"no arithmetic for {type(step).__name__}")


# --- pooling ---


def _pooling(step: PoolingStep) -> Arithmetic:
    if not (np.isfinite(step.result) and np.isfinite(step.window[step.inside]).all()):
        return _pool_line(step, (), "", cell_text(step.result), rounded=True)
    if step.count > MOST_TERMS:
        return _large_pool(step)
    cells = [(int(r), int(c), 0) for r, c in zip(*step.inside.nonzero(), strict=True)]
    return _largest(step, cells) if step.kind == "max" else _mean(step, cells)


def _largest(step: PoolingStep, cells: list[tuple[int, int, int]]) -> Arithmetic:
    """Nothing is added up, so every cell is rounded by itself; the winner still equals the result."""
    numbers = [trimmed(exact(float(step.window[cell]))) for cell in cells]
    rounded = not all(map(is_short, numbers))
    if rounded:
        numbers = [quantized(number, decimals_for([], number)) for number in numbers]
    result = number_text(max(numbers))
    terms = _pool_terms(step, cells, numbers, list(map(number_text, numbers)))
    return _pool_line(step, terms, "", result, rounded=rounded)


def _mean(step: PoolingStep, cells: list[tuple[int, int, int]]) -> Arithmetic:
    """The sum exactly where it can be, though a quotient such as 5 ÷ 3 is rounded."""
    column = added_up([trimmed(exact(float(step.window[cell]))) for cell in cells])
    result, precise = _quotient(step, column.total, column.rounded)
    terms = _pool_terms(step, cells, column.numbers, column.texts)
    return _pool_line(step, terms, column.total_text, result, rounded=column.rounded or not precise)


def _large_pool(step: PoolingStep) -> Arithmetic:
    """Too many cells to show: the sum and the result."""
    result = trimmed(exact(step.result))
    if step.kind == "max":
        return _pool_line(step, (), "", full_text(step.result), rounded=not is_short(result))
    total = trimmed(exact(step.total))
    rounded = not is_short(total)
    if rounded:
        total = quantized(total, decimals_for([], total))
    text, precise = _quotient(step, total, rounded)
    return _pool_line(step, (), number_text(total), text, rounded=rounded or not precise)


def _quotient(step: PoolingStep, total: Decimal, rounded: bool) -> tuple[str, bool]:
    """The mean as text, and whether it is exactly the visible sum divided by the count."""
    mean = trimmed(total / step.count)
    if not rounded and is_short(mean) and Fraction(mean) * step.count == Fraction(total):
        return number_text(mean), True
    mean = exact(step.result) if rounded else mean
    return number_text(quantized(mean, decimals_for([], mean))), False


def _pool_terms(
    step: PoolingStep, cells: list[tuple[int, int, int]], numbers: list[Decimal], texts: list[str]
) -> tuple[Term, ...]:
    return tuple(
        Term(
            text,
            number,
            cell=cell,
            value=float(step.window[cell]),
            winner=bool(step.winners[cell[0], cell[1]]),
        )
        for text, number, cell in zip(texts, numbers, cells, strict=True)
    )


def _pool_line(
    step: PoolingStep, terms: tuple[Term, ...], total: str, result: str, *, rounded: bool
) -> Arithmetic:
    is_max = step.kind == "max"
    cells = f"{step.count:,} cell{'s' if step.count != 1 else ''}"
    return Arithmetic(
        kind="max" if is_max else "average",
        terms=terms,
        sum_text=total,
        bias_text="0",
        total_text=total,
        result_text=result,
        activation="",
        rounded=rounded,
        decimals=EXACT_DECIMALS,
        note="the largest value in the window" if is_max else "the mean of the cells in the window",
        spoken=f"Row {step.row}, column {step.column}: the {'maximum' if is_max else 'average'} of {cells} is {result}",
        count=step.count,
    )


# --- pointwise ---


def _pointwise(step: PointwiseStep, classes: tuple[str, ...]) -> Arithmetic:
    place = int(np.flatnonzero(step.channels == step.filter)[0]) if step.filter in step.channels else 0
    value = float(step.window[0, 0, place])
    copied = _source(step)
    x = _named(copied or "x", value, (0, 0, place), inside=bool(step.inside[0, 0]))
    softmax = softmax_of(step.window[0, 0], place, classes) if step.name == "softmax" else None
    text, precise = _function_result(step, value)
    if softmax is not None:
        precise = is_exact(softmax, step.result)
    return Arithmetic(
        kind="function",
        terms=(x, *(_named(_GREEK.get(name, name), number) for name, number in step.terms)),
        sum_text="",
        bias_text="0",
        total_text="",
        result_text=text,
        activation=step.name,
        rounded=bool(np.isfinite(step.result)) and not precise,
        decimals=7,
        note=f"copied from {copied}"
        if copied and step.name != "padding"
        else _NOTES.get(step.name, step.formula),
        spoken=_spoken(step, value, text),
        lead="=" if copied or step.name in _UNCHANGED else "",
        softmax=softmax,
    )


def _source(step: PointwiseStep) -> str:
    """Where a copied cell comes from; empty for what is no copy."""
    if step.name not in _COPIES:
        return "padding" if step.name == "padding" else ""
    return f"row {step.rows[0]}, column {step.columns[0]}, channel {step.channels[0]}"


def _spoken(step: PointwiseStep, value: float, result: str) -> str:
    where = f"Row {step.row}, column {step.column}"
    if step.name == "padding":
        return f"{where}: padding, {result}"
    if step.name in _COPIES:
        return f"{where}: {result}, copied from {_source(step)}"
    return f"{where}: {step.name} of {full_text(value)} is {result}"


def _function_result(step: PointwiseStep, value: float) -> tuple[str, bool]:
    """The result as text, and whether somebody who computes with the numbers that stand there gets exactly that."""
    by_hand = _by_hand(step, value)
    if by_hand is not None:
        return number_text(by_hand), True
    with np.errstate(over="ignore"):  # what is too large for a float32 is infinite in Keras as well
        single = float(np.float32(step.result)) or step.result  # what is too small for one is not 0
    text, result = full_text(single), exact(single)
    if step.result == value and _is_in_full(value):
        return text, True
    close = abs(float(result) - step.result) <= 1e-12 * abs(step.result)
    return text, value == 0 and step.name not in STRAIGHT and close and is_short(result)


def _by_hand(step: PointwiseStep, value: float) -> Decimal | None:
    """The result in decimals; None where numbers are too long for that, or the function has curves."""
    if step.name not in STRAIGHT or not all(map(_is_in_full, (value, *dict(step.terms).values()))):
        return None
    number = STRAIGHT[step.name](exact(value), {name: exact(term) for name, term in step.terms})
    same = abs(float(number) - step.result) <= 1e-6 * max(abs(step.result), abs(value))
    return trimmed(number) if same and is_short(number) else None


def _is_in_full(value: float) -> bool:
    return bool(np.isfinite(value)) and full_text(value) == signed(f"{trimmed(exact(value)):,f}")


def _named(name: str, value: float, cell: tuple[int, int, int] | None = None, *, inside: bool = True) -> Term:
    number = exact(value) if np.isfinite(value) else Decimal(0)
    return Term(full_text(value), number, name=name, cell=cell, value=value, inside=inside)
