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

HEAD = "0006"
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


class _Letters(TypeDecorator[str]):
    """Text without the letter that is none, which not every database can keep."""

    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """The same, with a mark in the place of NUL."""
        return None if value is None else value.replace("\0", "\N{REPLACEMENT CHARACTER}")


class Words(_Letters):
    """What somebody wrote."""

    impl = Text
    cache_ok = True


class Key(_Letters):
    """An id, or a name that somebody is found by. Who looks for one that cannot be finds nobody."""

    impl = String
    cache_ok = True


META = MetaData()


def _of_case() -> Column[str]:
    return Column("case_id", Key(32), ForeignKey("cases.id", ondelete="CASCADE"), nullable=False)


CASES = Table(
    "cases",
    META,
    Column("id", Key(32), primary_key=True),
    Column("name", Words, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content", JSON, nullable=False),
    Column("created", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
)

FILMS = Table(
    "films",
    META,
    Column("id", Key(32), primary_key=True),
    _of_case(),
    Column("name", Words, nullable=False),
    Column("condition", Text, nullable=False),
    Column("burden_mass", Float, nullable=False),
    Column("burden_bar", Text, nullable=False),
    Column("digest", Key(64), nullable=False),
    Column("suffix", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("stage", Text, nullable=False, server_default=""),
    Column("share", Float, nullable=False, server_default="0"),
    Column("started", Moment),
    Column("told", Moment),
    Column("worker", Text, nullable=False, server_default=""),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("key", Key(64), ForeignKey("measurements.key", name="films_measured")),
    Column("issue", JSON),
    Column("words", Words),
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
    Column("key", Key(64), primary_key=True),
    Column("digest", Key(64), nullable=False),
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
    Column("case_id", Key(32), ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("worst_pain", Float),
    Column("pain_after", Float),
    Column("function", Float),
    Column("note", Words, nullable=False),
)

TICKS = Table(
    "ticks",
    META,
    Column("case_id", Key(32), ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("exercise", Key(64), primary_key=True),
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
    Column("purpose", Key(32), nullable=False),
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
    Column("note", Key(32), nullable=False),
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
    Column("id", Key(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("made", Moment, nullable=False),
    Column("account_id", Key(32)),
)

MEMBERS = Table(
    "members",
    META,
    Column("case_id", Key(32), ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("group_id", Key(32), ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True),
    Column("place", Integer, nullable=False),
    Index("members_of_group", "group_id"),
)

ACCOUNTS = Table(
    "accounts",
    META,
    Column("id", Key(32), primary_key=True),
    Column("login", Key(64), nullable=False, unique=True),
    Column("name", Words, nullable=False),
    Column("role", Key(16), nullable=False),
    Column("password", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("made", Moment, nullable=False),
)

SHARES = Table(
    "shares",
    META,
    Column("case_id", Key(32), ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
    Column("account_id", Key(32), ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True),
    Column("keeps", Boolean, nullable=False),
    Index("shares_of_account", "account_id"),
)

VISITS = Table(
    "visits",
    META,
    Column("digest", Key(64), primary_key=True),
    Column("account_id", Key(32), ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False),
    Column("address", Key(64), nullable=False),
    Column("browser", Key(80), nullable=False),
    Column("made", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Index("visits_of_account", "account_id"),
)

INVITATIONS = Table(
    "invitations",
    META,
    Column("digest", Key(64), primary_key=True),
    Column("role", Key(16), nullable=False),
    Column("name", Words, nullable=False),
    Column("case_id", Key(32), ForeignKey("cases.id", ondelete="CASCADE")),
    Column("account_id", Key(32), ForeignKey("accounts.id", ondelete="CASCADE")),
    Column("by", Key(32), ForeignKey("accounts.id", ondelete="CASCADE")),
    Column("until", Moment, nullable=False),
)

RECORDS = Table(
    "records",
    META,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("what", Key(32), nullable=False),
    Column("account_id", Key(32)),
    Column("of_account", Key(32)),
    Column("case_id", Key(32)),
    Column("address", Key(64), nullable=False),
    Column("token_id", Key(32)),
    Index("records_by_time", "at"),
)

TOKENS = Table(
    "tokens",
    META,
    Column("id", Key(32), primary_key=True),
    Column("account_id", Key(32), ForeignKey("accounts.id", ondelete="CASCADE")),
    Column("name", Text, nullable=False),
    Column("prefix", Key(16), nullable=False),
    Column("digest", Key(64), nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("limited", Boolean, nullable=False),
    Column("made", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("used", Moment),
    Index("tokens_of_account", "account_id"),
)

TOKEN_CASES = Table(
    "token_cases",
    META,
    Column("token_id", Key(32), ForeignKey("tokens.id", ondelete="CASCADE"), primary_key=True),
    Column("case_id", Key(32), ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True),
)

HOOKS = Table(
    "hooks",
    META,
    Column("id", Key(32), primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", Key(80), nullable=False),
    Column("private", Boolean, nullable=False),
    Column("made", Moment, nullable=False),
    Column("trouble", Text, nullable=False),
)

EVENTS = Table(
    "events",
    META,
    Column("id", Key(32), primary_key=True),
    Column("hook_id", Key(32), ForeignKey("hooks.id", ondelete="CASCADE"), nullable=False),
    _of_case(),
    Column("film_id", Key(32), ForeignKey("films.id", ondelete="CASCADE"), nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("due", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("events_due", "due"),
)

_OF_PEOPLE = ACCOUNTS, SHARES, VISITS, INVITATIONS, RECORDS
_OF_PROGRAMS = TOKENS, TOKEN_CASES, HOOKS, EVENTS
_OF_WORK = PRACTICE, GROUPS, MEMBERS
OF_THE_PLACE = frozenset(table.name for table in (*_OF_PEOPLE, *_OF_PROGRAMS, *_OF_WORK))
"""Who may come in, who is told, who works here, who comes on one day: they do not leave with a case."""
