"""One pass over the ledger: what is due is staged, claimed, read again, sent and settled.

Knows no engine and reads no clock: the caller says what time it is, and who runs the sending.
"""

from __future__ import annotations

from .passes import Ticked, newest, tick
from .press import Press
from .rehearsal import Rehearsed, Step, rehearse
from .sending import Dispatch, EditionSource, Inline
from .start import keep_step, send_test, start

__all__ = [
    "Dispatch",
    "EditionSource",
    "Inline",
    "Press",
    "Rehearsed",
    "Step",
    "Ticked",
    "keep_step",
    "newest",
    "rehearse",
    "send_test",
    "start",
    "tick",
]
