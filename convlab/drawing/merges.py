"""A merge as a line: the inputs, what joins them, and the result; or which input a cell was copied from."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import prod

import numpy as np

from convlab.drawing.decimals import (
    EXACT_DECIMALS,
    added_up,
    decimals_for,
    exact,
    is_short,
    negated,
    number_text,
    quantized,
    trimmed,
)
from convlab.drawing.numbers import cell_text, full_text
from convlab.drawing.terms import Arithmetic, Term
from convlab.operations.step import MergeStep

MOST_INPUTS = 25
_SIGNS = {"add": "+", "average": "+", "subtract": "−", "multiply": "×", "maximum": "", "minimum": ""}
_LEADS = {"maximum": "the largest of", "minimum": "the smallest of"}
_NOTES = {
    "add": "the inputs added up, cell by cell",
    "subtract": "the second input taken from the first, cell by cell",
    "multiply": "the inputs multiplied, cell by cell",
    "average": "the mean of the inputs, cell by cell",
    "maximum": "the largest of the inputs, cell by cell",
    "minimum": "the smallest of the inputs, cell by cell",
}
_SPOKEN = {"add": "plus", "average": "plus", "subtract": "minus", "multiply": "times"}


def merged(step: MergeStep, names: tuple[str, ...] = ()) -> Arithmetic:
    """The line of a merge. names: what its inputs are called, if not by numbers."""
    if step.kind == "concatenate":
        return _copied(step, names)
    if not np.isfinite([*step.values, step.result]).all():
        return _line(step, (), "", cell_text(step.result), rounded=True)
    numbers = [trimmed(exact(float(value))) for value in step.values]
    if step.kind == "multiply":
        return _product(step, names, numbers)
    if step.kind in _LEADS:
        return _extreme(step, names, numbers)
    return _sum(step, names, numbers)


def _sum(step: MergeStep, names: tuple[str, ...], numbers: list[Decimal]) -> Arithmetic:
    """Added up, taken away, or averaged: exactly, or all rounded so that it still adds up."""
    taken = 1 if step.kind == "subtract" else len(numbers)
    column = added_up([*numbers[:taken], *(-number for number in numbers[taken:])])
    shown = [*column.numbers[:taken], *(-number for number in column.numbers[taken:])]
    texts = [*column.texts[:taken], *map(negated, column.texts[taken:])]
    terms = _terms(step, names, texts, shown)
    if step.kind != "average":
        return _line(step, terms, "", column.total_text, rounded=column.rounded)
    result, precise = _mean(step, column.total, column.rounded)
    return _line(step, terms, column.total_text, result, rounded=not precise)


def _mean(step: MergeStep, total: Decimal, rounded: bool) -> tuple[str, bool]:
    """The quotient as text, and whether it is exactly the visible sum divided by the number of inputs."""
    mean = trimmed(total / len(step.values))
    if not rounded and is_short(mean) and Fraction(mean) * len(step.values) == Fraction(total):
        return number_text(mean), True
    mean = exact(step.result)
    return number_text(quantized(mean, decimals_for([], mean))), False


def _product(step: MergeStep, names: tuple[str, ...], numbers: list[Decimal]) -> Arithmetic:
    """Exactly if everything is short, else each factor and the product rounded by themselves."""
    result = trimmed(prod(numbers, start=Decimal(1)))
    rounded = not all(map(is_short, [*numbers, result]))
    if not rounded:
        return _line(
            step, _terms(step, names, list(map(number_text, numbers)), numbers), "", number_text(result)
        )
    texts = [number_text(n) if is_short(n) else cell_text(float(n), 6) for n in numbers]
    result = exact(step.result)
    text = number_text(quantized(result, decimals_for([], result)))
    return _line(step, _terms(step, names, texts, numbers), "", text, rounded=True)


def _extreme(step: MergeStep, names: tuple[str, ...], numbers: list[Decimal]) -> Arithmetic:
    """Nothing is added up, so each input is rounded by itself; the chosen one still equals the result."""
    rounded = not all(map(is_short, numbers))
    if rounded:
        numbers = [
            number if is_short(number) else quantized(number, decimals_for([], number)) for number in numbers
        ]
    result = max(numbers) if step.kind == "maximum" else min(numbers)
    terms = _terms(step, names, list(map(number_text, numbers)), numbers)
    return _line(step, terms, "", number_text(result), rounded=rounded)


def _copied(step: MergeStep, names: tuple[str, ...]) -> Arithmetic:
    name, text = _name(step, 0, names), full_text(float(np.float32(step.result)))
    term = _terms(step, names, [text], [exact(step.result) if np.isfinite(step.result) else Decimal(0)])
    return Arithmetic(
        kind="function", terms=term, sum_text="", bias_text="0", total_text="", result_text=text,
        activation="", rounded=False, decimals=EXACT_DECIMALS, note=f"copied from {name}", lead="=",
        spoken=f"Row {step.row}, column {step.column}: {text}, copied from {name}",
    )  # fmt: skip


def _terms(
    step: MergeStep, names: tuple[str, ...], texts: Sequence[str], numbers: Sequence[Decimal]
) -> tuple[Term, ...]:
    chosen = step.kind in _LEADS
    return tuple(
        Term(
            text,
            number,
            name=_name(step, place, names),
            cell=(0, 0, place),
            value=float(step.values[place]),
            winner=chosen and float(step.values[place]) == step.result,
        )
        for place, (text, number) in enumerate(zip(texts, numbers, strict=True))
    )


def _name(step: MergeStep, place: int, names: tuple[str, ...]) -> str:
    number = step.sources[place][0]
    return names[number] if number < len(names) else f"input {number + 1}"


def _line(
    step: MergeStep, terms: tuple[Term, ...], total: str, result: str, *, rounded: bool = False
) -> Arithmetic:
    """With very many inputs only their number and the result."""
    terms = terms if len(terms) <= MOST_INPUTS else ()
    return Arithmetic(
        kind="merge", terms=terms, sum_text=total, bias_text="0", total_text=total, result_text=result,
        activation="", rounded=rounded, decimals=EXACT_DECIMALS, note=_NOTES[step.kind],
        spoken=_spoken(step, terms, total, result), count=len(step.values), sign=_SIGNS[step.kind],
        lead=_LEADS.get(step.kind, ""),
    )  # fmt: skip


def _spoken(step: MergeStep, terms: tuple[Term, ...], total: str, result: str) -> str:
    where, texts = f"Row {step.row}, column {step.column}", [term.text for term in terms]
    if not texts:
        return f"{where}: {step.kind} of {len(step.values)} inputs is {result}"
    if step.kind in _LEADS:
        return f"{where}: {_LEADS[step.kind]} {', '.join(texts)} is {result}"
    said = f" {_SPOKEN[step.kind]} ".join(texts)
    after = f" makes {total}, divided by {len(step.values)}" if step.kind == "average" else ""
    return f"{where}: {said}{after} is {result}"
