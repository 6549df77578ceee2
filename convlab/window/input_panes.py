"""Which channels of which inputs of a network's cell are shown, and what stands above them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from convlab.operations.step import MergeStep, Step, WeightedSum
from convlab.window.cell_session import CellSession

MOST_PANES = 4
STRONGEST = "strongest"


@dataclass(frozen=True)
class Pane:
    """One channel of one input. title: "" where there is nothing to tell apart."""

    number: int
    channel: int
    title: str = ""


def panes_of(
    cells: CellSession,
    step: Step | None,
    choice: object,
    keep: Sequence[Pane] = (),
    *,
    most: int = MOST_PANES,
    short: bool = False,
) -> tuple[Pane, ...]:
    """At most four panes, or as many as there is room for (of a merge all its inputs, up to four). choice: STRONGEST, or a channel. keep: those shown before, which stay where they are.

    short: there is room for numbers only.
    """
    inputs = cells.shown_inputs
    if len(inputs) > 1 or isinstance(step, MergeStep):
        return _of_merge(cells, step)
    count, names = inputs[0].shape[2], cells.input_names
    if len(cells.now.input_shapes[0]) < 3 if cells.now else True:
        return (Pane(0, 0),)  # one cell for each number: no channels
    channels = _channels(step, count, choice, [pane.channel for pane in keep], most)

    def title(channel: int) -> str:
        if count == 1:
            return ""
        if channel < len(names):
            return names[channel].capitalize()
        return f"{channel}" if short else f"Channel {channel}"

    return tuple(Pane(0, channel, title(channel)) for channel in channels)


def _channels(step: Step | None, count: int, choice: object, keep: Sequence[int], most: int) -> list[int]:
    if isinstance(choice, int):
        return [min(choice, count - 1)]
    if step is None:
        return list(keep) or list(range(min(count, most)))
    read = [int(channel) for channel in step.channels]
    if len(read) <= most:
        return read
    if len(keep) == most and set(keep) <= set(read):
        return list(keep)
    return strongest_channels(step)[:most]


def strongest_channels(step: Step) -> list[int]:
    """The channels that a step reads, by how much each adds to it."""
    sums = step.partial_sums if isinstance(step, WeightedSum) else step.window.sum(axis=(0, 1))
    strength = np.nan_to_num(np.abs(sums), nan=np.inf)
    return [int(step.channels[at]) for at in np.argsort(-strength, kind="stable")]


def _of_merge(cells: CellSession, step: Step | None) -> tuple[Pane, ...]:
    """The channel of each input that the step reads; of an input that it does not read, the one with its number."""
    inputs, names = cells.shown_inputs, cells.input_names
    read = {number: channel for number, _, _, channel in step.sources} if isinstance(step, MergeStep) else {}
    numbers = sorted(sorted(range(len(inputs)), key=lambda number: number not in read)[:MOST_PANES])
    found = []
    for number in numbers:
        channels = inputs[number].shape[2]
        channel = min(read.get(number, cells.filter), channels - 1)
        name = names[number] if number < len(names) else f"input {number + 1}"
        found.append(Pane(number, channel, f"{name}, map {channel}" if channels > 1 else name))
    return tuple(found)
