"""What the reader does with networks: opens one, reads the weights of a layer, makes a copy with others.

The last file stays open, so that weights need not be looked for again. It is known by its size and time: if it has
changed since it was opened, its weights would be those of another network.
"""

from __future__ import annotations

import json
import os
from typing import Any

import numpy as np

from convlab.network import document
from convlab.network.file_kinds import SAVED_MODEL, SAVED_MODEL_REMEDY
from convlab.network.keras_file import open_network
from convlab.network.network_file import NetworkFile
from convlab.problems import Problem
from convlab.processes import walls
from convlab.processes.local_files import Source, cannot_open
from convlab.processes.protocol import Message
from convlab.processes.room import Room

_MORE_MEMORY = 700 * 1024 * 1024
"""What opening a file may take, besides what it answers with."""


class NetworkFiles:
    """Keeps the last file open."""

    def __init__(self) -> None:
        self._path = ""
        self._fingerprint = ""
        self._open: NetworkFile | None = None

    def open_network(self, source: Source, question: Message, room: Room) -> Message:
        with walls.at_most(_MORE_MEMORY):
            network = self._opened(source, question.header["path"]).network
            try:
                described = document.to_bytes(network)
                document.from_document(json.loads(described))
            except ValueError:
                why = "Its layers or their settings are more than ConvLab can hold."
                raise cannot_open(source.name, why) from None
        return Message({"reply": "network"}, (np.frombuffer(described, np.uint8),))

    def read_weights(self, source: Source, question: Message, room: Room) -> Message:
        """In today's axes, or as stored. question: fingerprint, row, stored."""
        header = question.header
        with walls.at_most(_MORE_MEMORY):
            file = self._same(source, header)
            read = file.stored_weights if header["stored"] else file.weights
            arrays = read(_row(header["row"], file), room.empty)
        return Message({"reply": "weights"}, arrays)

    def copy_network(self, source: Source, question: Message, room: Room) -> Message:
        """question: fingerprint, places: [[row, position], …], and the new arrays in their order."""
        header = question.header
        with walls.at_most(_MORE_MEMORY):
            file = self._same(source, header)
            places = [(row, position) for row, position in header["places"]]
            copy = file.copy_with(dict(zip(places, question.arrays, strict=True)), room.empty)
        return Message({"reply": "copy"}, (copy,))

    def _opened(self, source: Source, path: str) -> NetworkFile:
        self._forget()
        file = os.fdopen(os.dup(source.file.fileno()), "rb")
        fingerprint = fingerprint_of(source)
        try:
            self._open = open_network(file, source.name, source.size, {"fingerprint": fingerprint})
        except BaseException:
            file.close()
            raise
        self._path, self._fingerprint = path, fingerprint
        return self._open

    def _same(self, source: Source, header: dict[str, Any]) -> NetworkFile:
        """The file that a question is about, opened again if it was not the last one."""
        if fingerprint_of(source) != header["fingerprint"]:
            raise Problem(
                f"“{source.name}” has changed since it was opened.",
                "What is on screen is not what the file holds now.",
                "Open it again.",
            )
        if self._open is not None and (self._path, self._fingerprint) == (
            header["path"],
            header["fingerprint"],
        ):
            return self._open
        return self._opened(source, header["path"])

    def _forget(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open, self._path, self._fingerprint = None, "", ""


def fingerprint_of(source: Source) -> str:
    """Size and time of a file, as one text that begins with the size."""
    return f"{source.size}-{os.fstat(source.file.fileno()).st_mtime_ns}"


def check_folder(path: str, name: str) -> None:
    """Raises Problem, with what to do, for folders that people open as networks."""
    if not os.path.isdir(path):
        return
    if os.path.isfile(os.path.join(path, "saved_model.pb")):
        raise cannot_open(name, SAVED_MODEL, SAVED_MODEL_REMEDY)
    if os.path.isfile(os.path.join(path, "model.weights.h5")):
        raise cannot_open(name, "It is a .keras file that was unpacked.", "Open the .keras file itself.")


def _row(value: Any, file: NetworkFile) -> int:
    if type(value) is not int or not 0 <= value < len(file.network.layers):
        raise ValueError(value)
    return value
