"""The command: asks the reader process, whose limits and deadline hold here too, and prints what it says."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop

from convlab.inspection.report import report
from convlab.inspection.table import table
from convlab.network.description import Network
from convlab.problems import Problem
from convlab.processes.client import Reader, Shelf


def inspect(arguments: Sequence[str]) -> int:
    """Print what a network's file holds. Raises Problem for a file that does not open."""
    options = _parser().parse_args(arguments)
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)  # Qt's loop would not let Python see Ctrl+C
    _keep = QCoreApplication.instance() or QCoreApplication(["convlab"])
    reader = Reader(shelf=Shelf())
    try:
        found = _report(reader, options.file, options.checksums)
    finally:
        reader.close()
        signal.signal(signal.SIGINT, before)
    _print(json.dumps(found, indent=1) if options.json else table(found))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="convlab inspect",
        description="Print the layers of a Keras network. Nothing in the file is run, and TensorFlow is not needed.",
        allow_abbrev=False,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="a .keras or .h5 file")
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--checksums", action="store_true", help="with the SHA-1 of each weight, as float32")
    return parser


def _report(reader: Reader, file: Path, checksums: bool) -> dict[str, Any]:
    network: Network = _answer(lambda **then: reader.open_network(file, **then))
    if not checksums:
        return report(network)
    stored = {}
    for row, layer in enumerate(network.layers):
        if layer.weights:
            stored[row] = _answer(
                lambda row=row, **then: reader.read_weights(file, network, row, stored=True, **then)
            )
    return report(network, stored)


def _answer(ask: Callable[..., object]) -> Any:
    """What the reader answers; its problem is raised."""
    loop, answers = QEventLoop(), []

    def take(answer: Any) -> None:
        answers.append(answer)
        loop.quit()

    ask(done=take, failed=take)
    loop.exec()
    if isinstance(answers[0], Problem):
        raise answers[0]
    return answers[0]


def _print(text: str) -> None:
    """A terminal that lacks a sign shows another one in its place."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        print(text, flush=True)
    except BrokenPipeError:  # whoever reads has seen enough
        sys.stdout = None  # type: ignore[assignment]
