"""A film that was measured names a measurement that is kept; measurements say how large they are.

Until now a film could name a key that nobody had kept. Such a film waits again where it is still here, and
has failed where it is not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Set films right, tie them to measurements, and make room for sizes."""
    lost = "state = 'measured' AND key NOT IN (SELECT key FROM measurements)"
    op.execute(
        f"UPDATE films SET state = 'waiting', share = 0, attempts = 0, key = NULL WHERE present AND {lost}"
    )
    op.execute(
        f"UPDATE films SET state = 'failed', words = 'Its measurement was lost.', key = NULL WHERE {lost}"
    )
    with op.batch_alter_table("films") as films:
        films.create_foreign_key("films_measured", "measurements", ["key"], ["key"])
    op.add_column("measurements", sa.Column("size", sa.Integer, nullable=False, server_default="0"))
    op.add_column("measurements", sa.Column("provenance", sa.JSON, nullable=False, server_default="{}"))
