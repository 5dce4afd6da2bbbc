"""What a coach keeps about a client: consents, which are only added to, and notes, which may be corrected."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from ..errors import StoreError
from .drawer import Drawer, check_case, new_id
from .kept_of_clients import Consent, Note, Purpose, Version
from .tables import CONSENTS, NOTES

_SAID = ("given", "day", "told_by", "words")
"""What makes one consent another than the last."""


class Clients(Drawer):
    """Consents and notes; they are the client's, and leave and go with the case."""

    def add_consent(self, case: str, consent: Consent) -> None:
        """Write down that a client agreed, or took it back; there is no way to change it later.

        The same once more, as when a form is sent twice, is not written down again.
        """
        told = {
            "purpose": consent.purpose.value,
            "given": consent.given,
            "day": consent.day,
            "told_by": consent.told_by,
            "words": consent.words,
            "written": consent.written,
        }
        with self._writing() as connection:
            check_case(connection, case)
            last = connection.execute(
                select(CONSENTS)
                .where(CONSENTS.c.case_id == case, CONSENTS.c.purpose == told["purpose"])
                .order_by(CONSENTS.c.id.desc())
                .limit(1)
            ).one_or_none()
            if last is None or any(last._mapping[name] != told[name] for name in _SAID):
                connection.execute(insert(CONSENTS).values(case_id=case, **told))

    def consents(self, case: str) -> tuple[Consent, ...]:
        """Consents of a case, in the order in which they were written down."""
        found = select(CONSENTS).where(CONSENTS.c.case_id == case).order_by(CONSENTS.c.id)
        with self._reading() as connection:
            return tuple(read_consent(row._mapping) for row in connection.execute(found))

    def write_note(self, case: str, words: str, now: datetime, note: str | None = None) -> str:
        """Write a note, or say one otherwise; how it stood before is kept.

        Parameters
        ----------
        case
            About whom.
        words
            What it says.
        now
            When.
        note
            Which one is said otherwise; a new one if None.

        Returns
        -------
        str
            Id of the note.

        Raises
        ------
        StoreError
            When there is no such case or note.
        """
        id = note or new_id()
        with self._writing() as connection:
            check_case(connection, case)
            known = select(NOTES.c.id).where(NOTES.c.case_id == case, NOTES.c.note == id).limit(1)
            if note is not None and connection.scalar(known) is None:
                raise StoreError("There is no such note.", remedy="load the page again; it may be gone.")
            connection.execute(insert(NOTES).values(case_id=case, note=id, words=words, written=now))
        return id

    def remove_note(self, case: str, note: str) -> None:
        """Remove a note with everything that it ever said."""
        with self._writing() as connection:
            check_case(connection, case)
            connection.execute(delete(NOTES).where(NOTES.c.case_id == case, NOTES.c.note == note))
        self.empty_log()

    def notes(self, case: str) -> tuple[Note, ...]:
        """Notes about a case, the one written last first."""
        found = select(NOTES).where(NOTES.c.case_id == case).order_by(NOTES.c.id)
        versions: dict[str, list[Version]] = defaultdict(list)
        with self._reading() as connection:
            for row in connection.execute(found):
                versions[row.note].append(Version(words=row.words, written=row.written))
        return tuple(Note(id=id, versions=tuple(some)) for id, some in reversed(versions.items()))


def read_consent(row: Mapping[Any, Any]) -> Consent:
    """The consent in a row."""
    told = {name: row[name] for name in ("given", "day", "told_by", "words", "written")}
    return Consent(purpose=Purpose(row["purpose"]), **told)
