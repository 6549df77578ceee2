"""Locks on files, which the operating system lets go of when a process ends in whatever way."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO


def try_lock(file: IO[bytes]) -> bool:
    """Takes the lock of an open file if nobody has it. It is let go when the file is closed, or its process ends."""
    return _try(file, shared=False)


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock of a file; True also for what may not be looked at. A file that is not there has none."""
    try:
        with path.open("rb+") as file:
            return not _try(
                file, shared=True
            )  # two that look at the same time do not take each other for the holder
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _try(file: IO[bytes], *, shared: bool) -> bool:
    """shared: along with others that do so too; Windows does not offer that."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
            fcntl.flock(file.fileno(), kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
