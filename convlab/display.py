"""Can a window be opened here? Asked before Qt is imported, because Qt aborts the whole process if not.

Qt looks for a platform plugin (xcb for X11, wayland, offscreen …), and each needs libraries of the system. What is
missing is found by loading the plugin as Qt would, and is reported as a Problem that names the package to install.
`python -m convlab.display PLUGIN …` prints the packages that those plugins lack here, for scripts.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import socket
import sys
from pathlib import Path
from typing import NamedTuple

from convlab.problems import Problem


class Package(NamedTuple):
    """What a library is packed in."""

    debian: str
    fedora: str


_BASE = {
    "libGL.so.1": Package("libgl1", "libglvnd-glx"),
    "libEGL.so.1": Package("libegl1", "libglvnd-egl"),
    "libX11.so.6": Package("libx11-6", "libX11"),
    "libxkbcommon.so.0": Package("libxkbcommon0", "libxkbcommon"),
    "libdbus-1.so.3": Package("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": Package("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": Package("libfreetype6", "freetype"),
    "libglib-2.0.so.0": Package("libglib2.0-0", "glib2"),
    "libgthread-2.0.so.0": Package("libglib2.0-0", "glib2"),
}
_XCB = {
    "libX11-xcb.so.1": Package("libx11-xcb1", "libX11-xcb"),
    "libxcb.so.1": Package("libxcb1", "libxcb"),
    "libxcb-cursor.so.0": Package("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": Package("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": Package("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": Package("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": Package("libxcb-randr0", "libxcb"),
    "libxcb-render-util.so.0": Package("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-render.so.0": Package("libxcb-render0", "libxcb"),
    "libxcb-shape.so.0": Package("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": Package("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": Package("libxcb-sync1", "libxcb"),
    "libxcb-util.so.1": Package("libxcb-util1", "xcb-util"),
    "libxcb-xfixes.so.0": Package("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": Package("libxcb-xkb1", "libxcb"),
    "libxkbcommon-x11.so.0": Package("libxkbcommon-x11-0", "libxkbcommon-x11"),
}
_WAYLAND = {
    "libwayland-client.so.0": Package("libwayland-client0", "libwayland-client"),
    "libwayland-cursor.so.0": Package("libwayland-cursor0", "libwayland-cursor"),
}
_NEEDS = {"xcb": _BASE | _XCB, "wayland": _BASE | _WAYLAND}
PACKAGES = _BASE | _XCB | _WAYLAND


def prepare() -> None:
    """Make sure that a QApplication can be made, and choose its platform plugin if Qt would choose one that fails.

    Raises Problem: no display, or a system library is missing. Does nothing on Windows and macOS, whose plugins
    need nothing that could be missing.
    """
    if not sys.platform.startswith("linux"):
        return
    faults = {name: _fault(name) for name in _wanted()}
    usable = [name for name, fault in faults.items() if fault is None]
    if not usable:
        raise next(fault for fault in faults.values() if fault is not None) if faults else _no_display()
    if not os.environ.get("QT_QPA_PLATFORM"):
        os.environ["QT_QPA_PLATFORM"] = usable[0]


def _wanted() -> list[str]:
    """The plugins to try, in Qt's order: those that the user asked for, else those that a display is there for."""
    asked = os.environ.get("QT_QPA_PLATFORM", "")
    if asked:
        return [name.split(":")[0] for name in asked.split(";") if name.split(":")[0]]
    displays = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
    return [name for name, variable in displays.items() if os.environ.get(variable)]


def _fault(plugin: str) -> Problem | None:
    """Why a window cannot be opened through this plugin; None if it can."""
    file = _plugin_file(plugin)
    if not file.exists():
        return Problem(
            f'Qt has no platform plugin called "{plugin}".',
            f"{file} does not exist.",
            "Unset QT_QPA_PLATFORM, or set it to xcb, wayland or offscreen.",
        )
    library = missing_library(file)
    if library:
        return missing_problem(plugin, library)
    return None if _reachable(plugin) else _unreachable(plugin)


def _plugin_file(plugin: str) -> Path:
    spec = importlib.util.find_spec("PySide6")
    if spec is None or not spec.submodule_search_locations:
        raise Problem("PySide6 is not installed.", "", "Install ConvLab with pip, which brings it along.")
    folder = Path(next(iter(spec.submodule_search_locations)))
    return folder / "Qt" / "plugins" / "platforms" / f"libq{plugin}.so"


def missing_library(file: Path) -> str:
    """The first system library that the shared object `file` needs and that is not here; empty if it loads.

    Where it is not a library that is missing: the loader's own sentence.
    """
    try:
        ctypes.CDLL(str(file))
    except OSError as error:
        absent = re.match(r"(\S+): cannot open shared object file", str(error))
        return absent.group(1) if absent else str(error)
    return ""


def _reachable(plugin: str) -> bool:
    """Whether somebody answers behind DISPLAY or WAYLAND_DISPLAY."""
    if plugin == "xcb":
        return _x11_answers(os.environ.get("DISPLAY", ""))
    if plugin == "wayland":
        return _wayland_answers()
    return True


def _x11_answers(display: str) -> bool:
    if not display:
        return False
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    for function in (xcb.xcb_connection_has_error, xcb.xcb_disconnect):
        function.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(display.encode(), None)
    answers = xcb.xcb_connection_has_error(connection) == 0
    xcb.xcb_disconnect(connection)
    return answers


def _wayland_answers() -> bool:
    # An absolute WAYLAND_DISPLAY stands alone: Path drops what is before it.
    address = Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / os.environ.get("WAYLAND_DISPLAY", "wayland-0")
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        try:
            connection.connect(str(address))
        except OSError:
            return False
    return True


def _no_display(why: str = "Neither WAYLAND_DISPLAY nor DISPLAY is set.") -> Problem:
    return Problem(
        "There is no display to open the window on.",
        why,
        "Start ConvLab from a desktop session, over `ssh -X`, or on a virtual screen with `xvfb-run -a convlab`.",
    )


def _unreachable(plugin: str) -> Problem:
    variable = {"xcb": "DISPLAY", "wayland": "WAYLAND_DISPLAY"}[plugin]
    value = os.environ.get(variable, "")
    why = f"{variable} is {value!r}, but no display answers there." if value else f"{variable} is not set."
    return _no_display(why)


def missing_problem(plugin: str, library: str, release: Path = Path("/etc/os-release")) -> Problem:
    """What to say when `library` (or what the loader said in its place) keeps Qt from loading `plugin`."""
    if " " in library:
        return Problem(
            f'Qt\'s platform plugin "{plugin}" cannot be loaded.', library, "Install PySide6 again."
        )
    return Problem(
        f"The system library {library} is missing.",
        f'Qt cannot open a window ("{plugin}") without it.',
        _remedy(plugin, library, _family(release)),
    )


def _remedy(plugin: str, library: str, family: str) -> str:
    """How to install it: the whole list for this plugin, so that nobody is sent to the shop twice."""
    if library not in PACKAGES:
        return "Install the package of your system that has it."
    packages = list(dict.fromkeys(_NEEDS.get(plugin, _BASE).values()))
    debian = "sudo apt install " + " ".join(package.debian for package in packages)
    fedora = "sudo dnf install " + " ".join(dict.fromkeys(package.fedora for package in packages))
    if family == "debian":
        return f"Get it, and what else Qt needs: {debian}"
    if family == "fedora":
        return f"Get it, and what else Qt needs: {fedora}"
    return f"Get it, and what else Qt needs; on Debian and Ubuntu: {debian}; on Fedora: {fedora}"


def _family(release: Path) -> str:
    """ "debian", "fedora" or "" for any other family of distributions."""
    try:
        text = release.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    names = re.findall(r'^ID(?:_LIKE)?="?([^"\n]*)', text, re.MULTILINE)
    families = {"debian": "debian", "ubuntu": "debian", "fedora": "fedora", "rhel": "fedora"}
    return next((families[word] for word in " ".join(names).split() if word in families), "")


def lacking(plugins: list[str]) -> list[str]:
    """Debian packages that some of these plugins lack here: all that such a plugin needs, since one hides the next."""
    names: list[str] = []
    for plugin in plugins:
        if missing_library(_plugin_file(plugin)):
            names += [package.debian for package in _NEEDS.get(plugin, _BASE).values()]
    return list(dict.fromkeys(names))


if __name__ == "__main__":
    print(" ".join(lacking(sys.argv[1:])))
