"""From the names that files give to weights to their roles.

Keras 2 and 3 (.h5): "conv2d/kernel:0"; Keras 1: "convolution2d_1_W"; Keras 0.x: "param_0"; .keras: "0".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from convlab.network.file_limits import MAX_ROLE, MAX_WEIGHTS
from convlab.network.stored_weights import Found
from convlab.plain_text import safe_text

_KERAS_1 = {
    "W": "kernel",
    "b": "bias",
    "gamma": "gamma",
    "beta": "beta",
    "running_mean": "moving_mean",
    "running_std": "moving_variance",  # the variance, in spite of its name: Keras 1.x, layers/normalization.py
    "alphas": "alpha",
    "depthwise_kernel": "depthwise_kernel",
    "pointwise_kernel": "pointwise_kernel",
}
_OLD_NAME = re.compile(rf"(?:.*_)?({'|'.join(_KERAS_1)})")
_SAME = {"kernel": "depthwise_kernel", "depthwise_kernel": "kernel", "alpha": "alphas"}
"""A depthwise kernel is called so by Keras 2, and "kernel" by Keras 3."""

_SEED = re.compile(r"(^|/)seed_generator(_\d+)?(/|$)|seed_generator_state")


def role_of(name: str) -> str:
    """The role that a name tells, else the last part of the name."""
    last = name.split("/")[-1].removesuffix(":0")
    known = _OLD_NAME.fullmatch(last)
    return _KERAS_1[known[1]] if known else last


def is_seed(name: str) -> bool:
    """Whether an array is the state of a random generator: nothing that was learned."""
    return bool(_SEED.search(name))


def with_roles(found: Sequence[Found], roles: Sequence[str] | None) -> tuple[tuple[str, Found], ...]:
    """The arrays of one layer with their roles, in the order of `roles`; what has none of them comes last.

    roles: in Keras's order, None for a layer that is not known. Names decide if they are complete, else the order does.
    """
    learned = [one for one in found if not is_seed(one.name)][:MAX_WEIGHTS]
    if roles is None:
        return tuple(zip(_own_names(learned), learned, strict=True))
    by_name = _by_name(learned, roles)
    chosen = by_name if by_name is not None else dict(zip(roles, learned, strict=False))
    taken = set(map(id, chosen.values()))
    rest = [one for one in learned if id(one) not in taken]
    return (*chosen.items(), *zip(_own_names(rest), rest, strict=True))


def _by_name(found: Sequence[Found], roles: Sequence[str]) -> dict[str, Found] | None:
    """Each role with the one array that is called so; None if it is not one for each."""
    named: dict[str, Found] = {}
    for one in found:
        role = role_of(one.name)
        role = role if role in roles else _SAME.get(role, role)
        if role in named:
            return None
        named[role] = one
    return {role: named[role] for role in roles} if all(role in named for role in roles) else None


def _own_names(found: Sequence[Found]) -> list[str]:
    """Roles that are nothing but names, each only once."""
    short = [role_of(one.name) for one in found]
    return [
        safe_text(role if short.count(role) == 1 else one.name.removesuffix(":0"), MAX_ROLE)
        for role, one in zip(short, found, strict=True)
    ]
