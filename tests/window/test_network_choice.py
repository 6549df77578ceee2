"""Why the place that is looked at has no maps and will get none, when a process next door gives up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from convlab.network.description import Network
from convlab.problems import Problem
from tests.window.network_fakes import (
    PATH,
    FakeEngine,
    FakeReader,
    FakeRequest,
    FakeSession,
    pattern,
    random_weights,
    settle,
    small_network,
)

PROBLEM = Problem("It cannot be done.", "It is too large.", "Try less.")


class WithoutWeights(FakeReader):
    """Cannot read any."""

    def read_weights(self, path: Path, network: Network, row: int, **how: Any) -> FakeRequest:
        return self._answer(how["failed"], lambda: how["failed"](PROBLEM))


class Refusing(FakeEngine):
    """Refuses networks, or to compute them as often as `times` says."""

    def __init__(self, *, networks: bool, times: int = 99) -> None:
        super().__init__()
        self.networks, self.times = networks, times

    def load(self, network: Network, weights: Any, *, done: Any, failed: Any) -> FakeRequest:
        if self.networks:
            return FakeRequest(lambda: failed(PROBLEM), self.owner)
        return super().load(network, weights, done=done, failed=failed)

    def maps(self, images: Any, wanted: Any, *, done: Any, failed: Any, channel: str = "maps") -> FakeRequest:
        self.times -= 1
        if self.times >= 0:
            return FakeRequest(lambda: failed(PROBLEM), self.owner)
        return super().maps(images, wanted, done=done, failed=failed)


def opened(reader: type[FakeReader], engine: FakeEngine) -> tuple[FakeSession, list[Problem]]:
    network = small_network()
    session = FakeSession(reader(network, random_weights(network)), engine, pattern(28, 28))
    told: list[Problem] = []
    session.problem_met.connect(told.append)
    session.open(PATH)
    settle(session)
    return session, told


def test_missing_weights_are_said_once_and_are_why_there_are_no_maps(qtbot: QtBot) -> None:
    session, told = opened(WithoutWeights, FakeEngine())
    assert told == [PROBLEM] and session.no_maps_because == PROBLEM.sentence


def test_a_network_that_is_refused_has_no_maps_whatever_is_drawn(qtbot: QtBot) -> None:
    session, told = opened(FakeReader, Refusing(networks=True))
    session.edit_image("Draw", pattern(20, 20))
    settle(session)
    assert told == [PROBLEM] and session.no_maps_because == PROBLEM.sentence


def test_maps_that_were_refused_are_asked_for_again_when_something_changes(qtbot: QtBot) -> None:
    session, told = opened(FakeReader, Refusing(networks=False, times=1))
    assert told == [PROBLEM] and session.no_maps_because == PROBLEM.sentence
    session.edit_image("Draw", pattern(20, 20))
    settle(session)
    assert told == [PROBLEM] and session.map_array is not None and session.no_maps_because == ""
