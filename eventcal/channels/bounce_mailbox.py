"""Reads returned mail from a mailbox over IMAP (RFC 3501). The only module that knows imaplib."""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, unquote

from ..errors import EventcalError, SettingsError
from ..messages.body import one_line
from ..urls import split_url
from .bounce_mail import MAX_BYTES
from .values import MAILBOX_FORM

TIMEOUT_SECONDS = 60.0
IMAP_PORT, IMAPS_PORT = 143, 993


class MailboxError(EventcalError):
    """The mailbox cannot be read now."""


def parse_mailbox_url(url: str) -> SplitResult:
    """Returns the parts of a mailbox's address, with host, user and password. Raises SettingsError for any other text."""
    parts = split_url(url, "imaps", "imap")
    if parts is None or not parts.username or not parts.password:
        raise SettingsError(f"write the mailbox as {MAILBOX_FORM}")
    return parts


def read_unseen(url: str, handle: Callable[[bytes], None]) -> int:
    """Calls *handle* with each unseen mail of the mailbox *url* and marks it as seen; returns how many there were.

    A mail whose handling fails stays unseen, and so do those after it.

    Raises:
        SettingsError: *url* is no address of a mailbox.
        MailboxError: the server cannot be reached or refuses something.
    """
    parts = parse_mailbox_url(url)
    host, user, password = str(parts.hostname), unquote(str(parts.username)), unquote(str(parts.password))
    try:
        with _connect(parts.scheme, host, parts.port, parts.query) as connection:
            _log_in(connection, user, password)
            folder = unquote(parts.path.strip("/")) or "INBOX"
            _require(connection.select(_quote_folder(folder)), f"select {folder}")
            lines = _require(connection.uid("SEARCH", "UNSEEN"), "search")
            uids = b" ".join(filter(None, lines)).split()  # some servers say nothing where there is nothing
            for uid in uids:
                fetched = _require(connection.uid("FETCH", uid.decode(), f"(BODY.PEEK[]<0.{MAX_BYTES}>)"), "fetch")
                handle(next((part[1] for part in fetched if isinstance(part, tuple)), b""))
                _require(connection.uid("STORE", uid.decode(), "+FLAGS", r"(\Seen)"), "store")
            return len(uids)
    except (OSError, imaplib.IMAP4.error) as error:
        detail = _describe(error, password)
        raise MailboxError(f"the mailbox at {host} cannot be read: {detail}; the next run tries again") from error


def _connect(scheme: str, host: str, port: int | None, query: str) -> imaplib.IMAP4:
    tls_context = ssl.create_default_context()  # checks the certificate; imaplib's own takes any
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port or IMAPS_PORT, ssl_context=tls_context, timeout=TIMEOUT_SECONDS)
    connection = imaplib.IMAP4(host, port or IMAP_PORT, timeout=TIMEOUT_SECONDS)
    if query != "starttls=never":
        connection.starttls(tls_context)
    return connection


def _log_in(connection: imaplib.IMAP4, user: str, password: str) -> None:
    """Logs in; beyond ASCII only AUTHENTICATE PLAIN (RFC 4616) carries a name or password."""
    if (user + password).isascii():
        connection.login(user, password)
    else:
        connection.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())


def _quote_folder(name: str) -> str:
    """Writes a folder's *name* as a quoted string in modified UTF-7 (RFC 3501 5.1.3)."""

    def encode(match: re.Match[str]) -> str:
        encoded = base64.b64encode(match[0].encode("utf-16-be"), b"+,").decode().rstrip("=")
        return "&-" if match[0] == "&" else f"&{encoded}-"

    encoded = re.sub(r"&|[^ -~]+", encode, name)
    return '"' + re.sub(r'(["\\])', r"\\\1", encoded) + '"'


def _require(answer: tuple[str, list[Any]], command: str) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(f"{command}: {status} ".encode() + b" ".join(filter(None, data)))
    return data


def _describe(error: Exception, password: str) -> str:
    """Returns the server's words as one line, without the password, which some repeat with the command that they refuse."""
    words = error.args[0] if error.args else ""
    text = one_line(words.decode(errors="replace") if isinstance(words, bytes) else str(error))
    return text.replace(password, "********")
