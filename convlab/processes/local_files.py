"""Opening a local file that somebody named: never one that blocks, never anything but a plain file."""

from __future__ import annotations

import errno
import io
import os
import stat
from dataclasses import dataclass
from typing import BinaryIO

from convlab.plain_text import safe_text
from convlab.problems import Problem

MAX_FILE_BYTES = 2_000_000_000

_REASONS = {
    errno.ENOENT: ("There is no such file any more.", "Look whether it was moved or renamed."),
    errno.ENOTDIR: ("There is no such file any more.", "Look whether it was moved or renamed."),
    errno.EACCES: ("You may not read it.", "Ask its owner for permission, or use a copy."),
    errno.EPERM: ("You may not read it.", "Ask its owner for permission, or use a copy."),
    errno.ELOOP: ("It is a link that leads back to itself.", "Open the file itself."),
    errno.ENAMETOOLONG: ("Its name is too long.", "Give it a shorter name."),
    errno.EIO: ("The disk or the network drive does not answer.", "Copy the file to this computer first."),
}


@dataclass(frozen=True, eq=False)
class Source:
    """A file to be read. name: fit to be shown. size: in bytes, when it was opened."""

    file: BinaryIO
    size: int
    name: str

    def head(self, count: int) -> bytes:
        """The first `count` bytes; afterwards the file is at its start again."""
        self.file.seek(0)
        found = self.file.read(count)
        self.file.seek(0)
        return found

    def tail(self, count: int) -> bytes:
        """The last `count` bytes; afterwards the file is at its start again."""
        self.file.seek(max(0, self.size - count))
        found = self.file.read(count)
        self.file.seek(0)
        return found


def cannot_open(name: str, why: str, remedy: str = "") -> Problem:
    """The one message for a file that is not opened."""
    return Problem(f"“{name}” cannot be opened.", why, remedy)


def source_of_bytes(data: bytes | memoryview, name: str) -> Source:
    """Bytes that came through the pipe, such as a pasted picture. Raises Problem if there are none."""
    if not len(data):
        raise cannot_open(name, "It is empty.", "Copy it again.")
    return Source(io.BytesIO(data), len(data), name)


def open_local(path: str) -> Source:
    """Opens a file to be read. Raises Problem for whatever is not a plain, readable, non-empty file."""
    name = safe_text(os.path.basename(path.rstrip("/\\")) or path)
    try:
        # Asked before it is opened: opening a pipe or a device may wait for ever, or do something.
        _check_kind(os.stat(path), name)
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except ValueError:
        raise cannot_open(name, "Its name holds characters that no file can have.") from None
    except OSError as error:
        raise cannot_open(name, *_reason(error)) from None
    file = os.fdopen(number, "rb")
    try:
        found = os.fstat(number)
        _check_kind(found, name)
        _check_size(found.st_size, name)
    except BaseException:
        file.close()
        raise
    return Source(file, found.st_size, name)


def _check_kind(found: os.stat_result, name: str) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise cannot_open(name, "It is a folder.", "Choose a file in it.")
    if not stat.S_ISREG(found.st_mode):
        raise cannot_open(name, "It is a device or a pipe, not a file.", "Choose a file.")


def _check_size(size: int, name: str) -> None:
    if size == 0:
        raise cannot_open(name, "The file is empty.", "Download or save it again.")
    if size > MAX_FILE_BYTES:
        raise cannot_open(name, f"It is larger than {MAX_FILE_BYTES // 10**9} GB.", "Make it smaller first.")


def _reason(error: OSError) -> tuple[str, str]:
    known = _REASONS.get(error.errno or 0)
    return known or (f"The system says: {safe_text(error.strerror or 'no reason')}.", "Try a copy of it.")
