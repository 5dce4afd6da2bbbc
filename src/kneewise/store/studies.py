"""What was worked out of measurements: kept so that it need not be once more, and gone with them."""

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from ..errors import StoreError
from ..model import Study, Trial
from .drawer import Drawer
from .folder import telling
from .packing import pack, pack_record, unpack_record
from .tables import MEASUREMENTS

_LARGEST = 2 << 30
"""Nothing that was worked out of a film is larger. [bytes]"""
_ROOM = 4_000_000_000
"""All of it together takes no more of the disk: a thousand films of ten seconds. [bytes]"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Worked:
    """What was worked out, and from what besides the measurement."""

    of: str
    study: Study


def _name(trial: Trial, of: str) -> str:
    """Hash of everything that decides: a measurement that was made anew has the key of the one before."""
    arrays: dict[str, Any] = {}
    told = hashlib.sha256(json.dumps([of, pack(trial, arrays)]).encode())
    for name in sorted(arrays):
        told.update(arrays[name].tobytes())
    return told.hexdigest()


def _without(trial: Trial, study: Study) -> Study:
    """What was worked out of a trial without what the trial has; a pose put to another stature stays."""
    pose = None if study.trial.pose is trial.pose else study.trial.pose
    return replace(study, trial=replace(study.trial, pose=pose, readings=None, forces=None))


def _joined(trial: Trial, study: Study) -> Study:
    """The same with what the trial has."""
    pose = trial.pose if study.trial.pose is None else study.trial.pose
    return replace(study, trial=replace(study.trial, pose=pose, readings=trial.readings, forces=trial.forces))


class Studies(Drawer):
    """Studies, one for each measurement: the last one; those that nobody used lately give way to others."""

    def keep_study(self, key: str, trial: Trial, of: str, study: Study) -> None:
        """Keep what was worked out of a measurement that is there, in the place of what was before.

        Parameters
        ----------
        key
            Of the measurement.
        trial
            The measurement.
        of
            Everything else that decides what it is: the body, what was said of the film, code and tables.
        study
            What was worked out. What the measurement has is not kept once more.

        Raises
        ------
        StoreError
            When there is no room; what was kept before is still there then.
        """
        worked = _Worked(of=_name(trial, of), study=_without(trial, study))
        content = pack_record(worked, small=False)  # it is noise, which gets hardly smaller
        with self._folder.draft_study() as draft:
            draft.write(content)
            draft.finish()
            with self._writing() as connection:  # in turn with who erases
                if connection.scalar(select(MEASUREMENTS.c.key).where(MEASUREMENTS.c.key == key)):
                    draft.settle(self._folder.study(key))
        with suppress(StoreError):  # it is kept; whoever comes next makes room
            self._folder.trim_studies(_ROOM)

    def study(self, key: str, trial: Trial, of: str) -> Study | None:
        """What was worked out of a trial; None where nothing was of just that, or it is damaged.

        Parameters
        ----------
        key, trial, of
            As for `keep_study`.
        """
        place = self._folder.study(key)
        with telling(place):
            content = place.read_bytes() if place.exists() else None
        worked = None if content is None else unpack_record(_Worked, content, largest=_LARGEST)
        if worked is None or worked.of != _name(trial, of):
            return None
        with suppress(OSError):  # what was used last stays longest
            os.utime(place)
        return _joined(trial, worked.study)
