"""What a page needs to show a film with everything measured in it, and what changed between two of them.

Plain JSON types, no NaN: missing is None. `describe_film` is the content of `viewer.json`.
"""

from .changes import describe_changes
from .film import SCHEMA, Footage, describe_film

__all__ = ["SCHEMA", "Footage", "describe_changes", "describe_film"]
