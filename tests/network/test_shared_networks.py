"""Real files by strangers: what is in them is known, and must be found."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convlab.network.description import Layer
from convlab.network.keras_file import open_network
from convlab.network.network_file import NetworkFile

FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "networks"
FILES = json.loads((FOLDER / "manifest.json").read_text())["files"] if FOLDER.exists() else []

pytestmark = pytest.mark.skipif(
    not FILES, reason="the networks to compare with are not here: ../shared/networks"
)


@pytest.fixture(scope="module", params=FILES, ids=[one["file"] for one in FILES])
def told(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(scope="module")
def file(told: Any) -> NetworkFile:
    path = FOLDER / told["file"]
    return open_network(path.open("rb"), path.name, path.stat().st_size)


def listed(file: NetworkFile) -> list[tuple[int, Layer]]:
    """The rows that the file has; inputs that follow from other settings are ours."""
    layers = enumerate(file.network.layers)
    return [(row, layer) for row, layer in layers if not layer.settings.get("implied")]


def sha1(array: np.ndarray) -> str:
    return hashlib.sha1(np.ascontiguousarray(array, np.float32).tobytes(), usedforsecurity=False).hexdigest()


def test_the_layers_are_those_of_the_file(told: Any, file: NetworkFile) -> None:
    expected = [(one["path"], one["class"] or "") for one in told["layers"]]
    assert [(layer.path, layer.file_kind) for _, layer in listed(file)] == expected
    assert file.network.keras_version == told["keras_version"]
    assert file.network.parameters == told["params_total"]
    shape = file.network.input_shape
    assert told["input_shape"] == (None if shape is None else [None, *shape])


def test_every_weight_is_the_stored_one(told: Any, file: NetworkFile) -> None:
    for (row, layer), one in zip(listed(file), told["layers"], strict=True):
        kernel = layer.kernel
        assert one["kernel_shape"] == (None if kernel is None else list(kernel.stored)), layer.path
        stored = file.stored_weights(row)
        expected = [(weight["sha1_f32"], tuple(weight["shape"])) for weight in one["weights"]]
        assert [(sha1(array), array.shape) for array in stored] == expected, layer.path
        if kernel is not None:
            assert sha1(stored[layer.weights.index(kernel)]) == one["kernel_sha1"]


def test_output_shapes_are_those_of_keras(told: Any, file: NetworkFile) -> None:
    network = file.network
    for (row, layer), one in zip(listed(file), told["layers"], strict=True):
        if one["output_shape"] is None or layer.is_network:
            continue
        shape = network.nodes[network.nodes_of[row][0]].shape
        assert shape is not None and [None, *shape] == one["output_shape"], layer.path


def test_a_copy_differs_in_the_changed_weight_only(told: Any, file: NetworkFile) -> None:
    row, layer = next((row, layer) for row, layer in listed(file) if layer.weights)
    data = file.copy_with({(row, 0): np.full(layer.weights[0].shape, 7, np.float32)}).tobytes()
    original = (FOLDER / told["file"]).read_bytes()
    assert len(data) == len(original)
    changed = np.flatnonzero(np.frombuffer(data, np.uint8) != np.frombuffer(original, np.uint8))
    assert changed.size <= 4 * layer.weights[0].size + 8  # and the checksum, twice
    path = Path(told["file"])
    copy = open_network(io.BytesIO(data), path.name, len(data))
    assert (copy.weights(row)[0] == 7).all()
    other, _ = [(row, layer) for row, layer in listed(file) if layer.weights][-1]
    np.testing.assert_array_equal(copy.weights(other)[0], file.weights(other)[0])
