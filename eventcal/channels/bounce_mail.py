"""Reads a mail that came back: a delivery status (RFC 3464 in RFC 6522), a complaint (RFC 5965), or an automatic reply. Pure.

Anybody can write to the envelope sender's address, so that no mail may be too broken to be read: only headers are left to
the standard library, whose parser of whole mails raises for some addresses and for deep nesting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser
from enum import Enum

from ..messages.body import one_line
from .smtp_reply import RefusalConcern, Step, classify_refusal

MAX_BYTES = 1_000_000  # of a mail; what follows is the mail that came back, which is ours
MAX_PARTS, MAX_DEPTH = 200, 10  # a report has some five parts, three deep
MAX_DETAIL_CHARS = 300
MAX_TYPE_CHARS = 2_000  # of a Content-Type; to read its parameters takes the square of its length

# found by programs, not by the recipient: RFC 5965 7.3, RFC 6591 3.1
_REPORTS_WITHOUT_COMPLAINT = ("not-spam", "auth-failure", "virus")
_CODE_PATTERN = re.compile(r"(?<![\d.#])[45]\d\d(?=[ -]|$)")
_STATUS_PATTERN = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]*\d)")  # and no address such as 5.1.1.9


class ReturnKind(Enum):
    """The kinds of mail that arrive at the envelope sender's address."""

    BOUNCE = "bounce"  # it could not be delivered, and the recipient's address or mailbox is why
    FAILURE = "failure"  # it could not be delivered for another reason: policy, the relay, the sender
    DELAY = "delay"  # it is still being tried
    COMPLAINT = "complaint"  # the recipient marked it as spam
    AUTOREPLY = "autoreply"  # out of office, and the like
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ReturnedMail:
    """*ids* are texts that stand where our envelope sender has a delivery's id; whether one is ours is for the caller."""

    kind: ReturnKind
    detail: str = ""
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """A mail, or a part of one: its headers, and its body with the transfer encoding undone."""

    headers: Message
    body: bytes

    @property
    def content_type(self) -> str:
        return self.headers.get_content_type()

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def read_returned_mail(data: bytes, bounces: str, recipient: str = "") -> ReturnedMail:
    """Classifies the mail *data*. *bounces* is the envelope sender with `{id}`, *recipient* whom the relay delivered it to."""
    parts = list(_read_parts(data[:MAX_BYTES]))
    before, _, after = bounces.partition("{id}")
    pattern = re.compile(re.escape(before) + r"([0-9]{1,18}-[a-z2-7]{8,16})" + re.escape(after), re.IGNORECASE)
    texts = [recipient, data[:MAX_BYTES].decode("utf-8", "replace")]
    texts += [part.text for part in parts if "Content-Transfer-Encoding" in part.headers]
    ids = tuple(dict.fromkeys(match.lower() for text in texts for match in pattern.findall(text)))
    kind, detail = _classify(parts)
    return ReturnedMail(kind, one_line(detail)[:MAX_DETAIL_CHARS], ids)


def _read_parts(data: bytes) -> Iterator[_Part]:
    """Yields the mail itself, then its parts and the mails in it, in their order."""
    pending = [(data, 0)]
    for _ in range(MAX_PARTS):
        if not pending:
            return
        data, depth = pending.pop()
        headers = BytesHeaderParser().parsebytes(data)
        body = headers.get_payload(decode=True)
        assert isinstance(body, bytes)
        part = _Part(headers, body)
        yield part
        if depth == MAX_DEPTH:
            continue
        if part.content_type in ("message/rfc822", "message/global"):
            pending.append((body, depth + 1))
        elif len(str(headers["Content-Type"])) <= MAX_TYPE_CHARS and (boundary := headers.get_boundary()):
            pending += [(inner, depth + 1) for inner in reversed(_split(body, boundary))]


def _split(body: bytes, boundary: str) -> list[bytes]:
    """Returns the parts between the boundaries (RFC 2046 5.1.1); without an end, up to the last byte."""
    delimiter = rb"(?:^|\r?\n)--" + re.escape(boundary.encode("utf-8", "surrogateescape"))
    body = re.split(delimiter + rb"--", body, maxsplit=1)[0]
    return re.split(delimiter + rb"[ \t]*\r?\n", body, maxsplit=MAX_PARTS)[1:]


def _classify(parts: list[_Part]) -> tuple[ReturnKind, str]:
    for part in parts:
        if part.content_type == "message/feedback-report":
            kind = next((fields["Feedback-Type"] for fields in _field_groups(part) if fields.get("Feedback-Type")), "")
            if kind.lower() in _REPORTS_WITHOUT_COMPLAINT:
                return ReturnKind.OTHER, kind
            return ReturnKind.COMPLAINT, f"complaint: {kind or 'abuse'}"
        if part.content_type in ("message/delivery-status", "message/global-delivery-status"):  # RFC 6533
            return _classify_status(list(_field_groups(part)))
    plain_text = next((part.text for part in parts if part.content_type == "text/plain"), "")
    # older Exim; qmail's QSBMF
    if "X-Failed-Recipients" in parts[0].headers or plain_text.lstrip().startswith("Hi. This is the "):
        return _classify_prose(re.split(r"\n-{3}", plain_text)[0])
    if _is_autoreply(parts[0].headers):
        return ReturnKind.AUTOREPLY, ""
    return ReturnKind.OTHER, ""


def _classify_status(groups: list[dict[str, str]]) -> tuple[ReturnKind, str]:
    """Classifies by the first recipient that failed, else by the first that a group speaks of: each of our mails has one."""
    groups = sorted((group for group in groups if group.get("Action")), key=lambda group: _action(group) != "failed")
    if not groups:
        return ReturnKind.OTHER, ""
    status = groups[0].get("Status", "")
    reporter, _, diagnostic = groups[0].get("Diagnostic-Code", "").partition(";")
    if reporter.strip().lower() != "smtp":  # a program's words or its exit status, which is no reply code
        diagnostic = f"{status} {diagnostic}"
    detail = f"bounced: {diagnostic.strip() or status}"
    match _action(groups[0]):
        case "delayed":
            return ReturnKind.DELAY, detail
        case "delivered" | "relayed" | "expanded":
            return ReturnKind.OTHER, detail
        case _:
            return _classify_reply(f"{diagnostic} {status}"), detail


def _classify_prose(text: str) -> tuple[ReturnKind, str]:
    """Classifies by the first line of *text*, written for people, with another server's reply or a status such as (#5.1.1)."""
    lines = (line for line in text.splitlines() if _CODE_PATTERN.search(line) or _STATUS_PATTERN.search(line))
    line = " ".join(next(lines, "").split())
    return _classify_reply(line), f"bounced: {line}"


def _classify_reply(text: str) -> ReturnKind:
    """Classifies by the reply code in *text* and its first enhanced status that says more than X.0.0."""
    code = _CODE_PATTERN.search(text)
    status = next((status for status in _STATUS_PATTERN.findall(text) if not status.endswith(".0.0")), "")
    if status[2:] == "4.2":  # not our connection broke, but the one to the recipient's server
        return ReturnKind.BOUNCE
    refusal = classify_refusal(Step.RCPT, int(code[0]) if code else 550, status)
    is_recipient = refusal.concern in (RefusalConcern.ADDRESS, RefusalConcern.MAILBOX)
    return ReturnKind.BOUNCE if is_recipient else ReturnKind.FAILURE


def _action(fields: dict[str, str]) -> str:
    """Returns the value without a comment behind it."""
    return re.split(r"[\s(;]", fields["Action"], maxsplit=1)[0].lower()


def _field_groups(part: _Part) -> Iterator[dict[str, str]]:
    """Yields the groups of fields of a report, between which a line is empty."""
    for group in re.split(r"\r?\n\r?\n", part.text):
        unfolded = re.sub(r"\r?\n[ \t]+", " ", group)
        pairs = (line.partition(":") for line in unfolded.splitlines() if ":" in line)
        yield {name.strip().title(): value.strip() for name, _, value in pairs}


def _is_autoreply(headers: Message) -> bool:
    """Tells whether a mail says that it was sent by a program: RFC 3834 5, and what is older."""
    return (
        str(headers.get("Auto-Submitted", "no")).split(";")[0].strip().lower() != "no"
        or str(headers.get("Precedence", "")).strip().lower() in ("auto_reply", "bulk", "junk")
        or any(name in headers for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"))
    )
