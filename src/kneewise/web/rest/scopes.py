"""What a token may be for. Pure."""

from collections.abc import Mapping
from enum import StrEnum


class Scope(StrEnum):
    """What a token lets a program do; each route of the server belongs to exactly one.

    `PERSON` is what no token is for: doors into the server, who may come in, and tokens themselves.
    """

    READ = "read"
    WRITE = "write"
    FILMS = "films"
    EXPORT = "export"
    ERASE = "erase"
    PERSON = "person"


MEANS: Mapping[Scope, str] = {
    Scope.READ: "Read: everything that is said of somebody, in words and numbers.",
    Scope.WRITE: "Write: begin with somebody new; answers, results of tests, plan and diary.",
    Scope.FILMS: "Films: add, label and erase films and photos, and see their pictures.",
    Scope.EXPORT: "Export: take everything of somebody along.",
    Scope.ERASE: "Erase: remove somebody for good.",
}
"""What a token can be for, in words."""
