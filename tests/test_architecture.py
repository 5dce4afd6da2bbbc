"""The house's rules, held by a machine: layers, purity, SI names, sizes, an import without effects."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import kneewise

ROOT = Path(kneewise.__file__).parent
LAYERS = [
    {"errors", "conventions"},
    {"model"},
    {"geometry", "signals", "files", "client"},
    {
        "video",
        "pose",
        "markers",
        "plates",
        "formats",
        "knowledge",
        "body",
        "kinematics",
        "events",
        "kinetics",
        "findings",
        "fusion",
        "screening",
        "plan",
        "causes",
        "gathering",
        "feet",
    },
    {"whatif", "foretelling"},
    {"tempo"},
    {
        "casefile",
        "interview",
        "figures",
        "progress_bar",
        "results_folder",
        "samples",
        "synthetic",
        "versions",
        "wishing",
    },
    {"pipeline", "report", "store"},
    {"explaining", "reopening", "results_reading", "sitting", "trying"},
    {"desk", "dialogue"},
    {"cluster", "results"},
    {"measuring"},
    {"batch"},
    {"bench", "export"},
    {"__init__"},
    {"case_tables", "fhir", "options", "understanding"},
    {"prompting"},
    {
        "account_commands",
        "batch_command",
        "bench_commands",
        "feet_command",
        "memory_commands",
        "whatif_command",
    },
    {"telling"},
    {"web", "doctor", "webhook_commands"},
    {"token_commands"},
    {"cli"},
    {"__main__"},
]
LEVEL = {room: level for level, rooms in enumerate(LAYERS) for room in rooms}
PURE = {
    "conventions",
    "model",
    "geometry",
    "signals",
    "body",
    "kinematics",
    "events",
    "kinetics",
    "findings",
    "fusion",
    "screening",
    "interview",
    "plan",
    "causes",
    "gathering",
    "whatif",
    "foretelling",
    "tempo",
    "desk",
}
PURE_PACKAGES = {
    "numpy", "scipy",
    "collections", "dataclasses", "datetime", "enum", "functools", "itertools", "math", "re", "typing",
    "warnings",
}  # fmt: skip
EFFECTS = {"print", "open", "input", "exec", "eval", "__import__"}
ROOMS_OF_PIXELS = {"video", "pose"}
FILES = sorted(ROOT.rglob("*.py"))
PURE_FILES = [file for file in FILES if file.relative_to(ROOT).parts[0].removesuffix(".py") in PURE]


def name_of(file):
    return str(file.relative_to(ROOT))


def room_of(file):
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def tree_of(file):
    return ast.parse(file.read_text(encoding="utf-8"))


def is_for_types_only(node):
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imports_of(file):
    """Import statements, also within functions; those for the type checker vanish when the program runs."""
    tree = tree_of(file)
    skipped = {id(n) for top in ast.walk(tree) if is_for_types_only(top) for n in ast.walk(top)}
    return [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom) and id(n) not in skipped]


def rooms_entered_by(file):
    """Rooms of the house that a file imports from, its own left out."""
    entered = set()
    for node in imports_of(file):
        if isinstance(node, ast.Import) or not node.level:
            continue
        parents = file.relative_to(ROOT).parts[:-1]
        place = (*parents[: len(parents) - node.level + 1], *(node.module or "").split("."))
        place = [part for part in place if part]
        for alias in node.names:
            entered.add(place[0] if place else _room_or_package(alias.name))
    return entered - {room_of(file)}


def _room_or_package(name):
    return name if name in LEVEL else "__init__"


def packages_of(file):
    """Packages from elsewhere that a file imports."""
    names = set()
    for node in imports_of(file):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif not node.level:
            names.add(str(node.module).split(".")[0])
    return names


def identifiers_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_every_room_has_its_place_in_the_house(file):
    assert room_of(file) in LEVEL


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_data_flows_one_way(file):
    wrong = {room for room in rooms_entered_by(file) if LEVEL[room] >= LEVEL[room_of(file)]}
    assert wrong == set()


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_people_are_rendered_for_the_benchmark_only(file):
    assert "synthetic" not in rooms_entered_by(file) or room_of(file) == "bench"


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_the_house_is_entered_by_relative_imports(file):
    assert "kneewise" not in packages_of(file)


@pytest.mark.parametrize("file", PURE_FILES, ids=name_of)
def test_the_core_needs_numbers_only(file):
    own = {"pyagrum"} if room_of(file) == "causes" else set()
    assert packages_of(file) <= PURE_PACKAGES | own


@pytest.mark.parametrize("file", PURE_FILES, ids=name_of)
def test_the_core_has_no_effects(file):
    called = {
        n.func.id for n in ast.walk(tree_of(file)) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    assert called & EFFECTS == set()


@pytest.mark.parametrize("file", PURE_FILES, ids=name_of)
def test_the_core_does_not_look_at_the_clock(file):
    assert {"now", "utcnow", "today"} & set(attributes_called_in(file)) == set()


def attributes_called_in(file):
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


@pytest.mark.parametrize("file", PURE_FILES, ids=name_of)
def test_the_core_has_no_state(file):
    assert not any(isinstance(node, ast.Global | ast.Nonlocal) for node in ast.walk(tree_of(file)))


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_random_numbers_come_from_a_seeded_generator(file):
    drawn = re.findall(r"np\.random\.(\w+)(\(\))?", file.read_text(encoding="utf-8"))
    assert [name for name, empty in drawn if name not in {"Generator", "default_rng"} or empty] == []


@pytest.mark.parametrize("file", PURE_FILES, ids=name_of)
def test_the_core_speaks_si(file):
    assert [name for name in identifiers_of(tree_of(file)) if re.search(r"_(deg|cm|mm|ms)$", name)] == []


@pytest.mark.parametrize("file", [f for f in PURE_FILES if room_of(f) != "model"], ids=name_of)
def test_pixels_stay_where_pictures_are(file):
    assert [name for name in identifiers_of(tree_of(file)) if name.endswith("_px")] == []


def test_of_the_nouns_only_a_recording_has_pixels():
    files = (ROOT / "model").glob("*.py")
    nouns = [n for file in files for n in ast.walk(tree_of(file)) if isinstance(n, ast.ClassDef)]
    assert [n.name for n in nouns if any(name.endswith("_px") for name in identifiers_of(n))] == ["Recording"]


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_rooms_are_small(file):
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 500


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_functions_are_short(file):
    assert [
        f.name for f in ast.walk(tree_of(file)) if isinstance(f, ast.FunctionDef) and lines_of(f) > 60
    ] == []


def lines_of(function):
    """Lines without the docstring."""
    first = function.body[0]
    told = (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
    return function.end_lineno - function.lineno + 1 - (first.end_lineno - first.lineno + 1 if told else 0)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_room_is_named_after_nothing(file):
    assert not {"utils", "util", "common", "helpers", "misc", "manager"} & set(
        name_of(file).removesuffix(".py").split("/")
    )


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_no_error_is_caught_blindly(file):
    handlers = [
        n for n in ast.walk(tree_of(file)) if isinstance(n, ast.ExceptHandler) and not is_passed_on(n)
    ]
    caught = [None if h.type is None else ast.unparse(h.type) for h in handlers]
    assert [name for name in caught if name in (None, "Exception", "BaseException")] == []


def is_passed_on(handler):
    """Whether the handler only tidies up and raises the same error again."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_nothing_is_imported_by_star(file):
    assert not any(alias.name == "*" for node in imports_of(file) for alias in node.names)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_every_room_says_what_it_is_for(file):
    assert ast.get_docstring(tree_of(file)) or not file.read_text(encoding="utf-8").strip()


def run_in(home, code):
    path = os.pathsep.join([str(ROOT.parent), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "HOME": str(home), "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        environment.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=home, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_writes_nothing(tmp_path):
    run_in(tmp_path, "import kneewise")
    assert list(tmp_path.rglob("*")) == []


def test_importing_says_nothing(tmp_path):
    assert run_in(tmp_path, "import kneewise") == ""


@pytest.mark.parametrize(
    "package",
    [
        "openvino",
        "typer",
        "rich",
        "jinja2",
        "pydantic",
        "ezc3d",
        "pyarrow",
        "pyagrum",
        "typst",
        "icalendar",
        "cryptography",
        "argon2",
        "pg8000",
    ],
)
def test_importing_loads_no_package_that_only_one_door_needs(tmp_path, package):
    loaded = run_in(tmp_path, f"import kneewise, sys; print({package!r} in sys.modules)")
    assert loaded.strip() == "False"


def test_the_command_line_loads_no_renderer(tmp_path):
    loaded = run_in(tmp_path, "import kneewise.cli, sys; print(*sys.modules)").split()
    assert {"moderngl", "torch", "anny", "kneewise.synthetic.film"} & set(loaded) == set()


def test_the_command_line_loads_no_memory_before_one_is_needed(tmp_path):
    loaded = run_in(tmp_path, "import kneewise.cli, sys; print(*sys.modules)").split()
    assert {"sqlalchemy", "alembic", "fastapi"} & set(loaded) == set()


def test_the_command_line_loads_no_scheduler_before_there_are_many_films(tmp_path):
    loaded = run_in(tmp_path, "import kneewise.cli, sys; print(*sys.modules)").split()
    assert {"dask", "distributed", "pyarrow"} & set(loaded) == set()


def test_importing_changes_no_warning_filter(tmp_path):
    code = "import warnings, numpy, scipy.signal, cv2, av; b = list(warnings.filters); import kneewise"
    assert run_in(tmp_path, f"{code}; print(b == warnings.filters)").strip() == "True"
