"""Measurements: kept once under a key that says what determines them, and read again exactly."""

import re

from sqlalchemy import insert, select, true, update

from ..model import Trial
from .drawer import Drawer, forget_measurements
from .folder import telling
from .packing import pack_trial, unpack_trial
from .tables import MEASUREMENTS


class Measurements(Drawer):
    """Trials, by key."""

    def keep_trial(self, key: str, trial: Trial) -> None:
        """Keep a trial, instead of one that was kept under this key before.

        Parameters
        ----------
        key
            As `pipeline.key_of` makes it: SHA-256, hexadecimal.
        trial
            What was measured.

        Raises
        ------
        StoreError
            When there is no room; nothing of it is kept then.
        """
        _check(key)
        content = pack_trial(trial)
        row = {"digest": trial.digest, "size": len(content), "provenance": trial.provenance}
        with self._folder.draft_measurement() as draft:
            draft.write(content)
            draft.finish()
            with self._writing() as connection:
                draft.settle(self._folder.measurement(key))
                there = update(MEASUREMENTS).where(MEASUREMENTS.c.key == key).values(row)
                if not connection.execute(there).rowcount:
                    connection.execute(insert(MEASUREMENTS).values(key=key, **row))

    def trial(self, key: str) -> Trial | None:
        """The trial of that key; None where there is none, or none that this version can read."""
        _check(key)
        place = self._folder.measurement(key)
        with telling(place):
            content = place.read_bytes() if place.exists() else None
        return None if content is None else unpack_trial(content)

    def stamp_of(self, key: str) -> int | None:
        """When the measurement of that key was kept; None where there is none. [ns]"""
        try:
            return self._folder.measurement(key).stat().st_mtime_ns
        except OSError:
            return None

    def forget_unused(self) -> int:
        """Remove measurements of films that no case has: those of `kneewise explain`; how many there were."""
        with self._writing() as connection:
            count = forget_measurements(connection, true())
        self.sweep()
        self.empty_log()
        return count

    def keys_of(self, digest: str) -> tuple[str, ...]:
        """Keys of all measurements of a film, of older versions, too."""
        with self._reading() as connection:
            found = select(MEASUREMENTS.c.key).where(MEASUREMENTS.c.digest == digest)
            return tuple(connection.scalars(found.order_by(MEASUREMENTS.c.key)))


def _check(key: str) -> None:
    if not re.fullmatch(r"[0-9a-f]{64}", key):
        raise ValueError(f"'{key}' is no key of a measurement.")
