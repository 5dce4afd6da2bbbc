"""A thin client of the interface for programs; it needs nothing of the server, and nothing but Python."""

from .asking import Client, Film, RestError
from .signing import read_event

__all__ = ["Client", "Film", "RestError", "read_event"]
