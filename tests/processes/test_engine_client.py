"""What the window's end of the engine does, with engines that misbehave; none of them needs TensorFlow."""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from convlab.network.description import Layer, Network, Node, Weight
from convlab.problems import Problem
from convlab.processes import child
from convlab.processes.client import Engine, Maps
from convlab.processes.protocol import MAX_ARRAYS
from tests.processes.conftest import wait_until

FAKE = Path(__file__).with_name("fake_engine.py")
SHAPE = (2, 3, 1)
MakeEngine = Callable[..., Engine]
slow = pytest.mark.slow


def chain(length: int = 4, name: str = "chain.keras") -> Network:
    """An input and layers that leave its size as it is; each has one weight of two numbers."""
    weights = (Weight("alpha", (2,)),)
    layers = [Layer("input", "input", "InputLayer")]
    layers += [Layer(f"layer_{n}", f"layer_{n}", "PReLU", weights=weights) for n in range(1, length)]
    nodes = [Node(row, (row - 1,) if row else (), SHAPE) for row in range(length)]
    return Network(
        name, "keras", layers=tuple(layers), nodes=tuple(nodes), inputs=(0,), outputs=(length - 1,)
    )


def numbers(value: float, network: Network | None = None) -> dict[int, tuple[Any, ...]]:
    rows = range(1, len((network or chain()).layers))
    return {row: (np.full(2, value, np.float32),) for row in rows}


def image(value: float = 1.0) -> dict[int, Any]:
    return {0: np.full(SHAPE, value, np.float32)}


@pytest.fixture
def fake(qapp: QCoreApplication, tmp_path: Path) -> Iterator[MakeEngine]:
    """Makes engines whose process misbehaves in a way that has a name in fake_engine.py; `times` so many processes only."""
    made: list[Engine] = []

    def make(behaviour: str = "good", times: int | None = None, **how: Any) -> Engine:
        more = [] if times is None else [str(tmp_path / "starts"), str(times)]
        made.append(Engine(arguments=["-X", "utf8", str(FAKE), behaviour, *more], **how))
        return made[-1]

    yield make
    for engine in made:
        engine.close()


class Told:
    """Collects answers."""

    def __init__(self) -> None:
        self.answers: list[Any] = []

    def __call__(self, answer: Any) -> None:
        self.answers.append(answer)

    @property
    def one(self) -> Any:
        wait_until(lambda: self.answers)
        settled(0.02)
        assert len(self.answers) == 1
        return self.answers[0]


def settled(seconds: float) -> None:
    """Let whatever may still come, come."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.002)


def load(engine: Engine, network: Network | None = None, value: float = 0.0) -> Any:
    told = Told()
    engine.load(network or chain(), numbers(value, network), done=told, failed=told)
    return told.one


def ask(engine: Engine, images: Any = None, wanted: Any = ((2, False),), **how: Any) -> Told:
    told = Told()
    told.request = engine.maps(images or image(), wanted, done=told, failed=told, **how)  # type: ignore[attr-defined]
    return told


def check_works(engine: Engine, total: float = 0.0) -> None:
    """The network that was loaded is there, with its weights."""
    maps = ask(engine, image(5.0)).one
    assert isinstance(maps, Maps), maps
    assert np.array_equal(maps.arrays[2, False], np.full(SHAPE, 15 + total, np.float32))


# --- what it does ---


def test_it_says_how_far_it_is(fake: MakeEngine) -> None:
    engine, states = fake(), []
    engine.state_changed.connect(lambda: states.append(engine.state))
    assert engine.state == "off"
    engine.start()
    assert engine.state == "starting"
    wait_until(lambda: engine.state == "ready")
    assert states == ["starting", "ready"] and engine.versions == ("0.1", "0.2")


def test_a_network_is_loaded_and_its_maps_are_given(fake: MakeEngine) -> None:
    engine = fake()
    assert load(engine) == {(node, False) for node in range(4)}
    maps = ask(engine, image(2.0), [(1, False), (3, False)]).one
    assert maps.arrays.keys() == {(1, False), (3, False)} and maps.seconds == 0.5
    assert np.array_equal(maps.arrays[3, False], np.full(SHAPE, 8, np.float32))
    assert not maps.arrays[3, False].flags.writeable


def test_weights_that_were_changed_count_from_the_next_question_on(fake: MakeEngine) -> None:
    engine = fake()
    load(engine)
    engine.set_weights(1, (np.full(2, 10, np.float32),))
    engine.set_weights(1, (np.full(2, 20, np.float32),))
    engine.set_weights(3, (np.full(2, 1, np.float32),))
    check_works(engine, 42)
    images = image()
    assert isinstance(ask(engine, images).one, Maps)
    engine.set_weights(1, (np.full(2, 0, np.float32),))
    assert ask(engine, images).one.arrays[2, False].max() == 3 + 2


def test_another_network_takes_the_place_of_the_first(fake: MakeEngine) -> None:
    engine = fake("slow")
    load(engine)
    late = ask(engine)
    settled(0.05)
    assert len(load(engine, chain(6), 1.0)) == 6
    check_works(engine, 10)
    assert late.answers == []


def test_the_last_of_many_networks_is_the_one(fake: MakeEngine) -> None:
    engine = fake("slow at load")
    told = [Told() for _ in range(5)]
    for number, one in enumerate(told):
        network = chain(number + 2)
        engine.load(network, numbers(0, network), done=one, failed=one)
        settled(0.03)
    assert len(told[4].one) == 6
    assert [one.answers for one in told[:4]] == [[]] * 4


def test_without_a_network_there_are_no_maps(fake: MakeEngine) -> None:
    engine = fake()
    assert "no network" in ask(engine).one.what
    load(engine)
    engine.forget()
    assert "no network" in ask(engine).one.what
    load(engine)
    check_works(engine)


def test_the_newest_question_wins_and_costs_no_process(fake: MakeEngine) -> None:
    engine = fake("slow")
    load(engine)
    process = engine.process_id
    told = []
    for number in range(10):
        told.append(ask(engine, image(number)))
        settled(0.01)
    assert told[9].one.arrays[2, False].max() == 27
    assert [len(one.answers) for one in told[:9]] == [0] * 9
    assert engine.process_id == process and engine.state == "ready"


def test_questions_of_two_channels_are_both_answered(fake: MakeEngine) -> None:
    engine = fake("slow")
    load(engine)
    one, other = ask(engine), ask(engine, channel="another")
    assert isinstance(one.one, Maps) and isinstance(other.one, Maps)


def test_cancelling_is_silent_frees_the_process_and_keeps_the_network(fake: MakeEngine) -> None:
    engine = fake("hangs", times=1)
    load(engine, value=1.0)
    told, process = ask(engine), engine.process_id
    settled(0.05)
    told.request.cancel()  # type: ignore[attr-defined]
    wait_until(lambda: engine.process_id != process, 0.6)
    check_works(engine, 6)
    assert told.answers == []


def test_what_is_beyond_all_limits_is_said_and_costs_no_process(fake: MakeEngine) -> None:
    engine = fake()
    load(engine)
    process = engine.process_id
    weights = {1: (np.zeros(2, np.float32),) * (MAX_ARRAYS + 1)}
    told = Told()
    engine.load(chain(), weights, done=told, failed=told)
    assert "too many parts" in told.one.sentence
    load(engine, value=1.0)
    check_works(engine, 6)
    assert engine.process_id == process


def test_a_network_that_takes_too_long_is_not_waited_for_twice(fake: MakeEngine) -> None:
    engine = fake("hangs at load", seconds=(20.0, 0.5, 20.0))
    begin = time.monotonic()
    assert "too long" in load(engine).why
    assert time.monotonic() - begin < 10


def test_another_network_does_not_wait_for_one_that_is_given_up(
    fake: MakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("convlab.processes.engine_client._RESTART_MS", 100)
    engine = fake("hangs at load", times=1)
    first = Told()
    engine.load(chain(), numbers(0), done=first, failed=first)
    wait_until(lambda: engine.ready)
    settled(0.05)
    load(engine, value=1.0)
    check_works(engine, 6)
    assert first.answers == []


# --- processes that end ---

ONCE = ("dies", "a place on the shelf")
MORE_ONCE = ("a map of another shape", "half", "garbage", "large claim", "another id", "no keys")


@pytest.mark.parametrize("behaviour", [*ONCE, *(pytest.param(name, marks=slow) for name in MORE_ONCE)])
def test_nobody_notices_when_it_goes_wrong_once(behaviour: str, fake: MakeEngine) -> None:
    engine = fake(behaviour, times=1)
    load(engine, value=1.0)
    engine.set_weights(2, (np.full(2, 3, np.float32),))
    check_works(engine, 10)
    check_works(engine, 10)


def test_a_process_that_hangs_once_is_replaced(fake: MakeEngine) -> None:
    engine = fake("hangs", times=1, seconds=(20.0, 20.0, 0.4))
    load(engine)
    check_works(engine)


@pytest.mark.parametrize(
    "behaviour",
    [
        "dies at load",
        *(pytest.param(name, marks=slow) for name in ("a load without keys", "a load of other keys")),
    ],
)
def test_a_load_that_goes_wrong_once_is_tried_again(behaviour: str, fake: MakeEngine) -> None:
    engine = fake(behaviour, times=1)
    assert len(load(engine)) == 4
    check_works(engine)


LIES = ("a key of no node",)
MORE_LIES = (
    "dies",
    "no time",
    "another reply",
    "keys of text",
    "a negative key",
    "a key that was not wanted",
    "a key twice",
    "a key too many",
    "a map of bytes",
    "no maps",
    "a negative time",
)


@pytest.mark.parametrize("behaviour", [*LIES, *(pytest.param(name, marks=slow) for name in MORE_LIES)])
def test_one_sentence_for_an_engine_that_gives(behaviour: str, fake: MakeEngine) -> None:
    engine = fake(behaviour)
    load(engine)
    problem = ask(engine).one
    assert isinstance(problem, Problem)
    assert problem.sentence.startswith("The feature maps cannot be computed. TensorFlow stopped twice")


def test_an_engine_that_always_hangs_is_said_to_take_too_long(fake: MakeEngine) -> None:
    engine = fake("hangs", seconds=(20.0, 20.0, 0.3))
    load(engine)
    assert "too long" in ask(engine).one.why


@pytest.mark.parametrize("behaviour", ["dies at load", pytest.param("a load that is maps", marks=slow)])
def test_a_network_that_cannot_be_loaded_is_given_up(behaviour: str, fake: MakeEngine) -> None:
    engine = fake(behaviour)
    problem = load(engine)
    assert isinstance(problem, Problem) and "This network cannot be computed." in problem.what
    settled(0.3)
    assert "no network" in ask(engine).one.what


@pytest.mark.parametrize("behaviour", ["a problem", "a problem at load"])
def test_a_problem_is_passed_on_and_costs_no_process(behaviour: str, fake: MakeEngine) -> None:
    engine = fake(behaviour)
    engine.start()
    wait_until(lambda: engine.ready)
    process = engine.process_id
    problem = load(engine)
    if "load" not in behaviour:
        problem = ask(engine).one
    assert problem.what == "No maps." and engine.process_id == process


@slow
def test_a_network_that_ends_every_process_is_not_loaded_for_ever(fake: MakeEngine, tmp_path: Path) -> None:
    engine = fake("dies at load", times=99)
    log = tmp_path / "starts"
    assert isinstance(load(engine), Problem)
    settled(1.0)
    before = log.read_text()
    settled(0.5)
    assert log.read_text() == before and len(before.split()) <= 4


MOMENTS = [random.Random(7).uniform(0, 0.4) for _ in range(50)]


@pytest.mark.parametrize("times", [3, pytest.param(50, marks=slow)])
def test_killed_again_and_again_at_random_moments_it_loses_nothing(times: int, fake: MakeEngine) -> None:
    engine = fake("slow")
    load(engine, value=1.0)
    for number, moment in enumerate(MOMENTS[:times]):
        told = ask(engine, image(number))
        settled(moment)
        if engine.process_id:
            os.kill(engine.process_id, signal.SIGKILL)
        assert told.one.arrays[2, False].max() == 3 * number + 6, (number, moment)
    check_works(engine, 6)


def test_killed_while_idle_it_comes_back_by_itself(fake: MakeEngine) -> None:
    engine = fake()
    load(engine, value=1.0)
    process = engine.process_id
    os.kill(process, signal.SIGKILL)
    wait_until(lambda: engine.process_id not in (0, process) and engine.state == "ready")
    check_works(engine, 6)


@slow
def test_killed_while_idle_and_then_at_work_it_still_has_the_network(fake: MakeEngine) -> None:
    engine = fake("slow")
    load(engine, value=1.0)
    for _ in range(5):
        process = engine.process_id
        os.kill(process, signal.SIGKILL)
        wait_until(lambda: engine.process_id != process)  # noqa: B023
        if engine.state == "off":
            engine.start()
        wait_until(lambda: engine.ready)
    told = ask(engine, image(5.0))
    settled(0.02)
    os.kill(engine.process_id, signal.SIGKILL)
    assert isinstance(told.one, Maps) and told.one.arrays[2, False].max() == 15 + 6


# --- starting ---


def test_a_system_without_tensorflow_is_told_why(fake: MakeEngine) -> None:
    engine = fake("missing")
    engine.start()
    wait_until(lambda: engine.state == "missing")
    assert "not" in engine.why and "\n" not in engine.why
    assert "installed" in load(engine).why
    assert engine.process_id == 0
    engine.start()
    assert engine.state == "missing" and engine.process_id == 0


@pytest.mark.parametrize(
    "behaviour",
    [
        "never ready",
        *(
            pytest.param(name, marks=slow)
            for name in ("without versions", "versions of numbers", "another start")
        ),
    ],
)
def test_an_engine_that_does_not_start_is_said_and_tried_again(behaviour: str, fake: MakeEngine) -> None:
    engine = fake(behaviour)
    for _ in range(2):
        assert "does not start" in load(engine).why
        assert engine.state == "missing" and "does not start" in engine.why


def test_an_engine_that_does_not_start_once_is_tried_again_unseen(fake: MakeEngine) -> None:
    engine = fake("never ready", times=1)
    load(engine)
    check_works(engine)
    assert engine.state == "ready" and engine.why == ""


@slow
def test_an_engine_that_hangs_while_it_starts_is_given_up(fake: MakeEngine) -> None:
    engine = fake("not ready", seconds=(0.3, 1.0, 1.0))
    assert "does not start" in load(engine).why


def without(broken: str) -> list[str]:
    """How the real engine is started where TensorFlow does something else when it is imported."""
    arguments = child.python_arguments("convlab.processes.engine")
    code = arguments.index("-c") + 1
    return [*arguments[:code], f"import sys\n{broken}\n{arguments[code]}", *arguments[code + 1 :]]


ABSENT = "sys.modules['tensorflow'] = None"
BROKEN = """
import importlib.abc
class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "tensorflow":
            {}
sys.meta_path.insert(0, Finder())
"""


@pytest.mark.parametrize(
    ("broken", "word"),
    [
        (ABSENT, "not installed"),
        (BROKEN.format("raise ImportError('libcuda.so: cannot open\\x1b[0m')"), "libcuda"),
        pytest.param(BROKEN.format("raise OSError(1, 'broken')"), "broken", marks=slow),
        pytest.param(BROKEN.format("raise SystemExit(3)"), "does not start", marks=slow),
        pytest.param(BROKEN.format("import os; os.abort()"), "does not start", marks=slow),
    ],
)
def test_the_engine_itself_says_that_tensorflow_is_missing(
    broken: str, word: str, qapp: QCoreApplication
) -> None:
    engine = Engine(arguments=without(broken))
    engine.start()
    wait_until(lambda: engine.state == "missing", 30)
    assert word in engine.why and "\x1b" not in engine.why
    assert isinstance(load(engine), Problem)
    engine.close()


# --- closing ---


@pytest.mark.parametrize(
    "behaviour",
    ["hangs", *(pytest.param(name, marks=slow) for name in ("hangs at load", "not ready", "good"))],
)
def test_closing_takes_no_time_and_is_silent(behaviour: str, fake: MakeEngine) -> None:
    engine = fake(behaviour)
    told = Told()
    engine.load(chain(), numbers(0), done=told, failed=told)
    settled(0.3)
    maps = ask(engine)
    settled(0.05)
    before = len(told.answers), len(maps.answers)
    start = time.monotonic()
    engine.close()
    assert time.monotonic() - start < 5  # these would never end; the machine may be busy
    settled(0.1)
    assert (len(told.answers), len(maps.answers)) == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux which processes there are")
def test_a_window_that_is_closed_amid_an_answer_leaves_nothing(fake: MakeEngine) -> None:
    engine = fake("slow")
    load(engine)
    process = engine.process_id
    ask(engine)
    settled(0.02)
    engine.close()
    wait_until(
        lambda: not Path(f"/proc/{process}").exists() or "Z" in Path(f"/proc/{process}/stat").read_text(), 2
    )
