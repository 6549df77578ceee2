"""The real reader and the real engine killed at fifty moments each, by a window's session that wants to go on.

Moments are spread evenly and at random over what was measured of starting, loading, computing and sending. After each kill
the question that was open and the next one are answered as before, and at most one message was told.
"""

from __future__ import annotations

import os
import random
import signal
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convlab.experiment.image import Image, blank
from convlab.problems import Problem
from convlab.processes.asking import Asker
from convlab.processes.client import Engine, Maps, Reader, Shelf
from convlab.window.network_session import NetworkSession
from tests.network.hand_made import hdf5, item, keras_zip, sequential
from tests.processes.conftest import wait_until
from tests.window.network_fakes import FakeEngine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL"),
]
WAIT, PATIENCE = 900.0, 300.0  # TensorFlow takes long to start where other work keeps the machine busy
KILLS, SIDE, WATCHED = 50, 160, 2
IMAGES = [blank(SIDE, SIDE).with_cell(9 * n, 20, 1.0).with_cell(80, 7 * n, 0.5) for n in range(1, 4)]


def large_network(folder: Path, wide: int) -> Path:
    """Takes a while to be unpacked, to be built, and to be computed; `wide` filters in the layers with many weights."""
    draw = np.random.default_rng(2)
    same = {"kernel_size": [3, 3], "padding": "same", "activation": "relu"}
    filters = {"first": 32, "second": 64, "third": 64, "wide": wide, "wider": wide}
    sizes = [1, *filters.values()]
    arrays = {"layers/dense/vars/0": draw.normal(0, 0.1, (wide, 3)), "layers/dense/vars/1": np.zeros(3)}
    for number, (reads, makes) in enumerate(pairwise(sizes)):
        place = f"layers/conv2d{f'_{number}' if number else ''}/vars/"
        kernel = draw.normal(0, (9 * reads) ** -0.5, (3, 3, reads, makes))
        arrays |= {place + "0": kernel, place + "1": draw.normal(0, 0.1, makes)}
    layers = [item("Conv2D", name, filters=count, **same) for name, count in filters.items()]
    layers.insert(0, item("InputLayer", "image", batch_shape=[None, SIDE, SIDE, 1]))
    layers.insert(4, item("MaxPooling2D", "pool", pool_size=[32, 32]))
    layers += [
        item("GlobalAveragePooling2D", "mean"),
        item("Dense", "classes", units=3, activation="softmax"),
    ]
    file = folder / "large.keras"
    small = {name: array.astype(np.float32) for name, array in arrays.items()}
    file.write_bytes(keras_zip(sequential(layers), hdf5(small), zipfile.ZIP_DEFLATED))
    return file


def moments(count: int, seed: int) -> Iterator[float]:
    """So many numbers between 0 and 1 in no order, one at random in each of as many equal parts."""
    draw = random.Random(seed)
    parts = list(range(count))
    draw.shuffle(parts)
    return ((part + draw.random()) / count for part in parts)


def seconds_until(condition: Callable[[], object]) -> float:
    begin = time.monotonic()
    wait_until(condition, WAIT)
    return time.monotonic() - begin


def pause(seconds: float) -> None:
    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() >= end, WAIT)


class Killed:
    """A session whose process is killed, and what was told meanwhile."""

    def __init__(self, session: NetworkSession, process: Asker, file: Path) -> None:
        self.session, self.process, self.file = session, process, file
        self.told: list[Problem] = []
        self.kills: Counter[str] = Counter()
        self.messages = 0
        session.problem_met.connect(self.told.append)

    def kill(self, what: str) -> None:
        assert self.process.process_id, "there is no process to be killed"
        os.kill(self.process.process_id, signal.SIGKILL)
        self.kills[what] += 1

    def open(self) -> None:
        """The file, with all its weights, whatever was told."""
        self.session.open(self.file)
        self.wait(lambda: self.session.opening is None)
        self.wait(lambda: self.session.weights.complete)

    def wait(self, condition: Callable[[], object]) -> float:
        return seconds_until(lambda: condition() or self.told)

    def die_in_all(self, phases: Sequence[str]) -> None:
        """In turns, at moments spread over each phase; what must hold is checked after each."""
        shares = {what: moments(-(-KILLS // len(phases)), seed) for seed, what in enumerate(phases)}
        for number in range(KILLS):
            what = phases[number % len(phases)]
            share = next(shares[what])
            self.die(what, share)
            self.check((number, what, share))

    def die(self, what: str, share: float) -> None:
        """Be killed in this phase, when so much of it is over (0 to 1)."""
        raise NotImplementedError

    def check(self, where: object) -> None:
        """That nothing was lost, and the next question is answered."""
        raise NotImplementedError

    def check_told(self, where: object) -> None:
        assert len(self.told) <= 1, (where, [problem.sentence for problem in self.told])
        self.messages += len(self.told)
        self.told.clear()

    def __str__(self) -> str:
        killed = ", ".join(f"{count} {what}" for what, count in self.kills.items())
        return f"{self.kills.total()} kills ({killed}): {self.messages} messages"


# --- the reader ---


class KilledReader(Killed):
    def __init__(self, session: NetworkSession, reader: Reader, file: Path) -> None:
        super().__init__(session, reader, file)
        self.reader = reader
        reader.start()
        self.start = seconds_until(lambda: reader.ready)
        session.open(file)
        self.opening = seconds_until(lambda: session.opening is None)
        self.reading = seconds_until(lambda: session.weights.complete)
        begin = time.monotonic()
        self.copied = self.copy()
        self.copying = time.monotonic() - begin
        self.weights = session.weights.all

    def copy(self, at_work: Callable[[], object] = lambda: None) -> Any:
        """The content of the file with other weights of a layer."""
        told: list[Any] = []
        assert self.session.network is not None
        edits = {(1, 0): np.ones((3, 3, 1, 32), np.float32)}
        self.reader.copy_network(self.file, self.session.network, edits, done=told.append, failed=told.append)
        at_work()
        wait_until(lambda: told, WAIT)
        return told[0] if isinstance(told[0], Problem) else bytes(told[0])

    def die(self, what: str, share: float) -> None:
        if what == "starting":
            os.kill(self.reader.process_id, signal.SIGKILL)
            wait_until(lambda: not self.reader.process_id)
        if what == "sending":
            copied = self.copy(at_work=lambda: (pause(share * self.copying), self.kill(what)))
            assert copied == self.copied or isinstance(copied, Problem)
            return
        self.session.open(self.file)
        if what == "reading":
            self.wait(lambda: self.session.opening is None)
        pause(share * {"starting": self.start, "opening": self.opening, "reading": self.reading}[what])
        self.kill(what)
        self.wait(lambda: self.session.opening is None)

    def check(self, where: object) -> None:
        """The open network is whole, and so is what is opened next."""
        self.wait(lambda: self.session.weights.complete)
        self.check_told(where)
        self.check_weights(where)
        self.open()
        assert not self.told, (where, self.told[0].sentence)
        self.check_weights(where)

    def check_weights(self, where: object) -> None:
        found = self.session.weights.all
        assert found.keys() == self.weights.keys(), where
        for row, arrays in self.weights.items():
            assert all(map(np.array_equal, found[row], arrays)), (where, row)


def test_a_reader_killed_at_any_moment_loses_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    reader, engine = Reader(shelf=Shelf(), deadline=PATIENCE), FakeEngine(lambda images, weights: {})
    session = NetworkSession(reader, engine, IMAGES[0])  # type: ignore[arg-type]
    engine.owner = session
    killed = KilledReader(session, reader, large_network(tmp_path, wide=384))
    phases = ["starting", "opening", "reading", "sending"]
    killed.die_in_all(phases)
    print(
        f"{killed}; start {killed.start:.2f} s, opening {killed.opening:.2f} s, reading {killed.reading:.2f} s,"
        f" copying {killed.copying:.2f} s"
    )
    reader.close()


# --- the engine ---


class KilledEngine(Killed):
    def __init__(self, session: NetworkSession, engine: Engine, file: Path) -> None:
        super().__init__(session, engine, file)
        self.engine = engine
        self.start, self._started = 0.0, time.monotonic()
        engine.state_changed.connect(self._measure_start)
        engine.start()
        wait_until(lambda: engine.state in ("ready", "missing"), WAIT)
        if engine.state == "missing":
            pytest.skip(engine.why)
        self.open()
        self.building = seconds_until(lambda: not session.maps.loading)
        self.change()
        self.expected = [self.asked(image) for image in IMAGES]
        begin = time.monotonic()
        self.asked(IMAGES[0])
        self.answering = time.monotonic() - begin
        self.computing = self.computed().seconds

    def _measure_start(self) -> None:
        """The last start, since others may keep the machine busy for a while."""
        if self.engine.state == "starting":
            self._started = time.monotonic()
        elif self.engine.state == "ready":
            self.start = time.monotonic() - self._started

    def change(self) -> None:
        """A filter of the first layer, so that weights come from two places; and look at the second layer."""
        self.session.edit_weights("Change", {(1, 0): np.full((3, 3, 1, 32), 0.2, np.float32)})
        self.session.choose_node(WATCHED)

    def computed(self) -> Maps:
        told: list[Any] = []
        image = {0: np.full((SIDE, SIDE, 1), 0.3, np.float32)}
        self.engine.maps(image, [(WATCHED, False)], done=told.append, failed=told.append, channel="measured")
        wait_until(lambda: told, WAIT)
        assert isinstance(told[0], Maps)
        return told[0]

    @property
    def answered(self) -> bool:
        maps = self.session.maps
        return maps.fresh and not maps.busy and self.session.map_array is not None

    def asked(self, image: Image) -> tuple[Any, Any]:
        self.session.edit_image("Draw", image)
        self.wait(lambda: self.answered)
        assert not self.told, self.told[0].sentence
        return np.array(self.session.map_array), np.array(self.session.prediction)

    def die(self, what: str, share: float) -> None:
        getattr(self, what)(share)
        self.wait(lambda: self.answered)

    def idle(self) -> None:
        """The first kill of two: the process gets ready again by itself."""
        process = self.engine.process_id
        os.kill(process, signal.SIGKILL)
        wait_until(lambda: self.engine.process_id not in (0, process), WAIT)

    def kill_while_starting(self, share: float) -> None:
        self.idle()
        pause(share * self.start)
        self.kill("starting")

    def kill_while_loading_again(self, share: float) -> None:
        self.idle()
        wait_until(lambda: self.engine.ready, WAIT)
        pause(share * self.building)
        self.kill("loading again")

    def kill_while_loading(self, share: float) -> None:
        self.open()
        pause(share * self.building)
        self.kill("loading")
        self.change()

    def kill_while_computing(self, share: float) -> None:
        self.session.edit_image("Draw", IMAGES[1])
        pause(share * self.computing)
        self.kill("computing")

    def kill_while_sending(self, share: float) -> None:
        self.session.edit_image("Draw", IMAGES[1])
        pause(self.computing + share * (self.answering - self.computing))
        self.kill("sending")

    def check(self, where: object) -> None:
        """What was open is open, with what was changed, and the maps of all images are those from before."""
        self.check_told(where)
        changed = self.session.work.edits
        assert list(changed) == [(1, 0)] and (changed[1, 0] == np.float32(0.2)).all(), where
        assert self.session.path == self.file and self.session.history.can_undo, where
        for image, expected in zip(IMAGES, self.expected, strict=True):
            for found, one in zip(self.asked(image), expected, strict=True):
                np.testing.assert_allclose(found, one, rtol=1e-5, atol=1e-6, err_msg=str(where))


def test_an_engine_killed_at_any_moment_loses_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    shelf = Shelf()
    reader = Reader(shelf=shelf, deadline=PATIENCE)
    engine = Engine(shelf=shelf, seconds=(PATIENCE, PATIENCE, PATIENCE))
    session = NetworkSession(reader, engine, IMAGES[0])
    killed = KilledEngine(session, engine, large_network(tmp_path, wide=256))
    phases = [
        "kill_while_computing",
        "kill_while_starting",
        "kill_while_sending",
        "kill_while_loading",
        "kill_while_loading_again",
    ]
    killed.die_in_all(phases)
    print(
        f"{killed}; start {killed.start:.2f} s, building {killed.building:.2f} s,"
        f" computing {killed.computing:.3f} s, answering {killed.answering:.3f} s"
    )
    reader.close()
    engine.close()
