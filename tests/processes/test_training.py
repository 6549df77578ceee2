"""Training with TensorFlow itself, on data small enough to be learned in a moment."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convlab.learning.events import Begun, EpochEnd, Event, Frame, Progress, Result
from convlab.learning.plan import Plan
from convlab.network.keras_file import open_network
from convlab.problems import Problem
from convlab.processes.following import Follower
from convlab.processes.recipes import RECIPES
from convlab.processes.run_files import RunFiles
from tests.processes.tiny_data import plan_for, write_npz

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


class Notes(Follower):
    """Writes down what happens; `then` is called with each event."""

    def __init__(self, then: Callable[[Notes, Event], object] = lambda notes, event: None) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.looks = 0
        self._then = then

    def tell(self, event: Event) -> None:
        self.events.append(event)
        self._then(self, event)

    def look(self) -> None:
        self.looks += 1

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture(scope="module")
def npz(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_npz(tmp_path_factory.mktemp("data") / "bars.npz")


@pytest.fixture
def files(tmp_path: Path) -> RunFiles:
    (tmp_path / "run").mkdir()
    return RunFiles(tmp_path / "run")


def learn(plan: Plan, files: RunFiles, notes: Follower | None = None, *, go_on: bool = False) -> Result:
    from convlab.processes import datasets, training

    data = datasets.load(plan.source, lambda download: None)
    return training.train(plan, data, data.x_test[0], files, notes or Notes(), go_on)


def test_a_training_tells_what_happens_and_keeps_what_it_learned(npz: Path, files: RunFiles) -> None:
    notes = Notes()
    result = learn(plan_for(npz, epochs=3), files, notes)
    assert not result.stopped and result.test_accuracy > 0.9
    assert isinstance(notes.events[0], Begun)
    assert notes.events[0].batches == 10 and notes.events[0].parameters == 8 * 10 + 800 * 128 + 128 + 129 * 2
    assert [one.epoch for one in notes.of(EpochEnd)] == [0, 1, 2]
    record = files.read()
    assert record.ended and record.epochs == tuple(notes.of(EpochEnd)) and record.class_names == ("0", "1")
    assert not files.checkpoint.exists(), "nothing is left to go on from"
    assert result.best == int(np.argmax([one.val_accuracy for one in record.epochs]))


def test_the_network_that_is_kept_is_the_one_that_was_measured(npz: Path, files: RunFiles) -> None:
    import keras

    from convlab.processes import datasets

    result = learn(plan_for(npz, epochs=2), files)
    data = datasets.load(plan_for(npz).source, lambda download: None)
    network = keras.saving.load_model(result.file)
    network.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    loss, accuracy = network.evaluate(data.x_test, data.y_test, verbose=0)
    assert accuracy == pytest.approx(result.test_accuracy) and loss == pytest.approx(
        result.test_loss, rel=1e-3
    )
    assert result.confusion.sum() == len(data.y_test)
    assert np.trace(result.confusion) == round(accuracy * len(data.y_test))


def test_our_own_reader_finds_the_layers_and_the_names_of_classes(npz: Path, files: RunFiles) -> None:
    result = learn(plan_for(npz, "digits-small"), files)
    content = Path(result.file).read_bytes()
    network = open_network(io.BytesIO(content), "digits-small.keras", len(content)).network
    assert [layer.kind for layer in network.layers if layer.kind == "Conv2D"] == ["Conv2D"]
    assert network.class_names == ("0", "1")


def test_the_film_begins_with_noise_and_shows_every_batch_at_first(npz: Path, files: RunFiles) -> None:
    notes = Notes()
    learn(plan_for(npz, epochs=2), files, notes)
    frames: list[Frame] = notes.of(Frame)
    assert [frame.batch for frame in frames][:11] == list(range(11)) and frames[-1].batch == 20
    assert {frame.kernels[0].shape for frame in frames} == {(3, 3, 1, 8)}
    assert {frame.maps[0].shape for frame in frames} == {(10, 10, 8)}
    assert not np.array_equal(frames[0].kernels[0], frames[-1].kernels[0])


def test_a_frame_shows_what_the_layer_makes_of_the_image(npz: Path, files: RunFiles) -> None:
    from convlab.processes import datasets

    notes = Notes()
    learn(plan_for(npz, epochs=1), files, notes)
    image = datasets.load(plan_for(npz).source, lambda download: None).x_test[0, :, :, 0]
    first = notes.of(Frame)[0]  # before anything is learned, biases are 0
    windows = np.lib.stride_tricks.sliding_window_view(image, (3, 3))
    expected = np.maximum(np.einsum("rcij,ijf->rcf", windows, first.kernels[0][:, :, 0]), 0)
    np.testing.assert_allclose(first.maps[0], expected, atol=1e-5)


def test_a_separable_layer_is_filmed_as_the_plain_convolution_that_does_the_same() -> None:
    import keras

    from convlab.processes.filming import kernel_of

    keras.utils.set_random_seed(3)
    layer = keras.layers.SeparableConv2D(5, 3, use_bias=False)
    images = np.random.default_rng(0).random((1, 7, 7, 4), np.float32)
    wanted = layer(images)
    plain = keras.layers.Conv2D(5, 3, use_bias=False)
    plain.build(images.shape)
    plain.set_weights([kernel_of(layer)])
    np.testing.assert_allclose(plain(images), wanted, atol=1e-5)


def test_a_network_without_convolution_has_no_film(npz: Path, files: RunFiles) -> None:
    notes = Notes()
    learn(plan_for(npz, "dense-only"), files, notes)
    assert notes.of(Frame) == [] and notes.of(Begun)[0].layers == ()


def test_going_on_continues_the_history_and_comes_to_the_same(npz: Path, tmp_path: Path) -> None:
    """Two epochs and two more, against four: other random numbers, so the figures are alike rather than equal."""
    plan = plan_for(npz, epochs=4, optimizer="adam")
    results, histories = [], []
    for name, stages in (("whole", (4,)), ("parts", (2, 4))):
        files = RunFiles(tmp_path / name)
        files.folder.mkdir()
        for stage in stages:
            notes = Notes(lambda notes, event, stage=stage: stop_after(notes, event, stage))
            result = learn(plan, files, notes, go_on=stage != stages[0])
        results.append(result)
        histories.append(files.read().epochs)
    assert [one.epoch for one in histories[1]] == [0, 1, 2, 3]
    assert results[1].test_accuracy == pytest.approx(results[0].test_accuracy, abs=0.1)
    losses = [[one.loss for one in history] for history in histories]
    assert losses[1][2] < losses[1][1], "what the optimizer remembered was not lost"
    assert losses[1] == pytest.approx(losses[0], rel=0.5)


def stop_after(notes: Notes, event: Event, epochs: int) -> None:
    if isinstance(event, EpochEnd) and event.epoch + 1 == epochs:
        notes.stopped = True


def test_going_on_gives_the_optimizer_its_memory_back(npz: Path, files: RunFiles) -> None:
    from convlab.processes import checkpoint, datasets, training

    plan = plan_for(npz, epochs=3)
    learn(plan, files, Notes(lambda notes, event: stop_after(notes, event, 1)))
    kept = checkpoint.read(files.checkpoint, plan)
    model = training._compiled(plan, datasets.load(plan.source, lambda download: None), 1)
    kept.give(model)
    assert int(model.optimizer.iterations.numpy()) == 10
    for variable, value in zip(model.optimizer.variables, kept.optimizer, strict=True):
        np.testing.assert_array_equal(np.asarray(variable), value)
    assert any(np.any(value) for value in kept.optimizer[2:]), "moments, not only counters"


def test_a_training_that_is_stopped_keeps_the_best_weights(npz: Path, files: RunFiles) -> None:
    notes = Notes(lambda notes, event: stop_after(notes, event, 2))
    result = learn(plan_for(npz, epochs=9), files, notes)
    assert result.stopped and len(notes.of(EpochEnd)) == 2 and files.network.exists()
    assert files.checkpoint.exists() and files.kept().resumable  # type: ignore[union-attr]
    assert files.read().ended


def test_one_that_is_stopped_in_its_first_batches_has_a_network_all_the_same(
    npz: Path, files: RunFiles
) -> None:
    def stop(notes: Notes, event: Event) -> None:
        notes.stopped = notes.stopped or (isinstance(event, Frame) and event.batch == 3)

    notes = Notes(stop)
    result = learn(plan_for(npz, epochs=9), files, notes)
    assert result.stopped and result.best == 0 and notes.of(Frame)[-1].batch == 3
    assert files.network.exists() and files.read().epochs == ()


def test_a_pause_is_left_out_of_the_seconds(npz: Path, files: RunFiles) -> None:
    class Pausing(Notes):
        def look(self) -> None:
            super().look()
            self.paused = 5 <= self.looks < 25  # twenty looks, a twentieth of a second each

    notes = Pausing()
    learn(plan_for(npz, epochs=2), files, notes)
    without = Notes()
    learn(plan_for(npz, epochs=2), files, without)
    assert notes.looks >= 40
    last = [one.of(EpochEnd)[-1].seconds for one in (notes, without)]
    assert last[0] < last[1] + 0.9


def test_a_rate_that_is_too_high_is_told_in_a_sentence(npz: Path, files: RunFiles) -> None:
    with pytest.raises(Problem, match="no finite number") as problem:
        learn(plan_for(npz, "fashion-six", epochs=5, optimizer="sgd", rate=10.0), files)
    assert "10" in problem.value.why


def test_a_recipe_that_images_are_too_small_for_says_so(tmp_path: Path, files: RunFiles) -> None:
    path = tmp_path / "small.npz"
    np.savez(
        path,
        x_train=np.zeros((40, 4, 4), np.uint8) + np.arange(40, dtype=np.uint8)[:, None, None],
        y_train=np.arange(40) % 2,
        x_test=np.ones((10, 4, 4), np.uint8),
        y_test=np.arange(10) % 2,
    )
    with pytest.raises(Problem, match="4×4×1"):
        learn(plan_for(path, "digits-deep"), files)


def test_going_on_with_other_settings_is_refused(npz: Path, files: RunFiles) -> None:
    plan = plan_for(npz, epochs=3)
    learn(plan, files, Notes(lambda notes, event: stop_after(notes, event, 1)))
    with pytest.raises(Problem, match="cannot go on") as problem:
        learn(replace(plan, rate=0.5), files, go_on=True)
    assert "other settings" in problem.value.why


def test_more_epochs_can_be_added_to_what_is_kept(npz: Path, files: RunFiles) -> None:
    plan = plan_for(npz, epochs=3)
    learn(plan, files, Notes(lambda notes, event: stop_after(notes, event, 1)))
    notes = Notes()
    learn(replace(plan, epochs=2), files, notes, go_on=True)
    assert notes.of(Begun)[0].epoch == 1 and [one.epoch for one in notes.of(EpochEnd)] == [1]


@pytest.mark.parametrize("recipe", list(RECIPES))
def test_every_recipe_learns_from_color_images_too(recipe: str, tmp_path: Path, files: RunFiles) -> None:
    random = np.random.default_rng(0)
    parts = {
        f"x_{part}": random.integers(0, 256, (count, 28, 28, 3)).astype(np.uint8)
        for part, count in (("train", 32), ("test", 12))
    }
    labels = {f"y_{part}": np.arange(count) % 3 for part, count in (("train", 32), ("test", 12))}
    np.savez(tmp_path / "color.npz", **parts, **labels)
    notes = Notes()
    result = learn(plan_for(tmp_path / "color.npz", recipe, epochs=1), files, notes)
    assert result.confusion.shape == (3, 3)
    for frame in notes.of(Frame):
        layers = notes.of(Begun)[0].layers
        assert tuple(one.kernel_shape for one in layers) == tuple(kernel.shape for kernel in frame.kernels)
        assert tuple(one.map_shape for one in layers) == tuple(maps.shape for maps in frame.maps)


def test_progress_is_told_with_the_time_left(npz: Path, files: RunFiles) -> None:
    big = write_npz(npz.with_name("more.npz"), 4000)
    notes = Notes()
    learn(plan_for(big, "fashion-six", epochs=2), files, notes)
    told: list[Progress] = notes.of(Progress)
    assert told and all(0 <= one.batch <= one.batches == 200 for one in told)
    assert any(one.left is not None for one in told)
