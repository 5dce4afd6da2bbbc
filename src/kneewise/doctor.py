"""What this installation consists of, and whether it can work."""

import os
import platform
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import DependencyError
from .pose.blazepose import check_weights
from .versions import package_versions

if TYPE_CHECKING:
    from .store import Place

_GIGA = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An installation.

    Attributes
    ----------
    python, system, cores : what it runs on.
    versions : package → version; None where it is missing.
    weights : file → its SHA-256 and whether it is the one expected.
    writable : folder → whether results can be written there.
    memory : where the pages keep what they are told.
    walls : version of what keeps a hostile film from reading other files; 0 where the system has nothing.
    """

    python: str
    system: str
    cores: int | None
    versions: dict[str, str | None]
    weights: dict[str, dict[str, object]]
    writable: dict[str, bool]
    memory: "Place"
    walls: int

    @property
    def healthy(self) -> bool:
        """Whether every package, weight and folder is as it should be."""
        sound = bool(self.weights) and all(weight["ok"] for weight in self.weights.values())
        memory = self.memory.writable and self.memory.sound
        return None not in self.versions.values() and sound and all(self.writable.values()) and memory

    def as_json(self) -> dict[str, Any]:
        """The same in plain types."""
        return asdict(self)


def examine(folder: Path) -> State:
    """Versions, cores, weights with hashes, whether folders can be written, and where the memory lies.

    Parameters
    ----------
    folder
        Where results would be written.
    """
    from .measuring import landlock_version  # late: every command would wait for the memory to load
    from .store import is_writable, look_at_home

    return State(
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        cores=os.cpu_count(),
        versions=package_versions(),
        weights=_weights(),
        writable={str(place): is_writable(place) for place in (folder, Path(tempfile.gettempdir()))},
        memory=look_at_home(),
        walls=landlock_version(),
    )


def render_state(state: State) -> str:
    """The state as lines to read."""
    lines = [f"Python {state.python} on {state.system}, {state.cores} cores"]
    lines += [f"  {name:<24} {version or 'MISSING'}" for name, version in state.versions.items()]
    lines.append("Pose weights")
    lines += [
        f"  {name:<28} {'ok' if facts['ok'] else 'DAMAGED'}  sha256 {facts['sha256']}"
        for name, facts in state.weights.items()
    ]
    lines.append("Folders")
    lines += [
        f"  {folder}  {'can be written' if ok else 'CANNOT BE WRITTEN'}"
        for folder, ok in state.writable.items()
    ]
    lines += ["Memory of the pages", *(f"  {line}" for line in _describe_memory(state.memory))]
    lines += ["Films on the pages", f"  {_describe_walls(state.walls)}"]
    lines.append("All is well." if state.healthy else f"Something is wrong.\n  Try: {_remedy(state)}")
    return "\n".join(lines)


def _remedy(state: State) -> str:
    if not state.memory.writable:
        return "see that you may write to the folder of the memory, or name another one with KNEEWISE_HOME"
    if not state.memory.sound:
        return "pip install --upgrade kneewise; else import the last export into a new folder"
    return "pip install --force-reinstall kneewise"


def _describe_memory(memory: "Place") -> Iterator[str]:
    yield f"{memory.folder}  {'can be written' if memory.writable else 'CANNOT BE WRITTEN'}"
    yield f"{memory.free / _GIGA:.1f} GB free on its disk"
    yield f"named by {memory.set_by}" if memory.set_by else "the usual place; KNEEWISE_HOME names another one"
    if memory.database_set_by:
        yield f"the database lies elsewhere, as {memory.database_set_by} says"
    elif not memory.sound:
        found = memory.schema or "unknown"
        yield f"THE DATABASE CANNOT BE READ, or a newer kneewise wrote it (schema {found})"
    else:
        yield f"schema {memory.schema}, newest {memory.known}" if memory.schema else "nothing is kept yet"


def _describe_walls(version: int) -> str:
    if version:
        return f"are read by a process that reaches no other file (Landlock {version})"
    return (
        "are read by a process with limits on memory and time; this system has nothing that keeps it from "
        "other files (Linux 5.19 and newer has Landlock)"
    )


def _weights() -> dict[str, dict[str, object]]:
    try:
        return check_weights()
    except DependencyError as error:
        return {"weights": {"ok": False, "sha256": str(error)}}
