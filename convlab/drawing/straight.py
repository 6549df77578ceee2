"""Functions made of straight lines, in decimals: what somebody gets who computes them by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

Terms = Mapping[str, Decimal]
_NOTHING = Decimal(0)


def _relu(x: Decimal, terms: Terms) -> Decimal:
    """With the ReLU layer's settings, if there are any (Keras's definition; see operations/rectifiers.py)."""
    threshold = terms.get("threshold", _NOTHING)
    kept = x if x > threshold else _NOTHING
    if "most" in terms:
        kept = min(max(kept, _NOTHING), terms["most"])
    return kept - terms.get("slope", _NOTHING) * max(threshold - x, _NOTHING)


STRAIGHT: dict[str, Callable[[Decimal, Terms], Decimal]] = {
    "linear": lambda x, terms: x,
    "dropout": lambda x, terms: x,
    "relu": _relu,
    "relu6": lambda x, terms: min(max(x, _NOTHING), Decimal(6)),
    "leaky_relu": lambda x, terms: x if x > 0 else terms["slope"] * x,
    "prelu": lambda x, terms: x if x > 0 else terms["alpha"] * x,
    "rescaling": lambda x, terms: x * terms["scale"] + terms["offset"],
}
"""By the names of their steps; the terms are the steps'."""
