"""What the lesson about one kernel takes from the Lab, and what it remembers. Real sessions, no window."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from convlab.experiment.experiment import Experiment
from convlab.experiment.image import Image
from convlab.experiment.samples import first_image, load_sample
from convlab.operations.convolution import Convolution
from convlab.operations.kernels import named
from convlab.operations.pooling import MaxPooling
from convlab.window.kernel_lesson import LABS, PAINTED, PRESENT, SURPRISE, ZEROS, KernelLesson
from convlab.window.lesson_ground import MOST_CELLS, ground_of, with_learned
from convlab.window.lesson_player import HURRY, LessonPlayer, Moment
from convlab.window.session import Session

SOBEL = named("sobel-vertical").values


def session_with(*operations: object, image: Image | None = None) -> Session:
    session = Session(Experiment(image or first_image(), operations))  # type: ignore[arg-type]
    session.computer.finish()
    return session


def layer(rows: int, columns: int, channels: int = 1, filters: int = 1, **settings: object) -> Convolution:
    kernel = np.random.default_rng(3).normal(size=(rows, columns, channels, filters)).astype(np.float32)
    return Convolution(kernel, **settings)  # type: ignore[arg-type]


def test_the_settings_of_the_labs_convolution_are_used(qtbot: QtBot) -> None:
    own = layer(5, 2, filters=3, strides=(2, 1), padding="valid")
    session = session_with(own)
    session.choose_filter(2)
    lesson = KernelLesson(session)
    assert lesson.ground.place == 0 and lesson.ground.filter == 2
    assert lesson.windows.kernel_shape == (5, 3, 1)  # room for the hidden Sobel
    np.testing.assert_array_equal(lesson.ground.own, own.kernel[:, :, :, 2])
    lesson.choose_target(LABS)
    assert lesson.windows.grid == (3, 9)
    expected = own.apply(session.experiment.image.pixels)[:, :, 2]
    np.testing.assert_allclose(lesson.target.values, expected, atol=1e-3)


def test_colours_give_every_channel_its_slice(qtbot: QtBot) -> None:
    lesson = KernelLesson(session_with(layer(3, 3, channels=3, padding="same"), image=load_sample("colours")))
    assert lesson.windows.kernel_shape == (3, 3, 3)
    assert lesson.ground.names == ("red", "green", "blue")
    assert lesson.target.hidden is not None
    np.testing.assert_array_equal(lesson.target.hidden[:, :, 1], SOBEL)


def test_a_later_stage_is_learned_from_the_feature_map_that_reaches_it(qtbot: QtBot) -> None:
    session = session_with(layer(3, 3, padding="same"), layer(3, 3, padding="same"))
    session.choose_stage(1)
    session.computer.finish()
    lesson = KernelLesson(session)
    assert lesson.ground.place == 1 and lesson.ground.white is None
    np.testing.assert_array_equal(lesson.ground.pixels, session.chain.output(1))


@pytest.mark.parametrize(
    "operation",
    [layer(9, 9, padding="same"), MaxPooling((2, 2)), layer(3, 3, channels=1, filters=2, groups=1)],
)
def test_what_is_no_plain_convolution_gives_way_to_the_usual_one(qtbot: QtBot, operation: object) -> None:
    ground = ground_of(session_with(operation))
    if isinstance(operation, Convolution) and operation.kernel.shape[0] == 3:
        assert ground.place == 0
    else:
        assert ground.place is None and ground.size == (3, 3) and ground.layer.padding == "same"


def test_a_photograph_is_shrunk_so_that_a_step_stays_quick(qtbot: QtBot) -> None:
    image = load_sample("portrait")
    lesson = KernelLesson(session_with(layer(7, 7, channels=3, padding="same"), image=image))
    rows, columns = lesson.windows.size
    assert max(rows, columns) == MOST_CELLS
    assert rows / columns == pytest.approx(image.height / image.width, rel=0.02)
    assert "shrunk" in lesson.ground.size_text


def test_a_larger_hidden_kernel_makes_the_learned_one_larger(qtbot: QtBot) -> None:
    lesson = KernelLesson(session_with(layer(3, 3, padding="same")))
    lesson.choose_target("gaussian-5")
    assert lesson.windows.kernel_shape == (5, 5, 1)
    lesson.choose_target("roberts-falling")
    assert lesson.windows.kernel_shape == (3, 3, 1)
    assert lesson.target.hidden is not None
    assert lesson.target.hidden[:, :, 0].tolist() == [[1, 0, 0], [0, -1, 0], [0, 0, 0]]


def test_it_starts_from_noise_zeros_or_the_labs_kernel(qtbot: QtBot) -> None:
    session = session_with(layer(3, 3, padding="same"))
    lesson = KernelLesson(session)
    first = lesson.course.learner.kernel.tolist()
    lesson.choose_start(ZEROS)
    assert not lesson.course.learner.kernel.any()
    lesson.choose_start(PRESENT)
    np.testing.assert_array_equal(lesson.course.learner.kernel, session.operation.kernel[..., 0])  # type: ignore[union-attr]
    lesson.roll()
    assert lesson.course.learner.kernel.tolist() not in (first, np.zeros((3, 3, 1)).tolist())


def test_a_surprise_is_hidden_again_and_small(qtbot: QtBot) -> None:
    lesson = KernelLesson(session_with(layer(3, 3, padding="same")))
    lesson.uncover(True)
    lesson.choose_target(SURPRISE)
    assert not lesson.uncovered and lesson.choice not in (SURPRISE, "sobel-vertical")
    assert lesson.windows.kernel_shape == (3, 3, 1)


def test_a_painted_target_goes_on_from_the_weights_there_are(qtbot: QtBot) -> None:
    lesson = KernelLesson(session_with(layer(3, 3, padding="same")))
    lesson.choose_target(PAINTED)
    assert lesson.painted is not None and not lesson.target.values.any()
    for _ in range(5):
        lesson.forward()
    kernel = lesson.course.learner.kernel
    lesson.paint(lesson.painted.with_cell(2, 3, -9))
    assert lesson.target.values[2, 3] == -9 and lesson.target.hidden is None
    np.testing.assert_array_equal(lesson.course.learner.kernel, kernel)
    lesson.uncover(True)
    assert not lesson.uncovered  # nobody hid anything


def test_the_rate_follows_the_batch_until_it_is_chosen(qtbot: QtBot) -> None:
    lesson = KernelLesson(session_with(layer(3, 3, padding="same")))
    assert (lesson.rate, lesson.batch) == (0.008, 100)
    lesson.set_batch(1)
    assert lesson.rate < 0.004 and lesson.safe_limit < lesson.limit
    lesson.set_rate(0.003)
    lesson.set_batch(64)
    assert lesson.rate == 0.003
    lesson.suggest_rate()
    assert lesson.rate > 0.003


def test_the_news_of_each_end(qtbot: QtBot) -> None:
    lesson = KernelLesson(session_with(layer(3, 3, padding="same")))
    assert lesson.news is None
    player = LessonPlayer(lesson)
    while not lesson.settled:
        lesson.forward()
    assert (
        lesson.news is not None
        and lesson.news.role == "good"
        and "the output is the target" in lesson.news.text
    )
    lesson.set_rate(1.0)
    lesson.seek(0)
    while lesson.forward():
        pass
    assert lesson.news.role == "bad" and "above a rate of 0.01168 they diverge" in lesson.news.text
    assert np.isfinite(lesson.course.learner.kernel).all()
    assert not player.playing


def test_a_black_input_says_that_there_is_nothing_to_learn_from(qtbot: QtBot) -> None:
    lesson = KernelLesson(session_with(layer(3, 3, padding="same"), image=first_image().cleared()))
    assert lesson.news is not None and "0 everywhere" in lesson.news.text
    before = lesson.course.learner.kernel.tolist()
    lesson.forward()
    assert lesson.course.learner.kernel.tolist() == before


def test_an_even_input_says_that_it_does_not_tell_kernels_apart(qtbot: QtBot) -> None:
    flat = Image(np.full((6, 6, 1), 5, np.float32), 9)
    lesson = KernelLesson(session_with(layer(3, 3), image=flat))
    lesson.choose_target("box-3")
    while not lesson.settled:
        lesson.forward()
    assert lesson.news is not None and "does not tell all kernels apart" in lesson.news.text


def test_the_same_lab_goes_on_and_another_image_begins_anew(qtbot: QtBot) -> None:
    session = session_with(layer(3, 3, padding="same"))
    lesson = KernelLesson(session)
    lesson.forward()
    experiment = session.experiment
    session.edit("x", experiment.with_operation(0, replace(experiment.operations[0], activation="relu")))  # type: ignore[type-var]
    lesson.refresh()
    assert lesson.course.index == 1
    session.edit_image("y", first_image().inverted())
    lesson.refresh()
    assert lesson.course.index == 0
    np.testing.assert_array_equal(lesson.ground.pixels, session.image.pixels)


def test_the_learned_kernel_replaces_one_filter_only(qtbot: QtBot) -> None:
    own = layer(3, 3, filters=2, padding="same", flip_kernel=True)
    session = session_with(own)
    session.choose_filter(1)
    ground = ground_of(session)
    learned = np.arange(9, dtype=np.float64).reshape(3, 3, 1)
    experiment, place = with_learned(session.experiment, ground, learned)
    changed = experiment.operations[place]
    assert isinstance(changed, Convolution) and place == 0
    np.testing.assert_array_equal(changed.kernel[..., 0], own.kernel[..., 0])
    np.testing.assert_array_equal(changed.effective_kernel[..., 1], learned)


def test_without_a_convolution_the_learned_kernel_comes_first_in_the_chain(qtbot: QtBot) -> None:
    session = session_with(MaxPooling((2, 2)))
    learned = np.ones((3, 3, 1))
    experiment, place = with_learned(session.experiment, ground_of(session), learned)
    assert place == 0 and len(experiment.operations) == 2
    assert isinstance(experiment.operations[0], Convolution)
    np.testing.assert_array_equal(experiment.operations[0].kernel[..., 0], learned)


# --- the player ---


def test_a_step_has_parts_and_going_back_undoes_it(qtbot: QtBot) -> None:
    lesson = KernelLesson(session_with(layer(3, 3, padding="same")))
    player = LessonPlayer(lesson)
    player.substep()
    assert (lesson.course.index, player.moment) == (1, Moment.PREDICTION)
    player.substep()
    assert player.moment.name == "ERROR"
    player.step()
    assert (lesson.course.index, player.moment) == (1, Moment.WHOLE)
    player.substep_back()
    assert player.moment.name == "GRADIENT"
    player.back()
    assert (lesson.course.index, player.moment) == (0, Moment.WHOLE)
    player.back()
    assert lesson.course.index == 0


def test_many_steps_come_in_pieces_and_end_at_their_number(qtbot: QtBot) -> None:
    lesson = KernelLesson(session_with(layer(3, 3, padding="same")))
    player = LessonPlayer(lesson)
    player.hurry()
    assert player.playing
    qtbot.waitUntil(lambda: not player.playing, timeout=20_000)
    assert lesson.course.index == HURRY
    player.hurry_back()
    assert lesson.course.index == 0


def test_playing_stops_where_nothing_changes_any_more(qtbot: QtBot) -> None:
    lesson = KernelLesson(session_with(layer(3, 3, padding="same")))
    player = LessonPlayer(lesson)
    player.set_speed(1000)
    player.play()
    qtbot.waitUntil(lambda: not player.playing, timeout=30_000)
    assert lesson.settled and lesson.distance < 1e-2
