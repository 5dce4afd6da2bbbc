"""An older schema → the newest, all of it or nothing."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from ..errors import StoreError
from .drawer import take_turn, telling
from .tables import HEAD

if TYPE_CHECKING:
    from alembic.config import Config


VERSIONS = "alembic_version"
"""Table that says of which schema the others are."""


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest, and let go of the engine.

    Tables are made anew while they change, which must not take along the rows that refer to them: an engine
    of SQLite must not check foreign keys all the time; they are checked at the end.

    Raises
    ------
    StoreError
        When a newer kneewise made the schema, or rows would contradict each other; then nothing is changed.
    """
    try:
        with telling():
            with engine.connect() as connection, connection.begin():
                if _schema_of(connection) == HEAD:
                    return
            with engine.connect().execution_options(writes=True) as connection, connection.begin():
                take_turn(connection)
                if (found := _schema_of(connection)) is not None:
                    check_known(found)
                upgrade(connection, HEAD)
                _check_sound(connection)
    finally:
        engine.dispose()


def upgrade(connection: Connection, schema: str) -> None:
    """Do the migrations up to one."""
    from alembic import command  # late: it takes long to load, and is needed once

    config = migrations()
    config.attributes["connection"] = connection
    command.upgrade(config, schema)


def revisions() -> list[str]:
    """All migrations that are known here, the oldest first."""
    from alembic.script import ScriptDirectory

    return [step.revision for step in ScriptDirectory.from_config(migrations()).walk_revisions()][::-1]


def migrations() -> "Config":
    """Where Alembic finds the migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def check_known(schema: str) -> None:
    """Complain about a schema that a newer kneewise made.

    Raises
    ------
    StoreError
        When it did.
    """
    if schema not in revisions():
        raise StoreError(
            f"What is kept was written by a newer kneewise (schema {schema}, this one knows {HEAD}).",
            remedy="install the newer kneewise again: pip install --upgrade kneewise.",
        )


def _check_sound(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise StoreError(
            "What is kept contradicts itself, and was left as it is.",
            remedy="restore the last export, or ask for help with a copy of the folder.",
        )


def _schema_of(connection: Connection) -> str | None:
    """The newest migration that was done; None where there are no tables yet."""
    if not connection.dialect.has_table(connection, VERSIONS):
        return None
    found: str | None = connection.exec_driver_sql(f"SELECT version_num FROM {VERSIONS}").scalar()
    return found
