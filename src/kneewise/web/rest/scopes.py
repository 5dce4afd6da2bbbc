"""What a token may be for. Pure."""

from enum import StrEnum


class Scope(StrEnum):
    """What a token lets a program do; each route of the server belongs to exactly one.

    - `READ`: everything that is said of a case, in words and numbers.
    - `WRITE`: begin a case; answers, results of tests, diary, plan.
    - `FILMS`: add, label and erase films and photos, and see their pictures.
    - `EXPORT`: take a whole case along.
    - `ERASE`: erase a whole case.
    - `PERSON`: what no token is for: doors into the server, and tokens themselves.
    """

    READ = "read"
    WRITE = "write"
    FILMS = "films"
    EXPORT = "export"
    ERASE = "erase"
    PERSON = "person"
