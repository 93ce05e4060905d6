"""Tells a relay's trouble from recipients' trouble: most recipients refused alike is the relay's.

A relay whose directory of users is away refuses every mailbox as unknown, one that lost its settings refuses to relay at
all. Counts the latest recipients of one relay in this process; writes nothing.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from enum import Enum

RECIPIENTS_WATCHED = 20  # the latest so many
MESSAGES_REMEMBERED = 1000  # that were refused while too little was known
TRIES_UNTIL_PROVEN = 4  # of one message: about 13 minutes of backoff
ENOUGH_REFUSED = 5  # recipients refused alike, and more than half of those watched


class Verdict(Enum):
    """The classification of a recipient's refusal."""

    RECIPIENT = "recipient"  # others are accepted: it is about this one
    UNPROVEN = "unproven"  # too little is known yet
    RELAY = "relay"  # most are refused alike


class RefusalWindow:
    """The latest answers of one relay to recipients. Thread-safe."""

    def __init__(self) -> None:
        self._latest: OrderedDict[str, str] = OrderedDict()  # address -> "" for accepted, or how it was refused
        self._refusal_counts: OrderedDict[str, int] = OrderedDict()  # by a message's key
        self._lock = threading.Lock()

    def note_accepted(self, address: str) -> None:
        """Notes that the relay accepted *address*."""
        with self._lock:
            self._note(address, "")

    def judge_refusal(self, address: str, key: str, alike: str, *, is_counted: bool = True) -> Verdict:
        """Notes that the message *key* to *address* was refused in the way *alike*, and judges whose trouble that is.

        While few are accepted a refusal is `UNPROVEN`, until the same message was refused `TRIES_UNTIL_PROVEN` times.
        With *is_counted* False the address says nothing about the relay: visitors mistype theirs.
        """
        with self._lock:
            if is_counted:
                self._note(address, alike)
            alike_count = sum(answer == alike for answer in self._latest.values())
            if alike_count >= ENOUGH_REFUSED and 2 * alike_count > len(self._latest):
                return Verdict.RELAY
            accepted_count = sum(not answer for answer in self._latest.values())
            if accepted_count and 2 * accepted_count >= len(self._latest):
                return Verdict.RECIPIENT
            self._refusal_counts[key] = refusal_count = self._refusal_counts.pop(key, 0) + 1
            if len(self._refusal_counts) > MESSAGES_REMEMBERED:
                self._refusal_counts.popitem(last=False)
            return Verdict.RECIPIENT if refusal_count >= TRIES_UNTIL_PROVEN else Verdict.UNPROVEN

    def _note(self, address: str, answer: str) -> None:
        self._latest[address] = answer
        self._latest.move_to_end(address)
        if len(self._latest) > RECIPIENTS_WATCHED:
            self._latest.popitem(last=False)
