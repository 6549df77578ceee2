"""Numbers as text: what a spreadsheet, a file or a person writes becomes an array, and the other way round."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.plain_text import safe_text
from convlab.problems import Problem

MAX_NUMBERS = 4_000_000

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_MINUS = str.maketrans("−–‒﹣－", "-----", "\u00a0\u202f\u2009'’")


def parse_numbers(text: str) -> NDArray[np.float32]:
    """The numbers (rows, columns) in spreadsheet text.

    Columns are separated by TAB, else by ";", else by "," or spaces; a comma is the decimal mark unless it separates.
    Takes −, fractions such as 1/9, and rows in brackets; an empty cell is 0. Raises Problem, naming the row, if a cell
    is no number or a row has another length than the first.
    """
    # A row of empty cells still has its separators; a line without anything is no row.
    lines = [line for line in _lines(text) if line.strip(" \x0b\x0c")]
    if not text.strip() or not lines:
        raise Problem(
            "There are no numbers in this text.", remedy="Copy cells from a spreadsheet, or type numbers."
        )
    separator = _separator(lines)
    rows = _without_empty_end([_cells(line, separator) for line in lines])
    _check_size(rows)
    numbers = [[_number(cell, r, c) for c, cell in enumerate(row, 1)] for r, row in enumerate(rows, 1)]
    return np.array(numbers, dtype=np.float32)


def format_tsv(array: NDArray[Any]) -> str:
    """Numbers (rows, columns) as text for a spreadsheet: TAB between columns, the shortest decimals that come back
    exactly when they are read as float32."""
    rows = np.asarray(array, dtype=np.float32)
    return "\n".join("\t".join(_shortest(value) for value in row) for row in rows)


def _shortest(value: np.float32) -> str:
    text = str(value)
    return text.removesuffix(".0")


def _lines(text: str) -> list[str]:
    if "[" in text or "{" in text:
        # A matrix as a program writes it: each closing bracket ends a row.
        text = re.sub(r"[\]}]\s*,?", "\n", text.replace("[", " ").replace("{", " "))
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _separator(lines: list[str]) -> str:
    """TAB, ";", "," or " ". A comma beside a space separates; between digits it does only where no space does."""
    text = "\n".join(line.strip(" ") for line in lines)
    for separator in "\t;":
        if separator in text:
            return separator
    if "," in text and (re.search(r", |  *,", text) or " " not in text):
        return ","
    return " "


def _cells(line: str, separator: str) -> list[str]:
    if separator == " ":
        return line.split()
    return [cell.strip() for cell in line.strip(" ").split(separator)]


def _without_empty_end(rows: list[list[str]]) -> list[list[str]]:
    """Without the last column if it is empty everywhere: many programs end each row with a separator."""
    if len(rows[0]) > 1 and all(not row[-1] for row in rows):
        return [row[:-1] for row in rows]
    return rows


def _check_size(rows: list[list[str]]) -> None:
    if len(rows) * len(rows[0]) > MAX_NUMBERS:
        raise Problem("This text has too many numbers.", f"At most {MAX_NUMBERS:,} can be taken.")
    for r, row in enumerate(rows, 1):
        if len(row) != len(rows[0]):
            raise Problem(
                f"Row {r} has {_count(len(row))}, but row 1 has {_count(len(rows[0]))}.",
                remedy="Every row needs as many numbers as the first.",
            )


def _count(n: int) -> str:
    return f"{n:,} number" if n == 1 else f"{n:,} numbers"


def _number(cell: str, row: int, column: int) -> float:
    if not cell:
        return 0.0
    numerator, slash, denominator = cell.partition("/")
    value = _decimal(numerator)
    if slash and value is not None:
        divisor = _decimal(denominator)
        value = value / divisor if divisor else None
    if value is None or not _fits(value):
        raise Problem(
            f"“{safe_text(cell, 20)}” in row {row}, column {column} is not a number that can be used."
        )
    return value


def _fits(value: float) -> bool:
    """Whether float32 can hold it."""
    with np.errstate(over="ignore"):
        return bool(np.isfinite(np.float32(value)))


def _decimal(text: str) -> float | None:
    """A plain decimal; with both marks the last one is the decimal mark; several equal ones group thousands."""
    text = text.strip().translate(_MINUS)
    if "," in text and "." in text:
        thousands = "," if text.rindex(".") > text.rindex(",") else "."
        text = text.replace(thousands, "")
    if text.count(",") > 1:
        text = text.replace(",", "")
    text = text.replace(",", ".")
    return float(text) if _NUMBER.fullmatch(text) else None
