"""The ranges of the curves, their words, and the picture that matplotlib draws of them."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from convlab import resources
from convlab.drawing.curve_ranges import ACCURACY, KINDS, LOSS, x_range, y_range
from convlab.drawing.curve_words import note, percent, pointed_words, summary
from convlab.drawing.curves import Curve, CurvesLook, Pane, Plot, draw
from convlab.learning.events import EpochEnd
from convlab.learning.run import History, Moment

BLUE, AMBER, GROUND = "#1a66b8", "#b06a00", "#ffffff"


def epochs(*losses: tuple[float, float]) -> tuple[EpochEnd, ...]:
    return tuple(
        EpochEnd(n, loss, 0.9 + 0.01 * n, val, 0.8 + 0.01 * n, 60.0) for n, (loss, val) in enumerate(losses)
    )


def moments(*places: float, loss: float = 1.0) -> list[Moment]:
    return [Moment(at, loss / at, 0.5) for at in places]


FOUR = epochs((0.9, 0.8), (0.7, 0.6), (0.5, 0.7), (0.3, 0.8))


class TestRanges:
    @pytest.mark.parametrize(
        ("done", "last", "planned", "end"),
        [
            ((), 0, 0, 1),
            ((), 0.3, 3, 3),
            (FOUR, 3.5, 0, 4),
            (FOUR, 4.5, 7, 7),
            (FOUR, 4.5, 100, 5),  # of a hundred epochs the first are not drawn in a corner
        ],
    )
    def test_across_are_the_epochs_that_there_are_or_that_were_planned(
        self, done: tuple[EpochEnd, ...], last: float, planned: int, end: int
    ) -> None:
        low, high = x_range([done], moments(last) if last else [], planned)
        assert low == 0 and high == pytest.approx(1.025 * end)

    def test_all_epochs_lie_in_the_range_with_room_around_them(self) -> None:
        low, high = y_range(LOSS, [FOUR], [])
        assert low == pytest.approx(0.3 - 0.08 * 0.6) and high == pytest.approx(0.9 + 0.08 * 0.6)

    def test_the_first_batches_do_not_flatten_what_comes_after(self) -> None:
        early = [Moment(0.01, 2.3, 0.1), Moment(0.5, 0.8, 0.7)]
        assert y_range(LOSS, [epochs((0.7, 0.6))], early)[1] < 1
        assert y_range(LOSS, [()], early[:1])[1] > 2.3  # unless there is nothing else yet

    @pytest.mark.parametrize("reached", [0.1, 0.26, 0.9])
    def test_in_the_first_epoch_three_quarters_of_the_line_are_seen(self, reached: float) -> None:
        line = [Moment(reached * n / 100, 2.3 / (1 + n), 0.5) for n in range(1, 101)]
        low, high = y_range(LOSS, [()], line)
        seen = [one for one in line if low <= one.loss <= high]
        assert len(seen) >= 75 and line[0] not in seen

    def test_one_epoch_has_a_range_that_is_wide_enough_to_be_read(self) -> None:
        one = (EpochEnd(0, 0.5, 0.9, 0.5, 0.9, 1.0),)
        low, high = y_range(ACCURACY, [one], [])
        assert low < 0.891 and high > 0.909

    def test_an_accuracy_ends_at_one_and_a_loss_begins_at_nought(self) -> None:
        perfect = (EpochEnd(0, 0.0, 1.0, 0.001, 0.999, 1.0),)
        assert 1.0 < y_range(ACCURACY, [perfect], [])[1] < 1.01
        assert y_range(LOSS, [perfect], [])[0] == 0.0

    def test_what_is_no_number_or_explodes_is_left_out(self) -> None:
        wild = epochs((0.9, 0.8), (0.7, 0.6), (0.5, 1e9), (nan, inf))
        low, high = y_range(LOSS, [wild], [])
        assert 0.4 < low < 0.5 and 0.9 < high < 1
        assert y_range(LOSS, [epochs((nan, nan))], []) == (0.0, 1.0)


class TestWords:
    def test_an_epoch_of_one_training_and_of_several(self) -> None:
        first, other = History("a", "First", FOUR), History("b", "Other", FOUR[:1])
        assert pointed_words([first], 1) == [
            "Epoch 2",
            "Training loss 0.700, accuracy 91.0 %; validation loss 0.600, accuracy 81.0 %",
        ]
        assert len(pointed_words([first, other], 0)) == 3
        assert pointed_words([first, other], 3)[1].startswith("First: training loss 0.300")
        assert len(pointed_words([first, other], 3)) == 2  # the other one has no fourth epoch

    def test_overfitting_is_told_with_its_figures(self) -> None:
        told = note(History("", "", FOUR))
        assert told == (
            "Overfitting after epoch 2: in training the loss went on falling, to 0.300; "
            "in validation it rose from 0.600 to 0.800."
        )
        assert told in summary([History("", "", FOUR)])

    def test_a_training_that_diverged_is_told_with_what_helps(self) -> None:
        assert note(History("", "", epochs((0.9, 0.8), (nan, nan)))).startswith("In epoch 2 the loss stopped")

    def test_without_an_epoch_there_is_little_to_say(self) -> None:
        assert summary([History("", "", ())]) == "No epoch is done yet."

    @pytest.mark.parametrize(
        ("share", "text"), [(0.9137, "91.4 %"), (1.0, "100.0 %"), (0.99996, "99.9 %"), (nan, "unknown")]
    )
    def test_shares_are_never_rounded_up_to_all(self, share: float, text: str) -> None:
        assert percent(share) == text


def look(width: float = 380, height: float = 400, ratio: float = 1.0) -> CurvesLook:
    font = str(resources.path("fonts/Inter-Regular.otf"))
    return CurvesLook(
        width, height, ratio, 1.0, 24, GROUND, "#1b1c1e", "#5f6368", "#e1e4e8", "#eef1f4", font, 11.0
    )


def color_near(image: QImage, x: float, y: float, color: str, ratio: float = 1.0) -> bool:
    """Whether a pixel of about this colour lies within two pixels of a point."""
    wanted = np.array([int(color[n : n + 2], 16) for n in (1, 3, 5)])
    for down in range(-2, 3):
        for across in range(-2, 3):
            seen = image.pixelColor(round(x * ratio) + across, round(y * ratio) + down)
            if np.abs(np.array(seen.getRgb()[:3]) - wanted).max() < 30:
                return True
    return False


class TestPicture:
    def test_places_and_values_are_told_apart_and_back(self) -> None:
        pane = Pane(LOSS, QRectF(40, 20, 300, 100), (0.0, 4.0), (0.2, 1.0))
        assert (pane.x_of(1), pane.epochs_at(115)) == (115, 1)
        assert (pane.y_of(0.2), pane.y_of(1.0)) == (120, 20)

    @pytest.mark.parametrize("ratio", [1.0, 2.0])
    def test_each_value_lies_where_the_pane_says(self, ratio: float) -> None:
        plot = draw([Curve(History("", "", FOUR), BLUE, AMBER)], look(ratio=ratio), KINDS)
        assert plot.image.width() == 380 * ratio and plot.image.devicePixelRatio() == ratio
        loss, accuracy = plot.panes
        for one in FOUR:
            x = loss.x_of(one.epoch + 1)
            assert color_near(plot.image, x, loss.y_of(one.loss), BLUE, ratio)
            assert color_near(plot.image, x, loss.y_of(one.val_loss), AMBER, ratio)
            assert color_near(
                plot.image, accuracy.x_of(one.epoch + 1), accuracy.y_of(one.accuracy), BLUE, ratio
            )

    def test_panes_stand_below_each_other_unless_the_picture_is_wide(self) -> None:
        def areas(width: float, height: float) -> list[QRectF]:
            return [pane.area for pane in self.plot(width, height).panes]

        upper, lower = areas(380, 400)
        assert upper.left() == lower.left() and upper.bottom() < lower.top()
        left, right = areas(800, 240)
        assert left.top() == right.top() and left.right() < right.left()

    def plot(self, width: float, height: float) -> Plot:
        return draw([Curve(History("", "", FOUR), BLUE, AMBER)], look(width, height), KINDS)

    @pytest.mark.parametrize(
        "history",
        [
            (),
            epochs((0.9, 0.8)),
            epochs((nan, nan)),
            epochs((0.9, 0.8), (inf, nan)),
            epochs(*[(1 / (n + 1), 0.5) for n in range(1000)]),
        ],
    )
    def test_whatever_was_reached_can_be_drawn(self, history: tuple[EpochEnd, ...]) -> None:
        running = (*moments(0.1, 0.5, 0.9), Moment(1.0, nan, nan))
        curve = Curve(History("", "", history), BLUE, AMBER, moments=running, parted=2)
        assert not draw([curve, curve], look(), KINDS, planned=3).image.isNull()
