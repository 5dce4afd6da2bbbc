"""Files and folders in somebody's hands: until he lets go or dies, however he dies."""

import errno

_UNKNOWN = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP)
"""What some disks in a network answer who are asked to hold something."""


def hold(handle: int, *, alone: bool = True, wait: bool = True) -> bool:
    """Hold what was opened until it is closed.

    Parameters
    ----------
    handle
        Its number.
    alone
        Nobody else holds it then; else others who do not want to be alone may.
    wait
        Until that can be.

    Returns
    -------
    bool
        Whether it is held: Windows and some disks know no such thing.

    Raises
    ------
    OSError
        When somebody else holds it, and nobody shall wait.
    """
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        if error.errno in _UNKNOWN:
            return False
        raise
    return True
