"""Stores what must outlive the process; the only room that knows SQL."""

from __future__ import annotations

from sqlalchemy import Connection

from ..errors import StoreBusy
from .database import Store, open_store
from .lockfile import lock
from .tables import instant, ms
