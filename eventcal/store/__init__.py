"""What must outlive the process: the only room that knows SQL."""

from __future__ import annotations

from sqlalchemy import Connection

from .copying import in_memory
from .database import Store, StoreBusy, default_url, instant, ms, open_store
from .lockfile import Lock, lock

__all__ = [
    "Connection",
    "Lock",
    "Store",
    "StoreBusy",
    "default_url",
    "in_memory",
    "instant",
    "lock",
    "ms",
    "open_store",
]
