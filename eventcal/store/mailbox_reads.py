"""Keeps when the mailbox of bounces was read last, and whether it can be read. Shared by all processes of a store."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from ..ledger_rows import MailboxFailure
from .database import instant, ms
from .edition_store import read_meta, write_meta
from .meta_keys import MetaKey
from .tables import meta


def claim_turn(conn: Connection, interval: timedelta, now: datetime) -> bool:
    """Whether the mailbox was not read for *interval*; the turn is then the caller's."""
    read_at = read_meta(conn, MetaKey.MAILBOX_READ_AT)
    if read_at is not None and now - instant(int(read_at)) < interval:
        return False
    extend_turn(conn, now)
    return True


def extend_turn(conn: Connection, now: datetime) -> None:
    """Notes that it is still being read at *now*."""
    write_meta(conn, MetaKey.MAILBOX_READ_AT, str(ms(now)))


def record_failure(conn: Connection, host: str, detail: str) -> MailboxFailure:
    """Counts a reading of the mailbox at *host* that failed, and returns the failures in a row."""
    last = find_failure(conn)
    failure = MailboxFailure(host, detail, last.count + 1 if last and last.host == host else 1)
    write_meta(conn, MetaKey.MAILBOX_FAILURE, json.dumps([failure.host, failure.detail, failure.count]))
    return failure


def clear_failure(conn: Connection) -> None:
    """Notes that the mailbox can be read, or is not read any more."""
    conn.execute(delete(meta).where(meta.c.key == MetaKey.MAILBOX_FAILURE))


def find_failure(conn: Connection) -> MailboxFailure | None:
    """Returns the failure that goes on, None for none."""
    stored = read_meta(conn, MetaKey.MAILBOX_FAILURE)
    return MailboxFailure(*json.loads(stored)) if stored else None
