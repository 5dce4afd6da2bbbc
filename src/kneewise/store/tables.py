"""The tables of the database, as the newest migration leaves them."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

HEAD = "0004"
"""The newest migration; `migrations/versions` has it."""


class Moment(TypeDecorator[datetime]):
    """A point in time, in UTC; without a zone it is none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What the database keeps: UTC, without its name where the database knows no zones."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone; it could be any of 26 hours.")
        told = value.astimezone(UTC)
        return told.replace(tzinfo=None) if dialect.name == "sqlite" else told

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """The same point in time, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


META = MetaData()


def _of_case() -> Column[str]:
    return Column("case_id", String(32), ForeignKey("cases.id", ondelete="CASCADE"), nullable=False)


CASES = Table(
    "cases",
    META,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content", JSON, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
)

FILMS = Table(
    "films",
    META,
    Column("id", String(32), primary_key=True),
    _of_case(),
    Column("name", Text, nullable=False),
    Column("condition", Text, nullable=False),
    Column("burden_mass", Float, nullable=False),
    Column("burden_bar", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("suffix", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("stage", Text, nullable=False, server_default=""),
    Column("share", Float, nullable=False, server_default="0"),
    Column("started", Moment),
    Column("told", Moment),
    Column("worker", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("key", String(64), ForeignKey("measurements.key", name="films_measured")),
    Column("issue", JSON),
    Column("words", Text),
    Column("kept", Boolean, nullable=False),
    Column("present", Boolean, nullable=False),
    Column("added", Moment, nullable=False),
    Index("films_of_case", "case_id"),
    Index("films_by_state", "state", "added"),
    Index("films_by_digest", "digest"),
)

MEASUREMENTS = Table(
    "measurements",
    META,
    Column("key", String(64), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("size", Integer, nullable=False, server_default="0"),
    Column("provenance", JSON, nullable=False, server_default="{}"),
    Index("measurements_by_digest", "digest"),
)

MEANINGS = Table(
    "meanings",
    META,
    Column("id", Integer, primary_key=True),
    _of_case(),
    Column("version", Text, nullable=False),
    Column("knowledge", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("made_of", JSON, nullable=False),
    Column("summary", JSON, nullable=False),
    Column("made", Moment, nullable=False),
    Index("meanings_of_case", "case_id", "made"),
)

DIARY = Table(
    "diary",
    META,
    Column("case_id", String(32), ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("worst_pain", Float),
    Column("pain_after", Float),
    Column("function", Float),
    Column("note", Text, nullable=False),
)

TICKS = Table(
    "ticks",
    META,
    Column("case_id", String(32), ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("exercise", String(64), primary_key=True),
    Column("done", Boolean, nullable=False),
)

SESSIONS = Table(
    "sessions",
    META,
    Column("id", Integer, primary_key=True),
    _of_case(),
    Column("summary", JSON, nullable=False),
    Column("made", Moment, nullable=False),
    Index("sessions_of_case", "case_id", "made"),
)

SCORES = Table(
    "scores",
    META,
    Column("id", Integer, primary_key=True),
    _of_case(),
    Column("refilmed", JSON, nullable=False),
    Index("scores_of_case", "case_id"),
)

CONSENTS = Table(
    "consents",
    META,
    Column("id", Integer, primary_key=True),
    _of_case(),
    Column("purpose", String(32), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("day", Date, nullable=False),
    Column("told_by", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("written", Moment, nullable=False),
    Index("consents_of_case", "case_id"),
)

NOTES = Table(
    "notes",
    META,
    Column("id", Integer, primary_key=True),
    _of_case(),
    Column("note", String(32), nullable=False),
    Column("words", Text, nullable=False),
    Column("written", Moment, nullable=False),
    Index("notes_of_case", "case_id"),
)
"""What coaches wrote; of rows of one note the last is how it stands, the others how it stood."""

PRACTICE = Table(
    "practice",
    META,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("logo", LargeBinary),
)

GROUPS = Table(
    "groups",
    META,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("made", Moment, nullable=False),
)

MEMBERS = Table(
    "members",
    META,
    Column("case_id", String(32), ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("group_id", String(32), ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, nullable=False),
    Index("members_of_group", "group_id"),
)

OF_THE_PLACE = frozenset(table.name for table in (PRACTICE, GROUPS, MEMBERS))
"""Tables of who works here, and of who comes on the same day: they do not leave with a case."""
