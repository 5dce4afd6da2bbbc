import dataclasses
import importlib
import inspect
import types
import typing

import pytest

import kneewise
from kneewise import errors

PACKAGES = [
    "kneewise",
    "kneewise.formats",
    "kneewise.pose",
    "kneewise.report",
    "kneewise.kinetics",
    "kneewise.knowledge",
    "kneewise.samples",
    "kneewise.store",
    "kneewise.bench",
]
WITH_LIST = [name for name in PACKAGES if hasattr(importlib.import_module(name), "__all__")]


def kind_first(name):
    """CONSTANTS, then Classes, then functions, each by letter: as the linter sorts."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


@pytest.mark.parametrize("name", WITH_LIST)
def test_what_is_exported_is_sorted(name):
    exported = importlib.import_module(name).__all__
    assert exported == sorted(exported, key=kind_first)


@pytest.mark.parametrize("name", WITH_LIST)
def test_what_is_exported_is_there(name):
    package = importlib.import_module(name)
    assert [export for export in package.__all__ if not hasattr(package, export)] == []


def test_every_public_name_of_the_package_is_exported():
    public = {
        name
        for name, value in vars(kneewise).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert public == set(kneewise.__all__)


def test_every_error_is_exported():
    raised = {
        name
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, Exception)
    }
    assert raised <= set(kneewise.__all__)


@pytest.mark.parametrize("name", [n for n in kneewise.__all__ if inspect.isfunction(getattr(kneewise, n))])
def test_what_a_public_function_gives_is_public(name):
    given = typing.get_type_hints(getattr(kneewise, name)).get("return")
    parts = [part for part in (given, *typing.get_args(given)) if inspect.isclass(part)]
    assert [
        p.__name__
        for p in parts
        if p.__module__.startswith("kneewise") and p.__name__ not in kneewise.__all__
    ] == []


@pytest.mark.parametrize("name", [n for n in kneewise.__all__ if inspect.isclass(getattr(kneewise, n))])
def test_every_public_class_says_what_it_is(name):
    assert inspect.getdoc(getattr(kneewise, name))


@pytest.mark.parametrize(
    "name",
    [n for n in kneewise.__all__ if dataclasses.is_dataclass(getattr(kneewise, n)) and n != "FixedEstimator"],
)
def test_every_public_record_is_frozen(name):
    assert getattr(kneewise, name).__dataclass_params__.frozen


def test_the_version_is_that_of_the_distribution():
    from importlib.metadata import PackageNotFoundError, version

    try:
        stated = version("kneewise")
    except PackageNotFoundError:
        pytest.skip("kneewise is run from its folder and not installed")
    assert stated == kneewise.__version__
