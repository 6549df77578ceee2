"""What people open by mistake, and must be told in plain words."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from pathlib import Path

import h5py
import numpy as np

from tests.network.hand_made import hdf5, keras_members, sequential

Files = list[tuple[str, bytes, str]]


def files() -> Files:
    npy = io.BytesIO()
    np.save(npy, np.zeros(3))
    return [
        ("nothing.h5", b"", "empty"),
        ("page.h5", b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        ("page with a blank.keras", b"\n  <html>", "web page"),
        ("pointer.h5", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS"),
        ("picture.h5", b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
        ("photo.keras", b"\xff\xd8\xff\xe0" + bytes(50), "picture"),
        ("document.h5", b"%PDF-1.7 ...", "PDF"),
        ("pickle.h5", pickle.dumps({"a": 1}), "pickle"),
        ("old torch.pt", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19." + bytes(9), "PyTorch"),
        ("other framework.keras", zipped({"net/data.pkl": b"\x80\x02", "net/data/0": b""}), "PyTorch"),
        ("net.onnx", b"\x08\x07\x12\x07pytorch\x1a\x052.0.0", "ONNX"),
        ("net.tflite", struct.pack("<I", 28) + b"TFL3" + bytes(20), "TensorFlow Lite"),
        ("saved_model.pb", b"\x08\x01\x12\xd5\x01", "SavedModel"),
        ("frozen.pb", b"\n\x0f\n\x01x\x12\x0bPlaceholder", "TensorFlow graph"),
        ("variables.data-00000-of-00001", b"\1\2\3\4\5", "checkpoint"),
        ("weights.safetensors", struct.pack("<Q", 60) + b'{"a":{"dtype":"F32"}}', "safetensors"),
        ("language.gguf", b"GGUF\3\0\0\0", "language model"),
        ("array.h5", npy.getvalue(), "numpy"),
        ("arrays.npz", zipped({"a.npy": npy.getvalue()}), "numpy"),
        ("lab.keras", zipped({"experiment.json": b"{}"}), "ConvLab experiment"),
        ("packed.gz", b"\x1f\x8b\x08" + bytes(20), "compressed"),
        ("zipped.zip", zipped({"net/keras_model.h5": b"x", "labels.txt": b"x"}), "with a network in it"),
        ("no weights.keras", zipped({"config.json": b"{}"}), "weights"),
        ("no layers.keras", zipped({"model.weights.h5": hdf5()}), "list of layers"),
        (
            "with a folder.keras",
            zipped({f"net/{name}": data for name, data in keras_members().items()}),
            "folder",
        ),
        ("other.zip", zipped({"readme.txt": b"x"}), "archive"),
        ("empty.zip", zipped({}), "empty archive"),
        ("architecture.json", json.dumps(sequential()).encode(), "without their weights"),
        ("tfjs.json", b'{"format": "layers-model", "modelTopology": {}}', "TensorFlow.js"),
        ("program.py", b"import os\nprint(1)\n", "text"),
        ("program.exe", b"MZ\x90\0", "program"),
        ("zeros.h5", bytes(5000), "zeros"),
        ("noise.h5", bytes(range(1, 255)) * 20, "no network"),
        ("matlab.mat", b"MATLAB 7.3 MAT-file" + bytes(493) + b"\x89HDF\r\n\x1a\n", "MATLAB"),
        ("measurements.h5", hdf5({"a/b": np.zeros(5)}), "no network"),
        ("texts.h5", hdf5({}, lambda file: file.create_dataset("a", data="text")), "no network"),
        ("empty.h5", hdf5({}), "no network"),
        (
            "null.h5",
            hdf5({}, lambda file: file.create_dataset("layers/a/vars/0", data=h5py.Empty("f4"))),
            "no network",
        ),
    ]


def folders(folder: Path) -> list[tuple[str, Path, str]]:
    """Folders, with what must be said of each."""
    saved, unpacked, plain = (folder / name for name in ("saved model", "unpacked.keras", "plain folder"))
    for one in (saved, unpacked, plain):
        one.mkdir(exist_ok=True)
    (saved / "saved_model.pb").write_bytes(b"\x08\x01")
    for name, content in keras_members().items():
        (unpacked / name).write_bytes(content)
    return [
        ("saved model", saved, "SavedModel"),
        ("unpacked.keras", unpacked, "unpacked"),
        ("plain folder", plain, "folder"),
        ("not there.keras", folder / "not there.keras", "no such file"),
    ]


def zipped(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()
