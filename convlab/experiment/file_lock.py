"""Locks on files, which the operating system lets go of when a process ends in whatever way."""

from __future__ import annotations

import os
from typing import IO


def try_lock(file: IO[bytes]) -> bool:
    """Takes the lock of an open file if nobody has it. It is let go when the file is closed, or its process ends."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
