"""A Message becomes the bytes of a mail. Knows no relay and no folder; used by those channels that hand over mail.

The body and the headers that all recipients share are rendered once and cached; what differs is written around them.
Header lines are written here: the standard library writes empty encoded words, which RFC 2047 2 forbids, and doubles
spaces between them.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from quopri import encodestring
from typing import Any

from ..errors import GrammarError
from ..mail_address import parse_contact
from ..messages import LINK_PLACEHOLDERS, Message

_MAIL_POLICY = SMTP.clone(cte_type="7bit")  # any relay takes it
_PLAIN_HEADER_PATTERN = re.compile(r"[ -~]{0,900}")
# A mark as it stands in quoted-printable, where a line may be broken anywhere.
_PLACEHOLDER_PATTERN = re.compile(
    b"|".join(
        b"(?:=\r\n)?".join(re.escape(bytes([c])) for c in placeholder.encode()) for placeholder in LINK_PLACEHOLDERS
    )
)

LINE_LENGTH = 76
_ENCODED_WORD_LENGTH = 60
_MARGIN = len("=?utf-8?b?") + len("?=")
_MAX_WORD_LENGTH = 200  # a longer word is encoded, so that no line passes 998 octets (RFC 5322 2.1.1)
_ATOM_TEXT_PATTERN = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_Q_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")  # RFC 2047 5 (3)


def render_mail(message: Message, sender: str, own_headers: tuple[tuple[str, str], ...] = ()) -> bytes:
    """Renders the whole mail, CRLF line ends. *own_headers* are the operator's for this relay.

    Raises:
        ValueError: no header can carry the recipient, or the value of a header.
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
        # RFC 2919 3
        shared_headers += _fold("List-Id", [*_encode_phrase(message.list_name), f"<{message.list_id}>"])
    return b"".join(
        [
            render_address_header("To", message.address or sender),
            *(_render_header(name, value) for name, value in recipient_headers),
            shared_headers,
            b"\r\n",
            *body_parts,
        ]
    )


def message_id(key: str, sender: str) -> str:
    """Returns the Message-ID, the same for every try: the delivery's key and generation at the sender's domain."""
    return f"<{key}@{parseaddr(sender)[1].rpartition('@')[2]}>"


@lru_cache(maxsize=64)
def _render_shared(
    subject: str, text: str, html: str, calendars: tuple[bytes, ...], reply_to: str, language: str, sender: str
) -> tuple[bytes, tuple[bytes, ...]]:
    """Returns (headers, parts of the body) that every recipient gets alike; between the parts stand marks for what is theirs."""
    mail = EmailMessage(policy=_MAIL_POLICY)
    own_lines = [render_address_header("From", sender), render_text_header("Subject", subject)]
    # RFC 3834: no vacation notice is to answer it; Exchange reads the second in its place
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    if mailbox := _reply_mailbox(reply_to):
        own_lines.append(render_address_header("Reply-To", mailbox))
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
    parts, end = [], 0
    for match in _PLACEHOLDER_PATTERN.finditer(body):
        parts += [body[end : match.start()], match[0].replace(b"=\r\n", b"")]
        end = match.end()
    return headers, (*parts, body[end:])


def _reply_mailbox(contact: str) -> str:
    """Returns the address in a calendar's contact, the first of several; "" where it has none."""
    for text in (contact, re.split("[,;]", contact)[0]):
        with suppress(GrammarError):
            return parse_contact(text)
    return ""


def _set_boundaries(mail: EmailMessage, content: tuple[str | bytes, ...]) -> None:
    """Derives the boundaries from *content*: a second copy has the same bytes, from any process."""
    digest = hashlib.blake2b(repr(content).encode(), digest_size=12).hexdigest()
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"={digest}_{number}=")


def _quote_printable(link: str) -> bytes:
    """Returns *link* in quoted-printable, on lines of its own."""
    return b"=\r\n" + encodestring(link.encode()).replace(b"\n", b"\r\n") + b"=\r\n"


@lru_cache(maxsize=256)
def _format_date(moment: datetime) -> str:
    return format_datetime(moment)


def _render_header(name: str, value: str) -> bytes:
    """Returns the header line of *value*, an address of ours or the operator's text. Raises ValueError where it is no ASCII line."""
    if not _PLAIN_HEADER_PATTERN.fullmatch(value):
        raise ValueError(f"{name}: not one line of ASCII: {value!r}")
    return f"{name}: {value}\r\n".encode()


def render_text_header(name: str, text: str) -> bytes:
    """Returns the header line of unstructured *text*, which is one line."""
    return _fold(name, _encode_text(text))


def render_address_header(name: str, address: str) -> bytes:
    """Returns the header line of one *address*, with or without a name.

    A local part beyond ASCII stays UTF-8 (RFC 6532 3.2). Raises ValueError where it is no address.
    """
    display_name, mailbox = parseaddr(address)
    if re.search(r"[\x00-\x1f\x7f]", address) or not re.fullmatch(r"[^\x00-\x20\x7f]+", mailbox):
        raise ValueError(f"not a mail address: {address!r}")
    return _fold(name, [*_encode_phrase(display_name), f"<{mailbox}>"] if display_name else [mailbox])


def _encode_phrase(text: str) -> list[str]:
    if not text.isascii() or "=?" in text:
        return _encode_words(text)
    if _ATOM_TEXT_PATTERN.fullmatch(text):
        return text.split()
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.split(" ")


def _encode_text(text: str) -> list[str]:
    """Returns *text* as tokens between which a space stands: what lies between the first and the last word beyond ASCII is encoded."""
    words = text.split(" ")
    needs_encoding = [not _is_plain(word) for word in words]
    if not any(needs_encoding):
        return words
    first, last = needs_encoding.index(True), len(words) - 1 - needs_encoding[::-1].index(True)
    return [*words[:first], *_encode_words(" ".join(words[first : last + 1])), *words[last + 1 :]]


def _is_plain(word: str) -> bool:
    return word.isascii() and word.isprintable() and "=?" not in word and len(word) <= _MAX_WORD_LENGTH


def _encode_words(text: str) -> list[str]:
    """Returns encoded words, of whole characters each (RFC 2047 5); the space between two of them is not shown."""
    data = text.encode()
    use_q = sum(byte in _Q_SAFE or byte == 0x20 for byte in data) * 3 > len(data) * 2
    encode, kind = (_encode_q, "q") if use_q else (_encode_b, "b")
    words, start = [], 0
    while start < len(text):
        end = start
        while end < len(text) and len(encode(text[start : end + 1])) <= _ENCODED_WORD_LENGTH - _MARGIN:
            end += 1
        words.append(f"=?utf-8?{kind}?{encode(text[start:end])}?=")
        start = end
    return words


def _encode_b(text: str) -> str:
    return b64encode(text.encode()).decode()


def _encode_q(text: str) -> str:
    return "".join("_" if byte == 0x20 else chr(byte) if byte in _Q_SAFE else f"={byte:02X}" for byte in text.encode())


def _fold(name: str, tokens: list[str]) -> bytes:
    lines, line = [], f"{name}:"
    for token in tokens:
        if len(line) + 1 + len(token) > LINE_LENGTH and line != f"{name}:" and token:
            lines.append(line)
            line = ""
        line += f" {token}"
    return "\r\n".join([*lines, line]).encode() + b"\r\n"
