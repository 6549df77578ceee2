"""What there is to see of the weights of a layer, and in which ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from convlab.network.banks import Bank, Series, banks_of, picture_read, reads_picture, series_of
from convlab.window.background import AT_ONCE
from convlab.window.filter_tiles import Way
from convlab.window.network_session import NetworkSession

_MANY = 16_384  # weights of one filter
WAYS: dict[Way, str] = {
    "color": "in colour",
    "strongest": "strongest channel",
    "mean": "mean of channels",
    "one": "one channel",
    "all": "all channels",
}


@dataclass(frozen=True, eq=False)
class Entry:
    """Something that a layer has learned: a bank of filters, or lists of numbers side by side."""

    title: str
    bank: Bank | None = None
    series: tuple[Series, ...] = ()
    in_color: bool = False

    @property
    def size(self) -> int:
        """How many weights it is."""
        return (
            self.bank.kernels.size if self.bank is not None else sum(one.values.size for one in self.series)
        )

    @property
    def is_huge(self) -> bool:
        """Whether a look at the filters in sight would have to wait for too many weights."""
        return self.bank is not None and self.size > AT_ONCE and self.size // self.bank.count > _MANY

    @property
    def makes_maps(self) -> bool:
        return self.bank.makes_maps if self.bank is not None else True

    @property
    def ways(self) -> list[Way]:
        """How its filters can be shown, the usual way first."""
        bank = self.bank
        if bank is None or bank.channels == 1:
            return []
        ways: list[Way] = ["strongest", "all", "mean", "one"]
        if bank.height * bank.width == 1:
            ways = ["all"]
        elif self.size // bank.count > _MANY:  # a mosaic of them would be no picture any more
            ways = ["strongest", "one"]
        return ["color", *ways] if self.in_color else ways


def entries_of(session: NetworkSession, weights: tuple[NDArray[Any], ...]) -> list[Entry]:
    """Of the layer looked at: its banks of filters, then lists of numbers, as one entry where they are equally long."""
    network, row, layer = session.network, session.row, session.layer
    assert network is not None and row is not None and layer is not None
    sized = session.sized or network
    found = [
        Entry(bank.title, bank, in_color=_may_be_colors(bank) and reads_picture(sized, row))
        for bank in banks_of(layer, weights, picture_read(sized, row))
        if bank.kernels.size
    ]
    series = series_of(layer, weights)
    if len({len(one.values) for one in series}) == 1:
        return [*found, Entry(" ".join(one.title for one in series), series=series)]
    return found + [Entry(one.title, series=(one,)) for one in series]


def _may_be_colors(bank: Bank) -> bool:
    return bank.channels == 3 and bank.height * bank.width > 1
