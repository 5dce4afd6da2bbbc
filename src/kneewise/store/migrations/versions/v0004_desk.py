"""A coach's desk: consents, notes, the practice, and groups of people who are filmed on one day."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_MOMENT = sa.DateTime(timezone=True)


def _of_case(primary_key: bool = False) -> "sa.Column[str]":
    whose = sa.ForeignKey("cases.id", ondelete="CASCADE")
    return sa.Column("case_id", sa.String(32), whose, nullable=False, primary_key=primary_key)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer, primary_key=True),
        _of_case(),
        sa.Column("purpose", sa.String(32), nullable=False),
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("told_by", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("written", _MOMENT, nullable=False),
    )
    op.create_index("consents_of_case", "consents", ["case_id"])
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer, primary_key=True),
        _of_case(),
        sa.Column("note", sa.String(32), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("written", _MOMENT, nullable=False),
    )
    op.create_index("notes_of_case", "notes", ["case_id"])
    op.create_table(
        "practice",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("contact", sa.Text, nullable=False),
        sa.Column("logo", sa.LargeBinary),
    )
    op.create_table(
        "groups",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("made", _MOMENT, nullable=False),
    )
    op.create_table(
        "members",
        _of_case(primary_key=True),
        sa.Column(
            "group_id", sa.String(32), sa.ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("place", sa.Integer, nullable=False),
    )
    op.create_index("members_of_group", "members", ["group_id"])
