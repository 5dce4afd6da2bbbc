"""How much a process that reads a film may take."""

import sys
from dataclasses import dataclass

_GIGA = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one film may cost; estimates, from ten times what a minute of film takes.

    Attributes
    ----------
    memory : addresses that the process may use. [bytes]
    file : size of a file that it writes. [bytes]
    files : how many it has open.
    busy : of all cores together. [s]
    wall : from beginning to end. [s]
    nice : how much it lets others go first: pages answer at once while films are measured.
    """

    memory: int = 6 * _GIGA
    file: int = 2 * _GIGA
    files: int = 256
    busy: float = 5400.0
    wall: float = 3600.0
    nice: int = 10

    def impose(self) -> None:
        """Limit this very process, for good; where the system has no such limits, `wall` remains."""
        if sys.platform == "win32":
            return
        import os
        import resource

        for which, most in (
            (resource.RLIMIT_AS, self.memory),
            (resource.RLIMIT_FSIZE, self.file),
            (resource.RLIMIT_NOFILE, self.files),
            (resource.RLIMIT_CPU, int(self.busy)),
            (resource.RLIMIT_CORE, 0),
        ):
            _, allowed = resource.getrlimit(which)
            least = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
            resource.setrlimit(which, (least, least))
        os.nice(self.nice)
