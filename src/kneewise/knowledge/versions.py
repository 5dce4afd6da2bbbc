"""Which tables a meaning was made with: one hash over all of them."""

import hashlib
from functools import cache
from importlib.resources import files

_TABLES = (".toml", ".csv")


@cache
def hash_of_tables() -> str:
    """SHA-256 over every table of knowledge, hexadecimal; another row gives another hash."""
    told = hashlib.sha256()
    tables = (file for file in files(__package__).iterdir() if file.name.endswith(_TABLES))
    for file in sorted(tables, key=lambda file: file.name):
        told.update(f"{file.name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return told.hexdigest()
