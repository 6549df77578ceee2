"""Hostile descriptions: programs, names of others' modules, impossible sizes, endless nesting, garbled text."""

from __future__ import annotations

import base64
import json
import marshal
from pathlib import Path
from typing import Any

from tests.network.hand_made import item, keras_zip, layers, legacy, sequential

Files = list[tuple[str, bytes, str]]


def opening(folder: Path) -> Files:
    """What would run code opens without doing so, and says what is not computed."""
    code = _code(folder)
    programs = {
        "lambda": (item("Lambda", "evil", function=code), "evil is a Lambda"),
        "lambda as a list": (item("Lambda", "evil", function=[code["config"]["code"], None, None]), "evil is a Lambda"),
        "lambda in a wrapper": (item("TimeDistributed", "evil", layer=item("Lambda", "in", function=code)), "evil"),
        "savedmodel layer": (item("TFSMLayer", "evil", filepath=str(folder)), "another file"),
        "torch": (item("TorchModuleWrapper", "evil", module="gASVFAAAAAAAAACMBXBvc2l4"), "program"),
        "foreign module": ({**item("system", "evil", command="id"), "module": "os"}, "package os"),
        "registered": (
            {**item("Layer", "evil"), "module": "builtins", "registered_name": "evil>Layer"},
            "evil",
        ),
        "vocabulary": (item("StringLookup", "evil", vocabulary="/etc/passwd"), "evil is a layer of the kind StringLookup"),
        "activation as a function": (
            item("Activation", "evil", activation={"class_name": "function", "module": "keras.config",
                 "config": "set_epsilon", "registered_name": "set_epsilon"}),
            "activation",
        ),
        "getattr": (item("__class__", "evil"), "evil is a layer of the kind __class__"),
        "import": (item("os.system", "evil"), "evil is a layer of the kind os.system"),
    }  # fmt: skip
    found: Files = []
    for name, (layer, word) in programs.items():
        config = sequential([*layers()[:2], layer, *layers()[2:]])
        found += [(f"{name}.keras", keras_zip(config), word), (f"{name}.h5", legacy(config), word)]
    nested = sequential([layers()[0], {**sequential([layers()[1], item("Lambda", "evil", function=code)])}])
    nested["config"]["layers"][1]["config"]["name"] = "inner"
    return [*found, ("nested lambda.h5", legacy(nested), "evil is a Lambda"), *_odd()]


def _code(folder: Path) -> dict[str, Any]:
    """A program that would leave a trace if anybody ran it."""
    text = f"lambda x: __import__('pathlib').Path({str(folder / 'canary.txt')!r}).unlink()"
    compiled = compile(text, "evil", "eval").co_consts[0]
    packed = base64.b64encode(marshal.dumps(compiled)).decode()
    return {"class_name": "__lambda__", "config": {"code": packed, "defaults": None, "closure": None}}


def _gadget() -> dict[str, Any]:
    """An operation and plain values in the wiring, with which Keras can be made to call its own functions."""
    switch = {
        "module": "keras.src.ops.core",
        "class_name": "Switch",
        "config": {"name": "switch"},
        "name": "switch",
    }
    values = [0, [{"class_name": "function", "module": "keras.config", "config": "set_epsilon"}], 0.25]
    return functional([*chain(), {**switch, "inbound_nodes": [{"args": values, "kwargs": {}}]}])


def tensor(name: str) -> dict[str, Any]:
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}


def chain() -> list[dict[str, Any]]:
    """The layers of the usual network, wired one after the other."""
    found = []
    before: str | None = None
    for one in layers():
        name = one["config"]["name"]
        inbound = [] if before is None else [{"args": [tensor(before)], "kwargs": {}}]
        found.append({**one, "name": name, "inbound_nodes": inbound})
        before = name
    return found


def functional(items: list[Any], outputs: Any = None) -> dict[str, Any]:
    config = {
        "name": "net",
        "layers": items,
        "input_layers": [["image", 0, 0]],
        "output_layers": outputs or [["dense", 0, 0]],
    }
    return {"module": "keras", "class_name": "Functional", "config": config}


def _odd() -> Files:
    """Odd texts and sizes, of which the layer says that it is not computed."""
    found: Files = []
    for name in (
        "<b>bold</b><img src=x>",
        "\u202egnp.exe",
        "a\nb\0c",
        "$\\frac{1}{0}$",
        "x" * 900,
        "\ud800",
        "%s{0}",
    ):
        config = sequential([layers()[0], item("Conv2D", name, filters=2, kernel_size=[3, 3]), *layers()[2:]])
        found.append((f"name {len(found)}.keras", keras_zip(config), ""))
    huge = {
        "filters": {"filters": 10**9},
        "kernel": {"kernel_size": [10**6, 10**6]},
        "no kernel": {"kernel_size": [0, 0]},
        "strides": {"strides": [0, 0]},
        "groups": {"groups": 0},
        "dilation": {"dilation_rate": [10**6, 1]},
        "text": {"kernel_size": "3; rm -rf /"},
        "true": {"filters": True},
        "table": {"padding": {"class_name": "Lambda"}},
    }
    for name, setting in huge.items():
        layer = item("Conv2D", "conv", **{"filters": 2, "kernel_size": [3, 3], **setting})
        found.append((f"wrong {name}.keras", keras_zip(sequential([layers()[0], layer])), "conv"))
    for kind, setting in (
        ("Dense", {"units": 2**40}),
        ("ZeroPadding2D", {"padding": 10**6}),
        ("UpSampling2D", {"size": [10**5, 10**5]}),
        ("Resizing", {"height": 10**7, "width": 10**7}),
        ("Reshape", {"target_shape": [10**9, 10**9]}),
    ):
        config = sequential([layers()[0], item(kind, "big", **setting), *layers()[1:]])
        found.append((f"huge {kind}.keras", keras_zip(config), "big"))
    return found


def refused() -> Files:
    """What cannot be a network."""
    deep = sequential()
    for _ in range(30):
        deep = sequential([{**deep, "config": {**deep["config"], "name": "inner"}}])
    many = sequential([item("Dropout", f"d{number}", rate=0.5) for number in range(6000)])
    twins = sequential([*layers(), item("Flatten", "conv")])
    text = json.dumps(sequential())
    circle = functional(
        [*chain()[:1], {**chain()[1], "inbound_nodes": [{"args": [tensor("dense")]}]}, *chain()[2:]]
    )
    missing = functional(
        [*chain()[:2], {**chain()[2], "inbound_nodes": [{"args": [tensor("nobody")]}]}, *chain()[3:]]
    )
    documents: dict[str, tuple[bytes, str]] = {
        "deep json": (b"[" * 500_000, "nested"),
        "deep tables": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested"),
        "deep networks": (json.dumps(deep).encode(), "nested"),
        "many values": (b"[" + b"[]," * 3_500_000 + b"[]]", "values"),
        "many layers": (json.dumps(many).encode(), "layers"),
        "same names": (json.dumps(twins).encode(), "called"),
        "operation that calls": (json.dumps(_gadget()).encode(), "switch"),
        "layers in a circle": (json.dumps(circle).encode(), ""),
        "missing layer": (json.dumps(missing).encode(), "nobody"),
        "nan": (text.replace('"filters": 2', '"filters": NaN').encode(), "NaN"),
        "infinity": (text.replace('"filters": 2', '"filters": 1e999').encode(), "too large"),
        "long number": (text.replace('"filters": 2', '"filters": ' + "9" * 5000).encode(), "too large"),
        "same key twice": (text.replace('"filters": 2', '"filters": 2, "filters": 3').encode(), "twice"),
        "cut json": (text[:-30].encode(), "garbled"),
        "latin": ('{"é": 1}'.encode("latin-1"), "text"),
        "utf-16": (text.encode("utf-16"), ""),
        "nothing": (b"", ""),
        "number": (b"5", ""),
        "list": (b"[]", ""),
        "layers as a table": (
            json.dumps({"class_name": "Sequential", "config": {"layers": {}}}).encode(),
            "",
        ),
        "layer as a number": (json.dumps(sequential([5])).encode(), ""),
        "class as a number": (json.dumps(sequential([{"class_name": 5, "config": {}}])).encode(), ""),
        "name as a list": (json.dumps(sequential([item("Dense", ["x"])])).encode(), ""),  # type: ignore[arg-type]
    }
    return [(f"{name}.keras", keras_zip(content), word) for name, (content, word) in documents.items()] + [
        (f"{name}.h5", legacy(content.decode("latin-1")), word)
        for name, (content, word) in documents.items()
        if name
        in ("deep tables", "deep networks", "same key twice", "cut json", "number", "layers in a circle")
    ]
