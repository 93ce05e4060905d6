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
    LOGIN = "login"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    END = "after the last byte"


class Concern(Enum):
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

    concern: Concern
    is_final: bool
    is_for_everyone: bool


# RFC 3463 3, RFC 5248 and the IANA registry of enhanced status codes, without the class digit. A subject alone is the rest.
_CONCERN_BY_STATUS = {
    "1": Concern.ADDRESS,
    "1.7": Concern.SENDER,
    "1.8": Concern.SENDER,
    "1.9": Concern.RELAY,
    "2": Concern.MAILBOX,
    "2.1": Concern.ADDRESS,
    "2.3": Concern.MESSAGE,
    "3": Concern.RELAY,
    "3.4": Concern.MESSAGE,
    "4": Concern.MAILBOX,
    "4.2": Concern.RELAY,
    "4.5": Concern.QUOTA,
    "5": Concern.RELAY,
    "5.3": Concern.QUOTA,
    "6": Concern.MESSAGE,
    "7": Concern.POLICY,
    "7.8": Concern.SENDER,
    "7.9": Concern.SENDER,
    "7.10": Concern.RELAY,
    "7.11": Concern.RELAY,
    "7.13": Concern.SENDER,
    "7.16": Concern.MESSAGE,
    "7.17": Concern.ADDRESS,
    "7.18": Concern.ADDRESS,
    "7.20": Concern.SENDER,
    "7.21": Concern.SENDER,
    "7.22": Concern.SENDER,
    "7.23": Concern.SENDER,
    "7.24": Concern.SENDER,
    "7.25": Concern.SENDER,
    "7.26": Concern.SENDER,
    "7.27": Concern.SENDER,
    "7.28": Concern.QUOTA,
    "7.30": Concern.RELAY,
}
_CONCERN_BY_CODE = {
    Step.MAIL: {501: Concern.SENDER, 550: Concern.SENDER, 552: Concern.QUOTA, 553: Concern.SENDER},
    Step.RCPT: {
        450: Concern.MAILBOX,
        451: Concern.POLICY,
        452: Concern.MAILBOX,
        501: Concern.ADDRESS,
        550: Concern.ADDRESS,
        551: Concern.ADDRESS,
        552: Concern.MAILBOX,
        553: Concern.ADDRESS,
        554: Concern.POLICY,
        556: Concern.ADDRESS,
    },
    Step.END: {
        450: Concern.POLICY,
        451: Concern.POLICY,
        550: Concern.POLICY,
        552: Concern.MESSAGE,
        554: Concern.POLICY,
    },
}
_LOGIN_CODES = {530, 534, 535, 538}  # RFC 4954 6: a login is missing, refused or too weak, at whatever step
_RECIPIENT_CONCERNS = {Concern.ADDRESS, Concern.MAILBOX}
_STATUS_PATTERN = re.compile(r"\s*[245]\.(\d{1,3})\.(\d{1,3})(?!\d)")


def classify_refusal(step: Step, code: int, text: str) -> Refusal:
    """Classifies the reply *code* *text* to *step*; *text* begins with the enhanced status where the relay writes one."""
    concern = _find_concern(step, code, text)
    is_before_recipient = step not in (Step.RCPT, Step.DATA, Step.END)
    if is_before_recipient and concern in _RECIPIENT_CONCERNS:
        concern = Concern.SENDER if step is Step.MAIL else Concern.RELAY  # no recipient was named yet
    if not 400 <= code < 600 or code == 421:
        return Refusal(Concern.RELAY, is_final=False, is_for_everyone=True)
    is_final = code >= 500 and concern in (Concern.ADDRESS, Concern.MESSAGE)
    is_for_everyone = not is_final and (
        is_before_recipient or concern in (Concern.SENDER, Concern.QUOTA, Concern.RELAY)
    )
    return Refusal(concern, is_final, is_for_everyone)


def _find_concern(step: Step, code: int, text: str) -> Concern:
    if code in _LOGIN_CODES:
        return Concern.SENDER if code == 535 else Concern.RELAY
    if status := _STATUS_PATTERN.match(text):
        subject, detail = status.groups()
        if concern := _CONCERN_BY_STATUS.get(f"{subject}.{detail}") or _CONCERN_BY_STATUS.get(subject):
            return Concern.MAILBOX if concern is Concern.ADDRESS and code < 500 else concern
    return _CONCERN_BY_CODE.get(step, {}).get(code, Concern.RELAY)


def refusal_code(code: int, text: str) -> str:
    """What makes two refusals alike: the basic code with the enhanced status."""
    status = _STATUS_PATTERN.match(text)
    return f"{code} {status[0].strip()}" if status else str(code)
