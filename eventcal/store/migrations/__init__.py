"""How a store of an earlier schema becomes one of this version's. Alembic is imported only where there is work for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, text

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0009"  # of versions/; written here so that checking a store costs one query, and no import


def upgrade(conn: Connection) -> None:
    """Run what is missing on *conn*, within its transaction."""
    from alembic import command

    command.upgrade(config(conn), "head")


def stamp(conn: Connection) -> None:
    """Say that the tables on *conn*, made from `tables.metadata`, are of this version."""
    conn.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    conn.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


def config(conn: Connection) -> Config:
    """Alembic's settings for *conn*: no ini file, the scripts beside this one wherever the package was installed."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    settings.attributes["connection"] = conn
    return settings
