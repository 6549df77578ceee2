"""A report as a table for people, in plain text of one width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convlab.plain_text import safe_text

_FORMATS = {
    "keras": "a .keras file",
    "h5": "an .h5 file",
    "h5 weights": "an .h5 file of weights",
    "weights.h5": "a .weights.h5 file",
}
_HEADS = ("layer", "class", "output", "kernel", "strides", "padding", "activation", "parameters")
_TO_THE_RIGHT = {"parameters"}
_WIDEST = 40
_MOST_PROBLEMS = 20


def table(report: dict[str, Any]) -> str:
    """Lines: what it is, one row for each layer, totals, notices."""
    heads = [*_HEADS]
    rows = [_row(layer) for layer in report["layers"]]
    if any("kernel_sha1" in layer for layer in report["layers"]):
        heads.append("SHA-1 of the kernel")
        for row, layer in zip(rows, report["layers"], strict=True):
            row.append(layer["kernel_sha1"] or "")
    return "\n".join([_title(report), "", *_aligned(heads, rows), "", *_ends(report)])


def _title(report: dict[str, Any]) -> str:
    version = report["keras_version"]
    saved = f", saved by Keras {safe_text(version, 20)}" if version else ""
    size = _shape(report["input_shape"])
    return f"{safe_text(report['file'])}: {_FORMATS[report['format']]}{saved}" + (
        f", for {size}" if size else ""
    )


def _row(layer: dict[str, Any]) -> list[str]:
    depth = layer["path"].count("/") - layer["name"].count("/")
    mark = "! " if "problem" in layer else ""
    return [
        "  " * max(0, depth) + safe_text(layer["name"], _WIDEST),
        mark + safe_text(layer["class"] or layer["kind"] or "", _WIDEST),
        _shape(layer["output_shape"]),
        _sizes(layer["kernel_shape"]),
        _sizes(layer["strides"]),
        layer["padding"] if isinstance(layer["padding"], str) else _borders(layer["padding"]),
        layer["activation"] if layer["activation"] not in (None, "linear") else "",
        f"{layer['parameters']:,}" if layer["parameters"] else "",
    ]


def _ends(report: dict[str, Any]) -> list[str]:
    count = len(report["layers"])
    total = f"{count:,} layer{'s' if count != 1 else ''}, {report['parameters']:,} parameters"
    notices = report["notices"]
    problems = dict.fromkeys(layer["problem"] for layer in report["layers"] if "problem" in layer)
    more = [problem for problem in problems if not any(problem in notice for notice in notices)]
    return [total, *(safe_text(text, 400) for text in (*notices, *more[:_MOST_PROBLEMS]))]


def _aligned(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    used = [column for column in range(len(heads)) if column < 2 or any(row[column] for row in rows)]

    def line(row: Sequence[str]) -> str:
        cells = (
            row[column].rjust(widths[column])
            if heads[column] in _TO_THE_RIGHT
            else row[column].ljust(widths[column])
            for column in used
        )
        return "  ".join(cells).rstrip()

    return [line(heads), *map(line, rows)]


def _shape(shape: list[int | None] | None) -> str:
    """Without the batch; "?" where it depends on the image."""
    return _sizes(shape[1:]) if shape else ""


def _sizes(shape: Any) -> str:
    if shape is None:
        return ""
    if not isinstance(shape, list):
        return str(shape)
    return "×".join("?" if n is None else str(n) for n in shape)


def _borders(padding: Any) -> str:
    return "" if padding is None else str(padding).replace("[", "(").replace("]", ")")
