"""Reads a mail that came back: a delivery status (RFC 3464 in RFC 6522), a complaint (RFC 5965), or an automatic reply. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from enum import Enum

from ..messages.values import one_line
from .smtp_reply import RefusalConcern, Step, classify_refusal

MAX_BYTES = 1_000_000  # of a mail; what follows is the mail that came back, which is ours


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


def read_returned_mail(data: bytes, bounces: str, recipient: str = "") -> ReturnedMail:
    """Classifies the mail *data*. *bounces* is the envelope sender with `{id}`, *recipient* whom the relay delivered it to."""
    mail = message_from_bytes(data[:MAX_BYTES], policy=policy.default)
    assert isinstance(mail, EmailMessage)
    text = f"{recipient}\n{data[:MAX_BYTES].decode('utf-8', 'replace')}"
    before, _, after = bounces.partition("{id}")
    pattern = re.escape(before) + r"([0-9]{1,18}-[a-z2-7]{8,16})" + re.escape(after)
    ids = tuple(dict.fromkeys(match.lower() for match in re.findall(pattern, text, re.IGNORECASE)))
    kind, detail = _classify(mail)
    return ReturnedMail(kind, one_line(detail), ids)


def _classify(mail: EmailMessage) -> tuple[ReturnKind, str]:
    for part in mail.walk():
        content_type = part.get_content_type()
        if content_type == "message/feedback-report":
            kind = next(
                (fields.get("Feedback-Type", "") for fields in _field_groups(part) if fields.get("Feedback-Type")), ""
            )
            if kind.lower() == "not-spam":
                return ReturnKind.OTHER, kind
            return ReturnKind.COMPLAINT, f"complaint: {kind or 'abuse'}"
        if content_type in ("message/delivery-status", "message/global-delivery-status"):  # RFC 6533
            return _classify_status(list(_field_groups(part)))
    if _is_autoreply(mail):
        return ReturnKind.AUTOREPLY, ""
    return ReturnKind.OTHER, ""


def _classify_status(groups: list[dict[str, str]]) -> tuple[ReturnKind, str]:
    """By the first recipient that a group speaks of: each of our mails has one."""
    for fields in groups:
        action, status = fields.get("Action", "").lower(), fields.get("Status", "").split(" ")[0]
        if not action:
            continue
        diagnostic = " ".join(fields.get("Diagnostic-Code", "").partition(";")[2].split())
        detail = f"bounced: {diagnostic or status}"[:300]
        if action in ("delayed", "delivered", "relayed", "expanded"):
            return (ReturnKind.DELAY if action == "delayed" else ReturnKind.OTHER), detail
        code = re.match(r"\d{3}", diagnostic)
        refusal = classify_refusal(Step.RCPT, int(code[0]) if code else 550, status)
        is_recipient = refusal.concern in (RefusalConcern.ADDRESS, RefusalConcern.MAILBOX)
        return (ReturnKind.BOUNCE if is_recipient else ReturnKind.FAILURE), detail
    return ReturnKind.OTHER, ""


def _field_groups(part: Message) -> Iterator[dict[str, str]]:
    """The groups of fields of a report: the parser makes each a message of its own, or leaves them as text."""
    payload = part.get_payload()
    if isinstance(payload, list):
        for group in payload:
            assert isinstance(group, Message)
            yield {name.title(): str(value) for name, value in group.items()}
            if isinstance(text := group.get_payload(), str) and text.strip():
                yield _fields_of(text)
    else:
        for group_text in re.split(r"\r?\n\r?\n", str(payload)):
            yield _fields_of(group_text)


def _fields_of(text: str) -> dict[str, str]:
    unfolded = re.sub(r"\r?\n[ \t]+", " ", text)
    pairs = (line.partition(":") for line in unfolded.splitlines() if ":" in line)
    return {name.strip().title(): value.strip() for name, _, value in pairs}


def _is_autoreply(mail: EmailMessage) -> bool:
    """RFC 3834 5, and what is older."""
    return (
        str(mail.get("Auto-Submitted", "no")).split(";")[0].strip().lower() != "no"
        or str(mail.get("Precedence", "")).strip().lower() in ("auto_reply", "bulk", "junk")
        or any(name in mail for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"))
    )
