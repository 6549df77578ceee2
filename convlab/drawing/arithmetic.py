"""A step as a line of arithmetic whose visible numbers add up.

Terms are exact where a person can follow them: the shortest decimals of the float32 data multiply and add as Decimals.
Where that needs too many digits everything is rounded to equal decimals, and the line says "rounded".
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from convlab.drawing.numbers import signed
from convlab.operations.step import PointwiseStep, PoolingStep, Step, WeightedSum

MOST_TERMS = 25  # a 5×5 window; larger ones are folded
MOST_PARTS = 9  # folded parts shown one by one, the strongest first; the rest is one more part
_MOST_EXACT = 1024  # terms that are multiplied as Decimals, in less than a millisecond or two
_EXACT_DECIMALS = 4
_SIGNIFICANT = 4


@dataclass(frozen=True)
class Term:
    """One summand. text: its value as it stands in the line. factors: the input and the weight it is made of, as text.

    name: "channel 2" for a folded part. cell: its place in the window (row, column, channel), None for folded parts.
    value, weight: for the colours of its tiles. inside: False for a cell of the padding.
    """

    text: str
    number: Decimal
    factors: tuple[str, str] | None = None
    name: str = ""
    cell: tuple[int, int, int] | None = None
    value: float = 0.0
    weight: float | None = None
    inside: bool = True
    winner: bool = False


@dataclass(frozen=True)
class Arithmetic:
    """The line of one step: terms joined to a sum, then bias, activation, result.

    kind: how the terms become the total: "sum", "max", "average" or "function". rounded: the visible numbers are not
    exact. decimals: to how many places, if rounded.
    """

    kind: Literal["sum", "max", "average", "function"]
    terms: tuple[Term, ...]
    sum_text: str
    bias_text: str
    total_text: str
    result_text: str
    activation: str
    rounded: bool
    decimals: int
    note: str
    spoken: str
    count: int = 0


def arithmetic_of(step: Step, unfold: int | None = None) -> Arithmetic:
    """The line of a step. unfold: a channel (its place in the window) whose terms are shown one by one."""
    if isinstance(step, WeightedSum):
        return _weighted_sum(step, unfold)
    if isinstance(step, PoolingStep):
        return _pooling(step)
    if isinstance(step, PointwiseStep):
        return _pointwise(step)
    raise TypeError(f"no arithmetic for {type(step).__name__}")


def exact(value: float) -> Decimal:
    """The shortest decimal that is this number as float32; of a number beyond float32, as float64."""
    with np.errstate(over="ignore"):
        single = np.float32(value)
    return Decimal(str(single)) if float(single) == value else Decimal(repr(float(value)))


def number_text(number: Decimal) -> str:
    """A Decimal with a real minus sign, thousands separated, without an exponent."""
    return signed(f"{number:,f}") if number else "0"


def trimmed(number: Decimal) -> Decimal:
    """The same number without zeros at its end."""
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number.normalize()


# --- weighted sums ---


def _weighted_sum(step: WeightedSum, unfold: int | None) -> Arithmetic:
    finite = np.isfinite(step.products).all() and np.isfinite([step.total, step.result, step.bias]).all()
    if not finite:
        return _not_finite(step)
    whole = _whole_terms(step)
    summands = [number for number, _ in whole]
    bias = trimmed(exact(step.bias))
    total = sum(summands, Decimal(0)) + bias
    decimals = _decimals_for([*summands, total, bias])
    rounded = decimals is not None
    if decimals is not None:
        whole = _rounded(whole, decimals)
        bias = _quantized(bias, decimals)
    parts = _folded(step, whole, unfold)
    summed = sum((term.number for term in parts), Decimal(0))
    total = summed + bias
    result, result_rounded = _result_text(step, total, rounded, decimals)
    return Arithmetic(
        kind="sum",
        terms=tuple(parts),
        sum_text=number_text(summed),
        bias_text=number_text(bias),
        total_text=number_text(total),
        result_text=result,
        activation="" if step.activation == "linear" else step.activation,
        rounded=rounded or result_rounded,
        decimals=decimals if decimals is not None else _EXACT_DECIMALS,
        note="each input cell times the weight below it, all added up",
        spoken=_spoken_sum(step, number_text(total), result),
    )


def _whole_terms(step: WeightedSum) -> list[tuple[Decimal, tuple[int, int, int]]]:
    """Every product exactly, with its place in the window; of thousands only the sum of each channel or row."""
    if step.products.size > _MOST_EXACT:
        sums = step.partial_sums if step.products.shape[2] > 1 else step.products.sum(axis=(1, 2))
        by_channel = step.products.shape[2] > 1
        return [
            (Decimal(repr(float(total))), (0, 0, i) if by_channel else (i, 0, 0))
            for i, total in enumerate(sums)
        ]
    terms = []
    for place in np.ndindex(*step.products.shape):
        product = exact(float(step.window[place])) * exact(float(step.weights[place]))
        terms.append((trimmed(product), (int(place[0]), int(place[1]), int(place[2]))))
    return terms


def _decimals_for(numbers: list[Decimal]) -> int | None:
    """None if all numbers are short enough to be shown exactly; else to how many decimals to round them."""
    if all(-_places(number) <= _EXACT_DECIMALS and abs(number) < 10**9 for number in numbers):
        return None
    largest = max((abs(number) for number in numbers), default=Decimal(0))
    if not largest:
        return _EXACT_DECIMALS
    return min(max(_SIGNIFICANT - 1 - largest.adjusted(), 0), 12)


def _places(number: Decimal) -> int:
    """The exponent of the last digit that is not zero; 0 or more for whole numbers."""
    exponent = number.normalize().as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _quantized(number: Decimal, decimals: int) -> Decimal:
    return Decimal(f"{number:.{decimals}f}") + 0


def _rounded(
    terms: list[tuple[Decimal, tuple[int, int, int]]], decimals: int
) -> list[tuple[Decimal, tuple[int, int, int]]]:
    """All terms to equal decimals, corrected so that their sum is the rounded true sum (largest remainders)."""
    unit = Decimal(1).scaleb(-decimals)
    rounded = [_quantized(number, decimals) for number, _ in terms]
    missing = _quantized(sum((number for number, _ in terms), Decimal(0)), decimals) - sum(
        rounded, Decimal(0)
    )
    steps = int(missing / unit)
    order = sorted(
        range(len(terms)), key=lambda i: (terms[i][0] - rounded[i]) * (1 if steps > 0 else -1), reverse=True
    )
    for index in order[: abs(steps)]:
        rounded[index] += unit if steps > 0 else -unit
    return [(number, place) for number, (_, place) in zip(rounded, terms, strict=True)]


def _folded(
    step: WeightedSum, terms: list[tuple[Decimal, tuple[int, int, int]]], unfold: int | None
) -> list[Term]:
    """The terms one by one if they are few; else one part for each channel (or row), the strongest first."""
    if unfold is not None:
        if len(terms) < step.products.size:
            terms = _rounded(_terms_of_channel(step, unfold, terms), _decimals_of(terms))
        chosen = [term for term in terms if term[1][2] == unfold]
        others = sum((number for number, place in terms if place[2] != unfold), Decimal(0))
        parts = _single(step, chosen) if len(chosen) <= MOST_TERMS else [_part(chosen, f"channel {unfold}")]
        return parts + (
            [Term(number_text(others), others, name="other channels")] if step.products.shape[2] > 1 else []
        )
    if len(terms) == step.products.size <= MOST_TERMS:
        return _single(step, terms)
    by_channel = step.products.shape[2] > 1
    groups: dict[int, list[tuple[Decimal, tuple[int, int, int]]]] = {}
    for number, place in terms:
        groups.setdefault(place[2] if by_channel else place[0], []).append((number, place))
    word = "channel" if by_channel else "row"
    names = {
        key: f"{word} {int(step.channels[key]) if by_channel else int(step.rows[key])}" for key in groups
    }
    parts = [_part(group, names[key]) for key, group in groups.items()]
    if len(parts) <= MOST_PARTS:
        return parts
    parts.sort(key=lambda part: abs(part.number), reverse=True)
    rest = sum((part.number for part in parts[MOST_PARTS - 1 :]), Decimal(0))
    more = f"{len(parts) - MOST_PARTS + 1:,} more {word}s"
    return [*parts[: MOST_PARTS - 1], Term(number_text(rest), rest, name=more)]


def _terms_of_channel(
    step: WeightedSum, channel: int, sums: list[tuple[Decimal, tuple[int, int, int]]]
) -> list[tuple[Decimal, tuple[int, int, int]]]:
    """The products of one channel one by one, the other channels as their sums."""
    rows, columns = step.products.shape[:2]
    products = [
        (Decimal(repr(float(step.products[r, c, channel]))), (r, c, channel))
        for r in range(rows)
        for c in range(columns)
    ]
    return products + [term for term in sums if term[1][2] != channel]


def _decimals_of(terms: list[tuple[Decimal, tuple[int, int, int]]]) -> int:
    return max((-_places(number) for number, _ in terms), default=0)


def _single(step: WeightedSum, terms: list[tuple[Decimal, tuple[int, int, int]]]) -> list[Term]:
    return [
        Term(
            text=number_text(number),
            number=number,
            factors=(_short(float(step.window[place])), _short(float(step.weights[place]))),
            cell=place,
            value=float(step.window[place]),
            weight=float(step.weights[place]),
            inside=bool(step.inside[place[0], place[1]]),
        )
        for number, place in terms
    ]


def _part(terms: list[tuple[Decimal, tuple[int, int, int]]], name: str) -> Term:
    number = sum((term for term, _ in terms), Decimal(0))
    return Term(number_text(number), number, name=name, value=float(number))


def _short(value: float) -> str:
    from convlab.drawing.numbers import cell_text, weight_text

    return weight_text(value) if 0 < abs(value) < 1 else cell_text(value, 6)


def _result_text(step: WeightedSum, total: Decimal, rounded: bool, decimals: int | None) -> tuple[str, bool]:
    """The result as text, and whether it is rounded though the sum is exact."""
    if step.activation in ("linear", ""):
        return number_text(total), False
    if step.activation == "relu":
        return number_text(max(total, Decimal(0))), False
    result = exact(step.result)
    if decimals is None and -_places(result) <= _EXACT_DECIMALS:
        return number_text(trimmed(result)), False
    places = decimals if decimals is not None else _EXACT_DECIMALS
    return number_text(_quantized(result, places)), True


def _spoken_sum(step: WeightedSum, total: str, result: str) -> str:
    """The step in words, for people who do not see it."""
    pairs = [
        f"{_short(float(step.window[place]))} times {_short(float(step.weights[place]))}"
        for place in np.ndindex(*step.products.shape)
        if step.products[place] != 0
    ]
    where = f"Row {step.row}, column {step.column}"
    if not pairs or len(pairs) > MOST_TERMS:
        return f"{where}: {result}"
    after = f", {step.activation} gives {result}" if step.activation != "linear" else ""
    return f"{where}: {', plus '.join(pairs)} makes {total}{after}"


def _not_finite(step: WeightedSum) -> Arithmetic:
    """Infinite or missing numbers do not add up on paper: only the result is said."""
    from convlab.drawing.numbers import cell_text

    text = cell_text(step.result)
    return Arithmetic(
        "function", (), "", "", "", text, "", True, 0, "the window holds numbers that are not finite", text
    )


# --- pooling ---


def _pooling(step: PoolingStep) -> Arithmetic:
    numbers = (
        [
            (trimmed(exact(float(step.window[r, c, 0]))), (r, c, 0))
            for r, c in np.ndindex(*step.inside.shape)
            if step.inside[r, c]
        ]
        if np.isfinite(step.window[step.inside]).all()
        else []
    )
    total = sum((number for number, _ in numbers), Decimal(0))
    decimals = _decimals_for([number for number, _ in numbers] + [exact(step.result)])
    if decimals is not None and numbers:
        numbers = _rounded(numbers, decimals)
        total = sum((number for number, _ in numbers), Decimal(0))
    shown = numbers[:MOST_TERMS] if len(numbers) <= MOST_TERMS else []
    terms = tuple(
        Term(
            number_text(number),
            number,
            cell=place,
            value=float(step.window[place]),
            winner=bool(step.winners[place[0], place[1]]),
        )
        for number, place in shown
    )
    result = exact(step.result) if np.isfinite(step.result) else None
    text = (
        "NaN"
        if result is None
        else number_text(trimmed(result) if decimals is None else _quantized(result, decimals))
    )
    where = f"Row {step.row}, column {step.column}"
    spoken = f"{where}: the {'maximum' if step.kind == 'max' else 'average'} of {step.count} cells is {text}"
    note = "the largest value in the window" if step.kind == "max" else "the mean of the cells in the window"
    return Arithmetic(
        "max" if step.kind == "max" else "average",
        terms, number_text(total), "0", number_text(total), text, "", decimals is not None,
        decimals or 0, note, spoken, step.count,
    )  # fmt: skip


# --- pointwise ---


def _pointwise(step: PointwiseStep) -> Arithmetic:
    from convlab.drawing.numbers import full_text

    place = int(np.flatnonzero(step.channels == step.filter)[0]) if step.filter in step.channels else 0
    value = float(step.window[0, 0, place])
    terms = [_named("x", value), *(_named(name, number) for name, number in step.terms)]
    text = full_text(float(np.float32(step.result)))
    rounded = bool(np.isfinite(step.result)) and not _is_copy(step, value)
    return Arithmetic(
        "function", tuple(terms), "", "0", "", text, step.name, rounded, 7,
        step.formula, f"Row {step.row}, column {step.column}: {step.name} of {full_text(value)} is {text}",
    )  # fmt: skip


def _is_copy(step: PointwiseStep, value: float) -> bool:
    """Whether the result is one of the numbers that stand there, or a short decimal: then nothing was rounded."""
    result = exact(float(np.float32(step.result)))
    return step.result in (value, 0.0, 1.0) or (
        float(result) == step.result and -_places(result) <= _EXACT_DECIMALS
    )


def _named(name: str, value: float) -> Term:
    from convlab.drawing.numbers import full_text

    number = exact(value) if np.isfinite(value) else Decimal(0)
    return Term(full_text(value), number, name=name, value=value)
