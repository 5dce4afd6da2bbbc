"""Walls around a process that reads a film or a photo: `python -P walls.py MODULE LIMITS FOLDER OUT_FOLDER`.

Landlock of the Linux kernel takes away, for good, every file but those of Python, of the system's libraries
and of what it is to read, every place to write but the folder for what is made of it, every program, and TCP.
It holds for the thread that asks and for those it begins later; numpy begins threads as soon as it is
imported, and importing kneewise imports numpy. Therefore this file is run by its path, imports the standard
library only, and lets the child in when the walls stand.

Where the kernel has none (other systems, Linux before 5.19, Landlock not switched on) the child goes on
without; its limits remain, and `kneewise doctor` says so.
"""

import ctypes
import os
import runpy
import site
import struct
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

OLDEST = 2
"""Version of Landlock from which on a file can be moved between folders, as results are; Linux 5.19."""
_CREATE, _ADD, _RESTRICT = 444, 445, 446
"""System calls; the same numbers on every machine that Python wheels are built for."""
_ASK_VERSION = 1
_BENEATH = 1
_NO_NEW_PRIVILEGES = 38
_READ_FILE, _READ_FOLDER = 1 << 2, 1 << 3
_WRITE_FILE, _CUT = 1 << 1, 1 << 14
_RUN = 1 << 0
_MAKE_ODD = 1 << 6 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12
"""Devices, sockets, pipes and links: whoever reads them later would be led elsewhere, or wait for ever."""
_KINDS = {2: 14, 3: 15, 5: 16}
"""Version of Landlock → how many kinds of access to files it knows, since when."""
_TCP, _TCP_SINCE = 0b11, 4
_OTHERS, _OTHERS_SINCE = 0b11, 6
"""Abstract sockets of, and signals to, processes outside."""
_SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo",
    "/etc/ld.so.cache", "/etc/localtime", "/etc/ssl/openssl.cnf",
    "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo", "/proc/self", "/proc/sys/vm",
    "/sys/devices/system", "/sys/fs/cgroup", "/sys/kernel/mm",
)  # fmt: skip
_SINK = "/dev/null"


def landlock_version() -> int:
    """Version of Landlock that can be used here; 0 where there is none, or one that is too old."""
    if not sys.platform.startswith("linux"):
        return 0
    return version if (version := _call(_CREATE, None, 0, _ASK_VERSION)) >= OLDEST else 0


def raise_walls(readable: Iterable[str], writable: Iterable[str]) -> bool:
    """Take from this thread, and whatever it begins, all files but these, all programs, and TCP.

    Parameters
    ----------
    readable, writable
        Files and folders with everything in them; what is not there is passed over.

    Returns
    -------
    bool
        Whether the walls stand; False where the system has none.

    Raises
    ------
    OSError
        When the system has them and refuses: nothing is read then.
    """
    version = landlock_version()
    if not version:
        return False
    handled = (1 << max(kinds for since, kinds in _KINDS.items() if since <= version)) - 1
    rules = _checked(_CREATE, *_attributes(handled, version), 0)
    try:
        for place in readable:
            _allow(rules, place, _READ_FILE | _READ_FOLDER)
        for place in writable:
            _allow(rules, place, handled & ~(_RUN | _MAKE_ODD))
        if ctypes.CDLL(None, use_errno=True).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "the walls cannot be raised")
        _checked(_RESTRICT, rules, 0)
    finally:
        os.close(rules)
    return True


def needed_places() -> Iterator[str]:
    """What Python, the packages and kneewise itself read; the folder that kneewise lies in is listed, too."""
    paths = sysconfig.get_paths()
    yield from dict.fromkeys(paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    yield from (place for place in sys.path if place.endswith(".zip"))
    if site.ENABLE_USER_SITE:
        yield site.getusersitepackages()
    yield str(Path(__file__).parents[2])
    yield from _SYSTEM


def main() -> None:
    """Raise the walls, and let the module do its work within them."""
    _, module, _limits, readable, out = sys.argv
    raise_walls([*needed_places(), readable], [out, _SINK])
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _attributes(handled: int, version: int) -> tuple[bytes, int]:
    """What is taken away, as the kernel of that version reads it."""
    fields = [handled]
    if version >= _TCP_SINCE:
        fields.append(_TCP)
    if version >= _OTHERS_SINCE:
        fields.append(_OTHERS)
    packed = struct.pack(f"={len(fields)}Q", *fields)
    return packed, len(packed)


def _allow(rules: int, place: str, access: int) -> None:
    """Leave this access to a file or to everything in a folder."""
    try:
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(place):  # a file cannot be listed, nor anything made in it
            access &= _READ_FILE | _WRITE_FILE | _CUT
        _checked(_ADD, rules, _BENEATH, struct.pack("=Qi", access, handle), 0)
    finally:
        os.close(handle)


def _checked(number: int, *arguments: int | bytes) -> int:
    answer = _call(number, *arguments)
    if answer < 0:
        raise OSError(ctypes.get_errno(), "the walls cannot be raised")
    return answer


def _call(number: int, *arguments: int | bytes | None) -> int:
    """What the kernel answers; -1 where it refuses."""
    kernel = ctypes.CDLL(None, use_errno=True)
    kernel.syscall.restype = ctypes.c_long
    typed = [ctypes.c_long(one) if isinstance(one, int) else one for one in arguments]
    return int(kernel.syscall(ctypes.c_long(number), *typed))


if __name__ == "__main__":
    main()
