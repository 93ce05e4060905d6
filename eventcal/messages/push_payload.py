"""A message becomes the JSON that a device is pushed: declarative Web Push, which the service worker reads as well.

Browsers that know the declarative form (W3C Push API, "declarative push message") show it without a service worker; the
others hand it to ours. `docs/push.md` documents the fields.
"""

from __future__ import annotations

from .. import words
from ..when import format_instant
from .body import one_line
from .message import CONFIRM_PLACEHOLDER, PREFERENCES_PLACEHOLDER, UNSUBSCRIBE_PLACEHOLDER, Message, NotificationText

DECLARATIVE_PUSH = 8030
"""The value of `web_push` by which browsers know the declarative form."""


def notification_payload(message: Message, body: str, tag: str, current_key: str) -> dict[str, object]:
    """Returns what a device is pushed. *body* is the text, shortened to fit; *tag* is shared by what replaces it.

    *current_key* is the server's public key, so that a device that subscribed with an earlier one can renew.
    """
    text = message.notification or NotificationText(message.subject)
    links = dict(message.replacements)
    unsubscribe_url = links.get(UNSUBSCRIBE_PLACEHOLDER, "")
    stop_url = f"{unsubscribe_url}?event={text.event_id}" if unsubscribe_url and text.event_id else ""
    confirm_url = links.get(CONFIRM_PLACEHOLDER, "")
    show_url = confirm_url or message.url or links.get(PREFERENCES_PLACEHOLDER, "")
    notification: dict[str, object] = {
        "title": one_line(text.title),
        "body": body,
        "lang": message.language,
        "dir": words.text_direction(message.language),
        "navigate": show_url,
        "tag": tag,
        "data": {
            "id": message.key,
            "kind": message.kind,
            "expires": format_instant(message.expires_at, "milliseconds") if message.expires_at else None,
            "show": message.url or links.get(PREFERENCES_PLACEHOLDER, ""),
            "stop": stop_url,
            "confirm": confirm_url,
            "key": current_key,
        },
    }
    if actions := _actions(message, text, show_url, stop_url):
        notification["actions"] = actions
    return {"web_push": DECLARATIVE_PUSH, "mutable": True, "notification": notification}


def _actions(message: Message, text: NotificationText, show_url: str, stop_url: str) -> list[dict[str, str]]:
    _ = words.get_translations(message.language).gettext
    actions = []
    if text.event_id and show_url:
        actions.append({"action": "show", "title": _("Show"), "navigate": show_url})
    if stop_url:
        actions.append({"action": "stop", "title": _("Stop reminders for this event"), "navigate": stop_url})
    return actions
