"""Writing a file so that it is whole at any moment: the new one takes the place of the old one in one step."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from convlab.problems import Problem


def write_whole(path: Path, fill: Callable[[BinaryIO], object], *, backup: bool = False) -> None:
    """Writes what `fill` writes: either the whole new file is there afterwards, or the old one as it was.

    With `backup` the file that is replaced is kept as `name.bak`. Raises Problem if it cannot be saved.
    """
    target = Path(os.path.realpath(path))  # A link stays a link, to the new content.
    new = target.with_name(f".{target.name[:100]}.{os.urandom(4).hex()}.tmp")
    try:
        with new.open("xb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, new)
            if backup:
                with suppress(OSError):  # Where there is no place for the old file, the new one still counts.
                    _keep_old(target)
        os.replace(new, target)
    except OSError as error:
        raise Problem(
            f"“{path.name}” was not saved.", reason(error), "Your work is still open: save it elsewhere."
        ) from error
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def reason(error: OSError) -> str:
    """Why the system refused to write, as a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC):
        return "The disk is full."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "You may not write in this folder."
    if error.errno == errno.ENOENT:
        return "The folder does not exist any more."
    return f"The system says: {error.strerror or error}."


def _keep_old(target: Path) -> None:
    """The old file under a second name; a link costs nothing, and where there are no links a copy does."""
    old = target.with_name(target.name + ".bak")
    old.unlink(missing_ok=True)
    try:
        os.link(target, old)
    except OSError:
        shutil.copy2(target, old)
