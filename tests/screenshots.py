"""Pictures of the real window: those that the README shows, and a grid of sizes, scales and themes to look at.

`./dev screenshots` writes the README's pictures to docs/; `./dev screenshots --all FOLDER` writes the whole grid.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from convlab.experiment.samples import load_sample
from convlab.operations.convolution import Convolution
from convlab.window import theme
from convlab.window.application import make_application
from convlab.window.main_window import MainWindow
from convlab.window.settings import Settings
from tests import learn_scenes, network_scenes

DOCS = Path(__file__).resolve().parent.parent / "docs"
SIZES = ((1024, 768), (1440, 900), (1920, 1080))
SCALES = (1.0, 1.5, 2.0)


def settle(window: MainWindow) -> None:
    """Let layouts, timers and threads come to rest."""
    for _ in range(12):
        QApplication.processEvents()
        window.session.computer.finish()


def make_window(size: tuple[int, int], *, dark: bool = False, scale: float = 1.0) -> MainWindow:
    theme.apply(dark=dark, scale=scale, reduced_motion=True)
    window = MainWindow(Settings(fresh=True))
    window.resize(*size)
    window.show()
    settle(window)
    return window


def shoot(window: MainWindow, file: Path) -> None:
    settle(window)
    file.parent.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(file))
    print(file)


def first_steps(window: MainWindow) -> None:
    """The letter A in the middle of its convolution, as in a lesson."""
    window.player.seek(42)


def photograph(window: MainWindow) -> None:
    """A colour photograph with three slices of a Sobel kernel and a stride of 2."""
    window.images.open_sample("portrait")
    operation = window.session.experiment.operations[0]
    assert isinstance(operation, Convolution)
    stride_two = Convolution(operation.kernel, padding="same", strides=(2, 2))
    window.session.edit("Stride", window.session.experiment.with_operation(0, stride_two))
    settle(window)
    window.player.go(60, 70)


def pooling(window: MainWindow) -> None:
    window.session.choose_stage(2)
    window.player.seek(12)


def predicting(window: MainWindow) -> None:
    window.player.seek(21)
    window.player.set_predicting(True)
    window.player.step()


def lesson(window: MainWindow) -> None:
    """A Sobel kernel, twelve steps from noise."""
    window.lab.open_lesson()
    for _ in range(12):
        window.lab.lesson.player.step()


def digit(window: MainWindow) -> None:
    window.images.open_sample("digit-3")
    assert load_sample("digit-3").width == 28
    window.player.seek(28 * 9 + 12)


def relu(window: MainWindow) -> None:
    window.session.choose_stage(1)
    window.player.seek(42)


def present(window: MainWindow) -> None:
    first_steps(window)
    window._present(True)


SCENES = {
    "first": first_steps,
    "photograph": photograph,
    "pooling": pooling,
    "predict": predicting,
    "digit": digit,
    "lesson": lesson,
    "image": lambda window: window.session.choose_stage(-1),
    "relu": relu,
    "present": present,
    **network_scenes.SCENES,
    **learn_scenes.SCENES,
}


def take(scene: str, size: tuple[int, int], file: Path, *, dark: bool = False, scale: float = 1.0) -> None:
    window = make_window(size, dark=dark, scale=scale)
    SCENES[scene](window)
    shoot(window, file)
    window.session.mark_saved(window.session.experiment)
    if window.has_learn_page:
        window.learn.session._phase = ""  # nobody is asked about the training in the picture
    window.neighbours.close()
    window.close()
    window.deleteLater()
    QApplication.processEvents()


def for_readme() -> None:
    take("first", (1440, 900), DOCS / "lab-light.png")
    take("first", (1440, 900), DOCS / "lab-dark.png", dark=True)
    take("photograph", (1440, 900), DOCS / "lab-photograph.png")
    take("pooling", (1440, 900), DOCS / "lab-pooling.png")
    take("predict", (1440, 900), DOCS / "lab-predict.png")
    take("lesson", (1440, 900), DOCS / "lesson.png")
    take("network", (1440, 900), DOCS / "network-light.png")
    take("network-filters", (1440, 900), DOCS / "network-filters.png")
    take("network-step", (1440, 900), DOCS / "network-step.png")
    if learn_scenes.has_data():
        take("learn-real", (1440, 900), DOCS / "learn-light.png")
        take("learn-real-done", (1440, 900), DOCS / "learn-done.png")


def grid(folder: Path) -> None:
    for scene in SCENES:
        if scene in learn_scenes.REAL:
            continue
        for dark in (False, True):
            for size in SIZES:
                for scale in SCALES:
                    shade = "dark" if dark else "light"
                    name = f"{scene}-{size[0]}x{size[1]}-{round(scale * 100)}-{shade}.png"
                    take(scene, size, folder / name, dark=dark, scale=scale)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER")
    parser.add_argument("--scene", choices=sorted(SCENES))
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("/tmp/convlab.png"))
    parser.add_argument("--network", type=Path, help="a trained network, for the scenes of its page")
    parser.add_argument("--picture", type=Path, help="what that network is to look at")
    chosen = parser.parse_args()
    network_scenes.network_file = chosen.network or network_scenes.network_file
    network_scenes.picture = chosen.picture
    make_application(["screenshots"])
    if chosen.all:
        grid(chosen.all)
    elif chosen.scene:
        width, height = map(int, chosen.size.split("x"))
        take(chosen.scene, (width, height), chosen.out, dark=chosen.dark, scale=chosen.scale)
    else:
        for_readme()


if __name__ == "__main__":
    main()
