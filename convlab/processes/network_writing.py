"""Writing a trained network as .keras, with the names of its classes in the file's metadata."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

METADATA = "metadata.json"


def write(model: Any, path: Path, class_names: Sequence[str]) -> None:
    """Write the network whole or not at all, without what only its training needs. Raises OSError."""
    import keras

    bare = keras.Sequential(model.layers, name=model.name)
    if not bare.built:
        bare.build(model.input_shape)
    plain = path.with_name(f"{path.stem}.part.keras")
    part = path.with_name(f"{path.name}.part")
    try:
        bare.save(plain)
        _with_class_names(plain, part, class_names)
        os.replace(part, path)
    finally:
        for rest in (plain, part):
            rest.unlink(missing_ok=True)


def _with_class_names(source: Path, target: Path, class_names: Sequence[str]) -> None:
    """The same archive; Keras looks only at what it knows in the metadata."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == METADATA:
                data = json.dumps({**json.loads(data), "class_names": list(class_names)}).encode("ascii")
            new.writestr(entry, data)
