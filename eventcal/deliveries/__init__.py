"""One pass over the ledger: what is due is staged, claimed, read again, sent and settled.

Knows no engine and reads no clock: the caller says what time it is, and who runs the sending.
"""

from __future__ import annotations

from .batches import Batch, BatchRunner, plan_and_dispatch
from .ics_attachment import ics_builder
from .rehearsal import EditRehearsal, RehearsedMessage, ScheduledEdition, rehearse, rehearse_edit
from .render import RenderContext
from .sender import Dispatcher, EditionSource, InlineDispatcher, Sender
from .start import send_test, sync_and_recover, sync_recipients
from .tick import TickResult, newest_edition, tick

__all__ = [
    "Batch",
    "BatchRunner",
    "Dispatcher",
    "EditRehearsal",
    "EditionSource",
    "InlineDispatcher",
    "RehearsedMessage",
    "RenderContext",
    "ScheduledEdition",
    "Sender",
    "TickResult",
    "ics_builder",
    "newest_edition",
    "plan_and_dispatch",
    "rehearse",
    "rehearse_edit",
    "send_test",
    "sync_and_recover",
    "sync_recipients",
    "tick",
]
