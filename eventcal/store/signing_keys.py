"""The keys that sign links in messages: the one in use, and earlier ones that are still accepted for a stated time."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection

from ..errors import StoreBusy
from ..web_push import VapidKey
from . import devices
from .database import Store
from .edition_store import read_meta, secret_key, write_meta
from .tables import MetaKey, instant, ms

REREAD_SECONDS = 10.0
"""Seconds after which a running process reads the keys again, and so uses new ones."""


def keys(store: Store, configured_key: str) -> tuple[str, ...]:
    """Returns the keys of links: the first signs, all are accepted.

    The first is *configured_key*, else the store's own, which is accepted in any case; then earlier ones whose time has
    not come.
    """
    with store.read() as conn:
        stored_key, earlier_keys = read_meta(conn, MetaKey.SECRET_KEY), _earlier_keys(conn, store.now())
    if stored_key is None:
        with store.write() as conn:
            stored_key = secret_key(conn)
    return tuple(filter(None, (configured_key, stored_key, *earlier_keys)))


class KeyRing:
    """The keys of links in a running process, read again every REREAD_SECONDS. Used by several threads."""

    def __init__(self, store: Store, configured_key: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._configured_key, self._clock = store, configured_key, clock
        self._keys: tuple[str, ...] = ()
        self._read_at = 0.0

    def __call__(self) -> tuple[str, ...]:
        """Returns the keys, as `keys` does. The last ones stay while the store does not answer."""
        if not self._keys or self._clock() - self._read_at >= REREAD_SECONDS:
            try:
                self._keys = keys(self._store, self._configured_key)
            except StoreBusy:
                if not self._keys:
                    raise
            self._read_at = self._clock()
        return self._keys


def rotate(conn: Connection, configured_key: str, accepted_until: datetime, now: datetime) -> VapidKey | None:
    """Replaces the store's signing key, and the key pair for push services where devices use one.

    The key in use stays accepted until *accepted_until*, and no earlier one for longer; *configured_key* is one that only
    the operator can replace. Devices are reached with the pair that they subscribed with, and renew at their next message.
    Returns the new pair, None where no device uses one.
    """
    stored_key = secret_key(conn)
    earlier_keys = {key: min(until, accepted_until) for key, until in _earlier_keys(conn, now).items()}
    earlier_keys |= {key: accepted_until for key in (configured_key, stored_key) if key}
    rows = [(key, ms(until)) for key, until in earlier_keys.items() if until > now]
    write_meta(conn, MetaKey.EARLIER_SECRET_KEYS, json.dumps(rows))
    write_meta(conn, MetaKey.SECRET_KEY, secrets.token_urlsafe(32))
    return devices.add_vapid_key(conn) if devices.find_vapid_keys(conn) else None


def _earlier_keys(conn: Connection, now: datetime) -> dict[str, datetime]:
    """Returns the earlier keys that are still accepted at *now*, the oldest first, and until when."""
    rows = json.loads(read_meta(conn, MetaKey.EARLIER_SECRET_KEYS) or "[]")
    return {key: instant(until) for key, until in rows if instant(until) > now}
