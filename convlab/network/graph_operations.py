"""Operations that stand between layers, such as `x / 127.5 - 1`: as layers that do the same, where there is one."""

from __future__ import annotations

from typing import Any

from convlab.network.calls import Call, Ref
from convlab.network.description import Setting

_FUNCTIONS = {
    "__operators__.add": "Add", "math.add": "Add",
    "__operators__.sub": "Subtract", "math.subtract": "Subtract",
    "__operators__.mul": "Multiply", "math.multiply": "Multiply",
    "__operators__.truediv": "Divide", "math.truediv": "Divide", "math.divide": "Divide",
    "math.maximum": "Maximum", "math.minimum": "Minimum",
    "nn.relu": "Relu", "nn.relu6": "Relu6", "nn.sigmoid": "Sigmoid", "math.sigmoid": "Sigmoid",
    "math.tanh": "Tanh", "nn.tanh": "Tanh", "nn.softmax": "Softmax", "nn.swish": "Silu", "nn.silu": "Silu",
}  # fmt: skip
"""TensorFlow's functions, as TFOpLambda names them, by the names of Keras 3's operations."""

_ACTIVATIONS = {
    "Relu": "relu", "Relu6": "relu6", "Sigmoid": "sigmoid", "Tanh": "tanh", "Softmax": "softmax", "Silu": "silu",
    "Elu": "elu", "Selu": "selu", "Softplus": "softplus", "Softsign": "softsign",
}  # fmt: skip
_MERGES = ("Add", "Subtract", "Multiply", "Maximum", "Minimum")

Found = tuple[str, dict[str, Setting]]


def name_of(class_name: str, config: dict[str, Any]) -> str:
    """The operation's name in Keras 3, of an operation of keras.ops or a TFOpLambda; "" if it is not known."""
    if class_name == "TFOpLambda":
        function = config.get("function")
        return _FUNCTIONS.get(function, "") if type(function) is str else ""
    return "Divide" if class_name == "TrueDivide" else class_name


def as_layer(name: str, config: dict[str, Any], call: Call) -> Found | None:
    """The kind and the settings of a layer that computes the same; None if there is none."""
    if call.strange and name != "Concatenate":
        return None
    refs = call.refs
    if name == "Concatenate" and refs and len(refs) == len(call.operands):
        axis = config.get("axis", -1)
        return ("Concatenate", {"axis": axis}) if type(axis) is int else None
    if name in _MERGES and len(refs) == len(call.operands) == 2:
        return name, {}
    if name in _ACTIVATIONS and len(refs) == len(call.operands) == 1:
        plain = config.get("axis", -1) == -1
        return ("Activation", {"activation": _ACTIVATIONS[name]}) if plain else None
    if len(refs) == 1 and len(call.operands) == 2:
        return _with_number(name, call)
    return None


def _with_number(name: str, call: Call) -> Found | None:
    """x + a, x · a, x − a, a − x and x / a are all scale · x + offset."""
    first, second = call.operands
    turned = isinstance(second, Ref)
    number = first if turned else second
    assert isinstance(number, float)
    scale, offset = 1.0, 0.0
    if name == "Add":
        offset = number
    elif name == "Multiply":
        scale = number
    elif name == "Subtract":
        scale, offset = (-1.0, number) if turned else (1.0, -number)
    elif name == "Divide" and not turned and number:
        scale = 1 / number
    else:
        return None
    return "Rescaling", {"scale": scale, "offset": offset}
