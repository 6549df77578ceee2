"""A text file as lines, in whatever encoding people save it."""

from __future__ import annotations

from convlab.network.file_limits import MAX_LINE, MAX_LINES
from convlab.plain_text import safe_text
from convlab.processes.local_files import cannot_open


def lines_in(data: bytes, name: str) -> list[str]:
    """The lines, harmless to show, without empty ones at the end. Raises Problem for what is no text."""
    text = _decoded(data)
    if text is None:
        raise cannot_open(name, "It is not text.", "Choose a text file with one name in each line.")
    lines = [safe_text(line.strip(), MAX_LINE) for line in text.splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    if not lines:
        raise cannot_open(name, "It holds no names.", "Write one name in each line.")
    if len(lines) > MAX_LINES:
        raise cannot_open(name, f"It has more than {MAX_LINES:,} lines.", "Write one name in each line.")
    return lines


def _decoded(data: bytes) -> str | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if any(byte < 32 and byte not in b"\t\n\r\f\v" for byte in set(data)):
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
