"""Who made a group, which is theirs while nobody is in it yet; which program did what was written down."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns; of what is there already nobody knows."""
    op.add_column("groups", sa.Column("account_id", sa.String(32)))
    op.add_column("records", sa.Column("token_id", sa.String(32)))
