"""One pass over the ledger: what is due is staged, claimed, read again, sent and settled.

Knows no engine and reads no clock: the caller says what time it is, and who runs the sending.
"""

from __future__ import annotations

from .attaching import attached
from .handing import Batch, Carrier, hand_over
from .passes import Ticked, newest, tick
from .press import Press
from .rehearsal import Rehearsed, Step, Told, rehearse, rehearse_edit
from .sending import Dispatch, EditionSource, Inline, Sending
from .start import keep_step, send_test, start

__all__ = [
    "Batch",
    "Carrier",
    "Dispatch",
    "EditionSource",
    "Inline",
    "Press",
    "Rehearsed",
    "Sending",
    "Step",
    "Ticked",
    "Told",
    "attached",
    "hand_over",
    "keep_step",
    "newest",
    "rehearse",
    "rehearse_edit",
    "send_test",
    "start",
    "tick",
]
