"""What this installation consists of, and whether it can work."""

import importlib.metadata
import os
import platform
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .errors import DependencyError
from .pose.blazepose import check_weights

_PACKAGES = (
    "kneewise",
    "numpy",
    "scipy",
    "av",
    "ezc3d",
    "openvino",
    "opencv-python-headless",
    "pydantic",
    "typer",
    "jinja2",
    "ezc3d",
    "pyarrow",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """An installation.

    Attributes
    ----------
    python, system, cores : what it runs on.
    versions : package → version; None where it is missing.
    weights : file → its SHA-256 and whether it is the one expected.
    writable : folder → whether results can be written there.
    """

    python: str
    system: str
    cores: int | None
    versions: dict[str, str | None]
    weights: dict[str, dict[str, object]]
    writable: dict[str, bool]

    @property
    def healthy(self) -> bool:
        """Whether every package, weight and folder is as it should be."""
        sound = bool(self.weights) and all(weight["ok"] for weight in self.weights.values())
        return None not in self.versions.values() and sound and all(self.writable.values())

    def as_json(self) -> dict[str, Any]:
        """The same in plain types."""
        return asdict(self)


def examine(folder: Path) -> State:
    """Versions, cores, weights with hashes, and whether folders can be written.

    Parameters
    ----------
    folder
        Where results would be written.
    """
    return State(
        python=platform.python_version(),
        system=f"{platform.system()} {platform.machine()}",
        cores=os.cpu_count(),
        versions=package_versions(),
        weights=_weights(),
        writable={str(place): _is_writable(place) for place in (folder, Path(tempfile.gettempdir()))},
    )


def package_versions() -> dict[str, str | None]:
    """Version of kneewise and of what it rests on; None where a package is missing."""
    return {name: _version(name) for name in _PACKAGES}


def installed_versions() -> dict[str, str]:
    """Versions of what is installed."""
    return {name: version for name, version in package_versions().items() if version is not None}


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
    lines.append(
        "All is well."
        if state.healthy
        else "Something is missing.\n  Try: pip install --force-reinstall kneewise"
    )
    return "\n".join(lines)


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _weights() -> dict[str, dict[str, object]]:
    try:
        return check_weights()
    except DependencyError as error:
        return {"weights": {"ok": False, "sha256": str(error)}}


def _is_writable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
