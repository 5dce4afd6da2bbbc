"""Other people's files → bytes, rows and parameters, before anybody knows what they mean."""

from .c3d import open_c3d
from .opening import Kind, check_file, digest_of, kind_of, read_text
from .table import Table, read_mot, read_separated

__all__ = [
    "Kind",
    "Table",
    "check_file",
    "digest_of",
    "kind_of",
    "open_c3d",
    "read_mot",
    "read_separated",
    "read_text",
]
