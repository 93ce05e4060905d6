"""A Message becomes the bytes of a mail. Knows no relay and no folder; used by those channels that hand over mail.

The body and the headers that all recipients share are made once and kept; what differs is written around them.
"""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from quopri import encodestring
from typing import Any

from ..messages import MARKS, Message

_POLICY = SMTP.clone(cte_type="7bit")  # any relay takes it
_PLAIN = re.compile(r"[ -~]{0,900}")
# A mark as it stands in quoted-printable, where a line may be broken anywhere.
_MARK = re.compile(b"|".join(b"(?:=\r\n)?".join(re.escape(bytes([c])) for c in each.encode()) for each in MARKS))


def render(message: Message, sender: str) -> bytes:
    """The whole mail, CRLF line ends. Raises ValueError for a recipient that no header can carry."""
    head, body = _shared(
        message.subject, message.text, message.html, message.calendar, message.reply_to, message.language, sender
    )
    links = {mark.encode(): _quoted(link) for mark, link in message.fills}
    own = [
        ("To", message.address or sender),
        ("Date", _date(message.moment)),
        ("Message-ID", message_id(message.key, sender)),
        *message.headers,
    ]
    filled = [links.get(each, each) for each in body]
    return b"".join([*(_header(name, value) for name, value in own), head, b"\r\n", *filled])


def message_id(key: str, sender: str) -> str:
    """Stable over retries: the delivery's key and generation at the sender's domain."""
    return f"<{key}@{parseaddr(sender)[1].rpartition('@')[2] or 'localhost'}>"


@lru_cache(maxsize=64)
def _shared(
    subject: str, text: str, html: str, calendar: bytes, reply_to: str, language: str, sender: str
) -> tuple[bytes, tuple[bytes, ...]]:
    """(headers, parts of the body) that every recipient gets alike; between the parts stand marks for what is theirs."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["Subject"] = subject
    # RFC 3834: no vacation notice is to answer it
    mail["Auto-Submitted"] = "auto-generated"
    # a calendar's contact may be a page or a telephone just as well
    if re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(reply_to.removeprefix("mailto:"))[1]):
        mail["Reply-To"] = reply_to.removeprefix("mailto:")
    # Base64 has no place where a link could be put in afterwards.
    how: dict[str, Any] = {"cte": "quoted-printable"} if any(each in text for each in MARKS) else {}
    mail.set_content(text, **how)
    if html:
        mail.add_alternative(html, subtype="html", **how)
    if calendar:
        # Without METHOD: a copy to keep, not an invitation that asks for an answer.
        mail.add_attachment(
            calendar, maintype="text", subtype="calendar", filename="event.ics", params={"charset": "utf-8"}
        )
    mail["Content-Language"] = language  # of the whole, and not of the part that was made last
    head, _, body = mail.as_bytes().partition(b"\r\n\r\n")
    if not how:
        return head + b"\r\n", (body,)
    parts, end = [], 0
    for found in _MARK.finditer(body):
        parts += [body[end : found.start()], found[0].replace(b"=\r\n", b"")]
        end = found.end()
    return head + b"\r\n", (*parts, body[end:])


def _quoted(link: str) -> bytes:
    """*link* in quoted-printable, on lines of its own."""
    return b"=\r\n" + encodestring(link.encode()).replace(b"\n", b"\r\n") + b"=\r\n"


@lru_cache(maxsize=256)
def _date(moment: datetime) -> str:
    return format_datetime(moment.replace(microsecond=0))


def _header(name: str, value: str) -> bytes:
    if name == "To" and not _PLAIN.fullmatch(value):
        Address(addr_spec=value)  # says what is wrong with it
    if _PLAIN.fullmatch(value):
        return f"{name}: {value}\r\n".encode()
    mail = EmailMessage(policy=_POLICY)
    mail[name] = value  # refuses a line break
    return mail.as_bytes().partition(b"\r\n\r\n")[0] + b"\r\n"
