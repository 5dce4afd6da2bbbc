"""Measurements: kept once under a key that says what determines them, and read again exactly."""

import re

from sqlalchemy import insert, select

from ..model import Trial
from .drawer import Drawer
from .packing import pack_trial, unpack_trial
from .tables import MEASUREMENTS


class Measurements(Drawer):
    """Trials, by key."""

    def keep_trial(self, key: str, trial: Trial) -> None:
        """Keep a trial; one that is there already stays.

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
        with self._folder.draft_measurement() as draft:
            draft.write(pack_trial(trial))
            draft.finish()
            with self._writing() as connection:
                draft.settle(self._folder.measurement(key))
                if connection.scalar(select(MEASUREMENTS.c.key).where(MEASUREMENTS.c.key == key)) is None:
                    connection.execute(insert(MEASUREMENTS).values(key=key, digest=trial.digest))

    def trial(self, key: str) -> Trial | None:
        """The trial of that key; None where there is none, or none that this version can read."""
        _check(key)
        try:
            content = self._folder.measurement(key).read_bytes()
        except FileNotFoundError:
            return None
        return unpack_trial(content)

    def keys_of(self, digest: str) -> tuple[str, ...]:
        """Keys of all measurements of a film, of older versions, too."""
        with self._reading() as connection:
            found = select(MEASUREMENTS.c.key).where(MEASUREMENTS.c.digest == digest)
            return tuple(connection.scalars(found.order_by(MEASUREMENTS.c.key)))


def _check(key: str) -> None:
    if not re.fullmatch(r"[0-9a-f]{64}", key):
        raise ValueError(f"'{key}' is no key of a measurement.")
