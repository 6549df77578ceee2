"""Child: a Python process next door that speaks our protocol, and that may hang, lie or die without harm."""

from __future__ import annotations

import logging
import os
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QDir, QObject, QProcess, QProcessEnvironment, QTimer, Signal

from convlab.processes.protocol import Buffer, Message, Parser, ProtocolError, frames, nowhere
from convlab.processes.shelf import SMALLEST_BYTES, Place, Shelf

log = logging.getLogger(__name__)

MEMORY_LIMIT = 4 * 1024**3
_WATCH_MS = 250
_READ_BYTES = 256 * 1024
_READ_SECONDS = 0.004
"""How long bytes are taken in before other events get their turn."""
_UNSENT_BYTES = 1024 * 1024
_MAX_COMPLAINTS = 1024 * 1024
_KEPT_COMPLAINTS = 4096

_BOOT = (
    "import sys, runpy; sys.path.insert(0, sys.argv[1]); runpy.run_module(sys.argv[2], run_name='__main__')"
)
_KEPT_VARIABLES = (
    "PATH",
    "LANG",
    "LC_ALL",
    "SYSTEMROOT",
    "WINDIR",
    "TEMP",
    "TMP",
    "TMPDIR",
    "LD_LIBRARY_PATH",
)


def python_arguments(module: str) -> list[str]:
    """What Python is called with to run `module` isolated: it sees neither the user's PYTHON… variables nor the
    current folder, so the package's own folder is handed over; that serves a checkout and an installed wheel."""
    root = Path(__file__).resolve().parents[2]
    return ["-I", "-X", "utf8", "-c", _BOOT, str(root), module]


class Child(QObject):
    """Starts a process, sends and receives messages without ever waiting, and kills it when it misbehaves.

    arguments: what Python is called with. shelf: memory shared with it. variables: names of those of the environment
    that it gets besides the usual few. Signals arrive in the thread of this object.
    """

    message_received = Signal(object)
    ended = Signal(str)
    """It is gone, and why: "stopped" by itself, "killed" by us, "garbled" for what is no message, or "memory"."""

    def __init__(
        self,
        arguments: list[str],
        parent: QObject | None = None,
        *,
        memory_limit: int | None = None,
        shelf: Shelf | None = None,
        variables: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._variables = (*_KEPT_VARIABLES, *variables)
        self._arguments = [*arguments, *(shelf.arguments if shelf is not None else ())]
        self._name = arguments[-1] if arguments else ""
        self._room: Place | None = None
        self._lent: list[object] = []
        self._process: QProcess | None = None
        self._parser = Parser()
        self._unsent: deque[Buffer] = deque()
        self._complaints = bytearray()
        self._complained = 0
        self._limit = memory_limit or _memory_limit()
        self._watch = QTimer(self, interval=_WATCH_MS)
        self._watch.timeout.connect(self._check_memory)

    @property
    def running(self) -> bool:
        """Whether there is a process, started or starting."""
        return self._process is not None

    @property
    def process_id(self) -> int:
        """The system's number of the process; 0 without one."""
        return int(self._process.processId()) if self._process is not None else 0

    def start(self) -> None:
        """Starts the process unless it runs."""
        if self._process is not None:
            return
        process = QProcess(self)
        process.setProgram(sys.executable)
        process.setArguments(self._arguments)
        process.setProcessEnvironment(_environment(self._variables))
        process.setWorkingDirectory(QDir.rootPath())
        process.readyReadStandardOutput.connect(self._read)
        process.readyReadStandardError.connect(self._read_complaints)
        process.bytesWritten.connect(self._write)
        process.finished.connect(self._stopped)
        process.errorOccurred.connect(self._fail)
        self._process = process
        self._parser = Parser(take=self._on_shelf)
        self._complaints.clear()
        self._complained = 0
        self._watch.start()
        process.start()

    def send(self, message: Message, room: int = 0) -> None:
        """Sends a message, as fast as the process takes it. The message's arrays must not change meanwhile.

        room: how many bytes the arrays of the answer need. Until `answered` the process may use what lies on the shelf.
        """
        if self._shelf is not None:
            self._room = self._shelf.allocate(room) if room >= SMALLEST_BYTES else None
            self._lent = [self._room, message.arrays]
        if self._room is not None:
            message = Message(
                {**message.header, "room": [self._room.offset, self._room.size]}, message.arrays
            )
        self._unsent.extend(frames(message, self._shelf.place_of if self._shelf is not None else nowhere))
        self._write()

    def answered(self) -> None:
        """The process has nothing more to do with what lies on the shelf."""
        self._room, self._lent = None, []

    def _on_shelf(self, offset: int, dtype: np.dtype[Any], shape: tuple[int, ...]) -> NDArray[Any]:
        if self._room is None:
            raise ValueError("there was no room for an array")
        return self._room.array(offset, dtype, shape)

    def kill(self, reason: str = "killed") -> None:
        """Ends the process at once, whatever it does; `ended` follows immediately."""
        if self._process is not None:
            self._end(reason)

    def close(self) -> None:
        """Ends the process without a word, and waits the moment that the system takes for it."""
        process = self._release()
        if process is not None:
            process.kill()
            process.waitForFinished(300)
            process.deleteLater()

    def _release(self) -> QProcess | None:
        """Forget the process; nothing that it still does reaches us."""
        process, self._process = self._process, None
        self._watch.stop()
        self._unsent.clear()
        if process is not None:
            process.blockSignals(True)
        return process

    def _end(self, reason: str) -> None:
        self._read_complaints()
        process = self._release()
        if process is None:
            return
        log.info("process %s ended: %s", self._name, reason)
        if self._complaints:
            log.info("its last words: %r", bytes(self._complaints))
        # As long as it is not quite dead it may still write where it was given room.
        lent, self._room, self._lent = self._lent, None, []
        _bury(process, lent)
        self.ended.emit(reason)

    def _stopped(self) -> None:
        self._end("stopped")

    def _fail(self, error: QProcess.ProcessError) -> None:
        # Crashed is told by `finished` too; the others (not started, pipe broken) may be told by nothing else.
        if error != QProcess.ProcessError.Crashed:
            self._end("stopped")

    def _write(self) -> None:
        """Hand over what the process has room for: the system's queue must not hold a whole photograph."""
        process = self._process
        while process is not None and self._unsent and process.bytesToWrite() < _UNSENT_BYTES:
            process.write(bytes(self._unsent.popleft()))

    def _read(self) -> None:
        """Take in what has come, for a few milliseconds at a time."""
        end = perf_counter() + _READ_SECONDS
        process = self._process
        while process is not None and process is self._process:
            data = process.read(_READ_BYTES)
            if data.isEmpty():
                return
            if not self._take(memoryview(data)):  # type: ignore[arg-type]
                return
            if perf_counter() > end:
                QTimer.singleShot(0, self._read)
                return

    def _take(self, data: memoryview) -> bool:
        try:
            messages = self._parser.feed(data)
        except ProtocolError as error:
            log.info("not a message: %s", error)
            self._end("garbled")
            return False
        for message in messages:
            self.message_received.emit(message)
        return True

    def _read_complaints(self) -> None:
        """Keep the end of what libraries print; a flood of it is a fault."""
        if self._process is None:
            return
        data = self._process.readAllStandardError().data()
        self._complained += len(data)
        self._complaints = (self._complaints + data)[-_KEPT_COMPLAINTS:]
        if self._complained > _MAX_COMPLAINTS:
            self._complained = 0
            self._end("garbled")

    def _check_memory(self) -> None:
        if resident_bytes(self.process_id) > self._limit:
            self._end("memory")


def resident_bytes(process_id: int) -> int:
    """How much memory a process holds, where the system says it (Linux); else 0."""
    try:
        pages = Path(f"/proc/{process_id}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0


def _memory_limit() -> int:
    try:
        half = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (OSError, ValueError, AttributeError):
        return MEMORY_LIMIT
    return min(MEMORY_LIMIT, half) if half > 0 else MEMORY_LIMIT


def _bury(process: QProcess, lent: list[object]) -> None:
    """Kill what may still live, and give the object back once the system says that it is gone."""
    if process.state() == QProcess.ProcessState.NotRunning:
        process.deleteLater()
        return
    process.blockSignals(False)
    for signal in (process.readyReadStandardOutput, process.readyReadStandardError, process.bytesWritten):
        signal.disconnect()
    process.finished.disconnect()
    process.errorOccurred.disconnect()
    process.finished.connect(lambda *_: lent.clear())
    process.finished.connect(process.deleteLater)
    process.kill()


def _environment(variables: Sequence[str]) -> QProcessEnvironment:
    """Little of ours: nothing that makes Python or a library read or load something else."""
    ours = QProcessEnvironment.systemEnvironment()
    environment = QProcessEnvironment()
    for name in variables:
        if ours.contains(name):
            environment.insert(name, ours.value(name))
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        environment.insert(name, "1")
    return environment
