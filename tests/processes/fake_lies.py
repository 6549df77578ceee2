"""What a good trainer says, and the lies that fake_trainer.py tells in its place; the tests take their names from here."""

from __future__ import annotations

from typing import Any

import numpy as np

READY = {"reply": "ready", "tensorflow": "0.1", "keras": "0.2"}
DATA = {
    "reply": "data",
    "name": "bars",
    "class_names": ["lying", "standing"],
    "shape": [4, 5, 1],
    "range": [0.0, 255.0],
    "train": [6, 4],
    "test": [3, 2],
    "notes": [],
}
BEGUN = {
    "reply": "working",
    "told": "begun",
    "layers": [["conv", [3, 3, 1, 2], [2, 3, 2]]],
    "parameters": 20,
    "batches": 5,
    "epoch": 0,
}
PROGRESS = {
    "reply": "working",
    "told": "progress",
    "epoch": 0,
    "batch": 2,
    "batches": 5,
    "loss": 0.5,
    "accuracy": 0.75,
    "seconds": 1.5,
    "left": None,
}
EPOCH = {
    "reply": "working",
    "told": "epoch",
    "epoch": 0,
    "loss": 0.5,
    "accuracy": 0.75,
    "val_loss": 0.6,
    "val_accuracy": 0.5,
    "seconds": 2.0,
}
RESULT = {
    "reply": "result",
    "stopped": False,
    "best": 0,
    "test_loss": 0.5,
    "test_accuracy": 0.8,
    "confusion": [[2, 1], [0, 2]],
    "wrong": [[1, 0, 1, 0.9]],
}
KERNEL, MAPS, WRONG = (np.zeros(shape, np.float32) for shape in ((3, 3, 1, 2), (2, 3, 2), (1, 4, 5, 1)))

LIES: dict[str, dict[str, dict[str, Any]]] = {
    "data without classes": {"data": {"class_names": [], "train": [], "test": []}},
    "data of another count": {"data": {"train": [1]}},
    "data of no size": {"data": {"shape": [4, 5]}},
    "data of a huge size": {"data": {"shape": [4, 5, 10**9]}},
    "data with text for numbers": {"data": {"range": ["0", "255"]}},
    "data with a negative count": {"data": {"test": [3, -2]}},
    "begun without layers": {"begun": {"layers": None}},
    "begun with a flat kernel": {"begun": {"layers": [["conv", [3, 3], [2, 3, 2]]]}},
    "progress beyond its batches": {"progress": {"batch": 6}},
    "progress of other batches": {"progress": {"batches": 7}},
    "progress with text": {"progress": {"loss": "small"}},
    "an accuracy of two": {"progress": {"accuracy": 2.0}},
    "an epoch without losses": {"epoch": {"val_loss": None}},
    "an epoch with more": {"epoch": {"more": 1}},
    "an unknown word": {"epoch": {"told": "surprise"}},
    "a result without a matrix": {"result": {"confusion": []}},
    "a matrix that is not square": {"result": {"confusion": [[1, 2], [3]]}},
    "a matrix of less than nothing": {"result": {"confusion": [[2, -1], [0, 2]]}},
    "a wrong image of no class": {"result": {"wrong": [[1, 0, 2, 0.9]]}},
    "a wrong image too many": {"result": {"wrong": [[1, 0, 1, 0.9], [2, 0, 1, 0.9]]}},
    "a probability of two": {"result": {"wrong": [[1, 0, 1, 2.0]]}},
    "another reply": {"result": {"reply": "data"}},
}
FRAMES = {
    "a frame of another network": (KERNEL, MAPS[1:]),
    "a frame too short": (KERNEL,),
    "a frame of bytes": (KERNEL.astype(np.uint8), MAPS),
}
SAMPLES = {
    "samples too few": (1, (1, 4, 5, 1), 0.5),
    "samples of another size": (2, (2, 5, 5, 1), 0.5),
    "samples too bright": (2, (2, 4, 5, 1), 2.0),
    "samples that are no numbers": (2, (2, 4, 5, 1), np.nan),
    "samples of no class": (2, (2, 4, 5, 1), 0.5),
}
LOAD_LIES = [name for name, lie in LIES.items() if "data" in lie]
TRAIN_LIES = [name for name, lie in LIES.items() if "data" not in lie]
FRAME_LIES = list(FRAMES)
SAMPLE_LIES = list(SAMPLES)
