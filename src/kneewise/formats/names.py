"""Names of files as they can be shown and written."""

import re

_UNKNOWN = re.compile(r"[\ud800-\udfff]")


def legible(name: str) -> str:
    """The name with a replacement character for every byte of it that is not UTF-8."""
    return _UNKNOWN.sub("\N{REPLACEMENT CHARACTER}", name)
