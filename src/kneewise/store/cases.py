"""Cases: added, changed by one window at a time, and erased with everything of the person."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from ..errors import StoreConflict
from .accounts import forget_clients, share_case
from .drawer import Drawer, check_case, forget_measurements, new_id, no_case
from .kept import KeptCase
from .tables import CASES, FILMS, MEASUREMENTS


class Cases(Drawer):
    """People, and what they told."""

    def add_case(
        self,
        name: str,
        now: datetime,
        content: Mapping[str, Any] | None = None,
        keeper: str | None = None,
    ) -> KeptCase:
        """A new case, empty where no content is given; of a shared server with the account that keeps it."""
        case = new_id()
        row = {
            "id": case,
            "name": name,
            "revision": 1,
            "content": _plain(content or {}),
            "created": now,
            "changed": now,
        }
        with self._writing() as connection:
            connection.execute(insert(CASES).values(row))
            if keeper is not None:
                share_case(connection, case, keeper, keeps=True)
        return self.case(case)

    def cases(self) -> tuple[KeptCase, ...]:
        """All cases, the one changed last first."""
        with self._reading() as connection:
            rows = connection.execute(select(CASES).order_by(CASES.c.changed.desc(), CASES.c.id))
            return tuple(read_case(row) for row in rows)

    def case(self, case: str) -> KeptCase:
        """One case.

        Raises
        ------
        StoreError
            When there is none.
        """
        with self._reading() as connection:
            row = connection.execute(select(CASES).where(CASES.c.id == case)).one_or_none()
        if row is None:
            raise no_case(case)
        return read_case(row)

    def save_case(self, case: str, content: Mapping[str, Any], revision: int, now: datetime) -> KeptCase:
        """Replace the content, unless somebody else did since it was read.

        Sent twice, it is kept once: of content that is kept already nothing is lost.

        Parameters
        ----------
        case
            Which.
        content
            As `casefile.read_content` gives it and `casefile.build_case` takes it.
        revision
            That the change was made from.
        now
            When.

        Raises
        ------
        StoreConflict
            When the case has another revision by now; nothing is changed then.
        StoreError
            When there is no such case.
        """
        plain = _plain(content)
        try:
            self._change(case, revision, content=plain, changed=now)
        except StoreConflict:
            kept = self.case(case)
            if kept.content != plain:
                raise
            return kept
        return self.case(case)

    def rename_case(self, case: str, name: str, revision: int, now: datetime) -> KeptCase:
        """Call a case otherwise; like `save_case`."""
        self._change(case, revision, name=name, changed=now)
        return self.case(case)

    def _change(self, case: str, revision: int, **values: Any) -> None:
        change = (
            update(CASES)
            .where(CASES.c.id == case, CASES.c.revision == revision)
            .values(revision=revision + 1, **values)
        )
        with self._writing() as connection:
            if connection.execute(change).rowcount:
                return
            check_case(connection, case)
        raise StoreConflict(
            "This was changed in another window in the meantime, and your change is not kept.",
            remedy="load the page again and make the change once more.",
        )

    def erase_case(self, case: str) -> None:
        """Remove a case, its films, its measurements, and everything that was made of them, for good.

        Raises
        ------
        StoreError
            When there is no such case.
        """
        with self._writing() as connection:
            check_case(connection, case)
            digests = connection.scalars(select(FILMS.c.digest).where(FILMS.c.case_id == case)).all()
            forget_clients(connection, case)
            connection.execute(delete(CASES).where(CASES.c.id == case))
            forget_measurements(connection, MEASUREMENTS.c.digest.in_(digests))
        self.sweep()
        self.empty_log()


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """The same in JSON types: TOML has days, which become text, as the case file takes them, too."""
    plain: dict[str, Any] = _plain_value(content)
    return plain


def _plain_value(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain_value(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_value(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def read_case(row: Row[Any]) -> KeptCase:
    """The case in a row."""
    return KeptCase(**row._mapping)
