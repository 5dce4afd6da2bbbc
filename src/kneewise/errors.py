"""What can go wrong, in the reader's words.

Error
├── InputError            something the user gave cannot be used
│   ├── FilmError         the film cannot be opened, read or measured
│   ├── FormatError       a marker, angle or force file cannot be read
│   └── PhotoError        what a photo should show is not found in it
├── DependencyError       a package or a weight file is missing or damaged
├── OutputError           a result cannot be written
├── DeniedError           whoever asks may not do that
└── StoreError            what is kept cannot be read or written
    ├── StoreConflict     somebody else changed it in the meantime
    └── StoreAway         nothing answers just now, and will in a while

A programmer's mistake (wrong shape, unknown label) stays ``ValueError`` or ``TypeError``.
"""


class Error(Exception):
    """Base of everything that kneewise raises on purpose; says what, where, and what to try."""

    def __init__(self, what: str, *, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what}\n  Try: {self.remedy}"


def reason_of(error: Exception) -> str:
    """What went wrong in the system's words, without its number, and without a place that only we know."""
    return (isinstance(error, OSError) and error.strerror) or str(error)


class InputError(Error):
    """Something the user gave cannot be used."""


class FilmError(InputError):
    """The film cannot be opened, read or measured."""


class FormatError(InputError):
    """A marker, angle or force file cannot be read."""


class PhotoError(InputError):
    """What a photo should show is not found in it; a person may still see it, and set it by hand."""


class DependencyError(Error):
    """A package or a weight file is missing or damaged."""


class OutputError(Error):
    """A result cannot be written."""


class DeniedError(Error):
    """Whoever asks may not do that."""


class StoreError(Error):
    """What is kept cannot be read or written."""


class StoreConflict(StoreError):
    """Somebody else changed it in the meantime."""


class StoreAway(StoreError):
    """What is kept cannot be reached just now, and can in a while; nothing was changed."""
