"""Operations as plain fields and arrays, and back: what each kind has, and what values are possible."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from convlab.experiment.fields import (
    Check,
    FieldError,
    array,
    choice,
    number,
    optional,
    padding,
    pair,
    table,
    truth,
    whole,
)
from convlab.operations.convolution import Convolution
from convlab.operations.dense import ORDERS, Dense, Flatten
from convlab.operations.operation import Operation
from convlab.operations.pointwise import ACTIVATIONS, Activation, BatchNormalization, Dropout, Rescaling
from convlab.operations.pooling import AveragePooling, GlobalAveragePooling, GlobalMaxPooling, MaxPooling
from convlab.operations.transpose import ConvolutionTranspose

MAX_KERNEL = 255

Arrays = dict[str, NDArray[Any]]

KINDS: dict[str, type[Operation]] = {
    "convolution": Convolution,
    "convolution transpose": ConvolutionTranspose,
    "max pooling": MaxPooling,
    "average pooling": AveragePooling,
    "global max pooling": GlobalMaxPooling,
    "global average pooling": GlobalAveragePooling,
    "activation": Activation,
    "batch normalisation": BatchNormalization,
    "rescaling": Rescaling,
    "dropout": Dropout,
    "flatten": Flatten,
    "dense": Dense,
}
"""The kinds of operation by the name they have in files. Names are never changed, only added."""

_KIND_OF = {kind: name for name, kind in KINDS.items()}


def to_fields(operation: Operation, number_in_chain: int, arrays: Arrays) -> dict[str, Any]:
    """The operation as JSON fields; its arrays are added to `arrays` as "kernel-0.npy", "bias-0.npy"…"""
    described: dict[str, Any] = {"kind": _KIND_OF[type(operation)]}
    for field in _fields(type(operation)):
        value = getattr(operation, field.name)
        if isinstance(value, np.ndarray):
            name = f"{field.name}-{number_in_chain}.npy"
            arrays[name] = value
            described[field.name] = name
        else:
            described[field.name] = _plain(value)
    return described


def from_fields(value: Any, where: str, arrays: Arrays) -> Operation:
    """The operation with these fields. Raises FieldError for a field, Problem for a combination that is impossible."""
    described = table(value, where)
    kind = KINDS[choice(*KINDS)(described.get("kind"), f"the kind of {where}")]
    return _built(kind, described, where, arrays)


def _built(kind: type[Operation], described: dict[str, Any], where: str, arrays: Arrays) -> Operation:
    checks = checks_of(kind, arrays)
    found: dict[str, Any] = {}
    for field in _fields(kind):
        if field.name in described:
            found[field.name] = checks[field.name](described[field.name], f"“{field.name}” of {where}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise FieldError(f"“{field.name}” of {where} is missing")
    operation = kind(**found)
    _check_parts(operation, where)
    return operation


def _check_parts(operation: Operation, where: str) -> None:
    """What the operation itself takes for granted, as it is only ever made of parts that fit."""
    if isinstance(operation, BatchNormalization):
        lengths = {
            len(part) for part in (operation.gamma, operation.beta, operation.mean, operation.variance)
        }
        if len(lengths) > 1:
            raise FieldError(f"the numbers of {where} are not one for each channel")
        if operation.variance.min() + operation.epsilon <= 0:
            raise FieldError(f"a variance of {where} is negative")
    if (
        isinstance(operation, Convolution | ConvolutionTranspose)
        and max(operation.kernel.shape[:2]) > MAX_KERNEL
    ):
        raise FieldError(f"the kernel of {where} is larger than {MAX_KERNEL}×{MAX_KERNEL}")


def checks_of(kind: type[Operation], arrays: Arrays) -> dict[str, Check]:
    """For each field of a kind of operation, what it must be."""
    size = pair(1, 4096)
    vector, matrix, weights = array(arrays, 1), array(arrays, 2), array(arrays, 4)
    activation = optional(_activation)
    strided = {"strides": size, "padding": padding, "dilation_rate": size, "activation": activation}
    pooling = {"pool_size": size, "strides": optional(size), "padding": choice("valid", "same")}
    own: dict[type[Operation], dict[str, Check]] = {
        Convolution: {
            **strided,
            "kernel": weights,
            "bias": optional(vector),
            "groups": whole(1, 1_000_000),
            "flip_kernel": truth,
            "padding_mode": choice("zeros", "reflect", "edge"),
        },
        ConvolutionTranspose: {
            **strided,
            "kernel": weights,
            "bias": optional(vector),
            "padding": choice("valid", "same"),
            "output_padding": optional(pair(0, 4096)),
        },
        MaxPooling: pooling,
        AveragePooling: pooling,
        GlobalMaxPooling: {"keepdims": truth},
        GlobalAveragePooling: {"keepdims": truth},
        Activation: {field.name: number for field in _fields(Activation)} | {"name": choice(*ACTIVATIONS)},
        BatchNormalization: dict.fromkeys(("gamma", "beta", "mean", "variance"), vector)
        | {"epsilon": number},
        Rescaling: {"scale": number, "offset": number},
        Dropout: {"rate": number},
        Flatten: {"order": choice(*ORDERS)},
        Dense: {"kernel": matrix, "bias": optional(vector), "activation": activation},
    }
    return own[kind]


def _activation(value: Any, where: str) -> str | Activation:
    """An activation's name, or the activation with its parameters."""
    if type(value) is str:
        name: str = choice(*ACTIVATIONS)(value, where)
        return name
    activation = _built(Activation, table(value, where), where, {})
    assert isinstance(activation, Activation)
    return activation


def _fields(kind: type[Operation]) -> tuple[Field[Any], ...]:
    return tuple(field for field in fields(kind) if field.init)  # type: ignore[arg-type]


def _plain(value: Any) -> Any:
    """A field's value as JSON has it."""
    if isinstance(value, Activation):
        return {field.name: _plain(getattr(value, field.name)) for field in _fields(Activation)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
