"""Versions of kneewise and of what it rests on."""

import importlib.metadata

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
    "pyarrow",
)


def package_versions() -> dict[str, str | None]:
    """Version of kneewise and of what it rests on; None where a package is missing."""
    return {name: _version(name) for name in _PACKAGES}


def installed_versions() -> dict[str, str]:
    """Versions of what is installed."""
    return {name: version for name, version in package_versions().items() if version is not None}


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None
