"""Who may come in to a shared server: accounts, what is shared with them, visits, invitations, records.

Records refer to accounts and cases by their ids alone, and outlive them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables, empty."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("login", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password", sa.Text, nullable=False),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("made", _MOMENT, nullable=False),
    )
    op.create_table(
        "shares",
        _of("cases", "case_id", primary_key=True),
        _of("accounts", "account_id", primary_key=True),
        sa.Column("keeps", sa.Boolean, nullable=False),
    )
    op.create_index("shares_of_account", "shares", ["account_id"])
    op.create_table(
        "visits",
        sa.Column("digest", sa.String(64), primary_key=True),
        _of("accounts", "account_id", nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(80), nullable=False),
        sa.Column("made", _MOMENT, nullable=False),
        sa.Column("seen", _MOMENT, nullable=False),
    )
    op.create_index("visits_of_account", "visits", ["account_id"])
    op.create_table(
        "invitations",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        _of("cases", "case_id"),
        _of("accounts", "account_id"),
        _of("accounts", "by"),
        sa.Column("until", _MOMENT, nullable=False),
    )
    _records()


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("what", sa.String(32), nullable=False),
        sa.Column("account_id", sa.String(32)),
        sa.Column("of_account", sa.String(32)),
        sa.Column("case_id", sa.String(32)),
        sa.Column("address", sa.String(64), nullable=False),
    )
    op.create_index("records_by_time", "records", ["at"])


def _of(table: str, name: str, *, primary_key: bool = False, nullable: bool = True) -> "sa.Column[str]":
    whose = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(
        name, sa.String(32), whose, primary_key=primary_key, nullable=nullable and not primary_key
    )
