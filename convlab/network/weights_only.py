"""Files that hold weights but not the layers: each group becomes a layer to look at, of the kind that its weights tell.

Nothing of it can be computed: how the layers are connected stands nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from convlab.network import file_limits as limits
from convlab.network.description import Layer, Shape
from convlab.network.hdf5 import Hdf5
from convlab.network.hdf5_items import Parts
from convlab.network.numbered_weights import CONTAINERS, VARIABLES, Branch, arrays_of, snake
from convlab.network.stored_weights import Found, Order, Placed
from convlab.network.weight_names import role_of, with_roles

Looked = list[tuple[Layer, tuple[Placed, ...]]]
"""Layers without weights in them, and the weights apart."""

_BY_KEY = {
    snake(kind): (kind, rank, roles)
    for kind, rank, roles in (
        ("Conv1D", 3, ("kernel", "bias")),
        ("Conv2D", 4, ("kernel", "bias")),
        ("Conv3D", 5, ("kernel", "bias")),
        ("Conv2DTranspose", 4, ("kernel", "bias")),
        ("DepthwiseConv2D", 4, ("depthwise_kernel", "bias")),
        ("SeparableConv2D", 4, ("depthwise_kernel", "pointwise_kernel", "bias")),
        ("Dense", 2, ("kernel", "bias")),
    )
}
_FOUR_OF_NORMALIZATION = ("gamma", "beta", "moving_mean", "moving_variance")
_KERNELS = {"kernel", "bias"}
_SEPARABLE = {"depthwise_kernel", "pointwise_kernel"}


def from_groups(groups: Mapping[str, Sequence[Found]]) -> Looked:
    """Of a legacy file: the layers by their names, those without weights too."""
    found: Looked = []
    for name, all_arrays in groups.items():
        arrays = all_arrays[: limits.MAX_WEIGHTS]
        roles = [(role_of(one.name), one) for one in arrays]
        roles = _numbered_roles(roles)
        kind = _kind_of({role: one.dataset.shape for role, one in roles}, name)
        if kind == "DepthwiseConv2D":
            roles = [("depthwise_kernel" if role == "kernel" else role, one) for role, one in roles]
        ordered = with_roles(arrays, None) if len({role for role, _ in roles}) < len(roles) else tuple(roles)
        placed = tuple(Placed(role, one.dataset, _order(kind, role, one, roles)) for role, one in ordered)
        found.append((Layer(name, name, kind), placed))
    return found


def from_branches(file: Hdf5, root: Branch, real: Mapping[Parts, Parts]) -> Looked:
    """Of a file of numbered weights: the layers that have any, in the order in which they lie there.

    real: where in the file a group with variables is, by its place in the tree.
    """
    found: Looked = []
    taken: dict[str, int] = {}
    for place, branch in _owners(root):
        arrays = tuple(arrays_of({VARIABLES: branch[VARIABLES]}))
        kind, roles = _of_key(place[-1] if place else "", [one.dataset.shape for one in arrays])
        placed = tuple(Placed(role, one.dataset) for role, one in with_roles(arrays, roles))
        path = "/".join(part for part in place if part not in CONTAINERS) or "weights"
        taken[path] = taken.get(path, 0) + 1
        path = path if taken[path] == 1 else f"{path} ({taken[path]})"
        told = file.texts(real[place], "name") if place in real else None
        name = told[0] if told and told[0] else path.split("/")[-1]
        if placed:
            found.append((Layer(path, name, kind), placed))
    return found


def _owners(root: Branch) -> list[tuple[Parts, Branch]]:
    """The groups that have variables of their own."""
    found: list[tuple[Parts, Branch]] = []
    waiting: list[tuple[Parts, Branch]] = [((), root)]
    while waiting:
        place, branch = waiting.pop()
        if isinstance(branch.get(VARIABLES), dict) and place and not place[-1].startswith("seed_generator"):
            found.append((place, branch))
        inner = [
            ((*place, name), item)
            for name, item in branch.items()
            if isinstance(item, dict) and name != VARIABLES
        ]
        waiting += reversed(inner)
    return found


def _of_key(key: str, shapes: Sequence[Shape]) -> tuple[str, tuple[str, ...] | None]:
    """The kind that a key of Keras's names, and the roles of its weights, where the shapes do not speak against it."""
    stem = re.sub(r"_\d+$", "", key)
    if stem == "batch_normalization" and len(shapes) == 4 and all(len(shape) == 1 for shape in shapes):
        return "BatchNormalization", _FOUR_OF_NORMALIZATION
    kind, rank, roles = _BY_KEY.get(stem, ("", 0, ()))
    kernels = len(roles) - 1
    fits = len(shapes) in (kernels, kernels + 1) and all(len(shape) == rank for shape in shapes[:kernels])
    return (kind, roles[: len(shapes)]) if kind and fits else ("", None)


def _kind_of(shapes: Mapping[str, Shape], name: str) -> str:
    """The kind that the roles and shapes of a layer's weights tell; "" where they do not."""
    roles = set(shapes)
    if roles >= _SEPARABLE and len(shapes["depthwise_kernel"]) == 4:
        return "SeparableConv2D"
    if roles - {"bias"} == {"depthwise_kernel"} and len(shapes["depthwise_kernel"]) == 4:
        return "DepthwiseConv2D"
    if {"moving_mean", "moving_variance"} <= roles <= set(_FOUR_OF_NORMALIZATION):
        return "BatchNormalization"
    if not (roles <= _KERNELS and "kernel" in roles):
        return ""
    kernel, bias = shapes["kernel"], shapes.get("bias", ())
    if len(kernel) == 4:
        return _kind_of_four(kernel, bias, name.lower())
    return {2: "Dense", 3: "Conv1D", 5: "Conv3D"}.get(len(kernel), "")


def _kind_of_four(kernel: Shape, bias: Shape, name: str) -> str:
    """Four axes are those of several kinds: the number of biases or the layer's name tells them apart."""
    *_, before, last = kernel
    if "depthwise" in name and bias in ((), (before * last,)):
        return "DepthwiseConv2D"
    if bias == (before,) and ("transpose" in name or before != last) and not _theanos(kernel, bias):
        return "Conv2DTranspose"
    return "Conv2D" if bias in ((), (last,)) or _theanos(kernel, bias) else ""


def _theanos(kernel: Shape, bias: Shape) -> bool:
    """Whether a kernel is (filters, input channels, rows, columns): the biases fit no other axis."""
    return bias == (kernel[0],) and kernel[0] not in kernel[2:]


def _order(kind: str, role: str, one: Found, roles: Sequence[tuple[str, Found]]) -> Order:
    bias = next((other.dataset.shape for name, other in roles if name == "bias"), ())
    shape = one.dataset.shape
    theano = kind == "Conv2D" and role == "kernel" and _theanos(shape, bias)
    return Order((2, 3, 1, 0)) if theano else Order()


def _numbered_roles(roles: list[tuple[str, Found]]) -> list[tuple[str, Found]]:
    """Keras 0.x numbered them: two, of which the second has one axis, are a kernel and its bias."""
    if [role for role, _ in roles] != ["param_0", "param_1"] or len(roles[1][1].dataset.shape) != 1:
        return roles
    return [("kernel", roles[0][1]), ("bias", roles[1][1])]
