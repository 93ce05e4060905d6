"""Turns what is due into messages: staged, given out in batches, claimed, read again, sent and settled.

Knows no engine and reads no clock: the caller gives the clock, and the dispatcher that runs batches.
"""

from __future__ import annotations

from .batches import Batch, LeaseRecovery, LocalDispatcher
from .channel_check import send_test
from .rehearsal import EditRehearsal, RehearsedMessage, rehearse, rehearse_edit
from .render_context import RenderContext, ics_builder
from .returned_mail import BounceCounter
from .sender import EditionSource, Sender
from .tick import newest_edition, sync_and_recover, tick
