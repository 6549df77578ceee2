"""Scenes of the Network page for the pictures: the first network of the box and its drawing, or those that are named.

`python -m tests.screenshots --network FILE --picture FILE` shows others.
"""

from __future__ import annotations

import time
from pathlib import Path

from PySide6.QtWidgets import QApplication

from convlab.experiment.samples import load_sample
from convlab.network.examples import FIRST
from convlab.window.header import NETWORK
from convlab.window.main_window import MainWindow

LONGEST = 90.0  # seconds

network_file: Path = FIRST.file
picture: Path | None = None


def wait(until: object, seconds: float = LONGEST) -> None:
    end = time.perf_counter() + seconds
    while not until():  # type: ignore[operator]
        QApplication.processEvents()
        time.sleep(0.002)
        if time.perf_counter() > end:
            raise TimeoutError("the scene did not come")
    for _ in range(10):
        QApplication.processEvents()


def empty(window: MainWindow) -> None:
    window.show_page(NETWORK)


def maps(window: MainWindow) -> None:
    """The second convolution's maps of the picture."""
    window.show_page(NETWORK)
    session = window.network.session
    if picture is not None:
        window.images.open_path(picture)
    else:
        session.edit_image("Open", load_sample(FIRST.image))
    window.open_network(network_file)
    wait(lambda: session.map_array is not None and session.maps.fresh and session.prediction is not None)
    assert session.network is not None
    convolutions = [row for row, layer in enumerate(session.network.layers) if "Conv" in layer.kind]
    session.choose_row(convolutions[min(1, len(convolutions) - 1)])
    wait(lambda: session.map_array is not None and session.maps.fresh and not session.maps.busy)
    session.choose_filter(
        int(session.map_array.mean(axis=(0, 1)).argmax()) if session.map_array.ndim == 3 else 0
    )


def filters(window: MainWindow) -> None:
    maps(window)
    window.network.layer.show_tab("filters")


def step(window: MainWindow) -> None:
    """A cell in the middle of the strongest map, stepped into."""
    maps(window)
    session = window.network.session
    assert session.node is not None and session.map_array is not None
    rows, columns = session.map_array.shape[:2]
    session.step_into(session.node, rows // 2, columns // 2, session.filter)
    wait(lambda: window.network.step_page.player.current is not None)


def dense(window: MainWindow) -> None:
    """The last layer."""
    maps(window)
    session = window.network.session
    assert session.network is not None
    session.choose_row(len(session.network.layers) - 1)
    wait(lambda: session.maps.fresh and not session.maps.busy)


SCENES = {
    "network-empty": empty,
    "network": maps,
    "network-filters": filters,
    "network-step": step,
    "network-dense": dense,
}
