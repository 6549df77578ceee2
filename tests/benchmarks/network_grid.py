"""Measurements of the grid of feature maps: a frame while somebody scrolls through thousands of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from convlab.window.layer_card import LayerCard

MAPS = 2048
PIXELS = 24  # that a frame moves: as fast as a wheel is turned
FRAMES = 600
WARM = 10


def scroll_2048_maps_ms() -> float:
    """One frame, from the new place of the scroll bar until it is painted, in the card of a layer: the 95th percentile.

    Maps of 28×28 whose values are all different, strongest first, none of which has been painted before; down to the
    end and up again.
    """
    with _card() as (application, card):
        return 1000 * quantiles(list(_frames(application, card)), n=20)[-1]


def _frames(application: QApplication, card: LayerCard) -> Iterator[float]:
    bar = card.maps.grid.verticalScrollBar()
    assert bar.maximum() > 5 * bar.pageStep(), "there is hardly anything to scroll"
    way = PIXELS
    for number in range(FRAMES + WARM):
        if not bar.minimum() <= bar.value() + way <= bar.maximum():
            way = -way
        start = time.perf_counter()
        bar.setValue(bar.value() + way)
        application.processEvents()
        if number >= WARM:
            yield time.perf_counter() - start


@contextmanager
def _card() -> Iterator[tuple[QApplication, LayerCard]]:
    """The card as large as on a screen of 1920×1080, with the maps of one layer of 2,048 filters."""
    from convlab.window import theme
    from convlab.window.application import make_application
    from convlab.window.layer_card import LayerCard
    from tests.network.described import graph
    from tests.window.network_fakes import convolution, fake_session

    application = make_application(["bench"])
    theme.apply(reduced_motion=True)
    network = graph([(28, 28, 1)], (convolution("conv", 1, MAPS), (0,)))
    maps = np.random.default_rng(1).random((28, 28, MAPS), np.float32)
    session = fake_session(network, maps={(1, False): maps, (1, True): maps - 0.5})
    card = LayerCard(session)
    card.resize(1010, 760)
    card.show()
    for _ in range(20):
        application.processEvents()
    yield application, card
    card.close()
    card.deleteLater()
