"""Cases with their films, measurements, meanings, diary, sessions and scores."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)


def _of_case(primary_key: bool = False) -> "sa.Column[str]":
    whose = sa.ForeignKey("cases.id", ondelete="CASCADE")
    return sa.Column("case_id", sa.String(32), whose, nullable=False, primary_key=primary_key)


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "cases",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("changed", _MOMENT, nullable=False),
    )
    _films()
    op.create_table(
        "measurements",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_index("measurements_by_digest", "measurements", ["digest"])
    op.create_table(
        "meanings",
        sa.Column("id", sa.Integer, primary_key=True),
        _of_case(),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("knowledge", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("made_of", sa.JSON, nullable=False),
        sa.Column("summary", sa.JSON, nullable=False),
        sa.Column("made", _MOMENT, nullable=False),
    )
    op.create_index("meanings_of_case", "meanings", ["case_id", "made"])
    _days()
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer, primary_key=True),
        _of_case(),
        sa.Column("summary", sa.JSON, nullable=False),
        sa.Column("made", _MOMENT, nullable=False),
    )
    op.create_index("sessions_of_case", "sessions", ["case_id", "made"])
    op.create_table(
        "scores",
        sa.Column("id", sa.Integer, primary_key=True),
        _of_case(),
        sa.Column("refilmed", sa.JSON, nullable=False),
    )
    op.create_index("scores_of_case", "scores", ["case_id"])


def _films() -> None:
    op.create_table(
        "films",
        sa.Column("id", sa.String(32), primary_key=True),
        _of_case(),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("condition", sa.Text, nullable=False),
        sa.Column("burden_mass", sa.Float, nullable=False),
        sa.Column("burden_bar", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("suffix", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False, server_default=""),
        sa.Column("share", sa.Float, nullable=False, server_default="0"),
        sa.Column("started", _MOMENT),
        sa.Column("told", _MOMENT),
        sa.Column("worker", sa.Text, nullable=False, server_default=""),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("key", sa.String(64)),
        sa.Column("issue", sa.JSON),
        sa.Column("words", sa.Text),
        sa.Column("kept", sa.Boolean, nullable=False),
        sa.Column("present", sa.Boolean, nullable=False),
        sa.Column("added", _MOMENT, nullable=False),
    )
    op.create_index("films_of_case", "films", ["case_id"])
    op.create_index("films_by_state", "films", ["state", "added"])
    op.create_index("films_by_digest", "films", ["digest"])


def _days() -> None:
    op.create_table(
        "diary",
        _of_case(primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("worst_pain", sa.Float),
        sa.Column("pain_after", sa.Float),
        sa.Column("function", sa.Float),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "ticks",
        _of_case(primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("exercise", sa.String(64), primary_key=True),
        sa.Column("done", sa.Boolean, nullable=False),
    )
