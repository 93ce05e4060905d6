"""Classifies a relay's refusal: whom it concerns, whether another try can help, and whether it would meet any other mail.

The enhanced status decides (RFC 3463; RFC 2034 puts it first in the reply's text), by the step at which it came; without
one, the basic code does (RFC 5321 4.2.3). The table in docs/channels.md says the same, and a test walks it. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Step(Enum):
    """A step of an SMTP dialogue."""

    CONNECT = "connect"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    LOGIN = "login"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    END = "after the last byte"


class RefusalConcern(Enum):
    """Whom a refusal concerns."""

    ADDRESS = "address"  # no such mailbox; a 4xx about an address is the mailbox's
    MESSAGE = "message"  # its size or its content's form
    MAILBOX = "mailbox"  # the recipient's mailbox or mail server, for now
    POLICY = "policy"  # a rule of the relay or the recipient: greylisting, reputation, filters
    SENDER = "sender"  # our address, domain or account
    QUOTA = "quota"  # how much we may send
    RELAY = "relay"  # the relay itself, or our settings for it


@dataclass(frozen=True, slots=True)
class Refusal:
    """A classified refusal. *is_final*: for this recipient and message; *is_for_everyone*: any other mail would be refused too."""

    concern: RefusalConcern
    is_final: bool
    is_for_everyone: bool


# RFC 3463 3, RFC 5248 and the IANA registry of enhanced status codes, without the class digit. A subject alone is the rest.
_CONCERN_BY_STATUS = {
    status: concern
    for concern, statuses in {
        RefusalConcern.ADDRESS: "1 2.1 4.1 7.17 7.18",  # Exchange Online refuses unknown mailboxes with 550 5.4.1
        RefusalConcern.SENDER: "1.7 1.8 7.8 7.9 7.13 7.20 7.21 7.22 7.23 7.24 7.25 7.26 7.27",
        RefusalConcern.RELAY: "1.9 3 4.2 5 7.10 7.11 7.30",
        RefusalConcern.MAILBOX: "2 4",
        RefusalConcern.MESSAGE: "2.3 3.4 6 7.16",
        RefusalConcern.QUOTA: "4.5 5.3 7.28",
        RefusalConcern.POLICY: "7",
    }.items()
    for status in statuses.split()
}
_CONCERN_BY_CODE = {
    Step.MAIL: {
        501: RefusalConcern.SENDER,
        550: RefusalConcern.SENDER,
        552: RefusalConcern.QUOTA,
        553: RefusalConcern.SENDER,
    },
    Step.RCPT: {
        450: RefusalConcern.MAILBOX,
        451: RefusalConcern.POLICY,
        452: RefusalConcern.MAILBOX,
        501: RefusalConcern.ADDRESS,
        550: RefusalConcern.ADDRESS,
        551: RefusalConcern.ADDRESS,
        552: RefusalConcern.MAILBOX,
        553: RefusalConcern.ADDRESS,
        554: RefusalConcern.POLICY,
        556: RefusalConcern.ADDRESS,
    },
    Step.END: {
        450: RefusalConcern.POLICY,
        451: RefusalConcern.POLICY,
        550: RefusalConcern.POLICY,
        552: RefusalConcern.MESSAGE,
        554: RefusalConcern.POLICY,
    },
}
_UNDEFINED_PROTOCOL_STATUS = "5.0"  # says no more than the code: Outlook.com refuses unknown mailboxes with 550 5.5.0
_LOGIN_CODES = {530, 534, 535, 538}  # RFC 4954 6: a login is missing, refused or too weak, at any step
_RECIPIENT_CONCERNS = {RefusalConcern.ADDRESS, RefusalConcern.MAILBOX}
_STATUS_PATTERN = re.compile(r"\s*[245]\.(\d{1,3})\.(\d{1,3})(?!\d)")


def classify_refusal(step: Step, code: int, text: str) -> Refusal:
    """Classifies the reply *code* *text* to *step*; *text* begins with the enhanced status where the relay writes one."""
    concern = _find_concern(step, code, text)
    is_before_recipient = step not in (Step.RCPT, Step.DATA, Step.END)
    if is_before_recipient and concern in _RECIPIENT_CONCERNS:
        concern = RefusalConcern.SENDER if step is Step.MAIL else RefusalConcern.RELAY  # no recipient was named yet
    if not 400 <= code < 600 or code == 421:
        return Refusal(RefusalConcern.RELAY, is_final=False, is_for_everyone=True)
    is_final = _is_permanent(code, text) and concern in (RefusalConcern.ADDRESS, RefusalConcern.MESSAGE)
    is_for_everyone = not is_final and (
        is_before_recipient or concern in (RefusalConcern.SENDER, RefusalConcern.QUOTA, RefusalConcern.RELAY)
    )
    return Refusal(concern, is_final, is_for_everyone)


def _find_concern(step: Step, code: int, text: str) -> RefusalConcern:
    if code in _LOGIN_CODES:
        return RefusalConcern.SENDER if code == 535 else RefusalConcern.RELAY
    status = _STATUS_PATTERN.match(text)
    if status and ".".join(status.groups()) != _UNDEFINED_PROTOCOL_STATUS:
        subject, detail = status.groups()
        if concern := _CONCERN_BY_STATUS.get(f"{subject}.{detail}") or _CONCERN_BY_STATUS.get(subject):
            is_mailbox = concern is RefusalConcern.ADDRESS and not _is_permanent(code, text)
            return RefusalConcern.MAILBOX if is_mailbox else concern
    return _CONCERN_BY_CODE.get(step, {}).get(code, RefusalConcern.RELAY)


def _is_permanent(code: int, text: str) -> bool:
    """Tells whether the basic code is permanent and no enhanced status contradicts it: they should agree (RFC 2034 4)."""
    return code >= 500 and not re.match(r"\s*4\.\d", text)


def refusal_code(code: int, text: str) -> str:
    """Returns the key by which refusals are compared: the basic code with the enhanced status (RFC 3463)."""
    status = _STATUS_PATTERN.match(text)
    return f"{code} {status[0].strip()}" if status else str(code)
