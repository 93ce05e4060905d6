"""Shapes the body of a webhook for a chat service, by its name or by a template of the operator. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from ..errors import SettingsError
from ..messages import Message
from .shorten import shorten, size_in_bytes, size_in_utf16

Shape = Callable[[Message], object]

DISCORD_MAX_CHARS = 2_000
SLACK_MAX_CHARS = 4_000
TEAMS_MAX_TEXT_BYTES = 20_000  # a card is at most 28 KB in all
MATRIX_MAX_TEXT_BYTES = 20_000  # an event is at most 65,536 bytes, and carries text and HTML

_PLACEHOLDER_PATTERN = re.compile(r"\{(\w+)\}")
_TEMPLATE_FIELDS = ("id", "kind", "language", "markdown", "subject", "text", "url")


def find_shape(body: str) -> Shape | None:
    """The shape that `body` of a channel names; None for the documented JSON.

    Raises:
        SettingsError: *body* is neither a name nor a template.
    """
    if not body:
        return None
    if body in SHAPES:
        return SHAPES[body]
    if body.lstrip()[:1] not in ("{", "["):
        raise SettingsError(
            f'body: one of {", ".join(SHAPES)}, or a JSON template such as \'{{"text": "{{subject}}"}}\''
        )
    return _template_shape(body)


def _template_shape(body: str) -> Shape:
    try:
        template = json.loads(body)
    except ValueError as error:
        raise SettingsError(f"body: the template is not JSON: {error}") from None
    names = set(_PLACEHOLDER_PATTERN.findall(body))
    if unknown := sorted(names - set(_TEMPLATE_FIELDS)):
        raise SettingsError(f"body: unknown field {{{unknown[0]}}}; known are {', '.join(_TEMPLATE_FIELDS)}")

    def shape(message: Message) -> object:
        fields = {
            "id": message.key,
            "kind": message.kind,
            "language": message.language,
            "markdown": message.markdown or message.text,
            "subject": message.subject,
            "text": message.text,
            "url": message.url,
        }
        return _fill(template, fields)

    return shape


def _fill(value: Any, fields: dict[str, str]) -> object:
    """*value* with the fields in its texts: they cannot leave the text that they stand in."""
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
    content = shorten(message.markdown or message.text, message.url, DISCORD_MAX_CHARS, size_in_utf16)
    # texts of a calendar must not mention (notify) chat users
    return {"content": content, "allowed_mentions": {"parse": []}}


def _slack(message: Message) -> object:
    text = shorten(message.text, message.url, SLACK_MAX_CHARS, size_in_utf16)
    return {"text": text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")}


def _teams(message: Message) -> object:
    text = shorten(message.text, message.url, TEAMS_MAX_TEXT_BYTES, size_in_bytes)
    card: dict[str, object] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [
            {"type": "TextBlock", "text": message.subject, "weight": "Bolder", "size": "Medium", "wrap": True},
            # a single line break counts as a space there
            {"type": "TextBlock", "text": re.sub(r"\n+", "\n\n", text), "wrap": True},
        ],
    }
    if message.url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": message.url[:100], "url": message.url}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
    return {"type": "message", "attachments": [attachment]}


def _matrix(message: Message) -> object:
    """Returns the body for the generic webhooks of matrix-hookshot, whose `text` is Markdown."""
    return {"text": shorten(message.markdown or message.text, message.url, MATRIX_MAX_TEXT_BYTES, size_in_bytes)}


SHAPES: dict[str, Shape] = {"discord": _discord, "slack": _slack, "teams": _teams, "matrix": _matrix}
