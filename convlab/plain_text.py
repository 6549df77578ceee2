"""Text that came from a file, made fit to stand in a sentence: one line, printable, short."""

from __future__ import annotations

import unicodedata

MARK = "\N{REPLACEMENT CHARACTER}"
"""Stands for each character that is not shown."""

_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Unicode categories that move, hide or reorder text: control, format (bidi marks, zero width), lone surrogates,
private, unassigned, line and paragraph separators."""

_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that look like nothing."""


def safe_text(text: object, length: int = 80) -> str:
    """`text` as one printable line of at most `length` characters, the middle left out if it is longer.

    It is still plain text: where rich text is understood it must be escaped besides.
    """
    shown = text if isinstance(text, str) else str(text)
    if len(shown) > 4 * length:
        # The far middle is left out anyway: a megabyte of text must not be looked at letter by letter.
        shown = shown[: 2 * length] + shown[-2 * length :]
    if not (shown.isascii() and shown.isprintable()):  # most names are: a thousand classes are named at once
        shown = "".join(_visible(character) for character in shown)
    return shorten(shown, length)


def shorten(text: str, length: int) -> str:
    """`text` with "…" for its middle if it is longer than `length` characters; the end (".png") is kept."""
    if len(text) <= length:
        return text
    head = length // 2
    return f"{text[:head]}…{text[len(text) - (length - head - 1) :]}"


def _visible(character: str) -> str:
    if character in _BLANK or unicodedata.category(character) in _HIDDEN:
        return MARK
    if unicodedata.category(character) == "Zs":
        return " "
    return character
