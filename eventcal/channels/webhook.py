"""A message becomes one signed POST of its documented JSON, as the Standard Webhooks specification has it.

A chat service gets a body of its own shape, chosen by name or written by the operator as a template. Which hosts may be
reached, and for how long, is decided in `fetch`.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from .. import fetch, words
from ..errors import SettingsError
from ..messages import Message
from .shorten import break_mentions, shorten, size_in_bytes, size_in_json, size_in_utf16
from .values import Ambiguous, Outcome, Permanent, Recheck, Retry, Sent, no_recheck

# Statuses that concern every request: RFC 9110 15.6, RFC 6585 4.
_DESTINATION_DOWN_STATUSES = {429, 502, 503, 504}
_GONE_STATUS = 410

Shape = Callable[[Message], object]

DISCORD_MAX_CHARS = 2_000
SLACK_MAX_CHARS = 4_000
TEAMS_MAX_TEXT_BYTES = 20_000  # a card is at most 28 KB in all
MATRIX_MAX_TEXT_BYTES = 15_000  # an event is at most 65,536 bytes, and carries text, HTML and the hook's own body

_PLACEHOLDER_PATTERN = re.compile(r"\{(\w+)\}")
_TEMPLATE_FIELDS = ("id", "kind", "language", "markdown", "subject", "text", "url")


class WebhookChannel:
    """*secret*: `whsec_` and base64, as Standard Webhooks writes it, or any text, whose bytes are the key; "" signs nothing.

    Several secrets, separated by spaces, sign each: a receiver takes the signature of the one that it knows. *body* is
    a chat service's name or a template, as `find_shape` reads it.
    """

    wants_calendar = False

    def __init__(self, url: str, secret: str = "", allow_private: bool = False, body: str = "") -> None:
        try:
            fetch.parse_http_url(url)
        except fetch.FetchRefused as error:
            raise SettingsError(f"webhook: {error}") from error
        self._url, self._allow_private, self._shape = url, allow_private, find_shape(body)
        self._signing_keys = tuple(_decode_secret(part) for part in secret.split())
        self.destination = fetch.origin(self._url)

    def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
        """Sends one signed POST and classifies the answer."""
        content = self._shape(message) if self._shape else message.data
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json", **self._signature_headers(message, body)}
        try:
            response = fetch.post(self._url, body, headers, allow_private=self._allow_private)
        except fetch.FetchRefused as error:
            return Permanent(str(error))
        except fetch.FetchError as error:
            return (
                Ambiguous(str(error), receiver_deduplicates=True)
                if error.request_sent
                else Retry(str(error), is_destination_down=True)
            )
        return classify_response(response, message.send_time)

    def _signature_headers(self, message: Message, body: bytes) -> dict[str, str]:
        timestamp = str(int(message.send_time.timestamp()))
        headers = {"webhook-id": message.key, "webhook-timestamp": timestamp}
        if self._signing_keys:
            signed = f"{message.key}.{timestamp}.".encode() + body
            digests = (hmac.digest(key, signed, "sha256") for key in self._signing_keys)
            headers["webhook-signature"] = " ".join("v1," + base64.b64encode(digest).decode() for digest in digests)
        return headers


def classify_response(
    response: fetch.Response, now: datetime, message_statuses: frozenset[int] = frozenset()
) -> Outcome:
    """Decides what a response means, as Standard Webhooks has it: anything but 2xx is tried again, 410 ends the endpoint.

    A redirect is a refusal: the address in eventcal.toml is the one that counts. *message_statuses* are those by which
    this service refuses the message itself.
    """
    status = response.status
    if 200 <= status < 300:
        return Sent(str(status))
    if status == _GONE_STATUS or status in message_statuses:
        return Permanent(str(status), is_endpoint_gone=status == _GONE_STATUS)
    delay = parse_retry_after(response.headers.get("retry-after", ""), now)
    return Retry(str(status), delay, is_destination_down=status in _DESTINATION_DOWN_STATUSES or delay is not None)


def parse_retry_after(text: str, now: datetime) -> timedelta | None:
    """Parses Retry-After (RFC 9110 10.2.3), seconds or a date; anything else is as if it had not been said."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 10:
        return timedelta(seconds=int(text))
    try:
        retry_at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    delay = (retry_at if retry_at.tzinfo else retry_at.replace(tzinfo=UTC)) - now
    return max(delay, timedelta())


def _decode_secret(secret: str) -> bytes:
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        if key := base64.b64decode(secret.removeprefix("whsec_"), validate=True):
            return key
    except binascii.Error:
        pass
    raise SettingsError("webhook: what follows `whsec_` in a secret is a key in base64")


def find_shape(body: str) -> Shape | None:
    """Returns the shape that `body` of a channel names; None for the documented JSON.

    Raises:
        SettingsError: *body* is neither a name nor a template.
    """
    if not body:
        return None
    if body in SHAPES:
        return SHAPES[body]
    if body.lstrip()[:1] not in ("{", "["):
        raise SettingsError(
            f'body: one of {", ".join(SHAPES)} (slack is for Mattermost, too), or a JSON template such as \'{{"text": "{{subject}}"}}\''
        )
    return _template_shape(body)


def _template_shape(body: str) -> Shape:
    try:
        template = json.loads(body)
    except ValueError as error:
        raise SettingsError(f"body: the template is not JSON: {error}") from None
    try:
        _fill(template, dict.fromkeys(_TEMPLATE_FIELDS, ""))
    except KeyError as error:
        raise SettingsError(
            f"body: unknown field {{{error.args[0]}}}; known are {', '.join(_TEMPLATE_FIELDS)}"
        ) from None

    def shape(message: Message) -> object:
        fields = {
            "id": message.key,
            "kind": message.kind,
            "language": message.language,
            "markdown": break_mentions(message.markdown),
            "subject": break_mentions(message.subject),
            "text": break_mentions(message.text),
            "url": message.url,
        }
        return _fill(template, fields)

    return shape


def _fill(value: Any, fields: dict[str, str]) -> object:
    """Returns *value* with the fields in its texts: they cannot leave the text that they stand in."""
    match value:
        case str():
            return _PLACEHOLDER_PATTERN.sub(lambda match: fields[match[1]], value)
        case list():
            return [_fill(item, fields) for item in value]
        case dict():
            return {key: _fill(item, fields) for key, item in value.items()}
        case _:
            return value


def _discord(message: Message) -> object:
    content = shorten(message.markdown, message.url, DISCORD_MAX_CHARS, size_in_utf16)
    # texts of a calendar must not mention (notify) chat users
    return {"content": content, "allowed_mentions": {"parse": []}}


def _slack(message: Message) -> object:
    text = shorten(message.text, message.url, SLACK_MAX_CHARS, size_in_utf16)
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {"text": break_mentions(escaped)}  # Mattermost takes this body, and knows @channel


def _teams(message: Message) -> object:
    markdown = message.markdown_below_subject.replace("~~", "")  # its Markdown has no strikethrough
    text = shorten(markdown, message.url, TEAMS_MAX_TEXT_BYTES, lambda part: size_in_json(_teams_lines(part)))
    subject = {"type": "TextRun", "text": message.subject, "weight": "Bolder", "size": "Medium"}
    card: dict[str, object] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {"type": "RichTextBlock", "inlines": [subject]},  # a TextBlock would read it as Markdown
            {"type": "TextBlock", "text": _teams_lines(text), "wrap": True},
        ],
    }
    if message.url:
        title = words.get_translations(message.language).gettext("Show")
        card["actions"] = [{"type": "Action.OpenUrl", "title": title, "url": message.url}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _teams_lines(text: str) -> str:
    """Returns *text* with empty lines between its lines: a single line break counts as a space there."""
    return re.sub(r" *\n+", "\n\n", text)


def _matrix(message: Message) -> object:
    """Returns the body for the generic webhooks of matrix-hookshot, whose `text` is Markdown."""
    text = break_mentions(message.markdown)
    return {"text": shorten(text, message.url, MATRIX_MAX_TEXT_BYTES, size_in_bytes)}


SHAPES: dict[str, Shape] = {"discord": _discord, "slack": _slack, "teams": _teams, "matrix": _matrix}
