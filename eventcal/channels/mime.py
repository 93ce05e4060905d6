"""A Message becomes the bytes of a mail. Knows no relay and no folder; used by those channels that hand over mail.

The body and the headers that all recipients share are made once and kept; what differs is written around them.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from quopri import encodestring
from typing import Any

from ..messages import LINK_PLACEHOLDERS, Message
from .mail_headers import render_address_header, render_list_id, render_text_header

_MAIL_POLICY = SMTP.clone(cte_type="7bit")  # any relay takes it
_PLAIN_HEADER_PATTERN = re.compile(r"[ -~]{0,900}")
# A mark as it stands in quoted-printable, where a line may be broken anywhere.
_PLACEHOLDER_PATTERN = re.compile(
    b"|".join(
        b"(?:=\r\n)?".join(re.escape(bytes([c])) for c in placeholder.encode()) for placeholder in LINK_PLACEHOLDERS
    )
)


def render_mail(message: Message, sender: str, own_headers: tuple[tuple[str, str], ...] = ()) -> bytes:
    """Renders the whole mail, CRLF line ends. *own_headers* are the operator's for this relay.

    Raises:
        ValueError: no header can carry the recipient.
    """
    shared_headers, body = _render_shared(
        message.subject,
        message.text,
        message.html,
        (message.ics, *message.more_ics),
        message.reply_to,
        message.language,
        sender,
    )
    link_by_placeholder = {placeholder.encode(): _quote_printable(link) for placeholder, link in message.replacements}
    recipient_headers = [
        ("Date", _format_date(message.send_time)),
        ("Message-ID", message_id(message.key, sender)),
        *([("References", message_id(message.references, sender))] if message.references else []),
        *message.headers,
        *own_headers,
    ]
    body_parts = [link_by_placeholder.get(part, part) for part in body]
    if message.list_id:
        shared_headers += render_list_id(message.list_id, message.list_name)
    to_header = render_address_header("To", message.address or sender)
    return b"".join(
        [
            to_header,
            *(_render_header(name, value) for name, value in recipient_headers),
            shared_headers,
            b"\r\n",
            *body_parts,
        ]
    )


def message_id(key: str, sender: str) -> str:
    """Stable over retries: the delivery's key and generation at the sender's domain."""
    return f"<{key}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"


@lru_cache(maxsize=64)
def _render_shared(
    subject: str, text: str, html: str, calendars: tuple[bytes, ...], reply_to: str, language: str, sender: str
) -> tuple[bytes, tuple[bytes, ...]]:
    """(headers, parts of the body) that every recipient gets alike; between the parts stand marks for what is theirs."""
    mail = EmailMessage(policy=_MAIL_POLICY)
    own_lines = [render_address_header("From", sender), render_text_header("Subject", subject)]
    # RFC 3834: no vacation notice is to answer it; Exchange reads the second in its place
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    # a calendar's contact may be a page or a telephone just as well
    if re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", parseaddr(reply_to.removeprefix("mailto:"))[1]):
        own_lines.append(render_address_header("Reply-To", reply_to.removeprefix("mailto:")))
    # Base64 has no place where a link could be put in afterwards.
    content_options: dict[str, Any] = (
        {"cte": "quoted-printable"} if any(placeholder in text for placeholder in LINK_PLACEHOLDERS) else {}
    )
    mail.set_content(text, **content_options)
    if html:
        mail.add_alternative(html, subtype="html", **content_options)
    for number, calendar in enumerate(filter(None, calendars), 1):
        # Without METHOD: a copy to keep, not an invitation that asks for an answer.
        filename = "event.ics" if number == 1 else f"event-{number}.ics"
        mail.add_attachment(
            calendar, maintype="text", subtype="calendar", filename=filename, params={"charset": "utf-8"}
        )
    mail["Content-Language"] = language  # of the whole, and not of the part that was made last
    _set_boundaries(mail, (subject, text, html, *calendars, sender))
    headers, _, body = mail.as_bytes().partition(b"\r\n\r\n")
    headers = b"".join(own_lines) + headers + b"\r\n"
    if not content_options:
        return headers, (body,)
    parts, end = [], 0
    for match in _PLACEHOLDER_PATTERN.finditer(body):
        parts += [body[end : match.start()], match[0].replace(b"=\r\n", b"")]
        end = match.end()
    return headers, (*parts, body[end:])


def _set_boundaries(mail: EmailMessage, content: tuple[str | bytes, ...]) -> None:
    """Derives the boundaries from *content*: a second copy has the same bytes, from any process."""
    digest = hashlib.blake2b(repr(content).encode(), digest_size=12).hexdigest()
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"={digest}_{number}=")


def _quote_printable(link: str) -> bytes:
    """*link* in quoted-printable, on lines of its own."""
    return b"=\r\n" + encodestring(link.encode()).replace(b"\n", b"\r\n") + b"=\r\n"


@lru_cache(maxsize=256)
def _format_date(moment: datetime) -> str:
    return format_datetime(moment.replace(microsecond=0))


def _render_header(name: str, value: str) -> bytes:
    if _PLAIN_HEADER_PATTERN.fullmatch(value):
        return f"{name}: {value}\r\n".encode()
    mail = EmailMessage(policy=_MAIL_POLICY)
    mail[name] = value  # refuses a line break
    return mail.as_bytes().partition(b"\r\n\r\n")[0] + b"\r\n"
