"""Upgrades a store of an earlier schema to this version's. Alembic is imported only if there is work for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, Connection, MetaData, String, Table, insert

if TYPE_CHECKING:
    from alembic.config import Config

FIRST, HEAD = "0005", "0011"  # of versions/; written here so that checking a store costs one query, and no import
"""The schema of the first release, and the newest one."""

_version_table = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
REVISION = _version_table.c.version_num
"""The column in which Alembic keeps the schema's revision."""


def upgrade(conn: Connection) -> None:
    """Runs the missing migrations on *conn*, within its transaction."""
    from alembic import command

    command.upgrade(config(conn), "head")


def stamp(conn: Connection) -> None:
    """Records that the tables on *conn*, made from `tables.metadata`, are of this version."""
    _version_table.create(conn)
    conn.execute(insert(_version_table).values(version_num=HEAD))


def config(conn: Connection) -> Config:
    """Returns Alembic's settings for *conn*: no ini file, the scripts beside this one wherever the package was installed."""
    from alembic.config import Config

    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    settings.attributes["connection"] = conn
    return settings
