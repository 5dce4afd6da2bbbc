"""What people type or write into a TOML file → Person, Burden and Case, checked."""

from .answers import SIDES, check_answer
from .case import (
    VERSION,
    add_tests,
    build_case,
    holds_tests,
    read_case,
    read_tests,
    with_tests,
    without_tests,
)
from .person import build_burden, build_person, read_person
from .writing import read_content, render_content, write_content, write_whole

__all__ = [
    "SIDES",
    "VERSION",
    "add_tests",
    "build_burden",
    "build_case",
    "build_person",
    "check_answer",
    "holds_tests",
    "read_case",
    "read_content",
    "read_person",
    "read_tests",
    "render_content",
    "with_tests",
    "without_tests",
    "write_content",
    "write_whole",
]
