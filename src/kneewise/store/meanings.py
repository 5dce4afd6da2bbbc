"""Meanings, sessions and scores: what was made of a case, kept to compare."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from ..model.foretold import Refilmed, Tally
from .drawer import Drawer, check_case
from .kept import KeptMeaning, KeptSession
from .packing import pack, unpack
from .tables import MEANINGS, SCORES, SESSIONS


class Meanings(Drawer):
    """What versions of kneewise made of a case, and how well they foretold."""

    def keep_meaning(self, meaning: KeptMeaning) -> None:
        """Keep what a case came to; the same made of the same again replaces it."""
        made_of = {
            "case_id": meaning.case,
            "version": meaning.version,
            "knowledge": meaning.knowledge,
            "revision": meaning.revision,
        }
        where = [MEANINGS.c[name] == value for name, value in made_of.items()]
        with self._writing() as connection:
            check_case(connection, meaning.case)
            earlier = connection.execute(select(MEANINGS.c.id, MEANINGS.c.made_of).where(*where))
            same = [row.id for row in earlier if tuple(row.made_of) == meaning.keys]
            connection.execute(delete(MEANINGS).where(MEANINGS.c.id.in_(same)))
            told = {"made_of": list(meaning.keys), "summary": dict(meaning.summary), "made": meaning.made}
            connection.execute(insert(MEANINGS).values(**made_of, **told))

    def meanings(self, case: str) -> tuple[KeptMeaning, ...]:
        """What a case came to, the newest first."""
        newest = MEANINGS.c.made.desc(), MEANINGS.c.id.desc()
        with self._reading() as connection:
            rows = connection.execute(select(MEANINGS).where(MEANINGS.c.case_id == case).order_by(*newest))
            return tuple(
                KeptMeaning(
                    case=row.case_id,
                    version=row.version,
                    knowledge=row.knowledge,
                    revision=row.revision,
                    keys=tuple(row.made_of),
                    summary=row.summary,
                    made=row.made,
                )
                for row in rows
            )

    def keep_session(self, case: str, summary: Mapping[str, Any], now: datetime) -> None:
        """Keep what a session with the live coach came to."""
        with self._writing() as connection:
            check_case(connection, case)
            connection.execute(insert(SESSIONS).values(case_id=case, summary=dict(summary), made=now))

    def sessions(self, case: str) -> tuple[KeptSession, ...]:
        """Sessions with the live coach, the newest first."""
        newest = SESSIONS.c.made.desc(), SESSIONS.c.id.desc()
        with self._reading() as connection:
            rows = connection.execute(select(SESSIONS).where(SESSIONS.c.case_id == case).order_by(*newest))
            return tuple(KeptSession(case=row.case_id, summary=row.summary, made=row.made) for row in rows)

    def keep_scores(self, case: str, refilmed: Sequence[Refilmed]) -> None:
        """Keep how well what was foretold of a case came true, instead of what was kept of it before."""
        with self._writing() as connection:
            check_case(connection, case)
            connection.execute(delete(SCORES).where(SCORES.c.case_id == case))
            for one in refilmed:
                connection.execute(insert(SCORES).values(case_id=case, refilmed=pack(one, {})))

    def scores(self, case: str | None = None) -> tuple[Refilmed, ...]:
        """What was foretold and then filmed, of one case or of all."""
        found = select(SCORES.c.refilmed).order_by(SCORES.c.id)
        with self._reading() as connection:
            rows = connection.scalars(found if case is None else found.where(SCORES.c.case_id == case))
            return tuple(read_refilmed(row) for row in rows)

    def tally(self) -> Tally:
        """How often what was foretold came true, over all cases."""
        tally = Tally()
        for one in self.scores():
            for score in one.scores:
                tally = tally.plus(score)
        return tally


def read_refilmed(tree: Mapping[str, Any]) -> Refilmed:
    """What was foretold and then filmed, as it was packed."""
    return unpack(Refilmed, tree, {})
