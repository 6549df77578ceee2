"""Walls: what a process that reads strangers' files gives up before it sees the first one.

They are the second line; the first is that nothing in a file is ever run. Where a system lacks one, the others stand.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ADDRESS_SPACE = 3 * 1024**3
OPEN_FILES = 64

# Linux: linux/landlock.h, linux/prctl.h. The numbers of the system calls are the same on all usual processors.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_BELOW_A_FOLDER = 1
_ASK_VERSION = 1
_EXECUTE, _WRITE_FILE, _REFER, _TRUNCATE, _DEVICE_CONTROL = 1 << 0, 1 << 1, 1 << 13, 1 << 14, 1 << 15
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_BIND_TCP, _BIND_AND_CONNECT_TCP = 1, 3
_SIGNALS_AND_ABSTRACT_SOCKETS = 3
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_SIGKILL = 9


class _Ruleset(ctypes.Structure):
    """What is forbidden where no rule allows it."""

    _fields_ = [
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    ]


class _Rule(ctypes.Structure):
    """What is allowed all the same below an open folder."""

    _pack_ = 1
    _fields_ = [("files", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def lock_down(address_space: int = ADDRESS_SPACE) -> int:
    """From here on this process cannot write, delete, run or connect to anything, nor outgrow its limits.

    To be called once, after all imports and before the first file. Never raises. Returns the version of Landlock that
    holds, 0 without it.
    """
    end_with_parent()
    limit_resources(address_space)
    return forbid_changes()


def limit_resources(address_space: int = ADDRESS_SPACE, largest_file: int = 0) -> None:
    """Memory, open files, no core dump, and no byte written to any file beyond `largest_file`; pipes stay open."""
    try:
        import resource
    except ImportError:  # Windows
        return
    limits = {"RLIMIT_AS": address_space, "RLIMIT_NOFILE": OPEN_FILES, "RLIMIT_CORE": 0}
    limits["RLIMIT_FSIZE"] = largest_file
    for name, most in limits.items():
        try:
            kind = getattr(resource, name)
            hard = resource.getrlimit(kind)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))
        except (AttributeError, ValueError, OSError):
            continue


@contextmanager
def at_most(more: int) -> Iterator[None]:
    """Within, this process may take only `more` bytes beyond what it has, where the system offers that (Linux)."""
    try:
        import resource

        with open("/proc/self/statm", "rb") as file:
            now = int(file.read().split()[0]) * resource.getpagesize()
        before = resource.getrlimit(resource.RLIMIT_AS)
        hard = before[1]
        most = now + more if hard == resource.RLIM_INFINITY else min(now + more, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    except (ImportError, OSError, ValueError, IndexError, AttributeError):
        yield
        return
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


def end_with_parent() -> None:
    """Linux ends this process with the window, even if it hangs in a library then."""
    if not sys.platform.startswith("linux"):
        return
    try:
        _libc().prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(_SIGKILL), 0, 0, 0)
    except (OSError, AttributeError):
        return


def forbid_changes(writable: Sequence[Path] = (), connect: bool = False) -> int:
    """Landlock, Linux 5.13 and later: files are only read, nothing is executed, no connection is made.

    writable: folders that exist, in which files may be written and removed. connect: whether connections may be made.
    """
    if not sys.platform.startswith("linux"):
        return 0
    try:
        return _landlock(_libc(), writable, connect)
    except (OSError, AttributeError, ctypes.ArgumentError):
        return 0


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _landlock(libc: ctypes.CDLL, writable: Sequence[Path], connect: bool) -> int:
    libc.syscall.restype = ctypes.c_long
    version = int(
        libc.syscall(ctypes.c_long(_CREATE_RULESET), None, ctypes.c_size_t(0), ctypes.c_uint(_ASK_VERSION))
    )
    if version < 1:
        return 0
    ruleset, size = _ruleset(version, connect)
    file = int(
        libc.syscall(
            ctypes.c_long(_CREATE_RULESET), ctypes.byref(ruleset), ctypes.c_size_t(size), ctypes.c_uint(0)
        )
    )
    if file < 0:
        return 0
    try:
        for folder in writable:
            _allow(libc, file, folder, ruleset.files & ~(_EXECUTE | _DEVICE_CONTROL))
        if libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), 0, 0, 0) != 0:
            return 0
        failed = libc.syscall(ctypes.c_long(_RESTRICT_SELF), ctypes.c_int(file), ctypes.c_uint(0))
        return 0 if failed else version
    finally:
        os.close(file)


def _allow(libc: ctypes.CDLL, ruleset: int, folder: Path, files: int) -> None:
    """A rule for a folder and all below it; one that is not there needs none."""
    try:
        opened = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rule = _Rule(files, opened)
        libc.syscall(
            ctypes.c_long(_ADD_RULE),
            ctypes.c_int(ruleset),
            ctypes.c_int(_BELOW_A_FOLDER),
            ctypes.byref(rule),
            ctypes.c_uint(0),
        )
    finally:
        os.close(opened)


def _ruleset(version: int, connect: bool) -> tuple[_Ruleset, int]:
    """Everything that this version knows to forbid but reading, and the size of its structure in bytes."""
    files = _EXECUTE | _WRITE_FILE | _REMOVE_AND_MAKE
    files |= (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    files |= _DEVICE_CONTROL if version >= 5 else 0
    network = 0 if version < 4 else _BIND_TCP if connect else _BIND_AND_CONNECT_TCP
    scoped = _SIGNALS_AND_ABSTRACT_SOCKETS if version >= 6 else 0
    return _Ruleset(files, network, scoped), 24 if version >= 6 else 16 if version >= 4 else 8
