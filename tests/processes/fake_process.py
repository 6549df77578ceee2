"""What the processes that misbehave have in common: how they speak, and when they have misbehaved enough."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from convlab.processes.protocol import Message, frames


def say(header: dict[str, Any], *arrays: Any) -> None:
    write(b"".join(bytes(piece) for piece in frames(Message(header, arrays))))


def write(data: bytes) -> None:
    while data:
        data = data[os.write(1, data) :]


def is_over() -> bool:
    """Whether this process behaves, since enough others did not."""
    if len(sys.argv) < 4 or sys.argv[3].startswith("--"):
        return False
    log = Path(sys.argv[2])
    before = len(log.read_text().split()) if log.exists() else 0
    log.write_text("start " * (before + 1))
    return before >= int(sys.argv[3])
