"""What this installation consists of, and whether it can work."""

import importlib.metadata
import os
import platform
import tempfile
from pathlib import Path

from .errors import DependencyError
from .pose.blazepose import check_weights

_PACKAGES = (
    "kneewise",
    "numpy",
    "scipy",
    "av",
    "openvino",
    "opencv-python-headless",
    "pydantic",
    "typer",
    "jinja2",
)


def examine(folder: Path) -> dict[str, object]:
    """Versions, cores, weights with hashes, and whether folders can be written.

    Parameters
    ----------
    folder
        Where results would be written.
    """
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "versions": package_versions(),
        "weights": _weights(),
        "writable": {str(place): _is_writable(place) for place in (folder, Path(tempfile.gettempdir()))},
    }


def package_versions() -> dict[str, str | None]:
    """Version of kneewise and of what it rests on; None where a package is missing."""
    return {name: _version(name) for name in _PACKAGES}


def installed_versions() -> dict[str, str]:
    """Versions of what is installed."""
    return {name: version for name, version in package_versions().items() if version is not None}


def is_healthy(state: dict[str, object]) -> bool:
    """Whether every package, weight and folder is as it should be."""
    versions, weights, writable = state["versions"], state["weights"], state["writable"]
    assert isinstance(versions, dict) and isinstance(weights, dict) and isinstance(writable, dict)  # noqa: PT018
    return (
        None not in versions.values()
        and bool(weights)
        and all(weight["ok"] for weight in weights.values())
        and all(writable.values())
    )


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


def render_state(state: dict[str, object]) -> str:
    """The state as lines to read."""
    lines = [f"Python {state['python']} on {state['system']}, {state['cores']} cores"]
    versions, weights, writable = state["versions"], state["weights"], state["writable"]
    assert isinstance(versions, dict) and isinstance(weights, dict) and isinstance(writable, dict)  # noqa: PT018
    lines += [f"  {name:<24} {version or 'MISSING'}" for name, version in versions.items()]
    lines.append("Pose weights")
    lines += [
        f"  {name:<28} {'ok' if facts['ok'] else 'DAMAGED'}  sha256 {facts['sha256']}"
        for name, facts in weights.items()
    ]
    lines.append("Folders")
    lines += [
        f"  {folder}  {'can be written' if ok else 'CANNOT BE WRITTEN'}" for folder, ok in writable.items()
    ]
    lines.append(
        "All is well."
        if is_healthy(state)
        else "Something is missing.\n  Try: pip install --force-reinstall kneewise"
    )
    return "\n".join(lines)
