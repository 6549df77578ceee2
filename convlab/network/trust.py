"""Trust: what in a file could run code, or is not computed for another reason, and how that is said.

Nothing of a file is ever run, so nothing here makes that safe: it is what people are told. A layer with a reason keeps
its row and its weights; what does not depend on it is computed.
"""

from __future__ import annotations

import reprlib
from collections.abc import Sequence

from convlab.network.description import Layer
from convlab.network.entries import Entry
from convlab.network.older_names import is_network
from convlab.plain_text import safe_text

_PROGRAMS = {
    "Lambda": "it holds a program",
    "TFSMLayer": "it loads a program from another file",
    "TorchModuleWrapper": "it holds a program",
    "JaxLayer": "it holds a program",
    "FlaxLayer": "it holds a program",
}
_HOMES = ("keras", "tf_keras", "tensorflow")
_PREFIXES = ("Vision>", "keras", "Addons>", "experimental.preprocessing>")
_MOST_NAMES = 3
_REGISTERED_BY_KERAS = ("keras.", "Keras>", "tf_keras.")
_OWN_HOMES = {"builtins", ""}


def program_in(entry: Entry) -> str:
    """Why a layer would have to run a program that the file brings along or names; "" if it would not."""
    name, kind = safe_text(entry.name), safe_text(entry.class_name, 60)
    why = _PROGRAMS.get(entry.class_name.rsplit(">", 1)[-1])
    if why is not None:
        return f"{name} is a {kind} layer: {why}, and ConvLab runs no programs from files."
    home = entry.module
    if home is not None and home.split(".")[0] not in _HOMES and home not in _OWN_HOMES:
        return (
            f"{name} is a {kind} of the package {safe_text(home, 60)}: ConvLab does not run code of others."
        )
    registered = entry.registered_name
    if registered not in (None, entry.class_name) and not str(registered).startswith(_REGISTERED_BY_KERAS):
        return f"{name} is a {kind}, a class of its author’s own: ConvLab does not run code of others."
    if ">" in entry.class_name and not entry.class_name.startswith(_PREFIXES):
        return f"{name} is a {kind}, a class of its author’s own: ConvLab does not run code of others."
    return ""


def unknown(entry: Entry) -> str:
    """A kind of layer that is not in our table."""
    kind = safe_text(entry.class_name, 60)
    return f"{safe_text(entry.name)} is a layer of the kind {kind}, which ConvLab does not compute."


def odd_call(entry: Entry, how: str) -> str:
    """A layer that is applied in a way in which ConvLab applies none; `how`: a clause without its subject."""
    return f"{safe_text(entry.name)} {how}, which ConvLab does not compute."


def bad_setting(entry: Entry, setting: str, value: object) -> str:
    """A setting that ConvLab does not compute, or that cannot be."""
    name = safe_text(entry.name)
    if value is None:
        return f"{name} does not tell its {setting}."
    if isinstance(value, dict):
        inner = value.get("registered_name") or value.get("class_name") or "an object"
        return f"{name} has the {setting} {safe_text(inner, 60)}, which ConvLab does not compute."
    return f"{name} has {setting} = {safe_text(reprlib.repr(value), 60)}, which ConvLab does not compute."


def about_class(root: Entry) -> tuple[str, ...]:
    """What is said about a network whose class is its author's own, though it lists its layers."""
    if is_network(root.class_name):
        return ()
    kind = safe_text(root.class_name, 60)
    text = f"The network is a class of its own, {kind}: its layers are computed as the file connects them"
    return (f"{text}; what else its program does is not known.",)


def notices(layers: Sequence[Layer]) -> tuple[str, ...]:
    """What is said once when the network is opened: the first layers that are not computed, and why."""
    affected = [layer for layer in layers if layer.problem]
    if not affected:
        return ()
    first = affected[0].problem
    more = [safe_text(layer.name) for layer in affected[1 : 1 + _MOST_NAMES]]
    others = len(affected) - 1 - len(more)
    also = ""
    if more:
        also = f" Nor are {', '.join(more)}" if len(more) > 1 else f" Nor is {more[0]}"
        also += f" and {others:,} more computed." if others else " computed."
    culprits = "these layers" if more else safe_text(affected[0].name)
    return (
        f"{first}{also} You can look at all layers and filters; what does not depend on {culprits} is computed.",
    )
